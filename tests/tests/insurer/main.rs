//! The insurance fund: gifts, and the fees that markets collect for it.

mod fund_insurance;
mod sweep_fees;
