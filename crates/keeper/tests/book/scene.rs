//! Accounts of the program, as bytes.

use anchor_lang::{Discriminator, ZeroCopy};
use bytemuck::Zeroable;
use firebreak_client::{
    address,
    program::{
        constants::LAYOUT_VERSION,
        state::{MarginAccount, Market},
    },
    risk::{
        self,
        defaults::MAJOR,
        ops,
        price::{Quality, RobustPrice},
        Price, Rules,
    },
    ID,
};
use firebreak_keeper::{book, Book, Now, Pubkey};

pub const NOW: Now = Now { slot: 1_000, time: 1_700_000_000 };
pub const USD: u64 = 1_000_000;
/// Lots of a unit and ticks of a USD at 8 decimals.
pub const UNIT: i64 = 10_000_000_000;
pub const TICKS: u64 = 100_000_000;

pub fn robust(ticks: u64, quality: Quality) -> RobustPrice {
    let (spot, low, high) = (Price(ticks), Price(ticks - ticks / 2_000), Price(ticks + ticks / 2_000));
    let quality = quality as u8;
    RobustPrice { spot, low, high, stable: spot, twap: spot, slot: NOW.slot, time: NOW.time, quality, ..RobustPrice::NEW }
}

/// Market number `index` at `usd`.
pub fn market(index: u16, usd: u64) -> Market {
    let params = MAJOR.for_asset(8, u64::MAX / 4);
    let rules = Rules::MAJOR.for_asset(1_000_000 * UNIT as u64, 10_000_000 * USD, u64::MAX / 4);
    let mut state = Market { version: LAYOUT_VERSION, index, ..Market::zeroed() };
    state.engine.0 = risk::Market { price: robust(usd * TICKS, Quality::Primary), ..risk::Market::new(params, rules) };
    ops::accrue(&mut state.engine, 0, NOW).expect("accrues");
    state
}

/// A margin account around an engine account.
pub fn margin(engine: risk::Account) -> MarginAccount {
    let mut state = MarginAccount { version: LAYOUT_VERSION, ..MarginAccount::zeroed() };
    state.engine.0 = engine;
    state
}

/// An address.
pub fn key(n: u64) -> Pubkey {
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&n.to_le_bytes());
    Pubkey::new_from_array(bytes)
}

/// Takes a state in.
pub fn put<T: ZeroCopy + Discriminator>(book: &mut Book, key: Pubkey, slot: u64, state: &T) {
    book.apply(&key, &ID, slot, &book::write(state)).expect("taken in");
}

/// Takes a market in.
pub fn put_market(book: &mut Book, state: &Market) {
    put(book, address::market(state.index), NOW.slot, state);
}
