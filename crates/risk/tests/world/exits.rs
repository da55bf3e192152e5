//! The way out: permissionless operations alone bring every account to zero, whatever happened before (I10).

use super::*;

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

    /// Waits until every claim is warm.
    pub fn warm_up(&mut self) {
        for _ in 0..3 {
            self.pass(601);
            self.refeed();
        }
    }

    /// Converts what an account claims and withdraws all it has; returns what it took out.
    pub fn cash(&mut self, who: usize) -> u64 {
        for m in 0..MARKETS {
            if self.convert(who, m).is_err() && self.recover(who, m).is_err() {
                let _ = self.settle(who, m, true); // a claim that was shared to nothing leaves its slot
            }
        }
        let amount = self.accounts[who].capital;
        match self.withdraw(who, amount) {
            Ok(()) => amount,
            Err(_) => 0,
        }
    }
}
