//! Every privileged key is in hostile hands (I11).

use super::{check::*, *};
use firebreak_risk::governance::{review, Class};
use proptest::prelude::*;

const HOUR: i64 = 3_600;
const TWO_DAYS: i64 = 48 * HOUR;

/// What the attacker does. All accounts are his.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Power {
    /// Time passes; with `fresh` both markets are refreshed.
    Wait {
        seconds: u32,
        fresh: bool,
    },
    /// An account asks for `share` ppm of its capital, or of what the vault would let out.
    Withdraw {
        who: usize,
        share: u64,
        all: bool,
    },
    Deposit {
        who: usize,
        amount: u64,
    },
    Request {
        who: usize,
    },
    PayOut {
        who: usize,
    },
    Treasury {
        m: usize,
    },
    Trade {
        taker: usize,
        maker: usize,
        m: usize,
        lots: i64,
    },
    /// As guardian.
    Tighten {
        m: usize,
        which: usize,
        ppm: u32,
    },
    Pause {
        m: usize,
    },
    /// As governance.
    Propose {
        m: usize,
        which: usize,
        ppm: u32,
        loosen: bool,
    },
    Apply {
        m: usize,
    },
    Delays {
        loosen: i64,
        list: i64,
    },
}

/// The world since its keys were taken.
#[derive(Clone, Debug)]
pub struct Captured {
    pub world: World,
    /// When something left (positive) or came in, and how much.
    pub flows: Vec<(i64, i64)>,
    /// Each market's parameters at the beginning, and since when each change of them was public.
    pub original: [MarketParams; MARKETS],
    pub proposed: [Option<i64>; MARKETS],
    /// How often a limit or a delay refused.
    pub refused: u32,
}

impl Captured {
    pub fn new() -> Self {
        let mut world = World::live();
        world.outflow_rules = OutflowRules { hour: 100 * USD, day: 300 * USD, free: 10 * USD };
        // A figure that begins from nothing: to loosen it is a listing.
        world.markets[1].params.cover_multiple = 0;
        for m in &mut world.markets {
            m.ledger.treasury_fees = 700 * USD;
            world.vault += 700 * USD;
        }
        let original = world.markets.map(|m| m.params);
        Self { world, flows: Vec::new(), original, proposed: [None; MARKETS], refused: 0 }
    }

    /// Does `power`, and says what it broke.
    pub fn step(&mut self, power: &Power) -> Checked {
        let before = self.world.clone();
        let done = self.act(power);
        self.refused += matches!(done, Err(RiskError::OutflowLimit | RiskError::DelayNotOver)) as u32;
        let moved = before.vault as i64 - self.world.vault as i64;
        if moved != 0 {
            self.flows.push((self.world.now.time, moved));
            self.leaves_within_the_limits()?;
        }
        self.loosens_nothing_early(&before, power)
    }

    fn act(&mut self, power: &Power) -> Result<()> {
        let world = &mut self.world;
        match *power {
            Power::Wait { seconds, fresh } => {
                world.pass(seconds);
                if fresh {
                    world.refeed();
                }
                Ok(())
            }
            Power::Withdraw { who, share, all } => {
                let room = world.outflow.room_down(&world.outflow_rules, world.now)?;
                let most = if all { world.accounts[who].capital } else { room + world.outflow_rules.free };
                world.withdraw(who, (most as u128 * share as u128 / 1_000_000) as u64)
            }
            Power::Deposit { who, amount } => world.deposit(who, amount),
            Power::Request { who } => world.request(who, 1_000_000),
            Power::PayOut { who } => world.pay_out(who).map(drop),
            Power::Treasury { m } => {
                // As much as the windows let out, again and again.
                let fees = world.markets[m].ledger.treasury_fees;
                let room = world.outflow.room_down(&world.outflow_rules, world.now)?;
                world.markets[m].ledger.treasury_fees = fees.min(room);
                let paid = world.treasury(m);
                world.markets[m].ledger.treasury_fees += fees - fees.min(room);
                paid.map(drop)
            }
            Power::Trade { taker, maker, m, lots } => world.trade(taker, maker, m, lots, 0).map(drop),
            Power::Tighten { m, which, ppm } => world.tighten(m, which, ppm),
            Power::Pause { m } => world.guardians[m].pause(world.now.time),
            Power::Propose { m, which, ppm, loosen } => {
                world.propose_either(m, which, ppm, loosen)?;
                self.proposed[m] = Some(world.now.time);
                Ok(())
            }
            Power::Apply { m } => world.change(m),
            Power::Delays { loosen, list } => world.delays.grow(Delays { loosen, list }),
        }
    }

    /// A window is kept as two halves, so an interval of `n` windows lets at most `n + 1` limits pass; besides, each account has its free
    /// amount, once for each of its days that the interval touches. What is paid in may leave again.
    fn leaves_within_the_limits(&self) -> Checked {
        let (rules, now) = (&self.world.outflow_rules, self.world.now.time);
        for (length, limits, days) in [(HOUR, 2 * rules.hour, 2), (TWO_DAYS, 3 * rules.day, 3)] {
            let most = limits + days * rules.free * ACCOUNTS as u64;
            let mut sum = 0;
            for (time, moved) in self.flows.iter().rev().take_while(|f| now - f.0 < length) {
                sum += moved;
                ensure(sum <= most as i64, || format!("i11: {sum} left since {time}, {} s ago", now - time))?;
            }
        }
        Ok(())
    }

    /// What became looser was public for its delay; within 48 hours of the capture nothing is looser than it was. No delay shrinks.
    fn loosens_nothing_early(&mut self, before: &World, power: &Power) -> Checked {
        let (was, is) = (&before.delays, &self.world.delays);
        let shrunk = [Class::Loosen, Class::List].iter().any(|class| is.of(*class) < was.of(*class));
        ensure(!shrunk, || format!("i11: {power:?} shortened a delay"))?;
        for m in 0..MARKETS {
            let (old, new) = (&before.markets[m].params, &self.world.markets[m].params);
            if old == new {
                continue;
            }
            let class = review(old, new).map_err(|why| format!("i11: {power:?} was no permitted step: {why}"))?;
            let waited = self.proposed[m].map_or(0, |since| self.world.now.time - since);
            let least = match class {
                Class::List => 7 * 24 * HOUR,
                Class::Loosen => TWO_DAYS,
                _ => 0,
            };
            ensure(waited >= least, || format!("i11: {power:?} after {waited} s, class {class:?}"))?;
            let young = self.world.now.time - START < TWO_DAYS;
            let looser = review(&self.original[m], new).map_or(true, |class| class > Class::Tighten);
            ensure(!young || !looser, || format!("i11: {power:?} loosened within 48 hours of the capture"))?;
        }
        Ok(())
    }
}

fn power() -> impl Strategy<Value = Power> {
    let m = || 0..MARKETS;
    let waits = prop_oneof![3 => 1u32..4_000, 2 => Just(3_600u32), 1 => Just(86_400), 1 => Just(172_799), 1 => Just(172_800), 1 => Just(604_800)];
    let delay = || prop_oneof![0i64..300_000, 0i64..3_000_000];
    prop_oneof![
        6 => (waits, any::<bool>()).prop_map(|(seconds, fresh)| Power::Wait { seconds, fresh }),
        6 => (0..ACCOUNTS, 1u64..=1_000_000, any::<bool>()).prop_map(|(who, share, all)| Power::Withdraw { who, share, all }),
        2 => (0..ACCOUNTS, Just(1_000_000u64), Just(false)).prop_map(|(who, share, all)| Power::Withdraw { who, share, all }),
        2 => (0..ACCOUNTS, 1..400 * USD).prop_map(|(who, amount)| Power::Deposit { who, amount }),
        1 => (1usize..3).prop_map(|who| Power::Request { who }),
        1 => (1usize..3).prop_map(|who| Power::PayOut { who }),
        3 => m().prop_map(|m| Power::Treasury { m }),
        1 => (0..ACCOUNTS, 0..ACCOUNTS, m(), -20 * UNIT..20 * UNIT)
            .prop_map(|(taker, maker, m, lots)| Power::Trade { taker, maker, m, lots }),
        3 => (m(), 0..live::MOVED, 1u32..300_000).prop_map(|(m, which, ppm)| Power::Tighten { m, which, ppm }),
        1 => m().prop_map(|m| Power::Pause { m }),
        3 => (m(), 0..live::MOVED, 1u32..300_000, any::<bool>())
            .prop_map(|(m, which, ppm, loosen)| Power::Propose { m, which, ppm, loosen }),
        3 => m().prop_map(|m| Power::Apply { m }),
        1 => (delay(), delay()).prop_map(|(loosen, list)| Power::Delays { loosen, list }),
    ]
}

/// A sequence of them.
pub fn powers(length: usize) -> impl Strategy<Value = Vec<Power>> {
    proptest::collection::vec(power(), 1..length)
}
