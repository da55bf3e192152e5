//! Whole operations, and what a market does by itself, on states of which nothing fits together.

use crate::{
    parts::{collateral, order},
    rounds,
    wild::Wild,
};
use firebreak_risk::{
    breaker::Reason,
    collateral::{peg_shortfall_up, Collateral},
    collateral_rules::{CollateralFeed, CollateralRules},
    crossing::{span_inward, Line},
    deleverage as close_against,
    fees::split_down,
    governance::{collateral::CollateralTerms, review, Change, Delays, Guardian},
    levels::{init_up, permit, require_in_band, Gate, Global, Level},
    live_margin::side,
    margin::{accepted_health, collateral_down, increase_health, Markets},
    num::Result,
    ops::{self, MarketsMut, Setting},
    order::{REDUCE, TOP_UP},
    outflow::{Outflow, OutflowRules},
    price::StrikeRule,
    rank::{ordered_reward_down, side_of, winner_score_down, worst_score},
    recovery::{earn_pot, heal, part_up, recover},
    settlement::{close, close_unpaid, enter, open},
    shares::Stake,
    trade::QuoteTerms,
    tranches::Seniority,
    Account, BaseQty, Market, Price, RiskError,
};

/// Three markets and three collaterals, as the positions and balances of a wild account name them.
pub struct Three(pub [Market; 3], pub [Collateral; 4]);

impl Markets for Three {
    fn market(&self, index: u16) -> Result<&Market> {
        self.0.get(index as usize).ok_or(RiskError::NoPosition)
    }

    fn collateral(&self, index: u16) -> Result<&Collateral> {
        self.1.get(index as usize).ok_or(RiskError::NoCollateral)
    }

    fn settlement(&self) -> Result<&Collateral> {
        self.1.get(3).ok_or(RiskError::NoCollateral)
    }
}

impl MarketsMut for Three {
    fn with<T>(&mut self, index: u16, f: impl FnOnce(&mut Market) -> Result<T>) -> Result<T> {
        f(self.0.get_mut(index as usize).ok_or(RiskError::NoPosition)?)
    }
}

fn scene(w: &mut Wild) -> (Three, Setting) {
    let now = w.now();
    let global = Level::from_u8(w.u8() % 6);
    let markets = [w.market(now), w.market(now), w.market(now)];
    let collaterals = [collateral(w), collateral(w), collateral(w), collateral(w)];
    (
        Three(markets, collaterals),
        Setting { now, global: Global { level: global, paused: w.u64() }, bond: w.u64(), reward: w.u64() },
    )
}

#[test]
fn operations() {
    rounds(|w| {
        let (mut book, setting) = scene(w);
        let (mut market, now, other) = (book.0[1], setting.now, Three(book.0, book.1));
        let (mut a, mut b) = (w.owner(), w.owner());
        let seen = [w.accepted(), w.accepted(), w.accepted(), w.accepted(), w.accepted()];
        let venue = w.bool().then_some(w.slot());
        let states = market.sources;
        let _ = ops::refresh(&mut market, seen, &states, venue, now);
        let _ = ops::accrue(&mut market, w.u64(), now);
        let fill = (w.base(), w.price());
        let _ = ops::trade((1, &mut market), (&mut a, &mut b), fill, &other, &setting);
        let _ = ops::settle((1, &mut market), &mut a, w.bool(), &other, &setting);
        let _ = ops::convert((1, &mut market), &mut a, &other, &setting);
        let _ = ops::flag(&mut a, &mut book, &setting);
        let _ = ops::liquidate((1, &mut market), (&mut a, &mut b), w.u64(), w.u64(), &other, &setting);
        let _ = ops::deleverage((1, &mut market), (&mut a, &mut b), w.u64(), &other, &setting);
        let _ = ops::declare(&mut a, &mut book, &setting);
        let _ = ops::recover(&mut b, 1, &mut book, &setting);
    });
}

/// A quote of which nothing fits together.
fn quote(w: &mut Wild) -> QuoteTerms {
    QuoteTerms {
        bid_size: w.u64(),
        ask_size: w.u64(),
        bid_offset: w.ratio(),
        ask_offset: w.ratio(),
        max_bid: w.price(),
        min_ask: w.price(),
        expires: w.u64(),
        reserved: 0,
    }
}

#[test]
fn operations_with_quotes_and_orders() {
    rounds(|w| {
        let (book, setting) = scene(w);
        let (mut market, other) = (book.0[1], book);
        let (mut a, mut b, mut c) = (w.owner(), w.owner(), w.owner());
        let (fill, mut terms) = ((w.base(), w.price()), quote(w));
        let _ = (ops::match_trade((1, &mut market), (&mut a, &mut b), fill, &other, &setting), ops::sane_band(&market));
        let three = (&mut a, &mut b, &mut c);
        let _ = ops::liquidate_into_quote((1, &mut market), three, &mut terms, (w.u64(), w.u64()), &other, &setting);
        for kind in [REDUCE, TOP_UP] {
            let mut order = order(w);
            order.kind = kind;
            let both = (&mut order, &mut terms);
            let _ = ops::run_reduce((1, &mut market), (&mut a, &mut b), both, &other, &setting);
            let _ = ops::run_top_up((&mut a, &mut b), &mut order, &other, &setting);
        }
        let _ = (ops::transfer(&mut a, &mut b, w.u64(), &other, &setting), ops::may_leave(&a, &other, &setting));
        let _ = ops::rank((1, &market), &a, &other, setting.now);
    });
}

fn sale_rules(w: &mut Wild) -> CollateralRules {
    let rules = CollateralRules {
        strikes: StrikeRule { tolerance: w.ratio(), recovery: w.u32(), reserved: 0 },
        twap_window: w.i64(),
        dust: w.u64(),
        two_source_bound: w.ratio(),
        twap_band: w.ratio(),
        confirm_slots: w.u32(),
        degraded_slots: w.u32(),
        stable_speed: w.ratio(),
        stable_hour: w.ratio(),
        max_discount: w.ratio(),
        fixed_discount: w.ratio(),
        ramp_slots: w.u32(),
        unsold_wait: w.u32(),
        reserved: [w.u8(); 8],
    };
    if w.bool() {
        CollateralRules::MAJOR
    } else {
        rules
    }
}

#[test]
fn operations_on_collateral() {
    rounds(|w| {
        let (mut book, setting) = scene(w);
        let (mut a, mut b, rules) = (w.owner(), w.owner(), sale_rules(w));
        let _ = (rules.validate(), rules.unsold_seconds(), rules.prices(w.u32()).validate());
        let limits = if w.bool() {
            OutflowRules::for_vault(w.u64(), w.u64())
        } else {
            OutflowRules { hour: w.u64(), day: w.u64(), free: w.u64() }
        };
        let (mut token, mut outflow) = (book.1[1], Outflow { hour: w.window(), day: w.window() });
        let _ = ops::deposit_collateral(&mut a, (1, &mut token, &mut outflow), w.u64(), &setting);
        let _ = ops::take_collateral(&mut a, (1, &mut token, &mut outflow), &limits, w.u64(), &setting);
        let _ = ops::count_outflow(&mut a, &mut outflow, &limits, w.u64(), &setting);
        let _ = (a.require_unencumbered(), a.owed(), ops::withdraw(&mut a, w.u64(), &book, &setting));
        if let Ok(balance) = a.collateral_mut(1) {
            let own = balance.allowance();
            balance.set_allowance(&own);
            assert_eq!(balance.allowance(), own);
        }
        let standings = book.0[2].standings;
        let mut feed = CollateralFeed { rules, sources: book.0[2].sources, standings };
        let seen = [w.accepted(), w.accepted(), w.accepted(), w.accepted(), w.accepted()];
        let states = feed.sources;
        let _ = ops::refresh_collateral(&mut token, &mut feed, seen, &states, setting.now);
        let _ =
            (token.advance_haircut(setting.now), token.from_usd_up(w.u64(), setting.now), token.to_usd_up(w.u64(), setting.now));
        let _ = peg_shortfall_up(&token);
        let _ = ops::forfeit(&mut a, (1, &rules), &book, &setting);
        let _ = ops::sell_collateral((1, &rules), (&mut a, &mut b), w.u64(), &mut book, &setting);
        let mut insurance = w.insurance();
        let _ = ops::buy_forfeited((1, &rules), (w.u64(), w.u64()), &mut a, &mut insurance, &book, &setting);
        let mut limits = limits;
        let old = CollateralTerms::of(&token, &feed, &limits);
        let other = crate::parts::collateral(w);
        let new = CollateralTerms { params: other.params, measured: other.measured, rules: sale_rules(w), outflow: limits };
        let _ = (new.validate(), review(&old, &new));
        let _ = ops::set_terms((&mut token, &mut feed, &mut limits), &new, setting.now);
        let _ = (token.set_params(&new.params, setting.now), token.lower_cap(w.u64()));
    });
}

#[test]
fn operations_that_clear_and_insure() {
    rounds(|w| {
        let (mut book, setting) = scene(w);
        let (mut market, other) = (book.0[1], Three(book.0, book.1));
        let (mut a, mut b, mut c) = (w.owner(), w.owner(), w.owner());
        let _ = ops::close_dust((1, &mut market), (&mut a, &mut b), w.u64(), &other, &setting);
        let _ = ops::clear(&mut a, &other);
        let mut parties = [ops::Party::new(&mut b), ops::Party::new(&mut c)];
        let _ = ops::deleverage_all((1, &mut market), &mut a, &mut parties, w.u64(), &other, &setting);
        let mut insurance = w.insurance();
        let mut stake = Stake { shares: w.u64(), requested: w.u64(), requested_at: w.i64(), ..Stake::NEW };
        let _ = ops::allot(&mut insurance, &mut market);
        let which = Seniority::from_u8(w.u8() % 2).unwrap();
        let limits = OutflowRules { hour: w.u64(), day: w.u64(), free: w.u64() };
        let mut left = Outflow::NEW;
        (left.day.start, left.day.current, left.day.previous) = (w.i64(), w.u64(), w.u64());
        let _ = (left.must_wait(&limits, w.u64(), setting.now), stake.due_down(insurance.tranche_of(which)));
        let _ = ops::hold_unstake(&insurance, (which, &mut stake), book.0.iter(), (&left, &limits), &setting);
        let _ = ops::unstake(&mut insurance, which, &mut stake, book.0.iter(), &setting);
        let seen = ops::GlobalSeen { outflow: w.bool().then_some(w.u64()), below_peg: w.bool().then_some(w.u64()) };
        let _ = ops::GlobalSeen::of_up(&book.1[0], &left, &limits, setting.now);
        let rules = w.rules().breaker;
        let _ = ops::check_global(&mut w.breaker(), &rules, &insurance, &seen, setting.now);
        let (params, rules) = (w.params(), w.rules());
        let _ = (ops::set_params(&mut book.0[0], &params), ops::set_rules(&mut book.0[0], &rules));
    });
}

#[test]
fn crossings() {
    rounds(|w| {
        let (book, setting) = scene(w);
        let account = w.account();
        for line in Line::ALL {
            let _ = line.health_down(&account, &book, setting.now);
            let _ = span_inward(&account, u16::from(w.u8() % 4), line, &book, setting.now);
        }
    });
}

#[test]
fn what_a_market_does_by_itself() {
    rounds(|w| {
        let (mut book, setting) = scene(w);
        let (now, position, params) = (setting.now, w.position(), w.params());
        let market = &mut book.0[0];
        let _ = (market.ended(), market.require_or_ended(w.quality(), now), market.level(setting.global), market.crowd());
        let _ = (market.rules.validate(&params), params.validate(), split_down(w.u64(), &params));
        let _ = Gate::ALL.map(|gate| (market.permit(gate, setting.global), permit(setting.global.level, gate)));
        let _ = (init_up(setting.global.level, w.ratio()), require_in_band(w.price(), w.price(), w.ratio()));
        let _ = (position.standing_down(market, w.price()), { position }.refresh(market));
        let margin = w.live_margin();
        let lines = margin.of(&position);
        assert!(lines.maint.0 <= 1_000_000 && lines.liq_end.0 <= 1_000_000 && lines.init.0 <= 1_000_000);
        let _ = (margin.accepted(&position), margin.raised(&position), margin.crowded_up(w.ratio()), margin.accept(w.base()));
        let _ = (side(w.bool()), market.rules.fees.fee_up(w.ratio(), w.ratio(), w.i64(), w.base(), setting.global.level));
        market.breaker.trip(Reason::Peg, &market.rules.breaker, now);
        market.breaker.found(Reason::Staleness, w.u64(), &market.rules.breaker, now);
        let _ = (market.breaker.level(), market.breaker.reasons(), market.breaker.is_tripped(Reason::Staleness));
        let _ = Gate::ALL.map(Gate::waits_for_grace);
        let _ = (enter(market, w.bool(), now), open(market), close(market, &mut w.u64(), &mut w.position(), now));
        let _ = close_unpaid(market, &mut w.position(), now);
        let mut capital = w.u64();
        let _ = (part_up(w.u64(), w.u64(), w.u64(), w.u64()), recover(market, &mut capital, &mut w.position(), w.u64()));
        let _ = (heal(&mut market.ledger, w.u64()), earn_pot(&mut market.ledger, w.u64()));
    });
}

#[test]
fn accounts_insurance_and_governance() {
    rounds(|w| {
        let (book, setting) = scene(w);
        let (now, mut account, health) = (setting.now, w.account(), w.health());
        let _ = (accepted_health(&account, &book, now), increase_health(&account, &book, setting.global.level, now));
        let _ = collateral_down(&account, &book, firebreak_risk::price::Use::Maint, now);
        let _ = (account.unrecovered(), account.is_long_in(w.u64() as u16), worst_score(&account, &health));
        let market = book.0[0];
        let _ = (side_of(&w.position()), winner_score_down(&w.position(), &market, w.i64(), w.u64()));
        let _ = ordered_reward_down(w.u64(), w.u64(), w.u64());
        let _ = close_against::begin(&market, &account, w.slot(), &health, now);
        account.forget_losses();
        account.release_collateral();
        let (mut insurance, mut market) = (w.insurance(), market);
        let _ = (insurance.grant(&mut market.limit, w.u64()), insurance.set_floor(w.u64()), insurance.invariant());
        let _ = (insurance.pending_down(&market), insurance.pending([&market].into_iter()));
        let _ = (insurance.earn(w.u64()), insurance.give(w.u64()), insurance.share_loss(&mut market, now));
        let (old, new) = (w.params(), w.params());
        let delays = Delays { loosen: w.i64(), list: w.i64() };
        let mut guardian = Guardian { paused_until: w.i64(), pauses: [w.i64(), w.i64(), w.i64()], ..Guardian::NEW };
        let _ = (review(&old, &new), guardian.tighten(&old, &new, now.time), guardian.pause(now.time));
        if let Ok(change) = Change::propose(&old, &new, &delays, now.time) {
            let _ = change.apply(&mut { old }, w.i64());
        }
        let _ = (Account::NEW.holdings(), BaseQty(w.i64()).negated(), Price(w.u64()));
    });
}
