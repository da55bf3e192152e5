//! I10 with everything degraded at once: a halted market, one that carries a deficit, one whose price is gone for a while and one whose price
//! never comes back, a guardian who has paused what can be paused, isolated accounts and bankrupts among the rest. Everybody still reaches
//! zero, by instructions that anybody may send, in bounded time; and what is left in the vault is explained.

use firebreak_client::{
    address,
    program::instructions::AccountKind,
    risk::{
        breaker::{Reason, TriggerRule},
        levels::{Gate, Level},
        price::Quality,
        settlement,
        trade::QuoteTerms,
        Rules,
    },
};
use firebreak_tests::{params, terms, Expect, Trader, World, E, USD};

/// Halts while its sources are unsure.
const HALTED: u16 = 0;
/// Its price is gone for good.
const DEAD: u16 = 1;
/// Carries a deficit.
const BROKEN: u16 = 2;
/// Its price is gone for half an hour.
const AWAY: u16 = 3;
const MARKETS: u16 = 4;

struct Walk {
    w: World,
    people: Vec<Trader>,
    /// Markets whose sources publish.
    live: Vec<u16>,
}

impl Walk {
    /// Lets `slots` pass; then everybody tries everything that could bring him closer to zero.
    fn round(&mut self, slots: u64) {
        self.w.vm.pass(slots);
        for market in self.live.clone() {
            self.w.publish(market);
            self.w.refresh(market).ok();
        }
        for market in 0..MARKETS {
            self.w.enter_settlement(market).ok();
            self.resolve(market);
            self.close(market);
            self.w.share_loss(market).ok();
        }
        for t in self.people.clone() {
            for market in self.w.engine(&t).used().map(|p| p.market).collect::<Vec<_>>() {
                if self.w.convert(&t, market).is_err() {
                    self.w.settle(&t, &t, market).ok();
                }
            }
            self.w.close_dust(&t, HALTED, None).ok();
            let all = self.w.engine(&t).capital;
            if all > 0 {
                self.w.withdraw(&t, all).ok();
            }
        }
    }

    fn size(&self, t: &Trader, market: u16) -> i64 {
        self.w.engine(t).position(market).map_or(0, |p| p.base.0)
    }

    /// Who owes more than he has is declared and closed against the other side; in an ended market everybody settles.
    fn resolve(&mut self, market: u16) {
        for t in self.people.clone() {
            if self.w.market(market).engine.ended().is_some() && self.size(&t, market) != 0 {
                self.w.settle(&t, &t, market).ok();
            }
            if self.w.engine(&t).used().next().is_none() {
                continue;
            }
            self.w.declare_bankrupt(&t).ok();
            while self.w.engine(&t).bankrupt != 0 && self.size(&t, market) != 0 {
                let parties = self.w.opposite(&t, market, &self.people);
                if self.w.deleverage(&t, market, &parties.iter().collect::<Vec<_>>()).is_err() {
                    break;
                }
            }
        }
    }

    /// Longs and shorts close against each other's quotes, as far as they may.
    fn close(&mut self, market: u16) {
        for long in self.people.clone() {
            for short in self.people.clone() {
                let lots = self.size(&long, market).min(-self.size(&short, market));
                if lots > 0 && self.w.market(market).engine.ended().is_none() {
                    let bid = QuoteTerms { bid_size: lots as u64, ..terms(0) };
                    if self.w.quote_with(&short, market, bid).is_ok() {
                        self.w.take_lots(&long, &short, market, -lots).ok();
                    }
                }
            }
        }
    }

    fn is_out(&self, t: &Trader) -> bool {
        let engine = self.w.engine(t);
        (engine.capital, engine.bond, engine.used().count()) == (0, 0, 0)
    }
}

/// Everybody in place and everything broken.
fn scene() -> (Walk, [Trader; 2]) {
    let mut w = World::new();
    let mut halting = Rules::plain(&params());
    halting.breaker.triggers[Reason::Confidence as usize] =
        TriggerRule { bound: 1_000, timer: 60, level: Level::Halt as u8, reserved: [0; 3] };
    w.list_ruled(params(), halting, 100);
    for _ in 1..MARKETS {
        w.list(params(), 100);
    }
    let guardian = w.appoint();
    let (maker, bull, bear, thin) = (w.trader(100_000), w.trader(2_000), w.trader(2_000), w.trader(60));
    let alone = w.open(&bull, 1, AccountKind::Isolated);
    let poor = w.open(&bear, 1, AccountKind::Isolated);
    w.deposit(&alone, 500 * USD).expect("deposits");
    w.deposit(&poor, 60 * USD).expect("deposits");
    for market in 0..MARKETS {
        w.pass(0);
        w.quote(&maker, market, 100);
        w.take(&bull, &maker, market, 4).expect("buys");
        w.take(&bear, &maker, market, -3).expect("sells");
    }
    w.pass(0);
    w.take(&alone, &maker, HALTED, 5).expect("isolated");
    w.take(&poor, &maker, BROKEN, 10).expect("isolated, and about to lose all");
    w.take(&thin, &maker, BROKEN, 10).expect("like the isolated one");
    // A loss that nobody has paid, with claims against it.
    w.price(BROKEN, 85_00000000, 3);
    w.pass(0);
    w.declare_bankrupt(&poor).expect("declares");
    w.deleverage(&poor, BROKEN, &[&maker]).expect("closes");
    w.declare_bankrupt(&thin).expect("declares");
    w.settle(&maker, &maker, BROKEN).expect("a claim");
    // Unsure sources halt the first market, and the guardian stops what he can.
    for feed in &mut w.feeds[HALTED as usize] {
        feed.confidence = 20_000_000;
    }
    w.price(HALTED, 98_00000000, 3);
    w.pause(&guardian, Gate::PAUSABLE).expect("pauses");
    let people = vec![maker, bull.clone(), bear, thin, alone.clone(), poor];
    (Walk { w, people, live: vec![HALTED, BROKEN] }, [bull, alone])
}

#[test]
fn i10_everybody_walks_out_of_everything_at_once() {
    let (mut walk, [bull, alone]) = scene();
    // What it looks like from inside.
    walk.w.vm.pass(80);
    for market in [HALTED, BROKEN] {
        walk.w.publish(market);
        walk.w.refresh(market).expect("refreshes");
    }
    let (level, now) = (walk.w.market(HALTED).engine.breaker.level(), walk.w.now());
    assert_eq!(level, Level::Halt);
    assert!([DEAD, AWAY].iter().all(|m| walk.w.market(*m).engine.quality(now) == Quality::Frozen));
    assert!(walk.w.ledger(BROKEN).deficit > 0 && walk.w.ledger(BROKEN).claims > 0);
    walk.w.withdraw(&alone, 1).refused(E::Paused);
    walk.w.deposit(&bull, USD).expect("adding money never stops");
    let start = now.time;
    let people = walk.people.clone();
    // Half an hour later the pause is over and one price is back; the first market's sources are sure again.
    walk.round(1_500);
    walk.live.push(AWAY);
    for feed in &mut walk.w.feeds[HALTED as usize] {
        feed.confidence = 1_000;
    }
    for _ in 0..4 {
        walk.round(1_600);
    }
    assert!(walk.is_out(&alone), "the isolated account is out of the halted market: nothing else holds it");
    assert!(!walk.is_out(&bull), "who holds something of the dead market waits for its end");
    // A day after its last price anybody ends it.
    walk.round(216_000);
    for _ in 0..4 {
        walk.round(1_600);
    }
    println!("everybody is out after {} hours", (walk.w.now().time - start) / 3_600);
    for (n, t) in people.iter().enumerate() {
        assert!(walk.is_out(t), "person {n} is not out: {:?}", walk.w.engine(t).used().collect::<Vec<_>>());
    }
    let mut own = 0;
    for market in 0..MARKETS {
        let l = walk.w.ledger(market);
        let open = settlement::open(&walk.w.market(market).engine).expect("small");
        assert_eq!((open, l.debt, l.deficit), ((0, 0), 0, 0), "market {market}");
        assert!(l.pool <= 10, "only rounding: {}", l.pool);
        own += l.pot + l.insurance_fees + l.treasury_fees;
    }
    let vault = walk.w.tokens(&address::vault(&walk.w.mint));
    let insured = walk.w.insurance().engine.fund.assets;
    println!("{vault} atoms in the vault: {own} are the markets' own, {insured} insurance's");
    assert!(vault - own - insured <= 20, "the rest is rounding");
}

/// The same from a dead market alone, with more accounts than positions to close them against: ended, settled, shared, paid.
#[test]
fn i10_a_frozen_market_with_bankrupts_and_isolated_accounts_ends_for_all() {
    let (mut walk, _) = scene();
    walk.live = vec![];
    for _ in 0..2 {
        walk.round(216_100);
    }
    for _ in 0..4 {
        walk.round(1_600);
    }
    assert!((0..MARKETS).all(|m| walk.w.market(m).engine.ended().is_some()), "all four");
    for t in walk.people.clone() {
        assert!(walk.is_out(&t));
    }
}
