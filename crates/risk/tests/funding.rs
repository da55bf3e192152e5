//! Funding is zero-sum through the ledger; fees.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

use firebreak_risk::{
    defaults::MAJOR,
    fees::{split_down, FeeRules},
    funding::*,
    levels::Level,
    price::RobustPrice,
    trade::{cost, fill},
    Account, BaseQty, Ledger, Market, MarketParams, Now, Price, Ratio, RiskError, Rules,
};
use proptest::prelude::*;

/// Cases of a property; `PROPTEST_CASES` asks for more.
fn cases(least: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(least)
}

const TICKS: u64 = 100_000_000;
const UNIT: i64 = 10_000_000_000;
/// Full velocity: 10 % a day per day; at most 4 % a day.
const RULES: FundingRules = FundingRules { skew_scale: 1_000 * UNIT as u64, velocity: 100_000_000, max_rate: 40_000_000 };

fn at(time: i64) -> Now {
    Now { slot: 1, time }
}

fn market(spot: u64) -> Market {
    let params = MAJOR.for_asset(8, u64::MAX >> 1);
    let price = RobustPrice { spot: Price(spot), ..RobustPrice::NEW };
    Market { price, ..Market::new(params, Rules::plain(&params)) }
}

struct World {
    market: Market,
    funding: Funding,
    accounts: Vec<(Account, i64)>,
    touches: i64,
}

impl World {
    fn new() -> Self {
        let mut account = Account::NEW;
        account.capital = 1 << 55;
        account.slot(0).unwrap();
        Self {
            market: market(100 * TICKS),
            funding: Funding { time: 1, ..Funding::NEW },
            accounts: vec![(account, 0); 5],
            touches: 0,
        }
    }

    fn touch(&mut self, who: usize) {
        let (account, snapshot) = &mut self.accounts[who];
        account.slot(0).unwrap();
        let position = &mut account.positions[0];
        self.funding.touch(position.base, &mut position.entry, snapshot).unwrap();
        self.touches += 1;
    }

    fn trade(&mut self, a: usize, b: usize, lots: i64) {
        if a == b || lots == 0 {
            return;
        }
        self.touch(a);
        self.touch(b);
        let paid = cost(self.market.price.spot, BaseQty(lots)).unwrap();
        fill(&mut self.market, &mut self.accounts[a].0, 0, BaseQty(lots), paid, at(self.funding.time)).unwrap();
        fill(&mut self.market, &mut self.accounts[b].0, 0, BaseQty(-lots), -paid, at(self.funding.time)).unwrap();
        self.funding.taken(BaseQty(lots));
    }

    /// Sum of the sides' own entries less the ledger's: what payers took in too much and receivers too little.
    fn rest(&self) -> (i64, i64) {
        let of = |sign: i64| {
            self.accounts.iter().map(|a| &a.0.positions[0]).filter(|p| p.base.0.signum() == sign).map(|p| p.entry).sum::<i64>()
        };
        (of(1) - self.market.ledger.long_entry, of(-1) - self.market.ledger.short_entry)
    }

    fn held(&self) -> u64 {
        self.accounts.iter().map(|a| a.0.capital).sum::<u64>() + self.market.ledger.pool
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(800), failure_persistence: None, ..ProptestConfig::default() })]

    /// I14 is an equation after every step; what rounding leaves is never missing from the pool; tokens are conserved; when all is closed
    /// nobody has a claim that the pool cannot pay.
    #[test]
    fn i14_funding_is_zero_sum(ops in prop::collection::vec((0u8..4, 0usize..5, 0usize..5, -2_000 * UNIT..2_000 * UNIT, 1u64..10_000), 1..60)) {
        let mut w = World::new();
        let start = w.held();
        for (what, a, b, lots, extra) in ops {
            match what {
                0 => w.trade(a, b, lots + extra as i64),
                1 => w.touch(a),
                2 => w.market.price.spot = Price(extra * TICKS / 7 + 1),
                _ => {
                    let now = at(w.funding.time + extra as i64);
                    let (mut ledger, spot) = (w.market.ledger, w.market.price.spot);
                    let total = ledger.long_entry + ledger.short_entry;
                    w.funding.accrue(&RULES, &mut ledger, spot, now).unwrap();
                    prop_assert_eq!(ledger.long_entry + ledger.short_entry, total);
                    w.market.ledger = ledger;
                }
            }
            w.market.invariant().unwrap();
            prop_assert!(w.funding.rate.abs() <= RULES.max_rate as i64);
            prop_assert_eq!(w.held(), start);
        }
        (0..5).for_each(|who| w.touch(who));
        let (long, short) = w.rest();
        prop_assert!(long >= 0 && short >= 0, "{long} {short}");
        prop_assert!(long + short <= w.touches + 2, "{long} + {short} after {} touches", w.touches);
        // Close all against each other.
        for a in 0..5 {
            for b in 0..5 {
                let (x, y) = (w.accounts[a].0.positions[0].base.0, w.accounts[b].0.positions[0].base.0);
                if x > 0 && y < 0 {
                    w.trade(a, b, -x.min(-y));
                }
            }
        }
        let l = w.market.ledger;
        w.market.invariant().unwrap();
        prop_assert_eq!((l.long_base, l.short_base, l.debt), (0, 0, 0));
        prop_assert!(l.pool >= l.claims, "the rest stays in the pool");
        prop_assert!(l.pool - l.claims <= w.touches as u64 + 2);
        prop_assert_eq!(w.held(), start);
    }

    /// Accruing in many steps or in few: the index is the same but for the steps of the rate, and never past the highest rate.
    #[test]
    fn index_is_bounded_by_the_highest_rate(steps in prop::collection::vec(1i64..3_600, 1..50), skew: i64, spot in 1u64..1 << 50) {
        let (mut f, mut ledger, mut t) = (Funding { time: 1, skew, ..Funding::NEW }, Ledger::NEW, 1);
        for dt in steps {
            t += dt;
            let before = f.rate;
            f.accrue(&RULES, &mut ledger, Price(spot), at(t)).unwrap();
            prop_assert!((f.rate >= before) == (skew >= 0) || f.rate == before);
        }
        let most = spot as i128 * RULES.max_rate as i128 * (t as i128 - 1) / 86_400 / 1_000_000_000 + 1;
        prop_assert!((f.index as i128).abs() <= most);
    }

    #[test]
    fn funding_and_fees_are_total(f: (i64, i64, i64, i64, i64, i64), scale: u64, v: u32, m: u32, e: (i64, i64, u64), spot: u64, t: i64, base: i64, snap: i64, fees: [u32; 8], level: u8) {
        let mut f = Funding { index: f.0, index_rest: f.1, moved_rest: f.2, rate: f.3, skew: f.4, time: f.5 };
        let rules = FundingRules { skew_scale: scale, velocity: v, max_rate: m };
        let mut ledger = Ledger { long_entry: e.0, short_entry: e.1, long_base: e.2, short_base: e.2, ..Ledger::NEW };
        let before = (f, ledger);
        if f.accrue(&rules, &mut ledger, Price(spot), at(t)).is_err() {
            prop_assert_eq!((f, ledger), before);
        }
        f.taken(BaseQty(base));
        let (mut entry, mut snapshot) = (e.0, snap);
        let _ = f.touch(BaseQty(base), &mut entry, &mut snapshot);
        let r = |i: usize| Ratio(fees[i]);
        let rules = FeeRules { skew_full: scale, sigma_part: r(1), skew_fee: r(2), level_part: r(3), cap: r(4), reserved: [0; 8] };
        if let Ok(fee) = rules.fee_up(r(0), Ratio(v), snap, BaseQty(base), Level::from_u8(level)) {
            prop_assert!(fee <= rules.cap);
        }
        let _ = split_down(spot, &MarketParams { maker_share: r(5), pot_share: r(6), insurance_share: r(7), ..SHARES });
    }

    /// The parts of a fee are the fee, and splitting a fill in two pays at least as much.
    #[test]
    fn fee_parts_sum_and_splitting_saves_nothing(charged in 0u64..1 << 60, skew in -500_000i64..500_000, a in 1i64..300_000, b in 1i64..300_000, buys: bool) {
        let p = split_down(charged, &SHARES).unwrap();
        prop_assert_eq!(p.maker + p.pot + p.insurance + p.treasury, charged);
        let fees = FeeRules { cap: Ratio(1_000_000), ..FEES };
        let sign = if buys { 1 } else { -1 };
        let fee = |skew, lots: i64| fees.fee_up(BASE, Ratio(10_000), skew, BaseQty(lots * sign), Level::Normal).unwrap().0 as u128 * lots as u128;
        let (whole, parts) = (fee(skew, a + b), fee(skew, a) + fee(skew + a * sign, b));
        // One ppm of rounding up a fill.
        prop_assert!(parts + 2 * (a + b) as u128 >= whole, "{parts} < {whole}");
    }
}

const FEES: FeeRules = FeeRules {
    skew_full: 1_000_000,
    sigma_part: Ratio(20_000),
    skew_fee: Ratio(4_000),
    level_part: Ratio(250),
    cap: Ratio(5_000),
    reserved: [0; 8],
};
const BASE: Ratio = Ratio(500);
/// Its shares are 20, 25 and 30 %.
const SHARES: MarketParams = MAJOR;

#[test]
fn fee_rises_with_volatility_skew_and_level() {
    let fee = |sigma, skew, base, level| FEES.fee_up(BASE, Ratio(sigma), skew, BaseQty(base), level).unwrap().0;
    assert_eq!(fee(0, 0, 0, Level::Normal), 500);
    assert_eq!(fee(10_000, 0, 0, Level::Normal), 700);
    assert_eq!(fee(0, 0, 0, Level::ReduceOnly), 1_000);
    // From half of full to full: three quarters of the skew fee on average.
    assert_eq!(fee(0, 500_000, 500_000, Level::Normal), 500 + 3_000);
    // Lowering the skew is free; passing through zero pays for what it adds alone.
    assert_eq!(fee(0, 500_000, -500_000, Level::Normal), 500);
    assert_eq!(fee(0, 500_000, -1_000_000, Level::Normal), 500 + 500);
    assert_eq!(fee(0, -500_000, -500_000, Level::Normal), 500 + 3_000);
    assert_eq!(fee(1_000_000, 1_000_000, 1_000_000, Level::Halt), 5_000, "capped");
}

#[test]
fn i9_zero_fees_and_funding_charge_nothing() {
    // A scale of zero: any skew counts as the highest.
    let fees = FeeRules { skew_full: 0, ..FEES };
    assert_eq!(fees.fee_up(BASE, Ratio(0), 0, BaseQty(1), Level::Normal), Ok(FEES.cap));
    assert_eq!(FeeRules { cap: Ratio(0), ..FEES }.fee_up(BASE, Ratio(0), 0, BaseQty(1), Level::Normal), Ok(Ratio(0)));
    let run = |rules: FundingRules, skew| {
        let mut f = Funding { time: 1, skew, ..Funding::NEW };
        f.accrue(&rules, &mut Ledger::NEW.clone(), Price(100 * TICKS), at(3_601)).unwrap();
        f.rate
    };
    assert_eq!(run(FundingRules { skew_scale: 0, ..RULES }, 1), RULES.velocity as i64 / 24);
    assert_eq!(run(FundingRules { skew_scale: 0, ..RULES }, 0), 0);
    assert_eq!(run(FundingRules { velocity: 0, ..RULES }, 1 << 60), 0, "rates are prices: zero is zero");
    assert_eq!(run(FundingRules { max_rate: 0, ..RULES }, 1 << 60), 0);
}

#[test]
fn velocity_to_the_atom() {
    // Full skew for an hour: the rate is a 24th of 10 % a day; its mean half of that. 1 000 units at 100 USD.
    let mut ledger = Ledger { long_base: 1_000 * UNIT as u64, short_base: 1_000 * UNIT as u64, ..Ledger::NEW };
    let mut f = Funding { time: 1, skew: 2_000 * UNIT, ..Funding::NEW };
    let paid = f.accrue(&RULES, &mut ledger, Price(100 * TICKS), at(3_601)).unwrap();
    assert_eq!(f.rate, 4_166_666);
    // 100 000 USD × 0.2083333 % ÷ 24 = 8.680554 USD
    assert_eq!(paid, 8_680_550);
    assert_eq!((ledger.long_entry, ledger.short_entry), (8_680_550, -8_680_550));
    assert_eq!(f.owed_up(BaseQty(UNIT), 0), Ok(8_681));
    assert_eq!(f.owed_up(BaseQty(-UNIT), 0), Ok(-8_680));
    // The first accrual only starts the clock, a clock that goes back changes nothing, a long silence is charged for an hour.
    let mut g = Funding { skew: 1 << 60, ..Funding::NEW };
    assert_eq!(g.accrue(&RULES, &mut ledger, Price(1), at(99)), Ok(0));
    assert_eq!(g.accrue(&RULES, &mut ledger, Price(1), at(98)), Ok(0));
    assert_eq!((g.time, g.rate), (99, 0));
    g.accrue(&RULES, &mut ledger, Price(1), at(86_400 * 30)).unwrap();
    assert_eq!(g.rate, 4_166_666);
    // No usable price: time passes free of charge.
    let before = f.index;
    f.skip(at(90_000));
    assert_eq!((f.index, f.time), (before, 90_000));
}

#[test]
fn too_large_is_named() {
    let f = Funding { index: i64::MAX, ..Funding::NEW };
    assert_eq!(f.owed_up(BaseQty(i64::MAX), i64::MIN), Err(RiskError::Overflow));
}

#[test]
fn longs_pay_when_takers_have_bought() {
    let mut f = Funding { time: 1, ..Funding::NEW };
    f.taken(BaseQty(5 * UNIT));
    f.taken(BaseQty(-UNIT));
    assert_eq!(f.skew, 4 * UNIT);
    f.accrue(&RULES, &mut Ledger::NEW.clone(), Price(100 * TICKS), at(601)).unwrap();
    assert!(f.rate > 0 && f.index > 0 && f.owed_up(BaseQty(UNIT), 0).unwrap() > 0);
}

#[test]
fn fees_round_up_and_their_parts_down() {
    let fee = |sigma, base| FEES.fee_up(BASE, Ratio(sigma), 0, BaseQty(base), Level::Normal).unwrap().0;
    assert_eq!((fee(1, 0), fee(0, 2)), (501, 501));
    let parts = split_down(3, &SHARES).unwrap();
    assert_eq!((parts.maker, parts.pot, parts.insurance, parts.treasury), (0, 0, 0, 3));
}
