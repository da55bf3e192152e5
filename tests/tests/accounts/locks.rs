//! Hot instructions run in parallel: nothing global is locked for writing.

use super::cases::all;
use firebreak_client::address;
use std::collections::BTreeSet;

/// Hot: what traders and keepers send all the time, and what must not wait when a market falls.
const HOT: [&str; 27] = [
    "refresh_market",
    "accrue",
    "take",
    "match_trade",
    "run_order",
    "run_top_up",
    "transfer",
    "settle",
    "convert",
    "flag",
    "liquidate",
    "liquidate_into_quotes",
    "declare_bankrupt",
    "deleverage",
    "close_dust",
    "recover",
    "rank",
    "enter_settlement",
    "publish_report",
    "post_quote",
    "remove_quote",
    "place_order",
    "cancel_order",
    "migrate",
    "refresh_collateral",
    "liquidate_collateral",
    "forfeit_collateral",
];

/// What writes a global account: tokens come or go, insurance pays, all of the protocol is decided on.
const GLOBAL: [&str; 32] = [
    "initialise",
    "list_market",
    "list_collateral",
    "seal",
    "propose_params",
    "propose_rules",
    "propose_sources",
    "propose_listing",
    "propose_settings",
    "propose_authority",
    "propose_upgrade",
    "propose_collateral_listing",
    "propose_collateral_terms",
    "propose_collateral_sources",
    "execute_listing",
    "execute_collateral_listing",
    "execute_settings",
    "accept_authority",
    "upgrade_program",
    "pause",
    "check_global",
    "deposit",
    "withdraw",
    "fund_insurance",
    "buy_forfeited",
    "sweep_fees",
    "collect_treasury",
    "share_loss",
    "allot",
    "skim",
    "stake",
    "unstake",
];

/// Every instruction is judged, so that a new one is not forgotten: those named write what everybody shares, and no other.
#[test]
fn no_hot_instruction_writes_a_global_account() {
    let mut seen = BTreeSet::new();
    for case in all() {
        let mint = case.world.mint;
        let global = [address::protocol(), address::insurance(), address::vault(&mint), address::collateral(&mint)];
        let writes = case.instruction.accounts.iter().any(|meta| meta.is_writable && global.contains(&meta.pubkey));
        assert_eq!(writes, GLOBAL.contains(&case.name), "{} writes a global account: {writes}", case.name);
        seen.insert(case.name);
    }
    for name in HOT {
        assert!(seen.contains(name) && !GLOBAL.contains(&name), "{name}");
    }
}

#[test]
fn a_fill_writes_its_market_its_two_accounts_and_the_quote() {
    let written = |name: &str| {
        let case = all().into_iter().find(|case| case.name == name).expect("a case");
        let named = case.places.iter().zip(&case.instruction.accounts);
        named.filter(|(_, meta)| meta.is_writable).map(|((place, _), _)| *place).collect::<Vec<_>>()
    };
    assert_eq!(written("take"), ["market", "taker", "quote", "maker"]);
    assert_eq!(written("match_trade"), ["market", "taker", "maker"]);
    assert_eq!(written("run_order"), ["market", "account", "order", "quote", "maker", "keeper"]);
    assert_eq!(written("run_top_up"), ["account", "order", "source", "keeper"]);
    assert_eq!(written("transfer"), ["from", "to"]);
    assert_eq!(written("publish_report"), ["payer", "report"]);
    assert_eq!(written("liquidate"), ["market", "account", "keeper"]);
    assert_eq!(written("liquidate_into_quotes"), ["market", "account", "quote", "maker", "keeper"]);
    assert_eq!(written("deleverage"), ["market", "account"]);
    assert_eq!(written("rank"), ["market"]);
    assert_eq!(written("settle"), ["market", "account"]);
    assert_eq!(written("convert"), ["market", "account"]);
    assert_eq!(written("flag"), ["account"]);
    assert_eq!(written("refresh_market"), ["market"]);
    assert_eq!(written("accrue"), ["market"]);
    assert_eq!(written("declare_bankrupt"), ["account"]);
    assert_eq!(written("close_dust"), ["market", "account"]);
    assert_eq!(written("recover"), ["account"]);
    assert_eq!(written("post_quote"), ["owner", "quote"]);
}
