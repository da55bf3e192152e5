//! The throttle: what one window lets pass, and whom it never holds back.

use firebreak_client::{
    oracle::Kind,
    risk::{margin::health, throttle::is_exempt, throttle::ThrottleRules, Ratio, Rules},
};
use firebreak_tests::{params, prices::Feed, terms, Expect, Trader, World, E, UNIT};

const LATER: u64 = 600;

/// A market that lets a tenth of its depth pass in 150 slots, and exempts whoever a tenth of σ would bankrupt.
struct Scene {
    w: World,
    thin: Trader,
    keeper: Trader,
    bidder: Trader,
}

fn scene(share: u32) -> Scene {
    let mut w = World::new();
    let feeds = vec![Feed::new(Kind::PythUpdate, 0, 100), Feed::new(Kind::SwitchboardOnDemand, 1, 100)];
    let market = w.list_silent(params(), feeds);
    let throttle = ThrottleRules { share: Ratio(share), window_slots: 150, exempt_sigmas: 100_000, reserved: 0 };
    w.set_rules(market, Rules { throttle, ..Rules::plain(&params()) }).expect("before its first price");
    for slots in [0, 5] {
        w.vm.pass(slots);
        w.publish(market);
        w.refresh(market).expect("refreshes");
    }
    let (maker, thin, keeper, bidder) = (w.trader(10_000), w.trader(60), w.trader(10_000), w.trader(10_000));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("1 000 USD of depth");
    w.quote_with(&bidder, 0, terms(100)).expect("quotes");
    w.price(0, 97_00000000, 5);
    w.flag(&thin).expect("flags");
    w.pass(25);
    Scene { w, thin, keeper, bidder }
}

fn exempt(w: &World, t: &Trader) -> bool {
    let market = w.market(0).engine.0;
    let health = health(&w.engine(t), &&market, w.now()).expect("health");
    is_exempt(&market.rules.throttle, &health, market.margin.window_sigma[0]).expect("small")
}

#[test]
fn a_budget_that_is_used_up_refuses() {
    let Scene { mut w, thin, keeper, bidder } = scene(100_000);
    assert!(!exempt(&w, &thin));
    // A tenth of nearly 1 000 USD.
    w.liquidate(&keeper, &thin, 0).refused(E::Throttled);
    w.into_quotes(&keeper, &bidder, &thin, 0, u64::MAX / 4).refused(E::Throttled);
    let half = UNIT as u64 / 2;
    w.liquidate_lots(&keeper, &thin, 0, half).expect("a smaller step");
    w.into_quotes(&keeper, &bidder, &thin, 0, half).expect("the same budget for both ways");
    w.liquidate_lots(&keeper, &thin, 0, half).refused(E::Throttled);
    w.into_quotes(&keeper, &bidder, &thin, 0, half).refused(E::Throttled);
    w.pass(LATER);
    w.liquidate_lots(&keeper, &thin, 0, half).expect("another window");
}

#[test]
fn who_is_close_to_bankruptcy_passes() {
    let Scene { mut w, thin, keeper, .. } = scene(1);
    w.liquidate(&keeper, &thin, 0).refused(E::Throttled);
    w.price(0, 94_20000000, 3);
    assert!(exempt(&w, &thin));
    w.liquidate(&keeper, &thin, 0).expect("before it owes more than it has");
}

#[test]
fn a_bankrupt_passes() {
    let Scene { mut w, thin, keeper, .. } = scene(1);
    w.price(0, 93_00000000, 3);
    w.declare_bankrupt(&thin).expect("declares");
    w.liquidate(&keeper, &thin, 0).expect("takes over");
    assert!(w.engine(&thin).used().next().is_none());
}

#[test]
fn a_throttled_account_does_not_stand_before_others() {
    let Scene { mut w, thin, keeper, .. } = scene(100_000);
    assert!(w.ranked(&thin, 0).can_take);
    // An exempt one passes and uses up what there is.
    w.price(0, 94_20000000, 3);
    w.liquidate_lots(&keeper, &thin, 0, 2 * UNIT as u64).expect("exempt");
    w.price(0, 96_50000000, 3);
    assert!(!exempt(&w, &thin));
    let ranked = w.ranked(&thin, 0);
    assert!(ranked.worst > 0 && !ranked.can_take, "{ranked:?}");
    w.liquidate_lots(&keeper, &thin, 0, 1).refused(E::Throttled);
}
