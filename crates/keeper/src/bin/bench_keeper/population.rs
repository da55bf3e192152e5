//! Markets and accounts as the program would have written them.

use bytemuck::Zeroable;
use firebreak_client::{
    address,
    program::{
        constants::LAYOUT_VERSION,
        state::{MarginAccount, Market},
    },
    risk::{
        self, defaults::MAJOR, index::LossIndex, num::notional_down, ops, price::Quality, price::RobustPrice, BaseQty, Price,
        Ratio, Rules,
    },
    ID,
};
use firebreak_keeper::{book, Book, Now, Pubkey};
use std::error::Error;

/// The clock.
pub const NOW: Now = Now { slot: 1_000, time: 1_700_000_000 };
const USD: u64 = 1_000_000;
/// Lots of a unit and ticks of a USD at 8 decimals.
const UNIT: u64 = 10_000_000_000;
const TICKS: u64 = 100_000_000;
const MARKETS: u16 = 8;

/// Markets, and a sequence that is the same every time.
pub struct Population {
    markets: Vec<Market>,
    seed: u64,
}

impl Population {
    /// Markets at 100 USD.
    pub fn new() -> Self {
        Self { markets: (0..MARKETS).map(market).collect(), seed: 0x9e37_79b9_7f4a_7c15 }
    }

    fn draw(&mut self, below: u64) -> u64 {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) % below.max(1)
    }

    /// Fills `book` with `count` accounts; every one holds market 0.
    pub fn fill(&mut self, book: &mut Book, count: usize) -> Result<(), Box<dyn Error>> {
        for market in self.markets.clone() {
            put(book, address::market(market.index), &market)?;
        }
        for n in 0..count {
            let state = self.account(n);
            let mut key = [0u8; 32];
            key.get_mut(..8).ok_or("32 bytes")?.copy_from_slice(&(n as u64).to_le_bytes());
            put(book, Pubkey::new_from_array(key), &state)?;
        }
        Ok(())
    }

    /// One to four positions at up to 20×, half of them short, every eighth with a claim of before a loss was shared.
    fn account(&mut self, n: usize) -> MarginAccount {
        let mut state = MarginAccount { version: LAYOUT_VERSION, ..MarginAccount::zeroed() };
        state.owner = Pubkey::new_from_array([n as u8; 32]);
        state.engine.0 = risk::Account::NEW;
        let positions = 1 + n % 4;
        for i in 0..positions {
            let market = if i == 0 { 0 } else { 1 + ((n / 4 + i) % (MARKETS as usize - 1)) as u16 };
            let lots = UNIT / 10 + self.draw(UNIT * 5);
            let paid = Price(TICKS * (98_000 + self.draw(4_000)) / 1_000);
            let entry = notional_down(paid, lots).unwrap_or(0) as i64;
            let long = self.draw(2) == 0;
            let claim = if self.draw(8) == 0 { self.draw(5 * USD) as i64 } else { 0 };
            if let Ok(slot) = state.engine.slot(market) {
                if let Some(p) = state.engine.positions.get_mut(slot) {
                    (p.base, p.entry) = if long { (BaseQty(lots as i64), entry) } else { (BaseQty(-(lots as i64)), -entry) };
                    (p.result, p.index, p.size_term, p.accepted) = (claim, LossIndex::NEW, Ratio(17 * i as u32), Ratio(30_000));
                }
            }
            // Between 5 % and 105 % of the notional.
            let share = 50_000 + self.draw(1_000_000);
            state.engine.capital += (entry as u64).saturating_mul(share) / 1_000_000;
        }
        state
    }

    /// Moves market 0 to `millis` thousandths of a USD.
    pub fn price(&mut self, book: &mut Book, millis: u64, round: u64) -> Result<(), Box<dyn Error>> {
        let mut market = *self.markets.first().ok_or("there is a market")?;
        market.engine.price = robust(millis * TICKS / 1_000);
        market.engine.price.slot += round;
        put(book, address::market(0), &market)
    }
}

fn put<T: anchor_lang::ZeroCopy + anchor_lang::Discriminator>(
    book: &mut Book,
    key: Pubkey,
    state: &T,
) -> Result<(), Box<dyn Error>> {
    book.apply(&key, &ID, NOW.slot, &book::write(state))?;
    Ok(())
}

fn robust(ticks: u64) -> RobustPrice {
    let (spot, low, high) = (Price(ticks), Price(ticks - ticks / 2_000), Price(ticks + ticks / 2_000));
    let quality = Quality::Primary as u8;
    RobustPrice { spot, low, high, stable: spot, twap: spot, slot: NOW.slot, time: NOW.time, quality, ..RobustPrice::NEW }
}

fn market(index: u16) -> Market {
    let params = MAJOR.for_asset(8, u64::MAX / 4);
    let rules = Rules::MAJOR.for_asset(1_000_000 * UNIT, 10_000_000 * USD, u64::MAX / 4);
    let mut state = Market { version: LAYOUT_VERSION, index, ..Market::zeroed() };
    state.engine.0 = risk::Market { price: robust(100 * TICKS), ..risk::Market::new(params, rules) };
    if let Err(why) = ops::accrue(&mut state.engine, 0, NOW) {
        eprintln!("the market does not accrue: {why:?}");
    }
    // Claims that were not touched since have to be scaled.
    state.engine.ledger.index = LossIndex::NEW.shrunk_down(99, 100).unwrap_or(LossIndex::NEW);
    state
}
