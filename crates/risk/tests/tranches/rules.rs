//! The rules, each at its edge.

use super::*;

/// T39: 80 % of junior asks to leave in the slot before a loss is booked: all still bear it.
#[test]
fn t39_nobody_escapes_a_loss_by_asking_first() {
    let mut ins = fund(0);
    let mut stakes = [Stake::NEW; 5];
    for s in &mut stakes {
        ins.stake(Junior, s, 1_000 * USD).unwrap();
    }
    for s in &mut stakes[..4] {
        let shares = s.shares;
        s.request(&ins.junior, shares, 0).unwrap();
    }
    draw(&mut ins, 2_500 * USD, DAY);
    let paid: Vec<u64> = stakes[..4].iter_mut().map(|s| ins.pay_out(Junior, s, 0, now(COOL)).unwrap()).collect();
    for p in &paid {
        assert!(*p <= 500 * USD && *p >= 500 * USD - 2, "{p}");
    }
    let stays = ins.junior.assets_down(stakes[4].shares).unwrap();
    assert!(stays.abs_diff(500 * USD) <= 2);
    ins.invariant().unwrap();
}

/// Not even who waited out the cooldown is paid while a booked deficit may still draw.
#[test]
fn pending_deficits_freeze_pay_out_and_hold_keeps_the_request() {
    let mut ins = fund(0);
    let mut s = Stake::NEW;
    ins.stake(Junior, &mut s, 1_000 * USD).unwrap();
    let mut m = limited(400 * USD, granted(&mut ins, 600 * USD));
    s.request(&ins.junior, s.shares, 0).unwrap();
    let pending = ins.pending([&m].into_iter()).unwrap();
    assert_eq!(pending, 400 * USD);
    assert_eq!(ins.pay_out(Junior, &mut s, pending, now(COOL)), Err(RiskError::ClaimsPending));
    assert_eq!(ins.pending(core::iter::empty()), Err(RiskError::InvariantBroken), "a market left out");
    s.hold(COOL, COOL + EXIT_WINDOW).unwrap();
    ins.fund.day_start = -DAY;
    ins.share_loss(&mut m, now(COOL)).unwrap();
    assert_eq!(ins.pending([&m].into_iter()), Ok(0));
    let paid = ins.pay_out(Junior, &mut s, 0, now(COOL + 2 * EXIT_WINDOW)).unwrap();
    assert!(paid.abs_diff(600 * USD) <= 2);
}

/// A deficit that no cap lets draw keeps nobody waiting (I10).
#[test]
fn an_undrawable_deficit_freezes_nobody() {
    for zero in 0..5 {
        let mut ins = fund(0);
        ins.stake(Junior, &mut Stake::NEW.clone(), 1_000 * USD).unwrap();
        let mut m = limited(400 * USD, granted(&mut ins, 600 * USD));
        match zero {
            0 => ins.fund.event_cap = Ratio(0),
            1 => ins.fund.day_cap = Ratio(0),
            2 => ins.fund.floor = ins.fund.assets,
            3 => m.limit.left = 0,
            _ => m.ledger.insured_deficit = 0,
        }
        assert_eq!(ins.pending_down(&m), Ok(0), "{zero}");
        // And the strictest reading of each zero: nothing is drawn.
        assert_eq!(ins.share_loss(&mut m, now(DAY)), Err(RiskError::LossWindowOpen), "{zero}");
    }
}

#[test]
fn i9_zero_cooldown_is_the_longest_and_requests_lapse() {
    let mut ins = fund(0);
    ins.cooldown = 0;
    let mut s = Stake::NEW;
    ins.stake(Senior, &mut s, USD).unwrap();
    assert_eq!(ins.pay_out(Senior, &mut s, 0, now(0)), Err(RiskError::NothingRequested));
    assert_eq!(s.request(&ins.senior, s.shares + 1, 0), Err(RiskError::InsufficientShares));
    s.request(&ins.senior, s.shares, 0).unwrap();
    assert_eq!(ins.pay_out(Senior, &mut s, 0, now(LONGEST_COOLDOWN - 1)), Err(RiskError::CoolingDown));
    let late = now(LONGEST_COOLDOWN + EXIT_WINDOW + 1);
    assert_eq!(ins.pay_out(Senior, &mut s, 0, late), Err(RiskError::NothingRequested), "lapsed");
    let mut other = ins;
    let mut same = s;
    assert!(other.pay_out(Senior, &mut same, 0, now(LONGEST_COOLDOWN)).is_ok());
}

#[test]
fn what_is_earned_after_the_request_stays_with_those_who_stay() {
    let mut ins = fund(0);
    let (mut a, mut b) = (Stake::NEW, Stake::NEW);
    ins.stake(Junior, &mut a, 1_000 * USD).unwrap();
    ins.stake(Junior, &mut b, 1_000 * USD).unwrap();
    a.request(&ins.junior, a.shares, 0).unwrap();
    ins.earn(400 * USD).unwrap();
    // A quarter to senior, where nobody stakes: booked to nobody, so its first staker does not take it.
    assert_eq!((ins.senior.assets, ins.senior.shares), (100 * USD, ins.senior.unowned));
    assert!(ins.pay_out(Junior, &mut a, 0, now(COOL)).unwrap() <= 1_000 * USD);
    assert!(ins.junior.assets_down(b.shares).unwrap() >= 1_299 * USD);
}

#[test]
fn a_wiped_out_tranche_starts_again() {
    let mut ins = fund(0);
    let (mut old, mut new) = (Stake::NEW, Stake::NEW);
    ins.stake(Junior, &mut old, 1_000_000 * USD).unwrap();
    draw(&mut ins, 1_000_000 * USD, DAY);
    assert_eq!((ins.junior.assets, ins.junior.shares), (0, 0));
    ins.stake(Junior, &mut new, 50_000_000 * USD).unwrap();
    old.touch(&ins.junior).unwrap();
    assert_eq!(old.shares, 0);
    assert_eq!(ins.junior.assets_down(new.shares), Ok(50_000_000 * USD));
    // Almost wiped out: what is left is still its stakers'.
    draw(&mut ins, 49_999_999 * USD, 3 * DAY);
    new.touch(&ins.junior).unwrap();
    assert!(ins.junior.assets_down(new.shares).unwrap() >= USD - 2);
    let mut third = Stake::NEW;
    ins.stake(Junior, &mut third, 50_000_000 * USD).unwrap();
    assert!(ins.junior.assets_down(new.shares).unwrap().abs_diff(USD) <= 2);
}

#[test]
fn a_higher_floor_shrinks_all_limits_alike() {
    let mut ins = fund(0);
    ins.stake(Junior, &mut Stake::NEW.clone(), 1_000 * USD).unwrap();
    let (a, b) = (granted(&mut ins, 600 * USD), granted(&mut ins, 300 * USD));
    ins.set_floor(700 * USD).unwrap();
    ins.invariant().unwrap();
    assert!(a.now_down(&ins).unwrap().abs_diff(200 * USD) <= 1 && b.now_down(&ins).unwrap().abs_diff(100 * USD) <= 1);
    ins.set_floor(0).unwrap();
    assert_eq!(ins.limits, 300 * USD, "what has shrunk is granted anew by governance alone");
}

#[test]
fn i9_zero_limit_draws_nothing_and_too_large_ones_are_refused() {
    let mut ins = fund(400 * USD);
    ins.stake(Junior, &mut Stake::NEW.clone(), 1_000 * USD).unwrap();
    let mut m = market(10 * USD);
    assert_eq!(ins.share_loss(&mut m, now(DAY)), Err(RiskError::LossWindowOpen));
    let mut limit = Limit::NONE;
    assert_eq!(ins.grant(&mut limit, 600 * USD + 1), Err(RiskError::LimitsExceedAssets));
    assert_eq!(ins.grant(&mut limit, 600 * USD), Ok(()));
    assert_eq!(ins.grant(&mut Limit::NONE.clone(), 1), Err(RiskError::LimitsExceedAssets));
    assert_eq!(ins.grant(&mut limit, 1), Ok(()));
    assert_eq!((ins.limits, ins.markets), (1, 1));
    assert_eq!(ins.grant(&mut limit, 0), Ok(()));
    assert_eq!((ins.limits, ins.markets), (0, 0));
}

#[test]
fn fees_are_earned_from_the_least_stake_on() {
    for (stake, owned) in [(100 * USD, true), (100 * USD - 1, false)] {
        let mut ins = fund(0);
        let mut s = Stake::NEW;
        ins.stake(Junior, &mut s, stake).unwrap();
        ins.earn(40 * USD).unwrap();
        assert_eq!(ins.junior.assets_down(s.shares).unwrap() > stake, owned, "{stake}");
    }
}

#[test]
fn the_invariant_sees_both_of_its_halves() {
    let mut ins = fund(0);
    ins.stake(Junior, &mut Stake::NEW.clone(), USD).unwrap();
    assert_eq!(Insurance { limits: USD + 1, ..ins }.invariant(), Err(RiskError::InvariantBroken));
    ins.fund.assets += 1;
    assert_eq!(ins.invariant(), Err(RiskError::InvariantBroken));
}

#[test]
fn pending_counts_what_the_limit_leaves() {
    let mut ins = fund(0);
    ins.stake(Junior, &mut Stake::NEW.clone(), 1_000 * USD).unwrap();
    let mut m = limited(400 * USD, granted(&mut ins, 600 * USD));
    m.limit.left = 50 * USD;
    assert_eq!(ins.pending_down(&m), Ok(50 * USD));
    // A market without a limit may be shown, but does not stand in for one that has.
    let other = market(400 * USD);
    assert_eq!(ins.pending([&m, &other].into_iter()), Ok(50 * USD));
    assert_eq!(ins.pending([&other].into_iter()), Err(RiskError::InvariantBroken));
}
