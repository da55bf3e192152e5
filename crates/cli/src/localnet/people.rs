//! Who else is on a local network: a maker who quotes in every market, insurance, and a gambler who overreaches.

use crate::{
    cluster::Cluster,
    protocol::{self, Keys, USD},
};
use anyhow::{bail, Context, Result};
use firebreak_client::{
    address, decode, instruction,
    program::state::{MarginAccount, Market},
    risk::{
        crossing::{span_inward, Line},
        num::{lots_down, mul_div_down, PPM},
        trade::QuoteTerms,
        Now, Price, Ratio,
    },
    Pubkey,
};
use firebreak_migrations::test_mint::holding;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;
use solana_transaction::{Transaction, TransactionError};

/// What the maker brings.
const MAKER_USD: u64 = 20_000_000;
/// What it offers on each side of each market.
const OFFERED_USD: u64 = 1_000_000;
/// How far from the price: 5 bp.
const OFFSET: Ratio = Ratio(500);
/// What the gambler has, and what it plays with at a time.
const GAMBLER_USD: u64 = 1_000_000;
const STAKE_USD: u64 = 2_000;
/// Given to the insurance fund.
const INSURANCE_USD: u64 = 500_000;
/// Seconds between two looks of the maker at its offers.
const REQUOTE: u64 = 10;

/// The people of a local network. Their keys are made from fixed seeds and guard nothing.
pub struct People<'a> {
    cluster: &'a Cluster,
    keys: &'a Keys,
    maker: Keypair,
    gambler: Keypair,
    /// The market in which the gambler plays.
    played: u16,
}

impl<'a> People<'a> {
    /// Brings them in, with money and accounts.
    pub fn arrive(cluster: &'a Cluster, keys: &'a Keys, played: u16) -> Result<Self> {
        let (maker, gambler) = (Keypair::new_from_array([3; 32]), Keypair::new_from_array([4; 32]));
        protocol::fund(cluster, keys, &[maker.pubkey()], MAKER_USD * USD)?;
        protocol::fund(cluster, keys, &[gambler.pubkey()], GAMBLER_USD * USD)?;
        protocol::fund(cluster, keys, &[keys.authority.pubkey()], INSURANCE_USD * USD)?;
        let people = Self { cluster, keys, maker, gambler, played };
        people.join(&people.maker, MAKER_USD * USD)?;
        people.join(&people.gambler, STAKE_USD * USD)?;
        let (owner, mint) = (keys.authority.pubkey(), keys.mint.pubkey());
        let gift = instruction::fund_insurance(owner, holding(&owner, &mint), mint, INSURANCE_USD * USD);
        people.must("Insurance", &[gift], &keys.authority)?;
        Ok(people)
    }

    fn join(&self, key: &Keypair, atoms: u64) -> Result<()> {
        let (owner, mint) = (key.pubkey(), self.keys.mint.pubkey());
        let account = address::account(&owner, 0);
        let deposit = instruction::deposit(owner, account, holding(&owner, &mint), mint, atoms);
        self.must("A member's deposit", &[instruction::open_account(owner, 0), deposit], key)
    }

    /// What they do this second. Their transactions may be refused like anybody's; then they try again later.
    pub fn act(&self, elapsed: u64, feeds: &[Vec<Pubkey>]) -> Result<()> {
        if elapsed.is_multiple_of(REQUOTE) {
            for market in 0..feeds.len() as u16 {
                let Some(found) = self.market(market)? else { continue };
                if found.engine.limit.granted == 0 && found.engine.params.insurance_limit > 0 {
                    self.send(&[instruction::allot(market)], &self.keys.authority)?;
                }
                self.quote(&found)?;
            }
        }
        Ok(())
    }

    fn quote(&self, market: &Market) -> Result<()> {
        let price = market.engine.price.spot;
        if price.0 == 0 {
            return Ok(());
        }
        let lots = lots_down(OFFERED_USD * USD, price).context("An offer cannot be sized")?;
        let terms = QuoteTerms {
            bid_size: lots,
            ask_size: lots,
            bid_offset: OFFSET,
            ask_offset: OFFSET,
            max_bid: Price(u64::MAX),
            min_ask: Price(0),
            expires: u64::MAX,
            reserved: 0,
        };
        let owner = self.maker.pubkey();
        let post = instruction::post_quote(owner, address::account(&owner, 0), market.index, terms);
        self.send(&[post], &self.maker)?;
        Ok(())
    }

    /// Lets the gambler put nearly all it may on one side, and top up what it has lost. Returns whether it holds a position.
    pub fn gamble(&self, feeds: &[Pubkey], long: bool) -> Result<bool> {
        let (owner, mint) = (self.gambler.pubkey(), self.keys.mint.pubkey());
        let account = address::account(&owner, 0);
        let Some(mine) = self.account(&owner)? else { return Ok(false) };
        if mine.engine.has_exposure() {
            return Ok(true);
        }
        let missing = (STAKE_USD * USD).saturating_sub(mine.engine.capital);
        if missing > STAKE_USD * USD / 2 {
            self.send(&[instruction::deposit(owner, account, holding(&owner, &mint), mint, missing)], &self.gambler)?;
        }
        let maker = address::account(&self.maker.pubkey(), 0);
        // As much as its money carries: what is refused is tried again a tenth smaller.
        let Some(market) = self.market(self.played)? else { return Ok(false) };
        let init = market.engine.margin.lines[usize::from(!long)].init.0.max(1);
        let most = mul_div_down(STAKE_USD * USD, PPM, init.into()).context("A bet cannot be sized")?;
        let mut lots = lots_down(most, market.engine.price.spot).unwrap_or(0) as i64;
        for _ in 0..12 {
            let (base, limit) = if long { (lots, u64::MAX) } else { (-lots, 0) };
            let mut others = decode::markets_of(&mine, Some(self.played));
            others.extend(
                self.account(&self.maker.pubkey())?.map(|m| decode::markets_of(&m, Some(self.played))).unwrap_or_default(),
            );
            let bet = [
                instruction::refresh_market(self.played, feeds),
                instruction::accrue(self.played),
                instruction::take(owner, account, maker, self.played, base, limit, &others),
            ];
            if lots == 0 || self.send(&bet, &self.gambler)?.is_none() {
                return Ok(lots != 0);
            }
            lots = lots / 10 * 9;
        }
        Ok(false)
    }

    /// The price, in 10^-8 USD, at which the gambler is just below its line; `None` when it is below already, or has no position.
    pub fn fatal_price(&self) -> Result<Option<i64>> {
        let (Some(mine), Some(market)) = (self.account(&self.gambler.pubkey())?, self.market(self.played)?) else {
            return Ok(None);
        };
        let clock = self.cluster.clock()?;
        let now = Now { slot: clock.slot, time: clock.unix_timestamp };
        let engine = &market.engine.0;
        let Ok(Some(span)) = span_inward(&mine.engine, self.played, Line::Maint, &engine, now) else { return Ok(None) };
        let Ok(position) = mine.engine.position(self.played) else { return Ok(None) };
        // A fifth of a per cent beyond the line, so that a moment's noise does not save it.
        let ticks = match position.base.is_long() {
            true => span.from.map(|p| p.0 - p.0 / 500),
            false => span.to.map(|p| p.0 + p.0 / 500),
        };
        let scale = 10i128.pow(market.engine.params.decimals.into());
        Ok(ticks.and_then(|ticks| i64::try_from(i128::from(ticks) * 100_000_000 / scale).ok()))
    }

    /// Whether the gambler is below its line and somebody could act.
    pub fn is_in_distress(&self) -> Result<bool> {
        let (Some(mine), Some(market)) = (self.account(&self.gambler.pubkey())?, self.market(self.played)?) else {
            return Ok(false);
        };
        let clock = self.cluster.clock()?;
        let now = Now { slot: clock.slot, time: clock.unix_timestamp };
        let engine = &market.engine.0;
        let health = firebreak_client::risk::margin::health(&mine.engine, &engine, now);
        Ok(health.is_ok_and(|h| h.maint < 0 || (mine.engine.flagged != 0 && h.liq_end < 0)))
    }

    fn market(&self, index: u16) -> Result<Option<Market>> {
        let account = self.cluster.get_account(&address::market(index))?;
        Ok(account.and_then(|a| decode::decode_owned(&a.owner, &a.data).ok()))
    }

    fn account(&self, owner: &Pubkey) -> Result<Option<MarginAccount>> {
        let account = self.cluster.get_account(&address::account(owner, 0))?;
        Ok(account.and_then(|a| decode::decode_owned(&a.owner, &a.data).ok()))
    }

    fn send(&self, instructions: &[Instruction], key: &Keypair) -> Result<Option<TransactionError>> {
        let hash = self.cluster.latest_blockhash()?;
        let tx = Transaction::new_signed_with_payer(instructions, Some(&key.pubkey()), &[key], hash);
        Ok(self.cluster.send(&tx)?.error)
    }

    fn must(&self, what: &str, instructions: &[Instruction], key: &Keypair) -> Result<()> {
        match self.send(instructions, key)? {
            None => Ok(()),
            Some(error) => bail!("{what} was refused: {error}"),
        }
    }
}
