//! Margin follows volatility: new positions pay at once, old ones glide, and what raised margin alone makes liquidatable comes out of a
//! budget (I8).

use firebreak_client::{
    address, instruction,
    risk::{margin::health, Position, Rules},
};
use firebreak_tests::{params, Expect, Trader, World, E, UNIT, USD};

fn rules() -> Rules {
    Rules::MAJOR.for_asset(10_000 * UNIT as u64, 100_000_000 * USD, 1_000_000 * UNIT as u64)
}

/// A market at 100 USD with 1 000 units between two rich accounts, and a maker for the others.
fn scene() -> (World, Trader) {
    let mut w = World::new();
    w.list_ruled(params(), rules(), 100);
    let (a, b, maker) = (w.trader(1_000_000), w.trader(1_000_000), w.trader(1_000_000));
    w.match_trade(&a, &b, 0, 1_000 * UNIT, 100_00000000).expect("trades");
    w.quote(&maker, 0, 1_000);
    (w, maker)
}

/// `n` updates, five slots each, half a per cent up and down; ends at 100 USD.
fn shake(w: &mut World, n: u32) {
    for step in 0..n {
        w.price(0, if step % 2 == 0 { 100_50000000 } else { 100_00000000 }, 5);
    }
}

fn position(w: &World, trader: &Trader) -> Position {
    *w.engine(trader).position(0).expect("a position")
}

/// Maint of the trader's position, ppm.
fn maint(w: &World, trader: &Trader) -> u32 {
    w.market(0).engine.margin.of(&position(w, trader)).maint.0
}

#[test]
fn new_positions_need_more_at_once() {
    let (mut w, maker) = scene();
    let (early, late) = (w.trader(60), w.trader(60));
    w.take(&early, &maker, 0, 10).expect("in calm, 5 % and a little for size and skew");
    shake(&mut w, 100);
    let margin = w.market(0).engine.margin;
    assert!(margin.targets[0].0 > 60_000, "{:?}", margin.targets);
    assert!(margin.lines[0].init.0 > 100_000, "{:?}", margin.lines);
    w.take(&late, &maker, 0, 10).refused(E::BelowInit);
    w.take(&early, &maker, 0, 1).refused(E::OnlyReduce);
    w.take(&late, &maker, 0, 1).expect("less of it");
    // The target is paid at once through Init; Maint glides for both alike.
    assert!(maint(&w, &late) < 40_000 && maint(&w, &early) < 40_000);
}

#[test]
fn old_positions_glide() {
    let (mut w, maker) = scene();
    let early = w.trader(200);
    w.take(&early, &maker, 0, 10).expect("takes");
    let mut last = maint(&w, &early);
    let start = last;
    for round in 0..40 {
        shake(&mut w, 4);
        let now = maint(&w, &early);
        assert!(now >= last && now - last <= 20 * 10, "round {round}: from {last} to {now} in 20 slots");
        last = now;
    }
    assert!(last > start + 5_000, "and it does rise: {start}, {last}");
    // A pause does not add up: what nobody accrued counts as a minute at most.
    w.pass(5_000);
    assert!(maint(&w, &early) - last <= 150 * 10);
}

#[test]
fn calm_loosens_slowly() {
    let (mut w, maker) = scene();
    let early = w.trader(500);
    w.take(&early, &maker, 0, 10).expect("takes");
    shake(&mut w, 200);
    let (high, target) = (maint(&w, &early), w.market(0).engine.margin.targets[0]);
    for _ in 0..20 {
        w.pass(9_000);
    }
    let margin = w.market(0).engine.margin;
    assert!(margin.targets[0] < target, "the target falls with the means");
    assert!(maint(&w, &early) >= 30_000 && high > 30_000);
}

/// Two accounts that only raised margin has made liquidatable.
fn raised() -> (World, Trader, Trader, Trader) {
    let (mut w, maker) = scene();
    let (first, second) = (w.trader(60), w.trader(60));
    for trader in [&first, &second] {
        w.take(trader, &maker, 0, 10).expect("takes");
    }
    shake(&mut w, 620);
    for trader in [&first, &second] {
        let h = health(&w.engine(trader), &w.book(), w.now()).expect("health");
        assert!(h.maint < 0 && h.solvency > 50 * USD as i64, "{h:?}");
        assert!(maint(&w, trader) > position(&w, trader).accepted.0 + 20_000);
    }
    (w, maker, first, second)
}

fn flag(w: &mut World, trader: &Trader) -> firebreak_tests::Outcome {
    w.act(&[instruction::flag_raised(trader.account, &[0])], &[])
}

#[test]
fn raised_margin_alone_flags_out_of_a_budget() {
    let (mut w, _, first, second) = raised();
    // The market pays out of its budget, so it has to be writable.
    w.flag(&first).refused(E::MarketReadOnly);
    flag(&mut w, &first).expect("the first");
    let level = w.market(0).engine.margin.raise.level;
    assert!(level.abs_diff(1_000 * USD) < USD, "its notional is used up: {level}");
    // A second time nothing more is taken.
    flag(&mut w, &first).expect("flagged already");
    assert_eq!(w.market(0).engine.margin.raise.level, level);
    flag(&mut w, &second).refused(E::RaiseBudgetSpent);
    w.pass(60);
    flag(&mut w, &second).refused(E::RaiseBudgetSpent);
    // Half of 2 % of 102 000 USD leaks away in a minute.
    w.pass(90);
    flag(&mut w, &second).expect("a minute later");
}

#[test]
fn a_loss_needs_no_budget() {
    let (mut w, maker) = scene();
    let thin = w.trader(60);
    w.take(&thin, &maker, 0, 10).expect("takes");
    shake(&mut w, 20);
    w.price(0, 96_00000000, 5);
    assert!(w.market(0).engine.margin.raised(&position(&w, &thin)).0 > 0);
    w.flag(&thin).expect("below the Maint that it accepted");
    assert_eq!(w.market(0).engine.margin.raise.level, 0);
    assert_ne!(address::market(0), thin.account);
}

#[test]
fn who_reduces_is_out_of_reach() {
    let (mut w, maker, first, _) = raised();
    w.take(&first, &maker, 0, -5).expect("below Init, it may reduce");
    flag(&mut w, &first).refused(E::NotLiquidatable);
}
