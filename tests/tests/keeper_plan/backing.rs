//! Accounts that hold collateral: judged with it, their collateral bought, refreshed, or given up when nobody buys it.

use super::scene::{only, Keeper};
use firebreak_keeper::{predict::Step, Job};
use firebreak_tests::{collateral::COIN, Trader, World, USD};

/// Slots of the coin's time for sale: a day.
const DAY: u64 = 216_000;

/// A market and a coin at 100 USD; a debtor long 10 units with 20 USD and `coins` warm coins; a rich keeper.
fn scene(coins: u64) -> (World, Trader, Trader, u16) {
    let mut w = World::with_market();
    let coin = w.list_major(100);
    let (maker, debtor, keeper) = (w.trader(100_000), w.trader(20), w.trader(10_000));
    w.quote(&maker, 0, 1_000);
    w.deposit_warm(&debtor, coin, COIN);
    w.take(&debtor, &maker, 0, 10).expect("takes, margined by the coin");
    if coins > 1 {
        w.deposit_warm(&debtor, coin, (coins - 1) * COIN);
    }
    (w, debtor, keeper, coin)
}

fn fall(w: &mut World, price: i64) {
    w.price(0, price, 5);
    w.refresh_tokens();
}

#[test]
fn a_debt_is_bought_off_whatever_the_accounts_health() {
    let (mut w, debtor, who, _) = scene(1);
    fall(&mut w, 96_00000000);
    w.settle(&debtor, &debtor, 0).expect("pays what it has");
    let mut keeper = Keeper::new(&who, &[Job::Collateral]);
    keeper.limits.max_collateral = 0;
    // It may hold none: all it can do is to begin the time after which nobody need wait for a buyer any more.
    let action = only(keeper.plan(&w));
    assert!(matches!(action.steps.as_slice(), [Step::Forfeit { .. }]), "{:?}", action.steps);
    keeper.limits.max_collateral = 1_000 * USD;
    let action = only(keeper.plan(&w));
    assert!(action.gain > 0 && action.gain < USD as i64, "half a per cent of what was owed, less a tenth: {}", action.gain);
    keeper.carry_out(&mut w, &action);
    assert_eq!(w.ledger(0).debt, 0);
    assert!(w.engine(&who).collaterals == 1 && w.engine(&who).capital < 10_000 * USD);
    assert!(keeper.plan(&w).is_empty(), "nothing is owed any more");
}

#[test]
fn an_account_in_distress_sells_its_collateral_before_its_position() {
    let (mut w, debtor, who, coin) = scene(3);
    fall(&mut w, 71_00000000);
    let keeper = Keeper::new(&who, &[Job::Flag, Job::Collateral, Job::TakeOver]);
    let action = only(keeper.plan(&w));
    assert!(matches!(action.steps.as_slice(), [Step::Flag { .. }, Step::SellCollateral { .. }, ..]), "{:?}", action.steps);
    keeper.carry_out(&mut w, &action);
    let bought = w.engine(&who).collateral(coin).expect("it bought").amount;
    assert_eq!(bought + w.engine(&debtor).collateral(coin).map_or(0, |held| held.amount), 3 * COIN, "no token moved");
    assert!(action.gain > 0);
}

#[test]
fn what_the_keeper_cannot_pay_for_is_bought_in_part() {
    let (mut w, debtor, _, coin) = scene(3);
    let poor = w.trader(40);
    fall(&mut w, 71_00000000);
    let keeper = Keeper::new(&poor, &[Job::Flag, Job::Collateral]);
    let action = only(keeper.plan(&w));
    keeper.carry_out(&mut w, &action);
    let bought = w.engine(&poor).collateral(coin).expect("bought").amount;
    assert!(bought > 0 && bought < COIN, "{bought}");
    assert!(w.engine(&debtor).flagged != 0, "not enough to restore it");
}

#[test]
fn what_nobody_buys_is_given_up_after_its_time_and_the_account_resolved() {
    let (mut w, debtor, who, coin) = scene(1);
    w.price(0, 80_00000000, 5);
    w.vm.pass(200);
    w.publish(0);
    w.refresh(0).expect("refreshes");
    // The coin has no price any more: nobody can buy it.
    let keeper = Keeper::new(&who, &[Job::Flag, Job::Collateral, Job::Declare]);
    let action = only(keeper.plan(&w));
    assert!(matches!(action.steps.as_slice(), [Step::Flag { .. }, Step::Forfeit { .. }]), "{:?}", action.steps);
    keeper.carry_out(&mut w, &action);
    assert!(keeper.plan(&w).is_empty(), "a wait that has begun is not begun again");
    w.vm.pass(DAY + 10);
    w.publish(0);
    w.refresh(0).expect("refreshes");
    let action = only(keeper.plan(&w));
    assert!(matches!(action.steps.as_slice(), [Step::Forfeit { .. }, Step::Declare { .. }]), "{:?}", action.steps);
    keeper.carry_out(&mut w, &action);
    assert_eq!(w.record(coin).forfeited, COIN);
    assert!(w.engine(&debtor).bankrupt != 0);
}

#[test]
fn a_position_beside_collateral_is_taken_over_by_a_keeper_with_collateral() {
    let (mut w, debtor, who, coin) = scene(1);
    w.deposit_warm(&who, coin, COIN);
    fall(&mut w, 91_00000000);
    let keeper = Keeper::new(&who, &[Job::Flag, Job::TakeOver, Job::Rank]);
    let jobs = keeper.work(&mut w);
    assert!(jobs.contains(&Job::TakeOver), "{jobs:?}");
    assert!(w.engine(&debtor).positions[0].base.0 < 10 * firebreak_tests::UNIT);
    // Both are shown to the boards with what their collateral needs.
    w.vm.pass(1_000);
    w.publish(0);
    w.refresh(0).expect("refreshes");
    w.refresh_tokens();
    keeper.work(&mut w);
}

#[test]
fn collaterals_are_refreshed_when_they_have_moved_or_grown_old() {
    let (mut w, _, who, coin) = scene(1);
    let keeper = Keeper::new(&who, &[Job::Refresh]);
    fall(&mut w, 100_00000000);
    assert!(keeper.plan(&w).is_empty());
    w.vm.pass(50);
    w.publish_token(coin);
    let planned: Vec<Step> = keeper.plan(&w).into_iter().flat_map(|action| action.steps).collect();
    assert!(planned.contains(&Step::RefreshCollateral { collateral: coin }), "{planned:?}");
    keeper.work(&mut w);
    assert_eq!(w.record(coin).engine.price.time, w.now().time);
    assert!(keeper.plan(&w).is_empty(), "{:?}", planned);
}

#[test]
fn an_account_is_due_when_its_collateral_falls() {
    let (mut w, debtor, who, coin) = scene(1);
    let keeper = Keeper::new(&who, &[Job::Flag, Job::TakeOver, Job::Collateral, Job::Refresh]);
    fall(&mut w, 98_00000000);
    let mut planner = firebreak_keeper::plan::Planner::default();
    let mut followed = super::scene::book(&w);
    let first = planner.plan(&followed, w.now(), &keeper.settings, &keeper.inventory(&w, &followed));
    assert!(first.is_empty(), "all is well");
    // Only the coin moves, and only its record is told.
    for _ in 0..40 {
        w.vm.pass(5);
        let price = w.tokens[usize::from(coin)].feeds[0].price * 97 / 100;
        w.token_price(coin, price);
    }
    w.publish(0);
    w.refresh(0).expect("refreshes");
    followed.set_clock(w.now());
    let slot = w.now().slot;
    for key in [firebreak_client::address::collateral(&w.mint_of(coin)), firebreak_client::address::market(0)] {
        let account = w.vm.svm.get_account(&key).expect("it exists");
        followed.apply(&key, &account.owner, slot, &account.data).expect("taken in");
    }
    let then = planner.plan(&followed, w.now(), &keeper.settings, &keeper.inventory(&w, &followed));
    assert!(then.iter().any(|a| a.account == Some(debtor.account)), "{:?}", then.iter().map(|a| &a.steps).collect::<Vec<_>>());
}
