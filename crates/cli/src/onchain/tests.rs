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

#[test]
fn an_atom_that_only_one_of_them_has_is_found() {
    let fault = Some(Fault { slot: 500, atoms: 1 });
    let o = mirrored(&Scenario { fault, ..slot(0.0) }, &Policy::firebreak());
    let d = o.differential.expect("it ran on chain as well");
    assert!(d.differences > 0 && d.first_difference.is_some_and(|first| first.contains("account 0")));
}
