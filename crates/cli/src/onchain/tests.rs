//! The differential mode on the compiled program: it agrees, and it would notice if it did not.

use super::open;
use firebreak_sim::{run_on, scenario::Fault, shipped, shock::Shock, Outcome, Policy, Scenario};

/// The worked example with few accounts.
fn slot(insurance: f64) -> Scenario {
    let shock = Shock { after: 0.1, longs: 20.0, shorts: 20.0, accounts: 12, insurance };
    shock.scenario().expect("a shock")
}

fn mirrored(scenario: &Scenario, policy: &Policy) -> Outcome {
    run_on(scenario, policy, 3, &open).expect("the cluster starts").outcome
}

fn check(o: &Outcome) {
    let d = o.differential.as_ref().expect("it ran on chain as well");
    assert_eq!((d.differences, &d.first_difference), (0, &None));
    assert!(d.accepted > 100 && d.compared > d.accepted && d.transactions >= d.accepted, "{d:?}");
    assert_eq!((d.unmirrored, o.invariants_broken), (0, 0));
}

#[test]
fn the_worked_example_agrees_to_the_atom() {
    let o = mirrored(&slot(0.0), &Policy::firebreak());
    check(&o);
    assert_eq!(o.payable_share_worst, 1.0 / 18.0);
}

#[test]
fn insurance_pays_the_same() {
    let o = mirrored(&slot(0.02), &Policy::firebreak());
    check(&o);
    assert!(o.insurance_used > 0);
}

#[test]
fn a_crash_with_makers_keepers_and_runners_agrees_under_both_policies() {
    let mut scenario = shipped::find("insurance-run").expect("it ships").expect("it parses");
    scenario.crowd.accounts = 24;
    scenario.slots = 3_000;
    for policy in [Policy::firebreak(), Policy::baseline()] {
        check(&mirrored(&scenario, &policy));
    }
}

/// A shipped scenario, small and short: what it is about happens within the first steps.
fn small(name: &str, accounts: u32, slots: u64) -> Scenario {
    let mut scenario = shipped::find(name).expect("it ships").expect("it parses");
    (scenario.crowd.accounts, scenario.slots) = (accounts, slots);
    scenario.crowd.bystanders = 1;
    scenario
}

#[test]
fn collateral_that_is_pledged_sold_and_taken_out_agrees_to_the_atom() {
    let o = mirrored(&small("correlated-collateral", 24, 1_400), &Policy::firebreak());
    check(&o);
    assert!(o.collateral_sales > 0, "{:?}", o.actions);
    assert!(o.actions.contains_key("pledge") && o.actions.contains_key("reclaim"), "{:?}", o.actions);
}

#[test]
fn a_settlement_token_below_its_peg_agrees_to_the_atom() {
    let mut scenario = small("settlement-depeg", 16, 1_200);
    scenario.settlement = vec![(0, 1.0), (300, 1.0), (600, 0.874)];
    scenario.markets[0].path = vec![(0, 1.0), (500, 1.0), (900, 0.8)];
    let o = mirrored(&scenario, &Policy::firebreak());
    check(&o);
    assert!(o.slots_at_level["caution"] > 0 && o.collateral_sales > 0, "{:?} {:?}", o.slots_at_level, o.actions);
}

#[test]
fn forfeits_of_a_token_that_nobody_buys_agree_to_the_atom() {
    let mut scenario = small("collateral-without-buyers", 12, 1_300);
    if let Some(plan) = &mut scenario.collateral {
        plan.for_sale = Some(900);
    }
    let o = mirrored(&scenario, &Policy::firebreak());
    check(&o);
    assert!(o.collateral_forfeited > 0 && o.bankruptcies > 0, "{:?}", o.actions);
}

#[test]
fn an_attacker_with_a_token_of_its_own_agrees_to_the_atom() {
    let mut scenario = small("fake-collateral", 12, 1_500);
    scenario.markets[0].path = vec![(0, 1.0), (500, 1.0), (900, 0.8)];
    let o = mirrored(&scenario, &Policy::firebreak());
    check(&o);
    assert!(o.agents.iter().any(|a| a.kind == "fake-collateral" && a.wins > 0), "{:?}", o.agents);
}

#[test]
fn an_atom_that_only_one_of_them_has_is_found() {
    let fault = Some(Fault { slot: 500, atoms: 1 });
    let o = mirrored(&Scenario { fault, ..slot(0.0) }, &Policy::firebreak());
    let d = o.differential.expect("it ran on chain as well");
    assert!(d.differences > 0 && d.first_difference.is_some_and(|first| first.contains("account 0")));
}
