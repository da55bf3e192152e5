//! The grace after an outage (design, section 5): only deposits, reducing and the working-off of liquidations go on, whatever level the
//! staleness trigger sets; and it ends by itself for whoever refreshes, however seldom anybody did before.

use super::{
    matrix::{act, Cells},
    scene::{base, tripping, Scene, TIMER},
};
use firebreak_client::risk::{
    breaker::{Reason, LONGEST_TIMER},
    levels::{Gate, Level},
};
use firebreak_tests::{Expect, E, USD};

/// What the grace allows, beside what the level of its trigger allows; the rest is the level's.
const GRACE: Cells = [
    (Gate::Increase, ["no", "no", "no"]),
    (Gate::Reduce, ["yes", "yes", "in band"]),
    (Gate::Deposit, ["yes", "yes", "yes"]),
    (Gate::WithdrawFree, ["yes", "yes", "yes"]),
    (Gate::Withdraw, ["no", "no", "no"]),
    (Gate::Convert, ["no", "no", "no"]),
    (Gate::Liquidate, ["yes", "yes", "yes, if quality allows"]),
    (Gate::Deleverage, ["yes", "yes", "yes, if quality allows"]),
    (Gate::Stake, ["yes", "yes", "yes"]),
    (Gate::PayOut, ["no", "no", "no"]),
];

/// Nobody has refreshed for so long; now somebody does.
fn outage(s: &mut Scene, slots: u64) {
    s.w.vm.pass(slots);
    for m in 0..2 {
        s.w.publish(m);
        s.w.refresh(m).expect("refreshes");
    }
}

#[test]
fn in_a_grace_nothing_opens_and_nothing_leaves_cell_by_cell() {
    assert_eq!(GRACE.map(|(gate, _)| gate), Gate::ALL);
    for (column, level) in [Level::Caution, Level::ReduceOnly, Level::Halt].into_iter().enumerate() {
        let mut s = base(tripping(Reason::Staleness, 60, level)).moved();
        assert_eq!(s.level(), Level::Normal);
        outage(&mut s, 160);
        assert_eq!(s.level(), level);
        for (gate, row) in GRACE {
            println!("{gate:?} in a grace at {level:?}: {}", row[column]);
            act(&mut s.clone(), gate, row[column]);
        }
        // Between two accounts of one owner money leaves as well.
        let second = s.w.second_account(&s.long, 0);
        s.w.transfer(&s.long, &second, USD).refused(E::BreakerForbids);
        s.w.still(TIMER as u64 * 5 / 2);
        s.w.pass(1);
        s.w.transfer(&s.long, &second, USD).expect("afterwards");
    }
}

/// A market that is refreshed every other minute only, with a bound of one minute, is in its grace all the time, up to the longest timer;
/// anybody ends it by refreshing more often for as long as that timer, with the very prices that are there. A real outage starts it anew.
#[test]
fn a_market_seldom_refreshed_comes_back_for_whoever_refreshes_it() {
    let mut s = base(tripping(Reason::Staleness, 60, Level::ReduceOnly)).moved();
    for _ in 0..60 {
        outage(&mut s, 300);
        assert!(s.level() >= Level::ReduceOnly, "two hours of it");
    }
    s.w.convert(&s.long, 0).refused(E::BreakerForbids);
    let until = s.w.market(0).engine.breaker.tripped[Reason::Staleness as usize].until;
    let wait = until - s.w.now().time;
    println!("open again after {wait} s of refreshing every 20 s");
    assert!(wait <= LONGEST_TIMER);
    // In the middle of it a real outage: the timer starts anew, and ends nothing by itself.
    s.w.still(wait as u64 * 5 / 4);
    outage(&mut s, 300);
    let again = s.w.market(0).engine.breaker.tripped[Reason::Staleness as usize].until;
    assert!(again > until && again - s.w.now().time >= TIMER);
    while s.w.now().time < again {
        assert!(s.level() >= Level::ReduceOnly);
        s.w.still(50);
    }
    s.w.pass(1);
    assert_eq!(s.level(), Level::Normal, "by refreshing alone");
    s.w.settle(&s.long, &s.long, 0).expect("settles");
    s.w.withdraw(&s.long, USD).expect("withdraws");
}
