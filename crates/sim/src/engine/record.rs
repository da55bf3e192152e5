//! A token's record, as the program keeps it: number 0 is the settlement token, the others are what traders pledge.

use firebreak_risk::{
    collateral::{Collateral, CollateralParams},
    collateral_rules::{CollateralFeed, CollateralRules},
    glide::Glide,
    num::{sub, Result},
    outflow::{Outflow, OutflowRules},
    price::{RobustPrice, SourceState, Standing, MAX_SOURCES},
    volatility::{Volatility, VolatilityParams},
    Price,
};

/// Number of the settlement token's record.
pub const SETTLEMENT: u16 = 0;
/// Price sources of every record.
pub const SOURCES: usize = 3;

/// What is known of a token, what may leave its vault, and what lies in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Parameters, price, haircut, and what accounts hold. Capital is not counted here.
    pub kind: Collateral,
    /// Rules of price and sale, and what was last accepted from each source.
    pub feed: CollateralFeed,
    /// What may leave the vault.
    pub limits: OutflowRules,
    /// What has left it lately.
    pub outflow: Outflow,
    /// Smallest units that insolvent accounts forfeited.
    pub forfeited: u64,
    /// Smallest units in the vault.
    pub vault: u64,
}

impl Record {
    /// Before its first price, with an empty vault.
    pub fn new(params: CollateralParams, rules: CollateralRules, limits: OutflowRules) -> Self {
        let never = SourceState { price: Price(0), publish_time: 0, confidence: Price(0) };
        Self {
            kind: Collateral {
                params,
                measured: VolatilityParams::MAJOR,
                price: RobustPrice::NEW,
                volatility: Volatility::NEW,
                haircut: Glide::NEW,
                total: 0,
                raised: 0,
                reserved: [0; 72],
            },
            feed: CollateralFeed { rules, sources: [never; MAX_SOURCES], standings: [Standing::NEW; MAX_SOURCES] },
            limits,
            outflow: Outflow::NEW,
            forfeited: 0,
            vault: 0,
        }
    }

    /// Takes what an insolvent account forfeited into custody: it stays in the vault and in no account.
    pub(super) fn take_custody(&mut self, amount: u64) -> Result<()> {
        self.kind.total = sub(self.kind.total, amount)?;
        self.forfeited += amount;
        Ok(())
    }
}
