//! Anyone may add to the fund; the tokens must be real and the giver's own.

use anchor_lang::prelude::Pubkey;
use firebreak_client::{address, instruction, program::events::InsuranceFunded};
use firebreak_tests::{events, Expect, World, E, USD};

#[test]
fn a_gift_is_counted_to_the_atom() {
    let mut w = World::new();
    let (ann, bob) = (w.trader(100), w.trader(100));
    let meta = w.fund_insurance(&ann, 40 * USD + 1).expect("funds");
    let event = &events::<InsuranceFunded>(&meta)[0];
    assert_eq!((event.amount, event.market, event.insurance.fund.assets), (40 * USD + 1, None, 40 * USD + 1));
    let meta = w.fund_insurance(&bob, 1).expect("funds");
    assert_eq!(events::<InsuranceFunded>(&meta)[0].insurance.fund.assets, 40 * USD + 2);
    assert_eq!(w.insurance().engine.fund.assets, 40 * USD + 2);
    assert_eq!(w.tokens(&ann.wallet), 60 * USD - 1);
    assert_eq!(w.tokens(&address::vault(&w.mint)), 240 * USD + 2);
    assert_eq!(w.engine(&ann).capital, 100 * USD, "from the wallet, not from the margin account");
}

#[test]
fn amounts_that_cannot_be_are_refused() {
    let mut w = World::new();
    let ann = w.trader(100);
    w.fund_insurance(&ann, 0).refused(E::ZeroAmount);
    w.fund_insurance(&ann, u64::MAX).refused(E::Overflow);
    w.fund_insurance(&ann, i64::MAX as u64 + 1).refused(E::Overflow);
    // A gift is booked with shares that nobody holds, sixteen an atom.
    w.fund_insurance(&ann, i64::MAX as u64 / 15).refused(E::Overflow);
    w.fund_insurance(&ann, i64::MAX as u64 / 16).refused(E::InsufficientTokens);
    w.fund_insurance(&ann, 100 * USD + 1).refused(E::InsufficientTokens);
    w.fund_insurance(&ann, 100 * USD).expect("all there is");
}

#[test]
fn nobody_gives_anothers_tokens() {
    let mut w = World::new();
    let (ann, bob) = (w.trader(100), w.trader(100));
    let ix = instruction::fund_insurance(bob.owner(), ann.wallet, w.mint, USD);
    w.act(&[ix], &[&bob.key]).refused(E::NotTokenAuthority);
    let mut ix = instruction::fund_insurance(ann.owner(), ann.wallet, w.mint, USD);
    ix.accounts[0].is_signer = false;
    w.act(&[ix], &[&bob.key]).refused_as("AccountNotSigner");
}

#[test]
fn fake_tokens_and_vaults_are_refused() {
    let mut w = World::new();
    let ann = w.trader(100);
    let fake = Pubkey::new_from_array([60; 32]);
    w.plant_mint(fake, 6);
    let purse = w.token_account(ann.owner(), fake, 100 * USD);
    let own_vault = w.token_account(ann.owner(), w.mint, 0);
    let good = instruction::fund_insurance(ann.owner(), ann.wallet, w.mint, USD);
    for (position, key, why) in [(3, purse, E::WrongMint), (4, own_vault, E::WrongVault), (5, fake, E::WrongMint)] {
        let mut ix = good.clone();
        ix.accounts[position].pubkey = key;
        w.act(&[ix], &[&ann.key]).refused(why);
    }
    // The vault as the source: its owner is the protocol, which signs for nobody here.
    let mut ix = good.clone();
    ix.accounts[3].pubkey = address::vault(&w.mint);
    w.act(&[ix], &[&ann.key]).refused_as("ConstraintDuplicateMutableAccount");
    w.act(&[good], &[&ann.key]).expect("the real ones");
}
