//! An account that owes more than it has: what it has is paid, pro rata; what it has not becomes its markets' deficit.

use firebreak_client::program::events::{Bankrupted, Liquidated};
use firebreak_tests::{events, Expect, Trader, World, E, UNIT, USD};

/// An account of 58.499999 USD and a bond of 1, long 10 units at 100.00001, the price at `price`; a keeper.
fn scene(price: i64) -> (World, Trader, Trader, Trader) {
    let mut w = World::with_market();
    let (maker, thin, keeper) = (w.trader(10_000), w.trader(60), w.trader(10_000));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.price(0, price, 5);
    (w, maker, thin, keeper)
}

#[test]
fn all_it_has_is_paid_and_the_rest_is_owed() {
    let (mut w, _, thin, _) = scene(90_00000000);
    let meta = w.declare_bankrupt(&thin).expect("declares");
    let event = &events::<Bankrupted>(&meta)[0];
    assert_eq!((event.account, event.owed, event.paid), (thin.account, 100_000_100, 58_499_999));
    let engine = w.engine(&thin);
    assert_eq!((engine.capital, engine.bankrupt, engine.flagged), (0, 1, w.now().slot));
    let p = engine.positions[0];
    assert_eq!((p.base.0, p.entry, p.result), (10 * UNIT, 900 * USD as i64, -41_500_101));
    let l = w.ledger(0);
    assert_eq!((l.pool, l.debt, l.deficit), (58_499_999, 41_500_101, 0), "nothing is lost before it is closed");
}

#[test]
fn the_position_goes_to_a_keeper_whole_without_penalty_and_what_nobody_paid_is_deficit() {
    let (mut w, maker, thin, keeper) = scene(90_00000000);
    w.declare_bankrupt(&thin).expect("declares");
    let other = w.margin(&maker);
    let (before, pot) = (w.engine(&keeper), w.ledger(0).pot);
    let meta = w.liquidate(&keeper, &thin, 0).expect("takes over, without a ramp");
    let event = &events::<Liquidated>(&meta)[0];
    assert_eq!((event.base, event.price, event.penalty, event.reward), (10 * UNIT, 90_00000000, 0, USD / 10));
    // What is left of its bond after the keeper's reward belongs to those it owes.
    let lost = 41_500_101 - 900_000;
    assert_eq!(event.deficit, lost);
    let l = w.ledger(0);
    assert_eq!((l.debt, l.deficit, l.window_deficit, l.bankruptcies), (0, lost, lost, 1));
    assert_eq!((l.pool, l.pot), (58_499_999 + 900_000, pot));
    assert_eq!(l.window_ends, w.now().time + 60);
    let engine = w.engine(&thin);
    assert_eq!((engine.capital, engine.bond, engine.bankrupt, engine.flagged), (0, 0, 0, 0), "a clean slate, and nothing in it");
    assert!(engine.used().next().is_none());
    let k = w.engine(&keeper);
    assert_eq!((k.positions[0].base.0, k.positions[0].entry), (10 * UNIT, 900 * USD as i64));
    assert_eq!(k.capital, before.capital + USD / 10 - USD);
    assert_eq!(w.margin(&maker).engine, other.engine, "I4: nobody else paid");
}

#[test]
fn the_bond_may_be_enough() {
    let (mut w, _, thin, keeper) = scene(94_10000000); // owes 59.0001
    w.declare_bankrupt(&thin).expect("declares");
    let meta = w.liquidate(&keeper, &thin, 0).expect("takes over");
    let event = &events::<Liquidated>(&meta)[0];
    assert_eq!((event.deficit, event.reward), (0, USD / 10));
    assert_eq!((w.ledger(0).debt, w.ledger(0).deficit, w.ledger(0).bankruptcies), (0, 0, 0));
    assert_eq!(w.engine(&thin).capital, 900_000 - 500_101, "its rest is its own");
}

#[test]
fn what_it_has_is_split_over_its_markets_by_what_it_owes() {
    let mut w = World::with_markets(2);
    let (maker, thin) = (w.trader(10_000), w.trader(120));
    for market in 0..2 {
        w.quote(&maker, market, 100);
        w.take(&thin, &maker, market, 10).expect("takes");
    }
    let capital = w.engine(&thin).capital;
    w.price(0, 90_00000000, 5);
    w.price(1, 95_00000000, 3);
    let meta = w.declare_bankrupt(&thin).expect("declares");
    let event = &events::<Bankrupted>(&meta)[0];
    let owed = [100_000_100, 50_000_100];
    assert_eq!((event.owed, event.paid), (owed[0] + owed[1], capital));
    let paid = [w.ledger(0).pool, w.ledger(1).pool];
    assert_eq!(paid[0] + paid[1], capital);
    let share = capital * owed[0] / (owed[0] + owed[1]);
    assert!(paid[0] - share <= 1, "pro rata to the atom: {paid:?}");
    assert_eq!([w.ledger(0).debt, w.ledger(1).debt], [owed[0] - paid[0], owed[1] - paid[1]]);
}

#[test]
fn profit_elsewhere_pays_nothing_until_it_is_converted() {
    let mut w = World::with_markets(2);
    let (maker, thin) = (w.trader(10_000), w.trader(120));
    for (market, units) in [(0, 10), (1, -10)] {
        w.quote(&maker, market, 100);
        w.take(&thin, &maker, market, units).expect("takes");
    }
    w.price(1, 80_00000000, 5); // a profit of 200 USD
    w.price(0, 85_00000000, 3); // a debt of 150
    w.declare_bankrupt(&thin).expect("declares");
    let engine = w.engine(&thin);
    assert_eq!(engine.capital, 0);
    assert!(engine.positions[0].result < -30 * USD as i64 && engine.positions[1].result > 199 * USD as i64);
    assert_eq!((w.ledger(1).debt, w.ledger(1).pool), (0, 0), "the other market paid nothing and owes nothing new");
}

#[test]
fn an_account_that_can_pay_cannot_be_declared() {
    let (mut w, maker, thin, _) = scene(94_15100000); // owes 58.4901 of 58.499999
    w.declare_bankrupt(&thin).refused(E::NotBankrupt);
    w.declare_bankrupt(&maker).refused(E::NotBankrupt);
    let nobody = w.trader(0);
    w.declare_bankrupt(&nobody).refused(E::NotBankrupt);
    w.price(0, 94_14900000, 5); // 58.5101
    w.declare_bankrupt(&thin).expect("a cent short");
}

#[test]
fn a_bankrupt_account_is_sized_and_closed_as_keepers_can_carry() {
    let (mut w, _, thin, _) = scene(90_00000000);
    let (small, other) = (w.trader(30), w.trader(10_000));
    w.declare_bankrupt(&thin).expect("declares");
    w.liquidate(&small, &thin, 0).refused(E::BelowInit);
    let meta = w.liquidate_lots(&small, &thin, 0, 4 * UNIT as u64).expect("part of it");
    assert_eq!((events::<Liquidated>(&meta)[0].reward, events::<Liquidated>(&meta)[0].deficit), (0, 0));
    assert_eq!(w.engine(&thin).bankrupt, 1);
    w.liquidate(&other, &thin, 0).expect("the rest");
    assert_eq!(w.engine(&thin).bankrupt, 0);
}

#[test]
fn what_it_earns_before_it_is_closed_pays_its_debt_first() {
    let (mut w, _, thin, keeper) = scene(90_00000000);
    w.declare_bankrupt(&thin).expect("declares");
    w.price(0, 92_00000000, 5);
    let meta = w.liquidate(&keeper, &thin, 0).expect("takes over");
    assert_eq!(events::<Liquidated>(&meta)[0].deficit, 41_500_101 - 20_000_000 - 900_000);
}

#[test]
fn if_the_price_comes_back_it_is_an_account_like_any_other() {
    let (mut w, _, thin, keeper) = scene(90_00000000);
    w.declare_bankrupt(&thin).expect("declares");
    w.price(0, 101_00000000, 5);
    w.liquidate(&keeper, &thin, 0).refused(E::AboveStopLine);
    w.settle(&thin, &thin, 0).expect("settles");
    let engine = w.engine(&thin);
    assert_eq!((engine.bankrupt, engine.flagged), (0, 0));
    assert_eq!(engine.positions[0].result, 110_000_000 - 41_500_101, "a claim");
    assert_eq!((w.ledger(0).debt, w.ledger(0).deficit), (0, 0));
}

#[test]
fn declaring_twice_takes_nothing_twice() {
    let (mut w, _, thin, _) = scene(90_00000000);
    w.declare_bankrupt(&thin).expect("declares");
    let (engine, ledger) = (w.engine(&thin), w.ledger(0));
    w.declare_bankrupt(&thin).expect("it still owes");
    assert_eq!((w.engine(&thin), w.ledger(0)), (engine, ledger));
}

#[test]
fn a_deposit_pays_the_debt_of_a_declared_account() {
    let (mut w, _, thin, _) = scene(90_00000000);
    w.declare_bankrupt(&thin).expect("declares");
    w.deposit(&thin, 60 * USD).expect("deposits");
    w.settle(&thin, &thin, 0).expect("settles");
    let engine = w.engine(&thin);
    assert_eq!((engine.capital, engine.bankrupt), (60 * USD - 41_500_101, 0));
    assert_eq!((w.ledger(0).debt, w.ledger(0).pool), (0, 100_000_100));
}
