//! What the keeper holds, and how much of it it may hold.

use firebreak_client::Pubkey;

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wallet {
    /// Pays fees and the rent of new accounts.
    pub payer: Pubkey,
    /// Signs take-overs and owns the margin account.
    pub owner: Pubkey,
    /// Margin account that takes positions over and receives rewards. `None`: only jobs that need none.
    pub account: Option<Pubkey>,
}

/// How much the keeper may hold.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InventoryLimits {
    /// Notional of all positions together at most, in atoms.
    pub max_notional: u64,
    /// Notional in one market at most, in atoms.
    pub max_market_notional: u64,
    /// Share of Init that positions may use at most, in ppm; the rest stays free for what comes.
    pub max_init_used_ppm: u32,
    /// Unwinding starts when a market's notional is above this share of its limit, in ppm. 0: at once.
    pub unwind_above_ppm: u32,
    /// A position is unwound in steps of this share, in ppm.
    pub unwind_step_ppm: u32,
    /// The most unwinding may lose against the price, in ppm.
    pub unwind_slippage_ppm: u32,
}

impl Default for InventoryLimits {
    fn default() -> Self {
        Self {
            max_notional: 100_000_000_000,
            max_market_notional: 50_000_000_000,
            max_init_used_ppm: 800_000,
            unwind_above_ppm: 0,
            unwind_step_ppm: 333_333,
            unwind_slippage_ppm: 5_000,
        }
    }
}

/// What the keeper holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inventory {
    /// Who acts.
    pub wallet: Wallet,
    /// How much it may hold.
    pub limits: InventoryLimits,
}
