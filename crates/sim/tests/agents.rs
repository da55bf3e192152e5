//! Agents do what they say, and get what the rules leave them.

use firebreak_sim::{agents::Standing, run, scenario::AgentPlan, shipped, Outcome, Policy, Scenario};

fn shipped(name: &str) -> Scenario {
    shipped::find(name).expect("it ships").expect("it parses")
}

fn play(name: &str) -> Outcome {
    run(&shipped(name), &Policy::firebreak(), 2).outcome
}

fn of<'a>(o: &'a Outcome, kind: &str) -> Vec<&'a Standing> {
    o.agents.iter().filter(|a| a.kind == kind).collect()
}

#[test]
fn whoever_pumps_the_oracle_gets_nothing_out() {
    let o = play("mango-2022");
    let pump = of(&o, "oracle-pump")[0];
    assert!(pump.put_in > 0 && pump.took_out <= pump.put_in && pump.profit <= 0, "{pump:?}");
}

#[test]
fn fake_collateral_carries_nothing_out() {
    let o = play("captured-admin");
    let fake = of(&o, "fake-collateral")[0];
    assert!(fake.took_out <= fake.put_in && fake.profit <= 0, "{fake:?}");
    let admin = of(&o, "captured-admin")[0];
    assert_eq!(admin.wins, 0, "no change was applied before its delay: {admin:?}");
    assert!(admin.profit <= 0);
}

#[test]
fn trading_with_oneself_drains_less_than_under_the_baseline() {
    let scenario = shipped("self-trade");
    let profit = |policy: Policy| of(&run(&scenario, &policy, 2).outcome, "self-trade")[0].profit;
    let (ours, theirs) = (profit(Policy::firebreak()), profit(Policy::baseline()));
    assert!(ours < theirs, "{ours} against {theirs}");
}

#[test]
fn keepers_are_paid_and_the_one_that_cherry_picks_less_per_take_over() {
    let o = play("cherry-picking");
    let keepers = of(&o, "keeper");
    assert!(keepers.iter().any(|k| k.wins > 0 && k.earned > 0 && k.spent > 0));
    assert!(of(&o, "cherry-picking")[0].spent > 0);
}

#[test]
fn insurers_who_run_bear_what_they_ran_from() {
    let o = play("insurance-run");
    let insurers = of(&o, "insurer");
    assert_eq!(insurers.len(), 10);
    assert!(insurers.iter().all(|i| i.took_out == 0), "the cooldown outlasts the crash");
    assert!(o.insurance_used > 0 && o.insurance_after >= o.insurance_floor);
}

#[test]
fn the_median_does_not_move_for_one_bad_print() {
    let o = play("one-bad-print");
    assert_eq!((o.deficit, o.bankruptcies, o.liquidations), (0, 0, 0));
    // Of two of three sources for 24 seconds it does; the wait for confirmation is longer.
    let o = play("two-bad-prints");
    assert_eq!((o.deficit, o.bankruptcies, o.liquidations), (0, 0, 0));
}

#[test]
fn an_outage_of_keepers_delays_and_does_not_trap() {
    let o = play("keeper-outage");
    assert_eq!((o.deficit, o.conservation_error_atoms), (0, 0));
    assert!(o.liquidations > 0);
}

#[test]
fn everybody_takes_part() {
    let all = AgentPlan { momentum: 1, carry: 1, hedgers: 1, whales: 1, ..AgentPlan::default() };
    let o = run(&Scenario { agents: all, ..shipped("correlation-breaks") }, &Policy::firebreak(), 2).outcome;
    for kind in ["maker", "momentum", "carry", "hedger", "whale", "keeper", "insurer", "steward", "noise"] {
        assert!(!of(&o, kind).is_empty(), "{kind}");
    }
    assert!(of(&o, "hedger")[0].profit != 0 && of(&o, "whale")[0].profit != 0, "they traded");
}
