//! What keepers may do at each quality of the price (design, section 5). The waits on Degraded are in `waits`.

use super::liquidate::{flagged, Scene};
use firebreak_client::risk::price::Quality;
use firebreak_tests::{Expect, World, E, USD};

#[test]
fn at_frozen_no_keeper_acts() {
    let Scene { mut w, thin, keeper, .. } = flagged();
    w.bring(0, Quality::Frozen);
    w.liquidate(&keeper, &thin, 0).refused(E::QualityTooLow);
    w.settle(&keeper, &thin, 0).refused(E::QualityTooLow);
    w.declare_bankrupt(&thin).refused(E::QualityTooLow);
}

#[test]
fn at_frozen_nobody_is_flagged_by_a_price_that_nobody_has() {
    let mut w = World::with_market();
    let (maker, thin) = (w.trader(10_000), w.trader(60));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.bring(0, Quality::Frozen);
    // Counted twice, its requirement of 30 USD exceeds what it has: yet nothing of it could be liquidated.
    w.flag(&thin).refused(E::QualityTooLow);
    assert_eq!(w.engine(&thin).flagged, 0);
}

#[test]
fn a_frozen_position_counts_twice_in_the_liquidation_of_the_others() {
    let mut w = World::with_markets(2);
    let (maker, thin, keeper) = (w.trader(10_000), w.trader(110), w.trader(10_000));
    for market in 0..2 {
        w.quote(&maker, market, 100);
        w.take(&thin, &maker, market, 10).expect("takes");
    }
    w.price(0, 98_00000000, 3);
    w.flag(&thin).refused(E::NotLiquidatable); // 88 USD against 29.4 + 30
    w.bring(1, Quality::Frozen);
    w.publish(0);
    w.refresh(0).expect("refreshes");
    w.flag(&thin).expect("against 29.4 + 60");
    w.vm.pass(30);
    w.publish(0);
    w.refresh(0).expect("refreshes");
    w.liquidate(&keeper, &thin, 1).refused(E::QualityTooLow);
    w.liquidate(&keeper, &thin, 0).expect("where there is a price");
}

#[test]
fn a_loss_is_shared_whatever_the_price() {
    let mut w = World::with_market();
    let (maker, thin, keeper) = (w.trader(10_000), w.trader(60), w.trader(10_000));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.price(0, 90_00000000, 5);
    w.declare_bankrupt(&thin).expect("declares");
    w.liquidate(&keeper, &thin, 0).expect("takes over");
    w.settle(&maker, &maker, 0).expect("settles");
    w.vm.pass(200);
    assert_eq!(w.market(0).engine.quality(w.now()), Quality::Frozen);
    w.share_loss(0).expect("a loss that is booked has no price");
    assert_eq!(w.ledger(0).deficit, 0);
}

#[test]
fn a_keeper_may_take_over_on_degraded_quality_though_it_may_not_trade() {
    let Scene { mut w, maker, thin, keeper } = flagged();
    w.bring(0, Quality::Degraded);
    w.take(&keeper, &maker, 0, 1).refused(E::QualityTooLow);
    w.vm.pass(149);
    let feed = w.feeds[0][0].clone();
    feed.publish(&mut w.vm);
    w.refresh(0).expect("refreshes");
    w.liquidate(&keeper, &thin, 0).refused(E::WaitingForConfirmation);
    w.vm.pass(1);
    w.liquidate(&keeper, &thin, 0).expect("after the wait");
    assert!(w.engine(&keeper).capital > 9_000 * USD);
}
