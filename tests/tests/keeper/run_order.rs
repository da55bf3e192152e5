//! An order that reduces: when it is due, at its price, by its step, no more often than it says.

use firebreak_client::{
    instruction,
    program::{
        events::{Filled, OrderRan},
        instructions::AccountKind,
    },
    risk::{
        margin::{health, Health},
        order::Order,
        price::Quality,
        trade::QuoteTerms,
        Ratio, Rules,
    },
};
use firebreak_tests::{events, params, stop, terms, top_up, tripping, Expect, Trader, World, E, UNIT, USD};

/// Long 10 at 100 USD with 60 USD, and an order to sell 5 at 1.2 times Maint. Due at 97.5 USD, not at 98.
struct Scene {
    w: World,
    maker: Trader,
    thin: Trader,
    keeper: Trader,
}

fn scene() -> Scene {
    ruled(Rules::plain(&params()), stop(5))
}

fn ruled(rules: Rules, order: Order) -> Scene {
    let mut w = World::new();
    w.list_ruled(params(), rules, 100);
    let (maker, thin, keeper) = (w.trader(10_000), w.trader(60), w.trader(0));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.place_order(&thin, 0, order).expect("places");
    Scene { w, maker, thin, keeper }
}

impl Scene {
    fn run(&mut self) -> firebreak_tests::Outcome {
        self.w.run_order(&self.keeper, &self.thin, 0, 0, &self.maker)
    }

    fn health(&self) -> Health {
        health(&self.w.engine(&self.thin), &self.w.book(), self.w.now()).expect("health")
    }

    fn lots(&self) -> i64 {
        self.w.engine(&self.thin).positions[0].base.0
    }
}

#[test]
fn it_reduces_by_its_step_and_pays_its_runner() {
    let mut s = scene();
    s.w.price(0, 97_50000000, 5);
    let before = s.health();
    let meta = s.run().expect("runs");
    assert_eq!(s.lots(), 5 * UNIT);
    let after = s.health();
    assert!(before.maint < 5 * USD as i64 && after.maint > 18 * USD as i64, "{before:?} {after:?}");
    assert_eq!(s.w.engine(&s.keeper).capital, USD / 10);
    let (fill, ran) = (&events::<Filled>(&meta)[0], &events::<OrderRan>(&meta)[0]);
    assert_eq!((fill.taker, fill.maker, fill.base), (s.thin.account, s.maker.account, -5 * UNIT));
    assert_eq!((ran.account, ran.id, ran.done, ran.order.size), (s.thin.account, 0, 5 * UNIT as u64, 45 * UNIT as u64));
    assert_eq!((ran.keeper, ran.reward, ran.keeper_capital), (s.keeper.account, USD / 10, USD / 10));
    assert_eq!(ran.capital, s.w.engine(&s.thin).capital);
    assert_eq!(s.w.order_of(&s.thin, 0).engine.ready, s.w.now().slot + 10);
}

#[test]
fn a_short_is_reduced_by_buying() {
    let mut w = World::with_market();
    let (maker, thin, keeper) = (w.trader(10_000), w.trader(60), w.trader(0));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, -10).expect("takes");
    w.place_order(&thin, 0, stop(4)).expect("places");
    w.price(0, 102_50000000, 5);
    w.run_order(&keeper, &thin, 0, 0, &maker).expect("runs");
    assert_eq!(w.engine(&thin).positions[0].base.0, -6 * UNIT);
}

#[test]
fn it_is_not_due_above_its_level() {
    let mut s = scene();
    s.run().refused(E::OrderNotDue);
    s.w.price(0, 98_00000000, 5);
    s.run().refused(E::OrderNotDue);
    assert_eq!(s.w.engine(&s.keeper).capital, 0);
    s.w.price(0, 97_50000000, 5);
    s.run().expect("due");
    // Healthy again, whatever the cooldown says.
    s.w.pass(20);
    s.run().refused(E::OrderNotDue);
}

#[test]
fn it_cools_down() {
    let mut s = ruled(Rules::plain(&params()), Order { level: Ratio(100_000_000), ..stop(1) });
    s.run().expect("runs");
    s.run().refused(E::CoolingDown);
    s.w.pass(9);
    s.run().refused(E::CoolingDown);
    s.w.pass(1);
    s.run().expect("ten slots later");
    assert_eq!(s.lots(), 8 * UNIT);
    assert_eq!(s.w.engine(&s.keeper).capital, USD / 5);
}

#[test]
fn it_ends_with_its_size_its_last_slot_or_its_position() {
    let long_level = Order { level: Ratio(100_000_000), ..stop(2) };
    let mut s = ruled(Rules::plain(&params()), Order { size: 3 * UNIT as u64, ..long_level });
    s.run().expect("2 of 3");
    s.w.pass(10);
    s.run().expect("the last");
    assert_eq!(s.w.engine(&s.keeper).capital, USD / 10 + USD / 20, "half a step, half the reward");
    s.w.pass(10);
    s.run().refused(E::OrderSpent);

    let mut s = ruled(Rules::plain(&params()), long_level);
    for left in [8, 6, 4, 2, 0] {
        s.run().expect("runs");
        s.w.pass(10);
        assert_eq!(s.w.engine(&s.thin).used().next().map_or(0, |p| p.base.0), left * UNIT);
    }
    let missing = s.run().expect_err("nothing left to reduce");
    assert!(["OrderNotDue", "NoPosition"].contains(&missing.name.as_str()), "{}", missing.name);

    let mut s = ruled(Rules::plain(&params()), long_level);
    let expires = s.w.now().slot + 1;
    s.w.place_order(&s.thin.clone(), 1, Order { expires, ..long_level }).expect("places");
    s.w.pass(2);
    s.w.run_order(&s.keeper, &s.thin, 1, 0, &s.maker).refused(E::OrderExpired);
}

#[test]
fn a_price_beyond_its_slip_is_refused() {
    let mut s = scene();
    s.w.price(0, 97_50000000, 5);
    s.w.quote_with(&s.maker, 0, QuoteTerms { bid_offset: Ratio(10_100), ..terms(100) }).expect("quotes");
    s.run().refused(E::LimitPrice);
    s.w.quote_with(&s.maker, 0, QuoteTerms { bid_offset: Ratio(8_000), ..terms(100) }).expect("quotes");
    s.run().expect("within 1 %");
}

#[test]
fn a_quote_of_less_than_a_step_earns_nothing() {
    let mut s = scene();
    s.w.price(0, 97_50000000, 5);
    s.w.quote_with(&s.maker, 0, QuoteTerms { bid_size: 5 * UNIT as u64 - 1, ..terms(100) }).expect("quotes");
    s.run().refused(E::ZeroAmount);
    assert_eq!(s.w.order_of(&s.thin, 0).engine.ready, 0, "and nobody held it back");
}

#[test]
fn the_makers_books_may_be_the_runners() {
    let mut s = scene();
    s.w.price(0, 97_50000000, 5);
    let before = s.w.engine(&s.maker).capital;
    s.keeper = s.maker.clone();
    let meta = s.run().expect("runs");
    let fee = events::<Filled>(&meta)[0].maker_fee;
    assert_eq!(s.w.engine(&s.maker).capital, before + fee + USD / 10);
}

#[test]
fn the_owner_is_not_its_counterparty_and_the_account_not_its_runner() {
    let mut s = scene();
    let second = s.w.open(&s.thin.clone(), 1, AccountKind::Cross);
    s.w.deposit(&second, 50 * USD).expect("deposits");
    s.w.quote(&second, 0, 100);
    s.w.price(0, 97_50000000, 5);
    s.w.run_order(&s.keeper, &s.thin, 0, 0, &second).refused(E::SelfTrade);
    s.w.run_order(&s.thin.clone(), &s.thin, 0, 0, &s.maker).refused(E::SelfTrade);
}

#[test]
fn an_order_serves_its_own_account_and_market() {
    let mut s = scene();
    let other = s.w.trader(60);
    s.w.take(&other, &s.maker, 0, 10).expect("takes");
    s.w.price(0, 97_50000000, 5);
    let mut ix = instruction::run_order(other.account, 0, 0, s.maker.account, s.keeper.account, &[]);
    ix.accounts[3].pubkey = firebreak_client::address::order(&s.thin.account, 0);
    s.w.act(&[ix], &[]).refused(E::WrongOrder);
    s.w.place_order(&other, 0, Order { market: 1, ..stop(5) }).expect("places");
    s.w.run_order(&s.keeper, &other, 0, 0, &s.maker).refused(E::NoPosition);
    s.w.open(&other, 1, AccountKind::Cross);
    s.w.place_order(&other, 1, top_up(10, 1)).expect("places");
    s.w.run_order(&s.keeper, &other, 1, 0, &s.maker).refused(E::WrongOrderKind);
}

#[test]
fn no_stale_price_makes_it_due() {
    let mut s = scene();
    s.w.price(0, 97_50000000, 5);
    s.w.vm.pass(3);
    s.run().refused(E::PriceTooOld);
    s.w.bring(0, Quality::Frozen);
    s.run().refused(E::OrderNotDue);
    s.w.bring(0, Quality::Degraded);
    s.run().expect("reducing works on one source");
}

#[test]
fn a_halt_lets_it_reduce_in_the_band() {
    let mut s = ruled(tripping(3), stop(5));
    s.w.price(0, 97_50000000, 5);
    assert_eq!(s.w.market(0).engine.breaker.level() as u8, 3);
    s.run().expect("reduces");
}

#[test]
fn an_account_that_cannot_pay_is_beyond_it() {
    let mut s = scene();
    s.w.price(0, 93_00000000, 5);
    s.run().refused(E::MustDeclareBankrupt);
    s.w.declare_bankrupt(&s.thin).expect("declares");
    let refused = s.run().expect_err("bankrupt");
    assert!(["MustDeclareBankrupt", "AccountBankrupt"].contains(&refused.name.as_str()), "{}", refused.name);
}

#[test]
fn a_reward_that_outweighs_the_help_is_refused() {
    // A tenth of a cent's worth of exposure for ten dollars.
    let crumb = Order { step: UNIT as u64 / 1_000_000, size: UNIT as u64, reward: 10 * USD, ..stop(1) };
    let mut s = ruled(Rules::plain(&params()), crumb);
    s.w.price(0, 97_50000000, 5);
    s.run().refused(E::WouldNotHelp);
}
