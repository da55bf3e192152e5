//! What governance may change of a collateral, how far and when; and what it brings into force.

use super::*;
use firebreak_risk::{
    collateral_rules::{CollateralFeed, CollateralRules},
    governance::{collateral::CollateralTerms, review, Class, Guardian},
    ops::set_terms,
    outflow::OutflowRules,
    price::{SourceState, Standing, MAX_SOURCES},
};

type Edit = fn(&mut CollateralTerms);

const START: i64 = NOW.time;

fn feed(rules: CollateralRules) -> CollateralFeed {
    let unseen = SourceState { price: Price(0), publish_time: 0, confidence: Price(0) };
    CollateralFeed { rules, sources: [unseen; MAX_SOURCES], standings: [Standing::NEW; MAX_SOURCES] }
}

fn terms() -> CollateralTerms {
    CollateralTerms {
        params: CollateralParams::MAJOR.for_token(9, OF_NO_MARKET, 1_000, 100),
        measured: VolatilityParams::MAJOR,
        rules: CollateralRules::MAJOR,
        outflow: OutflowRules { hour: 100, day: 250, free: 8 },
    }
}

fn with(f: Edit) -> CollateralTerms {
    let mut new = terms();
    f(&mut new);
    new
}

/// What is in force, and what a change of it comes to.
fn class(f: Edit) -> Result<Class> {
    review(&terms(), &with(f))
}

#[test]
fn a_cap_may_double_and_everything_else_moves_by_a_quarter() {
    assert_eq!(class(|t| t.params.cap = 2_000), Ok(Class::Loosen));
    assert_eq!(class(|t| t.params.cap = 2_001), Err(RiskError::StepTooLarge));
    assert_eq!(class(|t| t.params.cap = 0), Ok(Class::Tighten));
    let closed = with(|t| t.params.cap = 0);
    assert_eq!(review(&closed, &terms()), Ok(Class::List), "from nothing it begins anew");
    assert_eq!(class(|t| t.params.full_value = 125), Ok(Class::Loosen));
    assert_eq!(class(|t| t.params.full_value = 127), Err(RiskError::StepTooLarge));
}

#[test]
fn what_counts_more_or_sooner_is_looser() {
    let all: [Edit; 10] = [
        |t| t.params.warmup -= 1,
        |t| t.params.price_max_age += 1,
        |t| t.params.min_haircut.0 -= 1,
        |t| t.params.max_haircut.0 -= 1,
        |t| t.params.sigma_multiple -= 1,
        |t| t.params.jump_discount.0 += 1,
        |t| t.params.loosen_slots -= 1,
        |t| t.measured.jump_slots -= 1,
        |t| t.rules.strikes.tolerance.0 += 1,
        |t| t.rules.stable_speed.0 += 1,
    ];
    for looser in all {
        assert_eq!(class(looser), Ok(Class::Loosen));
        let mut guardian = Guardian::NEW;
        assert_eq!(guardian.tighten(&terms(), &with(looser), START), Err(RiskError::NotATightening));
        assert_eq!(review(&with(looser), &terms()), Ok(Class::Tighten), "and back");
        guardian.tighten(&with(looser), &terms(), START).unwrap();
    }
}

#[test]
fn either_way_waits_where_either_way_hurts() {
    let all: [Edit; 7] = [
        |t| t.outflow.hour -= 1,
        |t| t.outflow.day += 1,
        |t| t.outflow.free -= 1,
        |t| t.params.rise.0 += 1,
        |t| t.params.maint_share.0 -= 1,
        |t| t.rules.max_discount.0 += 1,
        |t| t.rules.unsold_wait -= 1,
    ];
    for either in all {
        assert_eq!((class(either), review(&with(either), &terms())), (Ok(Class::Loosen), Ok(Class::Loosen)));
    }
    // Nobody is shut in by one decision (I10), nor is the vault opened.
    assert_eq!(class(|t| t.outflow.hour = 0), Err(RiskError::StepTooLarge));
    assert_eq!(class(|t| t.outflow.hour = 126), Err(RiskError::StepTooLarge));
}

#[test]
fn what_a_token_is_cannot_change() {
    let all: [Edit; 6] = [
        |t| t.params.underlying = 1,
        |t| t.params.floating ^= 1,
        |t| t.params.decimals += 1,
        |t| t.params.reserved[0] = 1,
        |t| t.rules.reserved[7] = 1,
        |t| t.rules.strikes.reserved += 1,
    ];
    for fixed in all {
        assert_eq!(class(fixed), Err(RiskError::ParameterFixed));
    }
}

#[test]
fn zeros_are_what_they_mean() {
    // A share of nothing is all of it, a wait of nothing the longest.
    let all = with(|t| t.params.maint_share = Ratio(0));
    assert_eq!(review(&all, &with(|t| t.params.maint_share = Ratio(1_000_000))), Ok(Class::Neutral));
    assert_eq!(review(&all, &with(|t| t.params.maint_share = Ratio(800_000))), Ok(Class::Loosen));
    let longest = with(|t| t.rules.unsold_wait = 0);
    assert_eq!(review(&longest, &with(|t| t.rules.unsold_wait = 604_800)), Ok(Class::Neutral));
}

#[test]
fn terms_come_into_force_together_or_not_at_all() {
    let mut collateral = Collateral { measured: terms().measured, ..token(terms().params, SOL) };
    let (mut feed, mut outflow) = (feed(terms().rules), terms().outflow);
    let now = NOW;
    let bad = with(|t| t.rules.twap_window = 0);
    let parts = (&mut collateral, &mut feed, &mut outflow);
    assert_eq!(set_terms(parts, &bad, now), Err(RiskError::ParameterBounds));
    assert_eq!((collateral.params, feed.rules, outflow), (terms().params, terms().rules, terms().outflow));
    let new = with(|t| {
        t.params.cap = 2_000;
        t.rules.dust += 1;
        t.outflow.day = 300;
        t.measured.jump_slots += 1;
    });
    set_terms((&mut collateral, &mut feed, &mut outflow), &new, now).unwrap();
    assert_eq!(CollateralTerms::of(&collateral, &feed, &outflow), new);
    let again = with(|t| t.params.cap = 4_000);
    assert_eq!(set_terms((&mut collateral, &mut feed, &mut outflow), &again, now), Err(RiskError::CapGrowth));
}

/// I8: whatever haircut governance asks for, the one in force glides to it.
#[test]
fn a_raised_haircut_glides() {
    let mut collateral = token(terms().params, SOL);
    let (mut feed, mut outflow) = (feed(terms().rules), terms().outflow);
    let at = |slots| Now { slot: NOW.slot + slots, ..NOW };
    collateral.advance_haircut(at(10)).unwrap();
    let before = collateral.haircut.live_up();
    let new = with(|t| {
        t.params.min_haircut = Ratio(t.params.max_haircut.0);
    });
    set_terms((&mut collateral, &mut feed, &mut outflow), &new, at(20)).unwrap();
    assert_eq!(collateral.haircut.live_up(), before);
    collateral.advance_haircut(at(21)).unwrap();
    assert_eq!(collateral.haircut.live_up().0, before.0 + new.params.rise.0);
}
