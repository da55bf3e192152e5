//! What a step of an action makes of the accounts, byte for byte: the program's handler, run on copies. Like the program, nothing here
//! computes: every number is the engine's.

mod backing;
mod closing;
mod desk;
mod liquidating;
mod markets;
mod owners;
mod shown;

pub use desk::{Desk, Given, Outcome};

use firebreak_client::{risk::RiskError, Pubkey};
use solana_instruction::Instruction;
use thiserror::Error;

/// Why a step is not taken.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum No {
    /// Something is not in the book.
    #[error("the book does not hold {0}")]
    Missing(&'static str),
    /// The engine refuses.
    #[error("{0}")]
    Engine(RiskError),
    /// The program would refuse for a reason of its own.
    #[error("{0}")]
    Rule(&'static str),
}

impl From<RiskError> for No {
    fn from(why: RiskError) -> Self {
        Self::Engine(why)
    }
}

/// One instruction, as data: so it can be run again on other accounts or at another clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Take the sources' prices in.
    Refresh {
        /// Market.
        market: u16,
    },
    /// Take the prices of a collateral's sources in.
    RefreshCollateral {
        /// Collateral.
        collateral: u16,
    },
    /// Bring risk state and funding up to the price.
    Accrue {
        /// Market.
        market: u16,
    },
    /// Pay a deficit.
    ShareLoss {
        /// Market.
        market: u16,
    },
    /// End a market.
    EnterSettlement {
        /// Market.
        market: u16,
    },
    /// Publish a market's record.
    PublishReport {
        /// Market.
        market: u16,
    },
    /// Judge the global breaker.
    CheckGlobal,
    /// Move what was sent to the vault into insurance.
    Skim,
    /// Move a market's insurance fees into the fund.
    SweepFees {
        /// Market.
        market: u16,
    },
    /// Start or clear an account's clock.
    Flag {
        /// Margin account.
        account: Pubkey,
    },
    /// Declare an account bankrupt.
    Declare {
        /// Margin account.
        account: Pubkey,
    },
    /// Take a position over.
    Liquidate {
        /// Margin account.
        account: Pubkey,
        /// Market.
        market: u16,
        /// Lots at most.
        lots: u64,
        /// Accounts shown to the board.
        shown: Vec<Pubkey>,
    },
    /// Close a position against a quote.
    IntoQuotes {
        /// Margin account.
        account: Pubkey,
        /// Market.
        market: u16,
        /// The maker's margin account.
        maker: Pubkey,
        /// Lots at most.
        lots: u64,
        /// Accounts shown to the board.
        shown: Vec<Pubkey>,
    },
    /// Buy collateral.
    SellCollateral {
        /// Margin account.
        account: Pubkey,
        /// Collateral.
        collateral: u16,
        /// Smallest units at most.
        amount: u64,
    },
    /// End the wait for somebody who buys an insolvent account's collateral, or begin it.
    Forfeit {
        /// Margin account.
        account: Pubkey,
        /// Collateral.
        collateral: u16,
    },
    /// Close a bankrupt position against the other side.
    Deleverage {
        /// Margin account.
        account: Pubkey,
        /// Market.
        market: u16,
        /// Counterparties, highest score first.
        parties: Vec<Pubkey>,
        /// Accounts shown to the board.
        shown: Vec<Pubkey>,
    },
    /// Close dust against a counterparty, or free what is empty.
    CloseDust {
        /// Margin account.
        account: Pubkey,
        /// Market.
        market: u16,
        /// Counterparty.
        party: Option<Pubkey>,
        /// Accounts shown to the board.
        shown: Vec<Pubkey>,
    },
    /// Put accounts on the boards.
    Rank {
        /// Market.
        market: u16,
        /// The accounts.
        shown: Vec<Pubkey>,
    },
    /// Mark a position and collect what it owes.
    Settle {
        /// Margin account.
        account: Pubkey,
        /// Market.
        market: u16,
    },
    /// Convert what an account that left a loss holds.
    Recover {
        /// Margin account.
        account: Pubkey,
        /// Market.
        market: u16,
    },
    /// Turn the keeper's warm claim into capital.
    Convert {
        /// Market.
        market: u16,
    },
    /// Trade the keeper's position against a quote.
    Take {
        /// Market.
        market: u16,
        /// The maker's margin account.
        maker: Pubkey,
        /// Lots, negative to sell.
        base: i64,
        /// Worst price.
        limit: u64,
    },
    /// Run an order that reduces, against a quote.
    RunOrder {
        /// The order.
        order: Pubkey,
        /// The maker's margin account.
        maker: Pubkey,
    },
    /// Run an order that tops up.
    RunTopUp {
        /// The order.
        order: Pubkey,
        /// The account it comes from.
        source: Pubkey,
    },
}

/// What a step is, and what it pays.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The instruction.
    pub instruction: Instruction,
    /// Atoms the keeper earns by it.
    pub earned: u64,
    /// Compute units it needs, by the program's measured budgets.
    pub compute: u32,
    /// Lots it moved, or units of a collateral, where it moves any.
    pub lots: u64,
}

impl Taken {
    fn plain(instruction: Instruction, compute: u32) -> Result<Self, No> {
        Ok(Self { instruction, earned: 0, compute, lots: 0 })
    }
}

impl Step {
    /// Takes the step on the desk: its draft then holds what the program would have written. A step that is refused may leave the
    /// draft half changed; the caller goes back to its mark.
    pub fn take(&self, desk: &mut Desk) -> Result<Taken, No> {
        match self {
            Self::Refresh { market } => markets::refresh(desk, *market),
            Self::RefreshCollateral { collateral } => markets::refresh_collateral(desk, *collateral),
            Self::Accrue { market } => markets::accrue(desk, *market),
            Self::ShareLoss { market } => markets::share_loss(desk, *market),
            Self::EnterSettlement { market } => markets::enter_settlement(desk, *market),
            Self::PublishReport { market } => markets::publish_report(desk, *market),
            Self::CheckGlobal => markets::check_global(desk),
            Self::Skim => markets::skim(desk),
            Self::SweepFees { market } => markets::sweep_fees(desk, *market),
            Self::Flag { account } => liquidating::flag(desk, account),
            Self::Declare { account } => liquidating::declare(desk, account),
            Self::Liquidate { account, market, lots, shown } => liquidating::liquidate(desk, account, *market, *lots, shown),
            Self::IntoQuotes { account, market, maker, lots, shown } => {
                liquidating::into_quotes(desk, (account, maker), *market, *lots, shown)
            }
            Self::SellCollateral { account, collateral, amount } => backing::sell(desk, account, *collateral, *amount),
            Self::Forfeit { account, collateral } => backing::forfeit(desk, account, *collateral),
            Self::Deleverage { account, market, parties, shown } => closing::deleverage(desk, account, *market, parties, shown),
            Self::CloseDust { account, market, party, shown } => closing::close_dust(desk, account, *market, *party, shown),
            Self::Rank { market, shown } => closing::rank(desk, *market, shown),
            Self::Settle { account, market } => owners::settle(desk, account, *market),
            Self::Recover { account, market } => owners::recover(desk, account, *market),
            Self::Convert { market } => owners::convert(desk, *market),
            Self::Take { market, maker, base, limit } => owners::take(desk, *market, maker, *base, *limit),
            Self::RunOrder { order, maker } => owners::run_order(desk, order, maker),
            Self::RunTopUp { order, source } => owners::run_top_up(desk, order, source),
        }
    }
}

/// Compute units of an instruction that reads `positions` beside its own: the program's budget for one, and as much as a further position
/// costs at most.
pub(crate) fn units(base: u32, positions: usize) -> u32 {
    base.saturating_add((positions as u32).saturating_mul(4_500))
}
