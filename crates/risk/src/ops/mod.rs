//! Whole operations: what an instruction does to accounts and markets, from its checks to its last entry.
//!
//! The program's handlers load accounts, call one of these and write back; the tests' small world, the simulator and the keeper's
//! planner call the same. An operation that fails may leave its arguments half changed: run it on copies, or in a transaction.

mod accrue;
mod bankrupt;
mod buy_forfeited;
mod deleverage;
mod dust;
mod global;
mod govern;
mod insure;
mod into_quotes;
mod leave;
mod liquidate;
mod matched;
mod order;
mod rank;
mod refresh;
mod refresh_collateral;
mod sell_collateral;
mod settle;
mod trade;
mod transfer;

pub use accrue::accrue;
pub use bankrupt::{declare, recover, Declared, MarketsMut};
pub use buy_forfeited::{buy_forfeited, Bought};
pub use deleverage::{deleverage, deleverage_all, Deleveraged, Party};
pub use dust::{clear, close_dust};
pub use global::{check_global, GlobalSeen};
pub use govern::{set_params, set_rules, set_terms};
pub use insure::{allot, hold_unstake, unstake, MOST_INSURED};
pub use into_quotes::{liquidate_into_quote, IntoQuote};
pub use leave::{count_outflow, deposit_collateral, may_leave, take_collateral, withdraw};
pub use liquidate::{flag, liquidate, Liquidated};
pub use matched::{match_trade, sane_band};
pub use order::{run_reduce, run_top_up, Reduced, ToppedUp};
pub use rank::{rank, Ranked};
pub use refresh::refresh;
pub use refresh_collateral::refresh_collateral;
pub use sell_collateral::{forfeit, sell_collateral, Sold};
pub use settle::{convert, settle};
pub use trade::{trade, Traded};
pub use transfer::transfer;

use crate::{collateral::Collateral, levels::Global, margin::Markets, market::Market, num::Result, Now};

/// What an operation needs to know besides accounts and markets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    /// The clock.
    pub now: Now,
    /// Level of the global breaker, and what the guardian has paused.
    pub global: Global,
    /// Atoms an account with exposure sets aside for keepers.
    pub bond: u64,
    /// Atoms of it that a keeper earns by finishing an account.
    pub reward: u64,
}

/// The market an operation changes, among the others it only reads.
pub struct Among<'a, M> {
    index: u16,
    market: &'a Market,
    others: &'a M,
}

impl<'a, M: Markets> Among<'a, M> {
    /// `market` is number `index`.
    pub fn new(index: u16, market: &'a Market, others: &'a M) -> Self {
        Self { index, market, others }
    }
}

impl<M: Markets> Markets for Among<'_, M> {
    fn market(&self, index: u16) -> Result<&Market> {
        if index == self.index {
            Ok(self.market)
        } else {
            self.others.market(index)
        }
    }

    fn collateral(&self, index: u16) -> Result<&Collateral> {
        self.others.collateral(index)
    }

    fn settlement(&self) -> Result<&Collateral> {
        self.others.settlement()
    }
}
