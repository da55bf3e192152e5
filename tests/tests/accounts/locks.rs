//! Hot instructions run in parallel: nothing global is locked for writing.

use super::cases::all;
use firebreak_client::address;

#[test]
fn no_hot_instruction_writes_a_global_account() {
    let hot = [
        "refresh_market",
        "accrue",
        "take",
        "settle",
        "flag",
        "liquidate",
        "liquidate_into_quotes",
        "deleverage",
        "rank",
        "close_dust",
        "match_trade",
        "run_order",
        "run_top_up",
        "transfer",
        "publish_report",
        "convert",
        "post_quote",
        "declare_bankrupt",
    ];
    let mut seen = 0;
    for case in all().iter().filter(|case| hot.contains(&case.name)) {
        let mint = case.world.mint;
        let global = [address::protocol(), address::insurance(), address::vault(&mint), address::booked(&mint)];
        for meta in &case.instruction.accounts {
            assert!(!(meta.is_writable && global.contains(&meta.pubkey)), "{} writes {}", case.name, meta.pubkey);
        }
        seen += 1;
    }
    assert_eq!(seen, hot.len());
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
}
