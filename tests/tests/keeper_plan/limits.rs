//! What a keeper does not do: above its limits, below its floor, for whom it was told not to.

use super::scene::{book, long_at, only, Keeper};
use firebreak_client::risk::num::notional_up;
use firebreak_keeper::{inventory::InventoryLimits, plan::Planner, predict::Step, Job};
use firebreak_tests::{World, USD};

fn lots(keeper: &Keeper, w: &World) -> Option<u64> {
    let actions = keeper.plan(w);
    actions.iter().flat_map(|a| &a.steps).find_map(|step| match step {
        Step::Liquidate { lots, .. } => Some(*lots),
        _ => None,
    })
}

#[test]
fn it_takes_over_no_more_than_it_may_hold() {
    let (mut w, _, _, who) = long_at(90_00000000);
    let mut keeper = Keeper::new(&who, &[Job::Flag, Job::Declare, Job::TakeOver]);
    let whole = lots(&keeper, &w).expect("all of it");
    keeper.limits.max_market_notional = 300 * USD;
    let some = lots(&keeper, &w).expect("a part");
    let spot = w.market(0).engine.price.spot;
    let worth = notional_up(spot, some).expect("small");
    assert!(some < whole && worth <= 300 * USD && worth > 290 * USD, "{worth}");
    keeper.work(&mut w);
    let held = w.engine(&who).positions[0].base.abs();
    assert_eq!(held, some);
    w.pass(1);
    assert_eq!(lots(&keeper, &w), None, "it is full");
    keeper.limits = InventoryLimits { max_notional: 0, ..InventoryLimits::default() };
    assert_eq!(lots(&keeper, &w), None);
}

#[test]
fn a_part_of_its_capital_stays_free() {
    let (w, _, _, who) = long_at(90_00000000);
    let mut keeper = Keeper::new(&who, &[Job::Flag, Job::Declare, Job::TakeOver]);
    keeper.limits.max_init_used_ppm = 2_000;
    let part = lots(&keeper, &w).expect("a part");
    // 20 USD at an Init of 5 %, a tenth to spare.
    let worth = notional_up(w.market(0).engine.price.spot, part).expect("small");
    assert!(worth <= 400 * USD && worth > 300 * USD, "{worth}");
    keeper.limits.max_init_used_ppm = 0;
    assert_eq!(lots(&keeper, &w), None);
}

#[test]
fn what_does_not_pay_is_left_to_others_but_flagged() {
    let (w, _, _, who) = long_at(97_00000000);
    let mut keeper = Keeper::new(&who, &[Job::Flag, Job::TakeOver]);
    let action = only(keeper.plan(&w));
    assert_eq!(action.job, Job::TakeOver);
    keeper.settings.profit_floor = action.gain - action.cost as i64 + 1_000_000;
    let action = only(keeper.plan(&w));
    assert_eq!(action.job, Job::Flag);
    assert_eq!(action.steps.len(), 1);
}

#[test]
fn fees_and_unwinding_are_costs() {
    let (w, _, _, who) = long_at(97_00000000);
    let mut keeper = Keeper::new(&who, &[Job::Flag, Job::TakeOver]);
    let gain = only(keeper.plan(&w)).gain;
    keeper.limits.unwind_cost_ppm = 10_000;
    assert_eq!(only(keeper.plan(&w)).job, Job::Flag, "a penalty of less than a percent does not pay for one of unwinding");
    keeper.limits.unwind_cost_ppm = 0;
    keeper.settings.lamports_per_million_cu = 1_000_000_000_000;
    assert_eq!(only(keeper.plan(&w)).job, Job::Flag);
    assert!(gain > 0);
}

#[test]
fn excluded_accounts_and_markets_are_left_alone() {
    let (w, _, thin, who) = long_at(97_00000000);
    let mut keeper = Keeper::new(&who, &[Job::Flag, Job::TakeOver]);
    keeper.settings.excluded.insert(thin.account.to_string());
    assert!(keeper.plan(&w).is_empty());
    keeper.settings.excluded.clear();
    keeper.settings.markets.insert(7);
    assert!(keeper.plan(&w).iter().all(|a| a.job == Job::Flag));
}

#[test]
fn it_does_not_act_on_its_own_account() {
    let (w, _, thin, _) = long_at(97_00000000);
    assert!(Keeper::new(&thin, &[Job::Flag, Job::TakeOver]).plan(&w).is_empty());
}

#[test]
fn what_was_planned_is_not_planned_again_before_the_chain_could_answer() {
    let (mut w, _, _, who) = long_at(97_00000000);
    let keeper = Keeper::new(&who, &[Job::Flag, Job::TakeOver]);
    let mut planner = Planner::default();
    let plan = |w: &World, planner: &mut Planner| {
        let book = book(w);
        planner.plan(&book, w.now(), &keeper.settings, &keeper.inventory(w, &book))
    };
    let first = only(plan(&w, &mut planner));
    assert_eq!(first.job, Job::TakeOver);
    w.pass(1);
    assert!(plan(&w, &mut planner).is_empty(), "it is on its way");
    planner.retry(&first);
    assert_eq!(only(plan(&w, &mut planner)).job, Job::TakeOver, "it has failed");
    w.pass(keeper.settings.retry_slots);
    assert_eq!(only(plan(&w, &mut planner)).job, Job::TakeOver, "it is lost");
}
