//! Margin accounts are opened by their owner, at their derived address, once each.

use firebreak_client::{address, instruction, risk::Account};
use firebreak_tests::{runtime, Expect, World};

#[test]
fn a_new_account_is_empty_and_its_signers() {
    let mut w = World::new();
    let ann = w.trader(0);
    let margin = w.margin(&ann);
    assert_eq!((margin.version, margin.sub_id, margin.owner), (1, 0, ann.owner()));
    assert_eq!(margin.engine.0, Account::NEW);
}

#[test]
fn an_owner_may_have_several_accounts() {
    let mut w = World::new();
    let ann = w.trader(10);
    for sub_id in [1, 7, u16::MAX] {
        w.act(&[instruction::open_account(ann.owner(), sub_id)], &[&ann.key]).expect("opens");
        let account = address::account(&ann.owner(), sub_id);
        assert_ne!(account, ann.account);
        let margin: firebreak_client::program::state::MarginAccount = w.read(&account);
        assert_eq!((margin.sub_id, margin.owner, margin.engine.capital), (sub_id, ann.owner(), 0));
    }
}

#[test]
fn an_account_is_opened_once() {
    let mut w = World::new();
    let ann = w.trader(10);
    w.act(&[instruction::open_account(ann.owner(), 0)], &[&ann.key]).refused_as(runtime::ALREADY_IN_USE).says("already in use");
    assert_eq!(w.engine(&ann).capital, 10_000_000, "and what it held is still there");
}

#[test]
fn nobody_opens_an_account_at_anothers_address() {
    let mut w = World::new();
    let (ann, bob) = (w.trader(0), w.trader(0));
    let mut ix = instruction::open_account(bob.owner(), 1);
    ix.accounts[1].pubkey = address::account(&ann.owner(), 1);
    w.act(&[ix], &[&bob.key]).refused_as("ConstraintSeeds");
}

#[test]
fn the_owner_must_sign() {
    let mut w = World::new();
    let ann = w.trader(0);
    let mut ix = instruction::open_account(ann.owner(), 1);
    ix.accounts[0].is_signer = false;
    w.act(&[ix], &[]).refused_as("AccountNotSigner");
}
