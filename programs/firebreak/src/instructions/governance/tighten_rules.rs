//! The guardian tightens a market's rules at once, out of the same budget as its parameters.

use super::tighten_params::Tighten;
use crate::{
    emit::emit,
    errors::{within, FirebreakError, Named},
    events::Tightened,
    instructions::now,
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::ops;

pub(crate) fn handle(ctx: Context<Tighten>, new: Box<EngineRules>) -> Result<()> {
    let accounts = &ctx.accounts;
    accounts.validate()?;
    let event = {
        let market = &mut *accounts.market.load_mut()?;
        market.invariant()?;
        require!(market.engine.rules != **new, FirebreakError::NothingChanges);
        market.guarded.tighten(&market.engine.rules, &**new, now()?.time).named()?;
        within(ops::set_rules(&mut market.engine, &new))?;
        market.invariant()?;
        Tightened { market: market.index, kind: ChangeKind::Rules as u8, used: market.guarded.tightened.current }
    };
    emit(&ctx.accounts.event_authority, &event)
}
