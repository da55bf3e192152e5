//! What owners send.

use super::{build, read_only};
use crate::{address, needs::Needs};
use anchor_lang::{
    prelude::{system_program, Pubkey},
    solana_program::instruction::Instruction,
};
use anchor_spl::token;
use firebreak::{accounts, instruction as ix, instructions::*, state::*, ID};
use firebreak_risk::{order::Order, trade::QuoteTerms};

/// Opens cross margin account `sub_id` of `owner`.
pub fn open_account(owner: Pubkey, sub_id: u16) -> Instruction {
    open_account_of(owner, sub_id, AccountKind::Cross)
}

/// Opens margin account `sub_id` of `owner`.
pub fn open_account_of(owner: Pubkey, sub_id: u16, kind: AccountKind) -> Instruction {
    let accounts = accounts::OpenAccount {
        owner,
        account: address::account(&owner, sub_id),
        system_program: system_program::ID,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::OpenAccount { sub_id, kind }, vec![])
}

/// Closes empty margin account `account`.
pub fn close_account(owner: Pubkey, account: Pubkey) -> Instruction {
    let accounts = accounts::CloseAccount { owner, account, event_authority: address::event_authority(), program: ID };
    build(accounts, ix::CloseAccount {}, vec![])
}

/// Moves `amount` atoms between two accounts of `owner`. `markets`: those of the first one's positions.
pub fn transfer(owner: Pubkey, from: Pubkey, to: Pubkey, amount: u64, markets: impl Into<Needs>) -> Instruction {
    let accounts = accounts::Transfer {
        owner,
        protocol: address::protocol(),
        from,
        to,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::Transfer { amount }, read_only(markets))
}

/// Removes the quote of account `sub_id` of `owner` in `market`.
pub fn remove_quote(owner: Pubkey, sub_id: u16, market: u16) -> Instruction {
    let account = address::account(&owner, sub_id);
    let accounts = accounts::RemoveQuote {
        owner,
        account,
        quote: address::quote(&account, &address::market(market)),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::RemoveQuote { sub_id }, vec![])
}

/// Places order `id` of `account`.
pub fn place_order(owner: Pubkey, account: Pubkey, id: u16, terms: Order) -> Instruction {
    let accounts = accounts::PlaceOrder {
        owner,
        account,
        order: address::order(&account, id),
        system_program: system_program::ID,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::PlaceOrder { id, terms: EngineOrder(terms) }, vec![])
}

/// Cancels order `id` of account `sub_id` of `owner`.
pub fn cancel_order(owner: Pubkey, sub_id: u16, id: u16) -> Instruction {
    let account = address::account(&owner, sub_id);
    let accounts = accounts::CancelOrder {
        owner,
        account,
        order: address::order(&account, id),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::CancelOrder { sub_id }, vec![])
}

/// Fills two signers, each given as owner and account: the taker buys `base` lots (negative: sells) at `price` ticks. `others`: markets
/// of the taker's other positions, then of the maker's.
pub fn match_trade(
    taker: (Pubkey, Pubkey),
    maker: (Pubkey, Pubkey),
    market: u16,
    base: i64,
    price: u64,
    others: impl Into<Needs>,
) -> Instruction {
    let accounts = accounts::MatchTrade {
        taker_owner: taker.0,
        maker_owner: maker.0,
        protocol: address::protocol(),
        market: address::market(market),
        taker: taker.1,
        maker: maker.1,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::MatchTrade { base, price }, read_only(others))
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
        collateral: address::collateral(&mint),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::Deposit { amount }, vec![])
}

/// Withdraws `amount` atoms to token account `to`. `markets`: those of the account's positions.
pub fn withdraw(owner: Pubkey, account: Pubkey, to: Pubkey, mint: Pubkey, amount: u64, markets: impl Into<Needs>) -> Instruction {
    let accounts = accounts::Withdraw {
        owner,
        protocol: address::protocol(),
        account,
        to,
        vault: address::vault(&mint),
        mint,
        token_program: token::ID,
        collateral: address::collateral(&mint),
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
pub fn take(
    owner: Pubkey,
    taker: Pubkey,
    maker: Pubkey,
    market: u16,
    base: i64,
    limit: u64,
    others: impl Into<Needs>,
) -> Instruction {
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
pub fn convert(owner: Pubkey, account: Pubkey, market: u16, others: impl Into<Needs>) -> Instruction {
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
