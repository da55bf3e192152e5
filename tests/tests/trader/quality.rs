//! What a trader may do at each quality of the price (design, section 5).

use firebreak_client::risk::price::Quality;
use firebreak_tests::{Expect, Trader, World, E, UNIT, USD};

struct Scene {
    w: World,
    maker: Trader,
    /// Long 10 units, 1 000 USD.
    long: Trader,
    /// 1 000 USD, no position.
    flat: Trader,
}

fn scene(quality: Quality) -> Scene {
    let mut w = World::with_market();
    let (maker, long, flat) = (w.trader(10_000), w.trader(1_000), w.trader(1_000));
    w.quote(&maker, 0, 100);
    w.take(&long, &maker, 0, 10).expect("takes");
    w.bring(0, quality);
    assert_eq!(w.market(0).engine.quality(w.now()), quality);
    Scene { w, maker, long, flat }
}

#[test]
fn at_primary_everything_goes() {
    let Scene { mut w, maker, long, flat } = scene(Quality::Primary);
    w.take(&long, &maker, 0, 1).expect("increase");
    w.take(&long, &maker, 0, -1).expect("reduce");
    w.take(&flat, &maker, 0, 1).expect("open");
    w.deposit(&long, USD).expect("deposit");
    w.withdraw(&long, USD).expect("withdraw");
    w.settle(&long, &long, 0).expect("settle");
    w.convert(&long, 0).refused(E::NothingWarm); // the price permits it
}

#[test]
fn at_degraded_exposure_only_shrinks() {
    let Scene { mut w, maker, long, flat } = scene(Quality::Degraded);
    w.take(&long, &maker, 0, 1).refused(E::QualityTooLow);
    w.take(&flat, &maker, 0, 1).refused(E::QualityTooLow);
    w.take(&flat, &maker, 0, -1).refused(E::QualityTooLow); // the taker would open, though the maker reduces
    w.take(&long, &maker, 0, -11).refused(E::QualityTooLow); // through zero
    w.take(&long, &maker, 0, -1).expect("both sides reduce");
    w.deposit(&long, USD).expect("deposit");
    w.deposit(&flat, USD).expect("deposit");
    w.withdraw(&flat, USD).expect("withdraw without positions");
    w.settle(&long, &long, 0).expect("settle");
    w.convert(&long, 0).refused(E::NothingWarm);
}

#[test]
fn at_degraded_the_price_is_the_conservative_side() {
    let Scene { mut w, maker, long, .. } = scene(Quality::Degraded);
    // One source is left: its own price and confidence.
    w.take_at(&long, &maker, 0, -UNIT, 99_99999000 + 1).refused(E::LimitPrice);
    w.take_at(&long, &maker, 0, -UNIT, 99_99999000).expect("at low");
    // Nine units are left at an entry of 900.00011 USD, valued at 899.99991, of which a tenth stays.
    let free = w.engine(&long).capital - 200 - 89_999_991;
    w.withdraw(&long, free + 1).refused(E::BelowInit);
    w.withdraw(&long, free).expect("down to the floor at low");
}

#[test]
fn at_frozen_nothing_moves_but_deposits_and_those_without_positions() {
    let Scene { mut w, maker, long, flat } = scene(Quality::Frozen);
    for units in [1, -1] {
        w.take(&long, &maker, 0, units).refused(E::QualityTooLow);
        w.take(&flat, &maker, 0, units).refused(E::QualityTooLow);
    }
    w.withdraw(&long, 1).refused(E::QualityTooLow);
    w.settle(&long, &long, 0).refused(E::QualityTooLow);
    w.convert(&long, 0).refused(E::QualityTooLow);
    w.deposit(&long, USD).expect("deposit");
    w.withdraw(&flat, 1_000 * USD).expect("withdraw without positions");
    w.quote(&maker, 0, 1); // a quote promises nothing until it is taken
}

#[test]
fn a_frozen_market_does_not_hold_the_others() {
    let mut w = World::with_markets(2);
    let (maker, both) = (w.trader(10_000), w.trader(1_000));
    for market in 0..2 {
        w.quote(&maker, market, 100);
        w.take(&both, &maker, market, 10).expect("takes");
    }
    w.bring(1, Quality::Frozen);
    w.publish(0);
    w.refresh(0).expect("refreshes");
    w.settle(&both, &both, 0).expect("settle");
    w.deposit(&both, USD).expect("deposit");
    w.take(&both, &maker, 0, -1).expect("reduce");
    w.withdraw(&both, 1).refused(E::QualityTooLow);
    // In the frozen market its requirement counts twice: 100 + 45 of 998 USD leave room to increase here.
    w.take(&both, &maker, 0, 1).expect("increase");
}
