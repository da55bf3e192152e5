//! Tranches, shares, stakes: rounding, order, freeze, limits.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod props;
mod rules;

use firebreak_risk::{
    defaults::MAJOR,
    price::{RobustPrice, SourceState, MAX_SOURCES},
    shares::*,
    tranches::{Insurance, Limit, Seniority},
    waterfall::InsuranceFund,
    Ledger, Market, Now, Price, Ratio, RiskError,
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

/// A market whose insured deficit is `deficit`, with a limit of the same size granted.
fn market(deficit: u64) -> Market {
    let state = SourceState { price: Price(0), publish_time: 0, confidence: Price(0) };
    let ledger = Ledger {
        deficit,
        insured_deficit: deficit,
        claims: deficit,
        window_ends: i64::MAX,
        window_deficit: deficit,
        ..Ledger::NEW
    };
    Market { params: MAJOR.insured(i64::MAX as u64), price: RobustPrice::NEW, sources: [state; MAX_SOURCES], ledger }
}

fn granted(insurance: &mut Insurance, amount: u64) -> Limit {
    let mut limit = Limit::NONE;
    insurance.grant(&mut limit, amount).unwrap();
    limit
}

/// Draws exactly `amount`, whatever the limits.
fn draw(insurance: &mut Insurance, amount: u64, at: i64) {
    let (mut m, mut limit) = (market(amount), granted(insurance, amount));
    insurance.fund.day_start = at - DAY;
    let covered = insurance.share_loss(&mut m, &mut limit, now(at)).unwrap();
    assert_eq!(covered.insurance, amount);
    insurance.grant(&mut limit, 0).unwrap();
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
