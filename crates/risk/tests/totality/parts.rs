//! Parts of the mechanisms, each by itself.

use crate::{rounds, wild::Wild};
use firebreak_risk::{
    breaker::Measured,
    collateral::{Collateral, CollateralParams},
    deleverage::{against, Closed, Counterparty, Deleverage},
    depth::Depth,
    dynamic_margin::DynamicParams,
    funding::Funding,
    glide::{Glide, RaiseBudget},
    governance::{
        classify, require_ripe,
        rules::review_rules,
        settings::{check_figures, Settings},
        step_up, Delays, Direction, Guardian,
    },
    levels::{Gate, Level},
    liquidation,
    order::{improves, Order},
    outflow::{Allowance, Outflow, OutflowRules},
    price::{judge, weigh, Combined, Standing, StrikeRule, Use, MAX_SOURCES},
    rank::{require_rank, Board, RankEntry, Shown, BOARD},
    report::Report,
    shares::Stake,
    sqrt::{sqrt_down, sqrt_up},
    throttle::is_exempt,
    tranches::Seniority,
    venue::Venue,
    volatility::sigma_up,
    BaseQty, MarketParams, Now, Ratio, Rules,
};

fn stake(w: &mut Wild) -> Stake {
    Stake {
        shares: w.u64(),
        index: w.index(),
        requested: w.u64(),
        requested_value: w.u64(),
        requested_at: w.i64(),
        reserved: w.u64(),
    }
}

pub fn order(w: &mut Wild) -> Order {
    Order {
        size: w.u64(),
        step: w.u64(),
        reward: w.u64(),
        expires: w.u64(),
        ready: w.u64(),
        level: w.ratio(),
        slip: w.ratio(),
        cooldown: w.u32(),
        market: w.u64() as u16 % 3,
        source: w.u64() as u16,
        kind: w.u8(),
        reserved: [w.u8(); 15],
    }
}

fn key(w: &mut Wild) -> [u8; 32] {
    [w.u8(); 32]
}

fn board(w: &mut Wild) -> Board {
    let mut board = Board::NEW;
    let n = w.u64() as usize % (BOARD + 1);
    board.entries.iter_mut().take(n).for_each(|e| *e = RankEntry { key: key(w), score: w.u64(), side: w.u8(), reserved: [0; 7] });
    board
}

pub fn collateral(w: &mut Wild) -> Collateral {
    let mut all = [0; 32].map(|_| w.u64());
    let params = CollateralParams {
        cap: w.u64(),
        full_value: w.u64(),
        warmup: w.i64(),
        price_max_age: w.u32(),
        min_haircut: w.ratio(),
        max_haircut: w.ratio(),
        sigma_multiple: w.u32(),
        jump_discount: w.ratio(),
        maint_share: w.ratio(),
        rise: w.ratio(),
        loosen_slots: w.u32(),
        underlying: w.u64() as u16,
        floating: w.u8(),
        decimals: w.u8() * 5,
        reserved: [w.u8(); 4],
    };
    // Half of them as they are listed, so that what comes after the first refusal is reached too.
    let params = if w.bool() { CollateralParams::MAJOR.for_token(9, w.u64() as u16, w.u64(), w.u64()) } else { params };
    let [a, b, c, d, e, ..] = &mut all;
    Collateral {
        params,
        measured: w.rules().volatility,
        price: w.robust(),
        volatility: w.volatility(),
        haircut: Glide { live: *a, slot: *b },
        total: *c,
        raised: *d as i64 ^ *e as i64,
        reserved: [0; 72],
    }
}

pub fn settings(w: &mut Wild) -> Settings {
    Settings {
        keeper_bond: w.u64(),
        keeper_reward: w.u64(),
        insurance_floor: w.u64(),
        cooldown: w.i64(),
        event_cap: w.ratio(),
        day_cap: w.ratio(),
        senior_share: w.ratio(),
        reserved: w.u32(),
        delays: Delays { loosen: w.i64(), list: w.i64() },
        breaker: w.rules().breaker,
        guardian: key(w),
    }
}

#[test]
fn collaterals_and_balances() {
    rounds(|w| {
        let (now, mut held, mut token, own) = (w.now(), w.balance(), collateral(w), collateral(w));
        let (mut account, params) = (w.owner(), w.params());
        let seen = Combined { spot: w.price(), low: w.price(), high: w.price(), quality: w.quality() };
        let _ = (held.cold_up(w.i64()), held.counted_down(w.i64()), token.params.validate(), token.target_up());
        let _ = (token.haircut_up(Use::Init, w.price()), token.haircut_up(Use::Maint, w.price()));
        for purpose in [Use::Init, Use::Maint] {
            let _ = token.value_down(&held, &account, &own, purpose, now);
        }
        let _ = (token.from_usd_down(w.u64(), now), token.lower_cap(w.u64()), token.refresh(&seen, &params, now));
        let _ = (held.add(w.u64(), w.i64(), now), held.take(w.u64(), now));
        let _ = (token.deposit(&mut account, 1, w.u64(), now), token.take(&mut account, 1, w.u64(), now));
        let _ = CollateralParams::MAJOR.for_token(w.u8(), w.u64() as u16, w.u64(), w.u64()).validate();
    });
}

#[test]
fn volatility_and_margin() {
    rounds(|w| {
        let (now, rules, params) = (w.now(), w.rules(), w.params());
        let (mut v, price) = (w.volatility(), w.robust());
        let m = &rules.volatility;
        let _ = (m.clip(w.quality()), v.horizon_up(m), v.semivariance(w.bool()), v.jump_against_up(w.bool()));
        let _ = (v.sigma_against_up(w.bool(), m), sigma_up(w.u64(), w.u32()), sqrt_down(w.u64() as u128 * w.u64() as u128));
        let _ = (sqrt_up(u128::MAX - w.u64() as u128), sqrt_down(u128::MAX), sqrt_up(w.u64() as u128));
        let dynamic: &DynamicParams = &rules.dynamic;
        let _ = (dynamic.target_up(w.bool(), w.i64(), &v, m), dynamic.size_up(w.u64()), dynamic.highest());
        if let Ok(lines) = dynamic.lines_up(&params, w.ratio(), w.ratio()) {
            assert!(lines.maint <= lines.liq_end && lines.liq_end <= lines.init, "{lines:?}");
        }
        let _ = dynamic.crowd_up(w.u64(), w.u64());
        let _ = dynamic.open_interest_cap_down(&params, w.u64(), w.ratio(), w.ratio(), w.price());
        let mut glide = Glide { live: w.u64(), slot: w.u64() };
        let _ = (glide.live_up(), glide.advance(w.ratio(), w.ratio(), w.u32(), now));
        let mut raise = RaiseBudget { level: w.u64(), slot: w.u64() };
        let _ = raise.take(w.u64(), w.u64(), w.ratio(), now);
        let _ = v.feed(w.price(), w.quality(), m, now);
        let _ = (v.catch_up(&price, m), v.measure(w.u64(), w.u64(), m, now));
        let _ = MarketParams::for_asset(params, w.u8(), w.u64()).insured(w.u64()).validate();
        let _ = Rules::MAJOR.for_asset(w.u64(), w.u64(), w.u64()).validate(&params);
    });
}

#[test]
fn depth_throttle_venue_and_windows() {
    rounds(|w| {
        let (now, rules, health) = (w.now(), w.rules(), w.health());
        let mut depth = Depth { filled: w.u64(), in_slot: w.u64(), slot: w.u64() };
        let _ =
            (depth.depth_down(&rules.depth, now), depth.missing_up(&rules.depth, now), depth.fill(w.u64(), &rules.depth, now));
        let (mut throttle, mut window) = (firebreak_risk::throttle::Throttle { window: w.window() }, w.window());
        let _ = (is_exempt(&rules.throttle, &health, w.ratio()), throttle.room_down(&rules.throttle, w.u64(), now));
        let _ = throttle.admit(&rules.throttle, w.u64(), w.u64(), w.bool(), now);
        let _ = (window.at(w.i64(), w.i64()), window.counted_up(w.i64(), w.i64()), window.room_down(w.u64(), w.i64(), w.i64()));
        let _ = window.count(w.u64(), w.i64(), w.i64());
        let mut venue = Venue {
            level: w.price(),
            twap: w.price(),
            weight: w.u64(),
            in_slot: w.u64(),
            slot: w.u64(),
            time: w.i64(),
            since: w.i64(),
            reserved: 0,
        };
        let market = w.market(now);
        let _ = (venue.observe(&market, now), venue.fill(&market, w.price(), w.u64(), now));
        let mut out = Outflow { hour: w.window(), day: w.window() };
        let limits = OutflowRules { hour: w.u64(), day: w.u64(), free: w.u64() };
        let mut own = Allowance { start: w.i64(), used: w.u64() };
        let _ = (out.room_down(&limits, now), out.withdraw(&limits, &mut own, w.u64(), now));
        out.deposit(w.u64(), now);
    });
}

#[test]
fn funding_breaker_and_sources() {
    rounds(|w| {
        let (now, rules, mut market) = (w.now(), w.rules(), w.market(Now::default()));
        let mut funding: Funding = market.funding;
        funding.taken(w.base());
        funding.bound(w.u64());
        let _ = funding.owed_up(w.base(), w.i64());
        let _ = funding.touch(w.base(), &mut w.i64(), &mut w.i64());
        let mut again = funding;
        let _ = again.accrue(&rules.funding, &mut market.ledger, w.price(), now);
        funding.skip(now);
        let (mut breaker, values) = (w.breaker(), [0; firebreak_risk::breaker::REASONS].map(|_| w.u64()));
        let measured = Measured { price: w.price(), confirmed: w.bool(), variance: w.u64(), values };
        let _ = (breaker.update(&rules.breaker, &measured, now), Level::of_rule(w.u8()), Gate::ALL.map(Gate::bit));
        let _ = (Level::of_rule(w.u8()).raised(w.u8()), breaker.reasons());
        let mut standings = [0; MAX_SOURCES].map(|_| Standing { lost: w.u32(), far: w.u32(), slot: w.u64(), reserved: 0 });
        let mut five = [w.accepted(), w.accepted(), w.accepted(), w.accepted(), w.accepted()];
        let combined = Combined { spot: w.price(), low: w.price(), high: w.price(), quality: w.quality() };
        let strikes = StrikeRule { tolerance: w.ratio(), recovery: w.u32(), reserved: 0 };
        let venue = w.bool().then_some(w.slot());
        let _ = (standings[0].share(), standings[1].judge(w.bool(), &strikes, now));
        let _ = (weigh(&mut five, &standings, venue), judge(&mut standings, &five, &combined, venue, &strikes, now));
        let _ = Report::of(&market, (w.u64() as u16, w.u8()), w.u64(), Level::from_u8(w.u8()), now);
    });
}

#[test]
fn shares_boards_orders_and_settings() {
    rounds(|w| {
        let now = w.now();
        let (mut tranche, mut part, mut insurance) = (w.tranche(), stake(w), w.insurance());
        let _ = (tranche.shares_down(w.u64()), tranche.assets_down(w.u64()), tranche.earn(w.u64()), tranche.give(w.u64()));
        let _ = (part.is_cooled(w.i64(), w.i64()), part.hold(w.i64(), w.i64()), part.request(&tranche, w.u64(), w.i64()));
        let _ = (part.stake(&mut tranche, w.u64()), part.touch(&tranche));
        let which = Seniority::from_u8(w.u8()).unwrap_or(Seniority::Junior);
        let _ = (w.limit().now_down(&insurance), insurance.room(), insurance.tranche_of(which).assets);
        let _ = (insurance.stake(which, &mut part, w.u64()), insurance.pay_out(which, &mut part, w.u64(), now));
        let (mut ranks, shown) = (board(w), Shown { key: key(w), score: w.u64(), actionable: w.bool() });
        let _ = (ranks.put(&key(w), w.u8(), w.u64()), ranks.floor(w.u8(), &[shown, shown]), require_rank(w.u64(), w.u64()));
        let (mut standing, health) = (order(w), w.health());
        let _ = (standing.validate(), standing.require_due(w.u8(), &health, now), standing.fill_of(w.base()));
        let _ = (standing.ran(w.u64(), now), improves(&health, &w.health()));
        let (old, new) = (settings(w), settings(w));
        let _ = (old.validate(), firebreak_risk::governance::review(&old, &new), review_rules(&w.rules(), &w.rules()));
        let _ = check_figures([w.ratio(), w.ratio(), w.ratio()], (w.u64(), w.u64()), w.i64());
        for direction in [Direction::Up, Direction::Grow, Direction::Down, Direction::Both, Direction::Fixed] {
            let _ = classify(direction, w.u64(), w.u64());
        }
        let guardian = Guardian { paused_until: w.i64(), ..Guardian::NEW };
        let _ = (step_up(w.u64(), w.u64()), guardian.is_paused(w.i64()), require_ripe(w.i64(), w.i64()));
        let _ = Delays { loosen: w.i64(), list: w.i64() }.grow(Delays { loosen: w.i64(), list: w.i64() });
    });
}

#[test]
fn closings() {
    rounds(|w| {
        let now = w.now();
        let (mut market, mut a, mut b) = (w.market(now), w.account(), w.account());
        let mut closing = Deleverage { left: w.u64(), price: w.price(), long: w.bool() };
        let counterparty = Counterparty { account: &mut b, slot: w.slot(), solvency: w.i64(), score: w.u64() };
        let left = closing.left;
        if let Ok(Closed { lots, .. }) = against(&mut market, (&mut a, w.slot()), counterparty, &mut closing, w.u64(), now) {
            assert_eq!(closing.left, left - lots, "nothing beyond the bankrupt's size is closed");
        }
        let mut health = w.health();
        let _ = (health.add_collateral(w.u64()), market.settlement.is_fixed());
        let _ = liquidation::plan(&a, 1, &market, &health, now);
        let _ = (BaseQty(w.i64()).plus(BaseQty(w.i64())), Ratio(w.u32()));
    });
}
