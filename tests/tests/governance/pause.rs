//! A pause: half an hour, what takes on risk or takes money out, nothing that makes anybody safer.

use firebreak_client::{program::events::Paused, risk::levels::Gate};
use firebreak_tests::{events, Expect, Trader, World, E, USD};
use solana_keypair::Keypair;

const HALF_HOUR: i64 = 1_800;
const DAY: i64 = 86_400;

/// A market, a maker, a taker long 10 units, a bystander, a guardian.
fn scene() -> (World, Trader, Trader, Trader, Keypair) {
    let mut w = World::with_market();
    let guardian = w.appoint();
    let (maker, taker, bystander) = (w.trader(10_000), w.trader(200), w.trader(100));
    w.quote(&maker, 0, 100);
    w.take(&taker, &maker, 0, 10).expect("takes");
    (w, maker, taker, bystander, guardian)
}

#[test]
fn what_is_paused_stops_and_what_makes_safer_goes_on() {
    let (mut w, maker, taker, bystander, guardian) = scene();
    w.price(0, 103_00000000, 5);
    w.settle(&maker, &maker, 0).expect("pays");
    w.settle(&taker, &taker, 0).expect("earns");
    w.pass(1_500);
    let now = w.now().time;
    let meta = w.pause(&guardian, Gate::PAUSABLE).expect("pauses");
    let told = &events::<Paused>(&meta)[0];
    assert_eq!((told.gates, told.until), (Gate::PAUSABLE, now + HALF_HOUR));

    w.take(&taker, &maker, 0, 1).refused(E::Paused);
    w.withdraw(&taker, USD).refused(E::Paused);
    w.withdraw(&bystander, USD).refused(E::Paused);
    w.convert(&taker, 0).refused(E::Paused);
    // Depositing, reducing and settling never stop.
    w.deposit(&taker, USD).expect("deposits");
    w.settle(&taker, &taker, 0).expect("settles");
    w.take(&taker, &maker, 0, -1).expect("reduces");
    w.refresh(0).expect("refreshes");

    w.wait(HALF_HOUR - 1);
    w.withdraw(&bystander, USD).refused(E::Paused);
    w.wait(1);
    w.withdraw(&bystander, USD).expect("the pause has ended by itself");
    w.pass(1);
    w.convert(&taker, 0).expect("converts");
    w.take(&taker, &maker, 0, 1).expect("increases");
    w.withdraw(&taker, USD).expect("withdraws");
}

#[test]
fn liquidation_goes_on_in_a_pause() {
    let mut w = World::with_market();
    let guardian = w.appoint();
    let (maker, taker, keeper) = (w.trader(10_000), w.trader(60), w.trader(10_000));
    w.quote(&maker, 0, 100);
    w.take(&taker, &maker, 0, 10).expect("takes");
    w.pause(&guardian, Gate::PAUSABLE).expect("pauses");
    w.price(0, 97_00000000, 5);
    w.flag(&taker).expect("flags");
    w.pass(25);
    w.liquidate(&keeper, &taker, 0).expect("liquidates");
    w.price(0, 80_00000000, 5);
    w.declare_bankrupt(&taker).expect("declares");
    w.liquidate(&keeper, &taker, 0).expect("takes over");
    w.share_loss(0).expect("covers");
}

#[test]
fn each_gate_closes_alone() {
    let (mut w, maker, taker, bystander, guardian) = scene();
    let only = |gate: Gate| {
        let mut w = w.clone();
        w.pause(&guardian, gate.bit()).expect("pauses");
        w
    };
    let mut increase = only(Gate::Increase);
    increase.take(&taker, &maker, 0, 1).refused(E::Paused);
    increase.withdraw(&taker, USD).expect("withdraws");
    increase.withdraw(&bystander, USD).expect("withdraws");
    let mut withdraw = only(Gate::Withdraw);
    withdraw.withdraw(&taker, USD).refused(E::Paused);
    withdraw.withdraw(&bystander, USD).expect("without positions it is another gate");
    withdraw.take(&taker, &maker, 0, 1).expect("increases");
    let mut free = only(Gate::WithdrawFree);
    free.withdraw(&bystander, USD).refused(E::Paused);
    free.withdraw(&taker, USD).expect("withdraws");
    w.withdraw(&bystander, USD).expect("nothing is paused here");
}

#[test]
fn what_makes_safer_cannot_be_paused() {
    let (mut w, .., guardian) = scene();
    for gate in [Gate::Reduce, Gate::Deposit, Gate::Liquidate, Gate::Deleverage] {
        w.pause(&guardian, gate.bit()).refused(E::NotPausable);
        w.pause(&guardian, gate.bit() | Gate::Increase.bit()).refused(E::NotPausable);
    }
    w.pause(&guardian, 0).refused(E::NotPausable);
    for unknown in [1 << 10, 1 << 63, u64::MAX] {
        w.pause(&guardian, unknown).refused(E::NotPausable);
    }
    let known = Gate::ALL.iter().fold(0, |bits, gate| bits | gate.bit());
    assert_eq!((known, known & !Gate::PAUSABLE), (0b11_1111_1111, 0b00_1100_0110));
}

#[test]
fn gates_are_only_added_and_all_go_together() {
    let (mut w, maker, taker, bystander, guardian) = scene();
    w.pause(&guardian, Gate::Increase.bit()).expect("pauses");
    let until = w.protocol().guarded.paused_until;
    w.wait(600);
    w.pass(1);
    let meta = w.pause(&guardian, Gate::WithdrawFree.bit()).expect("adds");
    let told = &events::<Paused>(&meta)[0];
    assert_eq!((told.gates, told.until), (Gate::Increase.bit() | Gate::WithdrawFree.bit(), until), "not prolonged");
    w.take(&taker, &maker, 0, 1).refused(E::Paused);
    w.withdraw(&bystander, USD).refused(E::Paused);
    w.wait(until - w.now().time);
    w.withdraw(&bystander, USD).expect("over");
    // A new pause starts from nothing.
    w.pause(&guardian, Gate::Withdraw.bit()).expect("pauses");
    w.withdraw(&bystander, USD).expect("is not in it");
    assert_eq!(w.protocol().paused, Gate::Withdraw.bit());
}

#[test]
fn twice_in_a_row_and_three_times_a_day() {
    let (mut w, .., guardian) = scene();
    let all = Gate::PAUSABLE;
    w.pause(&guardian, all).expect("first");
    w.wait(HALF_HOUR);
    w.pause(&guardian, all).expect("second, in a row");
    w.wait(HALF_HOUR);
    w.pause(&guardian, all).refused(E::PauseSpent);
    w.wait(HALF_HOUR - 1);
    w.pause(&guardian, all).refused(E::PauseSpent);
    w.wait(1);
    w.pause(&guardian, all).expect("third of the day, after a pause of pausing");
    w.wait(2 * HALF_HOUR);
    w.pause(&guardian, all).refused(E::PauseSpent);
    w.wait(DAY - 5 * HALF_HOUR - 1);
    w.pause(&guardian, all).refused(E::PauseSpent);
    w.wait(1);
    w.pause(&guardian, all).expect("a day after the first");
}

#[test]
fn a_captured_guardian_keeps_money_in_for_ninety_minutes_a_day_at_most() {
    let (mut w, _, _, bystander, guardian) = scene();
    let (mut closed, mut longest, mut run) = (0, 0, 0);
    // Every five minutes for two days it pauses whenever it can.
    for _ in 0..2 * DAY / 300 {
        let _ = w.pause(&guardian, Gate::PAUSABLE);
        let shut = w.clone().withdraw(&bystander, 1).is_err();
        run = if shut { run + 300 } else { 0 };
        longest = longest.max(run);
        closed += if shut { 300 } else { 0 };
        w.wait(300);
    }
    assert_eq!((closed, longest), (2 * 3 * HALF_HOUR, 2 * HALF_HOUR));
}
