//! Withdraws collateral: like capital, freely without exposure, otherwise down to the greater of Init and the transfer floor, and within
//! what may leave its vault.

use crate::{
    constants::PROTOCOL_SEED,
    emit::emit,
    errors::{FirebreakError, Named},
    events::{balance_of, CollateralMoved},
    instructions::{markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use anchor_spl::token::{transfer_checked, Mint, Token, TokenAccount, TransferChecked};
use firebreak_risk::ops;

/// Accounts of `withdraw_collateral`.
#[event_cpi]
#[derive(Accounts)]
pub struct WithdrawCollateral<'info> {
    /// Owner of the margin account.
    pub owner: Signer<'info>,
    /// Owns the vault.
    pub protocol: AccountLoader<'info, Protocol>,
    /// The margin account.
    #[account(mut, has_one = owner @ FirebreakError::NotOwner)]
    pub account: AccountLoader<'info, MarginAccount>,
    /// The collateral's record.
    #[account(mut, has_one = mint @ FirebreakError::WrongCollateral, has_one = vault @ FirebreakError::WrongVault)]
    pub collateral: AccountLoader<'info, Collateral>,
    /// Where the tokens go.
    #[account(mut, constraint = to.mint == mint.key() @ FirebreakError::WrongMint)]
    pub to: Box<Account<'info, TokenAccount>>,
    /// The collateral's vault.
    #[account(mut)]
    pub vault: Box<Account<'info, TokenAccount>>,
    /// The token.
    pub mint: Box<Account<'info, Mint>>,
    /// Moves the tokens.
    pub token_program: Program<'info, Token>,
}

pub(crate) fn handle<'info>(ctx: Context<'info, WithdrawCollateral<'info>>, amount: u64) -> Result<()> {
    let accounts = &ctx.accounts;
    let (event, bump) = {
        let index = accounts.collateral.load()?.index;
        require!(index != SETTLEMENT, FirebreakError::SettlementIsCapital);
        let account = &mut accounts.account.load_mut()?;
        let mut rest = ctx.remaining_accounts.iter();
        let mut given = markets::Given::default();
        given.read(account, None, &mut rest)?;
        markets::finish(rest)?;
        let protocol = accounts.protocol.load()?;
        protocol.invariant()?;
        let setting = protocol.setting(now()?);
        let Collateral { engine, outflow, outflow_rules, .. } = given.collateral_record_mut(index)?;
        ops::take_collateral(&mut account.engine, (index, engine, outflow), outflow_rules, amount, &setting).named()?;
        ops::may_leave(&account.engine, &given, &setting).named()?;
        account.invariant()?;
        let record = given.collateral_record(index)?;
        record.invariant()?;
        let event = CollateralMoved {
            collateral: index,
            account: accounts.account.key(),
            amount: 0i64.checked_sub_unsigned(amount).ok_or(FirebreakError::Overflow)?,
            balance: balance_of(&account.engine, index),
            total: record.engine.total,
        };
        (event, [protocol.bump])
    };
    let transfer = TransferChecked {
        from: accounts.vault.to_account_info(),
        mint: accounts.mint.to_account_info(),
        to: accounts.to.to_account_info(),
        authority: accounts.protocol.to_account_info(),
    };
    let seeds: &[&[&[u8]]] = &[&[PROTOCOL_SEED, &bump]];
    transfer_checked(CpiContext::new_with_signer(accounts.token_program.key(), transfer, seeds), amount, accounts.mint.decimals)?;
    emit(&accounts.event_authority, &event)
}
