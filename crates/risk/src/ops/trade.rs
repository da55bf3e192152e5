//! A fill between two accounts.

use super::{Among, Setting};
use crate::{
    margin::Markets,
    num::{add, ssub},
    trade::{charge_fee, check_market, check_side, cost, fill, increases, Fee},
    Account, BaseQty, Market, Price,
};

/// What a fill cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traded {
    /// Atoms that the taker paid (positive) or received for the size.
    pub cost: i64,
    /// The taker's fee.
    pub fee: Fee,
}

/// The taker trades `base` (positive: buys) with the maker at `price`, in market number `index`. Both must end above their lines, or
/// reduce; who pays what is the same for a quote and for a match.
pub fn trade(
    (index, market): (u16, &mut Market),
    (taker, maker): (&mut Account, &mut Account),
    (base, price): (BaseQty, Price),
    others: &impl Markets,
    setting: &Setting,
) -> crate::num::Result<Traded> {
    let (now, global) = (setting.now, setting.global);
    let against = base.negated()?;
    let paid = cost(price, base)?;
    let (taker_slot, maker_slot) = (taker.slot(index)?, maker.slot(index)?);
    let (taker_before, maker_before) = (taker.position(index)?.base, maker.position(index)?.base);
    let (taker_after, maker_after) = (taker_before.plus(base)?, maker_before.plus(against)?);
    let opened = increases(taker_before, taker_after) || increases(maker_before, maker_after);
    let notional = paid.unsigned_abs();
    let level = market.level(global);
    let rate = market.rules.fees.fee_up(market.params.taker_fee, market.margin.sigma, market.funding.skew, base, level)?;

    fill(market, taker, taker_slot, base, paid, now)?;
    fill(market, maker, maker_slot, against, ssub(0, paid)?, now)?;
    let fee = charge_fee(market, taker, taker_slot, maker, notional, rate)?;
    market.ledger.fills = add(market.ledger.fills, 1)?;
    market.funding.taken(base);
    market.depth.fill(notional, &market.rules.depth, now)?;
    market.crowd()?;
    check_market(market, opened, now)?;

    for (side, before, filled) in [(taker, taker_before, base), (maker, maker_before, against)] {
        side.settle_bond(setting.bond)?;
        let book = Among::new(index, market, others);
        check_side(market, side, &book, before, (filled, price), global, now)?;
        side.position_mut(index)?.release();
    }
    Ok(Traded { cost: paid, fee })
}
