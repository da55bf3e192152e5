//! Initialises the protocol and lists markets, over any RPC endpoint. Each step looks first and does nothing when it is done.

use anyhow::{ensure, Context, Result};
use firebreak_client::{
    address, decode, instruction,
    program::{
        instructions::{InitialiseArgs, ListCollateralArgs, ListMarketArgs},
        state::{Collateral, Market, Protocol},
    },
    risk::Rules,
    Pubkey,
};
use solana_keypair::Keypair;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_signer::Signer;

use crate::{loader::account, tx::send_and_confirm};

/// Creates protocol and insurance fund; `authority` must be the program's upgrade authority.
///
/// # Errors
/// When another mint or authority was initialised before, and when the cluster refuses.
pub async fn initialise(rpc: &RpcClient, authority: &Keypair, mint: Pubkey, args: InitialiseArgs) -> Result<()> {
    if let Some(found) = account(rpc, &address::protocol()).await? {
        let protocol: Protocol = decode::decode_owned(&found.owner, &found.data)?;
        ensure!(protocol.mint == mint, "The protocol was initialised with the mint {}, not {mint}.", protocol.mint);
        ensure!(
            protocol.authority == authority.pubkey(),
            "The protocol's authority is {}, not {}.",
            protocol.authority,
            authority.pubkey()
        );
        return Ok(());
    }
    let ix = instruction::initialise(authority.pubkey(), mint, args);
    send_and_confirm(rpc, authority, &[], &[ix]).await.context("The protocol could not be initialised")?;
    Ok(())
}

/// Lists the token `mint` as the next collateral and creates its vault. The settlement token comes first: until it is listed nothing can be deposited.
///
/// # Errors
/// When the token was listed with other parameters, and when the cluster refuses.
pub async fn list_collateral(rpc: &RpcClient, authority: &Keypair, mint: Pubkey, args: ListCollateralArgs) -> Result<()> {
    if let Some(found) = account(rpc, &address::collateral(&mint)).await? {
        let record: Collateral = decode::decode_owned(&found.owner, &found.data)?;
        ensure!(record.engine.params == args.terms.params, "The collateral {mint} is listed with other parameters.");
        return Ok(());
    }
    let ix = instruction::list_collateral(authority.pubkey(), mint, args);
    send_and_confirm(rpc, authority, &[], &[ix]).await.with_context(|| format!("The collateral {mint} could not be listed"))?;
    Ok(())
}

/// Lists a market at `args.index` and gives it its rules.
///
/// # Errors
/// When a market of another name has that index, and when the cluster refuses.
pub async fn list_market(rpc: &RpcClient, authority: &Keypair, args: ListMarketArgs, rules: Rules) -> Result<()> {
    let index = args.index;
    if let Some(found) = account(rpc, &address::market(index)).await? {
        let market: Market = decode::decode_owned(&found.owner, &found.data)?;
        ensure!(market.name == args.name, "Market {index} exists under another name.");
        return Ok(());
    }
    for ix in [instruction::list_market(authority.pubkey(), args), instruction::set_rules(authority.pubkey(), index, rules)] {
        send_and_confirm(rpc, authority, &[], &[ix]).await.with_context(|| format!("Market {index} could not be listed"))?;
    }
    Ok(())
}
