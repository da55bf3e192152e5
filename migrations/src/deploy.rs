//! Deploys a program through the upgradeable loader (v3), as `solana program deploy` does: a buffer account is
//! created, the program is written into it in many small transactions, then one transaction installs it.

use anyhow::{bail, ensure, Context, Result};
use solana_keypair::Keypair;
use solana_loader_v3_interface::{
    instruction::{self as loader, MINIMUM_EXTEND_PROGRAM_BYTES},
    state::UpgradeableLoaderState,
};
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_signer::Signer;
use solana_transaction::{Address as Pubkey, Instruction};

use crate::{
    loader::{account, read, Installed},
    tx::send_and_confirm,
    upload,
};

/// The largest account a cluster holds, in bytes.
const MAX_ACCOUNT: usize = 10 * 1024 * 1024;

/// What [`deploy_program`] found to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deployment {
    /// The same bytes were there already.
    Unchanged,
    /// The program is new on this cluster.
    Deployed,
    /// Other bytes were there and were replaced.
    Upgraded,
}

/// Makes `so` the program at `program`'s address, and `payer` its upgrade authority.
///
/// A second call with the same bytes changes nothing; with other bytes it upgrades. `progress(done, total)` counts bytes
/// written. The program can be invoked from the slot after the return on.
///
/// # Errors
/// When `so` is no ELF file or too large, when the address holds something else or a program that `payer` may not
/// upgrade, when `payer` cannot pay the rent, and when the cluster refuses or loses a transaction. The buffer is
/// then closed and its rent goes back to `payer`, as far as the cluster still answers.
pub async fn deploy_program(
    rpc: &RpcClient,
    payer: &Keypair,
    program: &Keypair,
    so: &[u8],
    progress: impl Fn(usize, usize),
) -> Result<Deployment> {
    ensure!(so.starts_with(b"\x7fELF"), "The program is not an ELF file: it does not start with the ELF mark.");
    ensure!(
        UpgradeableLoaderState::size_of_programdata(so.len()) <= MAX_ACCOUNT,
        "The program has {} bytes; an account holds at most {MAX_ACCOUNT}.",
        so.len()
    );
    let address = program.pubkey();
    let installed = read(rpc, &address).await?;
    if let Some(installed) = &installed {
        if installed.is(so) {
            progress(so.len(), so.len());
            return Ok(Deployment::Unchanged);
        }
        check_authority(installed, &address, &payer.pubkey())?;
        make_room(rpc, payer, &address, installed, so.len()).await?;
    }

    let buffer = Keypair::new();
    let result = install(rpc, payer, program, &buffer, so, installed.is_some(), &progress).await;
    if result.is_err() {
        reclaim(rpc, payer, &buffer.pubkey()).await;
    }
    result?;

    match read(rpc, &address).await? {
        Some(now) if now.is(so) => {}
        _ => bail!("The program at {address} does not hold the bytes that were deployed."),
    }
    Ok(match installed {
        Some(_) => Deployment::Upgraded,
        None => Deployment::Deployed,
    })
}

/// Creates and fills the buffer, then installs it.
async fn install(
    rpc: &RpcClient,
    payer: &Keypair,
    program: &Keypair,
    buffer: &Keypair,
    so: &[u8],
    upgrade: bool,
    progress: &impl Fn(usize, usize),
) -> Result<()> {
    let (owner, buffer_key) = (payer.pubkey(), buffer.pubkey());
    let rent = rent(rpc, UpgradeableLoaderState::size_of_buffer(so.len())).await?;
    let create = loader::create_buffer(&owner, &buffer_key, &owner, rent, so.len())
        .context("The buffer's instruction could not be built.")?;
    send_and_confirm(rpc, payer, &[buffer], &create).await.context("The buffer for the program could not be created.")?;
    upload::write_all(rpc, payer, buffer, so, progress).await?;

    let address = program.pubkey();
    if upgrade {
        let upgrade = loader::upgrade(&address, &buffer_key, &owner, &owner);
        send_and_confirm(rpc, payer, &[], &[upgrade])
            .await
            .with_context(|| format!("The program {address} could not be upgraded."))?;
        return Ok(());
    }
    let rent = self::rent(rpc, UpgradeableLoaderState::size_of_program()).await?;
    let deploy = loader::deploy_with_max_program_len(&owner, &address, &buffer_key, &owner, rent, so.len())
        .context("The deploying instruction could not be built.")?;
    send_and_confirm(rpc, payer, &[program], &deploy)
        .await
        .with_context(|| format!("The program {address} could not be deployed."))?;
    Ok(())
}

fn check_authority(installed: &Installed, address: &Pubkey, payer: &Pubkey) -> Result<()> {
    match installed.authority {
        Some(authority) if authority == *payer => Ok(()),
        Some(authority) => {
            bail!("The program {address} may be upgraded by {authority} only, not by {payer}.")
        }
        None => bail!("The program {address} has no upgrade authority and can never change."),
    }
}

/// Extends the program's account when `len` bytes do not fit.
async fn make_room(rpc: &RpcClient, payer: &Keypair, address: &Pubkey, installed: &Installed, len: usize) -> Result<()> {
    let Some(extend) = lengthen(address, &payer.pubkey(), installed.bytes.len(), len) else { return Ok(()) };
    send_and_confirm(rpc, payer, &[], &[extend])
        .await
        .with_context(|| format!("The account of the program {address} could not be lengthened for {len} bytes."))?;
    Ok(())
}

/// Lengthens the account of the program at `address`, which has room for `has` bytes, for one of `needs`; nothing when that fits. Anybody may,
/// whoever may upgrade it, and `payer` pays the rent. The program can be upgraded from the next slot on.
pub fn lengthen(address: &Pubkey, payer: &Pubkey, has: usize, needs: usize) -> Option<Instruction> {
    let missing = needs.checked_sub(has).filter(|missing| *missing > 0)?;
    // The loader extends by a minimum, or up to the largest account.
    let largest = MAX_ACCOUNT.saturating_sub(UpgradeableLoaderState::size_of_programdata(has));
    let additional = missing.max(MINIMUM_EXTEND_PROGRAM_BYTES as usize).min(largest);
    Some(loader::extend_program(address, Some(payer), u32::try_from(additional).unwrap_or(u32::MAX)))
}

/// Closes a buffer after a failure. The failure itself is what the caller has to hear, so this one is silent.
async fn reclaim(rpc: &RpcClient, payer: &Keypair, buffer: &Pubkey) {
    if let Ok(Some(_)) = account(rpc, buffer).await {
        let close = loader::close(buffer, &payer.pubkey(), &payer.pubkey());
        let _ = send_and_confirm(rpc, payer, &[], &[close]).await;
    }
}

async fn rent(rpc: &RpcClient, bytes: usize) -> Result<u64> {
    rpc.get_minimum_balance_for_rent_exemption(bytes).await.context("The cluster did not tell the rent.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(has: usize, needs: usize) -> Option<u32> {
        let key = Pubkey::new_from_array([7; 32]);
        // A word that says "extend", then how many bytes.
        lengthen(&key, &key, has, needs).map(|ix| u32::from_le_bytes([ix.data[4], ix.data[5], ix.data[6], ix.data[7]]))
    }

    #[test]
    fn a_program_is_lengthened_by_what_is_missing_and_by_what_the_loader_takes() {
        assert_eq!((bytes(100, 100), bytes(100, 7)), (None, None));
        assert_eq!(bytes(100, 101), Some(MINIMUM_EXTEND_PROGRAM_BYTES));
        assert_eq!(bytes(100, 50_100), Some(50_000));
        let most = MAX_ACCOUNT - UpgradeableLoaderState::size_of_programdata_metadata();
        assert_eq!(bytes(most - 5, most), Some(5), "the last bytes are fewer than the least");
    }
}
