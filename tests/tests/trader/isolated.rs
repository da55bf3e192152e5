//! An isolated account holds one market's position at most, and loses no more than it holds.

use firebreak_client::program::{events::AccountOpened, instructions::AccountKind};
use firebreak_tests::{events, Expect, World, E, UNIT, USD};

#[test]
fn the_kind_is_kept() {
    let mut w = World::new();
    let ann = w.trader(0);
    for (sub_id, kind, isolated) in [(1, AccountKind::Cross, false), (2, AccountKind::Isolated, true)] {
        let meta = w.try_open(&ann, sub_id, kind).expect("opens");
        let event = &events::<AccountOpened>(&meta)[0];
        assert_eq!((event.owner, event.sub_id, event.isolated), (ann.owner(), sub_id, isolated));
        let margin: firebreak_client::program::state::MarginAccount = w.read(&event.account);
        assert_eq!(margin.engine.isolated, isolated as u8);
    }
    let mut ix = firebreak_client::instruction::open_account(ann.owner(), 3);
    *ix.data.last_mut().expect("a kind") = 2;
    w.act(&[ix], &[&ann.key]).refused_as("InstructionDidNotDeserialize");
}

#[test]
fn one_market_at_a_time() {
    let mut w = World::with_markets(2);
    let (ann, maker) = (w.trader(1_000), w.trader(10_000));
    let alone = w.open(&ann, 1, AccountKind::Isolated);
    w.transfer(&ann, &alone, 500 * USD).expect("moves");
    for market in 0..2 {
        w.quote(&maker, market, 100);
    }
    w.take(&alone, &maker, 0, 10).expect("the first market");
    w.take(&alone, &maker, 0, 5).expect("more of it");
    w.take(&alone, &maker, 1, 1).refused(E::AccountIsolated);
    // Nor as a maker, nor as a keeper's book.
    w.quote(&alone, 1, 1);
    w.take(&maker, &alone, 1, 1).refused(E::AccountIsolated);
    w.match_trade(&alone, &maker, 1, UNIT, 100_00000000).refused(E::AccountIsolated);
    w.take(&alone, &maker, 0, -15).expect("closes");
    w.take(&alone, &maker, 1, 1).expect("the other market");
    w.take(&ann, &maker, 0, 1).expect("its owner's other account is as free as ever");
}

#[test]
fn a_claim_in_one_market_keeps_it_from_another() {
    let mut w = World::with_markets(2);
    let (ann, maker) = (w.trader(1_000), w.trader(10_000));
    let alone = w.open(&ann, 1, AccountKind::Isolated);
    w.transfer(&ann, &alone, 500 * USD).expect("moves");
    for market in 0..2 {
        w.quote(&maker, market, 100);
    }
    w.take(&alone, &maker, 0, 10).expect("takes");
    w.crash(101_00000000, 5);
    w.take(&alone, &maker, 0, -10).expect("sells at a profit");
    w.take(&alone, &maker, 1, 1).refused(E::AccountIsolated);
    w.pass(1_500);
    w.convert(&alone, 0).expect("converts");
    w.take(&alone, &maker, 1, 1).expect("nothing of the first is left");
}

#[test]
fn an_isolated_keeper_takes_over_in_its_market_only() {
    let mut w = World::with_markets(2);
    let (maker, thin, keeper) = (w.trader(10_000), w.trader(60), w.trader(10_000));
    let alone = w.open(&keeper, 1, AccountKind::Isolated);
    w.transfer(&keeper, &alone, 5_000 * USD).expect("moves");
    for market in 0..2 {
        w.quote(&maker, market, 100);
    }
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.take(&alone, &maker, 1, 1).expect("takes");
    w.crash(96_90000000, 5);
    w.flag(&thin).expect("flags");
    w.pass(25);
    w.liquidate(&alone, &thin, 0).refused(E::AccountIsolated);
    w.take(&alone, &maker, 1, -1).expect("closes");
    w.settle(&alone, &alone, 1).refused(E::NoPosition);
    w.liquidate(&alone, &thin, 0).expect("takes over");
}

#[test]
fn its_insolvency_stops_at_its_door() {
    let mut w = World::with_market();
    let (ann, maker, keeper) = (w.trader(1_000), w.trader(10_000), w.trader(10_000));
    let alone = w.open(&ann, 1, AccountKind::Isolated);
    w.transfer(&ann, &alone, 60 * USD).expect("moves");
    w.quote(&maker, 0, 100);
    w.take(&alone, &maker, 0, 10).expect("takes");
    let before = w.engine(&ann);
    w.price(0, 80_00000000, 5);
    w.declare_bankrupt(&alone).expect("declares");
    w.liquidate(&keeper, &alone, 0).expect("takes over");
    assert!(w.ledger(0).deficit > 100 * USD);
    assert_eq!(w.engine(&ann), before);
    w.withdraw(&ann, 940 * USD).expect("every atom of the other account");
}
