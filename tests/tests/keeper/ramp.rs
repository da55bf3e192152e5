//! The ramp bounds how fast an account is closed, however the work is cut; the bond pays for finishing it, once.

use super::liquidate::{flagged, Scene};
use firebreak_client::program::events::Liquidated;
use firebreak_tests::{events, Expect, Trader, World, E, UNIT, USD};

/// Takes over `lots` at a time until refused; returns lots taken, penalty, rewards, and why it ended.
fn crumbs(w: &mut World, keeper: &Trader, thin: &Trader, lots: u64) -> (i64, u64, u64, String) {
    let (mut taken, mut penalty, mut reward) = (0, 0, 0);
    loop {
        match w.liquidate_lots(keeper, thin, 0, lots) {
            Ok(meta) => {
                let event = events::<Liquidated>(&meta).remove(0);
                taken += event.base;
                penalty += event.penalty;
                reward += event.reward;
            }
            Err(why) => return (taken, penalty, reward, why.name),
        }
    }
}

#[test]
fn at_first_only_a_quarter_of_the_shortage_may_be_freed() {
    let Scene { mut w, thin, keeper, .. } = flagged();
    let meta = w.liquidate(&keeper, &thin, 0).expect("the first step");
    let first = events::<Liquidated>(&meta)[0].base;
    w.liquidate(&keeper, &thin, 0).refused(E::RampNotReached);
    w.pass(25);
    let meta = w.liquidate(&keeper, &thin, 0).expect("the rest");
    let rest = events::<Liquidated>(&meta)[0].base;
    assert!((first - rest / 3).abs() < rest / 20, "a quarter, then three: {first}, {rest}");
}

#[test]
fn calls_in_one_slot_do_not_add_up() {
    for slots in [0, 5, 12, 20] {
        let Scene { mut w, thin, keeper, .. } = flagged();
        w.pass(slots);
        let mut at_once = w.clone();
        let (whole, ..) = crumbs(&mut at_once, &keeper, &thin, u64::MAX / 4);
        for size in [UNIT / 4, UNIT / 3] {
            let mut w = w.clone();
            let (taken, _, reward, why) = crumbs(&mut w, &keeper, &thin, size as u64);
            assert_eq!((why.as_str(), reward), ("RampNotReached", 0));
            // Each step is sized anew; the sum differs by the rounding of what each freed.
            assert!((taken - whole).abs() < UNIT / 100, "after {slots} slots: {taken} in crumbs, {whole} at once");
        }
    }
}

#[test]
fn several_keepers_share_one_ramp() {
    let Scene { mut w, thin, keeper, .. } = flagged();
    let other = w.trader(10_000);
    w.liquidate(&keeper, &thin, 0).expect("the first");
    w.liquidate(&other, &thin, 0).refused(E::RampNotReached);
}

#[test]
fn crumbs_earn_the_reward_of_one_liquidation() {
    let Scene { mut w, thin, keeper, .. } = flagged();
    w.pass(25);
    let bond = w.engine(&thin).bond;
    let mut at_once = w.clone();
    let (whole, penalty, once, _) = crumbs(&mut at_once, &keeper, &thin, u64::MAX / 4);
    let (taken, pieces, reward, why) = crumbs(&mut w, &keeper, &thin, UNIT as u64 / 2);
    assert_eq!(why, "NotFlagged", "the last step brought it to its stop line");
    assert_eq!((reward, once), (USD / 10, USD / 10));
    assert_eq!(w.engine(&thin).bond, bond - reward);
    assert!((taken - whole).abs() < UNIT / 2, "{taken} in crumbs, {whole} at once");
    assert!(pieces <= penalty + 1, "and no more penalty: {pieces}, {penalty}");
}

#[test]
fn nobody_earns_by_unflagging_and_flagging_again() {
    let Scene { mut w, thin, keeper, .. } = flagged();
    w.pass(25);
    w.liquidate(&keeper, &thin, 0).expect("finishes");
    w.flag(&thin).refused(E::NotLiquidatable);
    w.liquidate(&keeper, &thin, 0).refused(E::NotFlagged);
}

#[test]
fn flagging_again_in_between_does_not_restart_the_ramp() {
    let Scene { mut w, thin, keeper, .. } = flagged();
    w.liquidate(&keeper, &thin, 0).expect("the first step");
    let engine = w.engine(&thin);
    w.price(0, 96_00000000, 3);
    w.flag(&thin).expect("still below Maint");
    let again = w.engine(&thin);
    assert_eq!((again.flagged, again.freed), (engine.flagged, engine.freed));
}
