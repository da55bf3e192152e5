//! Upkeep, which anybody may send.

use super::{build, read_only, writable};
use crate::{address, needs::Needs};
use anchor_lang::{
    prelude::{system_program, AccountMeta, Pubkey},
    solana_program::instruction::Instruction,
};
use firebreak::{accounts, instruction as ix, ID};

/// Brings a market's risk state up to its last price.
pub fn accrue(market: u16) -> Instruction {
    let accounts = accounts::Accrue {
        market: address::market(market),
        insurance: address::insurance(),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::Accrue {}, vec![])
}

/// Converts what `account`, which left a loss, holds in `market`. `all`: the markets of its positions.
pub fn recover(account: Pubkey, market: u16, all: impl Into<Needs>) -> Instruction {
    let accounts =
        accounts::Recover { protocol: address::protocol(), account, event_authority: address::event_authority(), program: ID };
    build(accounts, ix::Recover { market }, writable(all))
}

/// Brings an account that an older program wrote up to the program's layout.
pub fn migrate(payer: Pubkey, account: Pubkey) -> Instruction {
    let accounts = accounts::Migrate {
        payer,
        account,
        system_program: system_program::ID,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::Migrate {}, vec![])
}

/// Runs order `id` of `account`, which reduces in `market`, against the quote of `maker`; `keeper` is paid. `others`: markets of the
/// account's other positions, then of the maker's.
pub fn run_order(account: Pubkey, id: u16, market: u16, maker: Pubkey, keeper: Pubkey, others: impl Into<Needs>) -> Instruction {
    let market = address::market(market);
    let accounts = accounts::RunOrder {
        protocol: address::protocol(),
        market,
        account,
        order: address::order(&account, id),
        quote: address::quote(&maker, &market),
        maker,
        keeper,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::RunOrder {}, read_only(others))
}

/// Runs order `id` of `account`, which tops up from `source`; `keeper` is paid. `markets`: those of the account's positions, then of
/// the source's.
pub fn run_top_up(account: Pubkey, id: u16, source: Pubkey, keeper: Pubkey, markets: impl Into<Needs>) -> Instruction {
    let accounts = accounts::RunTopUp {
        protocol: address::protocol(),
        account,
        order: address::order(&account, id),
        source,
        keeper,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::RunTopUp {}, read_only(markets))
}

/// Brings the public record of `market` up to date.
pub fn publish_report(payer: Pubkey, market: u16) -> Instruction {
    let market = address::market(market);
    let accounts = accounts::PublishReport {
        payer,
        protocol: address::protocol(),
        market,
        insurance: address::insurance(),
        report: address::report(&market),
        system_program: system_program::ID,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::PublishReport {}, vec![])
}

/// Refreshes a market's price from `sources`, all of them, in order.
pub fn refresh_market(market: u16, sources: &[Pubkey]) -> Instruction {
    let accounts =
        accounts::RefreshMarket { market: address::market(market), event_authority: address::event_authority(), program: ID };
    build(accounts, ix::RefreshMarket {}, sources.iter().map(|s| AccountMeta::new_readonly(*s, false)).collect())
}

/// Settles the position of `account` in `market`.
pub fn settle(caller: Pubkey, account: Pubkey, market: u16, others: impl Into<Needs>) -> Instruction {
    let accounts = accounts::Settle {
        caller,
        market: address::market(market),
        account,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::Settle {}, read_only(others))
}

/// Ends `market`, which has long had no usable price.
pub fn enter_settlement(market: u16) -> Instruction {
    let accounts =
        accounts::EnterSettlement { market: address::market(market), event_authority: address::event_authority(), program: ID };
    build(accounts, ix::EnterSettlement {}, vec![])
}

/// Moves what was sent to the vault of `mint` past the program into the insurance fund.
pub fn skim(mint: Pubkey) -> Instruction {
    let accounts = accounts::Skim {
        insurance: address::insurance(),
        collateral: address::collateral(&mint),
        vault: address::vault(&mint),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::Skim {}, vec![])
}

/// Trips and releases the global breaker. `mint`: the settlement token.
pub fn check_global(mint: Pubkey) -> Instruction {
    let accounts = accounts::CheckGlobal {
        protocol: address::protocol(),
        insurance: address::insurance(),
        collateral: address::collateral(&mint),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::CheckGlobal {}, vec![])
}
