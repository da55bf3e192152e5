//! Running a sequence of operations and showing each step to a check.

use super::{strategy::Op, *};
use firebreak_risk::num::{mul_div_down, notional_down};

/// A step that succeeded.
pub struct Step {
    pub before: World,
    pub op: Op,
}

impl World {
    /// The same operation, aimed at an account it concerns if there is one, as a keeper aims: blind shots would nearly all miss.
    pub fn aim(&self, op: &Op) -> Op {
        let pick = |n: usize, fits: &dyn Fn(usize, usize) -> bool| {
            let all = (0..ACCOUNTS).flat_map(|who| (0..MARKETS).map(move |m| (who, m)));
            let found: Vec<_> = all.filter(|(who, m)| fits(*who, *m)).collect();
            found.get(n % found.len().max(1)).copied()
        };
        let health = |who: usize| self.health(who).unwrap_or_default();
        let exposed = |who: usize, m: usize| !self.base(who, m).is_flat();
        match *op {
            Op::Flag { who } => {
                pick(who, &|w, _| self.accounts[w].flagged == 0 && health(w).maint < 0).map_or(*op, |(who, _)| Op::Flag { who })
            }
            Op::Declare { who } => pick(who, &|w, _| self.accounts[w].bankrupt == 0 && health(w).solvency < 0)
                .map_or(*op, |(who, _)| Op::Declare { who }),
            Op::Liquidate { who, keeper, share, .. } => {
                pick(who, &|w, m| w != MAKER && self.accounts[w].flagged != 0 && exposed(w, m))
                    .map_or(*op, |(who, m)| Op::Liquidate { who, m, keeper, share })
            }
            Op::IntoQuote { who, maker, keeper, share, away, .. } => {
                pick(who, &|w, m| w != MAKER && self.accounts[w].flagged != 0 && exposed(w, m)).map_or(*op, |(who, m)| {
                    // Whoever is neither the account nor its keeper.
                    let maker =
                        (0..ACCOUNTS).map(|n| (maker + n) % ACCOUNTS).find(|n| ![who, keeper].contains(n)).unwrap_or(maker);
                    Op::IntoQuote { who, maker, keeper, m, share, away }
                })
            }
            Op::Dust { who, other, .. } => {
                let small = |w: usize, m: usize| {
                    let worth = notional_down(self.markets[m].price.spot, self.base(w, m).abs()).unwrap_or(u64::MAX);
                    self.accounts[w].flagged != 0 && exposed(w, m) && worth <= self.markets[m].params.dust_notional
                };
                let Some((who, m)) = pick(who, &small) else { return *op };
                let first = (0..ACCOUNTS).find(|w| self.clone().dust(who, *w, m).is_ok());
                Op::Dust { who, other: first.unwrap_or(other), m }
            }
            Op::Reduce { who, maker, share, away, .. } => {
                pick(who, &|w, m| w != MAKER && exposed(w, m)).map_or(*op, |(who, m)| Op::Reduce { who, maker, m, share, away })
            }
            Op::TopUp { who, source, share } => pick(who, &|w, m| ![MAKER, source].contains(&w) && exposed(w, m))
                .map_or(*op, |(who, _)| Op::TopUp { who, source, share }),
            Op::Close { taker, maker, .. } => {
                pick(taker, &|w, m| w != MAKER && exposed(w, m)).map_or(*op, |(taker, m)| Op::Close { taker, maker, m })
            }
            Op::Settle { who, by_owner, .. } => pick(who, &exposed).map_or(*op, |(who, m)| Op::Settle { who, m, by_owner }),
            Op::Convert { who, .. } => {
                let claims = |w: usize, m: usize| self.accounts[w].position(m as u16).is_ok_and(|p| p.result > 0);
                pick(who, &claims).map_or(*op, |(who, m)| Op::Convert { who, m })
            }
            Op::Deleverage { who, other, .. } => {
                let bankrupt = |w: usize, m: usize| self.accounts[w].bankrupt != 0 && exposed(w, m);
                let Some((who, m)) = pick(who, &bankrupt) else { return *op };
                let opposite = |w: usize, n: usize| n == m && self.base(w, m).0.signum() == -self.base(who, m).0.signum();
                // Whoever ranks first, as the board would say.
                let all: Vec<usize> = (0..ACCOUNTS).filter(|w| opposite(*w, m)).collect();
                let first = all.iter().copied().find(|w| self.clone().deleverage(who, *w, m).is_ok());
                Op::Deleverage { who, other: first.unwrap_or(other), m }
            }
            Op::Recover { who, .. } => {
                let owes = |w: usize, m: usize| {
                    self.accounts[w].used().any(|p| p.lost > 0) && self.accounts[w].position(m as u16).is_ok_and(|p| p.result > 0)
                };
                pick(who, &owes).map_or(*op, |(who, m)| Op::Recover { who, m })
            }
            Op::Share { m } if self.markets[m].ledger.deficit == 0 => Op::Share { m: 1 - m },
            op => op,
        }
    }

    /// One operation; a failure changes nothing but the clock.
    pub fn apply(&mut self, op: &Op) -> Result<()> {
        match *op {
            Op::Refresh { m, seconds, ppm, silent } => {
                self.pass(seconds);
                let mut result = Ok(());
                for i in 0..MARKETS {
                    let spot = self.markets[i].price.spot.0 as i128;
                    let moved = if i == m { spot + spot * ppm as i128 / 1_000_000 } else { spot };
                    // Far enough from both ends that every amount of this world fits, as open-interest caps ensure on-chain.
                    let price = moved.clamp(1_000_000, 100_000 * TICKS as i128) as u64;
                    let silent = if i == m { silent } else { 0 };
                    let prices = [0, 1, 2].map(|source| (silent >> source & 1 == 0).then_some(price));
                    if self.markets[i].ended().is_none() {
                        result = result.and(self.feed(i, prices));
                    }
                }
                result
            }
            Op::Wait { seconds } => {
                self.pass(seconds);
                Ok(())
            }
            Op::Trade { taker, maker, m, lots, worse } => self.trade(taker, maker, m, lots, worse).map(drop),
            Op::Close { taker, maker, m } => {
                let base = self.base(taker, m).negated()?;
                self.trade(taker, maker, m, base.0, 0).map(drop)
            }
            Op::Settle { who, m, by_owner } => self.settle(who, m, by_owner).map(drop),
            Op::Convert { who, m } => self.convert(who, m).map(drop),
            Op::Deposit { who, amount } => self.deposit(who, amount),
            Op::Withdraw { who, share } => self.withdraw(who, mul_div_down(self.accounts[who].capital, share, 1_000_000)?),
            Op::Flag { who } => self.flag(who),
            Op::Liquidate { who, keeper, m, share } => {
                let lots = mul_div_down(self.base(who, m).abs(), share, 1_000_000)?;
                self.liquidate(who, keeper, m, lots).map(drop)
            }
            Op::Declare { who } => self.declare(who).map(drop),
            Op::Share { m } => self.share(m).map(drop),
            Op::Donate { amount } => self.donate(amount),
            Op::Sweep { m } => self.sweep(m),
            Op::Accrue { m } => self.accrue(m),
            Op::Deleverage { who, other, m } => self.deleverage(who, other, m).map(drop),
            Op::Recover { who, m } => self.recover(who, m).map(drop),
            Op::Stake { who, amount } => self.stake(who, amount),
            Op::Request { who, share } => self.request(who, share),
            Op::PayOut { who } => self.pay_out(who).map(drop),
            Op::Treasury { m } => self.treasury(m).map(drop),
            Op::End { m } => self.end(m),
            Op::Tighten { m, which, ppm } => self.tighten(m, which, ppm),
            Op::Propose { m, which, ppm } => self.propose(m, which, ppm),
            Op::Apply { m } => self.change(m),
            Op::Match { taker, maker, m, lots, worse } => self.match_trade(taker, maker, m, lots, worse).map(drop),
            Op::IntoQuote { who, maker, keeper, m, share, away } => {
                let lots = Self::part(self.base(who, m).abs(), share)?;
                self.quoted_step([who, maker, keeper], m, lots, away).map(drop)
            }
            Op::Reduce { who, maker, m, share, away } => {
                let lots = Self::part(self.base(who, m).abs(), share)?;
                self.run_reduce(who, maker, m, lots, away).map(drop)
            }
            Op::TopUp { who, source, share } => {
                let atoms = Self::part(self.accounts[source].capital, share)?;
                self.run_top_up(who, source, atoms).map(drop)
            }
            Op::Transfer { from, to, share } => self.transfer(from, to, Self::part(self.accounts[from].capital, share)?),
            Op::Dust { who, other, m } => self.dust(who, other, m).map(drop),
            Op::Clear { who } => self.clear(who).map(drop),
            Op::Allot { m } => self.allot(m).map(drop),
            Op::Hold { who } => self.hold(who),
        }
    }

    /// Runs all operations; `check` sees the state after each that succeeded, together with the one before.
    pub fn run(
        &mut self,
        ops: &[Op],
        mut check: impl FnMut(&Step, &World) -> std::result::Result<(), String>,
    ) -> std::result::Result<(), String> {
        for op in ops {
            let op = self.aim(op);
            let mut step = Step { before: self.clone(), op };
            if let Op::Refresh { seconds, .. } | Op::Wait { seconds } = op {
                step.before.pass(seconds); // only what the clock does not explain is the operation's doing
            }
            if self.apply(&op).is_ok() {
                self.count_flows(&step.before);
                check(&step, self)?;
            }
        }
        Ok(())
    }

    /// What came into each pool, apart from what the operations say themselves.
    pub fn count_flows(&mut self, before: &World) {
        for m in 0..MARKETS {
            let (was, is) = (&before.flows[m], self.flows[m]);
            let other = (is.covered - was.covered) as i64 - (is.converted - was.converted) as i64;
            let change = self.markets[m].ledger.pool as i64 - before.markets[m].ledger.pool as i64 - other;
            self.flows[m].paid =
                was.paid.checked_add_signed(change).filter(|_| change >= 0).expect("i3: only convert takes from a pool");
        }
    }
}
