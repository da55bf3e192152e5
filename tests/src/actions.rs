//! What traders and keepers do, one method an instruction, with the remaining accounts that the account's positions ask for.

use crate::{
    defaults::{terms, UNIT},
    vm::Refused,
    Trader, World,
};
use anchor_lang::prelude::Pubkey;
use firebreak_client::{
    address, instruction,
    program::instructions::AccountKind,
    risk::{order::Order, trade::QuoteTerms},
};
use litesvm::types::TransactionMetadata;
use solana_signer::Signer;

/// How an action ended.
pub type Outcome = Result<TransactionMetadata, Refused>;

impl World {
    /// Deposits atoms from the trader's wallet.
    pub fn deposit(&mut self, trader: &Trader, atoms: u64) -> Outcome {
        self.act(&[instruction::deposit(trader.owner(), trader.account, trader.wallet, self.mint, atoms)], &[&trader.key])
    }

    /// Withdraws atoms to the trader's wallet.
    pub fn withdraw(&mut self, trader: &Trader, atoms: u64) -> Outcome {
        let markets = self.needs_of(trader, None);
        let ix = instruction::withdraw(trader.owner(), trader.account, trader.wallet, self.mint, atoms, &markets);
        self.act(&[ix], &[&trader.key])
    }

    /// Quotes `units` base units on both sides, at the robust price.
    pub fn quote(&mut self, maker: &Trader, market: u16, units: i64) {
        self.quote_with(maker, market, terms(units)).expect("quotes");
    }

    /// Quotes these terms.
    pub fn quote_with(&mut self, maker: &Trader, market: u16, terms: QuoteTerms) -> Outcome {
        self.act(&[instruction::post_quote(maker.owner(), maker.account, market, terms)], &[&maker.key])
    }

    /// Takes `units` base units (positive: buys) from the maker's quote at any price.
    pub fn take(&mut self, taker: &Trader, maker: &Trader, market: u16, units: i64) -> Outcome {
        self.take_lots(taker, maker, market, units * UNIT)
    }

    /// Takes `lots` (positive: buys) from the maker's quote at any price.
    pub fn take_lots(&mut self, taker: &Trader, maker: &Trader, market: u16, lots: i64) -> Outcome {
        self.take_at(taker, maker, market, lots, if lots > 0 { u64::MAX } else { 0 })
    }

    /// Takes `lots` (positive: buys) from the maker's quote at `limit` ticks or better.
    pub fn take_at(&mut self, taker: &Trader, maker: &Trader, market: u16, lots: i64, limit: u64) -> Outcome {
        let others = self.needs_of(taker, Some(market)).then(self.needs_of(maker, Some(market)));
        let ix = instruction::take(taker.owner(), taker.account, maker.account, market, lots, limit, &others);
        self.act(&[ix], &[&taker.key])
    }

    /// Converts the trader's warm claim.
    pub fn convert(&mut self, trader: &Trader, market: u16) -> Outcome {
        let others = self.needs_of(trader, Some(market));
        self.act(&[instruction::convert(trader.owner(), trader.account, market, &others)], &[&trader.key])
    }

    /// Refreshes a market from its accounts as they are, and accrues it.
    pub fn refresh(&mut self, market: u16) -> Outcome {
        let keys: Vec<Pubkey> = self.feeds[market as usize].iter().map(|f| f.key).collect();
        self.act(&[instruction::refresh_market(market, &keys), instruction::accrue(market)], &[])
    }

    /// Settles the trader's position, called by `caller`.
    pub fn settle(&mut self, caller: &Trader, trader: &Trader, market: u16) -> Outcome {
        let others = self.needs_of(trader, Some(market));
        self.act(&[instruction::settle(caller.owner(), trader.account, market, &others)], &[&caller.key])
    }

    /// Flags the trader's account.
    pub fn flag(&mut self, trader: &Trader) -> Outcome {
        let markets = self.needs_of(trader, None);
        self.act(&[instruction::flag(trader.account, &markets)], &[])
    }

    /// Takes the trader's position over, as far as permitted.
    pub fn liquidate(&mut self, keeper: &Trader, trader: &Trader, market: u16) -> Outcome {
        self.liquidate_lots(keeper, trader, market, u64::MAX / 4)
    }

    /// Takes at most `lots` of the trader's position over.
    pub fn liquidate_lots(&mut self, keeper: &Trader, trader: &Trader, market: u16, lots: u64) -> Outcome {
        let others = self.needs_of(trader, Some(market)).then(self.needs_of(keeper, Some(market)));
        let ix = instruction::liquidate(keeper.owner(), keeper.account, trader.account, market, lots, &others);
        self.act(&[ix], &[&keeper.key])
    }

    /// Declares the trader bankrupt.
    pub fn declare_bankrupt(&mut self, trader: &Trader) -> Outcome {
        let markets = self.needs_of(trader, None);
        self.act(&[instruction::declare_bankrupt(trader.account, &markets)], &[])
    }

    /// Covers and shares a market's deficit.
    pub fn share_loss(&mut self, market: u16) -> Outcome {
        self.act(&[instruction::share_loss(market)], &[])
    }

    /// Gives atoms from the trader's wallet to the insurance fund, and every market what it has been voted of it.
    pub fn fund_insurance(&mut self, trader: &Trader, atoms: u64) -> Outcome {
        let given = self.act(&[instruction::fund_insurance(trader.owner(), trader.wallet, self.mint, atoms)], &[&trader.key])?;
        for market in 0..self.feeds.len() as u16 {
            self.act(&[instruction::allot(market)], &[])?;
        }
        Ok(given)
    }

    /// Refreshes a market without accruing it.
    pub fn refresh_only(&mut self, market: u16) -> Outcome {
        let keys: Vec<Pubkey> = self.feeds[market as usize].iter().map(|f| f.key).collect();
        self.act(&[instruction::refresh_market(market, &keys)], &[])
    }

    /// Brings a market's risk state up to its last price.
    pub fn accrue(&mut self, market: u16) -> Outcome {
        self.act(&[instruction::accrue(market)], &[])
    }

    /// Moves a market's insurance fees into the fund.
    pub fn sweep_fees(&mut self, market: u16) -> Outcome {
        self.act(&[instruction::sweep_fees(market)], &[])
    }

    /// Opens the trader's sub-account `sub_id`.
    pub fn open(&mut self, trader: &Trader, sub_id: u16, kind: AccountKind) -> Trader {
        self.try_open(trader, sub_id, kind).expect("opens");
        Trader { account: address::account(&trader.owner(), sub_id), ..trader.clone() }
    }

    /// The same, however it ends.
    pub fn try_open(&mut self, trader: &Trader, sub_id: u16, kind: AccountKind) -> Outcome {
        self.act(&[instruction::open_account_of(trader.owner(), sub_id, kind)], &[&trader.key])
    }

    /// Closes the trader's account.
    pub fn close(&mut self, trader: &Trader) -> Outcome {
        self.act(&[instruction::close_account(trader.owner(), trader.account)], &[&trader.key])
    }

    /// Moves atoms between two accounts, signed by the owner of the first.
    pub fn transfer(&mut self, from: &Trader, to: &Trader, atoms: u64) -> Outcome {
        let markets = self.needs_of(from, None);
        self.act(&[instruction::transfer(from.owner(), from.account, to.account, atoms, &markets)], &[&from.key])
    }

    /// Removes the quote of the trader's account 0.
    pub fn remove_quote(&mut self, maker: &Trader, market: u16) -> Outcome {
        self.act(&[instruction::remove_quote(maker.owner(), 0, market)], &[&maker.key])
    }

    /// Both sides sign: the taker buys `lots` (negative: sells) at `price` ticks.
    pub fn match_trade(&mut self, taker: &Trader, maker: &Trader, market: u16, lots: i64, price: u64) -> Outcome {
        let others = self.needs_of(taker, Some(market)).then(self.needs_of(maker, Some(market)));
        let (a, b) = ((taker.owner(), taker.account), (maker.owner(), maker.account));
        self.act(&[instruction::match_trade(a, b, market, lots, price, &others)], &[&taker.key, &maker.key])
    }

    /// Places order `id` of the trader's account.
    pub fn place_order(&mut self, trader: &Trader, id: u16, order: Order) -> Outcome {
        self.act(&[instruction::place_order(trader.owner(), trader.account, id, order)], &[&trader.key])
    }

    /// Cancels order `id` of the trader's account 0.
    pub fn cancel_order(&mut self, trader: &Trader, id: u16) -> Outcome {
        self.act(&[instruction::cancel_order(trader.owner(), 0, id)], &[&trader.key])
    }

    /// Runs order `id`, which reduces, against the maker's quote.
    pub fn run_order(&mut self, keeper: &Trader, trader: &Trader, id: u16, market: u16, maker: &Trader) -> Outcome {
        let others = self.needs_of(trader, Some(market)).then(self.needs_of(maker, Some(market)));
        self.act(&[instruction::run_order(trader.account, id, market, maker.account, keeper.account, &others)], &[])
    }

    /// Runs order `id`, which tops up from `source`.
    pub fn run_top_up(&mut self, keeper: &Trader, trader: &Trader, id: u16, source: &Trader) -> Outcome {
        let markets = self.needs_of(trader, None).then(self.needs_of(source, None));
        self.act(&[instruction::run_top_up(trader.account, id, source.account, keeper.account, &markets)], &[])
    }

    /// Publishes a market's report; the payer pays.
    pub fn publish_report(&mut self, market: u16) -> Outcome {
        let payer = self.payer();
        self.act(&[instruction::publish_report(payer.pubkey(), market)], &[&payer])
    }
}
