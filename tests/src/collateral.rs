//! Collateral: listing it, bringing tokens, and what is done with it.

use crate::{actions::Outcome, prices::Feed, Trader, World};
use anchor_lang::prelude::Pubkey;
use firebreak_client::{
    address, instruction,
    needs::Needs,
    oracle::Kind,
    program::{
        instructions::ListCollateralArgs,
        state::{Collateral, EngineCollateralTerms},
    },
    risk::{
        collateral::{CollateralParams, OF_NO_MARKET},
        collateral_rules::CollateralRules,
        governance::collateral::CollateralTerms,
        outflow::OutflowRules,
        volatility::VolatilityParams,
    },
};
use solana_signer::Signer;

/// Limits that no test reaches unless it means to.
pub const OPEN: OutflowRules = OutflowRules { hour: u64::MAX >> 3, day: u64::MAX >> 3, free: 0 };

/// A listed collateral; number 0 is the settlement token.
#[derive(Clone, Debug)]
pub struct Token {
    /// Its mint.
    pub mint: Pubkey,
    /// Its feeds.
    pub feeds: Vec<Feed>,
}

/// What a major's token is listed with, 9 decimals, of no market: a minute of warm-up, room for a billion.
pub fn major() -> CollateralParams {
    const MOST: u64 = 1_000_000_000_000_000_000;
    CollateralParams { warmup: 60, ..CollateralParams::MAJOR.for_token(9, OF_NO_MARKET, MOST, MOST) }
}

/// One token of [`major`].
pub const COIN: u64 = 1_000_000_000;

/// Arguments of a listing with these feeds.
pub fn listing(params: CollateralParams, rules: CollateralRules, outflow: OutflowRules, feeds: &[Feed]) -> ListCollateralArgs {
    let terms = CollateralTerms { params, measured: VolatilityParams::MAJOR, rules, outflow };
    ListCollateralArgs { terms: EngineCollateralTerms(terms), sources: feeds.iter().map(Feed::source).collect() }
}

/// The settlement token's listing: its peg is watched, its vault limited.
pub fn settlement(outflow: OutflowRules) -> ListCollateralArgs {
    let params = CollateralParams::STABLE.for_token(6, OF_NO_MARKET, 0, 1);
    listing(params, CollateralRules::STABLE, outflow, &feeds_of(0, 1))
}

/// Feeds of collateral number `index` at `usd`.
pub fn feeds_of(index: u16, usd: i64) -> Vec<Feed> {
    let n = 40 + 2 * index as u8;
    vec![Feed::new(Kind::PythUpdate, n, usd), Feed::new(Kind::SwitchboardOnDemand, n + 1, usd)]
}

impl World {
    /// Lists the settlement token, whose vault lets out what `outflow` says.
    pub fn list_settlement(&mut self, outflow: OutflowRules) {
        let payer = self.payer();
        let ix = instruction::list_collateral(payer.pubkey(), self.mint, settlement(outflow));
        self.act(&[ix], &[&payer]).expect("lists the settlement token");
        self.tokens.push(Token { mint: self.mint, feeds: feeds_of(0, 1) });
    }

    /// Lists the next collateral with a new mint and two feeds at `usd`, refreshes it, and returns its number.
    pub fn list_token(&mut self, params: CollateralParams, rules: CollateralRules, outflow: OutflowRules, usd: i64) -> u16 {
        let index = self.tokens.len() as u16;
        let (mint, feeds) = (Pubkey::new_from_array([210 + index as u8; 32]), feeds_of(index, usd));
        self.plant_mint(mint, params.decimals);
        let payer = self.payer();
        let ix = instruction::list_collateral(payer.pubkey(), mint, listing(params, rules, outflow, &feeds));
        self.act(&[ix], &[&payer]).expect("lists");
        self.tokens.push(Token { mint, feeds });
        self.publish_token(index);
        self.refresh_collateral(index).expect("refreshes");
        index
    }

    /// A major's token at `usd`, without limits.
    pub fn list_major(&mut self, usd: i64) -> u16 {
        self.list_token(major(), CollateralRules::MAJOR, OPEN, usd)
    }

    /// The mint of a collateral.
    pub fn mint_of(&self, index: u16) -> Pubkey {
        self.tokens[index as usize].mint
    }

    /// A collateral's record.
    pub fn record(&self, index: u16) -> Collateral {
        self.read(&address::collateral(&self.mint_of(index)))
    }

    /// What the health of the trader's account needs to be passed.
    pub fn needs_of(&self, trader: &Trader, named: Option<u16>) -> Needs {
        Needs::of(&self.margin(trader).engine, named, |index| self.mint_of(index))
    }

    /// Publishes every feed of a collateral as of now.
    pub fn publish_token(&mut self, index: u16) {
        for feed in self.tokens[index as usize].feeds.clone() {
            feed.publish(&mut self.vm);
        }
    }

    /// Refreshes a collateral from its accounts as they are.
    pub fn refresh_collateral(&mut self, index: u16) -> Outcome {
        let token = &self.tokens[index as usize];
        let keys: Vec<Pubkey> = token.feeds.iter().map(|f| f.key).collect();
        self.act(&[instruction::refresh_collateral(token.mint, &keys)], &[])
    }

    /// Moves all feeds of a collateral to `price` (10^-8 USD), publishes them and refreshes it.
    pub fn token_price(&mut self, index: u16, price: i64) {
        for feed in &mut self.tokens[index as usize].feeds {
            feed.price = price;
        }
        self.publish_token(index);
        self.refresh_collateral(index).expect("refreshes");
    }

    /// Publishes and refreshes every collateral but the settlement token, whose peg holds unless a test says otherwise.
    pub fn refresh_tokens(&mut self) {
        for index in 1..self.tokens.len() as u16 {
            self.publish_token(index);
            self.refresh_collateral(index).expect("refreshes");
        }
    }

    /// A token account of the trader that holds `units` of a collateral.
    pub fn purse(&mut self, trader: &Trader, index: u16, units: u64) -> Pubkey {
        self.token_account(trader.owner(), self.mint_of(index), units)
    }

    /// Deposits `units` of a collateral out of a purse that holds as many.
    pub fn deposit_collateral(&mut self, trader: &Trader, index: u16, units: u64) -> Outcome {
        let purse = self.purse(trader, index, units);
        let ix = instruction::deposit_collateral(trader.owner(), trader.account, purse, self.mint_of(index), units);
        self.act(&[ix], &[&trader.key])
    }

    /// Deposits and waits until it counts; prices are fresh afterwards.
    pub fn deposit_warm(&mut self, trader: &Trader, index: u16, units: u64) {
        self.deposit_collateral(trader, index, units).expect("deposits");
        self.pass(200);
    }

    /// Withdraws `units` of a collateral into a new purse.
    pub fn withdraw_collateral(&mut self, trader: &Trader, index: u16, units: u64) -> Outcome {
        let purse = self.purse(trader, index, 0);
        let needs = self.needs_of(trader, None);
        let mint = self.mint_of(index);
        let ix = instruction::withdraw_collateral(trader.owner(), trader.account, purse, mint, units, needs);
        self.act(&[ix], &[&trader.key])
    }

    /// The keeper buys as much of the trader's collateral as it may.
    pub fn liquidate_collateral(&mut self, keeper: &Trader, trader: &Trader, index: u16) -> Outcome {
        self.liquidate_units(keeper, trader, index, u64::MAX)
    }

    /// The keeper buys at most `units` of the trader's collateral.
    pub fn liquidate_units(&mut self, keeper: &Trader, trader: &Trader, index: u16, units: u64) -> Outcome {
        let needs = (self.needs_of(trader, None), self.needs_of(keeper, None));
        let ix = instruction::liquidate_collateral(keeper.owner(), keeper.account, trader.account, (index, units), needs);
        self.act(&[ix], &[&keeper.key])
    }

    /// Forfeits what nobody bought of the trader's collateral, or starts the time after which that is possible.
    pub fn forfeit_collateral(&mut self, trader: &Trader, index: u16) -> Outcome {
        let needs = self.needs_of(trader, None);
        self.act(&[instruction::forfeit_collateral(trader.account, self.mint_of(index), needs)], &[])
    }

    /// The keeper buys at most `units` of what was forfeited of a collateral.
    pub fn buy_forfeited(&mut self, keeper: &Trader, index: u16, units: u64) -> Outcome {
        let (mints, needs) = ((self.mint_of(index), self.mint), self.needs_of(keeper, None));
        let ix = instruction::buy_forfeited(keeper.owner(), keeper.account, mints, units, needs);
        self.act(&[ix], &[&keeper.key])
    }

    /// The trader, who is long in market 0, brings a coin of a collateral, cannot pay, and forfeits it because nobody bought it in a day. Prices are
    /// fresh afterwards.
    pub fn forfeited(&mut self, trader: &Trader, index: u16) {
        self.deposit_collateral(trader, index, COIN).expect("deposits");
        self.pass(200);
        // A fall that the coin does not cover either.
        self.price(0, 60_00000000, 5);
        self.refresh_tokens();
        self.flag(trader).expect("flags");
        self.forfeit_collateral(trader, index).expect("the time for sale begins");
        self.vm.pass(216_000);
        self.publish(0);
        self.refresh(0).expect("refreshes");
        self.forfeit_collateral(trader, index).expect("nobody bought it");
        assert_eq!(self.record(index).forfeited, COIN);
        self.pass(1);
    }

    /// What governance has set for a collateral.
    pub fn terms(&self, index: u16) -> CollateralTerms {
        self.record(index).terms().0
    }

    /// Lowers a collateral's cap.
    pub fn set_collateral_cap(&mut self, index: u16, cap: u64) -> Outcome {
        let payer = self.payer();
        self.act(&[instruction::set_collateral_cap(payer.pubkey(), self.mint_of(index), cap)], &[&payer])
    }
}
