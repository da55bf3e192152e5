//! From a price account's bytes to the robust price.

use super::{
    run,
    scene::{market, volatility, NOW, TICKS},
};
use firebreak_oracle::{
    pyth_update, read, switchboard_ondemand,
    write::{write_pyth_update, write_switchboard_on_demand, OnDemandFeed, PythUpdate},
    Kind,
};
use firebreak_risk::{
    num::{Price, Ratio, Result},
    price::{
        accept, combine, judge, weigh, Accepted, Combined, Observation, Quality, SourceRule, SourceState, Standing, StrikeRule,
        MAX_SOURCES,
    },
    volatility::VolatilityParams,
    Now, RiskError,
};

const LATER: Now = Now { slot: NOW.slot + 2, time: NOW.time + 1 };
const LAST: Price = Price(100 * TICKS);

/// Reads and scales to the market's ticks.
fn observe(call: bool, kind: Kind, bytes: &mut [u8]) -> Result<()> {
    run(call, &mut (kind, bytes), |(kind, bytes)| {
        let found = read(*kind, bytes).and_then(|reading| Ok((reading.scaled(8)?, reading.publish_time, reading.feed_id)));
        found.map_err(|_| RiskError::QualityTooLow)
    })
}

pub fn pyth(call: bool) -> Result<()> {
    let mut bytes = [0; pyth_update::LEN];
    let price = 100 * TICKS as i64 + 12_345;
    let update = PythUpdate { price, confidence: 4_321, exponent: -8, publish_time: NOW.time, ..PythUpdate::default() };
    write_pyth_update(&mut bytes, &update);
    observe(call, Kind::PythUpdate, &mut bytes)
}

pub fn switchboard(call: bool) -> Result<()> {
    let mut bytes = vec![0; switchboard_ondemand::LEN];
    let usd = 1_000_000_000_000_000_000;
    let feed = OnDemandFeed {
        value: 100 * usd + 123_456_789,
        std_dev: usd / 1_000,
        num_samples: 3,
        min_sample_size: 1,
        slot: NOW.slot,
        oldest_slot: NOW.slot - 3,
        publish_time: NOW.time,
        ..OnDemandFeed::default()
    };
    write_switchboard_on_demand(bytes.as_mut_slice().try_into().map_err(|_| RiskError::QualityTooLow)?, &feed);
    observe(call, Kind::SwitchboardOnDemand, &mut bytes)
}

pub fn accepts(call: bool) -> Result<()> {
    let rule = SourceRule { weight: 3, max_age: 30, max_confidence: Ratio(5_000), reserved: 0 };
    let last = SourceState { price: LAST, publish_time: NOW.time - 2, confidence: Price(3_000) };
    let seen = Observation { price: Price(LAST.0 + 12_345), confidence: Price(4_321), publish_time: NOW.time };
    run(call, &mut (rule, last, seen), |(rule, last, seen)| {
        accept(rule, last, seen, NOW.time).map_err(|_| RiskError::QualityTooLow)
    })
}

/// `n` sources, not in the order of their prices.
fn sources(n: usize) -> [Option<Accepted>; MAX_SOURCES] {
    let mut all = [None; MAX_SOURCES];
    for (slot, price) in all.iter_mut().zip([100_001_000, 99_990_000, 100_030_000, 100_000_000, 100_010_000]).take(n) {
        *slot = Some(Accepted { price: Price(price * 100), confidence: Price(4_000), weight: 3 });
    }
    all
}

fn combined(call: bool, n: usize) -> Result<()> {
    run(call, &mut sources(n), |all| combine(all, Ratio(5_000), LAST))
}

pub fn combine_three(call: bool) -> Result<()> {
    combined(call, 3)
}

pub fn combine_five(call: bool) -> Result<()> {
    combined(call, MAX_SOURCES)
}

fn weighed(call: bool, n: usize) -> Result<()> {
    let mut standings = [Standing::NEW; MAX_SOURCES];
    for standing in &mut standings {
        (standing.lost, standing.slot) = (1_000, NOW.slot);
    }
    let found = combine(&sources(n), Ratio(5_000), LAST)?;
    run(call, &mut (sources(n), standings, found), |(all, standings, found)| {
        weigh(all, standings, Some(n - 1))?;
        judge(standings, all, found, Some(n - 1), &StrikeRule::MAJOR, LATER)
    })
}

pub fn weigh_three(call: bool) -> Result<()> {
    weighed(call, 3)
}

pub fn weigh_five(call: bool) -> Result<()> {
    weighed(call, MAX_SOURCES)
}

pub fn update(call: bool) -> Result<()> {
    let spot = 100 * TICKS + 54_321;
    let seen = Combined { spot: Price(spot), low: Price(spot - 9_000), high: Price(spot + 9_000), quality: Quality::Primary };
    run(call, &mut (market(0), seen), |(market, seen)| market.price.update(seen, &market.params, LATER))
}

pub fn feed(call: bool) -> Result<()> {
    let mut state = (volatility(), VolatilityParams::MAJOR, Price(100 * TICKS + 54_321));
    run(call, &mut state, |(v, params, price)| v.feed(*price, Quality::Primary, params, LATER))
}
