//! The replay: tick by tick, then a calm end in which everybody is settled.

use super::{
    audit::{self, State},
    keepers::View,
    outcome::{Outcome, Point, Trace},
    population::MARKET,
    stage::{Play, Stage, BYSTANDER_USD},
};
use crate::{artifact::Artifact, protocol::USD, ui::Steps};
use anyhow::Result;
use firebreak_client::{
    event::Event,
    instruction,
    risk::{levels::Level, num::notional_down, price::Quality, Now},
};
use firebreak_sim::prices::Tick;
use rand::{seq::IndexedRandom, Rng};
use std::time::Instant;

/// Rounds of the calm end: enough for the loss window, the slowest liquidation and the warm-up of claims.
const CALM_ROUNDS: i64 = 60;
/// Rounds after those in which a market whose breaker is still tripped may reopen, and milliseconds of each: prices that come more seldom
/// are an outage of their own.
const REOPENING_ROUNDS: i64 = 300;
const REOPENING_STEP: i64 = 20_000;
/// Ticks between two settlements by makers.
const MAKER_TICKS: usize = 4;

/// Plays everything and returns the figures and the series.
pub fn run(play: &Play, program: &Artifact) -> Result<(Outcome, Trace)> {
    let mut steps = Steps::new(7);
    let mut stage = Stage::set(play, program, &mut steps)?;
    let state = audit::read(&stage)?;
    let mut run = Run {
        outcome: Outcome {
            scenario: play.scenario.clone(),
            seed: play.seed,
            route: program.route.clone(),
            accounts: play.accounts,
            class: format!("{:?}", play.class),
            insurance_before: state.insurance.engine.fund.assets,
            payable_share_worst: 1.0,
            ..Default::default()
        },
        trace: Trace { sources: stage.feeds.iter().map(|f| f.label()).collect(), points: Vec::with_capacity(play.ticks.len()) },
        state,
        deficit: 0,
    };
    let started = Instant::now();
    let bar = steps.bar("Replaying the crash", play.ticks.len() as u64);
    for tick in &play.ticks {
        run.tick(&mut stage, tick)?;
        bar.inc(1);
        if run.outcome.ticks.is_multiple_of(16) {
            let usd = run.trace.points.last().map_or(0.0, |p| p.spot);
            bar.set_message(format!("price {usd:.4}, {} liquidations", run.outcome.liquidations));
        }
    }
    bar.finish_and_clear();
    steps.next("Settling everybody");
    run.calm(&mut stage, play.ticks.last())?;
    run.finish(stage, started.elapsed().as_secs_f64())
}

struct Run {
    outcome: Outcome,
    trace: Trace,
    state: State,
    /// The deficit of this tick before anything covered it.
    deficit: u64,
}

impl Run {
    /// One tick: prices, one refresh, somebody trades, keepers race, losses are covered, the books are added up.
    fn tick(&mut self, stage: &mut Stage, tick: &Tick) -> Result<()> {
        let now = stage.publish(tick)?;
        let _ = stage.refresh()?; // a refusal is counted; the market then lives on its last price
        self.state.market = stage.market()?;
        self.trade(stage, now)?;
        self.keep(stage, now)?;
        self.cover(stage, now)?;
        self.outcome.ticks += 1;
        match stage.market()?.engine.quality(now) {
            Quality::Primary => self.outcome.quality_ticks.primary += 1,
            Quality::Degraded => self.outcome.quality_ticks.degraded += 1,
            Quality::Frozen => self.outcome.quality_ticks.frozen += 1,
        }
        let levels = &mut self.outcome.breaker_ticks;
        match stage.market()?.engine.level(Level::Normal) {
            Level::Normal => levels.normal += 1,
            Level::Caution => levels.caution += 1,
            Level::ReduceOnly => levels.reduce_only += 1,
            Level::Halt | Level::Settlement => levels.halt += 1,
        }
        if self.outcome.ticks.is_multiple_of(200) && self.state.market.engine.ledger.insurance_fees > 0 {
            let _ = stage.chain.send(&[instruction::sweep_fees(MARKET)], &stage.keys.authority, &[])?;
        }
        self.state = audit::read(stage)?;
        self.note(stage, tick.time_ms, now)
    }

    /// Makers settle in turn, as their books need; now and then a trader reduces, settles or converts. Many of these are refused in a
    /// crash, and counted.
    fn trade(&mut self, stage: &mut Stage, now: Now) -> Result<()> {
        let turn = self.outcome.ticks as usize / MAKER_TICKS;
        if (self.outcome.ticks as usize).is_multiple_of(MAKER_TICKS) {
            if let Some(maker) = stage.makers.get(turn % stage.makers.len().max(1)) {
                let ix = instruction::settle(maker.owner(), maker.account, MARKET, &[]);
                let _ = stage.chain.send(&[ix], &maker.key, &[])?;
            }
        }
        if !stage.rng.random_bool(0.15) || stage.market()?.engine.quality(now) == Quality::Frozen {
            return Ok(());
        }
        let Stage { chain, traders, makers, rng, .. } = stage;
        let (Some(trader), Some(maker)) = (traders.choose(rng), makers.choose(rng)) else { return Ok(()) };
        let Some(position) = self.state.accounts.get(&trader.account).and_then(|a| a.engine.position(MARKET).ok().copied())
        else {
            return Ok(());
        };
        let choice: f64 = rng.random();
        let half = position.base.0 / 2;
        let ix = if choice < 0.4 && half != 0 {
            let limit = if half < 0 { u64::MAX } else { 0 };
            instruction::take(trader.owner(), trader.account, maker.account, MARKET, -half, limit, &[])
        } else if choice < 0.8 {
            instruction::settle(trader.owner(), trader.account, MARKET, &[])
        } else {
            instruction::convert(trader.owner(), trader.account, MARKET, &[])
        };
        let _ = chain.send(&[ix], &trader.key, &[])?;
        Ok(())
    }

    /// All keepers plan on the same view, then send in the order of their delays.
    fn keep(&mut self, stage: &mut Stage, now: Now) -> Result<()> {
        let own: Vec<_> = stage.keepers.iter().map(|k| k.member.account).collect();
        let view = View { market: &self.state.market, accounts: &self.state.accounts, setting: self.state.protocol.setting(now) };
        let Stage { chain, keepers, makers, rng, .. } = stage;
        let mut order: Vec<(f64, usize)> = keepers.iter().enumerate().map(|(i, k)| (k.delay(rng), i)).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let plans: Vec<_> = keepers.iter().map(|k| k.plan(&view, &own)).collect();
        for (_, i) in order {
            for job in &plans[i] {
                keepers[i].send(chain, job)?;
            }
            if let Some(maker) = makers.choose(rng) {
                keepers[i].unwind(chain, &view, maker)?;
            }
        }
        Ok(())
    }

    /// Pays or shares a deficit as soon as the engine says that it can be.
    fn cover(&mut self, stage: &mut Stage, now: Now) -> Result<()> {
        let market = stage.market()?;
        self.outcome.deficit_worst = self.outcome.deficit_worst.max(market.engine.ledger.deficit);
        let (mut engine, mut insurance) = (market.engine.0, self.state.insurance.engine.0);
        self.deficit = market.engine.ledger.deficit;
        if insurance.share_loss(&mut engine, now).is_ok() {
            let sent = stage.chain.send(&[instruction::share_loss(MARKET)], &stage.keys.authority, &[])?;
            for event in sent.unwrap_or_default() {
                if let Event::LossShared(shared) = event {
                    self.outcome.pot_paid += shared.pot;
                    self.outcome.index_cuts += u64::from(shared.shared > 0);
                }
            }
        }
        Ok(())
    }

    fn note(&mut self, stage: &Stage, time_ms: i64, now: Now) -> Result<()> {
        let State { market, insurance, error, .. } = &self.state;
        let (ledger, price) = (&market.engine.ledger, &market.engine.price);
        let out = &mut self.outcome;
        out.conservation_checks += 1;
        out.conservation_error_atoms = out.conservation_error_atoms.max(u64::try_from(error.unsigned_abs()).unwrap_or(u64::MAX));
        let quality = market.engine.quality(now);
        let share = share(market)?;
        out.payable_share_worst = out.payable_share_worst.min(share);
        out.liquidations = ledger.liquidations;
        let scale = 10f64.powi(market.engine.params.decimals as i32);
        let usd = |atoms: u64| atoms as f64 / USD as f64;
        self.trace.points.push(Point {
            time_ms,
            sources: stage.said().iter().map(|p| *p as f64 / 1e8).collect(),
            spot: price.spot.0 as f64 / scale,
            low: price.low.0 as f64 / scale,
            high: price.high.0 as f64 / scale,
            quality: quality as u8,
            level: market.engine.level(Level::Normal) as u8,
            open_interest: usd(notional_down(price.spot, ledger.long_base).unwrap_or(0)),
            liquidations: ledger.liquidations,
            bankruptcies: ledger.bankruptcies,
            insurance: usd(insurance.engine.fund.assets),
            pot: usd(ledger.pot),
            deficit: usd(self.deficit.max(ledger.deficit)),
            payable_share: share,
        });
        Ok(())
    }

    /// After the last tick the price stands still while keepers finish, losers settle, the loss is shared and winners convert.
    fn calm(&mut self, stage: &mut Stage, last: Option<&Tick>) -> Result<()> {
        let Some(last) = last else { return Ok(()) };
        let params = self.state.market.engine.params;
        let step = ((params.claim_warmup + params.loss_window) * 1_000 / (CALM_ROUNDS / 2)).max(2_000);
        let mut time_ms = last.time_ms;
        for round in 1..=CALM_ROUNDS + REOPENING_ROUNDS {
            if round > CALM_ROUNDS && self.state.market.engine.breaker.level() == Level::Normal {
                break;
            }
            time_ms += if round > CALM_ROUNDS { REOPENING_STEP } else { step };
            let tick = Tick { time_ms, prices: last.prices.clone() };
            let now = stage.publish(&tick)?;
            let _ = stage.refresh()?;
            self.state.market = stage.market()?;
            self.keep(stage, now)?;
            match round {
                // Losers pay first, so that the pool knows what it has; winners' claims then warm up.
                1 => self.everybody(stage, |m, s| instruction::settle(m.owner(), m.account, s, &[]))?,
                CALM_ROUNDS => self.everybody(stage, |m, s| instruction::convert(m.owner(), m.account, s, &[]))?,
                _ => {}
            }
            self.cover(stage, now)?;
            self.state = audit::read(stage)?;
            self.note(stage, tick.time_ms, now)?;
        }
        Ok(())
    }

    fn everybody(
        &self,
        stage: &mut Stage,
        build: impl Fn(&super::population::Member, u16) -> solana_instruction::Instruction,
    ) -> Result<()> {
        let Stage { chain, traders, makers, keepers, .. } = stage;
        for member in traders.iter().chain(makers.iter()).chain(keepers.iter().map(|k| &k.member)) {
            let Some(account) = self.state.accounts.get(&member.account) else { continue };
            if account.engine.position(MARKET).is_ok() {
                let _ = chain.send(&[build(member, MARKET)], &member.key, &[])?;
            }
        }
        Ok(())
    }

    fn finish(mut self, stage: Stage, seconds: f64) -> Result<(Outcome, Trace)> {
        let ledger = &self.state.market.engine.ledger;
        let fund = &self.state.insurance.engine.fund;
        let out = &mut self.outcome;
        out.transactions = stage.chain.counts.sent;
        out.failed_transactions = stage.chain.counts.failed;
        out.max_cu = stage.chain.counts.max_cu;
        out.liquidations = ledger.liquidations;
        out.bankruptcies = ledger.bankruptcies;
        out.insurance_after = fund.assets;
        let held =
            stage.bystanders.iter().filter_map(|m| self.state.accounts.get(&m.account)).map(|a| a.engine.capital).sum::<u64>();
        out.bystander_loss = (stage.bystanders.len() as u64 * BYSTANDER_USD * USD).saturating_sub(held);
        out.insurance_drawn = ledger.insurance_drawn;
        out.losses_shared = ledger.loss_shared;
        out.deficit = ledger.deficit;
        out.payable_share = share(&self.state.market)?;
        out.reopened = self.state.market.engine.breaker.level() == Level::Normal;
        out.deleveraged = stage.keepers.iter().map(|k| k.score.deleveraged).sum();
        out.keepers = stage.keepers.into_iter().map(|k| k.score).collect();
        out.seconds = seconds;
        stage.chain.cluster.stop()?;
        Ok((self.outcome, self.trace))
    }
}

fn share(market: &firebreak_client::program::state::Market) -> Result<f64> {
    let ppm = market.engine.ledger.payable_share_down().map_err(|e| anyhow::anyhow!("h cannot be computed: {e}"))?;
    Ok(ppm as f64 / 1e6)
}
