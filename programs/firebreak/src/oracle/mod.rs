//! From a price account to an observation: every check that concerns the account rather than the price.
//!
//! The bytes are read by `firebreak-oracle`; whether the price counts is judged by `firebreak_risk::price::accept`.

use crate::{
    errors::FirebreakError,
    state::{Market, PriceSource},
};
use anchor_lang::prelude::*;
use firebreak_oracle::{read, Kind};
use firebreak_risk::{
    price::{accept, Accepted, Observation, SourceState},
    Now, Price,
};

/// A slot lasts about 400 ms: five slots are two seconds.
const SLOTS_PER_TWO_SECONDS: u64 = 5;
/// What a price at or below one tick is read as.
pub const ONE_TICK: u64 = 1;

/// Reads and judges one source. The account's address has been compared with the source's by the caller.
pub fn judge(
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
pub fn judge_venue(
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

fn refuse(why: firebreak_oracle::Refusal) -> FirebreakError {
    msg!("{}", why);
    match why {
        firebreak_oracle::Refusal::NonPositivePrice => FirebreakError::SourceNonPositive,
        _ => FirebreakError::SourceUnreadable,
    }
}
