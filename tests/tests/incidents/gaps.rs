//! One slot that takes everything: T19 and T20. What happens next is in `keeper/worked_example_alone`, to the atom, and here at other leverages.

use crate::common::share;
use firebreak_client::{address, program::events::Deleveraged};
use firebreak_tests::{events, Expect, Gap, Trader, E, USD};

/// Declares and deleverages one loser after the other: the transactions' compute units, and the events.
fn close(s: &mut Gap) -> (Vec<u64>, Vec<Deleveraged>) {
    let Gap { w, losers, winners, .. } = s;
    let (mut used, mut told) = (vec![], vec![]);
    for loser in losers.iter() {
        used.push(w.declare_bankrupt(loser).expect("declares").compute_units_consumed);
        w.rank(0, &winners.iter().collect::<Vec<_>>()).ok();
        let parties = w.opposite(loser, 0, winners);
        let meta = w.deleverage(loser, 0, &parties.iter().collect::<Vec<_>>()).expect("closes");
        used.push(meta.compute_units_consumed);
        told.push(events::<Deleveraged>(&meta).remove(0));
    }
    (used, told)
}

/// The whole of T19 for losers on side `sign` at `leverage`, and a price of `price` × 10^-8 USD from 100.
fn gap(sign: i64, leverage: u64, price: i64) {
    let mut s = Gap::at(sign, leverage);
    let (backing, moved) = (1_000 / leverage * USD, (price - 100_00000000).unsigned_abs());
    let claimed = moved / 10; // of ten units, in atoms
    s.w.price(0, price, 3);
    s.w.pass(155); // the wait for the TWAP, where the move leaves its band
    let (used, told) = close(&mut s);
    assert_eq!(used.len(), 2 * s.losers.len(), "two transactions a bankrupt");
    assert!(used.iter().all(|cu| *cu <= 1_400_000), "{used:?}");
    assert!(told.iter().all(|t| t.price == price as u64), "the robust price");
    let l = s.w.ledger(0);
    assert_eq!((l.long_base, l.short_base, l.debt), (0, 0, 0));
    let claims = l.claims;
    assert!(claims.abs_diff(claimed) <= 2, "{claims} of {claimed}");
    assert_eq!((l.pool, l.deficit), (backing, claims - backing));
    for loser in &s.losers {
        let engine = s.w.engine(loser);
        assert_eq!((engine.capital, engine.used().count()), (0, 0), "to nothing, not below");
    }
    s.w.publish_report(0).expect("publishes");
    let before = s.w.report(0).payable.0;
    assert_eq!(before as u64, (backing as u128 * 1_000_000 / claims as u128) as u64, "h before the loss is shared");
    let won = {
        let capital = [0, 1].map(|i| s.w.engine(&s.winners[i]).capital);
        s.w.pass(155);
        s.w.share_loss(0).expect("shares");
        s.w.publish_report(0).expect("publishes");
        assert_eq!(s.w.report(0).payable.0, 1_000_000, "h after it");
        s.w.pass(1_500);
        s.winners.iter().for_each(|t| drop(s.w.convert(t, 0).expect("converts")));
        [0, 1].map(|i| s.w.engine(&s.winners[i]).capital - capital[i])
    };
    println!("side {sign}, {leverage}×, {price}: h was {before} ppm, winners received {won:?} of {claims} claimed");
    for (won, part) in won.iter().zip([4, 6]) {
        assert!(won.abs_diff(backing * part / 10) <= 1, "min(claim, backing), in proportion to profit");
    }
    assert_eq!(s.w.engine(&s.flat).capital, 77 * USD, "flat users keep every atom");
    assert_eq!(s.w.insurance().engine.fund.assets, 0, "nobody had funded it, and it owes nothing");
}

/// T19. A price that is a tenth of itself one slot later, nobody insured. *Outcome:* the books balance, losers' principal goes to nothing and
/// not below, winners share exactly what losers had in proportion to profit, flat users keep every atom, each bankrupt is closed in two
/// transactions, and the market opens again. *By:* bankruptcy, deleveraging at the robust price in rank order, one index for all claims. No
/// mode has to be entered and reset for it: a market with a deficit is reduce-only until it is shared.
#[test]
fn t19_ninety_per_cent_in_one_slot() {
    for leverage in [5, 10, 20] {
        gap(1, leverage, 10_00000000);
    }
}

/// T20. The same down to one tick and up ninefold. *Outcome* and *means* as in T19. Where the asset is collateral as well: `assets`. A feed
/// that says one tick: `outages`.
#[test]
fn t20_to_nothing_and_tenfold() {
    gap(1, 20, 1);
    gap(1, 5, 1);
    gap(-1, 20, 1_000 * 1_00000000);
    gap(-1, 10, 1_000 * 1_00000000);
}

/// T19, its last line: the market opens again and everybody leaves with what is his.
#[test]
fn t19_the_market_opens_again_and_everybody_leaves() {
    let mut s = Gap::at(1, 10);
    s.w.price(0, 10_00000000, 3);
    close(&mut s);
    let fresh: &Trader = &s.flat.clone();
    s.w.quote(&s.winners[0].clone(), 0, 10);
    s.w.take(fresh, &s.winners[0].clone(), 0, 1).refused(E::MarketReduceOnly);
    share(&mut s.w, 0);
    s.w.pass(1_600);
    let Gap { mut w, losers, winners, flat } = s;
    w.take(&flat, &winners[0], 0, 1).expect("trades again");
    w.take(&flat, &winners[0], 0, -1).expect("and back");
    for t in winners.iter().chain([&flat]) {
        w.convert(t, 0).ok();
        let all = w.engine(t).capital;
        w.withdraw(t, all).expect("withdraws everything");
        assert!(w.engine(t).used().next().is_none());
    }
    for loser in &losers {
        w.withdraw(loser, 1).refused(E::InsufficientCapital);
    }
    assert!(w.tokens(&address::vault(&w.mint)) <= 4, "rounding");
}
