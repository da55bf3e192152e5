//! Tranches, shares, stakes: rounding, order, freeze, limits.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod props;
mod rules;

use firebreak_risk::{
    defaults::MAJOR,
    shares::*,
    tranches::{Insurance, Limit, Seniority},
    waterfall::InsuranceFund,
    Ledger, Market, Now, Ratio, RiskError, Rules,
};
use proptest::prelude::*;

/// Cases of a property; `PROPTEST_CASES` asks for more.
fn cases(least: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(least)
}

const USD: u64 = 1_000_000;
const DAY: i64 = 86_400;
const COOL: i64 = 13 * DAY;
use Seniority::{Junior, Senior};

fn now(time: i64) -> Now {
    Now { slot: 1, time }
}

fn fund(floor: u64) -> Insurance {
    let caps = InsuranceFund {
        assets: 0,
        floor,
        event_cap: Ratio(1_000_000),
        day_cap: Ratio(1_000_000),
        day_start: 0,
        day_assets: 0,
        day_drawn: 0,
        drawn: 0,
        reserved: 0,
    };
    Insurance::new(caps, COOL, Ratio(250_000))
}

/// A market whose insured deficit is `deficit`, without a limit.
fn market(deficit: u64) -> Market {
    let ledger = Ledger {
        deficit,
        insured_deficit: deficit,
        claims: deficit,
        window_ends: i64::MAX,
        window_deficit: deficit,
        ..Ledger::NEW
    };
    Market { ledger, ..Market::new(MAJOR, Rules::plain(&MAJOR)) }
}

fn limited(deficit: u64, limit: Limit) -> Market {
    Market { limit, ..market(deficit) }
}

fn granted(insurance: &mut Insurance, amount: u64) -> Limit {
    let mut limit = Limit::NONE;
    insurance.grant(&mut limit, amount).unwrap();
    limit
}

/// Draws exactly `amount`, whatever the limits.
fn draw(insurance: &mut Insurance, amount: u64, at: i64) {
    let mut m = limited(amount, granted(insurance, amount));
    insurance.fund.day_start = at - DAY;
    let covered = insurance.share_loss(&mut m, now(at)).unwrap();
    assert_eq!(covered.insurance, amount);
    insurance.grant(&mut m.limit, 0).unwrap();
}

fn worth(insurance: &Insurance, stakes: &[(Stake, bool)]) -> u64 {
    let of = |(stake, senior): &(Stake, bool)| {
        let tranche = if *senior { &insurance.senior } else { &insurance.junior };
        let mut stake = *stake;
        stake.touch(tranche).unwrap();
        tranche.assets_down(stake.shares).unwrap()
    };
    stakes.iter().map(of).sum()
}
