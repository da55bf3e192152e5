//! Instruction builders, one an instruction. What an account's health needs is passed along as [`Needs`], or, for accounts without
//! collateral, as the numbers of their markets.

use crate::{address, needs::Needs};
use anchor_lang::{
    prelude::{system_program, AccountMeta, Pubkey},
    solana_program::instruction::Instruction,
    InstructionData, ToAccountMetas,
};
use anchor_spl::token;
use firebreak::{accounts, instruction as ix, instructions::*, state::*, ID};
use firebreak_risk::{order::Order, trade::QuoteTerms};

pub use crate::{collateral::*, governance::*};

pub(crate) fn build(accounts: impl ToAccountMetas, data: impl InstructionData, rest: Vec<AccountMeta>) -> Instruction {
    let mut metas = accounts.to_account_metas(None);
    metas.extend(rest);
    Instruction { program_id: ID, accounts: metas, data: data.data() }
}

pub(crate) fn read_only(needs: impl Into<Needs>) -> Vec<AccountMeta> {
    needs.into().metas(false)
}

pub(crate) fn writable(needs: impl Into<Needs>) -> Vec<AccountMeta> {
    needs.into().metas(true)
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
        system_program: system_program::ID,
        event_authority: address::event_authority(),
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

/// Gives `amount` atoms from token account `from` to the insurance fund.
pub fn fund_insurance(payer: Pubkey, from: Pubkey, mint: Pubkey, amount: u64) -> Instruction {
    let accounts = accounts::FundInsurance {
        payer,
        protocol: address::protocol(),
        insurance: address::insurance(),
        from,
        vault: address::vault(&mint),
        collateral: address::collateral(&mint),
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

/// Stakes `amount` atoms from token account `from` into a tranche (0 junior, 1 senior).
pub fn stake(owner: Pubkey, tranche: u8, from: Pubkey, mint: Pubkey, amount: u64) -> Instruction {
    let accounts = accounts::AddStake {
        owner,
        protocol: address::protocol(),
        insurance: address::insurance(),
        stake: address::stake(&owner, tranche),
        from,
        vault: address::vault(&mint),
        mint,
        token_program: token::ID,
        collateral: address::collateral(&mint),
        system_program: system_program::ID,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::Stake { tranche, amount }, vec![])
}

/// Asks `shares` of the owner's stake in a tranche back; zero takes an earlier request back.
pub fn request_unstake(owner: Pubkey, tranche: u8, shares: u64) -> Instruction {
    let accounts = accounts::RequestUnstake {
        owner,
        insurance: address::insurance(),
        stake: address::stake(&owner, tranche),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::RequestUnstake { shares }, vec![])
}

/// Pays the owner's cooled request to token account `to`. `insured`: every market with a limit, by ascending index.
pub fn unstake(owner: Pubkey, tranche: u8, to: Pubkey, mint: Pubkey, insured: &[u16]) -> Instruction {
    let accounts = accounts::Unstake {
        owner,
        protocol: address::protocol(),
        insurance: address::insurance(),
        stake: address::stake(&owner, tranche),
        to,
        vault: address::vault(&mint),
        mint,
        token_program: token::ID,
        collateral: address::collateral(&mint),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::Unstake {}, read_only(insured))
}

/// Keeps the request of `owner` from lapsing. `mint`: the settlement token. `holding`: markets with a limit that hold its pay-out back, by
/// ascending index.
pub fn hold_unstake(owner: Pubkey, tranche: u8, mint: Pubkey, holding: &[u16]) -> Instruction {
    let accounts = accounts::HoldUnstake {
        protocol: address::protocol(),
        insurance: address::insurance(),
        collateral: address::collateral(&mint),
        stake: address::stake(&owner, tranche),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::HoldUnstake {}, read_only(holding))
}

/// Closes the owner's empty stake in a tranche.
pub fn close_stake(owner: Pubkey, tranche: u8) -> Instruction {
    let accounts = accounts::CloseStake {
        owner,
        insurance: address::insurance(),
        stake: address::stake(&owner, tranche),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::CloseStake {}, vec![])
}

/// Pays a market's treasury fees to `treasury`, which must be the protocol's.
pub fn collect_treasury(market: u16, treasury: Pubkey, mint: Pubkey) -> Instruction {
    let accounts = accounts::CollectTreasury {
        protocol: address::protocol(),
        market: address::market(market),
        treasury,
        vault: address::vault(&mint),
        mint,
        token_program: token::ID,
        collateral: address::collateral(&mint),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::CollectTreasury {}, vec![])
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
