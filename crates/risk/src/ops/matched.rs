//! A fill that both sides have signed.

use super::{trade, Setting, Traded};
use crate::{
    margin::Markets,
    num::{ratio_down, Result},
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

/// Refuses a price outside of [`sane_band`].
fn require_sane(market: &Market, price: Price) -> Result<()> {
    let (least, most) = sane_band(market)?;
    if price < least || price > most {
        return Err(RiskError::PriceOutOfBand);
    }
    Ok(())
}

/// What two owners may agree on: down to the higher Init line below `low`, up to it above `high`.
pub fn sane_band(market: &Market) -> Result<(Price, Price)> {
    let [long, short] = &market.margin.lines;
    let init = long.init.max(short.init);
    let (low, high) = (market.price.low.0, market.price.high.0);
    // An absurd source may have made `high` useless: then the band has no upper end, and nothing is refused for want of a number.
    let least = low.saturating_sub(ratio_down(low, init).unwrap_or(low)).max(1);
    let most = high.saturating_add(ratio_down(high, init).unwrap_or(high));
    Ok((Price(least), Price(most)))
}
