//! Keepers: each plans with the risk engine on the same view of the chain, then they race. Who comes first wins; the others' transactions
//! are refused, as on a real chain.

use super::{
    chain::Chain,
    outcome::KeeperScore,
    population::{take, Member, MARKET},
};
use crate::protocol::USD;
use anyhow::Result;
use firebreak_client::{
    event::Event,
    instruction,
    program::state::{MarginAccount, Market},
    risk::{
        self, liquidation, margin,
        num::{lots_down, mul_div_down, PPM},
        price::Quality,
        Now,
    },
    Pubkey,
};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use solana_instruction::Instruction;
use std::collections::BTreeMap;

/// The view everybody plans on: the market and all margin accounts.
pub struct View<'a> {
    /// The market.
    pub market: &'a Market,
    /// Every margin account.
    pub accounts: &'a BTreeMap<Pubkey, MarginAccount>,
    /// The chain's clock.
    pub now: Now,
}

/// A keeper and its habits.
pub struct Keeper {
    /// Its wallet and account.
    pub member: Member,
    /// What it won.
    pub score: KeeperScore,
    /// Its delay is drawn from 0 to this; the smallest delay comes first.
    latency: f64,
    /// Jobs it sends per tick at most.
    capacity: usize,
    /// Penalties below this fraction do not interest it, in ppm. What it leaves, others or time will take.
    least_penalty: u32,
}

/// One planned transaction.
pub struct Job {
    instructions: Vec<Instruction>,
}

/// What a further position would need, in ppm of its notional: the higher side's Init as it stands, with a tenth to spare for its size.
fn init(market: &risk::Market) -> u64 {
    let lines = &market.margin.lines;
    let init = lines[0].init.max(lines[1].init);
    (market.margin.crowded_up(init).unwrap_or(init).0 as u64 * 11 / 10).max(1)
}

impl Keeper {
    /// A keeper with the habits of number `n`.
    pub fn new(n: usize, member: Member) -> Self {
        // (name, latency, jobs a tick, least penalty): a fast one, one that waits for pay, one that is slow but takes all.
        let habits = [("swift", 1.0, 12, 0), ("patient", 1.4, 16, 300), ("steady", 2.0, 30, 0)];
        let (name, latency, capacity, least_penalty) = habits[n % habits.len()];
        let name = match n / habits.len() {
            0 => name.to_string(),
            again => format!("{name}-{}", again + 1),
        };
        Self { member, score: KeeperScore { name, ..Default::default() }, latency, capacity, least_penalty }
    }

    /// This tick's delay.
    pub fn delay(&self, rng: &mut ChaCha8Rng) -> f64 {
        rng.random::<f64>() * self.latency
    }

    /// What it would do, worst account first.
    pub fn plan(&self, view: &View, keepers: &[Pubkey]) -> Vec<Job> {
        let market = &view.market.engine;
        let Some(mine) = view.accounts.get(&self.member.account) else { return vec![] };
        let room = margin::init_health(&mine.engine, &&**market, false, view.now).unwrap_or(0).max(0) as u64;
        let mut room = mul_div_down(room, PPM, init(market)).unwrap_or(0);
        let mut found: Vec<(i64, Pubkey)> = view
            .accounts
            .iter()
            .filter(|(key, account)| !keepers.contains(key) && account.engine.has_exposure())
            .filter_map(|(key, account)| {
                let health = margin::health(&account.engine, &&**market, view.now).ok()?;
                let due = health.maint < 0 || (account.engine.flagged != 0 && health.liq_end < 0);
                due.then_some((health.liq_end, *key))
            })
            .collect();
        found.sort();
        let mut jobs = vec![];
        for (_, key) in found {
            if jobs.len() >= self.capacity {
                break;
            }
            let Some(account) = view.accounts.get(&key) else { continue };
            if let Some(job) = self.job(key, account, view, &mut room) {
                jobs.push(job);
            }
        }
        jobs
    }

    /// Flag, declare and take over in one transaction, whichever of them is due. The engine itself says what the program will do.
    fn job(&self, key: Pubkey, account: &MarginAccount, view: &View, room: &mut u64) -> Option<Job> {
        let market = &view.market.engine;
        let mut engine = account.engine.0;
        let mut instructions = vec![];
        let health = margin::health(&engine, &&**market, view.now).ok()?;
        if engine.flagged == 0 {
            liquidation::flag(&mut engine, &health, view.now).ok()?;
            instructions.push(instruction::flag(key, &[MARKET]));
        }
        if health.solvency < 0 && engine.bankrupt == 0 {
            engine.bankrupt = 1;
            instructions.push(instruction::declare_bankrupt(key, &[MARKET]));
        }
        // The clock starts even when nothing may be taken over yet.
        let plan = match liquidation::plan(&engine, MARKET, market, &health, view.now) {
            Ok(plan) => plan,
            Err(_) if !instructions.is_empty() => return Some(Job { instructions }),
            Err(_) => return None,
        };
        if plan.penalty.0 < self.least_penalty && health.solvency >= 0 {
            return None;
        }
        let affordable = lots_down(*room, plan.price).ok()?;
        let lots = plan.base.abs().min(affordable);
        if lots < plan.base.abs() && lots_down(market.params.dust_notional, plan.price).ok()? >= lots {
            return None;
        }
        let notional = firebreak_client::risk::num::notional_up(plan.price, lots).ok()?;
        *room = room.saturating_sub(notional);
        instructions.push(instruction::liquidate(self.member.owner(), self.member.account, key, MARKET, lots, &[]));
        Some(Job { instructions })
    }

    /// Sends one job. A win is a take-over that went through; its reward is what the program's event says.
    pub fn send(&mut self, chain: &mut Chain, job: &Job) -> Result<()> {
        if let Ok(events) = chain.send(&job.instructions, &self.member.key, &[])? {
            for event in events {
                if let Event::Liquidated(taken) = event {
                    self.score.wins += 1;
                    self.score.reward += taken.discount + taken.reward;
                }
            }
        }
        Ok(())
    }

    /// Sells down what it took over once that is more than a tenth of what it could carry.
    pub fn unwind(&self, chain: &mut Chain, view: &View, maker: &Member) -> Result<()> {
        let market = &view.market.engine;
        let Some(mine) = view.accounts.get(&self.member.account) else { return Ok(()) };
        let Ok(position) = mine.engine.position(MARKET) else { return Ok(()) };
        if position.base.is_flat() || market.quality(view.now) < Quality::Primary {
            return Ok(());
        }
        let value = firebreak_client::risk::num::notional_up(market.price.spot, position.base.abs()).unwrap_or(0);
        let carries = mul_div_down(mine.engine.capital, PPM, init(market)).unwrap_or(0);
        let lots = if value <= 2_000 * USD { position.base.0 } else { position.base.0 / 3 };
        if value > carries / 10 && lots != 0 {
            // A refusal is counted; the next tick tries again.
            let _ = take(chain, &self.member, maker, -lots)?;
        }
        Ok(())
    }
}
