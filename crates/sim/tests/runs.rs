//! Runs: the same seed gives the same bytes, on one thread or many; what breaks is found; what the watch skips it may skip.

use firebreak_sim::{outcome::SCHEMA, run, scenario::Fault, shipped, Outcome, Policy, Scenario};
use rayon::prelude::*;

fn shipped(name: &str) -> Scenario {
    shipped::find(name).expect("it ships").expect("it parses")
}

fn json(o: &Outcome) -> String {
    serde_json::to_string(o).expect("JSON")
}

#[test]
fn every_scenario_that_ships_parses() {
    for (name, _) in shipped::ALL {
        let scenario = shipped(name);
        assert!(!scenario.name.is_empty() && !scenario.about.is_empty(), "{name}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_one_thread_or_many() {
    let scenario = shipped("october-2025");
    let alone = run(&scenario, &Policy::firebreak(), 9);
    let many: Vec<_> = (0..4).into_par_iter().map(|_| run(&scenario, &Policy::firebreak(), 9)).collect();
    for other in many {
        assert_eq!(json(&other.outcome), json(&alone.outcome));
        assert_eq!(other.series, alone.series);
    }
    let different = run(&scenario, &Policy::firebreak(), 10);
    assert_ne!(json(&different.outcome), json(&alone.outcome));
}

#[test]
fn the_json_has_the_keys_that_others_rely_on() {
    let o = run(&shipped("slot-fall-90-20x"), &Policy::firebreak(), 1).outcome;
    assert_eq!(o.schema, SCHEMA);
    let value: serde_json::Value = serde_json::from_str(&json(&o)).expect("JSON");
    for key in [
        "payable_share",
        "payable_share_worst",
        "deficit",
        "insurance_used",
        "liquidations",
        "wrongful_share",
        "adl_excess_atoms",
        "conservation_error_atoms",
        "invariants_checked",
        "invariants_broken",
    ] {
        assert!(value.get(key).is_some_and(serde_json::Value::is_number), "{key}");
    }
}

#[test]
fn an_atom_from_nowhere_is_found() {
    let fault = Some(Fault { slot: 500, atoms: 1 });
    let o = run(&Scenario { fault, ..shipped("slot-fall-90-20x") }, &Policy::firebreak(), 1).outcome;
    assert!(o.invariants_broken > 0 && !o.solvent);
    assert_eq!(o.conservation_error_atoms, 1);
    assert!(o.first_break.is_some_and(|why| why.starts_with("I1")));
}

#[test]
fn the_one_slot_gap_leaves_everybody_else_alone() {
    let o = run(&shipped("slot-fall-90-20x"), &Policy::firebreak(), 3).outcome;
    assert_eq!((o.bystander_loss, o.adl_excess_atoms, o.conservation_error_atoms, o.invariants_broken), (0, 0, 0, 0));
    assert!(o.invariants_checked > 10_000 && o.audits > 0);
    assert_eq!(o.bankruptcies, 500);
}

#[test]
fn the_baseline_leaves_open_what_firebreak_shares() {
    let scenario = shipped("slot-fall-90-20x");
    let (ours, theirs) = (run(&scenario, &Policy::firebreak(), 1).outcome, run(&scenario, &Policy::baseline(), 1).outcome);
    assert_eq!(ours.deficit, 0);
    assert_eq!(theirs.deficit, ours.loss_shared);
    assert!(!theirs.solvent && theirs.winners_paid == 0, "nobody converts while a deficit stands");
}

#[test]
fn without_one_safeguard_the_same_path_comes_out_differently() {
    let scenario = shipped("october-2025");
    let whole = run(&scenario, &Policy::firebreak(), 1).outcome;
    for name in ["dynamic-margin", "staging", "throttle", "confirmation"] {
        let policy = Policy::firebreak().without(name).expect("a safeguard");
        let less = run(&scenario, &policy, 1).outcome;
        assert_eq!((less.conservation_error_atoms, less.bystander_loss), (0, 0), "{name}");
        assert_ne!(less.liquidated_notional, whole.liquidated_notional, "{name} had no effect at all");
    }
}

#[test]
fn depth_falls_to_two_per_cent_and_forced_flow_moves_the_price() {
    let o = run(&shipped("october-2025"), &Policy::firebreak(), 1).outcome;
    assert_eq!(o.depth_worst, 0.02);
    assert!(o.liquidation_impact > 0.001, "{}", o.liquidation_impact);
    assert!(o.slots_at_level["caution"] + o.slots_at_level["reduce-only"] + o.slots_at_level["halt"] > 0, "the breaker tripped");
}
