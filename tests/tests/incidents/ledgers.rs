//! What other engines' books got wrong: T27, T29, T30.

use crate::common::{resolve, settle_all, share, two_at, wealth};
use firebreak_client::{
    program::events::{Filled, LossShared},
    risk::{margin::init_health, MarketParams, Ratio},
};
use firebreak_tests::{events, params, prices::Feed, terms, Expect, Trader, World, E, UNIT, USD};

/// A market in which `thin` cannot pay at 90: a maker short of it, a rich keeper.
fn stressed() -> (World, Trader, Trader, Trader) {
    let mut w = World::with_market();
    let (maker, thin, keeper) = (w.trader(10_000), w.trader(60), w.trader(10_000));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.price(0, 90_00000000, 5);
    (w, maker, thin, keeper)
}

/// T27. A market's accrual could be moved on, by empty cranks, by the liquidation of a decoy, by withdrawals, by trades, while the accounts
/// that owed stayed as they were, and winners were paid on the way. *Outcome:* after K empty cranks the deficit is what it is after one, and
/// no winner has been paid. *By:* accrual moves no profit: claims come from settling positions alone, pay nothing until the market is whole,
/// and whoever cannot pay keeps it from being whole; anybody can work that off, the worst first.
#[test]
fn t27_empty_cranks_change_no_deficit() {
    let mut deficits = vec![];
    for cranks in [1, 30] {
        let (mut w, maker, thin, keeper) = stressed();
        let (decoy, other) = (w.trader(10), w.trader(500));
        for _ in 0..cranks {
            w.pass(2);
            w.accrue(0).expect("a crank");
            w.liquidate(&keeper, &decoy, 0).refused(E::NotFlagged);
            w.declare_bankrupt(&decoy).refused(E::NotBankrupt);
            w.withdraw(&decoy, 1).expect("withdraws");
            w.take_lots(&other, &maker, 0, UNIT / 100).expect("trades");
            w.take_lots(&other, &maker, 0, -UNIT / 100).expect("and back");
            w.settle(&maker, &maker, 0).expect("settles");
            w.convert(&maker, 0).expect_err("no winner is paid");
        }
        w.still(1_600 - 2 * cranks);
        w.settle(&maker, &maker, 0).expect("settles");
        w.convert(&maker, 0).refused(E::MarketNotWhole);
        resolve(&mut w, 0, &[thin, maker, keeper]);
        deficits.push(w.ledger(0).deficit);
    }
    println!("deficit after 1 and after 30 cranks: {deficits:?}");
    assert_eq!(deficits[0], deficits[1]);
    assert!(deficits[0] > 0);
}

/// T29. A flag "loss is stale" belonged to a group of markets, and a fresh crank of another asset overwrote it; fees were counted as asked for,
/// not as charged. *Outcome:* in every order of markets a loss in one closes that one, and no crank elsewhere opens it. *By:* every flag is
/// derived from the market's own books: `deficit`, `window_ends`, `is_whole`.
#[test]
fn t29_a_loss_is_flagged_in_its_own_market_whatever_the_order() {
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut w = World::with_markets(3);
        let (maker, thin, solid) = (w.trader(30_000), w.trader(60), w.trader(10_000));
        for market in 0..3 {
            w.quote(&maker, market, 100);
        }
        let (bad, others) = (order[0], &order[1..]);
        for market in order {
            w.pass(0);
            w.take(&solid, &maker, market, -5).expect("takes");
        }
        w.take(&thin, &maker, bad, 10).expect("takes");
        for market in order {
            w.price(market, 90_00000000, 3);
        }
        w.pass(0);
        resolve(&mut w, bad, &[thin, solid.clone(), maker.clone()]);
        settle_all(&mut w, bad, &[&maker, &solid]);
        for market in others {
            settle_all(&mut w, *market, &[&maker, &solid]);
        }
        assert!(w.ledger(bad).deficit > 0);
        // Fresh cranks of the others, again and again.
        for _ in 0..3 {
            for market in others {
                w.price(*market, 90_00000000, 3);
            }
        }
        w.pass(0);
        assert!(w.ledger(bad).deficit > 0 && w.ledger(bad).window_deficit > 0);
        w.take(&solid, &maker, bad, -1).refused(E::MarketReduceOnly);
        for market in others {
            assert_eq!((w.ledger(*market).deficit, w.ledger(*market).window_ends), (0, 0));
            w.take(&solid, &maker, *market, -1).expect("increases");
        }
        w.vm.pass(1_500);
        w.pass(1);
        for market in others {
            w.convert(&solid, *market).expect("converts where nothing was lost");
        }
        let ended = w.ledger(bad).window_ends < w.now().time;
        assert!(ended, "the window has passed unattended");
        w.convert(&solid, bad).refused(E::MarketNotWhole);
        share(&mut w, bad);
    }
}

/// T29, fees. *Outcome:* what a fee buys, and where it goes, is what was charged. An account that has less than the fee pays what it has.
#[test]
fn t29_a_fee_counts_as_charged_not_as_asked_for() {
    let mut w = World::new();
    let exact = two_at(100_00000000).into_iter().map(|feed| Feed { confidence: 0, ..feed }).collect();
    w.list_with(MarketParams { max_penalty: Ratio(15_000), taker_fee: Ratio(7_500), ..params() }, exact);
    let (maker, thin) = (w.trader(10_000), w.trader(60));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    // All it has but half a dollar is lost; a fee of 0.75 % of 950 would be more.
    w.price(0, 94_90000000, 3);
    w.settle(&thin, &thin, 0).expect("pays");
    let (capital, before) = (w.engine(&thin).capital, w.ledger(0));
    let fee = w.ledger(0).insurance_fees;
    let cover = w.engine(&thin).positions[0].cover;
    let meta = w.take(&thin, &maker, 0, -9).expect("reduces");
    let told = &events::<Filled>(&meta)[0];
    println!("{} asked for, {} charged", 9 * 94_900_000u64 * 75 / 10_000, told.fee);
    assert_eq!((told.fee, w.engine(&thin).capital), (capital, 0));
    let after = w.ledger(0);
    let parts = (after.pot - before.pot) + (after.insurance_fees - fee) + (after.treasury_fees - before.treasury_fees);
    assert!(parts <= capital && after.insurance_fees - fee <= capital * 3 / 10);
    assert_eq!(w.engine(&thin).positions[0].cover - cover, after.insurance_fees - fee, "its cover too, at a multiple of one");
}

/// T30 J. A matcher that reported a price of one paid no fee. *Outcome:* no pair trades at a price that means nothing. *By:* fills are within
/// the Init line of the robust price, so a fee is never less than `1 − Init` of what it should be.
#[test]
fn t30_j_a_made_up_price_evades_no_fee() {
    let mut w = World::with_market();
    let (a, b) = (w.trader(1_000), w.trader(1_000));
    w.match_trade(&a, &b, 0, UNIT, 1).refused(E::PriceOutOfBand);
    w.match_trade(&a, &b, 0, UNIT, 94_90000000).refused(E::PriceOutOfBand);
    let meta = w.match_trade(&a, &b, 0, UNIT, 95_10000000).expect("the lowest");
    let due = 100 * USD * params().taker_fee.0 as u64 / 1_000_000;
    assert!(events::<Filled>(&meta)[0].fee >= due * 95 / 100);
}

/// T30 L. A trade was checked against the maintenance line, so a fresh position was liquidatable. *Outcome* and *means:* whoever increases ends
/// above Init; between Init and Maint one may only reduce.
#[test]
fn t30_l_a_trade_that_increases_ends_above_init() {
    let mut w = World::with_market();
    let (maker, ann) = (w.trader(10_000), w.trader(60));
    w.quote(&maker, 0, 100);
    w.take(&ann, &maker, 0, 12).refused(E::BelowInit);
    w.take(&ann, &maker, 0, 11).expect("5.3 %");
    w.price(0, 99_00000000, 3);
    let engine = w.engine(&ann);
    assert!(init_health(&engine, &w.book(), false, w.now()).expect("health") < 0);
    w.flag(&ann).refused(E::NotLiquidatable);
    w.take_lots(&ann, &maker, 0, 1).refused(E::OnlyReduce);
    w.take(&ann, &maker, 0, -1).expect("reduces");
}

/// T30 K. A claim of somebody who never came back held the published share, and with it everybody's payout, down. *Outcome:* a claim that
/// lies there keeps nobody waiting. *By:* nothing is paid by h; a market is whole while its pool covers all claims, his included.
#[test]
fn t30_k_a_claim_that_nobody_fetches_holds_nobody_back() {
    let mut w = World::with_market();
    let (maker, gone, here) = (w.trader(10_000), w.trader(1_000), w.trader(1_000));
    w.quote(&maker, 0, 100);
    for t in [&gone, &here] {
        w.take(t, &maker, 0, 10).expect("takes");
    }
    w.price(0, 102_00000000, 3);
    w.take(&gone, &maker, 0, -10).expect("closes, and is never seen again");
    settle_all(&mut w, 0, &[&maker, &here]);
    w.vm.pass(216_000 * 30);
    w.pass(1);
    settle_all(&mut w, 0, &[&maker, &here]);
    w.convert(&here, 0).expect("a month later");
    assert!(w.ledger(0).claims > 0 && w.ledger(0).pool >= w.ledger(0).claims);
}

/// T30 M. Force-closing dust left totals and positions apart by 100 000 units. *Outcome:* closing dust moves both sides alike. *By:* every
/// close has a counterparty; the harness checks longs against shorts after every instruction.
#[test]
fn t30_m_closing_dust_keeps_the_book_matched() {
    let mut w = World::with_market();
    let maker = w.trader(10_000);
    w.quote(&maker, 0, 100);
    let tiny: Vec<Trader> = (0..5).map(|_| w.trader(2)).collect();
    for (n, t) in tiny.iter().enumerate() {
        w.take_lots(t, &maker, 0, UNIT / 10 - n as i64 * 7_777_777).expect("takes");
    }
    w.price(0, 90_30000000, 5);
    for t in &tiny {
        w.flag(t).expect("flags");
        w.close_dust(t, 0, Some(&maker)).expect("closes");
        let held = w.engine(&maker).position(0).map_or(0, |p| p.base.abs());
        assert_eq!((w.ledger(0).long_base, w.ledger(0).short_base), (held, held));
    }
    assert_eq!(w.ledger(0).long_base, 0);
}

/// T30, winner first. Closing the winner first left a loser without a counterparty, for ever. *Outcome:* whoever leaves, the loser can still be
/// closed. *By:* a winner can only leave by handing its size to somebody; deleveraging takes whoever holds it.
#[test]
fn t30_a_winner_who_leaves_strands_no_loser() {
    let (mut w, maker, thin, late) = stressed();
    w.quote(&late, 0, 100);
    w.take(&maker, &late, 0, 10).expect("the winner buys back and is out");
    assert!(w.engine(&maker).position(0).expect("a claim").base.is_flat());
    resolve(&mut w, 0, &[maker.clone(), thin.clone(), late.clone()]);
    assert_eq!(w.ledger(0).long_base, 0, "closed against the one who came in");
    share(&mut w, 0);
    let claim = w.engine(&maker).positions[0].result_now_down(&w.ledger(0)).expect("a claim");
    assert!(claim < 100 * USD as i64 && claim > 0, "and the winner's claim bore its part: {claim}");
}

/// T30, fragments. An ordinary margin check refused to force-close a portfolio of many small positions. *Outcome:* neither a bankrupt with many
/// positions nor a counterparty below its own Init stops a close. *By:* deleveraging asks for health, not for Init; closing can only help.
#[test]
fn t30_a_fragmented_portfolio_below_init_is_closed() {
    const N: u16 = 4;
    let mut w = World::with_markets(N);
    let (maker, thin, poor) = (w.trader(100_000), w.trader(90), w.trader(100));
    for market in 0..N {
        w.quote(&maker, market, 100);
        w.pass(0);
        w.take(&thin, &maker, market, 4).expect("takes");
        w.take(&poor, &maker, market, -4).expect("takes");
    }
    // The counterparty loses 16 a market in three and wins in the first.
    for market in 1..N {
        w.price(market, 104_30000000, 3);
    }
    w.price(0, 60_00000000, 3);
    w.pass(0);
    let engine = w.engine(&poor);
    assert!(init_health(&engine, &w.book(), false, w.now()).expect("health") < 0, "below Init");
    w.declare_bankrupt(&thin).expect("declares");
    w.deleverage(&thin, 0, &[&poor]).expect("closes");
    assert!(w.engine(&thin).position(0).is_err() || w.engine(&thin).position(0).expect("slot").base.is_flat());
    assert!(w.engine(&poor).position(0).expect("a claim").base.is_flat());
}

/// T30, flat claims. Winners who were out kept claims that no loss reached. *Outcome:* claims bear alike, whether a position is still behind
/// them or not, settled or not. *By:* in a loss window anybody settles any winner; the index scales every claim, flat ones too.
#[test]
fn t30_flat_claims_bear_their_part() {
    let mut w = World::with_market();
    let (out, still_in, thin, keeper) = (w.trader(10_000), w.trader(10_000), w.trader(60), w.trader(10_000));
    for maker in [&out, &still_in] {
        w.quote(maker, 0, 5);
        w.take(&thin, maker, 0, 5).expect("takes");
    }
    w.price(0, 90_00000000, 5);
    w.quote_with(&keeper, 0, terms(10)).expect("quotes");
    w.take(&out, &keeper, 0, 5).expect("buys back at the robust price");
    resolve(&mut w, 0, &[thin, keeper.clone(), still_in.clone()]);
    w.settle(&keeper, &still_in, 0).expect("anybody settles a winner now");
    let claim = |w: &World, t: &Trader| w.engine(t).positions[0].result_now_down(&w.ledger(0)).expect("a claim");
    let before = [claim(&w, &out), claim(&w, &still_in)];
    share(&mut w, 0);
    let after = [claim(&w, &out), claim(&w, &still_in)];
    println!("claims {before:?} became {after:?}");
    assert!(after[0] < before[0]);
    // Alike, to an atom of either.
    assert!((after[0] * before[1] / before[0] - after[1]).abs() <= 1);
}

/// T30, recovery. A recovery mode locked everybody, the uninvolved too, until an administrator ended it. *Outcome:* while a market carries a
/// deficit everybody can add, reduce, settle, and leave other markets; and it ends by itself. *By:* reduce-only is all that a deficit does.
#[test]
fn t30_recovery_locks_nobody() {
    let (mut w, maker, thin, _) = stressed();
    let other = w.list(params(), 100);
    let (flat, trader) = (w.trader(100), w.trader(1_000));
    w.quote(&maker, other, 100);
    w.pass(0);
    w.take(&trader, &maker, 0, 5).expect("takes");
    w.take(&trader, &maker, other, 5).expect("takes");
    resolve(&mut w, 0, &[thin, maker.clone()]);
    assert!(w.ledger(0).deficit > 0);
    w.take(&trader, &maker, 0, 1).refused(E::MarketReduceOnly);
    w.take(&trader, &maker, 0, -1).expect("reduces");
    w.take(&trader, &maker, other, 1).expect("trades elsewhere");
    w.deposit(&trader, USD).expect("deposits");
    w.settle(&trader, &trader, 0).expect("settles");
    w.withdraw(&trader, 100 * USD).expect("withdraws above its floor");
    w.withdraw(&flat, 100 * USD).expect("leaves");
    settle_all(&mut w, 0, &[&maker]);
    let meta = w.share_loss(0).expect("the pot");
    assert!(events::<LossShared>(&meta)[0].pot > 0);
    share(&mut w, 0);
    w.pass(0);
    w.take(&trader, &maker, 0, 1).expect("open again, by nobody's leave");
    assert!(wealth(&w, &[&trader]) > 890 * USD);
    w.share_loss(0).refused(E::NoDeficit);
}

/// T37, the hedge. A portfolio that was margined as a hedge fell apart: one asset 30 % down, the other where it was. *Outcome:* the loss is that of
/// the market that fell and stays within what stands behind it. *By:* no offsets: a pair is margined leg by leg; the deficit falls on that
/// market's pot, on insurance as far as its fees bought, on that market's claims. Collateral that falls together: `assets`.
#[test]
fn t37_a_hedge_that_breaks_costs_one_market() {
    let mut w = World::with_markets(2);
    let (maker, pair, giver) = (w.trader(100_000), w.trader(105), w.trader(100));
    w.fund_insurance(&giver, 100 * USD).expect("funds");
    for market in 0..2 {
        w.quote(&maker, market, 100);
    }
    w.take(&pair, &maker, 0, 10).expect("long");
    w.take(&pair, &maker, 1, -10).expect("short");
    w.take_lots(&pair, &maker, 1, -UNIT).refused(E::OnlyReduce);
    w.price(1, 99_90000000, 3); // it owes nothing there
    w.price(0, 70_00000000, 3);
    w.pass(0);
    let next_door = w.ledger(1);
    resolve(&mut w, 0, &[pair.clone(), maker.clone()]);
    settle_all(&mut w, 0, &[&maker]);
    let before = w.insurance().engine.fund.assets;
    share(&mut w, 0);
    let paid = before - w.insurance().engine.fund.assets;
    println!("insurance paid {paid} atoms of what its fees had bought, the claims of that market the rest");
    assert_eq!((w.ledger(0).deficit, w.ledger(1).deficit), (0, 0));
    let after = w.ledger(1);
    assert_eq!((next_door.pool, next_door.debt, next_door.pot), (after.pool, after.debt, after.pot));
}
