//! Runs a scenario: the stage is set, positions open, prices move, everybody acts, and afterwards everything is wound up.

use crate::{
    agents::Agent,
    draw::Draw,
    engine::{Action, Backend, Engine, Setup, Who},
    outcome::{Before, Outcome, Run, Sample},
    policy::{Policy, Safeguard},
    scenario::{Attack, Scenario},
    setting,
    stage::Stage,
    tally::payable_share,
    world::{atoms, usd},
};
use anyhow::Result;
use firebreak_risk::{
    breaker::{Reason, LONGEST_TIMER},
    Market, Price,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Samples of a run's series at most; a longer run is sampled less often.
const SAMPLES: u64 = 20_000;
/// Steps between two audits of the whole.
const AUDIT: u64 = 500;
/// Slots of a step while accounts are due.
const BUSY: u64 = 3;
/// Slots of a step while the market waits and nothing is due.
const QUIET: u64 = 25;
/// Seconds for which the end waits for buyers of collateral: longer than the day after which it is forfeited.
const UNSOLD: i64 = 100_000;
/// Slots of a step in that wait: as long as a price may be old.
const WAITING: u64 = 50;
/// What a bystander deposits in USD.
const BYSTANDER: f64 = 10_000.0;

/// Runs `scenario` under `policy` on the engine. The same seed gives the same run, to the byte.
pub fn run(scenario: &Scenario, policy: &Policy, seed: u64) -> Run {
    let draw = Draw::new(scenario, policy, seed);
    let engine = Engine::new(draw.setup());
    Runner::new(draw, Box::new(engine)).finish()
}

/// Makes the world that a run acts on.
pub type Opener<'a> = dyn Fn(Setup) -> Result<Box<dyn Backend>> + 'a;

/// The same on the backend that `open` makes.
pub fn run_on(scenario: &Scenario, policy: &Policy, seed: u64, open: &Opener) -> Result<Run> {
    let draw = Draw::new(scenario, policy, seed);
    let backend = open(draw.setup())?;
    Ok(Runner::new(draw, backend).finish())
}

struct Runner {
    stage: Stage,
    agents: Vec<Box<dyn Agent>>,
    before: Before,
    series: Vec<Sample>,
    every: u64,
    sampled: Option<u64>,
}

impl Runner {
    fn new(draw: Draw, backend: Box<dyn Backend>) -> Self {
        let Draw { seed, plans, interest, places, rng, policy, scenario } = draw;
        let total: f64 = interest.iter().sum();
        let fund = total * scenario.insurance.share;
        let every = (scenario.slots / SAMPLES).max(1);
        let mut stage = Stage::new(backend, places, rng, policy, scenario);
        let mut agents: Vec<Box<dyn Agent>> = Vec::new();
        // Prices first: nobody may trade before the market has seen some.
        for _ in 0..40 {
            stage.tick(QUIET);
        }
        agents.extend(setting::insurers(&mut stage, fund));
        stage.backend.grant_all();
        stage.tick(BUSY);
        let makers = setting::makers(&mut stage, total);
        agents.extend(makers);
        // A first quote, to open against.
        for agent in &mut agents {
            agent.act(&mut stage);
        }
        let (members, not_opened) = setting::open(&mut stage, &mut agents, &plans);
        setting::ordinary_hour(&mut stage, &mut agents, &members);
        let bystanders: Vec<(Who, u64)> =
            (0..stage.scenario.crowd.bystanders).map(|_| (stage.member(BYSTANDER), atoms(BYSTANDER))).collect();
        agents.extend(setting::others(&mut stage, total));
        agents.extend(setting::keepers(&mut stage, total, &members));
        stage.start();
        let open: f64 = (0..interest.len() as u16).map(|m| stage.open_interest(m)).sum();
        let before = Before {
            seed,
            not_opened,
            bars_carried: 0,
            open_interest: atoms(open),
            insurance: stage.backend.insurance().fund.assets,
            bystanders,
            steps: 0,
        };
        Self { stage, agents, before, series: Vec::new(), every, sampled: None }
    }

    /// One step of `slots`.
    fn step(&mut self, slots: u64) {
        self.before.steps += 1;
        let stage = &mut self.stage;
        stage.tick(slots);
        stage.look();
        for agent in &mut self.agents {
            agent.act(stage);
        }
        let now = stage.backend.now();
        stage.tally.wrongful.judge(&stage.backend.books(), now, false);
        let global = stage.backend.setting().global.level;
        stage.tally.sample(stage.backend.books().markets, global, slots);
        if self.before.steps.is_multiple_of(AUDIT) {
            stage.backend.audit();
        }
        self.sample();
    }

    fn sample(&mut self) {
        let stage = &self.stage;
        if self.sampled.is_some_and(|at| stage.slot < at + self.every) {
            return;
        }
        self.sampled = Some(stage.slot);
        let (markets, place) = (stage.backend.books().markets, &stage.places[0]);
        let Some(first) = markets.first() else { return };
        let (now, t) = (stage.backend.now(), &stage.tally);
        let dollars = |p: Price| p.0 as f64 / crate::world::TICKS;
        let sum = |f: fn(&Market) -> u64| usd(markets.iter().map(f).sum());
        self.series.push(Sample {
            slot: stage.slot,
            time_ms: now.time * 1_000,
            price: dollars(first.price.spot),
            low: dollars(first.price.low),
            high: dollars(first.price.high),
            venues: place.prints.clone(),
            quality: first.quality(now) as u8,
            level: markets.iter().map(|m| m.level(stage.backend.setting().global.level) as u8).max().unwrap_or(0),
            open_interest: (0..markets.len() as u16).map(|m| stage.open_interest(m)).sum(),
            liquidations: t.liquidations,
            bankruptcies: t.bankruptcies,
            liquidated: usd(t.liquidated),
            deficit: sum(|m| m.ledger.deficit),
            payable_share: markets.iter().map(payable_share).fold(1.0, f64::min),
            insurance: usd(stage.backend.insurance().fund.assets),
            pot: sum(|m| m.ledger.pot),
            depth: place.liquidity.depth,
            impact: place.liquidity.impact,
            maint: f64::from(first.margin.lines[0].maint.0) / 1e6,
        });
    }

    /// The scenario, then what it left.
    fn finish(mut self) -> Run {
        let (slots, step) = (self.stage.scenario.slots, self.stage.scenario.step);
        let fault = self.stage.scenario.fault.clone();
        self.sample();
        let mut tampered = false;
        while self.stage.slot < slots {
            let busy = step > 1 && !self.stage.due.is_empty();
            let next = if busy { step.min(BUSY) } else { step };
            self.step(next.min(slots - self.stage.slot));
            if let Some(fault) = fault.as_ref().filter(|f| !tampered && self.stage.slot >= f.slot) {
                tampered = true;
                self.stage.backend.tamper(0, fault.atoms);
                self.stage.backend.audit();
            }
        }
        self.wind_up();
        let stage = &mut self.stage;
        let now = stage.backend.now();
        stage.tally.wrongful.judge(&stage.backend.books(), now, true);
        stage.backend.audit();
        let differential = stage.backend.differential();
        let speed = stage.backend.speed();
        let standings = self.agents.iter().map(|a| a.result(&self.stage)).collect();
        let outcome = Outcome { differential, ..Outcome::of(&self.stage, &self.before, standings) };
        Run { outcome, venues: self.stage.places[0].names(), series: self.series, speed }
    }

    /// Prices stand still; keepers finish; the windows end; every claim warms up and is paid.
    fn wind_up(&mut self) {
        let longest = self.markets(|m| m.params.loss_window).max(600);
        let shares = self.stage.policy.has(Safeguard::LossSharing);
        let limit = if shares { 3 * longest } else { 1_800 };
        let began = self.stage.backend.now().time;
        let mut until = began + limit;
        let mut settled = false;
        while self.stage.backend.now().time < until {
            // What is forfeited after its time for sale still has to be resolved.
            if self.is_unsold() {
                until = (self.stage.backend.now().time + limit).min(began + UNSOLD + limit);
            }
            if self.stage.due.is_empty() && !self.in_deficit() {
                if settled {
                    break;
                }
                settled = true;
                self.settle_all();
            }
            self.step(match (self.stage.due.is_empty(), self.is_unsold()) {
                (true, _) => QUIET,
                (false, true) => WAITING,
                (false, false) => BUSY,
            });
        }
        self.settle_all();
        for market in self.stage.backend.books().markets {
            if market.ledger.deficit > 0 {
                self.stage.tally.worst_share(payable_share(market));
            }
        }
        if !shares {
            return; // a deficit stays open, and nobody converts while it does
        }
        // Two warm-ups: after them no move of the crash is remembered, and every claim is warm.
        let warmup = self.markets(|m| m.params.claim_warmup);
        for _ in 0..3 {
            let slots = (warmup as u64 + 1) * 5 / 2;
            self.stage.tick(slots + 1);
            self.stage.tick(BUSY);
            self.settle_all();
        }
        // Waits as long as these open a grace, in which nobody converts. It ends while prices come in time.
        for _ in 0..LONGEST_TIMER as u64 * 5 / 2 / QUIET {
            if !self.stage.backend.books().markets.iter().any(|m| m.breaker.is_tripped(Reason::Staleness)) {
                break;
            }
            self.stage.tick(QUIET);
        }
        self.settle_all();
        for m in 0..self.stage.places.len() as u16 {
            for who in 0..self.stage.backend.accounts() {
                let account = self.stage.backend.account(who);
                let claims = account.position(m).is_ok_and(|p| p.result > 0);
                let owes = account.unrecovered().unwrap_or(0) > 0;
                if claims && owes {
                    self.stage.act(Action::Recover { m, who });
                } else if claims {
                    self.stage.act(Action::Convert { m, who });
                }
            }
        }
    }

    /// Whether an account that cannot pay waits for a buyer of its collateral.
    fn is_unsold(&self) -> bool {
        let waits = |who| {
            let account = self.stage.backend.account(who);
            account.collaterals > 0 && account.unsold != 0
        };
        self.stage.due.iter().any(|due| waits(due.who))
    }

    fn in_deficit(&self) -> bool {
        self.stage.backend.books().markets.iter().any(|m| m.ledger.deficit > 0)
    }

    fn markets(&self, f: fn(&Market) -> i64) -> i64 {
        self.stage.backend.books().markets.iter().map(f).max().unwrap_or(0)
    }

    /// Every owner settles.
    fn settle_all(&mut self) {
        for who in 0..self.stage.backend.accounts() {
            let held: Vec<u16> = self.stage.backend.account(who).used().map(|p| p.market).collect();
            let solvent = self.stage.backend.health(who).is_ok_and(|h| h.solvency >= 0);
            for m in held.into_iter().filter(|_| solvent) {
                self.stage.act(Action::Settle { m, who, by_owner: true });
            }
        }
    }
}

/// Whether a scenario has this attack.
pub(crate) fn attacks(scenario: &Scenario, attack: Attack) -> bool {
    scenario.agents.attackers.contains(&attack)
}

/// Draws a seed for each of `n` runs of a sweep: the same for a run whatever the number of shards.
pub fn seeds(first: u64, n: usize) -> Vec<u64> {
    let mut rng = ChaCha8Rng::seed_from_u64(first);
    (0..n).map(|_| rng.random()).collect()
}
