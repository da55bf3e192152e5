//! The matrix of design section 5: every action at every quality of the price.

use super::scene::{base, calm, Scene, MOVED};
use firebreak_client::{program::events::Filled, risk::price::Quality};
use firebreak_tests::{events, stakers::JUNIOR, Expect, E, USD};

const QUALITIES: [Quality; 3] = [Quality::Primary, Quality::Degraded, Quality::Frozen];

/// The table as the design prints it, with the rows that it sums up written out.
const TABLE: [(&str, [&str; 3]); 12] = [
    ("increase", ["yes", "no", "no"]),
    ("reduce", ["yes", "conservative side", "no"]),
    ("deposit", ["yes", "yes", "yes"]),
    ("withdraw without positions or debt", ["yes", "yes", "yes"]),
    ("withdraw otherwise", ["Init", "Init", "no"]),
    ("settle", ["yes", "yes", "no"]),
    ("funding", ["yes", "yes", "no"]),
    ("convert", ["yes", "yes", "no"]),
    ("liquidate", ["yes", "after the wait", "no"]),
    ("resolve", ["yes", "after the wait", "no"]),
    ("stake", ["yes", "yes", "yes"]),
    ("pay out unstake", ["yes", "no", "no"]),
];

fn at(quality: Quality) -> Scene {
    let mut rules = calm();
    // The crowded side pays, so that funding can be seen to move or to stand.
    (rules.funding.skew_scale, rules.funding.velocity, rules.funding.max_rate) = (1, 100_000_000, 20_000_000);
    let mut scene = base(rules);
    scene.w.pass(1);
    scene.w.take(&scene.edge, &scene.buyer, 0, -1).expect("a skew to the short side");
    let mut scene = scene.moved();
    scene.w.bring(0, quality);
    scene.w.publish(1);
    scene.w.refresh(1).expect("refreshes");
    assert_eq!(scene.w.market(0).engine.quality(scene.w.now()), quality);
    scene
}

#[test]
fn every_action_at_every_quality() {
    for (column, quality) in QUALITIES.into_iter().enumerate() {
        let scene = at(quality);
        for (action, row) in TABLE {
            println!("{action} at {quality:?}: {}", row[column]);
            act(&mut scene.clone(), action, row[column]);
        }
    }
}

/// Publishes what still speaks and refreshes, after the clock has moved.
fn again(s: &mut Scene, slots: u64) {
    s.w.vm.pass(slots);
    let feed = s.w.feeds[0][0].clone();
    feed.publish(&mut s.w.vm);
    s.w.refresh(0).expect("refreshes on one source");
}

fn act(s: &mut Scene, action: &str, cell: &str) {
    match (action, cell) {
        ("increase", "yes") => drop(s.w.take(&s.flat, &s.maker, 0, 1).expect("increases")),
        ("increase", "no") => {
            s.w.take(&s.flat, &s.maker, 0, 1).refused(E::QualityTooLow);
            s.w.take(&s.long, &s.maker, 0, 1).refused(E::QualityTooLow);
        }
        ("reduce", "yes") => drop(s.w.take(&s.long, &s.maker, 0, -1).expect("reduces")),
        ("reduce", "conservative side") => {
            let meta = s.w.take(&s.long, &s.maker, 0, -1).expect("reduces");
            let low = s.w.market(0).engine.price.low.0;
            assert!(low < MOVED as u64);
            assert_eq!(events::<Filled>(&meta)[0].cost.unsigned_abs(), low / 100, "sold at low");
        }
        ("reduce", "no") => drop(s.w.take(&s.long, &s.maker, 0, -1).refused(E::QualityTooLow)),
        ("deposit", "yes") => drop(s.w.deposit(&s.long, USD).expect("deposits")),
        ("withdraw without positions or debt", "yes") => drop(s.w.withdraw(&s.flat, 1_000 * USD).expect("withdraws")),
        ("withdraw otherwise", "Init") => {
            let all = s.w.engine(&s.long).capital;
            s.w.withdraw(&s.long, all).refused(E::BelowInit);
            s.w.withdraw(&s.long, USD).expect("above the floor");
        }
        ("withdraw otherwise", "no") => drop(s.w.withdraw(&s.long, 1).refused(E::QualityTooLow)),
        ("settle", "yes") => drop(s.w.settle(&s.long, &s.long, 0).expect("settles")),
        ("settle", "no") => drop(s.w.settle(&s.long, &s.long, 0).refused(E::QualityTooLow)),
        ("funding", _) => funding(s, cell),
        ("convert", "yes") => {
            for who in [&s.maker, &s.buyer, &s.thin, &s.edge] {
                s.w.settle(who, who, 0).expect("settles");
            }
            s.w.convert(&s.long, 0).expect("converts");
        }
        ("convert", "no") => drop(s.w.convert(&s.long, 0).refused(E::QualityTooLow)),
        ("liquidate", "yes") => drop(s.w.liquidate(&s.keeper, &s.thin, 0).expect("takes over")),
        ("liquidate", "after the wait") => {
            s.w.liquidate(&s.keeper, &s.thin, 0).refused(E::WaitingForConfirmation);
            again(s, 149);
            s.w.liquidate(&s.keeper, &s.thin, 0).refused(E::WaitingForConfirmation);
            again(s, 1);
            s.w.liquidate(&s.keeper, &s.thin, 0).expect("the wait has ended");
        }
        ("liquidate", "no") => drop(s.w.liquidate(&s.keeper, &s.thin, 0).refused(E::QualityTooLow)),
        ("resolve", _) => resolve(s, cell),
        ("stake", "yes") => drop(s.w.stake(&s.flat, JUNIOR, USD).expect("stakes")),
        ("pay out unstake", "yes") => drop(s.w.unstake(&s.staker, JUNIOR).expect("pays out")),
        ("pay out unstake", "no") => {
            s.w.unstake(&s.staker, JUNIOR).refused(E::QualityTooLow);
            s.w.hold_unstake(&s.staker, JUNIOR, &[0]).expect("and does not lapse meanwhile");
        }
        _ => unreachable!("{action}: {cell}"),
    }
}

fn funding(s: &mut Scene, cell: &str) {
    s.w.vm.pass(10);
    if cell == "yes" && s.w.market(0).engine.price.quality == Quality::Primary as u8 {
        s.w.publish(0);
        s.w.refresh_only(0).expect("refreshes");
    }
    let before = s.w.market(0).engine.funding;
    assert_ne!(before.skew, 0);
    s.w.accrue(0).expect("accrues");
    let after = s.w.market(0).engine.funding;
    assert_eq!(after.index != before.index, cell == "yes", "{before:?} {after:?}");
}

fn resolve(s: &mut Scene, cell: &str) {
    match cell {
        "yes" => {
            s.w.price(0, 110_00000000, 3);
            s.w.declare_bankrupt(&s.thin).expect("declares");
        }
        "after the wait" => {
            s.w.feeds[0][0].price = 110_00000000;
            again(s, 3);
            s.w.declare_bankrupt(&s.thin).refused(E::WaitingForConfirmation);
            again(s, 150);
            s.w.declare_bankrupt(&s.thin).expect("the wait has ended");
        }
        "no" => drop(s.w.declare_bankrupt(&s.thin).refused(E::QualityTooLow)),
        _ => unreachable!("{cell}"),
    }
}
