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
        self, liquidation,
        margin::{self, Markets},
        num::{mul_div_down, PPM},
        ops::{self, MarketsMut, Setting},
        price::Quality,
        RiskError,
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
    /// The chain's clock, the global level, bond and reward.
    pub setting: Setting,
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

/// A keeper's copies while it plans: what it has planned already has happened on them.
struct Desk {
    market: risk::Market,
    mine: risk::Account,
    setting: Setting,
}

impl Desk {
    /// Flags on the copies. Says whether the market has to be passed writable, because raised margin alone is the reason.
    fn flag(&mut self, account: &mut risk::Account) -> Option<bool> {
        let before = self.market.margin.raise;
        ops::flag(account, &mut One(&mut self.market), &self.setting).ok()?;
        Some(self.market.margin.raise != before)
    }
}

/// The one market there is.
struct One<'a>(&'a mut risk::Market);

impl Markets for One<'_> {
    fn market(&self, _: u16) -> risk::num::Result<&risk::Market> {
        Ok(self.0)
    }
}

impl MarketsMut for One<'_> {
    fn with<T>(&mut self, _: u16, f: impl FnOnce(&mut risk::Market) -> risk::num::Result<T>) -> risk::num::Result<T> {
        f(self.0)
    }
}

/// Counterparties of one deleveraging at most: as many as a transaction has room for beside the rest.
const PARTIES: usize = 8;

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

    /// What it would do, worst account first. It plans by running the program's own operations on copies: what they refuse is not sent.
    pub fn plan(&self, view: &View, keepers: &[Pubkey]) -> Vec<Job> {
        let Some(mine) = view.accounts.get(&self.member.account) else { return vec![] };
        let mut found: Vec<(i64, Pubkey)> = view
            .accounts
            .iter()
            .filter(|(key, account)| !keepers.contains(key) && account.engine.has_exposure())
            .filter_map(|(key, account)| {
                let health = margin::health(&account.engine, &&*view.market.engine, view.setting.now).ok()?;
                let due = health.maint < 0 || (account.engine.flagged != 0 && health.liq_end < 0);
                due.then_some((health.liq_end, *key))
            })
            .collect();
        found.sort();
        let mut desk = Desk { market: view.market.engine.0, mine: mine.engine.0, setting: view.setting };
        let mut jobs = vec![];
        for (_, key) in found {
            if jobs.len() >= self.capacity {
                break;
            }
            let Some(account) = view.accounts.get(&key) else { continue };
            if let Some(job) = self.job(key, account, view, &mut desk) {
                jobs.push(job);
            }
        }
        jobs
    }

    /// Flag, declare and close in one transaction, whichever of them is due.
    fn job(&self, key: Pubkey, account: &MarginAccount, view: &View, desk: &mut Desk) -> Option<Job> {
        let mut engine = account.engine.0;
        let mut instructions = vec![];
        if engine.flagged == 0 {
            let raised = desk.flag(&mut engine)?;
            instructions.push(if raised { instruction::flag_raised(key, &[MARKET]) } else { instruction::flag(key, &[MARKET]) });
        }
        let health = margin::health(&engine, &&desk.market, desk.setting.now).ok()?;
        if health.solvency < 0 && engine.bankrupt == 0 {
            let mut book = One(&mut desk.market);
            ops::declare(&mut engine, &mut book, &desk.setting).ok()?;
            instructions.push(instruction::declare_bankrupt(key, &[MARKET]));
        }
        // A bankrupt position pays nobody to hold it: it goes to the other side in rank order, unless a keeper wants it.
        let close = if engine.bankrupt != 0 && self.least_penalty > 0 {
            self.deleverage(key, &engine, view, desk)
        } else {
            self.take_over(key, &engine, desk)
        };
        // The clock starts even when nothing may be closed yet.
        instructions.extend(close);
        (!instructions.is_empty()).then_some(Job { instructions })
    }

    /// Takes over what is permitted and affordable: half of it when the whole is too much, and so on.
    fn take_over(&self, key: Pubkey, account: &risk::Account, desk: &mut Desk) -> Option<Instruction> {
        let now = desk.setting.now;
        let health = margin::health(account, &&desk.market, now).ok()?;
        let plan = liquidation::plan(account, MARKET, &desk.market, &health, now).ok()?;
        if plan.penalty.0 < self.least_penalty && health.solvency >= 0 {
            return None;
        }
        let mut lots = plan.base.abs();
        for _ in 0..6 {
            let (mut market, mut theirs, mut mine) = (desk.market, *account, desk.mine);
            let both = (&mut theirs, &mut mine);
            match ops::liquidate((MARKET, &mut market), both, lots, 0, &&desk.market, &desk.setting) {
                Ok(_) => {
                    (desk.market, desk.mine) = (market, mine);
                    return Some(instruction::liquidate(self.member.owner(), self.member.account, key, MARKET, lots, &[]));
                }
                Err(RiskError::BelowInit | RiskError::Throttled) if lots > 1 => lots /= 2,
                Err(_) => return None,
            }
        }
        None
    }

    /// Closes a bankrupt position against the best-ranked of the other side.
    fn deleverage(&self, key: Pubkey, account: &risk::Account, view: &View, desk: &mut Desk) -> Option<Instruction> {
        let long = account.position(MARKET).ok()?.base.is_long();
        let mut ranked: Vec<(u64, Pubkey)> = view
            .accounts
            .iter()
            .filter(|(other, _)| **other != key)
            .filter_map(|(other, held)| {
                let position = held.engine.position(MARKET).ok()?;
                let opposite = !position.base.is_flat() && position.base.is_long() != long;
                let score = ops::rank((MARKET, &desk.market), &held.engine, &&desk.market, desk.setting.now).ok()?;
                opposite.then_some((score.winner, *other))
            })
            .collect();
        ranked.sort_by(|a, b| b.cmp(a));
        ranked.truncate(PARTIES);
        let mut copies: Vec<risk::Account> = ranked.iter().filter_map(|(_, k)| Some(view.accounts.get(k)?.engine.0)).collect();
        let mut parties: Vec<ops::Party> = copies.iter_mut().map(ops::Party::new).collect();
        let (mut market, mut theirs) = (desk.market, *account);
        ops::deleverage_all((MARKET, &mut market), &mut theirs, &mut parties, 0, &&desk.market, &desk.setting).ok()?;
        desk.market = market;
        let groups: Vec<_> =
            ranked.iter().map(|(_, account)| instruction::Group { account: *account, needs: vec![MARKET].into() }).collect();
        Some(instruction::deleverage(key, MARKET, &[], &groups, &[]))
    }

    /// Sends one job. A win is a take-over that went through; its reward is what the program's event says.
    pub fn send(&mut self, chain: &mut Chain, job: &Job) -> Result<()> {
        if let Ok(events) = chain.send(&job.instructions, &self.member.key, &[])? {
            for event in events {
                match event {
                    Event::Liquidated(taken) => {
                        self.score.wins += 1;
                        self.score.reward += taken.discount + taken.reward;
                    }
                    Event::Deleveraged(_) => self.score.deleveraged += 1,
                    _ => {}
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
        if position.base.is_flat() || market.quality(view.setting.now) < Quality::Primary {
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
