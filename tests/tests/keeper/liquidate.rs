//! A take-over, to the atom.

use firebreak_client::{
    program::events::Liquidated,
    risk::margin::{health, Health},
};
use firebreak_tests::{events, Trader, World, UNIT, USD};

pub struct Scene {
    pub w: World,
    pub maker: Trader,
    /// Long 10 units at 100.00001, flagged at 97.
    pub thin: Trader,
    pub keeper: Trader,
}

/// An account of 58.5 USD, below Maint and flagged at 97 USD, and a keeper of 10 000 USD.
pub fn flagged() -> Scene {
    let mut w = World::with_market();
    let (maker, thin, keeper) = (w.trader(10_000), w.trader(60), w.trader(10_000));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.price(0, 97_00000000, 5);
    w.flag(&thin).expect("flags");
    Scene { w, maker, thin, keeper }
}

pub fn health_of(w: &World, trader: &Trader) -> Health {
    health(&w.engine(trader), &&w.market(0).engine.0, w.now()).expect("health")
}

#[test]
fn after_the_ramp_one_step_restores_the_stop_line() {
    let Scene { mut w, maker, thin, keeper } = flagged();
    w.pass(25);
    let (account, taker, pot, other) = (w.engine(&thin), w.engine(&keeper), w.ledger(0).pot, w.margin(&maker));
    let meta = w.liquidate(&keeper, &thin, 0).expect("takes over");
    let event = &events::<Liquidated>(&meta)[0];

    assert_eq!((event.market, event.account, event.keeper), (0, thin.account, keeper.account));
    assert_eq!(event.price, 97_00000000, "the robust price, not a better one");
    assert!(event.base > 0 && event.base < 10 * UNIT, "part of it: {}", event.base);
    // The penalty at 2 % below Maint after the whole ramp: 1 % × 0.52², of the notional closed.
    let notional = event.base as u64 / 10_000 * 97;
    assert!(event.penalty.abs_diff(notional * 271 / 100_000) < notional / 10_000, "{} of {notional}", event.penalty);
    assert_eq!(event.discount, event.penalty / 2, "half to the keeper");
    assert_eq!((event.reward, event.deficit), (USD / 10, 0));

    let (a, k, l) = (w.engine(&thin), w.engine(&keeper), w.ledger(0));
    assert_eq!((a.positions[0].base.0, k.positions[0].base.0), (10 * UNIT - event.base, event.base));
    assert_eq!(a.capital, account.capital - event.penalty, "the loss is not realised before it is settled");
    assert_eq!(a.bond, account.bond - event.reward, "the reward is from the bond");
    assert_eq!(k.capital, taker.capital + event.discount + event.reward - USD, "the keeper sets a bond aside too");
    assert_eq!(l.pot, pot + event.penalty - event.discount);
    assert_eq!((l.liquidations, l.liquidated_base), (1, event.base as u64));
    assert_eq!(k.positions[0].entry - (account.positions[0].entry - a.positions[0].entry), 0, "one's cost is the other's");
    assert_eq!(w.margin(&maker).engine, other.engine, "nobody else is touched");

    let h = health_of(&w, &thin);
    assert!(h.liq_end >= 0 && h.liq_end < 1_000, "back at its line: {}", h.liq_end);
    assert_eq!((a.flagged, a.freed), (0, 0), "and the clock is cleared");
}

#[test]
fn a_keeper_may_take_less() {
    let Scene { mut w, thin, keeper, .. } = flagged();
    w.pass(25);
    let meta = w.liquidate_lots(&keeper, &thin, 0, UNIT as u64).expect("one unit");
    let event = &events::<Liquidated>(&meta)[0];
    assert_eq!((event.base, event.reward), (UNIT, 0), "no reward for unfinished work");
    assert_ne!(w.engine(&thin).flagged, 0);
}

#[test]
fn a_short_is_taken_over_alike() {
    let mut w = World::with_market();
    let (maker, thin, keeper) = (w.trader(10_000), w.trader(60), w.trader(10_000));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, -10).expect("takes");
    w.price(0, 103_00000000, 5);
    w.flag(&thin).expect("flags");
    w.pass(25);
    let meta = w.liquidate(&keeper, &thin, 0).expect("takes over");
    let event = &events::<Liquidated>(&meta)[0];
    assert!(event.base < 0 && event.base > -10 * UNIT);
    assert_eq!(w.engine(&keeper).positions[0].base.0, event.base);
    assert!(health_of(&w, &thin).liq_end >= 0);
}

#[test]
fn a_position_of_the_minimum_size_goes_whole_and_at_once() {
    let mut w = World::with_market();
    let (maker, tiny, keeper) = (w.trader(10_000), w.trader(2), w.trader(10_000));
    w.quote(&maker, 0, 100);
    w.take_lots(&tiny, &maker, 0, UNIT / 10).expect("10 USD on less than one");
    w.price(0, 90_10000000, 5);
    // 0.995 of capital, lost 0.99: below Maint, not bankrupt.
    w.flag(&tiny).expect("flags");
    let meta = w.liquidate(&keeper, &tiny, 0).expect("in the slot of its flag");
    let event = &events::<Liquidated>(&meta)[0];
    assert_eq!((event.base, event.reward), (UNIT / 10, USD / 10));
    let engine = w.engine(&tiny);
    assert!(engine.used().next().is_none(), "nothing is left");
    assert_eq!((engine.flagged, engine.bond), (0, 0), "the rest of the bond is back");
}

#[test]
fn a_keepers_own_position_nets() {
    let Scene { mut w, maker, thin, keeper } = flagged();
    w.take(&keeper, &maker, 0, -20).expect("the keeper is short");
    w.pass(25);
    let meta = w.liquidate(&keeper, &thin, 0).expect("takes over");
    let event = &events::<Liquidated>(&meta)[0];
    assert_eq!(w.engine(&keeper).positions[0].base.0, event.base - 20 * UNIT);
}

#[test]
fn deeper_shortage_costs_more_and_never_the_last_of_it() {
    let mut penalties = vec![];
    for price in [97_00000000, 96_00000000, 95_00000000, 94_30000000] {
        let Scene { mut w, thin, keeper, .. } = flagged();
        w.price(0, price, 5);
        w.pass(25);
        let meta = w.liquidate(&keeper, &thin, 0).expect("takes over");
        let event = &events::<Liquidated>(&meta)[0];
        let notional = event.base as u64 / 1_000_000 * (price as u64 / 1_000_000);
        penalties.push(event.penalty * 1_000_000 / notional);
        assert!(health_of(&w, &thin).solvency >= 0, "I7");
    }
    assert!(penalties[0] < penalties[1] && penalties[1] < penalties[2], "{penalties:?}");
    assert!(penalties[3] < penalties[2], "close to bankruptcy the cap of 95 % of what is left binds: {penalties:?}");
}
