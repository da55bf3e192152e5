//! The instructions that have a line of their own in the design.

use super::{cu, Row};
use crate::{defaults::params, prices::Feed, scenes::Wide, World, UNIT, USD};
use firebreak_client::oracle::Kind;

pub fn rows() -> Vec<Row> {
    let mut rows = vec![refresh(3, 8_000), refresh(5, super::OTHERWISE), refresh_again(), accrue(), take(), settle(), flag()];
    rows.extend([(1, 0, 18_000), (8, 4, 45_000), (16, 8, 85_000)].map(|(n, tokens, budget)| liquidate(n, tokens, budget)));
    rows.extend([(1, 22_000), (8, 110_000)].map(|(n, budget)| deleverage(n, budget)));
    // It does all that a take-over does, with a maker for a keeper.
    rows.extend([(1, 18_000), (8, 45_000)].map(|(n, budget)| into_quotes(n, budget)));
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

/// The last price has not been accrued: the refresh that replaces it takes it into the market's volatility first.
fn refresh_again() -> Row {
    let mut w = World::with_market();
    for price in [101_00000000, 102_00000000] {
        w.vm.pass(5);
        w.say(0, price);
        w.refresh_only(0).expect("refreshes");
    }
    w.vm.pass(5);
    w.say(0, 103_00000000);
    Row::new("refresh_market", "2 sources, the last price not accrued", cu(w.refresh_only(0)), super::OTHERWISE)
}

fn accrue() -> Row {
    let mut w = World::with_market();
    w.vm.pass(5);
    w.say(0, 101_00000000);
    w.refresh_only(0).expect("refreshes");
    Row::new("accrue", "1 market", cu(w.accrue(0)), super::OTHERWISE)
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

/// A bankrupt long against `n` shorts, all of them on the board.
fn deleverage(n: u64, budget: u64) -> Row {
    let mut w = World::with_market();
    let holder = w.trader(60 * n);
    let mut makers = vec![];
    for _ in 0..n {
        let maker = w.trader(10_000);
        w.pass(1);
        w.quote(&maker, 0, 10);
        w.take(&holder, &maker, 0, 10).expect("takes");
        makers.push(maker);
    }
    w.price(0, 90_00000000, 5);
    w.declare_bankrupt(&holder).expect("declares");
    w.rank(0, &makers.iter().collect::<Vec<_>>()).expect("ranks");
    let parties = w.opposite(&holder, 0, &makers);
    let used = cu(w.deleverage(&holder, 0, &parties.iter().collect::<Vec<_>>()));
    assert_eq!(w.ledger(0).long_base, 0, "all of it");
    let size = if n == 1 { "1 counterparty".into() } else { format!("{n} counterparties") };
    Row::new("deleverage", size, used, budget)
}

fn into_quotes(n: u16, budget: u64) -> Row {
    let mut s = Wide::new(n, n).flagged();
    let collector = s.w.collector();
    s.w.quote(&s.keeper, n - 1, 100);
    s.w.pass(1);
    let used = cu(s.w.into_quotes(&collector, &s.keeper, &s.holder, n - 1, u64::MAX / 4));
    Row::new("liquidate_into_quotes", format!("{n} position(s) of account and maker"), used, budget)
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
    let mut s = Wide::with_collaterals(8, 8, (4, 4));
    let poor = s.w.trader(60);
    s.w.take(&poor, &s.maker, 0, 10).expect("takes");
    let keeper = s.keeper.clone();
    s.w.forfeited(&poor, 4);
    let buy = cu(s.w.buy_forfeited(&keeper, 4, 1_000));
    vec![
        Row::new("buy_forfeited", "8 positions, 4 collaterals", buy, super::OTHERWISE),
        Row::new("refresh_collateral", "2 sources", refresh, 10_000),
        Row::new("deposit_collateral", "8 positions, 4 collaterals", deposit, 28_000),
        Row::new("withdraw_collateral", "8 positions, 4 collaterals", withdraw, 35_000),
        Row::new("liquidate_collateral", "8 positions on both sides, 4 collaterals", sell, 45_000),
        Row::new("liquidate", "16 positions and 8 collaterals on both sides", both, 85_000),
    ]
}
