//! From a price account to an observation: every check that concerns the account rather than the price.
//!
//! The bytes are read by `firebreak-oracle`; whether the price counts is judged by `firebreak_risk::price::accept`.

use crate::{
    errors::{FirebreakError, Named},
    state::{Market, PriceSource},
};
use anchor_lang::prelude::*;
use firebreak_oracle::{read, Kind};
use firebreak_risk::{
    price::{accept, Accepted, Observation, SourceState, MAX_SOURCES},
    Now, Price, RiskError,
};

/// A slot lasts about 400 ms: five slots are two seconds.
const SLOTS_PER_TWO_SECONDS: u64 = 5;
/// What a price at or below one tick is read as.
const ONE_TICK: u64 = 1;

/// What the sources of a market or a collateral say together.
pub struct Seen {
    /// Those that count, in their places.
    pub counted: [Option<Accepted>; MAX_SOURCES],
    /// What is to be remembered of each.
    pub states: [SourceState; MAX_SOURCES],
    /// Why the first one that did not count was refused.
    pub refused: Option<FirebreakError>,
    /// Bit i is set when source i counted.
    pub bits: u8,
    /// Which of them is the market's own fill price.
    pub venue: Option<usize>,
}

/// Reads and judges every source in `used`, whose accounts are `given`: all of them, in order, by their pinned keys. The caller never
/// chooses which price counts. A `market`'s own fills have no account. `last` is what was last accepted of each; ticks are 10^-`decimals`
/// USD. The result is written in place: moving it would cost a refresh a fifth more.
pub fn look(
    (used, market): (&[PriceSource], Option<&Market>),
    last: &[SourceState; MAX_SOURCES],
    given: &[AccountInfo],
    decimals: u8,
    now: Now,
    seen: &mut Seen,
) -> Result<()> {
    let keys = used.iter().filter(|source| !source.is_venue()).map(|source| &source.key);
    require!(given.iter().map(|account| account.key).eq(keys), FirebreakError::SourcesMismatch);
    seen.states = *last;
    seen.venue = used.iter().position(PriceSource::is_venue);
    let mut given = given.iter();
    let rows = used.iter().zip(seen.states.iter_mut().zip(seen.counted.iter_mut()));
    for (i, (source, (state, place))) in rows.enumerate() {
        let judged = match source.is_venue() {
            true => judge_venue(source, state, market.ok_or(FirebreakError::BadSource)?, now),
            false => judge(source, state, given.next().ok_or(FirebreakError::SourcesMismatch)?, decimals, now),
        };
        match judged {
            Ok((observed, accepted)) => {
                let Observation { price, publish_time, confidence } = observed;
                *state = SourceState { price, publish_time, confidence };
                *place = Some(accepted);
                seen.bits |= 1 << i;
            }
            Err(why) => {
                log(format_args!("source {i}"));
                seen.refused = seen.refused.or(Some(why));
            }
        }
    }
    seen.doubt_a_lone_zero(last);
    Ok(())
}

impl Seen {
    /// Before anything was looked at.
    pub const NOTHING: Self = Self {
        counted: [None; MAX_SOURCES],
        states: [SourceState { price: Price(0), publish_time: 0, confidence: Price(0) }; MAX_SOURCES],
        refused: None,
        bits: 0,
        venue: None,
    };

    /// One source alone is not believed that the asset is worth nothing.
    fn doubt_a_lone_zero(&mut self, last: &[SourceState; MAX_SOURCES]) {
        let lost = |c: &Option<Accepted>| c.is_some_and(|a| a.price.0 <= ONE_TICK);
        if self.counted.iter().filter(|c| lost(c)).count() != 1 {
            return;
        }
        for (i, place) in self.counted.iter_mut().enumerate().filter(|(_, c)| lost(c)) {
            *place = None;
            self.bits &= !(1 << i);
            self.states[i] = last[i];
            self.refused = self.refused.or(Some(FirebreakError::SourceNonPositive));
        }
    }

    /// The engine's answer to what was seen: a refresh that would lower the quality changes nothing while the last accepted price is
    /// within its age, and the refusal then names the first source that did not count.
    pub fn explain(&self, outcome: firebreak_risk::num::Result<()>) -> Result<()> {
        match outcome {
            Err(RiskError::QualityTooLow) => Err(self.refused.unwrap_or(FirebreakError::SourcesDisagree).into()),
            other => other.named(),
        }
    }
}

/// Reads and judges one source. The account's address has been compared with the source's by the caller.
fn judge(
    source: &PriceSource,
    last: &SourceState,
    account: &AccountInfo,
    decimals: u8,
    now: Now,
) -> std::result::Result<(Observation, Accepted), FirebreakError> {
    let seen = observe(source, account, decimals, now)?;
    let accepted = accept(&source.rule, last, &seen, now.time)?;
    Ok((seen, accepted))
}

/// Judges what the market's own fills say. It is as young as now: what it rests on is old enough by the engine's own rule.
fn judge_venue(
    source: &PriceSource,
    last: &SourceState,
    market: &Market,
    now: Now,
) -> std::result::Result<(Observation, Accepted), FirebreakError> {
    let (price, confidence) = market.venue.observe(&market.engine, now)?.ok_or(FirebreakError::SourceStale)?;
    let seen = Observation { price, confidence, publish_time: now.time };
    let accepted = accept(&source.rule, last, &seen, now.time)?;
    Ok((seen, accepted))
}

fn observe(
    source: &PriceSource,
    account: &AccountInfo,
    decimals: u8,
    now: Now,
) -> std::result::Result<Observation, FirebreakError> {
    let data = account.try_borrow_data().map_err(|_| FirebreakError::SourceUnreadable)?;
    if data.is_empty() {
        return Err(FirebreakError::SourceClosed);
    }
    if account.owner != &source.owner {
        return Err(FirebreakError::SourceWrongOwner);
    }
    let kind = Kind::try_from(source.kind).map_err(|_| FirebreakError::BadSource)?;
    let reading = read(kind, &data).map_err(refuse)?;
    if reading.feed_id != source.feed_id {
        return Err(FirebreakError::SourceWrongFeed);
    }
    // Providers that sign slots: the value is as old as the oldest sample it rests on, whatever time was written beside it.
    if reading.oldest_slot != 0 {
        if reading.slot > now.slot {
            return Err(FirebreakError::SourceFromTheFuture);
        }
        let half_seconds = now.slot.saturating_sub(reading.oldest_slot).saturating_mul(2);
        if half_seconds > u64::from(source.rule.max_age).saturating_mul(SLOTS_PER_TWO_SECONDS) {
            return Err(FirebreakError::SourceStale);
        }
    }
    let (price, confidence) = match reading.scaled(decimals) {
        // An asset that has lost everything still has a price; whether it counts is decided with the other sources.
        Err(firebreak_oracle::Refusal::BelowOneTick) => (ONE_TICK, 0),
        other => other.map_err(refuse)?,
    };
    Ok(Observation { price: Price(price), confidence: Price(confidence), publish_time: reading.publish_time })
}

/// Says something in the transaction's log. A keeper that predicts what the program does has its own standard output.
fn log(what: std::fmt::Arguments) {
    if cfg!(target_os = "solana") {
        msg!("{}", what);
    }
}

fn refuse(why: firebreak_oracle::Refusal) -> FirebreakError {
    log(format_args!("{why}"));
    match why {
        firebreak_oracle::Refusal::NonPositivePrice => FirebreakError::SourceNonPositive,
        _ => FirebreakError::SourceUnreadable,
    }
}
