//! Pays a cooled request. Losses come first: while a booked deficit may still draw, or a breaker or a price says that one may be coming,
//! nobody is paid.

use crate::{
    constants::PROTOCOL_SEED,
    emit::emit,
    errors::{FirebreakError, Named},
    events::Unstaked,
    instructions::{markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use anchor_spl::token::{transfer_checked, Mint, Token, TokenAccount, TransferChecked};
use firebreak_risk::ops;

/// Accounts of `unstake`. Remaining accounts: every market that may draw on shared insurance, by ascending index.
#[event_cpi]
#[derive(Accounts)]
pub struct Unstake<'info> {
    /// Whose stake it is.
    pub owner: Signer<'info>,
    /// Owns the vault; says the global breaker's level.
    #[account(has_one = mint @ FirebreakError::WrongMint, has_one = vault @ FirebreakError::WrongVault)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The insurance fund.
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
    /// The stake.
    #[account(mut, has_one = owner @ FirebreakError::NotOwner)]
    pub stake: AccountLoader<'info, Stake>,
    /// Where the tokens go.
    #[account(mut, constraint = to.mint == mint.key() @ FirebreakError::WrongMint)]
    pub to: Box<Account<'info, TokenAccount>>,
    /// The protocol's vault.
    #[account(mut)]
    pub vault: Box<Account<'info, TokenAccount>>,
    /// The settlement token.
    pub mint: Box<Account<'info, Mint>>,
    /// Moves the tokens.
    pub token_program: Program<'info, Token>,
    /// The settlement token's record: counts what is moved through the vault.
    #[account(mut, has_one = vault @ FirebreakError::WrongVault)]
    pub collateral: AccountLoader<'info, Collateral>,
}

pub(crate) fn handle<'info>(ctx: Context<'info, Unstake<'info>>) -> Result<()> {
    let accounts = &ctx.accounts;
    let event = pay(accounts, ctx.remaining_accounts)?;
    let transfer = TransferChecked {
        from: accounts.vault.to_account_info(),
        mint: accounts.mint.to_account_info(),
        to: accounts.to.to_account_info(),
        authority: accounts.protocol.to_account_info(),
    };
    let bump = [accounts.protocol.load()?.bump];
    let seeds: &[&[&[u8]]] = &[&[PROTOCOL_SEED, &bump]];
    let cpi = CpiContext::new_with_signer(accounts.token_program.key(), transfer, seeds);
    transfer_checked(cpi, event.amount, accounts.mint.decimals)?;
    emit(&ctx.accounts.event_authority, &event)
}

/// The books' side of it, in a frame of its own.
#[inline(never)]
fn pay<'info>(accounts: &Unstake<'info>, rest: &'info [AccountInfo<'info>]) -> Result<Unstaked> {
    let insurance = &mut accounts.insurance.load_mut()?;
    insurance.invariant()?;
    let stake = &mut accounts.stake.load_mut()?;
    stake.invariant()?;
    let given = markets::Given::insured(&mut rest.iter())?;
    require!(given.count() == insurance.engine.markets as usize, FirebreakError::MarketsMismatch);
    let record = &mut *accounts.collateral.load_mut()?;
    record.invariant()?;
    let setting = accounts.protocol.load()?.setting_checked(insurance, Some(record), now()?)?;
    let which = stake.seniority()?;
    let amount = ops::unstake(&mut insurance.engine, which, &mut stake.engine, given.engines(), &setting).named()?;
    record.leave_limited(amount, true, setting.now)?;
    stake.invariant()?;
    insurance.invariant()?;
    Ok(Unstaked { stake: accounts.stake.key(), tranche: stake.tranche, amount, part: stake.engine, insurance: insurance.engine })
}
