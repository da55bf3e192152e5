//! A request does not lapse while its pay-out is refused for no fault of the staker's; and it cannot be kept open otherwise.

use super::scene::{initial_cooling, scene, COOLDOWN, COOLDOWN_SLOTS};
use firebreak_client::{
    program::events::UnstakeHeld,
    risk::{outflow::OutflowRules, price::Quality, shares::EXIT_WINDOW},
};
use firebreak_tests::{events, params, stakers::*, Expect, World, E, USD};

#[test]
fn a_pending_claim_keeps_a_request_alive() {
    let mut s = scene();
    let senior = s.senior.clone();
    s.cooled(&senior, SENIOR);
    s.w.hold_unstake(&senior, SENIOR, &[0]).refused(E::PayOutOpen);
    s.w.hold_unstake(&senior, SENIOR, &[]).refused(E::PayOutOpen);
    s.deficit();
    let meta = s.w.hold_unstake(&senior, SENIOR, &[0]).expect("holds");
    let since = s.w.now().time - COOLDOWN;
    assert_eq!(events::<UnstakeHeld>(&meta)[0].since, since);
    assert_eq!(s.w.stake_of(&senior, SENIOR).engine.requested_at, since);
    s.shared();
    s.w.hold_unstake(&senior, SENIOR, &[0]).refused(E::PayOutOpen);
    s.w.unstake(&senior, SENIOR).expect("pays");
}

#[test]
fn a_market_without_a_price_keeps_a_request_alive_for_as_long_as_it_takes() {
    let mut s = scene();
    let junior = s.junior.clone();
    s.cooled(&junior, JUNIOR);
    for _ in 0..4 {
        let now = s.w.now();
        s.w.vm.set_clock(now.slot + 500_000, now.time + EXIT_WINDOW - 10);
        assert_eq!(s.w.market(0).engine.quality(s.w.now()), Quality::Frozen);
        s.w.hold_unstake(&junior, JUNIOR, &[0]).expect("holds");
    }
    s.w.pass(1);
    s.w.unstake(&junior, JUNIOR).expect("after twelve days");
}

/// What others took out of the vault is no fault of the staker's either: a request that the windows will let out later waits, one that they
/// never would let out does not.
#[test]
fn a_vault_that_has_let_out_too_much_keeps_a_request_alive() {
    let limits = OutflowRules { hour: 40 * USD, day: 100 * USD, free: USD };
    for (others, asked, held) in [(35 * USD, 10 * USD, true), (20 * USD, 10 * USD, false), (35 * USD, 60 * USD, false)] {
        let mut w = World::unlisted(initial_cooling());
        w.list_settlement(limits);
        w.list(params(), 100);
        let (staker, leaver) = (w.trader(60), w.trader(1_000));
        w.stake(&staker, JUNIOR, asked).expect("stakes");
        w.request_all(&staker, JUNIOR).expect("asks");
        w.pass(COOLDOWN_SLOTS);
        w.withdraw(&leaver, others).expect("within the windows");
        if asked > limits.hour || held {
            w.unstake(&staker, JUNIOR).refused(E::OutflowLimit);
        }
        match held {
            false => drop(w.hold_unstake(&staker, JUNIOR, &[]).refused(E::PayOutOpen)),
            true => {
                w.hold_unstake(&staker, JUNIOR, &[]).expect("holds");
                assert_eq!(w.stake_of(&staker, JUNIOR).engine.requested_at, w.now().time - COOLDOWN);
                w.vm.pass(9_000 * 2);
                w.pass(1);
                w.unstake(&staker, JUNIOR).expect("two hours later");
            }
        }
    }
}

#[test]
fn only_a_cooled_request_that_has_not_lapsed_is_held() {
    let mut s = scene();
    s.w.hold_unstake(&s.junior, JUNIOR, &[]).refused(E::PayOutOpen);
    s.w.vm.pass(100);
    s.w.hold_unstake(&s.junior, JUNIOR, &[0]).refused(E::NothingRequested);
    s.w.request_all(&s.junior, JUNIOR).expect("asks");
    s.w.hold_unstake(&s.junior, JUNIOR, &[0]).refused(E::CoolingDown);
    s.w.vm.pass(COOLDOWN_SLOTS + (EXIT_WINDOW as u64) * 5 / 2 + 5);
    s.w.hold_unstake(&s.junior, JUNIOR, &[0]).refused(E::NothingRequested);
}

#[test]
fn a_market_that_may_not_draw_holds_nobody() {
    let mut s = scene();
    let other = s.w.list(firebreak_tests::params(), 100);
    let junior = s.junior.clone();
    s.cooled(&junior, JUNIOR);
    s.w.vm.pass(100);
    s.w.publish(0);
    s.w.refresh(0).expect("refreshes");
    assert_eq!(s.w.market(other).engine.quality(s.w.now()), Quality::Frozen);
    s.w.hold_unstake(&junior, JUNIOR, &[other]).refused(E::MarketsMismatch);
    s.w.unstake(&junior, JUNIOR).expect("nor keeps anybody waiting");
}
