//! What the upgradeable loader (v3) holds under a program's address.

use anyhow::{bail, ensure, Context, Result};
use solana_account::Account;
use solana_commitment_config::CommitmentConfig;
use solana_loader_v3_interface::{get_program_data_address, state::UpgradeableLoaderState};
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_sdk_ids::bpf_loader_upgradeable;
use solana_transaction::Address as Pubkey;

/// A program that is already on the cluster.
pub struct Installed {
    /// The only key that may upgrade it; `None` when it can never change again.
    pub authority: Option<Pubkey>,
    /// Its bytes, followed by zeros up to the space set aside for it.
    pub bytes: Vec<u8>,
}

impl Installed {
    /// Whether exactly `so` is installed. The space behind it is zero, so a longer program never looks the same.
    pub fn is(&self, so: &[u8]) -> bool {
        self.bytes.len() >= so.len() && self.bytes[..so.len()] == *so && self.bytes[so.len()..].iter().all(|byte| *byte == 0)
    }
}

/// Reads the program at `address`; `None` when nothing is there yet.
///
/// # Errors
/// When the cluster does not answer, and when the address holds something that this loader did not put there.
pub async fn read(rpc: &RpcClient, address: &Pubkey) -> Result<Option<Installed>> {
    let Some(program) = account(rpc, address).await? else {
        return Ok(None);
    };
    ensure!(
        program.owner == bpf_loader_upgradeable::ID,
        "The address {address} is taken by an account of {}, which is not the upgradeable loader.",
        program.owner
    );
    let programdata = get_program_data_address(address);
    match state(&program)? {
        UpgradeableLoaderState::Program { programdata_address } if programdata_address == programdata => {}
        _ => bail!("The account {address} belongs to the upgradeable loader but is no program."),
    }
    let Some(data) = account(rpc, &programdata).await? else {
        bail!("The program {address} was closed; its address cannot be used again.");
    };
    let UpgradeableLoaderState::ProgramData { upgrade_authority_address, .. } = state(&data)? else {
        bail!("The account {programdata} does not hold the bytes of the program {address}.");
    };
    let header = UpgradeableLoaderState::size_of_programdata_metadata();
    Ok(Some(Installed { authority: upgrade_authority_address, bytes: data.data.get(header..).unwrap_or_default().to_vec() }))
}

/// The account at `address` at commitment "confirmed".
pub(crate) async fn account(rpc: &RpcClient, address: &Pubkey) -> Result<Option<Account>> {
    Ok(rpc
        .get_account_with_commitment(address, CommitmentConfig::confirmed())
        .await
        .with_context(|| format!("The account {address} could not be read."))?
        .value)
}

fn state(account: &Account) -> Result<UpgradeableLoaderState> {
    bincode::deserialize(&account.data).context("An account of the upgradeable loader is damaged.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_bytes_are_the_same_program() {
        let installed = Installed { authority: None, bytes: vec![1, 2, 3, 0, 0] };
        assert!(installed.is(&[1, 2, 3]));
        assert!(installed.is(&[1, 2, 3, 0, 0]));
        assert!(!installed.is(&[1, 2]));
        assert!(!installed.is(&[1, 2, 4]));
        assert!(!installed.is(&[1, 2, 3, 0, 0, 0]));
    }
}
