//! The end of a market that nobody can price any more.

use firebreak_client::{
    address,
    program::events::{Settled, SettlementEntered},
    risk::price::Quality,
};
use firebreak_tests::{events, Expect, Trader, World, E, UNIT, USD};

/// A day in slots.
const DAY: u64 = 216_000;

/// A long that is insolvent at 90, a long that is not, a maker short of both; the price 90 for long enough that the TWAP says so.
struct Scene {
    w: World,
    maker: Trader,
    thin: Trader,
    solid: Trader,
}

fn scene() -> Scene {
    let mut w = World::with_market();
    let (maker, thin, solid) = (w.trader(10_000), w.trader(60), w.trader(1_000));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.take(&solid, &maker, 0, 5).expect("takes");
    w.price(0, 90_00000000, 5);
    w.pass(750);
    w.pass(5);
    Scene { w, maker, thin, solid }
}

fn ended() -> Scene {
    let mut s = scene();
    s.w.vm.pass(DAY);
    s.w.enter_settlement(0).expect("ends");
    s
}

#[test]
fn after_its_limit_anybody_ends_it_at_the_last_twap() {
    let Scene { mut w, .. } = scene();
    w.enter_settlement(0).refused(E::PriceNotFrozen);
    w.bring(0, Quality::Frozen);
    w.enter_settlement(0).refused(E::PriceNotFrozen);
    w.vm.pass(DAY - 81);
    w.enter_settlement(0).refused(E::PriceNotFrozen);
    w.vm.pass(3);
    let twap = w.market(0).engine.price.twap;
    let meta = w.enter_settlement(0).expect("ends");
    let event = &events::<SettlementEntered>(&meta)[0];
    assert_eq!((event.market, event.price, event.open), (0, twap.0, 15 * UNIT as u64));
    assert_eq!(twap.0, 90_00000000);
    w.enter_settlement(0).refused(E::PriceNotFrozen);
}

#[test]
fn a_market_that_never_had_a_price_cannot_end() {
    let mut w = World::new();
    w.list_silent(
        firebreak_tests::params(),
        vec![firebreak_tests::Feed::new(firebreak_client::oracle::Kind::PythUpdate, 0, 100)],
    );
    w.vm.pass(DAY);
    w.enter_settlement(0).refused(E::QualityTooLow);
}

#[test]
fn the_end_is_final() {
    let Scene { mut w, maker, thin, solid } = ended();
    w.publish(0);
    w.refresh_only(0).refused(E::BreakerForbids);
    w.accrue(0).expect("changes nothing");
    let keeper = w.trader(10_000);
    assert!(w.take(&solid, &maker, 0, -1).is_err());
    assert!(w.take(&keeper, &maker, 0, 1).is_err());
    w.liquidate(&keeper, &thin, 0).refused(E::BreakerForbids);
    w.deleverage(&thin, 0, &[&maker]).refused(E::BreakerForbids);
    w.into_quotes(&keeper, &maker, &thin, 0, 1).refused(E::BreakerForbids);
    w.deposit(&solid, USD).expect("deposits");
}

#[test]
fn everybody_leaves_with_what_is_his_in_any_order() {
    let mut totals = vec![];
    for reversed in [false, true] {
        let Scene { mut w, maker, thin, solid } = ended();
        let mut who = [&maker, &solid];
        if reversed {
            who.reverse();
        }
        w.settle(&solid, &thin, 0).refused(E::MustDeclareBankrupt);
        for t in who {
            let meta = w.settle(&thin, t, 0).expect("anybody settles anybody");
            assert_ne!(events::<Settled>(&meta)[0].gain, 0);
            assert!(!w.engine(t).has_exposure());
        }
        w.declare_bankrupt(&thin).expect("declares");
        assert!(w.ledger(0).deficit > 0 && w.engine(&thin).used().next().is_none());
        w.vm.pass(155);
        w.share_loss(0).expect("shares");
        assert_eq!(w.ledger(0).deficit, 0);
        w.vm.pass(1_600);
        w.convert(&maker, 0).expect("converts");
        let mut took = vec![];
        for t in who {
            let all = w.engine(t).capital;
            w.withdraw(t, all).expect("withdraws");
            took.push((t.account, all));
            let engine = w.engine(t);
            assert_eq!((engine.capital, engine.bond, engine.used().count()), (0, 0, 0));
        }
        took.sort();
        totals.push(took);
        w.withdraw(&thin, 1).refused(E::InsufficientCapital);
        let l = w.ledger(0);
        let left = l.pot + l.insurance_fees + l.treasury_fees;
        assert!(w.tokens(&address::vault(&w.mint)) <= left + 2, "nothing but the market's own fees");
    }
    assert_eq!(totals[0], totals[1]);
}

#[test]
fn a_market_next_door_goes_on() {
    let mut w = World::with_markets(2);
    let (maker, both) = (w.trader(10_000), w.trader(1_000));
    for market in 0..2 {
        w.quote(&maker, market, 100);
        w.take(&both, &maker, market, 5).expect("takes");
    }
    w.vm.pass(DAY + 1);
    w.publish(1);
    w.refresh(1).expect("refreshes");
    w.enter_settlement(1).refused(E::PriceNotFrozen);
    w.enter_settlement(0).expect("ends");
    w.take(&both, &maker, 1, 1).expect("trades there");
    w.settle(&both, &both, 0).expect("settles here");
    w.settle(&maker, &maker, 0).expect("settles here");
    assert_eq!(w.markets_of(&both, None), [1]);
}
