//! Withdraws capital: freely without exposure, otherwise by the breaker's leave down to the greater of Init and the transfer floor; in
//! either case within what may leave the vault.

use crate::{
    constants::PROTOCOL_SEED,
    emit::emit,
    errors::{FirebreakError, Named},
    events::CapitalMoved,
    instructions::{markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use anchor_spl::token::{transfer_checked, Mint, Token, TokenAccount, TransferChecked};
use firebreak_risk::ops;

/// Accounts of `withdraw`.
#[event_cpi]
#[derive(Accounts)]
pub struct Withdraw<'info> {
    /// Owner of the margin account.
    pub owner: Signer<'info>,
    /// Owns the vault.
    #[account(has_one = mint @ FirebreakError::WrongMint, has_one = vault @ FirebreakError::WrongVault)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The margin account.
    #[account(mut, has_one = owner @ FirebreakError::NotOwner)]
    pub account: AccountLoader<'info, MarginAccount>,
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
    /// The settlement token's record: it limits what leaves.
    #[account(mut, has_one = vault @ FirebreakError::WrongVault)]
    pub collateral: AccountLoader<'info, Collateral>,
}

pub(crate) fn handle<'info>(ctx: Context<'info, Withdraw<'info>>, amount: u64) -> Result<()> {
    let accounts = &ctx.accounts;
    let (capital, bump) = {
        let account = &mut accounts.account.load_mut()?;
        let protocol = accounts.protocol.load()?;
        protocol.invariant()?;
        let setting = protocol.setting(now()?);
        {
            let mut rest = ctx.remaining_accounts.iter();
            let mut given = markets::Given::default();
            given.read(account, None, &mut rest)?;
            markets::finish(rest)?;
            ops::withdraw(&mut account.engine, amount, &given, &setting).named()?;
        }
        let record = &mut accounts.collateral.load_mut()?;
        let Collateral { outflow, outflow_rules, .. } = &mut **record;
        ops::count_outflow(&mut account.engine, outflow, outflow_rules, amount, &setting).named()?;
        record.leave(amount)?;
        record.invariant()?;
        account.invariant()?;
        (account.engine.capital, [protocol.bump])
    };
    let transfer = TransferChecked {
        from: accounts.vault.to_account_info(),
        mint: accounts.mint.to_account_info(),
        to: accounts.to.to_account_info(),
        authority: accounts.protocol.to_account_info(),
    };
    let seeds: &[&[&[u8]]] = &[&[PROTOCOL_SEED, &bump]];
    transfer_checked(CpiContext::new_with_signer(accounts.token_program.key(), transfer, seeds), amount, accounts.mint.decimals)?;
    emit(
        &ctx.accounts.event_authority,
        &CapitalMoved {
            account: ctx.accounts.account.key(),
            amount: 0i64.checked_sub_unsigned(amount).ok_or(FirebreakError::Overflow)?,
            capital,
        },
    )
}
