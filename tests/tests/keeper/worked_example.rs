//! The worked example of design section 9: symmetric open interest N at 20×, one slot, -90 %, no insurance.

use firebreak_client::{
    oracle::Kind,
    program::instructions::InitialiseArgs,
    risk::{MarketParams, Ratio},
};
use firebreak_tests::{initial, params, prices::Feed, Expect, Trader, World, E, USD};

/// Open interest of 1 000 USD: longs of 3 and 7 units with a twentieth of it, shorts of 4 and 6 with plenty.
struct Scene {
    w: World,
    longs: [Trader; 2],
    shorts: [Trader; 2],
    flat: Trader,
    keeper: Trader,
}

fn scene() -> Scene {
    let mut w = World::with(InitialiseArgs { keeper_bond: 0, keeper_reward: 0, ..initial() });
    let exact = |kind, n| Feed { confidence: 0, ..Feed::new(kind, n, 100) };
    let free = MarketParams { taker_fee: Ratio(0), twap_band: Ratio(1_000_000), ..params() };
    w.list_with(free, vec![exact(Kind::PythUpdate, 0), exact(Kind::SwitchboardOnDemand, 1)]);
    let longs = [w.trader(15), w.trader(35)];
    let shorts = [w.trader(1_000), w.trader(1_000)];
    let (flat, keeper) = (w.trader(77), w.trader(1_000));
    for (short, units) in shorts.iter().zip([4, 6]) {
        w.quote(short, 0, units);
    }
    for (long, short, units) in [(0, 0, 3), (1, 0, 1), (1, 1, 6)] {
        w.take(&longs[long], &shorts[short], 0, units).expect("takes at exactly 20×");
    }
    Scene { w, longs, shorts, flat, keeper }
}

fn crash_and_share(s: &mut Scene) {
    let Scene { w, longs, shorts, keeper, .. } = s;
    w.price(0, 10_00000000, 3);
    for long in longs.iter() {
        w.declare_bankrupt(long).expect("declares");
        w.liquidate(keeper, long, 0).expect("takes over");
    }
    for short in shorts.iter() {
        w.settle(keeper, short, 0).expect("a loss window is open");
    }
    let l = w.ledger(0);
    assert_eq!((l.pool, l.claims, l.deficit), (50 * USD, 900 * USD, 850 * USD));
    w.convert(&shorts[0], 0).refused(E::NothingWarm);
    w.pass(155);
    w.share_loss(0).expect("shares");
    let l = w.ledger(0);
    assert_eq!((l.pool, l.claims, l.deficit), (50 * USD, 50 * USD, 0), "one index of 1/18");
    w.pass(1_500);
}

#[test]
fn winners_share_what_losers_had_in_any_order() {
    let mut totals = vec![];
    for order in [[0, 1], [1, 0]] {
        let mut s = scene();
        let before = [0, 1].map(|i| s.w.engine(&s.shorts[i]).capital);
        crash_and_share(&mut s);
        for i in order {
            s.w.convert(&s.shorts[i].clone(), 0).expect("converts");
        }
        let won = [0, 1].map(|i| s.w.engine(&s.shorts[i]).capital - before[i]);
        assert!(won[0].abs_diff(20 * USD) <= 1 && won[1].abs_diff(30 * USD) <= 1, "in proportion to profit: {won:?}");
        assert!(s.w.ledger(0).pool <= 2, "rounding stays in the pool");
        assert_eq!(s.w.engine(&s.flat).capital, 77 * USD, "flat accounts keep every atom");
        totals.push(won);
    }
    assert_eq!(totals[0], totals[1], "I6");
}

#[test]
fn the_market_reopens_with_nothing_left_over() {
    let mut s = scene();
    crash_and_share(&mut s);
    let Scene { mut w, shorts, flat, keeper, .. } = s;
    w.quote(&keeper, 0, 10);
    for (short, units) in shorts.iter().zip([4, 6]) {
        w.take(short, &keeper, 0, units).expect("closes against whoever took the longs over");
    }
    let l = w.ledger(0);
    assert_eq!((l.long_base, l.short_base, l.deficit, l.debt), (0, 0, 0, 0));
    w.quote(&shorts[0], 0, 10);
    w.take(&flat, &shorts[0], 0, 1).expect("and trades again");
}

#[test]
fn everybody_can_leave_with_what_is_his() {
    let mut s = scene();
    crash_and_share(&mut s);
    let Scene { mut w, shorts, flat, keeper, longs } = s;
    w.quote(&keeper, 0, 10);
    for (short, units) in shorts.iter().zip([4, 6]) {
        w.take(short, &keeper, 0, units).expect("closes");
        w.convert(short, 0).expect("converts");
    }
    for trader in shorts.iter().chain([&flat, &keeper]) {
        let all = w.engine(trader).capital;
        w.withdraw(trader, all).expect("withdraws everything");
        assert!(w.engine(trader).used().next().is_none());
    }
    for long in &longs {
        w.withdraw(long, 1).refused(E::InsufficientCapital);
    }
    let vault = firebreak_client::address::vault(&w.mint);
    assert!(w.tokens(&vault) <= 2, "the vault is empty but for rounding");
}
