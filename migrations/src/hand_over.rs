//! Makes the program's own address its upgrade authority: from then on an upgrade is a proposed change that waits seven days.

use anyhow::{bail, Context, Result};
use firebreak_client::{address, ID};
use solana_keypair::Keypair;
use solana_loader_v3_interface::instruction as loader;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_signer::Signer;

use crate::{loader::read, tx::send_and_confirm};

/// Hands the upgrade authority from `authority` to the program. The protocol must have been initialised before: only an upgrade authority
/// that can sign may do that. A second call changes nothing.
///
/// # Errors
/// When the program is not there, when somebody else or nobody may upgrade it, and when the cluster refuses.
pub async fn hand_over(rpc: &RpcClient, authority: &Keypair) -> Result<()> {
    let own = address::upgrade_authority();
    let Some(installed) = read(rpc, &ID).await? else {
        bail!("There is no program at {ID}.");
    };
    match installed.authority {
        Some(now) if now == own => return Ok(()),
        Some(now) if now == authority.pubkey() => {}
        Some(now) => bail!("The program may be upgraded by {now}, not by {}.", authority.pubkey()),
        None => bail!("The program has no upgrade authority and can never change."),
    }
    let ix = loader::set_upgrade_authority(&ID, &authority.pubkey(), Some(&own));
    send_and_confirm(rpc, authority, &[], &[ix]).await.context("The upgrade authority could not be handed over.")?;
    match read(rpc, &ID).await? {
        Some(after) if after.authority == Some(own) => Ok(()),
        _ => bail!("The program's upgrade authority is not {own} after it was handed over."),
    }
}
