//! Stakes settlement tokens into one tranche of the insurance fund, at the price of now. Always open: more insurance hurts nobody, and
//! what is staked after a loss was booked bears what the loss still draws.

use crate::{
    constants::*,
    emit::emit,
    errors::{FirebreakError, Named},
    events::Staked,
    instructions::{now, require_tokens},
    state::*,
};
use anchor_lang::prelude::*;
use anchor_spl::token::{transfer_checked, Mint, Token, TokenAccount, TransferChecked};
use firebreak_risk::shares;

/// Accounts of `stake`.
#[event_cpi]
#[derive(Accounts)]
#[instruction(tranche: u8)]
pub struct AddStake<'info> {
    /// Whose stake it is; authority of `from`; pays for a new stake account.
    #[account(mut)]
    pub owner: Signer<'info>,
    /// Says which mint and vault are the protocol's.
    #[account(has_one = mint @ FirebreakError::WrongMint, has_one = vault @ FirebreakError::WrongVault)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The insurance fund.
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
    /// The owner's stake in that tranche.
    #[account(init_if_needed, payer = owner, space = Stake::SPACE, seeds = [STAKE_SEED, owner.key().as_ref(), &[tranche]], bump)]
    pub stake: AccountLoader<'info, Stake>,
    /// Where the tokens come from.
    #[account(mut, constraint = from.mint == mint.key() @ FirebreakError::WrongMint)]
    pub from: Box<Account<'info, TokenAccount>>,
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
    /// Creates accounts.
    pub system_program: Program<'info, System>,
}

pub(crate) fn handle(ctx: Context<AddStake>, tranche: u8, amount: u64) -> Result<()> {
    require!(amount > 0, FirebreakError::ZeroAmount);
    let which = seniority(tranche)?;
    let accounts = &ctx.accounts;
    accounts.protocol.load()?.invariant()?;
    let event = {
        let insurance = &mut accounts.insurance.load_mut()?;
        insurance.invariant()?;
        let stake = &mut open(&accounts.stake, ctx.bumps.stake, tranche, accounts.owner.key)?;
        let minted = insurance.engine.stake(which, &mut stake.engine, amount).named()?;
        stake.invariant()?;
        insurance.invariant()?;
        Staked {
            stake: accounts.stake.key(),
            owner: stake.owner,
            tranche,
            amount,
            minted,
            part: stake.engine,
            insurance: insurance.engine,
        }
    };
    require_tokens(&accounts.from, accounts.owner.key, amount)?;
    accounts.collateral.load_mut()?.enter(amount, now()?)?;
    let transfer = TransferChecked {
        from: accounts.from.to_account_info(),
        mint: accounts.mint.to_account_info(),
        to: accounts.vault.to_account_info(),
        authority: accounts.owner.to_account_info(),
    };
    transfer_checked(CpiContext::new(accounts.token_program.key(), transfer), amount, accounts.mint.decimals)?;
    emit(&ctx.accounts.event_authority, &event)
}

/// The stake account, begun if it is fresh: then it has no discriminator yet.
fn open<'a>(loader: &'a AccountLoader<Stake>, bump: u8, tranche: u8, owner: &Pubkey) -> Result<std::cell::RefMut<'a, Stake>> {
    let Ok(mut stake) = loader.load_init() else {
        let stake = loader.load_mut()?;
        stake.invariant()?;
        return Ok(stake);
    };
    stake.version = LAYOUT_VERSION;
    stake.bump = bump;
    stake.tranche = tranche;
    stake.owner = *owner;
    stake.engine = EngineStake(shares::Stake::NEW);
    Ok(stake)
}
