//! Seeds, versions, addresses.

use anchor_lang::prelude::{pubkey, Pubkey};

/// Seed of [`Protocol`](crate::state::Protocol).
pub const PROTOCOL_SEED: &[u8] = b"protocol";
/// Seed of a market, with its index.
pub const MARKET_SEED: &[u8] = b"market";
/// Seed of a margin account, with owner and sub-id.
pub const ACCOUNT_SEED: &[u8] = b"account";
/// Seed of a quote, with account and market.
pub const QUOTE_SEED: &[u8] = b"quote";
/// Seed of an order, with account and number.
pub const ORDER_SEED: &[u8] = b"order";
/// Seed of a market's risk report, with market.
pub const REPORT_SEED: &[u8] = b"report";
/// Seed of the insurance account.
pub const INSURANCE_SEED: &[u8] = b"insurance";
/// Seed of a collateral, with its mint.
pub const COLLATERAL_SEED: &[u8] = b"collateral";
/// Seed of a stake, with owner and tranche.
pub const STAKE_SEED: &[u8] = b"stake";
/// Seed of a vault, with its mint.
pub const VAULT_SEED: &[u8] = b"vault";
/// Seed of a proposed change, with its number.
pub const CHANGE_SEED: &[u8] = b"change";
/// Seed of the address that may upgrade the program.
pub const UPGRADE_SEED: &[u8] = b"upgrade";

/// Layout version that this program writes and reads.
pub const LAYOUT_VERSION: u8 = 1;
/// The settlement token has this many decimals.
pub const SETTLEMENT_DECIMALS: u8 = 6;
/// The first markets may be listed at once for at most a week after initialising.
pub const LONGEST_BOOTSTRAP: u32 = 604_800;
/// The account in which the runtime shows a transaction's instructions.
pub const INSTRUCTIONS: Pubkey = pubkey!("Sysvar1nstructions1111111111111111111111111");
