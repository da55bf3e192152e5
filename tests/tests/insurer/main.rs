//! The insurance fund: stakes, gifts, the fees that markets collect for it, what markets may draw, and who tries to gain by it.

mod allot;
mod attacks;
mod caps;
mod close_stake;
mod collect_treasury;
mod fund_insurance;
mod hold_unstake;
mod scene;
mod stake;
mod sweep_fees;
mod unstake;
