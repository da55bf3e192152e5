//! I10: from every state each user reaches zero by permissionless instructions alone, in bounded time.

use firebreak_client::{
    address,
    oracle::Kind,
    risk::{
        breaker::{Reason, TriggerRule},
        levels::Level,
        margin::health,
        price::Quality,
        Rules,
    },
};
use firebreak_tests::{params, prices::Feed, terms, Expect, Trader, World, E, UNIT, USD};

/// Slots after which a price must be published again.
const STEP: u64 = 50;

/// A world on its way out: how its prices come from now on.
struct Walk {
    w: World,
    people: Vec<Trader>,
    sources: usize,
}

impl Walk {
    fn new(w: World, people: &[&Trader]) -> Self {
        Self { w, people: people.iter().map(|t| (*t).clone()).collect(), sources: 2 }
    }

    /// As many sources as there are publish; the market is refreshed if it takes a price.
    fn fresh(&mut self) {
        for feed in self.w.feeds[0].clone().iter().take(self.sources) {
            feed.publish(&mut self.w.vm);
        }
        if self.sources > 0 {
            self.w.refresh(0).ok();
        }
    }

    /// Time passes in steps, prices with it.
    fn wait(&mut self, slots: u64) {
        for _ in 0..slots / STEP {
            self.w.vm.pass(STEP);
            self.fresh();
        }
    }

    fn solvent(&self, t: &Trader) -> bool {
        health(&self.w.engine(t), &self.w.book(), self.w.now()).expect("health").solvency >= 0
    }

    /// Whoever owes more than it has is declared and closed against the other side.
    fn resolve(&mut self) {
        for t in self.people.clone() {
            if self.w.engine(&t).used().next().is_none() || self.solvent(&t) {
                continue;
            }
            self.w.declare_bankrupt(&t).expect("declares");
            while self.w.engine(&t).has_exposure() {
                let parties = self.w.opposite(&t, 0, &self.people);
                self.w.deleverage(&t, 0, &parties.iter().collect::<Vec<_>>()).expect("closes");
            }
        }
    }

    /// Longs and shorts close against each other's quotes; in an ended market they settle.
    fn close(&mut self) {
        if self.w.market(0).engine.ended().is_some() {
            for t in self.people.clone() {
                if self.w.engine(&t).has_exposure() {
                    self.w.settle(&t, &t, 0).expect("settles");
                }
            }
            return;
        }
        loop {
            self.fresh();
            let size = |t: &Trader| self.w.engine(t).position(0).map_or(0, |p| p.base.0);
            let long = self.people.iter().find(|t| size(t) > 0).cloned();
            let short = self.people.iter().find(|t| size(t) < 0).cloned();
            let (Some(long), Some(short)) = (long, short) else { break };
            let lots = size(&long).min(-size(&short));
            self.w
                .quote_with(&short, 0, firebreak_client::risk::trade::QuoteTerms { bid_size: lots as u64, ..terms(0) })
                .expect("quotes");
            self.w.take_lots(&long, &short, 0, -lots).expect("closes");
        }
    }

    /// What is owed is paid or shared, claims warm up and convert.
    fn pay(&mut self) {
        for _ in 0..5 {
            if self.w.ledger(0).deficit > 0 {
                self.wait(200);
                self.w.share_loss(0).expect("shares");
            }
        }
        self.wait(1_600);
        for t in self.people.clone() {
            if self.w.engine(&t).used().any(|p| p.result > 0) {
                match self.w.convert(&t, 0) {
                    Ok(_) => {}
                    // Shared to nothing: the slot is free to go.
                    Err(_) => drop(self.w.close_dust(&t, 0, None).expect("clears")),
                }
            }
        }
    }

    /// Everybody takes what is his.
    fn out(mut self) {
        self.fresh();
        self.resolve();
        self.close();
        self.pay();
        for t in &self.people {
            let all = self.w.engine(t).capital;
            if all > 0 {
                self.w.withdraw(t, all).expect("withdraws");
            }
            let engine = self.w.engine(t);
            assert_eq!((engine.capital, engine.bond, engine.used().count()), (0, 0, 0), "somebody is not out");
        }
        let l = self.w.ledger(0);
        let open = firebreak_client::risk::settlement::open(&self.w.market(0).engine).expect("small");
        assert_eq!((open, l.debt, l.deficit), ((0, 0), 0, 0));
        let own = l.pot + l.insurance_fees + l.treasury_fees;
        let vault = self.w.tokens(&address::vault(&self.w.mint));
        assert!(vault - own <= 4, "{vault} in the vault, {own} of it the market's own");
    }
}

/// A maker, a thin long of 10 units with 60 USD, a solid long of 5.
fn start(w: &mut World) -> [Trader; 3] {
    let people = [w.trader(10_000), w.trader(60), w.trader(1_000)];
    w.quote(&people[0], 0, 100);
    w.take(&people[1], &people[0], 0, 10).expect("takes");
    w.take(&people[2], &people[0], 0, 5).expect("takes");
    people
}

fn world(price: i64) -> Walk {
    let mut w = World::with_market();
    let people = start(&mut w);
    w.price(0, price, 5);
    Walk::new(w, &people.iter().collect::<Vec<_>>())
}

#[test]
fn from_a_calm_market() {
    world(101_00000000).out();
}

#[test]
fn from_a_flagged_account() {
    let mut walk = world(97_00000000);
    walk.w.flag(&walk.people[1].clone()).expect("flags");
    walk.out();
}

#[test]
fn from_a_bankrupt_account() {
    let mut walk = world(90_00000000);
    walk.w.declare_bankrupt(&walk.people[1].clone()).expect("declares");
    walk.out();
}

#[test]
fn from_an_account_that_nobody_has_declared() {
    world(60_00000000).out();
}

#[test]
fn from_a_market_that_may_only_reduce_for_its_deficit() {
    let mut walk = world(60_00000000);
    walk.resolve();
    assert!(walk.w.ledger(0).deficit > 0);
    let (maker, solid) = (walk.people[0].clone(), walk.people[2].clone());
    walk.w.take(&solid, &maker, 0, 1).refused(E::MarketReduceOnly);
    walk.out();
}

#[test]
fn from_a_stale_price_that_comes_back() {
    let mut walk = world(96_00000000);
    walk.w.bring(0, Quality::Frozen);
    let solid = walk.people[2].clone();
    walk.w.withdraw(&solid, USD).refused(E::QualityTooLow);
    walk.out();
}

#[test]
fn from_a_stale_price_that_never_comes_back() {
    for price in [101_00000000, 90_00000000] {
        let mut walk = world(price);
        walk.w.pass(750);
        walk.w.pass(5);
        walk.sources = 0;
        walk.w.vm.pass(216_000);
        walk.w.enter_settlement(0).expect("ends");
        walk.out();
    }
}

#[test]
fn from_degraded_quality_that_lasts() {
    for price in [101_00000000, 96_00000000, 90_00000000] {
        let mut walk = world(price);
        walk.w.bring(0, Quality::Degraded);
        walk.sources = 1;
        walk.wait(200);
        assert_eq!(walk.w.market(0).engine.quality(walk.w.now()), Quality::Degraded);
        walk.out();
    }
}

/// A market that halts while its sources are unsure by more than 0.1 %.
fn halting() -> World {
    let mut w = World::new();
    let feeds = vec![Feed::new(Kind::PythUpdate, 0, 100), Feed::new(Kind::SwitchboardOnDemand, 1, 100)];
    w.list_silent(params(), feeds);
    let mut rules = Rules::plain(&params());
    rules.breaker.triggers[Reason::Confidence as usize] =
        TriggerRule { bound: 1_000, timer: 60, level: Level::Halt as u8, reserved: [0; 3] };
    w.set_rules(0, rules).expect("before its first price");
    for slots in [0, 5] {
        w.vm.pass(slots);
        w.publish(0);
        w.refresh(0).expect("refreshes");
    }
    w
}

#[test]
fn from_a_halted_market() {
    for price in [101_00000000, 90_00000000] {
        let mut w = halting();
        let people = start(&mut w);
        for feed in &mut w.feeds[0] {
            feed.confidence = 20_000_000;
        }
        w.price(0, price, 5);
        assert_eq!(w.market(0).engine.breaker.level(), Level::Halt);
        let mut walk = Walk::new(w, &people.iter().collect::<Vec<_>>());
        let maker = walk.people[0].clone();
        walk.w.convert(&maker, 0).refused(E::BreakerForbids);
        walk.resolve();
        walk.close();
        // The sources are sure again: nobody's leave is asked for the market to reopen.
        for feed in &mut walk.w.feeds[0] {
            feed.confidence = 1_000;
        }
        walk.wait(1_000);
        assert!(walk.w.market(0).engine.breaker.level() < Level::Halt, "it released itself");
        walk.out();
    }
}

#[test]
fn from_an_ended_market_with_a_bankrupt_in_it() {
    let mut walk = world(60_00000000);
    walk.w.declare_bankrupt(&walk.people[1].clone()).expect("declares");
    walk.w.pass(750);
    walk.w.pass(5);
    walk.sources = 0;
    walk.w.vm.pass(216_000);
    walk.w.enter_settlement(0).expect("ends");
    let held = walk.w.engine(&walk.people[1]).positions[0].base.0;
    assert_eq!(held, 10 * UNIT, "not closed before the end");
    walk.out();
}
