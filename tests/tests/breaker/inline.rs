//! A breaker trips in the moment of use: nobody trades, leaves or converts on one that has not seen the last price.

use super::scene::{base, tripping, MOVED};
use firebreak_client::risk::{breaker::Reason, levels::Level};
use firebreak_tests::{stakers::JUNIOR, Expect, E};

#[test]
fn a_fill_never_runs_on_a_breaker_that_has_not_seen_its_price() {
    let mut s = base(tripping(Reason::Return, 0, Level::ReduceOnly));
    s.w.vm.pass(3);
    s.w.say(0, MOVED);
    s.w.refresh_only(0).expect("a price that trips");
    assert_eq!(s.level(), Level::Normal, "not yet");
    s.w.take(&s.flat, &s.maker, 0, 1).refused(E::RiskStateOld);
    s.w.take(&s.edge, &s.buyer, 0, -1).refused(E::RiskStateOld);
    s.w.take(&s.long, &s.maker, 0, -1).expect("reducing waits for nothing");
    s.w.accrue(0).expect("anybody trips it");
    assert_eq!(s.level(), Level::ReduceOnly);
    s.w.take(&s.flat, &s.maker, 0, 1).refused(E::BreakerForbids);
    s.w.take(&s.long, &s.maker, 0, -1).expect("reduces");
}

#[test]
fn nobody_leaves_insurance_on_a_breaker_that_has_not_seen_its_price() {
    let mut s = base(tripping(Reason::Return, 0, Level::ReduceOnly));
    s.w.request_all(&s.staker, JUNIOR).expect("asks");
    s.w.pass(200);
    s.w.vm.pass(3);
    s.w.say(0, MOVED);
    s.w.refresh_only(0).expect("a price that trips");
    s.w.unstake(&s.staker, JUNIOR).refused(E::RiskStateOld);
    // That is no ground to hold: anybody accrues.
    s.w.hold_unstake(&s.staker, JUNIOR, &[0]).refused(E::PayOutOpen);
    s.w.accrue(0).expect("anybody trips it");
    s.w.unstake(&s.staker, JUNIOR).refused(E::BreakerForbids);
}
