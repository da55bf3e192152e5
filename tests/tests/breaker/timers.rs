//! How levels come and go: the timer, release by anybody, the new anchor, escalation; and never Settlement.

use super::scene::{base, tripping, Scene, MOVED, TIMER};
use firebreak_client::{
    program::events::Accrued,
    risk::{
        breaker::{BreakerRules, Reason, LONGEST_TIMER},
        levels::Level,
        price::Quality,
    },
};
use firebreak_tests::{events, Expect, E, USD};

fn scene(level: Level) -> Scene {
    base(tripping(Reason::Return, 0, level))
}

/// Lets seconds pass and refreshes at the same price.
fn wait(s: &mut Scene, seconds: i64) {
    s.w.pass(seconds as u64 * 5 / 2);
}

#[test]
fn it_is_released_by_anybody_after_the_timer_and_not_before() {
    let mut s = scene(Level::Halt);
    s.w.price(0, MOVED, 3);
    let until = s.w.market(0).engine.breaker.tripped[0].until;
    assert_eq!((s.level(), until), (Level::Halt, s.w.now().time + TIMER));
    wait(&mut s, TIMER - 2);
    assert_eq!(s.level(), Level::Halt);
    s.w.vm.set_clock(s.w.now().slot + 5, until - 1);
    s.w.publish(0);
    s.w.refresh(0).expect("a second too early");
    assert_eq!(s.level(), Level::Halt);
    s.w.vm.set_clock(s.w.now().slot + 3, until);
    s.w.publish(0);
    s.w.refresh_only(0).expect("refreshes");
    let meta = s.w.accrue(0).expect("called by nobody in particular");
    let event = &events::<Accrued>(&meta)[0];
    assert_eq!((event.level, event.reasons), (0, 0));
    assert_eq!(s.level(), Level::Normal);
}

#[test]
fn a_real_and_lasting_move_trips_once() {
    let mut s = scene(Level::ReduceOnly);
    s.w.price(0, MOVED, 3);
    assert_eq!(s.level(), Level::ReduceOnly);
    wait(&mut s, TIMER);
    assert_eq!(s.level(), Level::Normal, "the move is still there, and is the new anchor");
    let anchor = s.w.market(0).engine.breaker.anchors[0];
    assert_eq!(anchor.price[1].0, MOVED as u64);
    for _ in 0..30 {
        wait(&mut s, 200);
        assert_eq!(s.level(), Level::Normal);
    }
    assert_eq!(s.w.market(0).engine.breaker.tripped[0].strikes, 0);
}

#[test]
fn a_return_to_the_old_price_is_a_move_of_its_own() {
    let mut s = scene(Level::Caution);
    s.w.price(0, MOVED, 3);
    wait(&mut s, TIMER);
    assert_eq!(s.level(), Level::Normal);
    s.w.price(0, 100_00000000, 3);
    assert_eq!(s.level(), Level::ReduceOnly, "soon after a release: a repeat");
}

#[test]
fn what_goes_on_escalates_and_never_ends_the_market() {
    let mut s = scene(Level::Caution);
    let mut timers = vec![];
    let mut levels = vec![];
    for step in 1..=6 {
        s.w.price(0, 101_00000000 + step * 5_00000000, 3);
        let state = s.w.market(0).engine.breaker.tripped[0];
        levels.push(s.level());
        timers.push(state.until - s.w.now().time);
    }
    use Level::*;
    assert_eq!(levels, [Caution, ReduceOnly, Halt, Halt, Halt, Halt]);
    assert_eq!(timers, [300, 600, 1_200, 2_400, 4_800, 9_600]);
    for step in 7..=12 {
        s.w.price(0, 101_00000000 + step * 8_00000000, 3);
        assert_eq!(s.level(), Halt);
        assert!(s.w.market(0).engine.breaker.tripped[0].until - s.w.now().time <= LONGEST_TIMER);
    }
    assert!(s.w.market(0).engine.ended().is_none());
    // And it ends by itself.
    s.w.vm.pass(LONGEST_TIMER as u64 * 5 / 2);
    s.w.pass(1);
    assert_eq!(s.level(), Normal);
}

#[test]
fn a_trip_soon_after_the_release_is_a_repeat_and_a_late_one_is_not() {
    for (quiet, level) in [(2 * TIMER - 10, Level::ReduceOnly), (2 * TIMER + 10, Level::Caution)] {
        let mut s = scene(Level::Caution);
        s.w.price(0, MOVED, 3);
        wait(&mut s, TIMER);
        assert_eq!(s.level(), Level::Normal);
        wait(&mut s, quiet);
        s.w.price(0, 111_00000000, 3);
        assert_eq!(s.level(), level, "{quiet} seconds after the release");
    }
}

#[test]
fn only_a_confirmed_price_becomes_the_anchor() {
    let mut s = scene(Level::ReduceOnly);
    s.w.price(0, MOVED, 3);
    s.w.vm.pass(TIMER as u64 * 5 / 2 + 80);
    s.w.bring(0, Quality::Frozen);
    s.w.accrue(0).expect("without a price");
    assert_eq!(s.level(), Level::ReduceOnly);
    let feed = s.w.feeds[0][0].clone();
    feed.publish(&mut s.w.vm);
    s.w.refresh(0).expect("on one source");
    assert_eq!(s.level(), Level::ReduceOnly, "one source releases nothing");
    s.w.pass(1);
    assert_eq!(s.level(), Level::Normal, "two do");
}

#[test]
fn twice_in_a_slot_changes_nothing_more() {
    let mut s = scene(Level::Caution);
    s.w.price(0, MOVED, 3);
    let before = s.w.market(0).engine.breaker;
    for _ in 0..3 {
        s.w.accrue(0).expect("accrues");
    }
    assert_eq!(s.w.market(0).engine.breaker, before);
}

#[test]
fn the_first_price_after_an_outage_opens_a_grace_though_nobody_accrued_in_it() {
    let mut s = base(tripping(Reason::Staleness, 60, Level::Halt));
    s.w.vm.pass(9_000);
    s.w.publish(0);
    s.w.refresh_only(0).expect("an hour late");
    assert_eq!(s.level(), Level::Halt);
    let until = s.w.now().time + TIMER;
    assert_eq!(s.w.market(0).engine.breaker.tripped[Reason::Staleness as usize].until, until);
    // It lasts as long as it says, prices flowing, and is no repeat of itself.
    s.w.still(TIMER as u64 * 5 / 2 - 5);
    assert_eq!(s.level(), Level::Halt);
    s.w.pass(5);
    assert_eq!(s.level(), Level::Normal);
    assert_eq!(s.w.market(0).engine.breaker.tripped[Reason::Staleness as usize].strikes, 0);
    // A market whose prices come in time never sees it.
    s.w.still(3_000);
    assert_eq!(s.level(), Level::Normal);
}

/// Rules of zero are the strictest (I9): a halt of four hours on anything.
#[test]
fn zero_rules_halt_on_anything_and_lock_nobody_in() {
    let mut s = base_then_zero();
    s.w.price(0, 101_50000000, 3);
    assert_eq!(s.level(), Level::Halt);
    assert_eq!(s.w.market(0).engine.breaker.tripped[0].until - s.w.now().time, LONGEST_TIMER);
    s.w.deposit(&s.long, USD).expect("deposits");
    s.w.withdraw(&s.flat, 1_000 * USD).expect("without a position");
    s.w.take(&s.flat, &s.maker, 0, 1).refused(E::BreakerForbids);
    s.w.take(&s.long, &s.maker, 0, -1).refused(E::BreakerForbids); // a band of zero: at spot alone, and quotes stand at low
    s.w.settle(&s.long, &s.long, 0).expect("settles");
}

fn zero() -> BreakerRules {
    bytemuck::Zeroable::zeroed()
}

/// Positions are taken first; then the market's breaker rules become zero, as if governance had forgotten them.
fn base_then_zero() -> Scene {
    let mut s = base(super::scene::calm());
    let key = firebreak_client::address::market(0);
    let mut state = s.w.market(0);
    state.engine.rules.breaker = zero();
    let mut account = s.w.vm.svm.get_account(&key).expect("exists");
    account.data[8..8 + std::mem::size_of_val(&state)].copy_from_slice(bytemuck::bytes_of(&state));
    s.w.vm.plant(key, firebreak_client::ID, account.data);
    s
}
