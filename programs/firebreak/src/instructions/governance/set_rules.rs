//! Gives a new market its rules. Once, before its first price: until then all of them are zero, the strictest, and nobody can trade.
//! (They and the parameters together do not fit into one transaction.)

use crate::{errors::FirebreakError, state::*};
use anchor_lang::prelude::*;

/// Accounts of `set_rules`.
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
}

pub(crate) fn handle(ctx: Context<SetRules>, rules: EngineRules) -> Result<()> {
    ctx.accounts.protocol.load()?.invariant()?;
    let market = &mut ctx.accounts.market.load_mut()?;
    market.invariant()?;
    require!(market.engine.price.first_time == 0, FirebreakError::RulesAlreadySet);
    if let Err(why) = rules.validate(&market.engine.params) {
        msg!("{}", why);
        return err!(FirebreakError::ParameterOutOfBounds);
    }
    market.engine.rules = *rules;
    market.invariant()
}
