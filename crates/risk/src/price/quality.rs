//! The quality ladder and the matrix of actions.

/// How far the price can be trusted. Ordered: a higher quality permits everything a lower one does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Quality {
    /// No usable price.
    #[default]
    Frozen = 0,
    /// One source, or two that disagree.
    Degraded = 1,
    /// Two or more sources that agree.
    Primary = 2,
}

impl Quality {
    /// From a stored byte; anything unknown is the strictest.
    pub const fn from_u8(x: u8) -> Self {
        match x {
            2 => Self::Primary,
            1 => Self::Degraded,
            _ => Self::Frozen,
        }
    }
}

/// What someone wants to do with a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Open or enlarge a position.
    Increase,
    /// Make a position smaller.
    Reduce,
    /// Take capital out while holding positions or debts.
    Withdraw,
    /// Mark a position, pay funding, convert a claim.
    Settle,
    /// Flag, take over, resolve, deleverage.
    Liquidate,
    /// Pay a stake out of the insurance that stands behind the market.
    PayOut,
}

impl Action {
    /// The least quality the action needs (design, section 5). Deposits, and withdrawals without positions, need no
    /// price at all and so are no action here.
    pub const fn least(self) -> Quality {
        match self {
            Self::Increase | Self::PayOut => Quality::Primary,
            Self::Reduce | Self::Withdraw | Self::Settle | Self::Liquidate => Quality::Degraded,
        }
    }
}
