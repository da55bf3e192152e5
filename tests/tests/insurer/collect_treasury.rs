//! The treasury's part of the fees goes where the protocol says, whoever calls.

use super::scene::scene;
use firebreak_client::{
    instruction,
    program::{events::TreasuryCollected, instructions::InitialiseArgs},
};
use firebreak_tests::{events, initial, params, Expect, World, E, TREASURY, USD};

#[test]
fn treasury_fees_are_paid_to_the_atom() {
    let mut s = scene();
    let fees = s.w.ledger(0).treasury_fees;
    assert!(fees > 0);
    let meta = s.w.collect_treasury(0).expect("anybody collects");
    let event = &events::<TreasuryCollected>(&meta)[0];
    assert_eq!((event.market, event.amount), (0, fees));
    assert_eq!((s.w.tokens(&TREASURY), s.w.ledger(0).treasury_fees), (fees, 0));
    s.w.collect_treasury(0).refused(E::ZeroAmount);
}

#[test]
fn they_go_nowhere_else() {
    let mut s = scene();
    let own = s.w.token_account(s.keeper.owner(), s.w.mint, 0);
    let ix = instruction::collect_treasury(0, own, s.w.mint);
    s.w.act(&[ix], &[]).refused(E::WrongTreasury);
    let fake = anchor_lang::prelude::Pubkey::new_from_array([60; 32]);
    s.w.plant_mint(fake, 6);
    let mut ix = instruction::collect_treasury(0, TREASURY, s.w.mint);
    ix.accounts[4].pubkey = fake;
    s.w.act(&[ix], &[]).refused(E::WrongMint);
}

#[test]
fn without_a_treasury_they_stay() {
    let mut w = World::with(InitialiseArgs { treasury: Default::default(), ..initial() });
    w.list(params(), 100);
    let (maker, taker) = (w.trader(1_000), w.trader(1_000));
    w.quote(&maker, 0, 10);
    w.take(&taker, &maker, 0, 1).expect("takes");
    w.collect_treasury(0).refused(E::NoTreasury);
    let ix = instruction::collect_treasury(0, Default::default(), w.mint);
    w.act(&[ix], &[]).refused_as("AccountOwnedByWrongProgram");
    assert!(w.ledger(0).treasury_fees > 0);
    assert!(w.ledger(0).treasury_fees < USD);
}
