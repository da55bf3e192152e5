//! Instruction builders, one an instruction. Each takes the decoded accounts it needs to know which markets to pass along.

use crate::address;
use anchor_lang::{
    prelude::{system_program, AccountMeta, Pubkey},
    solana_program::instruction::Instruction,
    InstructionData, ToAccountMetas,
};
use anchor_spl::token;
use firebreak::{accounts, instruction as ix, instructions::*, state::*, ID};
use firebreak_risk::trade::QuoteTerms;

pub use crate::governance::*;

pub(crate) fn build(accounts: impl ToAccountMetas, data: impl InstructionData, rest: Vec<AccountMeta>) -> Instruction {
    let mut metas = accounts.to_account_metas(None);
    metas.extend(rest);
    Instruction { program_id: ID, accounts: metas, data: data.data() }
}

fn read_only(markets: &[u16]) -> Vec<AccountMeta> {
    markets.iter().map(|m| AccountMeta::new_readonly(address::market(*m), false)).collect()
}

fn writable(markets: &[u16]) -> Vec<AccountMeta> {
    markets.iter().map(|m| AccountMeta::new(address::market(*m), false)).collect()
}

/// Creates the protocol; `authority` must be the program's upgrade authority.
pub fn initialise(authority: Pubkey, mint: Pubkey, args: InitialiseArgs) -> Instruction {
    let accounts = accounts::Initialise {
        authority,
        program: ID,
        program_data: address::program_data(),
        mint,
        protocol: address::protocol(),
        insurance: address::insurance(),
        vault: address::vault(&mint),
        token_program: token::ID,
        system_program: system_program::ID,
    };
    build(accounts, ix::Initialise { args }, vec![])
}

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

/// Gives a market its voted part of shared insurance.
pub fn allot(market: u16) -> Instruction {
    let accounts = accounts::Allot {
        market: address::market(market),
        insurance: address::insurance(),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::Allot {}, vec![])
}

/// Converts what `account`, which left a loss, holds in `market`. `all`: the markets of its positions.
pub fn recover(account: Pubkey, market: u16, all: &[u16]) -> Instruction {
    let accounts =
        accounts::Recover { protocol: address::protocol(), account, event_authority: address::event_authority(), program: ID };
    build(accounts, ix::Recover { market }, writable(all))
}

/// Opens margin account `sub_id` of `owner`.
pub fn open_account(owner: Pubkey, sub_id: u16) -> Instruction {
    let accounts = accounts::OpenAccount { owner, account: address::account(&owner, sub_id), system_program: system_program::ID };
    build(accounts, ix::OpenAccount { sub_id }, vec![])
}

/// Deposits `amount` atoms from token account `from`.
pub fn deposit(payer: Pubkey, account: Pubkey, from: Pubkey, mint: Pubkey, amount: u64) -> Instruction {
    let accounts = accounts::Deposit {
        payer,
        protocol: address::protocol(),
        account,
        from,
        vault: address::vault(&mint),
        mint,
        token_program: token::ID,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::Deposit { amount }, vec![])
}

/// Withdraws `amount` atoms to token account `to`. `markets`: those of the account's positions.
pub fn withdraw(owner: Pubkey, account: Pubkey, to: Pubkey, mint: Pubkey, amount: u64, markets: &[u16]) -> Instruction {
    let accounts = accounts::Withdraw {
        owner,
        protocol: address::protocol(),
        account,
        to,
        vault: address::vault(&mint),
        mint,
        token_program: token::ID,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::Withdraw { amount }, read_only(markets))
}

/// Posts or changes the quote of `account` in `market`.
pub fn post_quote(owner: Pubkey, account: Pubkey, market: u16, terms: QuoteTerms) -> Instruction {
    let market = address::market(market);
    let accounts = accounts::PostQuote {
        owner,
        account,
        market,
        quote: address::quote(&account, &market),
        system_program: system_program::ID,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::PostQuote { terms: EngineQuoteTerms(terms) }, vec![])
}

/// Trades `base` lots against the quote of `maker`, at `limit` ticks or better. `others`: markets of the taker's other
/// positions, then of the maker's.
pub fn take(owner: Pubkey, taker: Pubkey, maker: Pubkey, market: u16, base: i64, limit: u64, others: &[u16]) -> Instruction {
    let market = address::market(market);
    let accounts = accounts::Take {
        owner,
        protocol: address::protocol(),
        market,
        taker,
        quote: address::quote(&maker, &market),
        maker,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::Take { base, limit }, read_only(others))
}

/// Converts the warm part of the claim of `account` in `market`.
pub fn convert(owner: Pubkey, account: Pubkey, market: u16, others: &[u16]) -> Instruction {
    let accounts = accounts::Convert {
        owner,
        protocol: address::protocol(),
        market: address::market(market),
        account,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::Convert {}, read_only(others))
}

/// Refreshes a market's price from `sources`, all of them, in order.
pub fn refresh_market(market: u16, sources: &[Pubkey]) -> Instruction {
    let accounts =
        accounts::RefreshMarket { market: address::market(market), event_authority: address::event_authority(), program: ID };
    build(accounts, ix::RefreshMarket {}, sources.iter().map(|s| AccountMeta::new_readonly(*s, false)).collect())
}

/// Settles the position of `account` in `market`.
pub fn settle(caller: Pubkey, account: Pubkey, market: u16, others: &[u16]) -> Instruction {
    let accounts = accounts::Settle {
        caller,
        market: address::market(market),
        account,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::Settle {}, read_only(others))
}

/// Flags `account`, or clears its flag. `markets`: those of its positions.
pub fn flag(account: Pubkey, markets: &[u16]) -> Instruction {
    let accounts = accounts::Flag { account, event_authority: address::event_authority(), program: ID };
    build(accounts, ix::Flag {}, read_only(markets))
}

/// Takes over at most `lots` of the position of `account` in `market` into `keeper`. `others`: markets of the account's other
/// positions, then of the keeper's.
pub fn liquidate(owner: Pubkey, keeper: Pubkey, account: Pubkey, market: u16, lots: u64, others: &[u16]) -> Instruction {
    let accounts = accounts::Liquidate {
        owner,
        protocol: address::protocol(),
        market: address::market(market),
        account,
        keeper,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::Liquidate { lots }, read_only(others))
}

/// Declares `account` bankrupt. `markets`: those of all its positions.
pub fn declare_bankrupt(account: Pubkey, markets: &[u16]) -> Instruction {
    let accounts = accounts::DeclareBankrupt { account, event_authority: address::event_authority(), program: ID };
    build(accounts, ix::DeclareBankrupt {}, writable(markets))
}

/// Covers and shares the deficit of `market`.
pub fn share_loss(market: u16) -> Instruction {
    let accounts = accounts::ShareLoss {
        market: address::market(market),
        insurance: address::insurance(),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::ShareLoss {}, vec![])
}

/// Gives `amount` atoms from token account `from` to the insurance fund.
pub fn fund_insurance(payer: Pubkey, from: Pubkey, mint: Pubkey, amount: u64) -> Instruction {
    let accounts = accounts::FundInsurance {
        payer,
        protocol: address::protocol(),
        insurance: address::insurance(),
        from,
        vault: address::vault(&mint),
        mint,
        token_program: token::ID,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::FundInsurance { amount }, vec![])
}

/// Moves the insurance fees collected in `market` into the fund.
pub fn sweep_fees(market: u16) -> Instruction {
    let accounts = accounts::SweepFees {
        market: address::market(market),
        insurance: address::insurance(),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::SweepFees {}, vec![])
}
