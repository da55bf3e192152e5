//! Firebreak: margin and clearing for perpetual futures that is built to survive.
//!
//! This file is an index. Accounts are in [`state`], one type a file; instructions in [`instructions`], one a file, by family; every
//! number is decided in `firebreak-risk`; price accounts are read by `firebreak-oracle` and judged in [`oracle`].
// Anchor's macros expand to these.
#![allow(clippy::result_large_err, clippy::diverging_sub_expression)]

use anchor_lang::prelude::*;

pub mod constants;
pub mod emit;
pub mod errors;
pub mod events;
pub mod instructions;
pub mod oracle;
pub mod state;

use instructions::*;
use state::*;

declare_id!("EmzQsXF23DnTmtnmDYwUS21iCDuSUxF7CCirLMsE7yj1");

#[cfg(not(feature = "no-entrypoint"))]
solana_security_txt::security_txt! {
    name: "Firebreak",
    project_url: "https://github.com/firebreak-protocol/firebreak",
    contacts: "link:https://github.com/firebreak-protocol/firebreak/security/advisories/new",
    policy: "https://github.com/firebreak-protocol/firebreak/blob/main/SECURITY.md",
    preferred_languages: "en"
}

/// The program's entry points. Where an account holds collateral, the records that [`instructions::markets`] describes follow its markets among
/// the remaining accounts.
#[program]
pub mod firebreak {
    use super::*;

    /// Creates the protocol and its insurance fund. Only the program's upgrade authority may.
    pub fn initialise(ctx: Context<Initialise>, args: InitialiseArgs) -> Result<()> {
        initialise::handle(ctx, args)
    }

    /// Lists a market with its price sources and risk parameters.
    pub fn list_market(ctx: Context<ListMarket>, args: ListMarketArgs) -> Result<()> {
        list_market::handle(ctx, args)
    }

    /// Gives a new market its rules, before its first price.
    pub fn set_rules(ctx: Context<SetRules>, rules: EngineRules) -> Result<()> {
        set_rules::handle(ctx, rules)
    }

    /// Lists a collateral with its terms and price sources, and creates its vault: the settlement token first, as number 0.
    pub fn list_collateral(ctx: Context<ListCollateral>, args: Box<ListCollateralArgs>) -> Result<()> {
        list_collateral::handle(ctx, args)
    }

    /// Lowers at once how much of a collateral may be deposited in all.
    pub fn set_collateral_cap(ctx: Context<SetCollateralCap>, cap: u64) -> Result<()> {
        set_collateral_cap::handle(ctx, cap)
    }

    /// Opens a margin account, cross or isolated.
    pub fn open_account(ctx: Context<OpenAccount>, sub_id: u16, kind: AccountKind) -> Result<()> {
        open_account::handle(ctx, sub_id, kind)
    }

    /// Closes an empty margin account.
    pub fn close_account(ctx: Context<CloseAccount>) -> Result<()> {
        close_account::handle(ctx)
    }

    /// Moves capital between two accounts of one owner. Remaining accounts: the markets of the first one's positions.
    pub fn transfer<'info>(ctx: Context<'info, Transfer<'info>>, amount: u64) -> Result<()> {
        transfer::handle(ctx, amount)
    }

    /// Deposits settlement tokens.
    pub fn deposit(ctx: Context<Deposit>, amount: u64) -> Result<()> {
        deposit::handle(ctx, amount)
    }

    /// Withdraws capital. Remaining accounts: the markets of the account's positions, in order.
    pub fn withdraw<'info>(ctx: Context<'info, Withdraw<'info>>, amount: u64) -> Result<()> {
        withdraw::handle(ctx, amount)
    }

    /// Deposits collateral other than the settlement token. It counts from zero and warms up.
    pub fn deposit_collateral(ctx: Context<DepositCollateral>, amount: u64) -> Result<()> {
        deposit_collateral::handle(ctx, amount)
    }

    /// Withdraws collateral. Remaining accounts: what the account's health needs, the record named here included.
    pub fn withdraw_collateral<'info>(ctx: Context<'info, WithdrawCollateral<'info>>, amount: u64) -> Result<()> {
        withdraw_collateral::handle(ctx, amount)
    }

    /// Posts or changes a quote.
    pub fn post_quote(ctx: Context<PostQuote>, terms: EngineQuoteTerms) -> Result<()> {
        post_quote::handle(ctx, terms)
    }

    /// Removes a quote of the owner's account `sub_id`, open or closed.
    pub fn remove_quote(ctx: Context<RemoveQuote>, sub_id: u16) -> Result<()> {
        // The address that `sub_id` belongs to was checked with the accounts.
        let _ = sub_id;
        remove_quote::handle(ctx)
    }

    /// Places standing order `id`.
    pub fn place_order(ctx: Context<PlaceOrder>, id: u16, terms: EngineOrder) -> Result<()> {
        place_order::handle(ctx, id, terms)
    }

    /// Cancels an order of the owner's account `sub_id`, open or closed.
    pub fn cancel_order(ctx: Context<CancelOrder>, sub_id: u16) -> Result<()> {
        let _ = sub_id; // as for `remove_quote`
        cancel_order::handle(ctx)
    }

    /// Runs a due order that reduces, against a quote. Remaining accounts: the markets of the account's other positions, then of the
    /// maker's.
    pub fn run_order<'info>(ctx: Context<'info, RunOrder<'info>>) -> Result<()> {
        run_order::handle(ctx)
    }

    /// Runs a due order that tops up. Remaining accounts: the markets of the account's positions, then of the source's.
    pub fn run_top_up<'info>(ctx: Context<'info, RunTopUp<'info>>) -> Result<()> {
        run_top_up::handle(ctx)
    }

    /// Brings a market's public record up to date.
    pub fn publish_report(ctx: Context<PublishReport>) -> Result<()> {
        publish_report::handle(ctx)
    }

    /// Fills two signers: the taker buys (negative: sells) `base` lots at `price` ticks. Remaining accounts: the markets of the taker's
    /// other positions, then of the maker's.
    pub fn match_trade<'info>(ctx: Context<'info, MatchTrade<'info>>, base: i64, price: u64) -> Result<()> {
        match_trade::handle(ctx, base, price)
    }

    /// Trades `base` lots (positive: buys) against a quote, at `limit` ticks or better. Remaining accounts: the markets of the
    /// taker's other positions, then of the maker's, in order.
    pub fn take<'info>(ctx: Context<'info, Take<'info>>, base: i64, limit: u64) -> Result<()> {
        take::handle(ctx, base, limit)
    }

    /// Pays the warm part of the owner's claim into capital. Remaining accounts: the markets of the account's other positions.
    pub fn convert<'info>(ctx: Context<'info, Convert<'info>>) -> Result<()> {
        convert::handle(ctx)
    }

    /// Takes in the sources' prices. Remaining accounts: every source of the market, in order.
    pub fn refresh_market<'info>(ctx: Context<'info, RefreshMarket<'info>>) -> Result<()> {
        refresh_market::handle(ctx)
    }

    /// Takes in what a collateral's sources say. Remaining accounts: every source of the collateral, in order.
    pub fn refresh_collateral<'info>(ctx: Context<'info, RefreshCollateral<'info>>) -> Result<()> {
        refresh_collateral::handle(ctx)
    }

    /// Sells at most `amount` smallest units of an account's collateral to a keeper, for a debt or to the stop line. Remaining accounts:
    /// what the health of the account needs, the markets in which it owes writable to have the debts paid at once; then what the keeper's
    /// needs.
    pub fn liquidate_collateral<'info>(
        ctx: Context<'info, LiquidateCollateral<'info>>,
        collateral: u16,
        amount: u64,
    ) -> Result<()> {
        liquidate_collateral::handle(ctx, collateral, amount)
    }

    /// Takes collateral that nobody bought from an account that cannot pay, once its time for sale has passed; the first call starts that
    /// time. Remaining accounts: what the account's health needs.
    pub fn forfeit_collateral<'info>(ctx: Context<'info, ForfeitCollateral<'info>>) -> Result<()> {
        forfeit_collateral::handle(ctx)
    }

    /// Brings margin lines, funding, open-interest cap and breaker up to the market's last price.
    pub fn accrue(ctx: Context<Accrue>) -> Result<()> {
        accrue::handle(ctx)
    }

    /// Converts what an account that left a loss holds in `market`, for those who bore the loss. Remaining accounts: the markets of all
    /// its positions; that market and those that bore a loss writable.
    pub fn recover<'info>(ctx: Context<'info, Recover<'info>>, market: u16) -> Result<()> {
        recover::handle(ctx, market)
    }

    /// Marks a position to the robust price. Remaining accounts: the markets of the account's other positions.
    pub fn settle<'info>(ctx: Context<'info, Settle<'info>>) -> Result<()> {
        settle::handle(ctx)
    }

    /// Starts an account's liquidation clock, or clears it. Remaining accounts: the markets of the account's positions.
    pub fn flag<'info>(ctx: Context<'info, Flag<'info>>) -> Result<()> {
        flag::handle(ctx)
    }

    /// Takes over at most `lots` of a position. Remaining accounts: the markets of the account's other positions, then of the keeper's;
    /// then accounts shown to the worst board, as in `rank`.
    pub fn liquidate<'info>(ctx: Context<'info, Liquidate<'info>>, lots: u64) -> Result<()> {
        liquidate::handle(ctx, lots)
    }

    /// Closes at most `lots` of a position in liquidation against a quote. Remaining accounts: the markets of the account's other positions,
    /// then of the maker's; then accounts shown to the worst board, as in `rank`.
    pub fn liquidate_into_quotes<'info>(ctx: Context<'info, LiquidateIntoQuotes<'info>>, lots: u64) -> Result<()> {
        liquidate_into_quotes::handle(ctx, lots)
    }

    /// Closes a bankrupt position against `parties` counterparties, best winner first. Remaining accounts: the markets of the account's
    /// other positions; then the counterparties, then accounts shown to the winners board, each as in `rank`.
    pub fn deleverage<'info>(ctx: Context<'info, Deleverage<'info>>, parties: u8) -> Result<()> {
        deleverage::handle(ctx, parties)
    }

    /// Puts accounts on a market's boards, or takes them off. Remaining accounts: each account, followed by the markets of its other
    /// positions, without those that were passed before.
    pub fn rank<'info>(ctx: Context<'info, Rank<'info>>) -> Result<()> {
        rank::handle(ctx)
    }

    /// Closes a dust position of an account in liquidation, or frees the account's empty slots. Remaining accounts: the markets of its other
    /// positions; for a dust position then the counterparty and accounts shown to the winners board, each as in `rank`.
    pub fn close_dust<'info>(ctx: Context<'info, CloseDust<'info>>) -> Result<()> {
        close_dust::handle(ctx)
    }

    /// Ends a market that has long had no usable price.
    pub fn enter_settlement(ctx: Context<EnterSettlement>) -> Result<()> {
        enter_settlement::handle(ctx)
    }

    /// Moves tokens that were sent to the vault past the program into the insurance fund.
    pub fn skim(ctx: Context<Skim>) -> Result<()> {
        skim::handle(ctx)
    }

    /// Settles all positions of an account that cannot pay and splits its capital over what it owes. Remaining accounts: the
    /// markets of all its positions, writable.
    pub fn declare_bankrupt<'info>(ctx: Context<'info, DeclareBankrupt<'info>>) -> Result<()> {
        declare_bankrupt::handle(ctx)
    }

    /// Covers a market's deficit from its pot and from insurance, and shares the rest once its window has ended.
    pub fn share_loss(ctx: Context<ShareLoss>) -> Result<()> {
        share_loss::handle(ctx)
    }

    /// Gives a market the part of shared insurance that governance voted, as far as the fund has it.
    pub fn allot(ctx: Context<Allot>) -> Result<()> {
        allot::handle(ctx)
    }

    /// Adds tokens to the insurance fund.
    pub fn fund_insurance(ctx: Context<FundInsurance>, amount: u64) -> Result<()> {
        fund_insurance::handle(ctx, amount)
    }

    /// Moves a market's collected insurance fees into the fund.
    pub fn sweep_fees(ctx: Context<SweepFees>) -> Result<()> {
        sweep_fees::handle(ctx)
    }

    /// Stakes tokens into a tranche of the insurance fund: 0 junior, 1 senior.
    pub fn stake(ctx: Context<AddStake>, tranche: u8, amount: u64) -> Result<()> {
        stake::handle(ctx, tranche, amount)
    }

    /// Asks shares back; replaces an earlier request, zero takes it back.
    pub fn request_unstake(ctx: Context<RequestUnstake>, shares: u64) -> Result<()> {
        request_unstake::handle(ctx, shares)
    }

    /// Pays a cooled request. Remaining accounts: every market that may draw on shared insurance, by ascending index.
    pub fn unstake<'info>(ctx: Context<'info, Unstake<'info>>) -> Result<()> {
        unstake::handle(ctx)
    }

    /// Keeps a cooled request from lapsing while its pay-out is refused. Remaining accounts: the markets that hold it back.
    pub fn hold_unstake<'info>(ctx: Context<'info, HoldUnstake<'info>>) -> Result<()> {
        hold_unstake::handle(ctx)
    }

    /// Closes a stake account without shares.
    pub fn close_stake(ctx: Context<CloseStake>) -> Result<()> {
        close_stake::handle(ctx)
    }

    /// Pays a market's treasury fees to the protocol's treasury.
    pub fn collect_treasury(ctx: Context<CollectTreasury>) -> Result<()> {
        collect_treasury::handle(ctx)
    }

    /// Trips and releases the global breaker.
    pub fn check_global(ctx: Context<CheckGlobal>) -> Result<()> {
        check_global::handle(ctx)
    }

    /// Brings an account that an older program wrote up to this program's layout.
    pub fn migrate(ctx: Context<Migrate>) -> Result<()> {
        migrate::handle(ctx)
    }

    /// Buys forfeited collateral out of custody; the price goes to insurance. Remaining accounts: what the keeper's health needs, then the record
    /// named here and the settlement token's.
    pub fn buy_forfeited<'info>(ctx: Context<'info, BuyForfeited<'info>>, amount: u64) -> Result<()> {
        buy_forfeited::handle(ctx, amount)
    }

    // Governance comes last: an instruction is found by comparing in this order, and the hot ones should not pay for it.

    /// Ends the time of listing at once.
    pub fn seal(ctx: Context<Seal>) -> Result<()> {
        seal::handle(ctx)
    }

    /// Proposes other parameters for a market.
    pub fn propose_params(ctx: Context<ProposeForMarket>, new: EngineParams) -> Result<()> {
        propose_params::handle(ctx, new)
    }

    /// Proposes other rules for a market.
    pub fn propose_rules(ctx: Context<ProposeForMarket>, new: Box<EngineRules>) -> Result<()> {
        propose_rules::handle(ctx, new)
    }

    /// Proposes other price sources for a market.
    pub fn propose_sources(ctx: Context<ProposeForMarket>, sources: Vec<PriceSource>) -> Result<()> {
        propose_sources::handle(ctx, sources)
    }

    /// Proposes a market. Its delay starts with `complete_listing`.
    pub fn propose_listing(ctx: Context<Propose>, args: ListMarketArgs) -> Result<()> {
        propose_listing::handle(ctx, args)
    }

    /// Gives a proposed market its rules and starts its delay.
    pub fn complete_listing(ctx: Context<CompleteListing>, rules: Box<EngineRules>) -> Result<()> {
        complete_listing::handle(ctx, rules)
    }

    /// Proposes other settings of the protocol and its insurance.
    pub fn propose_settings(ctx: Context<ProposeSettings>, new: EngineSettings) -> Result<()> {
        propose_settings::handle(ctx, new)
    }

    /// Proposes to hand the authority over.
    pub fn propose_authority(ctx: Context<Propose>, new: Pubkey) -> Result<()> {
        propose_authority::handle(ctx, new)
    }

    /// Proposes to replace the program by what a buffer holds.
    pub fn propose_upgrade(ctx: Context<ProposeUpgrade>) -> Result<()> {
        propose_upgrade::handle(ctx)
    }

    /// Proposes a collateral.
    pub fn propose_collateral_listing(ctx: Context<ProposeCollateralListing>, args: Box<ListCollateralArgs>) -> Result<()> {
        propose_collateral_listing::handle(ctx, args)
    }

    /// Proposes other terms for a collateral.
    pub fn propose_collateral_terms(ctx: Context<ProposeForCollateral>, new: Box<EngineCollateralTerms>) -> Result<()> {
        propose_collateral_terms::handle(ctx, new)
    }

    /// Proposes other price sources for a collateral.
    pub fn propose_collateral_sources(ctx: Context<ProposeForCollateral>, sources: Vec<PriceSource>) -> Result<()> {
        propose_collateral_sources::handle(ctx, sources)
    }

    /// Withdraws a change: the authority or the guardian may.
    pub fn cancel_change(ctx: Context<CancelChange>) -> Result<()> {
        cancel_change::handle(ctx)
    }

    /// Puts a change of a market's parameters, rules or sources into force.
    pub fn execute_change(ctx: Context<ExecuteChange>) -> Result<()> {
        execute_change::handle(ctx)
    }

    /// Lists a proposed market.
    pub fn execute_listing(ctx: Context<ExecuteListing>) -> Result<()> {
        execute_listing::handle(ctx)
    }

    /// Lists a proposed collateral.
    pub fn execute_collateral_listing(ctx: Context<ExecuteCollateralListing>) -> Result<()> {
        execute_collateral_listing::handle(ctx)
    }

    /// Puts a change of a collateral's terms or sources into force.
    pub fn execute_collateral_change(ctx: Context<ExecuteCollateralChange>) -> Result<()> {
        execute_collateral_change::handle(ctx)
    }

    /// Puts other settings into force.
    pub fn execute_settings(ctx: Context<ExecuteSettings>) -> Result<()> {
        execute_settings::handle(ctx)
    }

    /// Takes the authority over that a change names its signer for.
    pub fn accept_authority(ctx: Context<AcceptAuthority>) -> Result<()> {
        accept_authority::handle(ctx)
    }

    /// Replaces the program by what a proposed buffer holds.
    pub fn upgrade_program(ctx: Context<UpgradeProgram>) -> Result<()> {
        upgrade_program::handle(ctx)
    }

    /// Tightens a market's parameters at once: the guardian may.
    pub fn tighten_params(ctx: Context<Tighten>, new: EngineParams) -> Result<()> {
        tighten_params::handle(ctx, new)
    }

    /// Tightens a market's rules at once: the guardian may.
    pub fn tighten_rules(ctx: Context<Tighten>, new: Box<EngineRules>) -> Result<()> {
        tighten_rules::handle(ctx, new)
    }

    /// Tightens a collateral's terms at once: the guardian may.
    pub fn tighten_collateral(ctx: Context<TightenCollateral>, new: Box<EngineCollateralTerms>) -> Result<()> {
        tighten_collateral::handle(ctx, new)
    }

    /// Pauses gates (a bit each, in the order of `Gate::ALL`) for half an hour: the guardian may.
    pub fn pause(ctx: Context<Pause>, gates: u64) -> Result<()> {
        pause::handle(ctx, gates)
    }
}
