//! `position`, `settle`: warm-up, and the table of design section 7.

use crate::{any_size, ceil_of, config, exact, over, world};
use firebreak_risk::{
    settle::{convert, settle},
    BaseQty, Ledger, Market, Now, Position, Price,
};
use proptest::prelude::*;

const NOW: Now = Now { slot: 1_000, time: 1_700_000_000 };

/// A market at one price, holding one position, an opposite one of the same size, and nothing else.
fn one(position: &Position, price: u64) -> Market {
    let mut market = world::market(world::params());
    let p = &mut market.price;
    (p.spot, p.low, p.high, p.twap, p.stable) = (Price(price), Price(price), Price(price), Price(price), Price(price));
    (p.lows, p.highs) = ([Price(price); 2], [Price(price); 2]);
    (p.quality, p.time, p.slot) = (2, NOW.time, NOW.slot);
    market.ledger = Ledger {
        long_base: position.base.abs(),
        short_base: position.base.abs(),
        long_entry: if position.base.is_long() { position.entry } else { 0 },
        short_entry: if position.base.is_long() { 0 } else { position.entry },
        claims: position.result.max(0) as u64,
        debt: position.result.min(0).unsigned_abs(),
        ..Ledger::NEW
    };
    market
}

/// A claim of `result`, of which `cold` was not warm `ago` seconds before, with `left` seconds to go.
fn warming(result: u64, cold: u64, ago: u64, left: u64) -> Position {
    Position {
        result: result as i64,
        cold: cold.min(result),
        cold_since: NOW.time - ago as i64,
        cold_until: NOW.time + left as i64,
        used: 1,
        ..Position::EMPTY
    }
}

proptest! {
    #![proptest_config(config())]

    /// The cold part shrinks linearly; rounded up.
    #[test]
    fn warm_up_is_linear(claim in any_size(62), cold in any_size(62), ago in any_size(20), left in any_size(20)) {
        let position = warming(claim, cold, ago, left);
        let span = ago + left;
        let want = if span == 0 || left == 0 { Ok(0) } else { ceil_of(&(exact(position.cold) * over(left, span))) };
        prop_assert_eq!(position.cold_up(NOW.time), want);
        prop_assert_eq!(position.warm_down(NOW.time), want.map(|cold| claim - cold));
    }

    /// A profit: debt first, the rest is a claim whose remaining time is the amount-weighted mean, rounded up.
    #[test]
    fn a_profit(
        lots in any_size(40), price in any_size(50), gain in any_size(60), claim in any_size(60), cold in any_size(60),
        times in (any_size(12), any_size(12)), warmup in 1i64..604_800, debt in any::<bool>(), capital in any_size(60),
    ) {
        prop_assume!(lots > 0 && price > 0 && gain > 0);
        let mut position = warming(if debt { 0 } else { claim }, if debt { 0 } else { cold }, times.0, times.1);
        position.base = BaseQty(lots as i64);
        position.result = if debt { -(claim as i64) } else { claim as i64 };
        let value = firebreak_risk::num::value_down(Price(price), position.base).unwrap();
        position.entry = value - gain as i64;
        let mut market = one(&position, price);
        market.params.claim_warmup = warmup;
        let (before, ledger, mut left) = (position, market.ledger, capital);
        settle(&mut market, &mut left, &mut position, NOW).unwrap();

        let cancelled = if debt { claim.min(gain) } else { 0 };
        let earned = gain - cancelled;
        let paid = if debt { (claim - cancelled).min(capital) } else { 0 };
        prop_assert_eq!(left, capital - paid);
        prop_assert_eq!(position.result, before.result + gain as i64 + paid as i64);
        let l = &market.ledger;
        prop_assert_eq!((l.pool, l.claims), (ledger.pool + paid, ledger.claims + earned));
        prop_assert_eq!(l.debt, ledger.debt - cancelled - paid);
        prop_assert_eq!(l.long_entry, ledger.long_entry + gain as i64);
        if earned > 0 {
            let cold = before.cold_up(NOW.time).unwrap();
            let left = if cold == 0 { 0 } else { times.1 };
            let mean = (exact(cold) * exact(left) + exact(earned) * exact(warmup)) / exact(cold + earned);
            prop_assert_eq!(position.cold, cold + earned);
            prop_assert_eq!(position.cold_until - NOW.time, mean.ceil().to_integer().to_string().parse::<i64>().unwrap());
        }
    }

    /// A loss: the position's own claim first, warm and cold in proportion, then capital, the rest is debt.
    #[test]
    fn a_loss(
        lots in any_size(40), price in any_size(50), loss in any_size(60), claim in any_size(60), cold in any_size(60),
        times in (any_size(12), any_size(12)), capital in any_size(60), long in any::<bool>(),
    ) {
        prop_assume!(lots > 0 && price > 0 && loss > 0);
        let mut position = warming(claim, cold, times.0, times.1);
        position.base = BaseQty(if long { lots as i64 } else { -(lots as i64) });
        position.entry = firebreak_risk::num::value_down(Price(price), position.base).unwrap() + loss as i64;
        let mut market = one(&position, price);
        let (before, ledger, mut left) = (position, market.ledger, capital);
        let settled = settle(&mut market, &mut left, &mut position, NOW).unwrap();

        let cancelled = loss.min(claim);
        let paid = (loss - cancelled).min(capital);
        prop_assert_eq!((settled.paid, settled.gain, left), (paid, -(loss as i64), capital - paid));
        prop_assert_eq!(position.result, claim as i64 - loss as i64 + paid as i64);
        let l = &market.ledger;
        prop_assert_eq!((l.pool, l.claims, l.debt), (paid, ledger.claims - cancelled, loss - cancelled - paid));
        let was = exact(before.cold_up(NOW.time).unwrap());
        let want = if claim == 0 { exact(0) } else { was * over(claim - cancelled, claim) };
        let got = exact(position.cold);
        prop_assert!(want <= got && got < want + exact(1));
    }

    /// A conversion pays the warm part, all of it, and leaves the cold part as it is.
    #[test]
    fn a_conversion(claim in any_size(60), cold in any_size(60), times in (any_size(12), any_size(12)), pool in any_size(61)) {
        let mut position = warming(claim, cold, times.0, times.1);
        let mut market = one(&position, 1);
        market.ledger.pool = pool;
        let warm = position.warm_down(NOW.time).unwrap();
        let (mut capital, before) = (7, (position, market));
        let result = convert(&mut market, &mut capital, &mut position, NOW);
        if warm > 0 && pool >= claim {
            prop_assert_eq!(result, Ok(warm));
            prop_assert_eq!((capital, market.ledger.pool, market.ledger.claims), (7 + warm, pool - warm, claim - warm));
            prop_assert_eq!(position.cold_up(NOW.time), before.0.cold_up(NOW.time));
            prop_assert_eq!(position.warm_down(NOW.time), Ok(0));
        } else {
            prop_assert!(result.is_err());
            prop_assert_eq!((position, market.ledger, capital), (before.0, before.1.ledger, 7));
        }
    }
}
