//! Tokens sent to the vault past the program block nothing, and belong to insurance once somebody skims them.

use firebreak_client::{
    address, instruction,
    program::{events::Skimmed, state::Collateral},
};
use firebreak_tests::{collateral::COIN, events, Expect, World, E, USD};

fn booked(w: &World) -> u64 {
    w.read::<Collateral>(&address::collateral(&w.mint)).booked
}

#[test]
fn a_surplus_becomes_a_gift_to_insurance() {
    let mut w = World::with_market();
    let ann = w.trader(100);
    assert_eq!(booked(&w), 100 * USD);
    w.skim().refused(E::ZeroAmount);
    w.send_to_vault(7 * USD + 1);
    assert_eq!(booked(&w), 100 * USD, "the program has not moved it");
    w.deposit(&ann, 5 * USD).expect("it blocks nothing");
    w.withdraw(&ann, 5 * USD).expect("it blocks nothing");
    let meta = w.skim().expect("skims");
    let event = &events::<Skimmed>(&meta)[0];
    assert_eq!((event.amount, event.insurance.fund.assets), (7 * USD + 1, 7 * USD + 1));
    assert_eq!((booked(&w), w.insurance().engine.fund.assets), (107 * USD + 1, 7 * USD + 1));
    assert_eq!(w.insurance().engine.junior.assets, 7 * USD + 1, "it bears first");
    w.skim().refused(E::ZeroAmount);
}

#[test]
fn what_anybody_deposited_is_no_surplus() {
    let mut w = World::with_market();
    let (ann, bob) = (w.trader(100), w.trader(100));
    w.quote(&bob, 0, 100);
    w.take(&ann, &bob, 0, 5).expect("takes");
    w.fund_insurance(&ann, 20 * USD).expect("funds");
    w.price(0, 105_00000000, 5);
    w.settle(&bob, &bob, 0).expect("settles");
    assert_eq!(booked(&w), 220 * USD);
    w.skim().refused(E::ZeroAmount);
    w.send_to_vault(1);
    w.skim().expect("one atom");
    let all = w.insurance().engine.fund.assets;
    assert_eq!(all, 20 * USD + 1);
}

#[test]
fn everything_that_came_in_can_still_leave() {
    let mut w = World::with_market();
    let (ann, bob) = (w.trader(100), w.trader(50));
    w.send_to_vault(3 * USD);
    w.withdraw(&ann, 100 * USD).expect("withdraws");
    w.skim().expect("skims");
    w.withdraw(&bob, 50 * USD).expect("withdraws");
    assert_eq!((booked(&w), w.tokens(&address::vault(&w.mint))), (3 * USD, 3 * USD));
}

#[test]
fn another_tokens_vault_holds_no_gift() {
    let mut w = World::with_market();
    let ann = w.trader(100);
    let coin = w.list_major(100);
    w.deposit_collateral(&ann, coin, COIN).expect("deposits");
    let mint = w.mint_of(coin);
    w.act(&[instruction::skim(mint)], &[]).refused(E::WrongCollateral);
}
