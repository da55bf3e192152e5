//! Deposits are exact, open to anyone, and never depend on a price.

use anchor_lang::prelude::Pubkey;
use firebreak_client::{address, instruction, program::events::CapitalMoved};
use firebreak_tests::{events, Expect, Outcome, Trader, World, E, USD};

fn deposit_from(w: &mut World, payer: &Trader, from: Pubkey, into: &Trader, atoms: u64) -> Outcome {
    w.act(&[instruction::deposit(payer.owner(), into.account, from, w.mint, atoms)], &[&payer.key])
}

#[test]
fn a_deposit_moves_exactly_its_amount() {
    let mut w = World::with_market();
    let (ann, bob) = (w.trader(100), w.trader(50));
    let meta = w.deposit(&ann, 1).expect("one atom");
    assert_eq!(w.engine(&ann).capital, 100 * USD + 1);
    assert_eq!(w.tokens(&ann.wallet), 100 * USD - 1);
    assert_eq!(w.tokens(&address::vault(&w.mint)), 150 * USD + 1);
    assert_eq!(w.engine(&bob).capital, 50 * USD);
    let event = &events::<CapitalMoved>(&meta)[0];
    assert_eq!((event.account, event.amount, event.capital), (ann.account, 1, 100 * USD + 1));
}

#[test]
fn anyone_may_deposit_for_another() {
    let mut w = World::new();
    let (ann, bob) = (w.trader(100), w.trader(0));
    deposit_from(&mut w, &ann, ann.wallet, &bob, 3 * USD).expect("a gift");
    assert_eq!((w.engine(&ann).capital, w.engine(&bob).capital), (100 * USD, 3 * USD));
}

#[test]
fn amounts_that_cannot_be_are_refused() {
    let mut w = World::new();
    let ann = w.trader(100);
    w.deposit(&ann, 0).refused(E::ZeroAmount);
    for atoms in [u64::MAX, u64::MAX - 100 * USD, i64::MAX as u64 + 1, i64::MAX as u64] {
        w.deposit(&ann, atoms).refused(E::Overflow);
    }
    w.deposit(&ann, 100 * USD + 1).refused(E::InsufficientTokens);
    w.deposit(&ann, 100 * USD).expect("all there is");
}

#[test]
fn nobody_deposits_anothers_tokens() {
    let mut w = World::new();
    let (ann, bob) = (w.trader(100), w.trader(100));
    deposit_from(&mut w, &bob, ann.wallet, &bob, USD).refused(E::NotTokenAuthority);
    let mut ix = instruction::deposit(ann.owner(), bob.account, ann.wallet, w.mint, USD);
    ix.accounts[0].is_signer = false;
    w.act(&[ix], &[&bob.key]).refused_as("AccountNotSigner");
}

#[test]
fn a_delegate_deposits_what_it_was_allowed() {
    let mut w = World::new();
    let (ann, bob) = (w.trader(100), w.trader(0));
    let token = spl_token_interface::ID;
    let approve = spl_token_interface::instruction::approve(&token, &ann.wallet, &bob.owner(), &ann.owner(), &[], 5 * USD);
    w.act(&[approve.expect("builds")], &[&ann.key]).expect("the token program allows it");
    deposit_from(&mut w, &bob, ann.wallet, &bob, 5 * USD + 1).refused(E::InsufficientTokens);
    deposit_from(&mut w, &bob, ann.wallet, &bob, 5 * USD).expect("deposits");
    deposit_from(&mut w, &bob, ann.wallet, &bob, 1).refused(E::NotTokenAuthority);
}

#[test]
fn a_fake_token_is_not_money() {
    let mut w = World::new();
    let ann = w.trader(100);
    let fake = Pubkey::new_from_array([60; 32]);
    w.plant_mint(fake, 6);
    let purse = w.token_account(ann.owner(), fake, 1_000 * USD);

    // The fake mint with a vault of its own, the fake mint alone, and fake tokens under the real mint's name.
    let vault = w.token_account(address::protocol(), fake, 0);
    let mut ix = instruction::deposit(ann.owner(), ann.account, purse, w.mint, USD);
    ix.accounts[5].pubkey = fake;
    ix.accounts[4].pubkey = vault;
    w.act(&[ix.clone()], &[&ann.key]).refused(E::WrongMint);
    ix.accounts[4].pubkey = address::vault(&w.mint);
    w.act(&[ix], &[&ann.key]).refused(E::WrongMint);
    deposit_from(&mut w, &ann, purse, &ann, USD).refused(E::WrongMint);
}

#[test]
fn a_fake_vault_receives_nothing() {
    let mut w = World::new();
    let ann = w.trader(100);
    let owners = [ann.owner(), address::protocol()];
    for owner in owners {
        let vault = w.token_account(owner, w.mint, 0);
        let mut ix = instruction::deposit(ann.owner(), ann.account, ann.wallet, w.mint, USD);
        ix.accounts[4].pubkey = vault;
        w.act(&[ix], &[&ann.key]).refused(E::WrongVault);
    }
}

#[test]
fn a_token_account_of_another_program_is_refused() {
    let mut w = World::new();
    let ann = w.trader(100);
    let wallet = w.vm.svm.get_account(&ann.wallet).expect("exists");
    let fake = Pubkey::new_from_array([61; 32]);
    w.vm.plant(fake, Pubkey::new_from_array([66; 32]), wallet.data);
    deposit_from(&mut w, &ann, fake, &ann, USD).refused_as("AccountOwnedByWrongProgram");
}

#[test]
fn tokens_sent_straight_to_the_vault_are_surplus_that_blocks_nothing() {
    let mut w = World::new();
    let ann = w.trader(100);
    let vault = address::vault(&w.mint);
    let gift =
        spl_token_interface::instruction::transfer(&spl_token_interface::ID, &ann.wallet, &vault, &ann.owner(), &[], 7 * USD);
    w.surplus += 7 * USD;
    w.act(&[gift.expect("builds")], &[&ann.key]).expect("the token program does not ask us");
    w.deposit(&ann, USD).expect("deposits");
    w.withdraw(&ann, 101 * USD).expect("withdraws everything");
    assert_eq!(w.tokens(&vault), 7 * USD);
}
