//! Which quotes to trade against.

use super::Round;
use firebreak_client::{
    program::state::{MarginAccount, Market},
    risk::BaseQty,
    Pubkey,
};

/// A maker and what it offers now.
pub struct Offer {
    pub maker: Pubkey,
    pub price: u64,
    pub size: u64,
}

impl Round<'_> {
    /// Offers for a taker of `base` (only its sign counts) in `market`, best first; those of `owner` are left out.
    pub(super) fn offers(&mut self, market: &Market, base: BaseQty, owner: &Pubkey, most: usize) -> Vec<Offer> {
        let keys: Vec<(Pubkey, Pubkey)> = self.book.quotes(market.index).map(|held| (held.key, held.state.account)).collect();
        let mut offers = vec![];
        for (key, maker) in keys {
            let Ok(quote) = self.desk.quote(&key) else { continue };
            let Ok((price, size)) = quote.terms.offer(&market.engine, base, self.now) else { continue };
            if size > 0 {
                offers.push(Offer { maker, price: price.0, size });
            }
        }
        offers.sort_by_key(|offer| if base.is_long() { offer.price } else { u64::MAX.saturating_sub(offer.price) });
        let mut kept = vec![];
        for offer in offers {
            let is_others = self.desk.account(&offer.maker).is_ok_and(|maker: MarginAccount| maker.owner != *owner);
            if is_others && kept.len() < most {
                kept.push(offer);
            }
        }
        kept
    }
}
