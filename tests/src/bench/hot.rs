//! The instructions that have a line of their own in the design.

use super::{cu, Row};
use crate::{defaults::params, prices::Feed, scenes::Wide, World, UNIT, USD};
use firebreak_client::oracle::Kind;

pub fn rows() -> Vec<Row> {
    let mut rows = vec![refresh(3, 8_000), refresh(5, super::OTHERWISE), take(), settle(), flag()];
    rows.extend([(1, 0, 18_000), (8, 4, 45_000), (16, 8, 85_000)].map(|(n, tokens, budget)| liquidate(n, tokens, budget)));
    rows.extend(money());
    rows.extend(collateral());
    rows
}

fn refresh(sources: u8, budget: u64) -> Row {
    let kinds = [Kind::PythUpdate, Kind::SwitchboardOnDemand, Kind::PythLegacy, Kind::SwitchboardV2, Kind::PythUpdate];
    let mut w = World::new();
    let feeds = (0..sources).map(|n| Feed::new(kinds[n as usize], n, 100)).collect();
    w.list_with(params(), feeds);
    w.vm.pass(5);
    // All different, so that the median has to be found.
    for (n, feed) in w.feeds[0].iter_mut().enumerate() {
        feed.price += [30_000, 10_000, 20_000, 50_000, 40_000][n];
    }
    w.publish(0);
    Row::new("refresh_market", format!("{sources} sources"), cu(w.refresh_only(0)), budget)
}

fn take() -> Row {
    let mut s = Wide::new(4, 4);
    s.w.pass(1);
    // The last market: the search among the positions goes to their end.
    Row::new("take", "both accounts at 4 positions", cu(s.w.take_lots(&s.holder, &s.maker, 3, -UNIT)), 30_000)
}

fn settle() -> Row {
    let mut s = Wide::new(1, 0);
    s.w.crash(98_00000000, 5);
    // By a stranger: the grounds are judged as well.
    Row::new("settle", "1 position, called by another", cu(s.w.settle(&s.stranger, &s.holder, 0)), 7_000)
}

fn flag() -> Row {
    let mut s = Wide::new(8, 0);
    s.w.crash(96_00000000, 5);
    Row::new("flag", "8 positions", cu(s.w.flag(&s.holder)), 14_000)
}

fn liquidate(n: u16, tokens: u16, budget: u64) -> Row {
    let mut s = Wide::with_collaterals(n, n, (tokens, 0)).flagged();
    let size = match n {
        1 => "1 position on both sides".to_string(),
        _ => format!("{n} positions on both sides, {tokens} collaterals"),
    };
    Row::new("liquidate", size, cu(s.w.liquidate(&s.keeper, &s.holder, n - 1)), budget)
}

fn money() -> Vec<Row> {
    let mut s = Wide::new(8, 0);
    let deposit = cu(s.w.deposit(&s.holder, 400 * USD));
    let withdraw = cu(s.w.withdraw(&s.holder, USD));
    vec![Row::new("deposit", "8 positions", deposit, 28_000), Row::new("withdraw", "8 positions", withdraw, 28_000)]
}

/// Collateral: there is no line for it in the design but that of every other instruction, and the largest take-over with collateral on
/// both sides.
fn collateral() -> Vec<Row> {
    let mut w = World::new();
    let coin = w.list_major(100);
    w.vm.pass(5);
    w.publish_token(coin);
    let refresh = cu(w.refresh_collateral(coin));
    let mut s = Wide::with_collaterals(8, 8, (4, 0));
    let deposit = cu(s.w.deposit_collateral(&s.holder, 4, 1_000));
    s.w.deposit(&s.holder, 400 * USD).expect("deposits");
    let withdraw = cu(s.w.withdraw_collateral(&s.holder, 4, 1_000));
    let mut s = Wide::with_collaterals(8, 8, (4, 0)).flagged();
    let sell = cu(s.w.liquidate_collateral(&s.keeper, &s.holder, 4));
    let mut s = Wide::with_collaterals(16, 16, (8, 8)).flagged();
    let both = cu(s.w.liquidate(&s.keeper, &s.holder, 15));
    vec![
        Row::new("refresh_collateral", "2 sources", refresh, 10_000),
        Row::new("deposit_collateral", "8 positions, 4 collaterals", deposit, 28_000),
        Row::new("withdraw_collateral", "8 positions, 4 collaterals", withdraw, 35_000),
        Row::new("liquidate_collateral", "8 positions on both sides, 4 collaterals", sell, 45_000),
        Row::new("liquidate", "16 positions and 8 collaterals on both sides", both, 85_000),
    ]
}
