//! What an account that left a loss comes to later is told with all that it changed: the account and every market of its positions.

use firebreak_client::program::events::Recovered;
use firebreak_tests::{events, World};

#[test]
fn a_recovery_tells_every_market_it_paid() {
    let mut w = World::with_markets(2);
    let [maker, taker, keeper] = [100_000, 60, 10_000].map(|usd| w.trader(usd));
    for market in 0..2 {
        w.quote(&maker, market, 1_000);
        w.take(&taker, &maker, market, if market == 0 { 10 } else { 1 }).expect("takes");
    }
    // It loses more in market 0 than it has, and wins in market 1.
    w.price(0, 90_00000000, 5);
    w.price(1, 110_00000000, 0);
    w.declare_bankrupt(&taker).expect("declares");
    w.liquidate(&keeper, &taker, 0).expect("takes over");
    w.settle(&maker, &maker, 1).expect("pays");
    w.settle(&taker, &taker, 1).expect("earns");
    w.pass(1_500);
    w.share_loss(0).expect("shares");
    let before = (w.ledger(0), w.ledger(1));
    let meta = w.recover(&taker, 1).expect("recovers");
    let event = &events::<Recovered>(&meta)[0];
    let mut told: Vec<u16> = event.markets.iter().map(|totals| totals.market).collect();
    told.sort();
    assert_eq!(told, [0, 1], "the market that pays and the one that bore the loss");
    for totals in &event.markets {
        assert_eq!(totals.ledger.0, w.ledger(totals.market));
    }
    assert_eq!(before.1.pool - w.ledger(1).pool, event.amount);
    assert!(event.repaid > 0 && event.repaid <= event.amount);
    let is = w.engine(&taker);
    assert_eq!((event.state.capital, event.positions.len()), (is.capital, is.used().count()));
}
