//! One slot: a book at exactly its leverage, and a gap through everybody's margin.

use crate::scenario::{AgentPlan, Class, Crowd, InsurancePlan, KeeperPlan, MarketPlan, Scenario};

/// The gap and the book.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shock {
    /// The price after, as a fraction of the price before.
    pub after: f64,
    /// Leverage of longs.
    pub longs: f64,
    /// Leverage of shorts.
    pub shorts: f64,
    /// Accounts, half of them long.
    pub accounts: u32,
    /// Insurance as a fraction of open interest; none: no fees and no bonds either, so that the worked example's figures are exact.
    pub insurance: f64,
}

/// Why a shock cannot be played.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum ShockError {
    /// The market's Init line forbids it.
    #[error("--leverage {0} is above the 20 that a major market's Init line of 5 % permits")]
    Leverage(f64),
    /// Not a price.
    #[error("the price after the slot must be above zero: a drop must be below 100 %")]
    Price,
    /// Too few or too many.
    #[error("--accounts {0} must be 2 to 200 000")]
    Accounts(u32),
}

impl Shock {
    /// The scenario of it.
    pub fn scenario(&self) -> Result<Scenario, ShockError> {
        for leverage in [self.longs, self.shorts] {
            if !(leverage > 0.0 && leverage <= 20.0) {
                return Err(ShockError::Leverage(leverage));
            }
        }
        if !(self.after > 0.0 && self.after <= 1e5) {
            return Err(ShockError::Price);
        }
        if !(2..=200_000).contains(&self.accounts) {
            return Err(ShockError::Accounts(self.accounts));
        }
        let percent = (self.after - 1.0) * 100.0;
        // Ten steps of calm, then the slot; what follows is the wind-up's.
        Ok(Scenario {
            name: format!("one slot {percent:+.4}", percent = percent).trim_end_matches('0').trim_end_matches('.').to_string()
                + " %",
            about: format!("{} × longs against {} × shorts", self.longs, self.shorts),
            slots: 2_000,
            step: 5,
            markets: vec![MarketPlan {
                name: "SHOCK".into(),
                class: Class::Major,
                price: 1.0,
                path: vec![(50, 1.0), (51, self.after)],
                depth: 0.0,
                depth_path: Vec::new(),
                depth_floor: 0.02,
                noise: 0.0,
                impact: false,
                venues: Vec::new(),
            }],
            crowd: Crowd {
                accounts: self.accounts,
                leverage: (self.longs, self.longs),
                shorts: Some((self.shorts, self.shorts)),
                pairs: true,
                activity: 0.0,
                ..Crowd::default()
            },
            insurance: InsurancePlan { share: self.insurance, ..InsurancePlan::default() },
            // Keepers that finish in one slot, so that h is seen between the slot and the sharing and nowhere in the middle of the work.
            keepers: KeeperPlan { inclusion: 1.0, jobs: self.accounts, congestion: false, ..KeeperPlan::default() },
            agents: AgentPlan { makers: 1, ..AgentPlan::default() },
            collateral: None,
            settlement: Vec::new(),
            costs: self.insurance > 0.0,
            fault: None,
        })
    }
}
