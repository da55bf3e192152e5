//! Who acts: one small type a file. An agent sees the [`Stage`], draws from its random numbers, and acts through it; what it may do is the
//! engine's to say.

mod captured_admin;
mod carry;
mod cherry_picker;
pub mod crowd;
mod fake_collateral;
mod hedger;
mod insurer;
mod keeper;
mod maker;
mod momentum;
mod noise;
mod oracle_pump;
mod self_trade;
mod steward;
mod throttle_griefer;
mod whale;

pub use captured_admin::CapturedAdmin;
pub use carry::Carry;
pub use cherry_picker::CherryPicker;
pub use fake_collateral::FakeCollateral;
pub use hedger::Hedger;
pub use insurer::Insurer;
pub use keeper::Keeper;
pub use maker::Maker;
pub use momentum::Momentum;
pub use noise::Noise;
pub use oracle_pump::OraclePump;
pub use self_trade::SelfTrade;
pub use steward::Steward;
pub use throttle_griefer::ThrottleGriefer;
pub use whale::Whale;

use crate::{engine::Who, stage::Stage, world::atoms};
use serde::Serialize;

/// Somebody who acts once a step.
pub trait Agent {
    /// Does what it does now.
    fn act(&mut self, stage: &mut Stage);

    /// What became of it.
    fn result(&self, stage: &Stage) -> Standing;
}

/// What became of an agent. Amounts in atoms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// Its kind.
    pub kind: &'static str,
    /// What it deposited.
    pub put_in: u64,
    /// What it withdrew.
    pub took_out: u64,
    /// What it has in the protocol at the end: capital, bond and results at the last price.
    pub left: i64,
    /// What it earned as a keeper.
    pub earned: u64,
    /// What its transactions cost.
    pub spent: u64,
    /// Take-overs and purchases it won; of an attacker, what it was let do.
    pub wins: u64,
    /// `took_out + left - put_in - spent`.
    pub profit: i64,
}

/// An agent's accounts and what went through them.
#[derive(Clone, Debug, Default)]
pub struct Purse {
    /// Its accounts.
    pub accounts: Vec<Who>,
    /// Deposited.
    pub put_in: u64,
    /// Withdrawn.
    pub took_out: u64,
    /// Spent on transactions.
    pub spent: u64,
}

impl Purse {
    /// Opens an account with `usd` in it.
    pub fn open(&mut self, stage: &mut Stage, usd: f64) -> Who {
        let who = stage.member(usd);
        self.accounts.push(who);
        self.put_in += atoms(usd);
        who
    }

    /// Withdraws as much as is permitted: all of the capital, or halves of it.
    pub fn withdraw(&mut self, stage: &mut Stage, who: Who) {
        let mut wanted = stage.backend.account(who).capital;
        for _ in 0..6 {
            if wanted == 0 {
                return;
            }
            if stage.act(crate::engine::Action::Withdraw { who, atoms: wanted }).is_some() {
                self.took_out += wanted;
                return;
            }
            wanted /= 2;
        }
    }

    /// What became of its owner.
    pub fn standing(&self, stage: &Stage, kind: &'static str) -> Standing {
        let left: i64 = self.accounts.iter().map(|who| stage.equity(*who)).sum();
        let profit = self.took_out as i64 + left - self.put_in as i64 - self.spent as i64;
        Standing { kind, put_in: self.put_in, took_out: self.took_out, left, spent: self.spent, profit, ..Standing::default() }
    }
}
