//! What every proposal does.

use crate::{constants::*, errors::FirebreakError, events::ChangeProposed, state::*};
use anchor_lang::prelude::*;
use bytemuck::Pod;
use firebreak_risk::governance::Class;

/// Accounts of the proposals that concern a market.
#[event_cpi]
#[derive(Accounts)]
pub struct ProposeForMarket<'info> {
    /// The protocol's authority; pays.
    #[account(mut)]
    pub authority: Signer<'info>,
    /// Numbers the changes.
    #[account(mut, has_one = authority @ FirebreakError::NotAuthority)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The market.
    pub market: AccountLoader<'info, Market>,
    /// The change.
    #[account(
        init,
        payer = authority,
        space = ParamChange::SPACE,
        seeds = [CHANGE_SEED, &protocol.load()?.next_change.to_le_bytes()],
        bump
    )]
    pub change: AccountLoader<'info, ParamChange>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
    /// CHECK: shows the transaction's instructions; read by its address.
    #[account(address = INSTRUCTIONS)]
    pub instructions: UncheckedAccount<'info>,
}

/// Accounts of the proposals that concern a collateral.
#[event_cpi]
#[derive(Accounts)]
pub struct ProposeForCollateral<'info> {
    /// The protocol's authority; pays.
    #[account(mut)]
    pub authority: Signer<'info>,
    /// Numbers the changes.
    #[account(mut, has_one = authority @ FirebreakError::NotAuthority)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The collateral.
    pub collateral: AccountLoader<'info, Collateral>,
    /// The change.
    #[account(
        init,
        payer = authority,
        space = ParamChange::SPACE,
        seeds = [CHANGE_SEED, &protocol.load()?.next_change.to_le_bytes()],
        bump
    )]
    pub change: AccountLoader<'info, ParamChange>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
    /// CHECK: shows the transaction's instructions; read by its address.
    #[account(address = INSTRUCTIONS)]
    pub instructions: UncheckedAccount<'info>,
}

/// Accounts of the proposals that concern neither.
#[event_cpi]
#[derive(Accounts)]
pub struct Propose<'info> {
    /// The protocol's authority; pays.
    #[account(mut)]
    pub authority: Signer<'info>,
    /// Numbers the changes.
    #[account(mut, has_one = authority @ FirebreakError::NotAuthority)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The change.
    #[account(
        init,
        payer = authority,
        space = ParamChange::SPACE,
        seeds = [CHANGE_SEED, &protocol.load()?.next_change.to_le_bytes()],
        bump
    )]
    pub change: AccountLoader<'info, ParamChange>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
    /// CHECK: shows the transaction's instructions; read by its address.
    #[account(address = INSTRUCTIONS)]
    pub instructions: UncheckedAccount<'info>,
}

/// A proposal, before it has a number.
pub struct Proposal<'a, O, N> {
    /// What it changes.
    pub kind: ChangeKind,
    /// How long it waits; `None`: until it is complete.
    pub class: Option<Class>,
    /// The market or collateral concerned, or 0.
    pub market: u16,
    /// The state it replaces.
    pub old: &'a O,
    /// What shall be.
    pub new: &'a N,
}

impl<O: Pod, N: Pod> Proposal<'_, O, N> {
    /// Writes the proposal down under the next number, and starts its delay.
    pub fn file(
        &self,
        protocol: &mut Protocol,
        change: &AccountLoader<ParamChange>,
        (bump, proposer, now): (u8, Pubkey, i64),
    ) -> Result<ChangeProposed> {
        protocol.invariant()?;
        require!(self.class != Some(Class::Neutral), FirebreakError::NothingChanges);
        let mut change = change.load_init()?;
        change.version = LAYOUT_VERSION;
        change.bump = bump;
        change.kind = self.kind as u8;
        change.market = self.market;
        change.id = protocol.next_change;
        change.proposed = now;
        change.proposer = proposer;
        change.write(self.old, self.new);
        match self.class {
            Some(class) => change.start(class, protocol.delays.of(class), now),
            None => change.wait(),
        }
        protocol.next_change = protocol.next_change.checked_add(1).ok_or(FirebreakError::Overflow)?;
        Ok(told(&change))
    }
}

/// The event of a proposal.
pub fn told(change: &ParamChange) -> ChangeProposed {
    ChangeProposed {
        id: change.id,
        kind: change.kind,
        class: change.class,
        market: change.market,
        earliest: change.earliest,
        lapses: change.lapses,
    }
}
