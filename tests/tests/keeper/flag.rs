//! The flag starts an account's liquidation clock below Maint, and is cleared at LiqEnd only.

use firebreak_client::program::events::Flagged;
use firebreak_tests::{events, Expect, Trader, World, E};

/// An account of 58.5 USD after fee and bond, long 10 units at 100.00001: Maint is crossed near 97.06, LiqEnd near 98.1.
fn thin() -> (World, Trader, Trader) {
    let mut w = World::with_market();
    let (maker, thin) = (w.trader(10_000), w.trader(60));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    (w, maker, thin)
}

#[test]
fn the_clock_starts_below_maint() {
    let (mut w, _, thin) = thin();
    w.price(0, 97_07000000, 5);
    w.flag(&thin).refused(E::NotLiquidatable);
    w.price(0, 97_00000000, 5);
    let meta = w.flag(&thin).expect("flags");
    let engine = w.engine(&thin);
    assert_eq!((engine.flagged, engine.freed), (w.now().slot, 0));
    let event = &events::<Flagged>(&meta)[0];
    // 58.499999 - 30.0001 - 29.1 USD
    assert_eq!((event.account, event.maint_health), (thin.account, -600_101));
}

#[test]
fn a_second_flag_does_not_restart_the_clock() {
    let (mut w, _, thin) = thin();
    w.price(0, 97_00000000, 5);
    w.flag(&thin).expect("flags");
    let since = w.engine(&thin).flagged;
    w.price(0, 96_90000000, 5);
    w.flag(&thin).expect("flags again");
    assert_eq!(w.engine(&thin).flagged, since);
}

#[test]
fn the_flag_stays_between_maint_and_liq_end() {
    let (mut w, _, thin) = thin();
    w.price(0, 97_00000000, 5);
    w.flag(&thin).expect("flags");
    let since = w.engine(&thin).flagged;
    w.price(0, 98_00000000, 5);
    w.flag(&thin).refused(E::NotLiquidatable);
    assert_eq!(w.engine(&thin).flagged, since);
    w.price(0, 99_00000000, 5);
    w.flag(&thin).expect("clears");
    assert_eq!(w.engine(&thin).flagged, 0);
    w.flag(&thin).refused(E::NotLiquidatable);
}

#[test]
fn a_healthy_account_cannot_be_flagged() {
    let (mut w, maker, thin) = thin();
    let nobody = w.trader(0);
    for trader in [&maker, &thin, &nobody] {
        w.flag(trader).refused(E::NotLiquidatable);
        assert_eq!(w.engine(trader).flagged, 0);
    }
}

#[test]
fn a_position_in_another_market_counts() {
    let mut w = World::with_markets(2);
    let (maker, thin) = (w.trader(10_000), w.trader(120));
    for market in 0..2 {
        w.quote(&maker, market, 100);
        w.take(&thin, &maker, market, 10).expect("takes");
    }
    w.price(0, 93_00000000, 5);
    w.publish(1);
    w.refresh(1).expect("refreshes");
    // It loses 70 USD here and nothing there: 48 of 118 USD are left, less than 28 + 30.
    w.flag(&thin).expect("flags");
}
