//! One test for each fault that was found, by reading or by the property tests: what must never come back.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod world;

use firebreak_risk::{
    index::LossIndex,
    liquidation::plan,
    margin::health,
    num::{fraction_down, signed, value_down},
    position::Position,
    price::{combine, Accepted, Combined, Quality, MAX_SOURCES},
    settle::gap_up,
    trade::{fill, QuoteTerms},
    waterfall::{close_bankrupt, drawable_down, mark_unpaid, pay_pro_rata, share_loss},
    Account, BaseQty, Price, Ratio, RiskError,
};
use world::*;

/// Moves the first market's price as if every source had said so a while ago.
fn set_price(world: &mut World, m: usize, price: u64) {
    let p = &mut world.markets[m].price;
    (p.spot, p.low, p.high, p.twap, p.stable) = (Price(price), Price(price), Price(price), Price(price), Price(price));
}

fn seen(spot: u64, quality: Quality) -> Combined {
    Combined { spot: Price(spot), low: Price(spot - spot / 100), high: Price(spot + spot / 100), quality }
}

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

/// Parts were rounded down and the last one capped by its debt, so an atom stayed with an account that owed.
#[test]
fn a_bankrupt_account_pays_its_last_atom() {
    let mut world = World::new();
    let mut left = 2;
    world.markets[0].ledger.debt = 3;
    for last in [false, false, true] {
        let mut position = Position { result: -1, used: 1, ..Position::EMPTY };
        pay_pro_rata(&mut world.markets[0].ledger, &mut left, &mut position, 2, 3, last).unwrap();
    }
    assert_eq!((left, world.markets[0].ledger.pool, world.markets[0].ledger.debt), (0, 2, 1));
}

/// An excursion that began after an older wait had ended, but before an update saw it end, had no wait: a spike liquidated at once.
#[test]
fn a_new_excursion_has_a_wait_of_its_own() {
    let mut world = World::new();
    let spike = 130 * TICKS;
    for (seconds, price) in [(1, spike), (1, 100 * TICKS), (60, spike)] {
        world.pass(seconds);
        world.feed(0, [Some(price); 3]).unwrap();
    }
    let market = &world.markets[0];
    assert_eq!(market.price.require_confirmed(&market.params, world.now), Err(RiskError::WaitingForConfirmation));
    // One that goes on does not start again when its wait has ended.
    world.pass(4);
    world.feed(0, [Some(spike); 3]).unwrap();
    let market = &world.markets[0];
    assert_eq!(market.price.require_confirmed(&market.params, world.now), Ok(()));
}

/// A refresh that would lower the quality changed the price although the last one was within its age.
#[test]
fn a_worse_opinion_changes_nothing_within_the_age() {
    let mut world = World::new();
    let (params, before) = (world.markets[0].params, world.markets[0].price);
    world.pass(5);
    for worse in [seen(90 * TICKS, Quality::Degraded), seen(0, Quality::Frozen)] {
        world.markets[0].price.update(&worse, &params, world.now).unwrap();
        assert_eq!(world.markets[0].price, before);
    }
    world.pass(params.price_max_age);
    world.markets[0].price.update(&seen(90 * TICKS, Quality::Degraded), &params, world.now).unwrap();
    assert_eq!(world.markets[0].price.spot, Price(90 * TICKS));
}

/// The TWAP and the stable price gave the newest spot the weight of all the time that nobody had refreshed.
#[test]
fn a_spike_after_a_silence_moves_neither_twap_nor_stable_price() {
    let mut world = World::new();
    world.pass(3_000);
    world.feed(0, [Some(150 * TICKS); 3]).unwrap();
    let price = world.markets[0].price;
    assert_eq!((price.twap, price.stable), (Price(100 * TICKS), Price(100 * TICKS)));
    assert!(price.require_confirmed(&world.markets[0].params, world.now).is_err());
    world.pass(30);
    world.feed(0, [Some(150 * TICKS); 3]).unwrap();
    assert_eq!(world.markets[0].price.twap, Price(125 * TICKS)); // half of the 60 s window
}

/// Several refreshes in one slot counted as several updates towards activation.
#[test]
fn a_slot_counts_as_one_update() {
    let mut world = World::new();
    let params = world.markets[0].params;
    world.pass(1);
    let before = world.markets[0].price.updates;
    for _ in 0..3 {
        world.markets[0].price.update(&seen(100 * TICKS, Quality::Primary), &params, world.now).unwrap();
    }
    assert_eq!(world.markets[0].price.updates, before + 1);
}

/// A price of a few ticks could never move the stable price: its speed limit was rounded down to nothing.
#[test]
fn a_stable_price_of_a_few_ticks_moves() {
    let mut world = World::new();
    set_price(&mut world, 0, 3);
    world.markets[0].price.stable_anchor = Price(3);
    for _ in 0..3 {
        world.pass(4_000);
        world.feed(0, [Some(1_000); 3]).unwrap();
    }
    assert!(world.markets[0].price.stable > Price(3));
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

/// A stale price authorised a plan (I13).
#[test]
fn i13_no_plan_on_a_frozen_price() {
    let mut world = World::new();
    world.trade(0, 1, 0, 150 * UNIT, 0).unwrap();
    world.crash(0, 95 * TICKS);
    world.flag(0).unwrap();
    let health = health(&world.accounts[0], &world, world.now).unwrap();
    world.pass(60);
    let planned = plan(&world.accounts[0], 0, &world.markets[0], &health, world.now);
    assert_eq!(planned, Err(RiskError::QualityTooLow));
}

/// On Degraded quality an account was declared bankrupt at the middle, though solvent at the price better for it, and before the wait.
#[test]
fn a_bankruptcy_is_declared_at_the_price_of_its_take_over() {
    let mut world = World::new();
    world.trade(0, 1, 0, 150 * UNIT, 0).unwrap();
    world.pass(40);
    let params = world.markets[0].params;
    let wide = Combined { spot: Price(90 * TICKS), low: Price(80 * TICKS), high: Price(98 * TICKS), quality: Quality::Degraded };
    world.markets[0].price.update(&wide, &params, world.now).unwrap();
    let mut marked = world.clone();
    let early = mark_unpaid(&mut marked.markets[0], &mut marked.accounts[0].positions[0], world.now);
    assert_eq!(early, Err(RiskError::WaitingForConfirmation));
    world.pass(10);
    let owed = mark_unpaid(&mut world.markets[0], &mut world.accounts[0].positions[0], world.now).unwrap();
    assert_eq!(owed, 2 * 150 * USD);
}

/// A flat position in a market without a price kept its account from being declared bankrupt.
#[test]
fn without_exposure_no_price_is_needed() {
    let mut world = World::new();
    world.pass(10_000);
    let mut position = Position { used: 1, result: -7, ..Position::EMPTY };
    world.markets[0].ledger.debt = 7;
    assert_eq!(mark_unpaid(&mut world.markets[0], &mut position, world.now), Ok(7));
}

/// Taking over a winning position by its LiqEnd shortage charged a penalty that its Maint line got nothing for; closing its rest as
/// dust even more so (I7).
#[test]
fn i7_a_winning_position_is_not_closed_at_its_owners_expense() {
    // 0 loses in the second market and wins in the first: 3.5 %, above its Maint requirement and below its LiqEnd requirement; 2.5 %,
    // below both; and the same with a minimum size as large as the position.
    for (price, dust) in [(10_350_000_000, 5), (10_250_000_000, 5), (10_290_000_000, 5_000)] {
        let mut world = World::new();
        world.markets[0].params.dust_notional = dust * USD;
        world.trade(0, 1, 0, 40 * UNIT, 0).unwrap();
        world.trade(0, 2, 1, 1_500 * UNIT, 0).unwrap();
        world.crash(0, price);
        world.crash(1, 960_000_000);
        world.flag(0).unwrap();
        world.pass(20);
        world.refeed();
        let before = world.health(0).unwrap();
        assert!(before.maint < 0 && before.solvency > 0);
        match world.liquidate(0, MAKER, 0, u64::MAX) {
            Ok(_) => {
                let after = world.health(0).unwrap();
                assert!(after.maint >= before.maint && after.liq_end >= before.liq_end, "{before:?} became {after:?}");
            }
            Err(why) => assert_eq!((why, price), (RiskError::WouldNotHelp, 10_350_000_000)),
        }
    }
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
    world.markets[0].ledger.deficit = 1;
    assert_eq!(world.trade(2, MAKER, 0, UNIT, 0), Err(RiskError::MarketReduceOnly));
    assert!(world.trade(0, 1, 0, -UNIT, 0).is_ok());
}

/// The event cap held for a call: calling again drew the same fraction of the rest, and again.
#[test]
fn the_event_cap_holds_for_a_loss_window() {
    let mut world = World::with(params(), [1_000 * USD; MAKER], 1_000 * USD);
    world.markets[0].params.insurance_limit = u64::MAX;
    world.fund.day_cap = Ratio(1_000_000);
    let market = &mut world.markets[0];
    let ledger = &mut market.ledger;
    (ledger.deficit, ledger.insured_deficit, ledger.window_deficit) = (2_000 * USD, 2_000 * USD, 2_000 * USD);
    ledger.window_ends = world.now.time + 60;
    assert_eq!(drawable_down(&world.fund, market, world.now), Ok(500 * USD));
    assert_eq!(share_loss(market, &mut world.fund, world.now).unwrap().insurance, 500 * USD);
    assert_eq!(drawable_down(&world.fund, market, world.now), Ok(0));
    assert_eq!(share_loss(market, &mut world.fund, world.now), Err(RiskError::LossWindowOpen));
}

/// A debt that the capital covered after all was counted as a bankruptcy.
#[test]
fn a_debt_that_is_paid_is_no_bankruptcy() {
    let mut world = World::new();
    let mut account = Account { capital: 10, bankrupt: 1, ..Account::NEW };
    account.positions[0] = Position { used: 1, result: -10, ..Position::EMPTY };
    world.markets[0].ledger.debt = 10;
    assert_eq!(close_bankrupt(&mut world.markets[0], &mut account, 0, world.now), Ok(0));
    let ledger = &world.markets[0].ledger;
    assert_eq!((ledger.bankruptcies, ledger.pool, ledger.window_ends), (0, 10, 0));
}

/// An absurd source stopped the refresh of its market with an overflow.
#[test]
fn an_absurd_source_does_not_stop_a_refresh() {
    let with = |price| Some(Accepted { price: Price(price), confidence: Price(price / 2), weight: 1 });
    let mut sources = [None; MAX_SOURCES];
    for n in 0..3 {
        sources[n] = with(u64::MAX - n as u64);
        assert!(combine(&sources, Ratio(u32::MAX), Price(1)).is_ok());
    }
}

/// The published fraction of a huge part of a tiny whole was an error instead of its cap.
#[test]
fn a_fraction_has_a_cap() {
    assert_eq!(fraction_down(u64::MAX, 1), Ok(Ratio(u32::MAX)));
}

/// The ramp held back shortages so small that closing the least position would cure them.
#[test]
fn a_small_shortage_goes_at_once() {
    let mut world = World::new();
    world.markets[0].params.ramp_start = Ratio(0);
    world.trade(0, 1, 0, 50 * UNIT, 0).unwrap();
    world.crash(0, 99 * TICKS);
    let spare = world.health(0).unwrap().liq_end as u64;
    world.accounts[0].capital -= spare;
    world.vault -= spare;
    world.accounts[0].flagged = world.now.slot;
    world.accounts[0].capital -= USD / 10;
    assert!(world.liquidate(0, MAKER, 0, u64::MAX).is_ok());
}

/// A market without a price kept an account's positions elsewhere from being liquidated: insolvent only by its last price, the account
/// could neither be declared bankrupt nor taken over.
#[test]
fn a_frozen_market_does_not_block_liquidation_elsewhere() {
    let mut world = World::new();
    world.trade(0, 1, 0, 100 * UNIT, 0).unwrap();
    world.trade(0, 2, 1, 800 * UNIT, 0).unwrap();
    world.crash(1, 870_000_000);
    world.pass(40);
    world.feed(0, [Some(100 * TICKS); 3]).unwrap(); // the second market stays silent
    assert!(world.health(0).unwrap().solvency < 0);
    world.flag(0).unwrap();
    assert_eq!(world.declare(0), Err(RiskError::QualityTooLow));
    let plan = world.liquidate(0, MAKER, 0, u64::MAX).unwrap();
    assert_eq!(plan.penalty, Ratio(0));
}

/// At a price of a few ticks the lots of a large shortage had no number, and the plan failed.
#[test]
fn a_collapsed_price_can_still_be_liquidated() {
    let mut world = World::new();
    world.trade(0, 1, 1, 1_400 * UNIT, 0).unwrap();
    let (market, account) = (&mut world.markets[0], &mut world.accounts[0]);
    let slot = account.slot(0).unwrap();
    set_price_of(market, 1);
    let lots = 1_000_000_000_000_000_000;
    fill(market, account, slot, BaseQty(lots), signed(1_000_000).unwrap(), world.now).unwrap();
    assert_eq!(value_down(Price(1), BaseQty(lots)), Ok(1_000_000));
    account.flagged = 1;
    account.capital = 450 * USD;
    market.params.dust_notional = 1;
    let health = world.health(0).unwrap();
    assert!(health.liq_end < 0 && health.solvency > 0);
    assert!(plan(&world.accounts[0], 0, &world.markets[0], &health, world.now).is_ok());
}

fn set_price_of(market: &mut firebreak_risk::Market, price: u64) {
    let p = &mut market.price;
    (p.spot, p.low, p.high, p.twap, p.stable) = (Price(price), Price(price), Price(price), Price(price), Price(price));
}
