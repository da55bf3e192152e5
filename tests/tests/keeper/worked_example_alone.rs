//! The worked example of design section 9 when no keeper has any capital: everything is closed by deleveraging, to the atom.

use firebreak_client::{
    oracle::Kind,
    program::{events::Deleveraged, instructions::InitialiseArgs},
    risk::{MarketParams, Ratio},
};
use firebreak_tests::{events, initial, params, prices::Feed, Expect, Trader, World, E, USD};

/// Open interest of 1 000 USD: losers of 3 and 7 units at 20×, winners of 4 and 6 with plenty. `sign` is the losers' side.
pub struct Scene {
    pub w: World,
    pub losers: [Trader; 2],
    pub winners: [Trader; 2],
    pub flat: Trader,
}

pub fn scene(sign: i64) -> Scene {
    let mut w = World::with(InitialiseArgs { keeper_bond: 0, keeper_reward: 0, ..initial() });
    let exact = |kind, n| Feed { confidence: 0, ..Feed::new(kind, n, 100) };
    let free = MarketParams { taker_fee: Ratio(0), twap_band: Ratio(1_000_000), ..params() };
    w.list_with(free, vec![exact(Kind::PythUpdate, 0), exact(Kind::SwitchboardOnDemand, 1)]);
    let losers = [w.trader(15), w.trader(35)];
    let winners = [w.trader(1_000), w.trader(1_000)];
    let flat = w.trader(77);
    for (winner, units) in winners.iter().zip([4, 6]) {
        w.quote(winner, 0, units);
    }
    for (loser, winner, units) in [(0, 0, 3), (1, 0, 1), (1, 1, 6)] {
        w.take(&losers[loser], &winners[winner], 0, sign * units).expect("takes at exactly 20×");
    }
    Scene { w, losers, winners, flat }
}

/// Declares the losers and deleverages them, `order` first, against whoever ranks first by then.
fn close(s: &mut Scene, order: [usize; 2]) -> Vec<Deleveraged> {
    let Scene { w, losers, winners, .. } = s;
    for loser in losers.iter() {
        w.declare_bankrupt(loser).expect("declares");
    }
    let mut done = vec![];
    for i in order {
        let ranked: Vec<&Trader> = winners.iter().collect();
        w.rank(0, &ranked).ok();
        let parties = w.opposite(&losers[i], 0, winners);
        let meta = w.deleverage(&losers[i], 0, &parties.iter().collect::<Vec<_>>()).expect("closes");
        done.push(events::<Deleveraged>(&meta).remove(0));
    }
    done
}

/// Carries the loss to the end and pays the winners out. Returns what each won.
fn pay(s: &mut Scene, order: [usize; 2]) -> [u64; 2] {
    let Scene { w, winners, .. } = s;
    let before = [0, 1].map(|i| w.engine(&winners[i]).capital);
    w.pass(155);
    w.share_loss(0).expect("shares");
    assert_eq!(w.ledger(0).deficit, 0);
    w.pass(1_500);
    for i in order {
        w.convert(&winners[i], 0).expect("converts");
    }
    [0, 1].map(|i| w.engine(&winners[i]).capital - before[i])
}

#[test]
fn winners_share_what_losers_had_though_nobody_has_capital() {
    let mut s = scene(1);
    s.w.price(0, 10_00000000, 3);
    let events = close(&mut s, [0, 1]);
    assert_eq!([events[0].price, events[1].price], [10_00000000; 2], "the robust price");
    assert_eq!([events[0].left, events[1].left], [0, 0]);
    assert_eq!([events[0].deficit, events[1].deficit], [255 * USD, 595 * USD]);
    assert_eq!(events[0].parties.len(), 1, "the first one's six units are enough");
    let l = s.w.ledger(0);
    assert_eq!((l.long_base, l.short_base), (0, 0), "nothing is open any more");
    assert_eq!((l.pool, l.claims, l.debt, l.deficit), (50 * USD, 900 * USD, 0, 850 * USD));
    let claims = [0, 1].map(|i| s.w.engine(&s.winners[i]).positions[0].result);
    assert_eq!(claims, [360 * USD as i64, 540 * USD as i64], "all of each one's profit is its claim");
    let won = pay(&mut s, [0, 1]);
    assert!(won[0].abs_diff(20 * USD) <= 1 && won[1].abs_diff(30 * USD) <= 1, "one index of 1/18: {won:?}");
    assert!(s.w.ledger(0).pool <= 2, "rounding stays in the pool");
    assert_eq!(s.w.engine(&s.flat).capital, 77 * USD, "flat accounts keep every atom");
}

#[test]
fn the_same_at_other_moves() {
    for (sign, price) in [(1, 1_000_000_000), (1, 10_000_000), (-1, 100_000_000_000)] {
        let mut s = scene(sign);
        s.w.price(0, price, 3);
        s.w.pass(155); // ten times the price is outside any band: the wait for the TWAP
        close(&mut s, [1, 0]);
        let won = pay(&mut s, [1, 0]);
        assert!(won[0].abs_diff(20 * USD) <= 1 && won[1].abs_diff(30 * USD) <= 1, "{price}: {won:?}");
    }
}

#[test]
fn i6_permuted_orders_of_deleveraging_and_converting_give_the_same_money() {
    let mut totals = vec![];
    for closing in [[0, 1], [1, 0]] {
        for paying in [[0, 1], [1, 0]] {
            let mut s = scene(1);
            s.w.price(0, 10_00000000, 3);
            close(&mut s, closing);
            totals.push(pay(&mut s, paying));
        }
    }
    assert!(totals.iter().all(|t| *t == totals[0]), "{totals:?}");
}

#[test]
fn i6_without_a_board_any_pairs_give_the_same_money() {
    // One counterparty a call and nobody ranked: the caller chooses the pairs, and moves no money by it.
    let mut totals = vec![];
    for pairs in [[(0, 0), (1, 0), (1, 1)], [(0, 1), (1, 0), (1, 1)], [(1, 0), (1, 1), (0, 1)], [(1, 1), (0, 0), (1, 0)]] {
        let mut s = scene(1);
        s.w.price(0, 10_00000000, 3);
        for loser in s.losers.clone() {
            s.w.declare_bankrupt(&loser).expect("declares");
        }
        for (loser, winner) in pairs {
            s.w.deleverage(&s.losers[loser].clone(), 0, &[&s.winners[winner].clone()]).expect("closes");
        }
        assert_eq!(s.w.ledger(0).long_base, 0);
        totals.push(pay(&mut s, [0, 1]));
    }
    assert!(totals.iter().all(|t| *t == totals[0]), "{totals:?}");
}

#[test]
fn the_market_reopens_and_everybody_leaves() {
    let mut s = scene(1);
    s.w.price(0, 10_00000000, 3);
    close(&mut s, [0, 1]);
    pay(&mut s, [1, 0]);
    let Scene { mut w, losers, winners, flat } = s;
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
