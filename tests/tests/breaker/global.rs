//! The breaker above all markets: what insurance pays in a day.

use super::scene::{base, calm, Disasters};
use firebreak_client::{
    program::events::GlobalChecked,
    risk::{
        breaker::{BreakerRules, Reason},
        levels::Level,
        outflow::OutflowRules,
    },
};
use firebreak_tests::{events, initial, stakers::JUNIOR, Expect, World, E, USD};

const DAY_SLOTS: u64 = 216_000;

#[test]
fn it_starts_with_the_default_rules_and_normal() {
    let mut w = World::new();
    let protocol = w.protocol();
    assert_eq!(protocol.breaker_rules.0, BreakerRules::GLOBAL);
    let meta = w.check_global().expect("checks");
    let event = &events::<GlobalChecked>(&meta)[0];
    assert_eq!((event.level, event.reasons), (0, 0));
    assert_eq!(w.protocol().breaker.0, protocol.breaker.0, "nothing to change");
}

#[test]
fn a_tenth_of_insurance_in_a_day_is_caution_until_the_day_is_over() {
    let mut s = base(calm());
    let mut days = Disasters::new(&mut s.w);
    days.next(&mut s.w);
    assert_eq!(s.w.protocol().breaker.level(), Level::Normal, "nobody has looked");
    let meta = s.w.check_global().expect("trips");
    let event = &events::<GlobalChecked>(&meta)[0];
    assert_eq!((event.level, event.reasons), (1, 1 << Reason::Insurance as u16));
    // Checked through the day it is the same event: it lasts and does not escalate.
    for _ in 0..11 {
        s.w.vm.pass(DAY_SLOTS / 12);
        s.w.check_global().expect("checks");
        assert_eq!(s.w.protocol().breaker.level(), Level::Caution);
    }
    s.w.vm.pass(DAY_SLOTS / 12);
    s.w.check_global().expect("the timer of the last check runs still");
    assert_eq!(s.w.protocol().breaker.level(), Level::Caution);
    s.w.vm.pass(DAY_SLOTS / 12);
    s.w.check_global().expect("releases");
    assert_eq!(s.w.protocol().breaker.level(), Level::Normal);
    assert_eq!(s.w.protocol().breaker.tripped[Reason::Insurance as usize].strikes, 0);
}

#[test]
fn a_day_that_draws_less_trips_nothing() {
    let mut s = base(calm());
    let rich = s.w.trader(10);
    s.w.stake(&rich, JUNIOR, 1_000_000).expect("two USD are in the fund");
    let mut days = Disasters::new(&mut s.w);
    days.next(&mut s.w);
    s.w.check_global().expect("7.5 per cent");
    assert_eq!(s.w.protocol().breaker.level(), Level::Normal);
}

#[test]
fn no_staker_leaves_in_the_moment_before_anybody_checks() {
    let mut s = base(calm());
    let mut days = Disasters::new(&mut s.w);
    days.next(&mut s.w);
    s.w.check_global().expect("trips");
    s.w.vm.pass(DAY_SLOTS + 100);
    s.w.pass(0);
    s.w.check_global().expect("releases");
    s.w.request_all(&s.staker, JUNIOR).expect("asks");
    s.w.pass(200);
    days.next(&mut s.w);
    s.w.pass(1);
    // The second day in a row would be ReduceOnly, and so it is for whoever wants to leave.
    assert_eq!(s.w.protocol().breaker.level(), Level::Normal, "nobody has looked");
    s.w.unstake(&s.staker, JUNIOR).refused(E::BreakerForbids);
    s.w.hold_unstake(&s.staker, JUNIOR, &[]).expect("and the request does not lapse");
    s.w.check_global().expect("trips");
    assert_eq!(s.w.protocol().breaker.level(), Level::ReduceOnly);
    // When the day is over it must be released, by anybody, before anybody is paid.
    s.w.vm.pass(DAY_SLOTS + 100);
    s.w.pass(0);
    s.w.unstake(&s.staker, JUNIOR).refused(E::BreakerForbids);
    s.w.check_global().expect("releases");
    s.w.unstake(&s.staker, JUNIOR).expect("pays out");
}

#[test]
fn a_settlement_token_below_its_peg_is_caution_everywhere() {
    let mut w = World::with_market();
    w.vm.pass(5);
    w.token_price(0, 98_900_000);
    w.check_global().expect("trips");
    assert_eq!(w.protocol().breaker.level(), Level::Caution);
    assert_eq!(w.protocol().breaker.reasons(), 1 << Reason::Peg as u16);
    w.vm.pass(900 * 5 / 2 + 5);
    w.token_price(0, 100_000_000);
    w.check_global().expect("releases");
    assert_eq!(w.protocol().breaker.level(), Level::Normal);
}

#[test]
fn a_run_on_the_vault_closes_it_for_new_risk() {
    let mut w = World::unlisted(initial());
    w.list_settlement(OutflowRules { hour: 100 * USD, day: 100 * USD, free: USD });
    let ann = w.trader(1_000);
    w.vm.pass(DAY_SLOTS * 2);
    w.withdraw(&ann, 75 * USD).expect("three quarters of a day");
    w.check_global().expect("checks");
    assert_eq!(w.protocol().breaker.level(), Level::Normal);
    w.withdraw(&ann, 1).expect("and an atom");
    w.check_global().expect("trips");
    assert_eq!(w.protocol().breaker.reasons(), 1 << Reason::Outflow as u16);
    assert_eq!(w.protocol().breaker.level(), Level::ReduceOnly);
    // What somebody brings makes room again, and time does.
    w.vm.pass(DAY_SLOTS * 2);
    w.check_global().expect("releases");
    assert_eq!(w.protocol().breaker.level(), Level::Normal);
}
