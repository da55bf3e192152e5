//! How far a catastrophe reaches into the fund: floor, limits, the caps on an event and a day.

use super::scene::{scene_with, Scene};
use firebreak_client::{
    oracle::Kind,
    program::instructions::InitialiseArgs,
    risk::{MarketParams, Ratio},
};
use firebreak_tests::{initial, params, prices::Feed, stakers::*, Expect, World, E, USD};

/// The example of design section 9 with insurance at 2 % of open interest: 1 000 USD at 20×, -90 % in one slot.
#[test]
fn two_per_cent_and_minus_ninety_leave_the_fund_at_its_floor() {
    for (floor, event_cap) in [(5 * USD, 1_000_000), (5 * USD, 500_000), (0, 1_000_000), (20 * USD, 1_000_000)] {
        let bare = InitialiseArgs {
            keeper_bond: 0,
            keeper_reward: 0,
            insurance_floor: floor,
            event_cap,
            day_cap: 1_000_000,
            ..initial()
        };
        let mut w = World::with(bare);
        let exact = |kind, n| Feed { confidence: 0, ..Feed::new(kind, n, 100) };
        // The allowance is made not to bind: what holds the fund is its floor and its caps.
        let free = MarketParams {
            taker_fee: Ratio(10),
            maker_share: Ratio(0),
            pot_share: Ratio(0),
            insurance_share: Ratio(1_000_000),
            cover_multiple: u32::MAX,
            twap_band: Ratio(1_000_000),
            ..params()
        };
        w.list_with(free, vec![exact(Kind::PythUpdate, 0), exact(Kind::SwitchboardOnDemand, 1)]);
        let (junior, senior) = (w.trader(15), w.trader(5));
        w.stake(&junior, JUNIOR, 15 * USD).expect("stakes");
        w.stake(&senior, SENIOR, 5 * USD).expect("stakes");
        w.allot(0).expect("allots");
        let (short, keeper, flat) = (w.trader(10_000), w.trader(10_000), w.trader(77));
        w.quote(&short, 0, 10);
        let longs = [w.trader(16), w.trader(36)];
        for (long, units) in longs.iter().zip([3, 7]) {
            w.take(long, &short, 0, units).expect("takes at 20×");
        }
        let had: u64 = longs.iter().map(|l| w.engine(l).capital).sum();
        w.price(0, 10_00000000, 3);
        for long in &longs {
            w.declare_bankrupt(long).expect("declares");
            w.liquidate(&keeper, long, 0).expect("takes over");
        }
        w.settle(&short, &short, 0).expect("settles");
        let drawable = (20 * USD - floor).min(20 * USD * event_cap as u64 / 1_000_000);
        match w.share_loss(0) {
            Ok(_) => assert!(drawable > 0),
            Err(why) => assert!(drawable == 0 && why.name == "LossWindowOpen", "{why:?}"),
        }
        let fund = w.insurance().engine.0;
        assert_eq!(fund.fund.assets, 20 * USD - drawable);
        assert!(fund.fund.assets >= floor, "the fund ends at or above its floor");
        // Junior before senior, to the atom.
        assert_eq!(fund.junior.assets, 15 * USD - drawable.min(15 * USD));
        assert_eq!(fund.senior.assets, 20 * USD - drawable - fund.junior.assets);
        w.pass(160);
        w.share_loss(0).expect("claims");
        let l = w.ledger(0);
        assert_eq!(
            (l.deficit, l.pool, l.claims),
            (0, had + drawable, had + drawable),
            "winners have what there was, and insurance"
        );
        assert_eq!(w.engine(&flat).capital, 77 * USD);
        assert!(w.insurance().engine.fund.assets >= floor);
    }
}

#[test]
fn one_event_and_one_day_take_no_more_than_their_caps() {
    let args = InitialiseArgs { event_cap: 200_000, day_cap: 300_000, ..initial() };
    let Scene { mut w, winner, thin, keeper, .. } =
        scene_with(World::with(args), MarketParams { cover_multiple: u32::MAX, ..params() });
    let second = w.trader(170);
    w.pass(1);
    w.take(&second, &winner, 0, 10).expect("takes");
    let mut assets = vec![w.insurance().engine.fund.assets];
    for (victim, price) in [(&thin, 90_00000000), (&second, 80_00000000)] {
        w.price(0, price, 5);
        w.declare_bankrupt(victim).expect("declares");
        w.liquidate(&keeper, victim, 0).expect("takes over");
        w.settle(&winner, &winner, 0).expect("settles");
        w.share_loss(0).expect("pot and insurance");
        assets.push(w.insurance().engine.fund.assets);
        w.share_loss(0).refused(E::LossWindowOpen);
        w.pass(160);
        w.share_loss(0).expect("claims");
        assert_eq!(w.insurance().engine.fund.assets, *assets.last().expect("two"), "asking again brings no more");
    }
    // A fifth in the event; three tenths in the day.
    assert_eq!(assets, [30 * USD, 24 * USD, 21 * USD]);
}

/// A limit bounds one market, and all limits together what lies above the floor.
#[test]
fn limits_of_all_markets_stay_within_what_is_above_the_floor() {
    let mut w = World::with(InitialiseArgs { insurance_floor: 4 * USD, ..initial() });
    for limit in [3, 6, 9] {
        w.list(MarketParams { insurance_limit: limit * USD, ..params() }, 100);
    }
    let ann = w.trader(100);
    let limits = |w: &World| [0, 1, 2].map(|m| w.market(m).engine.limit.now_down(&w.insurance().engine).expect("limit"));
    for (stake, expected) in [(4, [0, 0, 0]), (2, [2, 0, 0]), (5, [3, 4, 0]), (20, [3, 6, 9])] {
        w.stake(&ann, SENIOR, stake * USD).expect("stakes");
        for market in 0..3 {
            w.allot(market).expect("allots");
        }
        assert_eq!(limits(&w), expected.map(|usd| usd * USD));
    }
    // 31 above nothing less 4 of floor: those who leave shrink them only when they no longer fit.
    w.request_unstake(&ann, SENIOR, 16 * 18 * USD).expect("asks");
    w.pass(216_100);
    w.unstake(&ann, SENIOR).expect("leaves 13, of which 9 above the floor");
    let left = limits(&w);
    assert!(left.iter().zip([1_500_000u64, 3 * USD, 4_500_000]).all(|(l, e)| l.abs_diff(e) <= 1), "half of each: {left:?}");
    assert!(left.iter().sum::<u64>() <= w.insurance().engine.limits);
}
