//! Playing: what each thing that happens takes, instruction by instruction.

use super::{
    ops::Op,
    scene::{order, Scene, COOLDOWN, CRUMB, MARKETS, RESERVE, SECOND, TRADERS},
    steps::{Step, COIN_INDEX},
};
use firebreak_client::{address, program::state::Stake, risk::order::REDUCE};
use firebreak_tests::{Refused, USD};

/// Whoever plays: does one instruction after the other, and watches what becomes of each.
pub trait Player {
    /// The scene it plays in.
    fn scene(&mut self) -> &mut Scene;

    /// Does an instruction.
    fn step(&mut self, step: Step) -> Result<(), Refused>;

    /// Does it, and says whether it was accepted.
    fn did(&mut self, step: Step) -> bool {
        self.step(step).is_ok()
    }

    /// Lets slots pass; every price is published and refreshed, but for those of a market.
    fn fresh(&mut self, slots: u64, but: Option<u16>) {
        self.scene().w.vm.pass(slots);
        for m in (0..MARKETS).filter(|m| Some(*m) != but) {
            self.scene().w.publish(m);
            self.did(Step::Refresh(m));
        }
        self.scene().w.publish_token(COIN_INDEX);
        self.did(Step::RefreshCoin);
    }

    fn flag(&mut self, t: usize) {
        if self.step(Step::Flag(t, false)).is_err_and(|why| why.name == "MarketReadOnly") {
            self.did(Step::Flag(t, true));
        }
    }

    /// Moves a market's price.
    fn shift(&mut self, m: u16, basis_points: i64, slots: u64) {
        self.scene().w.vm.pass(slots);
        let price = self.scene().w.feeds[m as usize][0].price;
        self.scene().w.say(m, (price + price / 10_000 * basis_points).clamp(1_000_000, 100_000_000_000_000));
        self.fresh(0, None);
    }

    /// Moves a market's price against a trader, little by little, until it can be flagged or has no position there.
    fn squeeze(&mut self, t: usize, m: u16) {
        for _ in 0..8 {
            let scene = self.scene();
            let (held, flagged) = (scene.held(t, m).0, scene.w.engine(&scene.traders[t]).flagged != 0);
            if held == 0 || flagged {
                return;
            }
            self.shift(m, -70 * held.signum(), 5);
            self.flag(t);
        }
    }

    /// Does it.
    fn play(&mut self, op: &Op) {
        match *op {
            Op::Step(step) => {
                self.did(step);
            }
            Op::Price(m, move_by, slots) => {
                self.shift(m, move_by, slots);
            }
            Op::CoinPrice(cents, slots) => {
                for feed in &mut self.scene().w.tokens[COIN_INDEX as usize].feeds {
                    feed.price = cents * 1_000_000;
                }
                self.fresh(slots, None);
            }
            Op::OneSource(m, slots) => {
                let w = &mut self.scene().w;
                w.vm.pass(slots);
                let feed = w.feeds[m as usize][0].clone();
                feed.publish(&mut w.vm);
                self.did(Step::Refresh(m));
            }
            Op::Wait(slots) => self.fresh(slots, None),
            Op::Harvest(t, m) => {
                for other in 0..TRADERS {
                    self.did(Step::Settle(other, other, m));
                }
                self.fresh(1_500, None);
                self.did(Step::Convert(t, m));
            }
            Op::Hunt(k, t, m, show) => {
                self.flag(t);
                self.did(Step::Declare(t));
                self.did(Step::Liquidate(k, t, m, u64::MAX / 4, show));
            }
            Op::Flag(t) => self.flag(t),
            Op::Deleverage(t, m, n) => {
                self.did(Step::Declare(t));
                let found = self.scene().parties(t, m, n).len();
                self.did(Step::Deleverage(t, m, found.max(1)));
            }
            Op::IntoQuotes(maker, t, m, x) => {
                self.flag(t);
                // Somebody who is neither: the reward has to go somewhere.
                if let Some(keeper) = (0..TRADERS).find(|k| *k != maker && *k != t) {
                    self.did(Step::IntoQuotes(keeper, maker, t, m, x));
                }
            }
            Op::Dust(t, other, m) => {
                // One in liquidation that closes its position by itself keeps the mark.
                self.squeeze(t, m);
                self.did(Step::Deposit(t, 40 * USD));
                let held = self.scene().held(t, m).0;
                self.did(Step::Take(t, if t == 0 { 4 } else { 0 }, m, held.wrapping_neg()));
                let exposed = self.scene().held(t, m).0 != 0;
                self.did(Step::Dust(t, m, exposed.then_some(other)));
            }
            Op::Crumb(other) => {
                self.squeeze(CRUMB, 0);
                self.fresh(30, None);
                self.did(Step::Dust(CRUMB, 0, Some(other)));
            }
            Op::Squeeze(t, m, into, lots) => {
                self.squeeze(t, m);
                self.fresh(15, None);
                for maker in [into, 4] {
                    if maker != t {
                        self.did(Step::IntoQuotes(if maker == 2 || t == 2 { 3 } else { 2 }, maker, t, m, lots));
                    }
                }
                self.did(Step::Liquidate(if t == 4 { 0 } else { 4 }, t, m, lots, false));
            }
            Op::Ruin(per_cent) => {
                for (m, fall) in [(0, per_cent), (1, per_cent / 2)] {
                    let price = self.scene().w.feeds[m as usize][0].price;
                    self.scene().w.say(m, (price - price / 100 * fall).max(1_000_000));
                }
                self.fresh(5, None);
                self.did(Step::Declare(SECOND));
                let found = self.scene().parties(SECOND, 0, 3).len();
                self.did(Step::Deleverage(SECOND, 0, found.max(1)));
                for other in 0..TRADERS {
                    self.did(Step::Settle(other, other, 1));
                }
                self.fresh(1_500, None);
                self.did(Step::ShareLoss(1));
                self.did(Step::Recover(SECOND, 1));
            }
            Op::SellCoin(k, t, x) => {
                self.flag(t);
                self.did(Step::SellCoin(k, t, x));
            }
            Op::Forfeit(t) => {
                self.flag(t);
                if self.did(Step::Forfeit(t)) {
                    self.fresh(160, None);
                    self.did(Step::Forfeit(t));
                }
            }
            Op::Recover(t, m) => {
                if !self.did(Step::Recover(t, m)) {
                    self.fresh(1_500, None);
                    self.did(Step::Recover(t, m));
                }
            }
            Op::Bring(t, x) => {
                self.did(Step::DepositCoin(t, x));
                self.did(Step::WithdrawCoin(t, x / 2));
            }
            Op::Match(a, b, m, lots, off) => {
                let spot = self.scene().spot(m);
                let price = (spot as i64 + spot as i64 / 10_000 * off).max(1) as u64;
                self.did(Step::Match(a, b, m, lots, price));
            }
            Op::Run(k, t, id, maker) => {
                let key = address::order(&self.scene().traders[t].account, id);
                if self.scene().w.lamports(&key) == 0 {
                    self.did(Step::Place(t, id, order(id)));
                }
                match order(id).kind {
                    REDUCE => self.did(Step::RunOrder(k, t, id, id, maker)),
                    _ => self.did(Step::RunTopUp(k, t, id, RESERVE)),
                };
            }
            Op::Leave(t, tranche, part, hold) => {
                let key = address::stake(&self.scene().traders[t].owner(), tranche);
                let shares = match self.scene().w.lamports(&key) {
                    0 => 0,
                    _ => self.scene().w.read::<Stake>(&key).engine.shares,
                };
                if shares == 0 {
                    self.did(Step::Stake(t, tranche, 5 * USD));
                    self.did(Step::Allot(0));
                }
                self.did(Step::Request(t, tranche, (shares as u128 * part as u128 / 10) as u64));
                // Without a price nobody is paid, and a request may be held.
                match hold {
                    true => self.scene().w.vm.pass(COOLDOWN as u64 * 5 / 2),
                    false => self.fresh(COOLDOWN as u64 * 5 / 2, None),
                }
                self.did(if hold { Step::Hold(t, tranche) } else { Step::Unstake(t, tranche) });
                if part >= 10 && !hold {
                    self.did(Step::CloseStake(t, tranche));
                }
            }
            Op::Surplus(atoms) => {
                let atoms = atoms.min(1 << 40);
                self.scene().w.send_to_vault(atoms);
                self.did(Step::Skim);
            }
            Op::Visit(t) => {
                let visitor = self.scene().visitor(t);
                let exists = self.scene().w.lamports(&visitor.account) > 0;
                self.did(if exists { Step::Close(t) } else { Step::Open(t) });
            }
            Op::Die(m) => {
                // A day without its price.
                for _ in 0..2 {
                    self.fresh(108_000, Some(m));
                }
                self.did(Step::End(m));
            }
        }
    }
}
