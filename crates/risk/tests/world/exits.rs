//! The way out: permissionless operations alone bring every account to zero, whatever happened before (I10).

use super::{check::ensure, *};
use firebreak_risk::levels::Level;

impl World {
    /// Time and fresh, unchanged prices until every wait for confirmation has passed.
    pub fn calm(&mut self) {
        for _ in 0..12 {
            self.pass(15);
            self.refeed();
        }
    }

    /// Marks every position to the current price: who can pay pays, who cannot is declared bankrupt.
    pub fn settle_all(&mut self) {
        for who in 0..ACCOUNTS {
            if self.health(who).unwrap().solvency < 0 {
                self.declare(who).unwrap();
            } else {
                for m in 0..MARKETS {
                    if self.accounts[who].position(m as u16).is_ok() {
                        self.settle(who, m, true).unwrap();
                    }
                }
            }
        }
    }

    /// The market maker takes over whatever is bankrupt.
    pub fn resolve(&mut self) {
        for who in 0..MAKER {
            for m in 0..MARKETS {
                if self.accounts[who].bankrupt != 0 && !self.base(who, m).is_flat() {
                    // Nothing to take over when the price came back and its profit covers it: then the mark is cleared.
                    if self.liquidate(who, MAKER, m, u64::MAX).is_err() {
                        let _ = self.flag(who);
                    }
                }
            }
        }
    }

    /// Shares what is to be shared, waiting for its window.
    pub fn share_all(&mut self) {
        for m in 0..MARKETS {
            while self.markets[m].ledger.deficit > 0 {
                self.pass(5);
                self.refeed();
                if self.share(m).is_err() && self.now.time > self.markets[m].ledger.window_ends {
                    break; // nothing can bear it yet
                }
            }
        }
    }

    /// Longs and shorts close against each other at the robust price; who cannot trade is taken over.
    pub fn close_all(&mut self) {
        for m in 0..MARKETS {
            for _ in 0..4 * ACCOUNTS {
                let side = |sign: i64| (0..ACCOUNTS).find(|who| self.base(*who, m).0.signum() == sign);
                let (Some(long), Some(short)) = (side(1), side(-1)) else { break };
                let size = self.base(long, m).abs().min(self.base(short, m).abs()) as i64;
                if self.trade(long, short, m, -size, 0).is_ok() || self.trade(short, long, m, size, 0).is_ok() {
                    continue;
                }
                // A fee of more than what is left: one of the two is below its Maint line.
                for who in [long, short].into_iter().filter(|who| *who != MAKER) {
                    let _ = self.flag(who);
                    self.calm();
                    let _ = self.liquidate(who, MAKER, m, u64::MAX);
                }
            }
        }
    }

    /// Every account out. What must hold afterwards is the caller's to check.
    pub fn wind_down(&mut self) {
        self.deposit(MAKER, 1_000_000_000 * USD).unwrap(); // whatever it lost before: somebody with capital comes
        self.calm();
        self.settle_all();
        self.resolve();
        self.close_all();
        self.settle_all();
        self.share_all();
        self.warm_up();
        for who in 0..ACCOUNTS {
            self.cash(who);
        }
    }

    /// Waits until every claim is warm, and until the grace that such a wait opens is over.
    pub fn warm_up(&mut self) {
        for _ in 0..3 {
            self.pass(601);
            self.refeed();
        }
        self.quiet();
    }

    /// Converts what an account claims, or what it must make good first.
    pub fn claim(&mut self, who: usize) {
        for m in 0..MARKETS {
            if self.convert(who, m).is_err() && self.recover(who, m).is_err() {
                let _ = self.settle(who, m, true); // a claim that was shared to nothing leaves its slot
            }
        }
    }

    /// The same, and withdraws all it has; returns what it took out.
    pub fn cash(&mut self, who: usize) -> u64 {
        self.claim(who);
        let amount = self.accounts[who].capital;
        match self.withdraw(who, amount) {
            Ok(()) => amount,
            Err(_) => 0,
        }
    }

    /// Time and fresh, unchanged prices until every wait has passed and no breaker is tripped any more.
    pub fn quiet(&mut self) {
        self.calm();
        // A price that comes late opens a grace of its own, so they come as often as somebody refreshes.
        for _ in 0..4_000 {
            if (0..MARKETS).all(|m| self.markets[m].ended().is_some() || self.level(m) == Level::Normal) {
                return;
            }
            self.pass(30);
            self.refeed();
        }
    }

    /// Every bankrupt position is closed against the other side of its market, whoever ranks first.
    pub fn deleverage_all(&mut self) {
        for m in 0..MARKETS {
            for who in 0..ACCOUNTS {
                for _ in 0..ACCOUNTS {
                    if self.accounts[who].bankrupt == 0 || self.base(who, m).is_flat() {
                        break;
                    }
                    if !(0..ACCOUNTS).any(|other| self.deleverage(who, other, m).is_ok()) {
                        let _ = self.flag(who); // the price came back: then the mark is cleared
                        break;
                    }
                }
            }
        }
    }

    /// Longs and shorts close against each other at spot, without anybody who has capital to lend. Who cannot pay the fee of leaving
    /// brings it: a user's own money, of which he keeps what is over.
    fn close_each_other(&mut self) {
        for round in 0..4 * ACCOUNTS {
            self.pass(1);
            self.refeed();
            self.settle_all();
            self.deleverage_all();
            for m in 0..MARKETS {
                for (long, short) in (0..ACCOUNTS).flat_map(|a| (0..ACCOUNTS).map(move |b| (a, b))) {
                    let (a, b) = (self.base(long, m).0, self.base(short, m).0);
                    if a > 0 && b < 0 {
                        let size = a.min(-b);
                        let done = self.trade(long, short, m, -size, 0).is_ok() || self.trade(short, long, m, size, 0).is_ok();
                        if !done && round > ACCOUNTS {
                            self.deposit(long, 100 * USD).unwrap();
                        }
                    }
                }
            }
            if (0..ACCOUNTS).all(|who| !self.accounts[who].has_exposure()) {
                return;
            }
        }
    }

    /// Everybody takes out what the vault's windows let out, for as many days as it needs; stakers too.
    fn drain(&mut self) {
        for who in 0..ACCOUNTS {
            let _ = self.request(who, 1_000_000);
        }
        for _ in 0..24 * 12 {
            self.pass(3_600);
            self.refeed();
            self.quiet();
            for m in 0..MARKETS {
                let _ = self.allot(m); // one that has ended and is closed gives its part back, and holds nobody
            }
            for who in 0..ACCOUNTS {
                let _ = self.hold(who);
                let room = self.outflow.room_down(&self.outflow_rules, self.now).unwrap();
                let _ = self.withdraw(who, self.accounts[who].capital.min(room));
                let _ = self.pay_out(who);
            }
            if self.accounts.iter().all(|a| a.capital == 0) && self.stakes.iter().all(|s| s.requested == 0) {
                return;
            }
        }
    }

    /// Every account out, by nothing but what its owner and anybody may do. With `ended` the prices are gone for good: both markets end.
    pub fn wind_down_alone(&mut self, ended: bool) {
        if ended {
            self.pass(3_601);
            for m in 0..MARKETS {
                let _ = self.end(m);
            }
        } else {
            self.quiet();
            self.settle_all();
            self.deleverage_all();
            self.close_each_other();
        }
        self.settle_all();
        self.share_all();
        self.quiet();
        self.warm_up();
        // A recovery may pay a deficit, and a claim that waits for it then converts.
        for _ in 0..3 {
            for who in 0..ACCOUNTS {
                self.claim(who);
            }
        }
        self.drain();
    }

    /// What everybody out means: nobody holds anything, and what is left in a market is what rounding left.
    pub fn is_empty(&self) -> std::result::Result<(), String> {
        for (who, account) in self.accounts.iter().enumerate() {
            let out = account.holdings().unwrap() == 0 && account.used().next().is_none() && self.stakes[who].requested == 0;
            ensure(out, || format!("i10: account {who} keeps {account:?}, {:?}", self.stakes[who]))?;
        }
        for (m, market) in self.markets.iter().enumerate() {
            let (l, end) = (&market.ledger, &market.settlement);
            let open = (l.long_base - end.long_done, l.short_base - end.short_done);
            ensure((open, l.deficit, l.debt) == ((0, 0), 0, 0), || format!("i10: {l:?}"))?;
            // A claim's share of a loss is rounded down; so are funding's receivers, and its payers up.
            let rounding = 100 + self.touches[m].iter().sum::<u64>();
            ensure(l.claims < 100 && l.pool <= l.claims + rounding, || format!("i10: more than rounding is left: {l:?}"))?;
        }
        Ok(())
    }
}
