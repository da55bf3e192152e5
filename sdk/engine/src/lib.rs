//! The engine's health for JavaScript.
//!
//! One call: the caller writes an account and what it holds into [`input`], calls [`measure`], and reads the figures from [`output`].
//! All of it is words of 64 bits, little-endian, laid out as `sdk/ts/src/engine.ts` says beside each field. Nothing is computed here: this
//! crate only unpacks bytes, asks `firebreak-risk`, and packs the answers.
#![cfg_attr(target_arch = "wasm32", no_std)]

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use firebreak_risk::{
    account::MAX_POSITIONS,
    collateral::{Collateral, MAX_COLLATERALS},
    crossing::{span_inward, Line},
    margin::{health, init_health, mark, Markets, Valued},
    num::Result,
    price::Use,
    Account, Market, Now, RiskError,
};

#[cfg(target_arch = "wasm32")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

const ACCOUNT: usize = size_of::<Account>() / 8;
const MARKET: usize = size_of::<Market>() / 8;
const COLLATERAL: usize = size_of::<Collateral>() / 8;
/// Slot, time, how many markets, how many collaterals.
const HEAD: usize = 4;
/// Each market and collateral comes with its index before it. The settlement token's own record counts among the collaterals.
const INPUT: usize = HEAD + ACCOUNT + MAX_POSITIONS * (1 + MARKET) + (1 + MAX_COLLATERALS) * (1 + COLLATERAL);
/// Figures of the account.
const WHOLE: usize = 10;
/// Figures of a position.
const EACH: usize = 22;
const OUTPUT: usize = WHOLE + MAX_POSITIONS * EACH;
/// Index of the settlement token's own record.
const SETTLEMENT: u64 = 0;

// Atomics, because plain memory that JavaScript writes would need unsafe code.
static IN: [AtomicU64; INPUT] = [const { AtomicU64::new(0) }; INPUT];
static OUT: [AtomicU64; OUTPUT] = [const { AtomicU64::new(0) }; OUTPUT];

/// Where the input begins in memory.
#[no_mangle]
pub extern "C" fn input() -> usize {
    IN.as_ptr() as usize
}

/// Where the figures begin in memory.
#[no_mangle]
pub extern "C" fn output() -> usize {
    OUT.as_ptr() as usize
}

/// Bytes of an account (0), a market (1) and a collateral (2): a caller with other layouts is of another version.
#[no_mangle]
pub extern "C" fn size_of_kind(kind: u32) -> usize {
    match kind {
        0 => size_of::<Account>(),
        1 => size_of::<Market>(),
        2 => size_of::<Collateral>(),
        _ => 0,
    }
}

/// Measures what [`IN`] holds. 0, or 1 and the place of the refusal in [`RiskError::ALL`].
#[no_mangle]
pub extern "C" fn measure() -> u32 {
    match measured() {
        Ok(()) => 0,
        Err(why) => RiskError::ALL.iter().position(|e| *e == why).map_or(u32::MAX, |place| place as u32 + 1),
    }
}

fn word(at: usize) -> u64 {
    IN.get(at).map_or(0, |word| word.load(Relaxed))
}

fn words<const N: usize>(at: usize) -> [u64; N] {
    core::array::from_fn(|i| word(at + i))
}

/// The records that were passed, read when they are asked for.
struct Passed {
    markets: [Option<(u16, Market)>; MAX_POSITIONS],
    collaterals: [Option<(u16, Collateral)>; 1 + MAX_COLLATERALS],
}

impl Passed {
    fn read() -> Self {
        let (markets, collaterals) = (word(2), word(3));
        let first_market = HEAD + ACCOUNT;
        let first_collateral = first_market + markets.min(MAX_POSITIONS as u64) as usize * (1 + MARKET);
        Self {
            markets: core::array::from_fn(|i| {
                let at = first_market + i * (1 + MARKET);
                ((i as u64) < markets).then(|| (word(at) as u16, bytemuck::cast(words::<MARKET>(at + 1))))
            }),
            collaterals: core::array::from_fn(|i| {
                let at = first_collateral + i * (1 + COLLATERAL);
                ((i as u64) < collaterals).then(|| (word(at) as u16, bytemuck::cast(words::<COLLATERAL>(at + 1))))
            }),
        }
    }
}

impl Markets for Passed {
    fn market(&self, index: u16) -> Result<&Market> {
        self.markets.iter().flatten().find(|m| m.0 == index).map(|m| &m.1).ok_or(RiskError::NoPosition)
    }

    fn collateral(&self, index: u16) -> Result<&Collateral> {
        self.collaterals.iter().flatten().find(|c| c.0 == index).map(|c| &c.1).ok_or(RiskError::NoCollateral)
    }

    fn settlement(&self) -> Result<&Collateral> {
        self.collateral(SETTLEMENT as u16)
    }
}

fn measured() -> Result<()> {
    let now = Now { slot: word(0), time: word(1) as i64 };
    let account: Account = bytemuck::cast(words::<ACCOUNT>(HEAD));
    let passed = Passed::read();
    let mut at = 0;
    let mut put = |x: u64| {
        if let Some(place) = OUT.get(at) {
            place.store(x, Relaxed);
        }
        at += 1;
    };
    let whole = health(&account, &passed, now)?;
    let positions = account.active().count();
    put(init_health(&account, &passed, false, now)? as u64);
    put(init_health(&account, &passed, true, now)? as u64);
    put(whole.liq_end as u64);
    put(whole.maint as u64);
    put(whole.solvency as u64);
    put(whole.notional);
    put(whole.maint_required);
    put(whole.unpriced as u64);
    put(whole.collateral);
    put(positions as u64);
    for position in account.active() {
        let market = passed.market(position.market)?;
        let valued = Valued::new(position, market, Use::Maint, now)?;
        let (price, usable) = mark(position, market, Use::Maint, now);
        put(position.market as u64);
        put(position.base.0 as u64);
        put(price.0);
        put(usable as u64);
        put(valued.notional);
        put(valued.result as u64);
        put(market.margin.crowded_up(valued.lines.init)?.0 as u64);
        put(valued.lines.liq_end.0 as u64);
        put(valued.lines.maint.0 as u64);
        put(!position.base.is_flat() as u64);
        for line in Line::ALL {
            // Without exposure no price of this market matters.
            let span = match position.base.is_flat() {
                true => None,
                false => span_inward(&account, position.market, line, &passed, now)?,
            };
            put(span.is_some() as u64);
            put(span.and_then(|s| s.from).map_or(0, |p| p.0));
            put(span.and_then(|s| s.to).map_or(0, |p| p.0));
        }
    }
    Ok(())
}
