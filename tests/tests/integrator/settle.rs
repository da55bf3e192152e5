//! Trades that the venue settles through `match_trade`, its own address signing for one side.

use super::scene::*;
use firebreak_client::{
    decode, instruction,
    program::{events::Filled, instruction as ix, state::MarginAccount},
    risk::price::Quality,
};
use firebreak_tests::{events, tripping, Expect, E, UNIT, USD};

const FAIR: u64 = 100_00000000;

fn venue(s: &Scene) -> MarginAccount {
    s.w.read(&s.account)
}

#[test]
fn the_venue_is_one_side() {
    let mut s = Scene::new();
    assert_eq!(venue(&s).owner, s.venue.0);
    let meta = s.settle(5 * UNIT, FAIR).expect("settles");
    assert_eq!(s.w.engine(&s.trader).positions[0].base.0, 5 * UNIT);
    assert_eq!(venue(&s).engine.positions[0].base.0, -5 * UNIT);
    let fill = &events::<Filled>(&meta)[0];
    assert_eq!((fill.taker, fill.maker, fill.base, fill.price), (s.trader.account, s.account, 5 * UNIT, FAIR));
    // It costs what the venue's own work costs on top.
    assert!(meta.compute_units_consumed < 40_000, "{}", meta.compute_units_consumed);
    println!("settle through the venue: {} CU", meta.compute_units_consumed);
    s.settle(-5 * UNIT, FAIR).expect("and back");
    assert_eq!(s.w.ledger(0).long_base, 0);
    assert_eq!(decode::markets_of(&venue(&s), None), Vec::<u16>::new());
}

#[test]
fn it_knows_the_instructions_by_their_first_bytes() {
    use anchor_lang::Discriminator;
    let open = instruction::open_account(s_owner(), 0).data;
    assert_eq!(open[..8], *ix::OpenAccount::DISCRIMINATOR);
    assert_eq!(open[8..], [0, 0, 0]);
    let trade = instruction::match_trade((s_owner(), s_owner()), (s_owner(), s_owner()), 0, 7, 9, &[]).data;
    assert_eq!(trade[8..], [7i64.to_le_bytes(), 9i64.to_le_bytes()].concat());
}

fn s_owner() -> firebreak_client::Pubkey {
    VENUE
}

#[test]
fn the_trader_must_sign_too() {
    let mut s = Scene::new();
    let mut ix = s.trade(UNIT, FAIR);
    ix.accounts[2].is_signer = false;
    s.w.act(&[ix], &[&s.trader.key]).refused_as("AccountNotSigner");
}

#[test]
fn nobody_signs_for_the_venue_past_it() {
    let mut s = Scene::new();
    let (taker, maker) = ((s.trader.owner(), s.trader.account), (s.venue.0, s.account));
    let mut ix = instruction::match_trade(taker, maker, 0, UNIT, FAIR, &[]);
    ix.accounts[1].is_signer = false;
    s.w.act(&[ix], &[&s.trader.key]).refused_as("AccountNotSigner");
    // Another bump is another address, whose signature is worth nothing here.
    let mut ix = s.trade(UNIT, FAIR);
    ix.data[1] = s.venue.1.wrapping_sub(1);
    assert!(s.w.act(&[ix], &[&s.trader.key]).is_err());
}

#[test]
fn firebreaks_refusals_come_through() {
    let mut s = Scene::new();
    s.settle(UNIT, 106_00000000).refused(E::PriceOutOfBand);
    s.settle(1_000 * UNIT, FAIR).refused(E::BelowInit);
    s.settle(0, FAIR).refused(E::SizeOutOfBounds);
    s.w.vm.pass(3);
    s.settle(UNIT, FAIR).refused(E::PriceTooOld);
}

#[test]
fn it_settles_nothing_while_the_market_is_unsound() {
    let mut s = Scene::new();
    s.settle(5 * UNIT, FAIR).expect("settles");
    s.w.bring(0, Quality::Degraded);
    s.w.publish_report(0).expect("publishes");
    // Firebreak itself would let both reduce.
    s.settle(-UNIT, FAIR).refused_as(&refusal(DEGRADED));

    let mut s = Scene::ruled(tripping(3));
    s.settle(5 * UNIT, FAIR).expect("settles");
    s.w.price(0, 103_00000000, 5);
    s.w.publish_report(0).expect("publishes");
    s.settle(-UNIT, 103_00000000).refused_as(&refusal(HALTED));
}

#[test]
fn the_report_must_be_that_of_the_market_traded() {
    let mut s = Scene::new();
    s.w.list(firebreak_tests::params(), 100);
    s.w.publish_report(1).expect("publishes");
    let mut ix = s.trade(UNIT, FAIR);
    ix.accounts[0].pubkey = firebreak_client::address::report(&firebreak_client::address::market(1));
    s.w.act(&[ix], &[&s.trader.key]).refused_as(&refusal(NOT_A_REPORT));
    assert_eq!(venue(&s).engine.capital, 1_000 * USD);
}
