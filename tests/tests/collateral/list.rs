//! Listing at once: the settlement token first, valid figures, one record a token, by the authority alone, while the protocol is young.

use anchor_lang::prelude::Pubkey;
use firebreak_client::{
    address, instruction,
    program::{
        events::{CapSet, CollateralListed},
        state::{PriceSource, VENUE},
    },
    risk::{collateral::CollateralParams, collateral_rules::CollateralRules, outflow::OutflowRules, Ratio},
};
use firebreak_tests::{
    collateral::{feeds_of, listing, major, settlement, COIN, OPEN},
    events, initial, Expect, Outcome, World, E,
};
use solana_program_pack::Pack;
use solana_signer::Signer;
use spl_token_interface::state::Account as TokenAccount;

const MINT: Pubkey = Pubkey::new_from_array([220; 32]);

fn list(w: &mut World, mint: Pubkey, params: CollateralParams, rules: CollateralRules, sources: usize) -> Outcome {
    let payer = w.payer();
    let feeds: Vec<_> = (0..sources as u16).map(|n| feeds_of(n, 100)[0].clone()).collect();
    w.act(&[instruction::list_collateral(payer.pubkey(), mint, listing(params, rules, OPEN, &feeds))], &[&payer])
}

#[test]
fn the_settlement_token_comes_first_and_shares_the_vault_of_capital() {
    let mut w = World::unlisted(initial());
    w.plant_mint(MINT, 9);
    list(&mut w, MINT, major(), CollateralRules::MAJOR, 1).refused(E::SettlementFirst);
    assert_eq!((w.protocol().collateral_count, w.protocol().vault), (0, Pubkey::default()));
    w.list_settlement(OPEN);
    let record = w.record(0);
    assert_eq!((record.index, record.mint, record.vault), (0, w.mint, w.protocol().vault));
    assert_eq!(w.protocol().vault, address::vault(&w.mint));
    let vault = w.vm.svm.get_account(&record.vault).expect("the vault exists");
    let vault = TokenAccount::unpack(&vault.data).expect("a token account");
    assert_eq!((vault.mint, vault.owner, vault.amount), (w.mint, address::protocol(), 0));
    assert!(vault.delegate.is_none() && vault.close_authority.is_none());
    list(&mut w, MINT, major(), CollateralRules::MAJOR, 1).expect("and then another");
    assert_eq!(w.protocol().collateral_count, 2);
}

#[test]
fn a_listing_is_what_was_asked_for_and_starts_without_a_price() {
    let mut w = World::new();
    w.plant_mint(MINT, 9);
    let meta = list(&mut w, MINT, major(), CollateralRules::MAJOR, 5).expect("lists five sources");
    let event = &events::<CollateralListed>(&meta)[0];
    assert_eq!((event.collateral, event.mint, event.sources), (1, MINT, 5));
    let record: firebreak_client::program::state::Collateral = w.read(&address::collateral(&MINT));
    assert_eq!((record.index, record.mint, record.vault), (1, MINT, address::vault(&MINT)));
    assert_eq!((record.engine.params, record.feed.rules, record.source_count), (major(), CollateralRules::MAJOR, 5));
    assert_eq!((record.engine.price.first_time, record.engine.total, record.forfeited), (0, 0, 0));
    assert_eq!(w.tokens(&record.vault), 0);
}

#[test]
fn each_token_is_listed_once() {
    let mut w = World::new();
    let coin = w.list_major(100);
    let mint = w.mint_of(coin);
    list(&mut w, mint, major(), CollateralRules::MAJOR, 1).refused_as(firebreak_tests::runtime::ALREADY_IN_USE);
    let payer = w.payer();
    let again = instruction::list_collateral(payer.pubkey(), w.mint, settlement(OPEN));
    w.act(&[again], &[&payer]).refused_as(firebreak_tests::runtime::ALREADY_IN_USE);
}

#[test]
fn only_the_authority_lists_and_caps() {
    let mut w = World::new();
    let coin = w.list_major(100);
    let ann = w.trader(0);
    w.plant_mint(MINT, 9);
    let args = listing(major(), CollateralRules::MAJOR, OPEN, &feeds_of(3, 100));
    w.act(&[instruction::list_collateral(ann.owner(), MINT, args)], &[&ann.key]).refused(E::NotAuthority);
    let ix = instruction::set_collateral_cap(ann.owner(), w.mint_of(coin), 0);
    w.act(&[ix], &[&ann.key]).refused(E::NotAuthority);
}

#[test]
fn figures_out_of_bounds_are_named() {
    let mut w = World::new();
    w.plant_mint(MINT, 9);
    let mut params = |f: fn(&mut CollateralParams), name: &str| {
        let mut p = major();
        f(&mut p);
        list(&mut w, MINT, p, CollateralRules::MAJOR, 1).refused(E::ParameterOutOfBounds).says(name);
    };
    params(|p| p.full_value = 0, "full_value");
    params(|p| p.warmup = 0, "warmup");
    params(|p| p.price_max_age = 3_601, "price_max_age");
    params(|p| p.min_haircut = Ratio(0), "min_haircut");
    params(|p| p.decimals = 3, "decimals");
    let mut rules = |f: fn(&mut CollateralRules), name: &str| {
        let mut r = CollateralRules::MAJOR;
        f(&mut r);
        list(&mut w, MINT, major(), r, 1).refused(E::ParameterOutOfBounds).says(name);
    };
    rules(|r| r.twap_window = 0, "twap_window");
    rules(|r| r.max_discount = Ratio(250_001), "max_discount");
    rules(|r| r.fixed_discount = Ratio(50_001), "fixed_discount");
    rules(|r| r.unsold_wait = 604_801, "unsold_wait");
    list(&mut w, MINT, major(), CollateralRules::MAJOR, 0).refused(E::SourceCount);
    list(&mut w, MINT, CollateralParams { decimals: 8, ..major() }, CollateralRules::MAJOR, 1)
        .refused(E::WrongCollateralDecimals);
    let payer = w.payer();
    let twice = [feeds_of(0, 1)[0].clone(), feeds_of(0, 1)[0].clone()];
    let args = listing(major(), CollateralRules::MAJOR, OPEN, &twice);
    w.act(&[instruction::list_collateral(payer.pubkey(), MINT, args)], &[&payer]).refused(E::BadSource);
}

#[test]
fn a_cap_falls_at_once_and_only_falls() {
    let mut w = World::new();
    let cap = 10 * COIN;
    let coin = w.list_token(CollateralParams { cap, ..major() }, CollateralRules::MAJOR, OPEN, 100);
    let ann = w.trader(0);
    w.deposit_collateral(&ann, coin, cap + 1).refused(E::CollateralCap);
    w.deposit_collateral(&ann, coin, cap).expect("to the cap");
    w.deposit_collateral(&ann, coin, 1).refused(E::CollateralCap);
    w.set_collateral_cap(coin, cap + 1).refused(E::CapGrowth);
    let meta = w.set_collateral_cap(coin, COIN).expect("falls below what is held");
    assert_eq!(events::<CapSet>(&meta)[0].cap, COIN);
    w.deposit_collateral(&ann, coin, 1).refused(E::CollateralCap);
    w.withdraw_collateral(&ann, coin, cap).expect("what is held may leave");
    w.vm.pass(216_000);
    w.set_collateral_cap(coin, 2 * COIN).refused(E::CapGrowth);
    w.set_collateral_cap(coin, 0).expect("closes it");
    w.set_collateral_cap(coin, 1).refused(E::CapGrowth);
}

#[test]
fn a_collaterals_own_fills_are_no_source() {
    let mut w = World::new();
    w.plant_mint(MINT, 9);
    let mut args = listing(major(), CollateralRules::MAJOR, OPEN, &feeds_of(3, 100));
    let mut venue = PriceSource { kind: VENUE, ..PriceSource::EMPTY };
    venue.rule = args.sources[0].rule;
    args.sources.push(venue);
    let payer = w.payer();
    w.act(&[instruction::list_collateral(payer.pubkey(), MINT, args)], &[&payer]).refused(E::BadSource);
}

#[test]
fn i9_outflow_rules_of_zero_let_nothing_out() {
    let mut w = World::unlisted(initial());
    w.list_settlement(OutflowRules { hour: 0, day: 0, free: 0 });
    let ann = w.trader(100);
    w.withdraw(&ann, 1).refused(E::OutflowLimit);
}
