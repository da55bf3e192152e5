//! A mint like USDC, for clusters that have none: six decimals, and whoever created it may mint.

use anyhow::{Context, Result};
use futures_util::{stream, StreamExt, TryStreamExt};
use solana_keypair::Keypair;
use solana_program_pack::Pack;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_signer::Signer;
use solana_system_interface::instruction as system;
use solana_transaction::{Address as Pubkey, Instruction};
use spl_associated_token_account_interface::{
    address::get_associated_token_address, instruction::create_associated_token_account_idempotent,
};
use spl_token_interface::{instruction as token, state::Mint};

use crate::tx::send_and_confirm;

/// As USDC: one token is 1 000 000 atoms.
pub const DECIMALS: u8 = 6;

/// Owners served per transaction: with five, two instructions each, the packet is about two thirds full.
const OWNERS_PER_TRANSACTION: usize = 5;
/// Transactions in flight: each waits for a block, so one after the other would take a block each.
const PARALLEL: usize = 8;

/// Creates `mint` with [`DECIMALS`] decimals, `authority` as mint authority and no freeze authority.
///
/// # Errors
/// When `authority` cannot pay the rent, when the address is taken, or when the cluster refuses the transaction.
pub async fn create(rpc: &RpcClient, authority: &Keypair, mint: &Keypair) -> Result<()> {
    create_with(rpc, authority, mint, DECIMALS).await
}

/// The same with so many decimals: a token to pledge.
///
/// # Errors
/// As [`create`].
pub async fn create_with(rpc: &RpcClient, authority: &Keypair, mint: &Keypair, decimals: u8) -> Result<()> {
    let rent = rpc.get_minimum_balance_for_rent_exemption(Mint::LEN).await.context("The cluster did not tell the rent.")?;
    let owner = authority.pubkey();
    let instructions = [
        system::create_account(&owner, &mint.pubkey(), rent, Mint::LEN as u64, &spl_token_interface::ID),
        token::initialize_mint2(&spl_token_interface::ID, &mint.pubkey(), &owner, None, decimals)?,
    ];
    send_and_confirm(rpc, authority, &[mint], &instructions)
        .await
        .with_context(|| format!("The mint {} could not be created.", mint.pubkey()))?;
    Ok(())
}

/// The token account in which `owner` holds `mint`.
pub fn holding(owner: &Pubkey, mint: &Pubkey) -> Pubkey {
    get_associated_token_address(owner, mint)
}

/// Gives each owner so many atoms of `mint`, and a token account to hold them where there is none. Returns the token
/// accounts in the order of `grants`.
///
/// # Errors
/// When `authority` is not the mint authority or cannot pay the rents, or when the cluster refuses a transaction; some
/// of the other owners have their tokens then.
pub async fn mint_to(rpc: &RpcClient, authority: &Keypair, mint: &Pubkey, grants: &[(Pubkey, u64)]) -> Result<Vec<Pubkey>> {
    let mut transactions = Vec::new();
    for group in grants.chunks(OWNERS_PER_TRANSACTION) {
        let mut instructions = Vec::with_capacity(2 * group.len());
        for (owner, atoms) in group {
            instructions.extend(grant(&authority.pubkey(), mint, owner, *atoms)?);
        }
        transactions.push(instructions);
    }
    stream::iter(&transactions)
        .map(|instructions| send_and_confirm(rpc, authority, &[], instructions))
        .buffer_unordered(PARALLEL)
        .try_for_each(|_| async { Ok(()) })
        .await
        .with_context(|| format!("Tokens of {mint} could not be minted."))?;
    Ok(grants.iter().map(|(owner, _)| holding(owner, mint)).collect())
}

/// The instructions that give `owner` `atoms` of `mint`, and a token account to hold them.
///
/// # Errors
/// Never for this token program.
pub fn grant(authority: &Pubkey, mint: &Pubkey, owner: &Pubkey, atoms: u64) -> Result<[Instruction; 2]> {
    Ok([
        create_associated_token_account_idempotent(authority, owner, mint, &spl_token_interface::ID),
        token::mint_to(&spl_token_interface::ID, mint, &holding(owner, mint), authority, &[], atoms)?,
    ])
}
