//! Prices stand still and only margin is raised: by governance, by volatility, by skew, by any model (I8).

use super::{check::*, *};
use firebreak_risk::{num::notional_down, volatility::Volatility};
use proptest::prelude::*;

/// What raises margin, and who takes advantage of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raise {
    /// Time passes; both markets are refreshed at the price they have.
    Still {
        seconds: u32,
    },
    /// A model finds another volatility: semivariance per slot, and a jump.
    Model {
        m: usize,
        fall: u64,
        rise: u64,
        jump: u64,
    },
    /// The market counts another skew.
    Skew {
        m: usize,
        lots: i64,
    },
    /// The guardian tightens parameter `which`.
    Tighten {
        m: usize,
        which: usize,
        ppm: u32,
    },
    /// Everybody is flagged who can be, beginning with `first`.
    Flags {
        first: usize,
    },
    /// Whoever is flagged is taken over, as far as may be.
    Liquidations {
        m: usize,
    },
    /// An account moves its money out, or enlarges its position by a lot.
    Withdraw {
        who: usize,
    },
    Enlarge {
        who: usize,
        m: usize,
    },
}

/// The world, and what has been flagged in it.
#[derive(Clone, Debug)]
pub struct Gentle {
    pub world: World,
    /// Market, slot, notional, and open interest then, of each position that was flagged for raised margin.
    pub flagged: Vec<(usize, u64, u64, u64)>,
    /// How often the budget held a flag back.
    pub held_back: u32,
}

impl Gentle {
    /// Nothing but margin moves: no funding, no throttle. Six traders of unequal size.
    pub fn new() -> Self {
        let mut world = World::live();
        for market in &mut world.markets {
            let rules = &mut market.rules;
            (rules.funding.velocity, rules.throttle.share) = (0, Ratio(u32::MAX));
            rules.breaker.triggers.iter_mut().for_each(|t| t.bound = u64::MAX);
        }
        // One with capital enough is most of the market; the others stand a few per cent above the line.
        world.deposit(0, 30_000 * USD).unwrap();
        world.trade(0, MAKER, 0, 300 * UNIT + 1, 0).unwrap();
        for (who, lots) in [(1, -60), (2, 40), (3, -20), (4, 12), (5, 7)] {
            world.trade(who, MAKER, 0, lots * UNIT + 1, 0).unwrap();
            let notional = notional_down(world.markets[0].price.spot, lots.unsigned_abs() * UNIT as u64).unwrap();
            let spare = world.accounts[who].capital - notional * (62 + who as u64) / 1_000;
            world.accounts[who].capital -= spare;
            world.vault -= spare;
        }
        Self { world, flagged: Vec::new(), held_back: 0 }
    }

    /// Does `raise`, and says what it broke.
    pub fn step(&mut self, raise: &Raise) -> Checked {
        let before = self.world.clone();
        let world = &mut self.world;
        match *raise {
            Raise::Still { seconds } => {
                world.pass(seconds);
                world.refeed();
            }
            Raise::Model { m, fall, rise, jump } => {
                let v = &mut world.markets[m].volatility;
                *v = Volatility { fast_fall: fall, slow_fall: fall, fast_rise: rise, slow_rise: rise, jump_fall: jump, ..*v };
            }
            Raise::Skew { m, lots } => world.markets[m].funding.skew = lots,
            Raise::Tighten { m, which, ppm } => {
                let _ = world.tighten(m, which, ppm);
            }
            Raise::Flags { first } => (first..first + ACCOUNTS).try_for_each(|who| self.flag(who % ACCOUNTS))?,
            Raise::Liquidations { m } => {
                for who in 0..MAKER {
                    let _ = world.liquidate(who, MAKER, m, u64::MAX);
                }
            }
            Raise::Withdraw { who } => {
                let capital = world.accounts[who].capital;
                for half in 1..8 {
                    let _ = world.withdraw(who, capital >> half);
                }
            }
            Raise::Enlarge { who, m } => {
                let sign = world.base(who, m).0.signum();
                let _ = world.trade(who, MAKER, m, sign, 0);
            }
        }
        self.lines_rise_by_the_rate(&before, raise)
    }

    fn flag(&mut self, who: usize) -> Checked {
        let before = self.world.accounts[who];
        let done = self.world.flag(who);
        self.held_back += (done == Err(RiskError::RaiseBudgetSpent)) as u32;
        if done.is_err() || before.flagged != 0 || self.world.accounts[who].flagged == 0 {
            return Ok(());
        }
        for position in before.used().filter(|p| !p.base.is_flat()) {
            let market = &self.world.markets[position.market as usize];
            let atoms = |lots| notional_down(market.price.spot, lots).unwrap();
            let entry =
                (position.market as usize, self.world.now.slot, atoms(position.base.abs()), atoms(market.ledger.long_base));
            self.flagged.push(entry);
        }
        self.within_the_share()
    }

    /// In any 150 slots what was flagged is at most the share of open interest; where one account alone is larger than half of it, that
    /// account and half the share. Nothing else than raised margin can have done it.
    fn within_the_share(&self) -> Checked {
        let Some((m, last, ..)) = self.flagged.last() else { return Ok(()) };
        let minute: Vec<_> = self.flagged.iter().filter(|f| f.0 == *m && last - f.1 <= 150).collect();
        let sum: u64 = minute.iter().map(|f| f.2).sum();
        let largest = minute.iter().map(|f| f.2).max().unwrap_or(0);
        let open = minute.iter().map(|f| f.3).max().unwrap_or(0);
        let share = open / 5; // 200 000 ppm
        let allowed = share.max(share / 2 + largest);
        ensure(sum <= allowed, || format!("i8: {sum} flagged of {open} in a minute: {minute:?}"))
    }

    /// Maint of every open position rises by at most the rate, and what nobody refreshed counts for a minute.
    fn lines_rise_by_the_rate(&self, before: &World, raise: &Raise) -> Checked {
        for who in 0..ACCOUNTS {
            for was in before.accounts[who].used().filter(|p| !p.base.is_flat()) {
                let m = was.market as usize;
                let (old, new) = (&before.markets[m], &self.world.markets[m]);
                let slots = (new.margin.slot - old.margin.slot).min(150) as u32;
                let (low, high) = (old.margin.of(was).maint.0, new.margin.of(was).maint.0);
                let most = low + new.rules.dynamic.rise.0 * slots;
                ensure(high <= most, || format!("i8: {raise:?}: Maint of {who} from {low} to {high} in {slots} slots"))?;
            }
        }
        Ok(())
    }
}

/// One step.
fn raise() -> impl Strategy<Value = Raise> {
    let m = || prop_oneof![4 => Just(0usize), 1 => Just(1)];
    let variance = || prop_oneof![Just(0u64), 0u64..1 << 44, Just(1u64 << 50)];
    prop_oneof![
        8 => prop_oneof![3 => 1u32..30, 1 => 30u32..90].prop_map(|seconds| Raise::Still { seconds }),
        3 => (m(), variance(), variance(), 0u64..1_000_000_000).prop_map(|(m, fall, rise, jump)| Raise::Model { m, fall, rise, jump }),
        1 => (m(), any::<i64>()).prop_map(|(m, lots)| Raise::Skew { m, lots }),
        2 => (m(), 0usize..3, 1u32..200_000).prop_map(|(m, which, ppm)| Raise::Tighten { m, which, ppm }),
        6 => (0..ACCOUNTS).prop_map(|first| Raise::Flags { first }),
        2 => m().prop_map(|m| Raise::Liquidations { m }),
        1 => (0..MAKER).prop_map(|who| Raise::Withdraw { who }),
        1 => (0..MAKER, m()).prop_map(|(who, m)| Raise::Enlarge { who, m }),
    ]
}

/// A sequence of them.
pub fn raises(length: usize) -> impl Strategy<Value = Vec<Raise>> {
    proptest::collection::vec(raise(), 1..length)
}
