//! Everything that anybody has is known from events alone: long random sequences of all that people do are rebuilt from what their
//! transactions emitted, from the very first one, and compared with the accounts after every step. (That every other instruction's events
//! say all of its step is checked wherever a test sends one: `Snapshot::check_told`.)

#[allow(dead_code)]
#[path = "../random/play/mod.rs"]
mod play;
mod recover;

use firebreak_client::{event::Event, rebuild::State};
use firebreak_tests::{checks::Snapshot, events, stop, Refused, Trader, World, USD};
use play::{
    ops,
    scene::{scene, Scene},
    steps::Step,
    Player,
};
use proptest::{
    collection::vec,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use std::{cell::RefCell, collections::BTreeMap};

const SEQUENCES: u32 = 300;
const LENGTH: usize = 40;

/// What the sequences must have brought about, or they show little.
const REACHED: [&str; 35] = [
    "Accrued",
    "CollateralForfeited",
    "OrderRan",
    "Recovered",
    "SettlementEntered",
    "StakeClosed",
    "Unstaked",
    "Initialised",
    "MarketListed",
    "AccountOpened",
    "AccountClosed",
    "CapitalMoved",
    "Transferred",
    "QuotePosted",
    "QuoteRemoved",
    "OrderPlaced",
    "OrderCancelled",
    "Filled",
    "Settled",
    "Converted",
    "Flagged",
    "Liquidated",
    "LiquidatedIntoQuote",
    "Bankrupted",
    "Deleveraged",
    "DustClosed",
    "LossShared",
    "LimitAllotted",
    "InsuranceFunded",
    "Skimmed",
    "Staked",
    "UnstakeRequested",
    "TreasuryCollected",
    "CollateralMoved",
    "CollateralSold",
];

/// An indexer: what it has heard so far.
#[derive(Clone, Default)]
struct Indexer {
    state: State,
    heard: usize,
}

impl Indexer {
    /// Hears what it has not heard yet, and compares. Counts the events that changed a balance, and finds each of those indispensable.
    fn hear(&mut self, w: &World, seen: &mut BTreeMap<&'static str, u32>) {
        for told in &w.told[self.heard..] {
            let before = self.state.clone();
            let mut matters = vec![];
            for event in told {
                let was = self.state.clone();
                self.state.fold(event).unwrap_or_else(|gap| panic!("{event:?}: {gap}"));
                matters.push(was != self.state);
            }
            for (lost, event) in told.iter().enumerate().filter(|(i, _)| matters[*i]) {
                *seen.entry(event.name()).or_default() += 1;
                assert!(without(&before, told, lost) != Some(&self.state).cloned(), "nobody would miss {event:?}");
            }
        }
        self.heard = w.told.len();
        let differs = self.state.differences(&Snapshot::of(w).state());
        assert!(differs.is_empty(), "{differs:#?}");
        assert_eq!(self.state.vault().expect("a sum") + w.surplus, w.tokens(&firebreak_client::address::vault(&w.mint)));
        // What the engine says that each position comes to, by the market's indices.
        for (key, account) in &self.state.accounts {
            for position in account.used() {
                let (is, market) =
                    (self.state.standing(key, position.market).expect("small"), w.market(position.market).engine.0);
                let mut touched = *position;
                touched.refresh(&market).expect("small");
                assert_eq!((is.base, is.entry, is.result), (touched.base.0, touched.entry, touched.result));
            }
        }
    }
}

/// What an indexer that missed one event of a transaction has; nothing when it notices.
fn without(before: &State, told: &[Event], lost: usize) -> Option<State> {
    let mut state = before.clone();
    let mut kept = told.iter().enumerate().filter(|(i, _)| *i != lost);
    kept.try_for_each(|(_, event)| state.fold(event)).ok().map(|()| state)
}

/// Sends every instruction, and hears what was told.
struct Listener<'a> {
    scene: Scene,
    indexer: Indexer,
    seen: &'a RefCell<BTreeMap<&'static str, u32>>,
}

impl Player for Listener<'_> {
    fn scene(&mut self) -> &mut Scene {
        &mut self.scene
    }

    fn step(&mut self, step: Step) -> Result<(), Refused> {
        let outcome = self.scene.send(&step);
        self.indexer.hear(&self.scene.w, &mut self.seen.borrow_mut());
        outcome.map(|_| ())
    }
}

#[test]
fn balances_are_rebuilt_from_events_alone() {
    let config = Config { cases: SEQUENCES, failure_persistence: None, max_shrink_iters: 50, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    let scene = scene();
    let seen = RefCell::default();
    let mut indexer = Indexer::default();
    indexer.hear(&scene.w, &mut seen.borrow_mut());
    let result = runner.run(&vec(ops::any(), LENGTH), |ops| {
        let mut listener = Listener { scene: scene.clone(), indexer: indexer.clone(), seen: &seen };
        ops.iter().for_each(|op| listener.play(op));
        Ok(())
    });
    if let Err(why) = result {
        panic!("{why}");
    }
    let seen = seen.into_inner();
    println!("{seen:#?}");
    for name in REACHED {
        assert!(seen.contains_key(name), "no sequence had {name} change a balance");
    }
}

/// The test above can fail: with any event that changed a balance left out, an indexer ends elsewhere, however much it hears afterwards,
/// unless a later event says the same anew.
#[test]
fn a_lost_event_is_noticed() {
    let mut cast = scene();
    let (ann, maker): (Trader, Trader) = (cast.traders[1].clone(), cast.traders[0].clone());
    let from = cast.w.told.len();
    let meta = cast.w.take_lots(&ann, &maker, 1, 1_000).expect("takes");
    assert_eq!(events::<firebreak_client::program::events::Filled>(&meta).len(), 1);
    cast.w.deposit(&ann, USD).expect("deposits");
    cast.w.place_order(&ann, 9, stop(1)).expect("places");
    let all: Vec<Event> = cast.w.told.concat();
    let is = Snapshot::of(&cast.w).state();
    let first: usize = cast.w.told[..from].iter().map(Vec::len).sum();
    assert_eq!(without(&State::default(), &all, usize::MAX).as_ref(), Some(&is));
    for lost in first..all.len() {
        let state = without(&State::default(), &all, lost).expect("nothing is missing that others build on");
        assert!(!state.differences(&is).is_empty(), "nobody would miss {:?}", all[lost]);
    }
    // One that others build on is missed at once.
    let opened = all.iter().position(|e| e.name() == "AccountOpened").expect("somebody opened an account");
    assert_eq!(without(&State::default(), &all, opened), None);
}
