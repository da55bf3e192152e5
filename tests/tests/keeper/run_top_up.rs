//! An order that tops up: out of what the owner's other account can spare, when it is due, no more often than it says.

use firebreak_client::{
    instruction,
    program::{
        events::{OrderRan, Transferred},
        instructions::AccountKind,
    },
    risk::{order::Order, price::Quality, Ratio, Rules},
};
use firebreak_tests::{events, params, stop, top_up, tripping, Expect, Trader, World, E, USD};

/// Long 10 at 100 USD with 60 USD, sub-account 1 with 100 USD, and an order to move 20 at 1.2 times Maint.
struct Scene {
    w: World,
    maker: Trader,
    thin: Trader,
    source: Trader,
    keeper: Trader,
}

fn scene() -> Scene {
    ruled(Rules::plain(&params()), top_up(20, 1))
}

fn ruled(rules: Rules, order: Order) -> Scene {
    let mut w = World::new();
    w.list_ruled(params(), rules, 100);
    let (maker, thin, keeper) = (w.trader(10_000), w.trader(160), w.trader(0));
    let source = w.open(&thin, 1, AccountKind::Cross);
    w.transfer(&thin, &source, 100 * USD).expect("moves");
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.place_order(&thin, 0, order).expect("places");
    Scene { w, maker, thin, source, keeper }
}

impl Scene {
    fn run(&mut self) -> firebreak_tests::Outcome {
        self.w.run_top_up(&self.keeper, &self.thin, 0, &self.source)
    }
}

#[test]
fn it_moves_its_step_and_pays_its_runner() {
    let mut s = scene();
    s.w.price(0, 97_50000000, 5);
    let before = s.w.engine(&s.thin).capital;
    let meta = s.run().expect("runs");
    assert_eq!(s.w.engine(&s.thin).capital, before + 20 * USD - USD / 10);
    assert_eq!((s.w.engine(&s.source).capital, s.w.engine(&s.keeper).capital), (80 * USD, USD / 10));
    let (moved, ran) = (&events::<Transferred>(&meta)[0], &events::<OrderRan>(&meta)[0]);
    assert_eq!((moved.from, moved.to, moved.amount), (s.source.account, s.thin.account, 20 * USD));
    assert_eq!((moved.from_capital, moved.to_capital), (80 * USD, before + 20 * USD));
    assert_eq!(
        (ran.done, ran.order.size, ran.reward, ran.capital),
        (20 * USD, 180 * USD, USD / 10, before + 20 * USD - USD / 10)
    );
    s.w.pass(20);
    s.run().refused(E::OrderNotDue);
}

#[test]
fn it_cools_down_and_runs_out() {
    let order = Order { level: Ratio(100_000_000), size: 50 * USD, ..top_up(20, 1) };
    let mut s = ruled(Rules::plain(&params()), order);
    for (moved, slots) in [(20, 9), (40, 9)] {
        s.run().expect("runs");
        assert_eq!(s.w.engine(&s.source).capital, (100 - moved) * USD);
        s.w.pass(slots);
        s.run().refused(E::CoolingDown);
        s.w.pass(1);
    }
    s.run().expect("the last ten");
    assert_eq!(s.w.engine(&s.source).capital, 50 * USD);
    assert_eq!(s.w.engine(&s.keeper).capital, USD / 4, "two rewards and a half");
    s.w.pass(10);
    s.run().refused(E::OrderSpent);
}

#[test]
fn what_the_source_needs_stays_there() {
    let mut s = scene();
    // Long 9 there: 900 USD of notional hold 90 back, of some 98.5.
    s.w.take(&s.source, &s.maker, 0, 9).expect("takes");
    s.w.deposit(&s.source, 30 * USD).expect("deposits");
    s.w.price(0, 97_50000000, 5);
    let capital = s.w.engine(&s.source).capital;
    let meta = s.run().expect("a part of a step");
    let moved = events::<Transferred>(&meta)[0].amount;
    assert!(moved < 20 * USD && moved > 15 * USD, "{moved}");
    assert_eq!(events::<OrderRan>(&meta)[0].reward, USD / 10 * moved / (20 * USD));
    assert_eq!(s.w.engine(&s.source).capital, capital - moved);
    s.w.withdraw(&s.source, 1).refused(E::BelowInit);
    assert_eq!(s.w.order_of(&s.thin, 0).engine.ready, 0, "a part of a step starts no cooldown");
    s.run().refused_as("OrderNotDue");
}

#[test]
fn an_empty_source_gives_nothing() {
    let mut s = scene();
    let third = s.w.open(&s.thin.clone(), 2, AccountKind::Cross);
    s.w.transfer(&s.source, &third, 100 * USD).expect("moves");
    s.w.price(0, 97_50000000, 5);
    s.run().refused(E::InsufficientCapital);
}

#[test]
fn only_the_named_source_of_the_same_owner() {
    let mut s = scene();
    s.w.price(0, 97_50000000, 5);
    let (third, stranger) = (s.w.open(&s.thin.clone(), 2, AccountKind::Cross), s.w.trader(100));
    let theirs = s.w.open(&stranger, 1, AccountKind::Cross);
    for source in [&third, &stranger, &theirs] {
        s.w.run_top_up(&s.keeper, &s.thin, 0, source).refused(E::WrongSource);
    }
    s.w.run_top_up(&s.keeper, &s.thin, 0, &s.thin).refused(E::WrongSource);
    s.w.run_top_up(&s.source.clone(), &s.thin, 0, &s.source).refused(E::WrongSource);
    s.w.run_top_up(&s.thin.clone(), &s.thin, 0, &s.source).refused(E::SameAccount);
    let mut ix = instruction::run_top_up(stranger.account, 0, theirs.account, s.keeper.account, &[]);
    ix.accounts[2].pubkey = firebreak_client::address::order(&s.thin.account, 0);
    s.w.act(&[ix], &[]).refused(E::WrongOrder);
}

#[test]
fn an_order_that_reduces_tops_nothing_up() {
    let mut s = ruled(Rules::plain(&params()), stop(5));
    s.w.price(0, 97_50000000, 5);
    // No source is named by such an order, so sub-account 0 of another owner is the nearest.
    s.run().refused(E::WrongSource);
}

#[test]
fn a_price_that_is_not_usable_moves_nothing() {
    let mut s = scene();
    s.w.price(0, 97_50000000, 5);
    s.w.bring(0, Quality::Frozen);
    s.run().refused(E::OrderNotDue);
    s.w.bring(0, Quality::Degraded);
    s.run().expect("one source is enough to take less risk");
}

#[test]
fn good_money_does_not_follow_bad() {
    let mut s = scene();
    s.w.price(0, 90_00000000, 5);
    s.run().refused(E::MustDeclareBankrupt);
    s.w.declare_bankrupt(&s.thin).expect("declares");
    s.run().refused(E::MustDeclareBankrupt);
    assert_eq!(s.w.engine(&s.source).capital, 100 * USD);
}

#[test]
fn a_halt_holds_a_source_with_exposure_back() {
    let mut s = ruled(tripping(3), top_up(20, 1));
    s.w.take(&s.source, &s.maker, 0, 1).expect("takes");
    s.w.price(0, 97_50000000, 5);
    s.run().refused(E::BreakerForbids);
    s.w.take(&s.source, &s.maker, 0, -1).expect("reduces");
    s.run().expect("flat");
}
