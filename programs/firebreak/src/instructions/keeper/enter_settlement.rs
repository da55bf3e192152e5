//! Ends a market that has had no usable price for its `frozen_limit`: at its last TWAP, for good. From then on every position settles at
//! that one price, in any order, and everybody can leave.

use crate::{emit::emit, errors::Named, events::SettlementEntered, instructions::now, state::*};
use anchor_lang::prelude::*;
use firebreak_risk::settlement;

/// Accounts of `enter_settlement`. Anyone may call it.
#[event_cpi]
#[derive(Accounts)]
pub struct EnterSettlement<'info> {
    /// The market.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
}

pub(crate) fn handle(ctx: Context<EnterSettlement>) -> Result<()> {
    let event = {
        let market = &mut ctx.accounts.market.load_mut()?;
        let price = settlement::enter(&mut market.engine, false, now()?).named()?;
        market.invariant()?;
        SettlementEntered { market: market.index, price: price.0, open: market.engine.ledger.long_base }
    };
    emit(&ctx.accounts.event_authority, &event)
}
