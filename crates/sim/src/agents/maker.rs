//! A maker: quotes both sides of every market, wider and smaller as the price moves, and leaves when it moves too far.

use super::{Agent, Purse, Standing};
use crate::stage::{Quote, Stage};
use firebreak_risk::{num::lots_down, trade::QuoteTerms, Price, Ratio};

/// Offset in calm times.
const CALM: f64 = 0.0005;
/// How much of a move is added to it.
const WIDEN: f64 = 0.3;
/// Beyond this distance of the price from its one-minute average there is no quote.
const LEAVE: f64 = 0.15;

/// A maker.
pub struct Maker {
    purse: Purse,
    share: f64,
}

impl Maker {
    /// One with `usd`, who quotes `share` of a market's normal depth.
    pub fn new(stage: &mut Stage, usd: f64, share: f64) -> Self {
        let mut purse = Purse::default();
        purse.open(stage, usd);
        Self { purse, share }
    }

    /// The quote for a market of this swing and depth.
    pub fn terms(&self, stage: &Stage, m: u16) -> QuoteTerms {
        let place = &stage.places[m as usize];
        let swing = place.liquidity.swing;
        let usd = if swing > LEAVE { 0.0 } else { place.normal * place.liquidity.depth * self.share };
        let lots = lots_down(crate::world::atoms(usd), stage.backend.market(m).price.spot).unwrap_or(0);
        let offset = Ratio(((CALM + WIDEN * swing) * 1e6) as u32);
        QuoteTerms {
            bid_size: lots,
            ask_size: lots,
            bid_offset: offset,
            ask_offset: offset,
            max_bid: Price(u64::MAX),
            min_ask: Price(0),
            expires: u64::MAX,
            reserved: 0,
        }
    }
}

impl Agent for Maker {
    fn act(&mut self, stage: &mut Stage) {
        let maker = self.purse.accounts[0];
        stage.quotes.retain(|q| q.maker != maker);
        for m in 0..stage.places.len() as u16 {
            let terms = self.terms(stage, m);
            stage.quotes.push(Quote { m, maker, terms });
        }
    }

    fn result(&self, stage: &Stage) -> Standing {
        self.purse.standing(stage, "maker")
    }
}
