//! Deposits and withdrawals of collateral: exact, one's own, warm only with time.

use anchor_lang::prelude::Pubkey;
use firebreak_client::{address, instruction, program::events::CollateralMoved, risk::Now};
use firebreak_tests::{collateral::COIN, events, Expect, World, E, USD};

#[test]
fn a_deposit_and_a_withdrawal_move_exactly_their_amount() {
    let mut w = World::new();
    let coin = w.list_major(100);
    let (ann, bob) = (w.trader(0), w.trader(0));
    w.deposit_collateral(&bob, coin, COIN).expect("deposits");
    let meta = w.deposit_collateral(&ann, coin, 5 * COIN).expect("deposits");
    let event = &events::<CollateralMoved>(&meta)[0];
    assert_eq!((event.collateral, event.account, event.amount), (coin, ann.account, 5 * COIN as i64));
    assert_eq!((event.balance.amount, event.total), (5 * COIN, 6 * COIN));
    let vault = address::vault(&w.mint_of(coin));
    assert_eq!(w.tokens(&vault), 6 * COIN);
    let meta = w.withdraw_collateral(&ann, coin, 2 * COIN).expect("withdraws");
    let event = &events::<CollateralMoved>(&meta)[0];
    assert_eq!((event.amount, event.balance.amount, event.total), (-(2 * COIN as i64), 3 * COIN, 4 * COIN));
    assert_eq!(w.tokens(&vault), 4 * COIN);
    w.withdraw_collateral(&ann, coin, 3 * COIN).expect("all of it");
    assert_eq!((w.engine(&ann).collaterals, w.tokens(&vault)), (0, COIN));
    assert_eq!(w.engine(&ann).collateral, firebreak_client::risk::Account::NEW.collateral, "the slot is free");
}

#[test]
fn amounts_that_cannot_be_are_refused() {
    let mut w = World::new();
    let (coin, other) = (w.list_major(100), w.list_major(50));
    let (ann, bob) = (w.trader(0), w.trader(0));
    w.deposit_collateral(&bob, coin, 10 * COIN).expect("others hold more than Ann");
    w.deposit_collateral(&ann, coin, COIN).expect("deposits");
    w.deposit_collateral(&ann, coin, 0).refused(E::ZeroAmount);
    w.deposit_collateral(&ann, coin, u64::MAX).refused(E::Overflow);
    w.withdraw_collateral(&ann, coin, 0).refused(E::ZeroAmount);
    w.withdraw_collateral(&ann, coin, COIN + 1).refused(E::NoCollateral);
    w.withdraw_collateral(&ann, coin, u64::MAX).refused(E::NoCollateral);
    // Of what she does not hold, she need not show a record, and has nothing.
    w.withdraw_collateral(&ann, other, 1).refused(E::NoCollateral);
    let purse = w.purse(&ann, coin, COIN - 1);
    let ix = instruction::deposit_collateral(ann.owner(), ann.account, purse, w.mint_of(coin), COIN);
    w.act(&[ix], &[&ann.key]).refused(E::InsufficientTokens);
}

#[test]
fn the_settlement_token_is_capital_and_no_collateral() {
    let mut w = World::new();
    let ann = w.trader(100);
    let ix = instruction::deposit_collateral(ann.owner(), ann.account, ann.wallet, w.mint, USD);
    w.act(&[ix], &[&ann.key]).refused(E::SettlementIsCapital);
    let ix = instruction::withdraw_collateral(ann.owner(), ann.account, ann.wallet, w.mint, USD, &[]);
    w.act(&[ix], &[&ann.key]).refused(E::SettlementIsCapital);
    // Nor is a collateral capital.
    let coin = w.list_major(100);
    let purse = w.purse(&ann, coin, COIN);
    let ix = instruction::deposit(ann.owner(), ann.account, purse, w.mint_of(coin), COIN);
    w.act(&[ix], &[&ann.key]).refused(E::WrongMint);
}

#[test]
fn nobody_touches_anothers_balance() {
    let mut w = World::new();
    let coin = w.list_major(100);
    let (ann, bob) = (w.trader(0), w.trader(0));
    w.deposit_collateral(&ann, coin, COIN).expect("deposits");
    let mint = w.mint_of(coin);
    let purse = w.purse(&bob, coin, COIN);
    let needs = w.needs_of(&ann, None);
    let theft = instruction::withdraw_collateral(bob.owner(), ann.account, purse, mint, COIN, &needs);
    w.act(&[theft], &[&bob.key]).refused(E::NotOwner);
    // Not even a gift: it would take a slot and have to be sold before a bankruptcy.
    let gift = instruction::deposit_collateral(bob.owner(), ann.account, purse, mint, 1);
    w.act(&[gift], &[&bob.key]).refused(E::NotOwner);
}

#[test]
fn a_fake_mint_and_a_fake_vault_are_refused() {
    let mut w = World::new();
    let coin = w.list_major(100);
    let ann = w.trader(0);
    w.deposit_collateral(&ann, coin, COIN).expect("deposits");
    let (mint, fake) = (w.mint_of(coin), Pubkey::new_from_array([230; 32]));
    w.plant_mint(fake, 9);
    let worthless = w.token_account(ann.owner(), fake, COIN);
    let fake_vault = w.token_account(address::protocol(), fake, 0);
    let mut ix = instruction::deposit_collateral(ann.owner(), ann.account, worthless, mint, COIN);
    w.act(std::slice::from_ref(&ix), &[&ann.key]).refused(E::WrongMint);
    ix.accounts[5].pubkey = fake;
    w.act(std::slice::from_ref(&ix), &[&ann.key]).refused(E::WrongCollateral);
    ix.accounts[4].pubkey = fake_vault;
    w.act(&[ix], &[&ann.key]).refused(E::WrongCollateral);
    let purse = w.purse(&ann, coin, COIN);
    let mut ix = instruction::deposit_collateral(ann.owner(), ann.account, purse, mint, COIN);
    ix.accounts[4].pubkey = w.token_account(address::protocol(), mint, 0);
    w.act(&[ix], &[&ann.key]).refused(E::WrongVault);
    let needs = w.needs_of(&ann, None);
    let mut ix = instruction::withdraw_collateral(ann.owner(), ann.account, purse, mint, COIN, &needs);
    ix.accounts[5].pubkey = w.token_account(address::protocol(), mint, COIN);
    w.act(&[ix], &[&ann.key]).refused(E::WrongVault);
    // An account that is not there at all, and the record of another token with it.
    let other = w.list_major(50);
    let mut ix = instruction::withdraw_collateral(ann.owner(), ann.account, purse, mint, COIN, &needs);
    ix.accounts[3].pubkey = address::collateral(&w.mint_of(other));
    w.act(&[ix], &[&ann.key]).refused(E::WrongCollateral);
}

#[test]
fn warm_up_is_not_bypassed_by_splitting_deposits() {
    let mut w = World::new();
    let coin = w.list_major(100);
    let (whole, early) = (w.trader(0), w.trader(0));
    let counted = |w: &World, who| -> u64 {
        let Now { time, .. } = w.now();
        w.engine(who).collateral[0].counted_down(time).expect("a number")
    };
    // One places all ten coins at once, the other a ninth of a coin early and the rest at the last moment.
    w.deposit_collateral(&whole, coin, 10 * COIN).expect("deposits");
    w.deposit_collateral(&early, coin, COIN).expect("deposits");
    assert_eq!((counted(&w, &whole), counted(&w, &early)), (0, 0), "all of it counts from zero");
    w.pass(140); // 56 of 60 seconds
    for _ in 0..9 {
        w.deposit_collateral(&early, coin, COIN).expect("deposits");
    }
    assert!(counted(&w, &early) < COIN, "what came late counts nothing yet");
    w.pass(10);
    assert_eq!(counted(&w, &whole), 10 * COIN);
    assert!(counted(&w, &early) < 2 * COIN, "{}", counted(&w, &early));
    w.pass(140);
    assert_eq!(counted(&w, &early), 10 * COIN, "a warm-up after the last deposit");
}

#[test]
fn nine_collaterals_do_not_fit() {
    let mut w = World::new();
    let ann = w.trader(0);
    for _ in 0..8 {
        let coin = w.list_major(100);
        w.deposit_collateral(&ann, coin, COIN).expect("deposits");
    }
    let ninth = w.list_major(100);
    w.deposit_collateral(&ann, ninth, COIN).refused(E::NoFreeCollateral);
    w.withdraw_collateral(&ann, 3, COIN).expect("one goes");
    w.deposit_collateral(&ann, ninth, COIN).expect("another comes");
}
