//! Staking: real tokens, shares at the price of now, one account an owner and tranche.

use super::scene::scene;
use anchor_lang::prelude::Pubkey;
use firebreak_client::{address, instruction, program::events::Staked};
use firebreak_tests::{events, stakers::*, Expect, World, E, USD};

#[test]
fn the_first_stake_gets_sixteen_shares_an_atom() {
    let mut w = World::new();
    let ann = w.trader(100);
    let meta = w.stake(&ann, JUNIOR, 40 * USD).expect("stakes");
    let event = &events::<Staked>(&meta)[0];
    let shares = 40 * USD * 16;
    assert_eq!((event.stake, event.tranche, event.amount), (address::stake(&ann.owner(), 0), 0, 40 * USD));
    assert_eq!((event.minted, event.part.shares), (shares, shares));
    assert_eq!((event.owner, event.insurance.junior.assets, event.insurance.junior.shares), (ann.owner(), 40 * USD, shares));
    let stake = w.stake_of(&ann, JUNIOR);
    assert_eq!((stake.version, stake.tranche, stake.owner, stake.engine.shares), (1, 0, ann.owner(), shares));
    assert_eq!(w.tokens(&ann.wallet), 60 * USD);
    assert_eq!(w.engine(&ann).capital, 100 * USD, "from the wallet, not from the margin account");
    let engine = w.insurance().engine.0;
    assert_eq!((engine.fund.assets, engine.junior.assets, engine.senior.assets), (40 * USD, 40 * USD, 0));
}

#[test]
fn stakes_add_up_by_tranche_and_owner() {
    let mut w = World::new();
    let (ann, bob) = (w.trader(100), w.trader(100));
    for atoms in [USD, 2 * USD, 1] {
        w.stake(&ann, JUNIOR, atoms).expect("stakes");
    }
    w.stake(&ann, SENIOR, 5 * USD).expect("stakes");
    w.stake(&bob, SENIOR, 7 * USD).expect("stakes");
    assert_eq!(w.stake_of(&ann, JUNIOR).engine.shares, 16 * (3 * USD + 1));
    assert_eq!(w.stake_of(&ann, SENIOR).engine.shares, 16 * 5 * USD);
    assert_eq!(w.stake_of(&bob, SENIOR).engine.shares, 16 * 7 * USD);
    let engine = w.insurance().engine.0;
    assert_eq!((engine.junior.assets, engine.senior.assets), (3 * USD + 1, 12 * USD));
}

#[test]
fn after_fees_a_share_costs_more_and_after_a_loss_less() {
    let mut s = scene();
    let (early, late) = (s.w.trader(200), s.w.trader(200));
    s.w.stake(&early, JUNIOR, 100 * USD).expect("stakes");
    s.w.sweep_fees(0).expect("fees"); // 0.15 USD, seven tenths of it junior's
    s.w.stake(&late, JUNIOR, 100 * USD).expect("stakes");
    let shares = |w: &World, who| w.stake_of(who, JUNIOR).engine.shares;
    assert!(shares(&s.w, &late) < shares(&s.w, &early));
    s.deficit();
    s.shared();
    let third = s.w.trader(200);
    s.w.stake(&third, JUNIOR, 100 * USD).expect("stakes");
    assert!(shares(&s.w, &third) > shares(&s.w, &early));
}

#[test]
fn what_cannot_be_is_refused() {
    let mut w = World::new();
    let ann = w.trader(100);
    w.stake(&ann, JUNIOR, 0).refused(E::ZeroAmount);
    w.stake(&ann, 2, USD).refused(E::WrongTranche);
    w.stake(&ann, 255, USD).refused(E::WrongTranche);
    w.stake(&ann, JUNIOR, 100 * USD + 1).refused(E::InsufficientTokens);
    w.stake(&ann, JUNIOR, u64::MAX).refused(E::Overflow);
    w.stake(&ann, JUNIOR, i64::MAX as u64).refused(E::Overflow);
    w.stake(&ann, JUNIOR, 100 * USD).expect("all there is");
}

#[test]
fn nobody_stakes_anothers_tokens_or_into_anothers_stake() {
    let mut w = World::new();
    let (ann, bob) = (w.trader(100), w.trader(100));
    w.stake(&ann, JUNIOR, USD).expect("stakes");
    let ix = instruction::stake(bob.owner(), JUNIOR, ann.wallet, w.mint, USD);
    w.act(&[ix], &[&bob.key]).refused(E::NotTokenAuthority);
    for key in [address::stake(&ann.owner(), JUNIOR), address::stake(&bob.owner(), SENIOR)] {
        let mut ix = instruction::stake(bob.owner(), JUNIOR, bob.wallet, w.mint, USD);
        ix.accounts[3].pubkey = key;
        w.act(&[ix], &[&bob.key]).refused_as("ConstraintSeeds");
    }
}

#[test]
fn fake_tokens_and_vaults_are_refused() {
    let mut w = World::new();
    let ann = w.trader(100);
    let fake = Pubkey::new_from_array([60; 32]);
    w.plant_mint(fake, 6);
    let purse = w.token_account(ann.owner(), fake, 100 * USD);
    let own_vault = w.token_account(ann.owner(), w.mint, 0);
    let good = instruction::stake(ann.owner(), JUNIOR, ann.wallet, w.mint, USD);
    for (position, key, why) in [(4, purse, E::WrongMint), (5, own_vault, E::WrongVault), (6, fake, E::WrongMint)] {
        let mut ix = good.clone();
        ix.accounts[position].pubkey = key;
        w.act(&[ix], &[&ann.key]).refused(why);
    }
}

#[test]
fn staking_never_waits() {
    let mut s = scene();
    let late = s.w.trader(50);
    s.deficit();
    s.w.stake(&late, JUNIOR, USD).expect("while a claim is pending");
    s.w.vm.pass(100_000);
    s.w.stake(&late, SENIOR, USD).expect("without any price");
    s.w.request_all(&late, SENIOR).expect("and so is asking");
}
