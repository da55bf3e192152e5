//! Positions, claims and trades.

use crate::{set_price, world::*};
use firebreak_risk::{
    index::LossIndex,
    settle::gap_up,
    trade::{fill, QuoteTerms},
    BaseQty, Position, Price, Ratio, RiskError,
};

/// The mean was rounded up twice: each gain of one atom, in the same second, added a second to the warm-up, without bound.
#[test]
fn tiny_gains_do_not_prolong_a_warm_up() {
    let mut world = World::new();
    world.trade(0, MAKER, 0, 100 * UNIT, 0).unwrap();
    set_price(&mut world, 0, 101 * TICKS);
    world.settle(0, 0, true).unwrap();
    let position = |w: &World| w.accounts[0].positions[0];
    let first = position(&world).cold_until;
    for _ in 0..100 {
        world.markets[0].price.spot.0 += 1;
        world.settle(0, 0, true).unwrap();
    }
    assert!(position(&world).cold > 100 * USD);
    assert!(position(&world).cold_until <= first, "{} s longer", position(&world).cold_until - first);
}

/// A claim that was shared to nothing kept its cold part, which then held back what the position earned later.
#[test]
fn a_claim_shared_to_nothing_leaves_nothing_cold() {
    let mut world = World::new();
    let mut position = Position { result: 100, cold: 100, used: 1, ..Position::EMPTY };
    world.markets[0].ledger.index = LossIndex::NEW.shrunk_down(0, 1_000).unwrap();
    position.touch(&world.markets[0].ledger).unwrap();
    assert_eq!((position.result, position.cold), (0, 0));
}

/// A maker who left `max_bid` at zero bought everything for nothing.
#[test]
fn a_bid_of_zero_offers_no_size() {
    let world = World::new();
    let quote = QuoteTerms {
        bid_size: 100,
        ask_size: 100,
        bid_offset: Ratio(1_000),
        ask_offset: Ratio(1_000),
        max_bid: Price(0),
        min_ask: Price(0),
        expires: u64::MAX,
        reserved: 0,
    };
    assert_eq!(quote.offer(&world.markets[0], BaseQty(-1), world.now).unwrap().1, 0);
    assert_eq!(quote.offer(&world.markets[0], BaseQty(1), world.now).unwrap().1, 100);
}

/// No lots at a cost were a gift through the pool.
#[test]
fn a_fill_of_no_lots_is_refused() {
    let mut world = World::new();
    let slot = world.accounts[0].slot(0).unwrap();
    let filled = fill(&mut world.markets[0], &mut world.accounts[0], slot, BaseQty(0), 1_000, world.now);
    assert_eq!(filled, Err(RiskError::ZeroAmount));
}

/// `gap` was one atom a side too large: after all losers had settled, a winner's claim still waited for the other winners.
#[test]
fn the_gap_is_covered_once_all_losers_have_settled() {
    let mut world = World::new();
    world.trade(0, 2, 0, 30 * UNIT, 0).unwrap();
    world.trade(1, 2, 0, 30 * UNIT, 0).unwrap();
    set_price(&mut world, 0, 110 * TICKS);
    world.markets[0].price.highs[0] = Price(110 * TICKS);
    assert!(gap_up(&world.markets[0]).unwrap() > 0 && !world.markets[0].ledger.is_whole(600 * USD).unwrap());
    world.settle(2, 0, true).unwrap();
    let gap = gap_up(&world.markets[0]).unwrap();
    assert_eq!(gap, 600 * USD);
    assert!(world.markets[0].ledger.is_whole(gap).unwrap());
}

/// Below Init an account could sell at a discount to a friend until it was insolvent, and leave the debt to the market.
#[test]
fn the_last_equity_cannot_be_handed_to_a_friend() {
    let mut world = World::new();
    world.trade(0, 1, 0, 150 * UNIT, 0).unwrap();
    world.crash(0, 9_345_000_000); // 17.5 USD of a thousand are left for 14 000 USD of notional
    world.deposit(0, 20 * USD).unwrap();
    assert!(world.health(0).unwrap().solvency > 0);
    assert_eq!(world.trade(0, 1, 0, -149 * UNIT, 12_000), Err(RiskError::MustDeclareBankrupt));
    assert_eq!(world.trade(0, 1, 0, -10 * UNIT, 12_000), Err(RiskError::PriceTooBadForReduce));
    assert!(world.trade(0, 1, 0, -10 * UNIT, 0).is_ok());
}

/// An account that owes more than it has, but was not declared yet, chose by trading which market was paid.
#[test]
fn an_insolvent_account_cannot_trade() {
    let mut world = World::new();
    world.trade(0, 1, 0, 150 * UNIT, 0).unwrap();
    world.crash(0, 80 * TICKS);
    assert_eq!(world.trade(0, MAKER, 0, -150 * UNIT, 0), Err(RiskError::MustDeclareBankrupt));
}

/// A market with a deficit went on opening positions, whose profit then bore a loss that was not theirs.
#[test]
fn a_market_with_a_deficit_is_reduce_only() {
    let mut world = World::new();
    world.trade(0, 1, 0, 20 * UNIT, 0).unwrap();
    world.markets[0].ledger.deficit = USD; // more than the fee of a fill pays of it
    assert_eq!(world.trade(2, MAKER, 0, UNIT, 0), Err(RiskError::MarketReduceOnly));
    assert!(world.trade(0, 1, 0, -UNIT, 0).is_ok());
}

/// The size term was taken from the price of the last fill, which its two sides choose: a crumb for nothing made any position small.
#[test]
fn a_fill_does_not_choose_the_size_it_is_margined_by() {
    let mut world = World::new();
    world.markets[0].rules.dynamic.size_full = 10_000_000_000_000_000;
    world.trade(0, 1, 0, 100 * UNIT, 0).unwrap();
    let term = world.accounts[0].position(0).unwrap().size_term;
    assert_eq!(term, Ratio(1_000));
    world.trade(0, 1, 0, UNIT / 100, -999_999).unwrap();
    assert!(world.accounts[0].position(0).unwrap().size_term >= term);
}

/// A take-over measured the rest of the position anew: after a rise, a short that was made smaller had to hold more for its size, and
/// each take-over that was too small to make up for it was refused as harmful.
#[test]
fn a_smaller_position_is_not_margined_as_a_larger_one() {
    let mut world = World::new();
    world.markets.iter_mut().for_each(|m| m.rules.dynamic.size_full = 1_000_000_000_000_000);
    world.deposit(1, 11_500 * USD).unwrap();
    world.trade(0, 1, 0, 100 * UNIT, 0).unwrap();
    world.crash(0, 205 * TICKS);
    let before = world.health(1).unwrap();
    assert!(before.maint < before.liq_end || before.liq_end > 0, "{before:?}");
    world.accounts[1].capital = (world.accounts[1].capital as i64 - before.maint - USD as i64) as u64;
    world.flag(1).unwrap();
    world.liquidate(1, MAKER, 0, UNIT as u64 / 2).unwrap();
}

/// Init and LiqEnd stood in their ratio to Maint: raised by the guardian, Maint lowered both at once.
#[test]
fn i11_raised_maint_lowers_no_line() {
    let mut world = World::new();
    let before = world.markets[0].margin.lines;
    world.markets[0].params.maint = Ratio(36_000);
    world.markets[0].rules.dynamic.max = Ratio(100_000);
    for _ in 0..400 {
        world.pass(10);
        world.refeed();
        for (was, is) in before.iter().zip(&world.markets[0].margin.lines) {
            assert!(is.maint >= was.maint && is.liq_end >= was.liq_end && is.init >= was.init, "{is:?}");
        }
    }
    assert_eq!(world.markets[0].margin.lines[0].maint, Ratio(36_000), "and it glides to its new height");
}

/// A position was held to the target it was opened at, whenever the side asked that again: a target that fell and came back raised the
/// lines of all such positions in one step. Found by the sequences of raised margin.
#[test]
fn i8_a_target_that_comes_back_takes_nobody_by_surprise() {
    let mut world = World::live();
    let turn = |world: &mut World, lots| {
        world.markets[0].funding.skew = lots;
        world.pass(1);
        world.refeed();
        world.markets[0].margin.targets[0]
    };
    let high = turn(&mut world, 100 * UNIT);
    world.trade(0, MAKER, 0, 10 * UNIT, 0).unwrap();
    turn(&mut world, 0);
    let low = world.markets[0].margin.of(world.accounts[0].position(0).unwrap()).maint;
    assert_eq!(turn(&mut world, 100 * UNIT), high);
    let back = world.markets[0].margin.of(world.accounts[0].position(0).unwrap()).maint;
    assert!(back.0 <= low.0 + 3 * world.markets[0].rules.dynamic.rise.0, "from {low:?} to {back:?} in three slots");
}
