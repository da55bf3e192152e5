//! Fees collected for insurance wait in their market, so that no fill writes the fund; anyone moves them.

use firebreak_client::program::events::InsuranceFunded;
use firebreak_tests::{events, Expect, World, E, USD};

#[test]
fn collected_fees_become_assets_of_the_fund() {
    let mut w = World::with_markets(2);
    let (maker, taker) = (w.trader(1_000), w.trader(1_000));
    for market in 0..2 {
        w.quote(&maker, market, 100);
    }
    w.take(&taker, &maker, 0, 10).expect("takes");
    w.take(&taker, &maker, 1, 20).expect("takes");
    w.fund_insurance(&maker, 5 * USD).expect("funds");
    let meta = w.sweep_fees(0).expect("sweeps");
    let event = &events::<InsuranceFunded>(&meta)[0];
    assert_eq!((event.amount, event.market, event.insurance.fund.assets), (150_000, Some(0), 5 * USD + 150_000));
    let l = w.ledger(0);
    assert_eq!((l.insurance_fees, l.pot, l.treasury_fees), (0, 150_000, 100_001), "the other pots stay");
    assert_eq!(w.ledger(1).insurance_fees, 300_000, "and so does the other market");
    assert_eq!(w.insurance().engine.fund.assets, 5 * USD + 150_000);
    w.sweep_fees(0).refused(E::ZeroAmount);
    w.sweep_fees(1).expect("sweeps");
    assert_eq!(w.insurance().engine.fund.assets, 5 * USD + 450_000);
}

#[test]
fn without_fees_there_is_nothing_to_sweep() {
    let mut w = World::with_market();
    w.sweep_fees(0).refused(E::ZeroAmount);
}

#[test]
fn fees_are_swept_whatever_the_price() {
    let mut w = World::with_market();
    let (maker, taker) = (w.trader(1_000), w.trader(1_000));
    w.quote(&maker, 0, 100);
    w.take(&taker, &maker, 0, 10).expect("takes");
    w.vm.pass(1_000);
    w.sweep_fees(0).expect("sweeps");
}
