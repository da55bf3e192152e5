//! A spike cannot be used to liquidate: outside the TWAP's band, and on one source, liquidation waits. Both waits end.

use firebreak_client::risk::{price::Quality, MarketParams, Ratio};
use firebreak_tests::{params, Expect, Trader, World, E, USD};

/// A band of 2 %; a thin long of 10 units, a keeper.
fn scene() -> (World, Trader, Trader, Trader) {
    let mut w = World::new();
    w.list(MarketParams { twap_band: Ratio(20_000), ..params() }, 100);
    let (maker, thin, keeper) = (w.trader(10_000), w.trader(70), w.trader(10_000));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    (w, maker, thin, keeper)
}

/// To 95.5, in steps inside the band, each standing for as long as the TWAP looks back.
fn fall(w: &mut World) {
    for price in [99_00000000, 98_00000000, 97_00000000, 96_00000000, 95_50000000] {
        w.price(0, price, 750);
    }
}

#[test]
fn outside_the_band_liquidation_waits_for_the_twap() {
    let (mut w, _, thin, keeper) = scene();
    w.price(0, 96_00000000, 5);
    let since = w.now().slot;
    w.flag(&thin).expect("the clock may start");
    w.liquidate(&keeper, &thin, 0).refused(E::WaitingForConfirmation);
    // The price stands. The TWAP, of 300 seconds, has not reached it when the wait of 150 slots ends.
    for _ in 0..4 {
        w.pass(30);
        w.liquidate(&keeper, &thin, 0).refused(E::WaitingForConfirmation);
    }
    w.pass(29);
    assert_eq!(w.now().slot, since + 149);
    w.liquidate(&keeper, &thin, 0).refused(E::WaitingForConfirmation);
    w.pass(1);
    w.liquidate(&keeper, &thin, 0).expect("the wait has ended");
}

#[test]
fn a_price_that_the_twap_confirms_does_not_wait() {
    let (mut w, _, thin, keeper) = scene();
    fall(&mut w);
    w.flag(&thin).expect("flags");
    w.liquidate(&keeper, &thin, 0).expect("no wait");
}

#[test]
fn re_entering_the_band_does_not_restart_the_wait() {
    let (mut w, _, thin, keeper) = scene();
    w.price(0, 96_00000000, 5);
    let since = w.now().slot;
    w.flag(&thin).expect("flags");
    w.price(0, 99_50000000, 50);
    w.price(0, 96_00000000, 50);
    w.liquidate(&keeper, &thin, 0).refused(E::WaitingForConfirmation);
    w.pass(since + 150 - w.now().slot);
    w.liquidate(&keeper, &thin, 0).expect("counted from the first slot outside");
}

#[test]
fn a_spike_that_goes_away_liquidates_nobody() {
    let (mut w, _, thin, keeper) = scene();
    w.price(0, 94_00000000, 5);
    w.flag(&thin).expect("flags");
    w.liquidate(&keeper, &thin, 0).refused(E::WaitingForConfirmation);
    w.price(0, 99_90000000, 20);
    w.liquidate(&keeper, &thin, 0).refused(E::AboveStopLine);
    w.flag(&thin).expect("clears");
    assert_eq!(w.engine(&thin).flagged, 0);
}

#[test]
fn a_spike_bankrupts_nobody_before_the_wait_has_ended() {
    let (mut w, _, thin, keeper) = scene();
    w.price(0, 90_00000000, 5);
    w.declare_bankrupt(&thin).refused(E::WaitingForConfirmation);
    w.pass(150);
    w.declare_bankrupt(&thin).expect("the wait has ended");
    w.liquidate(&keeper, &thin, 0).expect("takes over");
}

#[test]
fn on_one_source_liquidation_waits_and_then_acts() {
    let (mut w, _, thin, keeper) = scene();
    for feed in &mut w.feeds[0] {
        feed.price = 95_50000000;
    }
    w.bring(0, Quality::Degraded);
    let since = w.now().slot;
    w.flag(&thin).expect("flags");
    let mut waited = 0;
    while w.now().slot < since + 150 {
        w.liquidate(&keeper, &thin, 0).refused(E::WaitingForConfirmation);
        w.vm.pass(25);
        let feed = w.feeds[0][0].clone();
        feed.publish(&mut w.vm);
        w.refresh(0).expect("refreshes on one source");
        waited += 1;
    }
    assert_eq!(waited, 6);
    // The price better for the account: high.
    let meta = w.liquidate(&keeper, &thin, 0).expect("the wait has ended");
    let event = &firebreak_tests::events::<firebreak_client::program::events::Liquidated>(&meta)[0];
    assert_eq!(event.price, 95_50001000);
}

#[test]
fn a_second_source_ends_the_wait() {
    let (mut w, _, thin, keeper) = scene();
    fall(&mut w);
    w.bring(0, Quality::Degraded);
    w.flag(&thin).expect("flags");
    w.liquidate(&keeper, &thin, 0).refused(E::WaitingForConfirmation);
    w.pass(5);
    w.liquidate(&keeper, &thin, 0).expect("Primary again");
    assert!(w.engine(&thin).capital > USD);
}
