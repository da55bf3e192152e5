//! The worked example of design section 9 when no keeper has any capital: everything is closed by deleveraging, to the atom.

use firebreak_tests::{Expect, Gap, E, USD};

#[test]
fn winners_share_what_losers_had_though_nobody_has_capital() {
    let mut s = Gap::new(1);
    s.w.price(0, 10_00000000, 3);
    let events = s.close([0, 1]);
    assert_eq!([events[0].price, events[1].price], [10_00000000; 2], "the robust price");
    assert_eq!([events[0].left, events[1].left], [0, 0]);
    assert_eq!([events[0].deficit, events[1].deficit], [255 * USD, 595 * USD]);
    assert_eq!(events[0].parties.len(), 1, "the first one's six units are enough");
    let l = s.w.ledger(0);
    assert_eq!((l.long_base, l.short_base), (0, 0), "nothing is open any more");
    assert_eq!((l.pool, l.claims, l.debt, l.deficit), (50 * USD, 900 * USD, 0, 850 * USD));
    let claims = [0, 1].map(|i| s.w.engine(&s.winners[i]).positions[0].result);
    assert_eq!(claims, [360 * USD as i64, 540 * USD as i64], "all of each one's profit is its claim");
    let won = s.pay([0, 1]);
    assert!(won[0].abs_diff(20 * USD) <= 1 && won[1].abs_diff(30 * USD) <= 1, "one index of 1/18: {won:?}");
    assert!(s.w.ledger(0).pool <= 2, "rounding stays in the pool");
    assert_eq!(s.w.engine(&s.flat).capital, 77 * USD, "flat accounts keep every atom");
}

#[test]
fn the_same_at_other_moves() {
    for (sign, price) in [(1, 1_000_000_000), (1, 10_000_000), (-1, 100_000_000_000)] {
        let mut s = Gap::new(sign);
        s.w.price(0, price, 3);
        s.w.pass(155); // ten times the price is outside any band: the wait for the TWAP
        s.close([1, 0]);
        let won = s.pay([1, 0]);
        assert!(won[0].abs_diff(20 * USD) <= 1 && won[1].abs_diff(30 * USD) <= 1, "{price}: {won:?}");
    }
}

#[test]
fn i6_permuted_orders_of_deleveraging_and_converting_give_the_same_money() {
    let mut totals = vec![];
    for closing in [[0, 1], [1, 0]] {
        for paying in [[0, 1], [1, 0]] {
            let mut s = Gap::new(1);
            s.w.price(0, 10_00000000, 3);
            s.close(closing);
            totals.push(s.pay(paying));
        }
    }
    assert!(totals.iter().all(|t| *t == totals[0]), "{totals:?}");
}

#[test]
fn i6_without_a_board_any_pairs_give_the_same_money() {
    // One counterparty a call and nobody ranked: the caller chooses the pairs, and moves no money by it.
    let mut totals = vec![];
    for pairs in [[(0, 0), (1, 0), (1, 1)], [(0, 1), (1, 0), (1, 1)], [(1, 0), (1, 1), (0, 1)], [(1, 1), (0, 0), (1, 0)]] {
        let mut s = Gap::new(1);
        s.w.price(0, 10_00000000, 3);
        for loser in s.losers.clone() {
            s.w.declare_bankrupt(&loser).expect("declares");
        }
        for (loser, winner) in pairs {
            s.w.deleverage(&s.losers[loser].clone(), 0, &[&s.winners[winner].clone()]).expect("closes");
        }
        assert_eq!(s.w.ledger(0).long_base, 0);
        totals.push(s.pay([0, 1]));
    }
    assert!(totals.iter().all(|t| *t == totals[0]), "{totals:?}");
}

#[test]
fn the_market_reopens_and_everybody_leaves() {
    let mut s = Gap::new(1);
    s.w.price(0, 10_00000000, 3);
    s.close([0, 1]);
    s.pay([1, 0]);
    let Gap { mut w, losers, winners, flat } = s;
    w.quote(&winners[0], 0, 10);
    w.take(&flat, &winners[0], 0, 1).expect("trades again");
    w.take(&flat, &winners[0], 0, -1).expect("and back");
    for trader in winners.iter().chain([&flat]) {
        w.settle(trader, trader, 0).ok();
        let all = w.engine(trader).capital;
        w.withdraw(trader, all).expect("withdraws everything");
        assert!(w.engine(trader).used().next().is_none());
    }
    for loser in &losers {
        assert!(w.engine(loser).used().next().is_none(), "a clean slate");
        w.withdraw(loser, 1).refused(E::InsufficientCapital);
    }
    let vault = firebreak_client::address::vault(&w.mint);
    assert!(w.tokens(&vault) <= 2, "the vault is empty but for rounding: {}", w.tokens(&vault));
}
