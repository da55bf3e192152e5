//! Every public function is total: extreme, contradictory and corrupt inputs give a value or a named error, never a panic, and with
//! overflow checks on (as here and in the release profile) never a wrap.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod listed;
mod near;
mod parts;
mod states;
mod whole;
mod wild;
#[path = "../world/mod.rs"]
mod world;

use firebreak_risk::{
    levels::Level,
    liquidation::{self, Plan},
    margin::{self, Health, Valued},
    num,
    price::{self, Action, Combined, Observation, SourceRule, SourceState, Use},
    settle,
    trade::{self, QuoteTerms},
    waterfall, BaseQty, Price, Ratio, RiskError,
};
use wild::Wild;

/// Rounds of everything; each draws its inputs anew.
const ROUNDS: u64 = 20_000;

/// Runs each expression; its result does not matter, that it comes back does.
macro_rules! each {
    ($($e:expr;)*) => { $( let _ = $e; )* };
}

pub fn rounds(mut f: impl FnMut(&mut Wild)) {
    (1..=ROUNDS).for_each(|n| f(&mut Wild(n.wrapping_mul(0x9e37_79b9_7f4a_7c15))));
}

#[test]
fn numbers_and_index() {
    rounds(|w| {
        let (a, b, c) = (w.u64(), w.u64(), w.u64());
        each! {
            num::notional_down(Price(a), b); num::notional_up(Price(a), b);
            num::ratio_down(a, Ratio(b as u32)); num::ratio_up(a, Ratio(b as u32));
            num::mul_div_down(a, b, c); num::mul_div_up(a, b, c); num::mul_div_shift_down(a, b, c, w.u32());
            num::lots_up(a, Price(b)); num::lots_down(a, Price(b)); num::fraction_down(a, b);
            num::add(a, b); num::sub(a, b); num::sadd(a as i64, b as i64); num::ssub(a as i64, b as i64); num::signed(a);
            num::value_down(Price(a), BaseQty(b as i64)); BaseQty(a as i64).plus(BaseQty(b as i64)); BaseQty(a as i64).negated();
            BaseQty(a as i64).abs(); BaseQty(a as i64).is_long(); BaseQty(a as i64).is_flat(); w.index().shrunk_down(a, b); w.index().rescale_down(w.index(), a);
        }
    });
}

#[test]
fn prices() {
    rounds(|w| {
        let now = w.now();
        let rule = SourceRule { weight: w.u32(), max_age: w.u32(), max_confidence: w.ratio(), reserved: 0 };
        let state = SourceState { price: w.price(), publish_time: w.i64(), confidence: w.price() };
        let seen = Observation { price: w.price(), confidence: w.price(), publish_time: w.i64() };
        let five = [w.accepted(), w.accepted(), w.accepted(), w.accepted(), w.accepted()];
        let combined = Combined { spot: w.price(), low: w.price(), high: w.price(), quality: w.quality() };
        let (mut price, params) = (w.robust(), w.params());
        assert!(price::combine(&five, w.ratio(), w.price()).is_ok(), "nothing that sources say may stop a refresh");
        each! {
            price::accept(&rule, &state, &seen, now.time);
            price.quality_at(now, w.u32()); price.mark(w.base(), Use::Init); price.mark(w.base(), Use::Maint);
            price.better_for(w.bool()); price.is_active(&params, now); price.require_confirmed(&params, now);
            price.moved_more_than(w.ratio()); price.update(&combined, &params, now); params.validate();
            Action::Increase.least();
        }
    });
}

#[test]
fn accounts_and_totals() {
    rounds(|w| {
        let (mut account, mut ledger) = (w.owner(), w.ledger());
        each! {
            account.position(w.u64() as u16); account.position_mut(1); account.slot(w.u64() as u16); account.split(w.slot()).is_ok();
            account.has_exposure(); account.owes(); account.settle_bond(w.u64()); account.release_bond(); account.pay_keeper(w.u64());
            account.deposit(w.u64()); account.withdraw(w.u64()); account.holdings(); account.used().count(); account.active().count();
            account.slot_of(w.u64() as u16); account.collateral_used().count(); account.collateral_mut(w.u64() as u16 % 3).is_ok();
            account.collateral_slot(w.u64() as u16).is_ok(); account.require_empty(w.now());
            ledger.unrealised_down(w.price()); ledger.is_whole(w.u64()); ledger.payable_share_down(); ledger.invariant(); ledger.holdings();
            ledger.replace(w.base(), w.i64(), w.base(), w.i64());
        }
    });
}

#[test]
fn positions_and_settlement() {
    rounds(|w| {
        let now = w.now();
        let (mut market, mut position, mut capital) = (w.market(now), w.position(), w.u64());
        each! {
            position.unrealised_down(w.price()); position.result_now_down(&market.ledger); position.cold_up(w.i64());
            position.warm_down(w.i64()); settle::gap_up(&market); settle::may_settle_for(&market, &position, w.bool(), now);
            settle::settle(&mut market, &mut capital, &mut position, now);
            settle::convert(&mut market, &mut capital, &mut position, now);
            position.touch(&market.ledger); market.quality(now); market.require(w.quality(), now); market.invariant();
        }
        position.release();
    });
}

#[test]
fn trades_and_margin() {
    rounds(|w| {
        let now = w.now();
        let (mut market, mut a, mut b) = (w.market(now), w.account(), w.account());
        let mut quote = QuoteTerms {
            bid_size: w.u64(),
            ask_size: w.u64(),
            bid_offset: w.ratio(),
            ask_offset: w.ratio(),
            max_bid: w.price(),
            min_ask: w.price(),
            expires: w.u64(),
            reserved: 0,
        };
        let (slot, base) = (w.slot(), w.base());
        each! {
            quote.offer(&market, base, now); quote.consume(base); trade::cost(w.price(), base); trade::increases(w.base(), base);
            trade::check_side(&market, &a, &&market, w.base(), (base, w.price()), Level::from_u8(w.u8()), now); trade::check_market(&market, w.bool(), now);
            trade::charge_fee(&mut market, &mut a, slot, &mut b, w.u64(), w.ratio()); trade::fill(&mut market, &mut a, slot, base, w.i64(), now);
            margin::health(&a, &&market, now); margin::init_health(&a, &&market, w.bool(), now);
            margin::require_init(&a, &&market, now); margin::require_withdrawable(&a, &&market, now);
            Health::of_capital(w.u64());
        }
        if let Ok(valued) = Valued::new(&w.position(), &market, Use::Maint, now) {
            each! { valued.charge_up(w.ratio(), w.bool()); valued.owed(); w.health().take(&valued); valued.is_unpriced(); }
        }
    });
}

#[test]
fn liquidation_and_waterfall() {
    rounds(|w| {
        let now = w.now();
        let (mut market, mut a, mut b) = (w.market(now), w.account(), w.account());
        let (health, slots) = (w.health(), [w.slot(), w.slot()]);
        let plan = Plan { base: w.base(), price: w.price(), penalty: w.ratio(), liq_end: w.ratio() };
        let mut fund = w.fund();
        let (mut left, mut position) = (w.u64(), w.position());
        each! {
            liquidation::plan(&a, w.u64() as u16 % 3, &market, &health, now); liquidation::penalty_down(&health, &market, w.u64());
            liquidation::flag(&mut a, &health, now);
            liquidation::take_over(&mut market, (&mut a, slots[0]), (&mut b, slots[1]), &plan, w.u64(), now);
            waterfall::mark_unpaid(&mut market, &mut position, now); waterfall::declare(&mut a, w.u64());
            waterfall::pay_pro_rata(&mut market.ledger, &mut left, &mut position, w.u64(), w.u64(), w.bool());
            waterfall::close_bankrupt(&mut market, &mut a, slots[0], now);
            liquidation::plan(&b, 1, &market, &health, now); waterfall::drawable_down(&fund, &market.ledger, w.u64(), now); waterfall::share_loss(&mut market, &mut fund, w.u64(), now);
        }
        liquidation::unflag(&mut a, &health);
    });
}

/// Each refusal has a sentence of its own.
#[test]
fn refusals_have_sentences() {
    let texts: std::collections::BTreeSet<String> = RiskError::ALL.iter().map(|e| e.to_string()).collect();
    assert_eq!(texts.len(), RiskError::ALL.len());
    assert!(texts.iter().all(|t| t.len() > 10));
}
