//! A fill that both sides have signed.

use super::{trade, Setting, Traded};
use crate::{
    margin::Markets,
    num::{add, ratio_down, Result},
    Account, BaseQty, Market, Price, RiskError,
};

/// Like [`trade`], at a price that the two sides agreed on. They may agree on any within the market's Init line of the robust price: a
/// fill further away would alone cost a side more than the margin it is opened with, and tells nobody what the asset is worth. A halt
/// narrows that to the breaker's band, and a side that ends below Init to the robust price less its penalty, as in every fill.
pub fn match_trade(
    (index, market): (u16, &mut Market),
    (taker, maker): (&mut Account, &mut Account),
    (base, price): (BaseQty, Price),
    others: &impl Markets,
    setting: &Setting,
) -> Result<Traded> {
    require_sane(market, price)?;
    trade((index, market), (taker, maker), (base, price), others, setting)
}

/// Refuses a price further than the higher Init line below `low` or above `high`.
fn require_sane(market: &Market, price: Price) -> Result<()> {
    let [long, short] = &market.margin.lines;
    let init = long.init.max(short.init);
    let (low, high) = (market.price.low.0, market.price.high.0);
    let least = low.saturating_sub(ratio_down(low, init)?).max(1);
    let most = add(high, ratio_down(high, init)?)?;
    if price.0 < least || price.0 > most {
        return Err(RiskError::PriceOutOfBand);
    }
    Ok(())
}
