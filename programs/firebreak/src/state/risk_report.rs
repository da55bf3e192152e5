//! A market's public record for other programs.

use super::EngineReport;
use crate::errors::FirebreakError;
use anchor_lang::prelude::*;
use firebreak_risk::report::VERSION;

/// The record of one market, at the address derived from `"report"` and the market's address. Its 256 bytes begin at byte 8 of the
/// account; [`firebreak_risk::report::Report`] says what lies where. A reader needs no more of this program than that layout and this
/// program's id, which must own the account.
///
/// | byte | field |
/// |---|---|
/// | 0 | discriminator, 8 bytes |
/// | 8 | version: 1 |
/// | 10 | market, u16 |
/// | 12 | decimals of prices |
/// | 13 | quality: 2 Primary, 1 Degraded, 0 Frozen |
/// | 14 | breaker level: 0 Normal, 1 Caution, 2 ReduceOnly, 3 Halt, 4 Settlement |
/// | 15 | whole: 1 or 0 |
/// | 16 | reasons, u16 |
/// | 18 | level of the global breaker |
/// | 19 | active: 1 or 0 |
/// | 20 | payable share h, u32 in ppm |
/// | 24 | slot of publication, u64 |
/// | 32 | time of publication, i64 |
/// | 40 | slot of the price, u64 |
/// | 48 | time of the price, i64 |
/// | 56 | spot, low, high, twap, stable, settlement price: u64 each |
/// | 104 | Maint, LiqEnd, Init: longs and shorts, u32 each |
/// | 128 | σ, u32 |
/// | 132 | seconds for which the price serves, u32 |
/// | 136 | open interest, cap, pool, claims, debt, deficit, gap, pot, limit: u64 each |
/// | 208 | funding rate, i64 |
/// | 216 | end of the loss window, i64 |
/// | 224 | 40 bytes of zero |
#[account(zero_copy)]
#[derive(Debug)]
pub struct RiskReport {
    /// The record.
    pub report: EngineReport,
}

impl RiskReport {
    /// Bytes of the account, discriminator included.
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// What must hold whenever the account is read.
    pub fn invariant(&self) -> Result<()> {
        require!(self.report.version == VERSION, FirebreakError::WrongVersion);
        Ok(())
    }
}

const _: () = assert!(RiskReport::SPACE == 264);
