//! Withdrawals: exact, to the owner's order, down to the greater of Init and the transfer floor, never out of unpaid profit.

use anchor_lang::prelude::Pubkey;
use firebreak_client::{
    address, instruction,
    program::events::CapitalMoved,
    risk::{margin, MarketParams, Ratio},
};
use firebreak_tests::{events, params, Expect, Outcome, Trader, World, E, USD};

fn withdraw_to(w: &mut World, signer: &Trader, from: &Trader, to: Pubkey, atoms: u64) -> Outcome {
    let markets = w.markets_of(from, None);
    w.act(&[instruction::withdraw(signer.owner(), from.account, to, w.mint, atoms, &markets)], &[&signer.key])
}

/// A maker, and a taker long 10 units at 100 USD with 1 000 USD: notional 1 000.0001 USD.
fn long(params: MarketParams) -> (World, Trader, Trader) {
    let mut w = World::new();
    w.list(params, 100);
    let (maker, taker) = (w.trader(10_000), w.trader(1_000));
    w.quote(&maker, 0, 100);
    w.take(&taker, &maker, 0, 10).expect("takes");
    (w, maker, taker)
}

/// Withdraws one atom more than is free, then exactly what is free; afterwards nothing more.
fn only_this_much(w: &mut World, trader: &Trader, free: u64) {
    w.withdraw(trader, free + 1).refused(E::BelowInit);
    w.withdraw(trader, free).expect("what is free");
    w.withdraw(trader, 1).refused(E::BelowInit);
}

#[test]
fn a_withdrawal_moves_exactly_its_amount() {
    let mut w = World::with_market();
    let (ann, bob) = (w.trader(100), w.trader(50));
    let meta = w.withdraw(&ann, 30 * USD).expect("withdraws");
    assert_eq!(w.engine(&ann).capital, 70 * USD);
    assert_eq!(w.tokens(&ann.wallet), 130 * USD);
    assert_eq!(w.tokens(&address::vault(&w.mint)), 120 * USD);
    assert_eq!(w.engine(&bob).capital, 50 * USD);
    let event = &events::<CapitalMoved>(&meta)[0];
    assert_eq!((event.account, event.amount, event.capital), (ann.account, -(30 * USD as i64), 70 * USD));
    w.withdraw(&ann, 70 * USD).expect("to the last atom");
    assert_eq!(w.engine(&ann).capital, 0);
}

#[test]
fn amounts_that_cannot_be_are_refused() {
    let mut w = World::new();
    let ann = w.trader(100);
    w.trader(1_000); // the vault holds more than Ann may take
    w.withdraw(&ann, 0).refused(E::ZeroAmount);
    w.withdraw(&ann, 100 * USD + 1).refused(E::InsufficientCapital);
    w.withdraw(&ann, u64::MAX).refused(E::InsufficientCapital);
}

#[test]
fn nobody_withdraws_from_anothers_account() {
    let mut w = World::new();
    let (ann, bob) = (w.trader(100), w.trader(0));
    withdraw_to(&mut w, &bob, &ann, bob.wallet, USD).refused(E::NotOwner);
    withdraw_to(&mut w, &bob, &ann, ann.wallet, USD).refused(E::NotOwner);
    let mut ix = instruction::withdraw(ann.owner(), ann.account, bob.wallet, w.mint, USD, &[]);
    ix.accounts[0].is_signer = false;
    w.act(&[ix], &[&bob.key]).refused_as("AccountNotSigner");
}

#[test]
fn the_owner_may_send_to_any_account_of_the_token_but_the_vault() {
    let mut w = World::new();
    let (ann, bob) = (w.trader(100), w.trader(0));
    withdraw_to(&mut w, &ann, &ann, bob.wallet, USD).expect("to another wallet");
    assert_eq!(w.tokens(&bob.wallet), USD);
    let other = Pubkey::new_from_array([60; 32]);
    w.plant_mint(other, 6);
    let purse = w.token_account(ann.owner(), other, 0);
    withdraw_to(&mut w, &ann, &ann, purse, USD).refused(E::WrongMint);
    // From the vault to the vault: the ledger would owe less, nobody would have more.
    let vault = address::vault(&w.mint);
    withdraw_to(&mut w, &ann, &ann, vault, USD).refused_as("ConstraintDuplicateMutableAccount");
}

#[test]
fn with_positions_open_a_withdrawal_leaves_the_transfer_floor() {
    // 10 % of 1 000 USD valued at low, 99.99999: 999.9999 USD, and a loss of 0.0002 USD against the entry at high.
    let (mut w, _, taker) = long(params());
    let capital = w.engine(&taker).capital;
    assert_eq!(capital, 1_000 * USD - 500_001 - USD, "the deposit less fee and bond");
    only_this_much(&mut w, &taker, capital - 99_999_990 - 200);
}

#[test]
fn with_positions_open_a_withdrawal_leaves_init() {
    let (mut w, _, taker) = long(MarketParams { transfer_floor: Ratio(1), ..params() });
    let capital = w.engine(&taker).capital;
    only_this_much(&mut w, &taker, capital - 49_999_995 - 200);
}

#[test]
fn a_position_on_each_of_two_markets_holds_capital_back() {
    let mut w = World::with_markets(2);
    let (maker, taker) = (w.trader(10_000), w.trader(1_000));
    for market in 0..2 {
        w.quote(&maker, market, 100);
        w.take(&taker, &maker, market, 10).expect("takes");
    }
    let capital = w.engine(&taker).capital;
    only_this_much(&mut w, &taker, capital - 2 * (99_999_990 + 200));
}

#[test]
fn profit_that_was_not_converted_cannot_be_withdrawn() {
    let (mut w, _, taker) = long(params());
    w.price(0, 200_00000000, 5);
    let capital = w.engine(&taker).capital;
    // The stable price has hardly moved: the requirement is still at the lower one, and profit counts for nothing.
    let before = margin::init_health(&w.engine(&taker), &&w.market(0).engine.0, true, w.now()).expect("health");
    only_this_much(&mut w, &taker, before as u64);
    assert!(w.engine(&taker).capital < capital);
    w.settle(&taker, &taker, 0).expect("settles");
    assert!(w.engine(&taker).positions[0].result > 999_000_000, "a claim");
    // Settled, the claim still counts for nothing, and neither does the higher mark.
    let free = margin::init_health(&w.engine(&taker), &&w.market(0).engine.0, true, w.now()).expect("health");
    assert!(free <= 0, "settling freed {free}");
    w.withdraw(&taker, 1).refused(E::BelowInit);
}

#[test]
fn an_account_in_debt_withdraws_nothing() {
    let (mut w, maker, _) = long(params());
    let poor = w.trader(60);
    w.take(&poor, &maker, 0, 10).expect("takes");
    w.crash(94_20000000, 5); // a loss of 58 USD on capital of 58.5: solvent
    w.settle(&poor, &poor, 0).expect("pays what it has");
    w.crash(94_00000000, 5);
    w.declare_bankrupt(&poor).expect("owes more than it has");
    w.deposit(&poor, 10 * USD).expect("deposits");
    w.withdraw(&poor, 1).refused(E::AccountInDebt);
}

#[test]
fn a_fake_vault_pays_nothing() {
    let mut w = World::new();
    let ann = w.trader(100);
    let vault = w.token_account(address::protocol(), w.mint, 1_000 * USD);
    let mut ix = instruction::withdraw(ann.owner(), ann.account, ann.wallet, w.mint, USD, &[]);
    ix.accounts[4].pubkey = vault;
    w.act(&[ix], &[&ann.key]).refused(E::WrongVault);
}
