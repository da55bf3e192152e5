//! What anybody may do about accounts below their lines, and their losses.

use super::{build, read_only, writable};
use crate::{address, needs::Needs};
use anchor_lang::{
    prelude::{AccountMeta, Pubkey},
    solana_program::instruction::Instruction,
};
use firebreak::{accounts, instruction as ix, ID};

/// Flags `account`, or clears its flag. `markets`: those of its positions.
pub fn flag(account: Pubkey, markets: impl Into<Needs>) -> Instruction {
    let accounts = accounts::Flag { account, event_authority: address::event_authority(), program: ID };
    build(accounts, ix::Flag {}, read_only(markets))
}

/// Flags an account that only raised margin makes liquidatable: each of `markets`, those of its positions, has a budget for that.
pub fn flag_raised(account: Pubkey, markets: impl Into<Needs>) -> Instruction {
    let accounts = accounts::Flag { account, event_authority: address::event_authority(), program: ID };
    build(accounts, ix::Flag {}, writable(markets))
}

/// Takes over at most `lots` of the position of `account` in `market` into `keeper`. `others`: markets of the account's other
/// positions, then of the keeper's.
pub fn liquidate(
    owner: Pubkey,
    keeper: Pubkey,
    account: Pubkey,
    market: u16,
    lots: u64,
    others: impl Into<Needs>,
) -> Instruction {
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

/// A margin account given beyond those an instruction names, with what its health needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The margin account.
    pub account: Pubkey,
    /// What its health needs: all markets of its positions, and its collateral's records.
    pub needs: Needs,
}

/// Appends groups in the order the program reads them: the account, then what it needs that is neither `market` nor passed before.
fn push_groups(metas: &mut Vec<AccountMeta>, groups: &[Group], market: u16, passed: &mut Needs, writable: bool) {
    for group in groups {
        metas.push(if writable {
            AccountMeta::new(group.account, false)
        } else {
            AccountMeta::new_readonly(group.account, false)
        });
        metas.extend(passed.add_new(&group.needs, market).metas(false));
    }
}

/// Shows accounts to a board in an instruction that takes them: their scores then count as they are now.
#[must_use]
pub fn showing(mut instruction: Instruction, market: u16, others: impl Into<Needs>, shown: &[Group]) -> Instruction {
    push_groups(&mut instruction.accounts, shown, market, &mut others.into(), false);
    instruction
}

/// Closes at most `lots` of the position of `account` in `market` against the quote of `maker`; the reward goes to `keeper`. `others`:
/// markets of the account's other positions, then of the maker's.
pub fn liquidate_into_quotes(
    (keeper, maker, account): (Pubkey, Pubkey, Pubkey),
    market: u16,
    lots: u64,
    others: impl Into<Needs>,
) -> Instruction {
    let market = address::market(market);
    let accounts = accounts::LiquidateIntoQuotes {
        protocol: address::protocol(),
        market,
        account,
        quote: address::quote(&maker, &market),
        maker,
        keeper,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::LiquidateIntoQuotes { lots }, read_only(others))
}

/// Closes the bankrupt position of `account` in `market` against `parties`, highest score first. `others`: markets of the account's other
/// positions. `shown`: winners that are left out because they cannot be acted on or score less by now.
pub fn deleverage(account: Pubkey, market: u16, others: impl Into<Needs>, parties: &[Group], shown: &[Group]) -> Instruction {
    let accounts = accounts::Deleverage {
        protocol: address::protocol(),
        market: address::market(market),
        account,
        event_authority: address::event_authority(),
        program: ID,
    };
    let mut passed = others.into();
    let mut rest = read_only(&passed);
    push_groups(&mut rest, parties, market, &mut passed, true);
    push_groups(&mut rest, shown, market, &mut passed, false);
    build(accounts, ix::Deleverage { parties: parties.len() as u8 }, rest)
}

/// Puts accounts on the boards of `market`, or takes them off.
pub fn rank(market: u16, shown: &[Group]) -> Instruction {
    let accounts = accounts::Rank { market: address::market(market), event_authority: address::event_authority(), program: ID };
    let mut rest = vec![];
    push_groups(&mut rest, shown, market, &mut Needs::default(), false);
    build(accounts, ix::Rank {}, rest)
}

/// Closes the dust position of `account` in `market` against `party`; without one, frees the account's empty slots. `others`: markets of
/// the account's other positions.
pub fn close_dust(account: Pubkey, market: u16, others: impl Into<Needs>, party: Option<Group>, shown: &[Group]) -> Instruction {
    let accounts = accounts::CloseDust {
        protocol: address::protocol(),
        market: address::market(market),
        account,
        event_authority: address::event_authority(),
        program: ID,
    };
    let mut passed = others.into();
    let mut rest = read_only(&passed);
    push_groups(&mut rest, party.as_slice(), market, &mut passed, true);
    push_groups(&mut rest, shown, market, &mut passed, false);
    build(accounts, ix::CloseDust {}, rest)
}

/// Declares `account` bankrupt. `markets`: those of all its positions.
pub fn declare_bankrupt(account: Pubkey, markets: impl Into<Needs>) -> Instruction {
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
