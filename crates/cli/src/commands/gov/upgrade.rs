//! Room for a longer program.

use crate::user::{error::bad, rpc, session::Session};
use anyhow::Result;
use firebreak_client::{address, Pubkey, ID};
use firebreak_migrations::deploy::lengthen;
use solana_keypair::Keypair;
use solana_signer::Signer;
use std::{
    thread::sleep,
    time::{Duration, Instant},
};

/// Bytes before a program in its buffer, and in its account.
const HEADERS: [usize; 2] = [37, 45];
/// The next slot is half a second away.
const PATIENCE: Duration = Duration::from_secs(10);

/// Lengthens the program's account if what `buffer` holds does not fit: anybody may, at the loader itself. Returns once the program can be
/// upgraded: in the slot in which it was lengthened it cannot.
pub fn make_room(session: &Session, key: &Keypair, buffer: &Pubkey) -> Result<()> {
    let found = rpc::fetch(&session.rpc, &[*buffer, address::program_data()])?;
    let [Some(new), Some(old)] = found.as_slice() else {
        return bad(format!("There is no buffer at {buffer}, or no program at {ID}"));
    };
    let [needs, has] = [new.data.len().saturating_sub(HEADERS[0]), old.data.len().saturating_sub(HEADERS[1])];
    let Some(step) = lengthen(&ID, &key.pubkey(), has, needs) else { return Ok(()) };
    session.send(&[step], key)?;
    let (slot, start) = (session.rpc.get_slot()?, Instant::now());
    while session.rpc.get_slot()? == slot && start.elapsed() < PATIENCE {
        sleep(Duration::from_millis(200));
    }
    Ok(())
}
