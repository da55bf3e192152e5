//! Gives a new market its rules at once, while the protocol is young and before the market's first price: until then all of them are zero, the strictest, and nobody can trade.
//! (They and the parameters together do not fit into one transaction.)

use super::nonce::require_recent;
use crate::{
    constants::INSTRUCTIONS,
    emit::emit,
    errors::{within, FirebreakError},
    events::RulesSet,
    instructions::now,
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::ops;

/// Accounts of `set_rules`.
#[event_cpi]
#[derive(Accounts)]
pub struct SetRules<'info> {
    /// The protocol's authority.
    pub authority: Signer<'info>,
    /// Says who that is.
    #[account(has_one = authority @ FirebreakError::NotAuthority)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The market.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// CHECK: shows the transaction's instructions; read by its address.
    #[account(address = INSTRUCTIONS)]
    pub instructions: UncheckedAccount<'info>,
}

pub(crate) fn handle(ctx: Context<SetRules>, rules: EngineRules) -> Result<()> {
    require_recent(&ctx.accounts.instructions)?;
    {
        let protocol = ctx.accounts.protocol.load()?;
        protocol.invariant()?;
        protocol.require_young(now()?.time)?;
    }
    let index = {
        let market = &mut ctx.accounts.market.load_mut()?;
        market.invariant()?;
        require!(market.engine.price.first_time == 0, FirebreakError::RulesAlreadySet);
        within(ops::set_rules(&mut market.engine, &rules))?;
        market.invariant()?;
        market.index
    };
    emit(&ctx.accounts.event_authority, &RulesSet { market: index })
}
