//! Leaving: after the cooldown, with no claim pending, at the value of now and at most that of the request.

use super::scene::{initial_cooling, scene, scene_with, COOLDOWN, COOLDOWN_SLOTS, COVER};
use firebreak_client::{
    address, instruction,
    program::{
        events::{UnstakeRequested, Unstaked},
        instructions::InitialiseArgs,
    },
    risk::{price::Quality, shares::EXIT_WINDOW, MarketParams},
};
use firebreak_tests::{events, params, stakers::*, Expect, World, E, USD};

#[test]
fn a_cooled_request_is_paid_to_the_atom() {
    let mut s = scene();
    let meta = s.w.request_unstake(&s.junior, JUNIOR, 16 * 4 * USD).expect("asks");
    let event = &events::<UnstakeRequested>(&meta)[0];
    assert_eq!((event.shares, event.value, event.since), (16 * 4 * USD, 4 * USD, s.w.now().time));
    s.w.unstake(&s.junior, JUNIOR).refused(E::CoolingDown);
    s.w.pass(COOLDOWN_SLOTS - 5);
    s.w.unstake(&s.junior, JUNIOR).refused(E::CoolingDown);
    s.w.pass(5);
    let before = s.w.tokens(&s.junior.wallet);
    let meta = s.w.unstake(&s.junior, JUNIOR).expect("pays");
    let event = &events::<Unstaked>(&meta)[0];
    assert_eq!((event.tranche, event.amount, event.part.shares), (0, 4 * USD, 16 * 6 * USD));
    let junior = &event.insurance.junior;
    assert_eq!((junior.assets, junior.shares), (6 * USD, 16 * 6 * USD));
    assert_eq!(event.insurance.limits, 26 * USD);
    assert_eq!(s.w.tokens(&s.junior.wallet) - before, 4 * USD);
    s.w.unstake(&s.junior, JUNIOR).refused(E::NothingRequested);
}

#[test]
fn a_request_lapses_after_three_days_and_can_be_made_again() {
    let mut s = scene();
    s.w.request_all(&s.junior, JUNIOR).expect("asks");
    let asked = s.w.now();
    s.w.vm.set_clock(asked.slot + 700_000, asked.time + COOLDOWN + EXIT_WINDOW);
    s.w.pass(0);
    s.w.clone().unstake(&s.junior, JUNIOR).expect("in the last second");
    s.w.vm.set_clock(asked.slot + 700_003, asked.time + COOLDOWN + EXIT_WINDOW + 1);
    s.w.pass(0);
    s.w.unstake(&s.junior, JUNIOR).refused(E::NothingRequested);
    let (junior, tranche) = (s.junior.clone(), JUNIOR);
    s.cooled(&junior, tranche);
    s.w.unstake(&junior, tranche).expect("asked again");
}

#[test]
fn a_new_request_replaces_the_old_one_and_starts_anew() {
    let mut s = scene();
    s.w.request_unstake(&s.junior, JUNIOR, 16).expect("asks");
    s.w.pass(COOLDOWN_SLOTS);
    s.w.request_all(&s.junior, JUNIOR).expect("asks for more");
    s.w.unstake(&s.junior, JUNIOR).refused(E::CoolingDown);
    s.w.request_unstake(&s.junior, JUNIOR, 0).expect("takes it back");
    s.w.pass(COOLDOWN_SLOTS);
    s.w.unstake(&s.junior, JUNIOR).refused(E::NothingRequested);
    let more = s.w.stake_of(&s.junior, JUNIOR).engine.shares + 1;
    s.w.request_unstake(&s.junior, JUNIOR, more).refused(E::InsufficientShares);
    s.w.request_unstake(&s.junior, JUNIOR, u64::MAX).refused(E::InsufficientShares);
}

#[test]
fn a_cooldown_of_zero_is_the_longest() {
    let mut w = World::with(InitialiseArgs { cooldown: 0, ..initial_cooling() });
    let ann = w.trader(10);
    w.stake(&ann, SENIOR, USD).expect("stakes");
    w.request_all(&ann, SENIOR).expect("asks");
    let now = w.now();
    w.vm.set_clock(now.slot + 1, now.time + 2_591_999);
    w.unstake(&ann, SENIOR).refused(E::CoolingDown);
    w.vm.set_clock(now.slot + 2, now.time + 2_592_000);
    w.unstake(&ann, SENIOR).expect("thirty days; no market, no price to ask for");
}

#[test]
fn while_a_claim_is_pending_nobody_leaves_whatever_the_tranche() {
    let mut s = scene();
    for (who, tranche) in [(&s.junior, JUNIOR), (&s.senior, SENIOR)] {
        s.w.request_all(who, tranche).expect("asks");
    }
    s.w.pass(COOLDOWN_SLOTS);
    s.deficit();
    s.w.unstake(&s.junior, JUNIOR).refused(E::ClaimsPending);
    s.w.unstake(&s.senior, SENIOR).refused(E::ClaimsPending);
    s.shared();
    // The loss of 15 came first: junior held 10 and has nothing left, senior bears 5.
    let before = s.w.tokens(&s.senior.wallet);
    s.w.unstake(&s.senior, SENIOR).expect("pays");
    assert_eq!(s.w.tokens(&s.senior.wallet) - before, 30 * USD - COVER);
    s.w.unstake(&s.junior, JUNIOR).refused(E::NothingRequested);
    assert_eq!(s.assets(), [0, 0]);
}

#[test]
fn what_came_after_the_request_is_not_paid_with_it() {
    let mut s = scene();
    let big = s.w.trader(300);
    s.w.stake(&big, JUNIOR, 200 * USD).expect("stakes");
    s.w.request_all(&big, JUNIOR).expect("asks");
    s.w.sweep_fees(0).expect("fees arrive");
    s.w.pass(COOLDOWN_SLOTS);
    let before = s.w.tokens(&big.wallet);
    s.w.unstake(&big, JUNIOR).expect("pays");
    assert_eq!(s.w.tokens(&big.wallet) - before, 200 * USD, "not an atom of the fees");
}

#[test]
fn every_market_that_may_draw_is_shown_once_and_no_other() {
    let mut s = scene_with(World::with(initial_cooling()), MarketParams { insurance_limit: USD, ..params() });
    for _ in 0..3 {
        s.w.list(MarketParams { insurance_limit: USD, ..params() }, 100);
    }
    s.w.stake(&s.keeper, SENIOR, 100 * USD).expect("stakes");
    // Markets 0, 1 and 3 have a limit, 2 has none.
    for market in [0, 1, 3] {
        s.w.allot(market).expect("allots");
    }
    let junior = s.junior.clone();
    s.cooled(&junior, JUNIOR);
    let call = |markets: &[u16]| instruction::unstake(junior.owner(), JUNIOR, junior.wallet, s.w.mint, markets);
    let wrong: [&[u16]; 9] = [&[], &[0], &[0, 1], &[1, 3], &[0, 1, 1], &[0, 0, 1, 3], &[1, 0, 3], &[0, 1, 2, 3], &[0, 1, 3, 3]];
    let calls: Vec<_> = wrong.iter().map(|markets| call(markets)).collect();
    let mut fake = call(&[0, 1, 3]);
    fake.accounts[11].pubkey = address::insurance();
    let good = call(&[0, 1, 3]);
    for ix in calls.into_iter().chain([fake]) {
        s.w.act(&[ix], &[&junior.key]).refused(E::MarketsMismatch);
    }
    s.w.act(&[good], &[&junior.key]).expect("each once");
}

#[test]
fn any_market_without_a_primary_price_holds_everybody() {
    let mut s = scene();
    let junior = s.junior.clone();
    s.cooled(&junior, JUNIOR);
    for quality in [Quality::Degraded, Quality::Frozen] {
        let mut s = s.clone();
        s.w.bring(0, quality);
        s.w.unstake(&junior, JUNIOR).refused(E::QualityTooLow);
        s.w.pass(1);
        s.w.unstake(&junior, JUNIOR).expect("on a good price");
    }
}

#[test]
fn nobody_leaves_with_anothers_stake() {
    let mut s = scene();
    let (junior, senior) = (s.junior.clone(), s.senior.clone());
    s.cooled(&junior, JUNIOR);
    let mut ix = instruction::unstake(senior.owner(), JUNIOR, senior.wallet, s.w.mint, &[0]);
    ix.accounts[3].pubkey = address::stake(&junior.owner(), JUNIOR);
    s.w.act(&[ix], &[&senior.key]).refused(E::NotOwner);
    let mut ix = instruction::request_unstake(senior.owner(), JUNIOR, 0);
    ix.accounts[2].pubkey = address::stake(&junior.owner(), JUNIOR);
    s.w.act(&[ix], &[&senior.key]).refused(E::NotOwner);
    s.w.unstake(&junior, JUNIOR).expect("its owner does");
}

#[test]
fn those_who_leave_shrink_all_limits_alike() {
    let mut w = World::with(initial_cooling());
    for _ in 0..2 {
        w.list(MarketParams { insurance_limit: 10 * USD, ..params() }, 100);
    }
    let (ann, bob) = (w.trader(20), w.trader(20));
    w.stake(&ann, JUNIOR, 10 * USD).expect("stakes");
    w.stake(&bob, SENIOR, 5 * USD).expect("stakes");
    for market in 0..2 {
        w.allot(market).expect("allots");
    }
    let limits = |w: &World| [0, 1].map(|m| w.market(m).engine.limit.now_down(&w.insurance().engine).expect("limit"));
    assert_eq!(limits(&w), [10 * USD, 5 * USD], "as far as the fund has it");
    w.request_all(&ann, JUNIOR).expect("asks");
    w.pass(COOLDOWN_SLOTS);
    w.unstake(&ann, JUNIOR).expect("leaves");
    let [a, b] = limits(&w);
    assert!(a.abs_diff(2 * b) <= 2 && a + b <= 5 * USD && a + b >= 5 * USD - 2, "a third of each: {a} and {b}");
    assert!(w.insurance().engine.limits <= 5 * USD);
}
