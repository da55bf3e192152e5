//! What may leave a vault: an hour's and a day's net outflow, and a small amount a day for everybody whatever the windows say.

use firebreak_client::risk::{collateral_rules::CollateralRules, outflow::OutflowRules};
use firebreak_tests::{
    collateral::{major, COIN},
    initial, Expect, Trader, World, E, USD,
};

const LIMITS: OutflowRules = OutflowRules { hour: 100 * USD, day: 300 * USD, free: 5 * USD };
/// Slots of half an hour.
const HALF_HOUR: u64 = 4_500;

fn limited() -> (World, Trader, Trader) {
    let mut w = World::unlisted(initial());
    w.list_settlement(LIMITS);
    // Nothing has left before: what came in makes no room beyond the limit.
    let (ann, bob) = (w.trader(1_000), w.trader(1_000));
    (w, ann, bob)
}

#[test]
fn when_the_hour_is_used_up_everybody_still_has_his_daily_allowance() {
    let (mut w, ann, bob) = limited();
    w.withdraw(&ann, 106 * USD).refused(E::OutflowLimit);
    w.withdraw(&ann, 100 * USD).expect("the hour");
    w.withdraw(&bob, 6 * USD).refused(E::OutflowLimit);
    for who in [&ann, &bob] {
        w.withdraw(who, 3 * USD).expect("of his own five");
        w.withdraw(who, 2 * USD).expect("the rest of it");
        w.withdraw(who, 1).refused(E::OutflowLimit);
    }
    // The allowances have cost nobody else room.
    let left = w.record(0).outflow;
    assert_eq!((left.hour.current, left.day.current), (100 * USD, 100 * USD));
}

#[test]
fn the_windows_slide_and_the_day_holds() {
    let (mut w, ann, bob) = limited();
    w.withdraw(&ann, 100 * USD).expect("the hour");
    w.withdraw(&ann, 5 * USD).expect("his own");
    w.vm.pass(2 * HALF_HOUR);
    w.withdraw(&ann, 1).refused(E::OutflowLimit);
    w.vm.pass(HALF_HOUR);
    w.withdraw(&ann, 50 * USD + USD).refused(E::OutflowLimit);
    w.withdraw(&ann, 50 * USD).expect("half of the hour before has slid out");
    w.vm.pass(6 * HALF_HOUR);
    w.withdraw(&ann, 100 * USD).expect("a new hour");
    w.vm.pass(6 * HALF_HOUR);
    w.withdraw(&ann, 50 * USD).expect("what the day still lets out");
    w.withdraw(&ann, 1).refused(E::OutflowLimit);
    w.withdraw(&bob, 5 * USD).expect("Bob's own");
    w.withdraw(&bob, 1).refused(E::OutflowLimit);
    w.vm.pass(40 * HALF_HOUR);
    w.withdraw(&bob, 5 * USD).expect("a day later: his own, or the window's");
}

#[test]
fn a_deposit_makes_room_for_as_much_as_has_left_and_no_more() {
    let (mut w, ann, bob) = limited();
    w.deposit(&ann, 500 * USD).expect("deposits");
    w.withdraw(&bob, 106 * USD).refused(E::OutflowLimit);
    w.withdraw(&bob, 100 * USD).expect("the hour");
    w.deposit(&ann, 40 * USD).expect("deposits");
    w.withdraw(&bob, 40 * USD).expect("in and out");
    w.withdraw(&bob, 6 * USD).refused(E::OutflowLimit);
}

#[test]
fn before_the_settlement_token_is_listed_nothing_comes_or_leaves() {
    let mut w = World::unlisted(initial());
    let ann = w.trader(0);
    // There is no vault yet.
    w.deposit(&ann, USD).refused_as("AccountNotInitialized");
    w.withdraw(&ann, USD).refused_as("AccountNotInitialized");
}

#[test]
fn another_tokens_record_does_not_stand_in() {
    let (mut w, ann, _) = limited();
    let coin = w.list_major(100);
    let mut ix = firebreak_client::instruction::withdraw(ann.owner(), ann.account, ann.wallet, w.mint, USD, &[]);
    ix.accounts[7].pubkey = firebreak_client::address::collateral(&w.mint_of(coin));
    w.act(&[ix], &[&ann.key]).refused(E::WrongVault);
}

#[test]
fn each_collateral_has_its_own_limits_and_allowance() {
    let (mut w, ann, bob) = limited();
    let rules = OutflowRules { hour: 10 * COIN, day: 20 * COIN, free: COIN };
    let coin = w.list_token(major(), CollateralRules::MAJOR, rules, 100);
    for who in [&ann, &bob] {
        w.deposit_collateral(who, coin, 50 * COIN).expect("deposits");
    }
    w.withdraw_collateral(&ann, coin, 11 * COIN + 1).refused(E::OutflowLimit);
    w.withdraw_collateral(&ann, coin, 10 * COIN).expect("the hour");
    w.withdraw_collateral(&bob, coin, COIN).expect("his own");
    w.withdraw_collateral(&bob, coin, 1).refused(E::OutflowLimit);
    w.withdraw_collateral(&ann, coin, COIN).expect("her own");
    w.withdraw(&ann, 100 * USD).expect("the settlement vault has its own");
    // A sale moves no token; what a deposit brings may leave again.
    w.deposit_collateral(&bob, coin, 3 * COIN).expect("deposits");
    w.withdraw_collateral(&bob, coin, 3 * COIN).expect("in and out");
    w.vm.pass(216_000);
    w.withdraw_collateral(&bob, coin, 11 * COIN).expect("a day later the window and the allowance are new");
}
