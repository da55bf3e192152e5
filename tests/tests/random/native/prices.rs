//! What a refresh finds, and what follows from time alone.

use super::super::play::steps::COIN_INDEX;
use super::*;
use bytemuck::Zeroable;
use firebreak_client::{
    oracle::{read, Kind},
    program::state::PriceSource,
    risk::{
        ops::{self, GlobalSeen},
        price::{accept, Accepted, Observation, Refusal, SourceState, MAX_SOURCES},
        report::Report,
        settlement, Now, Price,
    },
};

/// What the sources say: those that count, what is remembered of each, why the first that does not count was refused.
type Seen = ([Option<Accepted>; MAX_SOURCES], [SourceState; MAX_SOURCES], Option<E>);

/// Reads every source in use.
fn look(scene: &Scene, used: &[PriceSource], last: &[SourceState; MAX_SOURCES], decimals: u8, now: Now) -> Seen {
    let (mut counted, mut states, mut refused) = ([None; MAX_SOURCES], *last, None);
    for (i, source) in used.iter().enumerate() {
        match judge(scene, source, &last[i], decimals, now) {
            Ok((Observation { price, publish_time, confidence }, accepted)) => {
                states[i] = SourceState { price, publish_time, confidence };
                counted[i] = Some(accepted);
            }
            Err(why) => refused = refused.or(Some(why)),
        }
    }
    (counted, states, refused)
}

fn judge(scene: &Scene, source: &PriceSource, last: &SourceState, decimals: u8, now: Now) -> Result<(Observation, Accepted), E> {
    let account = scene.w.vm.svm.get_account(&source.key).ok_or(E::SourceClosed)?;
    let reading = read(Kind::try_from(source.kind).expect("a kind"), &account.data).map_err(|_| E::SourceUnreadable)?;
    // A slot is 400 ms.
    if reading.oldest_slot != 0 && (now.slot - reading.oldest_slot) * 2 > source.rule.max_age as u64 * 5 {
        return Err(E::SourceStale);
    }
    let (price, confidence) = reading.scaled(decimals).map_err(|_| E::SourceUnreadable)?;
    let seen = Observation { price: Price(price), confidence: Price(confidence), publish_time: reading.publish_time };
    let accepted = accept(&source.rule, last, &seen, now.time).map_err(|why| match why {
        Refusal::NonPositive => E::SourceNonPositive,
        Refusal::Stale => E::SourceStale,
        Refusal::FromTheFuture => E::SourceFromTheFuture,
        Refusal::Backward => E::SourceBackward,
        Refusal::Contradiction => E::SourceContradiction,
        Refusal::Unconfident => E::SourceUnconfident,
    })?;
    Ok((seen, accepted))
}

/// A refusal for want of quality names the source.
fn explain(outcome: num::Result<()>, refused: Option<E>) -> Done {
    match outcome {
        Err(RiskError::QualityTooLow) => Err(refused.unwrap_or(E::SourcesDisagree).into()),
        other => Ok(other?),
    }
}

impl Native {
    pub(super) fn apply_price(&mut self, scene: &Scene, step: &Step) -> Done {
        let now = scene.w.now();
        match *step {
            Step::Refresh(m) => {
                let market = self.markets.get_mut(&m).expect("listed");
                let used = &market.sources[..market.source_count as usize];
                let (counted, states, refused) = look(scene, used, &market.engine.sources, market.engine.params.decimals, now);
                explain(ops::refresh(&mut market.engine, counted, &states, None, now), refused)?;
                self.accrue(m, now)
            }
            Step::Accrue(m) => self.accrue(m, now),
            Step::RefreshCoin => {
                let record = self.records.get_mut(&COIN_INDEX).expect("listed");
                let used = &record.sources[..record.source_count as usize];
                let decimals = 18 - record.engine.params.decimals;
                let (counted, states, refused) = look(scene, used, &record.feed.sources, decimals, now);
                explain(ops::refresh_collateral(&mut record.engine, &mut record.feed, counted, &states, now), refused)
            }
            Step::End(m) => {
                let mut market = self.market(m);
                settlement::enter(&mut market, false, now)?;
                self.set_market(m, market);
                Ok(())
            }
            Step::CheckGlobal => {
                let record = &self.records[&0];
                let seen = GlobalSeen::of_up(&record.engine, &record.outflow, &record.outflow_rules, now)?;
                let Protocol { breaker, breaker_rules, .. } = &mut self.protocol;
                ops::check_global(breaker, breaker_rules, &self.insurance.engine, &seen, now)?;
                Ok(())
            }
            Step::Report(m) => {
                let market = self.market(m);
                let limit = market.limit.now_down(&self.insurance.engine)?;
                let report = Report::of(&market, (m, 0), limit, self.protocol.breaker.level(), now)?;
                let mut place = RiskReport::zeroed();
                place.report.0 = report;
                self.reports.insert(address::report(&address::market(m)), place);
                Ok(())
            }
            _ => self.apply_keeping(scene, step),
        }
    }

    fn accrue(&mut self, m: u16, now: Now) -> Done {
        let mut market = self.market(m);
        let insured = market.limit.now_down(&self.insurance.engine)?;
        ops::accrue(&mut market, insured, now)?;
        self.set_market(m, market);
        Ok(())
    }
}
