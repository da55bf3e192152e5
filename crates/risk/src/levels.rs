//! Levels of the circuit breaker and what each permits (design, section 10).

use crate::{
    num::{ratio_up, Price, Ratio, Result},
    RiskError,
};

/// How far a market, or all of them, is closed. Ordered: where a market's own and the global level differ, the higher counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Level {
    /// All open.
    #[default]
    Normal = 0,
    /// New risk pays more margin.
    Caution = 1,
    /// No new risk.
    ReduceOnly = 2,
    /// No new risk and nothing leaves that depends on a price.
    Halt = 3,
    /// The market has ended at a fixed price.
    Settlement = 4,
}

impl Level {
    /// From a stored byte; anything unknown is a halt: the strictest that ends by itself.
    pub const fn from_u8(x: u8) -> Self {
        match x {
            0 => Self::Normal,
            1 => Self::Caution,
            2 => Self::ReduceOnly,
            4 => Self::Settlement,
            _ => Self::Halt,
        }
    }

    /// The level a trigger sets, from governance's byte: nothing but Caution and ReduceOnly is less than a halt. Zero would be a
    /// trigger that is off (I9), and a market is never ended by a trigger.
    pub const fn of_rule(x: u8) -> Self {
        match x {
            1 => Self::Caution,
            2 => Self::ReduceOnly,
            _ => Self::Halt,
        }
    }

    /// This level after `steps` more trips, at most a halt.
    #[must_use]
    pub fn raised(self, steps: u8) -> Self {
        Self::of_rule((self as u8).max(1).saturating_add(steps).min(Self::Halt as u8))
    }
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Open or enlarge a position.
    Increase,
    /// Make one smaller.
    Reduce,
    /// Deposit.
    Deposit,
    /// Withdraw with no positions and no debts.
    WithdrawFree,
    /// Withdraw otherwise.
    Withdraw,
    /// Turn a warm claim into capital.
    Convert,
    /// Flag, take over, resolve.
    Liquidate,
    /// Close a bankrupt position against the other side.
    Deleverage,
    /// Stake into insurance, or ask for the stake.
    Stake,
    /// Pay a stake out.
    PayOut,
}

/// What closes gates in all markets at once: the global breaker, and what the guardian has paused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Global {
    /// Level of the global breaker.
    pub level: Level,
    /// A bit ([`Gate::bit`]) for each gate that is paused now. Only those of [`Gate::PAUSABLE`] count.
    pub paused: u64,
}

impl From<Level> for Global {
    fn from(level: Level) -> Self {
        Self { level, paused: 0 }
    }
}

impl Gate {
    /// The gate's bit: its place in [`Self::ALL`].
    pub const fn bit(self) -> u64 {
        1u64.wrapping_shl(self as u32)
    }

    /// What a guardian may pause: what takes on risk and what takes money out. Whoever wants to lower his risk or to add money always
    /// can, and whoever works an account or a loss off: a pause must not make a default.
    pub const PAUSABLE: u64 = Self::Increase.bit()
        | Self::WithdrawFree.bit()
        | Self::Withdraw.bit()
        | Self::Convert.bit()
        | Self::Stake.bit()
        | Self::PayOut.bit();

    /// Whether it waits until the grace after an outage is over: what takes on risk, and what takes out money that depends on a price.
    pub const fn waits_for_grace(self) -> bool {
        matches!(self, Self::Increase | Self::Withdraw | Self::Convert | Self::PayOut)
    }

    /// Every row of the matrix.
    pub const ALL: [Self; 10] = [
        Self::Increase,
        Self::Reduce,
        Self::Deposit,
        Self::WithdrawFree,
        Self::Withdraw,
        Self::Convert,
        Self::Liquidate,
        Self::Deleverage,
        Self::Stake,
        Self::PayOut,
    ];
}

/// The answer of the matrix. Price quality (`price::Action`), health and outflow limits are asked besides, in every column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permit {
    /// Yes.
    Yes,
    /// Yes, at 1.5 times the Init requirement ([`init_up`]).
    RaisedInit,
    /// Yes, when the account passes Init.
    Init,
    /// Yes, within the band around the robust price ([`require_in_band`]).
    InBand,
    /// Yes, at the price the market was settled at.
    AtFixedPrice,
    /// Yes, once the account's position here is settled at that price.
    AfterSettling,
    /// Yes, if the price's quality allows it.
    IfQuality,
    /// No.
    No,
}

/// The matrix.
pub const fn permit(level: Level, gate: Gate) -> Permit {
    use {Gate as G, Level as L};
    match (gate, level) {
        (G::Increase, L::Normal) => Permit::Yes,
        (G::Increase, L::Caution) => Permit::RaisedInit,
        (G::Increase, _) => Permit::No,
        (G::Reduce, L::Halt) => Permit::InBand,
        (G::Reduce, L::Settlement) => Permit::AtFixedPrice,
        (G::Reduce, _) => Permit::Yes,
        (G::Deposit | G::WithdrawFree | G::Stake, _) => Permit::Yes,
        (G::Withdraw, L::Halt) => Permit::No,
        (G::Withdraw, L::Settlement) => Permit::AfterSettling,
        (G::Withdraw, _) => Permit::Init,
        (G::Convert, L::Halt) => Permit::No,
        (G::Convert, _) => Permit::Yes,
        // Nobody is liquidated at a price that is fixed for all: accounts settle instead.
        (G::Liquidate | G::Deleverage, L::Settlement) => Permit::No,
        (G::Liquidate | G::Deleverage, L::Halt) => Permit::IfQuality,
        (G::Liquidate | G::Deleverage, _) => Permit::Yes,
        (G::PayOut, L::Normal | L::Caution) => Permit::Yes,
        (G::PayOut, _) => Permit::No,
    }
}

/// The permit, or [`RiskError::Paused`] or [`RiskError::BreakerForbids`].
pub fn require(global: impl Into<Global>, gate: Gate) -> Result<Permit> {
    let Global { level, paused } = global.into();
    if paused & Gate::PAUSABLE & gate.bit() != 0 {
        return Err(RiskError::Paused);
    }
    match permit(level, gate) {
        Permit::No => Err(RiskError::BreakerForbids),
        other => Ok(other),
    }
}

/// Init requirement for an increase at this level: 1.5 times at Caution. Rounded up.
pub fn init_up(level: Level, init: Ratio) -> Result<Ratio> {
    if level != Level::Caution {
        return Ok(init);
    }
    let raised = ratio_up(init.0 as u64, Ratio(1_500_000))?;
    u32::try_from(raised).map(Ratio).map_err(|_| RiskError::Overflow)
}

/// Refuses a price further than `band` from `reference`. A band of zero admits the reference alone.
pub fn require_in_band(price: Price, reference: Price, band: Ratio) -> Result<()> {
    if price.0.abs_diff(reference.0) > crate::num::ratio_down(reference.0, band)? {
        return Err(RiskError::BreakerForbids);
    }
    Ok(())
}
