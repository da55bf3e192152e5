//! Protocol, markets and traders, ready to act. Every instruction that goes through [`World::act`] is followed by the checks of
//! [`crate::checks`].

use crate::{
    checks,
    prices::Feed,
    vm::{Refused, Vm},
};
use anchor_lang::{prelude::Pubkey, solana_program::instruction::Instruction, Discriminator, ZeroCopy};
use firebreak_client::{
    address, decode, instruction,
    oracle::Kind,
    program::{
        instructions::{InitialiseArgs, ListMarketArgs},
        state::{Insurance, Laid, MarginAccount, Market, Protocol, Quote},
    },
    risk::{trade::QuoteTerms, MarketParams, Price, Ratio},
};
use litesvm::types::TransactionMetadata;
use solana_keypair::Keypair;
use solana_program_pack::Pack;
use solana_signer::Signer;
use spl_token_interface::state::{Account as TokenAccount, AccountState, Mint};

/// One settlement token.
pub const USD: u64 = 1_000_000;
/// Lots in one base unit of a market with 8 decimals.
pub const UNIT: i64 = 10_000_000_000;

/// Somebody with a wallet, a token account and margin account 0.
pub struct Trader {
    /// Wallet.
    pub key: Keypair,
    /// Token account.
    pub wallet: Pubkey,
    /// Margin account.
    pub account: Pubkey,
}

impl Trader {
    /// The wallet's address.
    pub fn owner(&self) -> Pubkey {
        self.key.pubkey()
    }
}

/// Everything a test needs.
pub struct World {
    /// The machine.
    pub vm: Vm,
    /// The settlement token.
    pub mint: Pubkey,
    /// Feeds of each market.
    pub feeds: Vec<Vec<Feed>>,
    traders: u8,
}

/// Parameters used by tests: a major at 20×, with short timers.
pub fn params() -> MarketParams {
    MarketParams {
        max_open_interest: 1_000_000_000 * UNIT as u64,
        dust_notional: 10 * USD,
        insurance_limit: 1_000_000 * USD,
        claim_warmup: 600,
        loss_window: 60,
        twap_window: 300,
        activation_time: 0,
        price_max_age: 30,
        trade_price_slots: 2,
        activation_updates: 1,
        init: Ratio(50_000),
        liq_end: Ratio(40_000),
        maint: Ratio(30_000),
        transfer_floor: Ratio(100_000),
        taker_fee: Ratio(500),
        maker_share: Ratio(200_000),
        pot_share: Ratio(300_000),
        insurance_share: Ratio(300_000),
        max_penalty: Ratio(10_000),
        keeper_share: Ratio(500_000),
        ramp_start: Ratio(250_000),
        ramp_slots: 25,
        two_source_bound: Ratio(10_000),
        twap_band: Ratio(500_000),
        confirm_slots: 150,
        degraded_slots: 150,
        stable_speed: Ratio(300),
        stable_hour: Ratio(60_000),
        small_loss: Ratio(1_000),
        cover_multiple: 1_000_000,
        decimals: 8,
        reserved: [0; 27],
    }
}

impl World {
    /// An initialised protocol without markets.
    pub fn new() -> Self {
        let mut vm = Vm::new();
        let mint = Pubkey::new_from_array([50; 32]);
        let state = Mint {
            mint_authority: Some(vm.payer.pubkey()).into(),
            supply: 0,
            decimals: 6,
            is_initialized: true,
            freeze_authority: None.into(),
        };
        plant_packed(&mut vm, mint, &state);
        let mut world = Self { vm, mint, feeds: vec![], traders: 0 };
        let args = InitialiseArgs {
            keeper_bond: USD,
            keeper_reward: USD / 10,
            insurance_floor: 0,
            event_cap: 500_000,
            day_cap: 800_000,
        };
        let payer = world.payer();
        world.act(&[instruction::initialise(payer.pubkey(), mint, args)], &[&payer]).expect("initialises");
        world
    }

    /// A world with one market at 100 USD, fed by Pyth and Switchboard, price fresh.
    pub fn with_market() -> Self {
        let mut world = Self::new();
        world.list(params(), 100);
        world
    }

    /// The payer, who is the protocol's authority.
    pub fn payer(&self) -> Keypair {
        self.vm.payer.insecure_clone()
    }

    /// Lists the next market with a Pyth and a Switchboard source at `usd`, refreshes it, and returns its index.
    pub fn list(&mut self, params: MarketParams, usd: i64) -> u16 {
        let n = (self.feeds.len() * 2) as u8;
        self.list_with(params, vec![Feed::new(Kind::PythUpdate, n, usd), Feed::new(Kind::SwitchboardOnDemand, n + 1, usd)])
    }

    /// Lists the next market with these feeds, refreshes it, and returns its index.
    pub fn list_with(&mut self, params: MarketParams, feeds: Vec<Feed>) -> u16 {
        let index = self.feeds.len() as u16;
        let sources = feeds.iter().map(Feed::source).collect();
        let args = ListMarketArgs { index, name: *b"TEST-PERP\0\0\0\0\0\0\0", params: Laid(params), sources };
        let payer = self.payer();
        self.act(&[instruction::list_market(payer.pubkey(), args)], &[&payer]).expect("lists");
        self.feeds.push(feeds);
        self.publish(index);
        self.refresh(index).expect("refreshes");
        index
    }

    /// Publishes every feed of a market as of now.
    pub fn publish(&mut self, market: u16) {
        for feed in self.feeds[market as usize].clone() {
            feed.publish(&mut self.vm);
        }
    }

    /// Refreshes a market from its accounts as they are.
    pub fn refresh(&mut self, market: u16) -> Result<TransactionMetadata, Refused> {
        let keys: Vec<Pubkey> = self.feeds[market as usize].iter().map(|f| f.key).collect();
        self.act(&[instruction::refresh_market(market, &keys)], &[])
    }

    /// Lets `slots` pass, moves all feeds of a market to `price` (10^-8 USD) and refreshes it.
    pub fn price(&mut self, market: u16, price: i64, slots: u64) {
        self.vm.pass(slots);
        for feed in &mut self.feeds[market as usize] {
            feed.price = price;
        }
        self.publish(market);
        self.refresh(market).expect("refreshes");
    }

    /// A trader with `usd` deposited and as much again in the wallet.
    pub fn trader(&mut self, usd: u64) -> Trader {
        self.traders += 1;
        let key = Keypair::new_from_array([self.traders; 32]);
        self.vm.svm.airdrop(&key.pubkey(), 10_000_000_000).expect("airdrop");
        let wallet = self.token_account(key.pubkey(), self.mint, usd * USD * 2);
        let account = address::account(&key.pubkey(), 0);
        let trader = Trader { key, wallet, account };
        self.act(&[instruction::open_account(trader.owner(), 0)], &[&trader.key]).expect("opens");
        if usd > 0 {
            self.deposit(&trader, usd * USD).expect("deposits");
        }
        trader
    }

    /// A token account of `owner`.
    pub fn token_account(&mut self, owner: Pubkey, mint: Pubkey, amount: u64) -> Pubkey {
        let key = Keypair::new().pubkey();
        let state = TokenAccount { mint, owner, amount, state: AccountState::Initialized, ..TokenAccount::default() };
        plant_packed(&mut self.vm, key, &state);
        key
    }

    /// Deposits atoms from the trader's wallet.
    pub fn deposit(&mut self, trader: &Trader, atoms: u64) -> Result<TransactionMetadata, Refused> {
        self.act(&[instruction::deposit(trader.owner(), trader.account, trader.wallet, self.mint, atoms)], &[&trader.key])
    }

    /// Withdraws atoms to the trader's wallet.
    pub fn withdraw(&mut self, trader: &Trader, atoms: u64) -> Result<TransactionMetadata, Refused> {
        let markets = self.markets_of(trader, None);
        let ix = instruction::withdraw(trader.owner(), trader.account, trader.wallet, self.mint, atoms, &markets);
        self.act(&[ix], &[&trader.key])
    }

    /// A quote of `units` base units on both sides, at the robust price.
    pub fn quote(&mut self, maker: &Trader, market: u16, units: i64) {
        let size = (units * UNIT) as u64;
        let terms = QuoteTerms {
            bid_size: size,
            ask_size: size,
            bid_offset: Ratio(0),
            ask_offset: Ratio(0),
            max_bid: Price(u64::MAX),
            min_ask: Price(0),
            expires: u64::MAX,
            reserved: 0,
        };
        self.act(&[instruction::post_quote(maker.owner(), maker.account, market, terms)], &[&maker.key]).expect("quotes");
    }

    /// Takes `units` base units (positive: buys) from the maker's quote at any price.
    pub fn take(&mut self, taker: &Trader, maker: &Trader, market: u16, units: i64) -> Result<TransactionMetadata, Refused> {
        let mut others = self.markets_of(taker, Some(market));
        others.extend(self.markets_of(maker, Some(market)));
        let limit = if units > 0 { u64::MAX } else { 0 };
        let ix = instruction::take(taker.owner(), taker.account, maker.account, market, units * UNIT, limit, &others);
        self.act(&[ix], &[&taker.key])
    }

    /// Settles the trader's position, called by `caller`.
    pub fn settle(&mut self, caller: &Trader, trader: &Trader, market: u16) -> Result<TransactionMetadata, Refused> {
        let others = self.markets_of(trader, Some(market));
        self.act(&[instruction::settle(caller.owner(), trader.account, market, &others)], &[&caller.key])
    }

    /// Converts the trader's warm claim.
    pub fn convert(&mut self, trader: &Trader, market: u16) -> Result<TransactionMetadata, Refused> {
        let others = self.markets_of(trader, Some(market));
        self.act(&[instruction::convert(trader.owner(), trader.account, market, &others)], &[&trader.key])
    }

    /// Flags the trader's account.
    pub fn flag(&mut self, trader: &Trader) -> Result<TransactionMetadata, Refused> {
        let markets = self.markets_of(trader, None);
        self.act(&[instruction::flag(trader.account, &markets)], &[])
    }

    /// Takes the trader's position over, as far as permitted.
    pub fn liquidate(&mut self, keeper: &Trader, trader: &Trader, market: u16) -> Result<TransactionMetadata, Refused> {
        let mut others = self.markets_of(trader, Some(market));
        others.extend(self.markets_of(keeper, Some(market)));
        let ix = instruction::liquidate(keeper.owner(), keeper.account, trader.account, market, u64::MAX / 4, &others);
        self.act(&[ix], &[&keeper.key])
    }

    /// Declares the trader bankrupt.
    pub fn declare_bankrupt(&mut self, trader: &Trader) -> Result<TransactionMetadata, Refused> {
        let markets = self.markets_of(trader, None);
        self.act(&[instruction::declare_bankrupt(trader.account, &markets)], &[])
    }

    /// Covers and shares a market's deficit.
    pub fn share_loss(&mut self, market: u16) -> Result<TransactionMetadata, Refused> {
        self.act(&[instruction::share_loss(market)], &[])
    }

    /// Markets to pass for the trader's positions.
    pub fn markets_of(&self, trader: &Trader, named: Option<u16>) -> Vec<u16> {
        decode::markets_of(&self.margin(trader), named)
    }

    /// Sends instructions and checks every promise: after success those that hold for all states and those about this step, after a
    /// refusal that nothing changed.
    pub fn act(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<TransactionMetadata, Refused> {
        let before = checks::Snapshot::of(self);
        let result = self.vm.send(instructions, signers);
        let after = checks::Snapshot::of(self);
        match &result {
            Ok(_) => after.check(&before, instructions),
            Err(_) => assert_eq!(before, after, "a refused instruction changed something"),
        }
        result
    }

    /// The decoded account at `key`.
    pub fn read<T: ZeroCopy + Discriminator>(&self, key: &Pubkey) -> T {
        let account = self.vm.svm.get_account(key).expect("the account exists");
        decode::decode_owned(&account.owner, &account.data).expect("the account decodes")
    }

    /// The trader's margin account.
    pub fn margin(&self, trader: &Trader) -> MarginAccount {
        self.read(&trader.account)
    }

    /// A market.
    pub fn market(&self, index: u16) -> Market {
        self.read(&address::market(index))
    }

    /// The insurance fund.
    pub fn insurance(&self) -> Insurance {
        self.read(&address::insurance())
    }

    /// The protocol.
    pub fn protocol(&self) -> Protocol {
        self.read(&address::protocol())
    }

    /// A trader's quote.
    pub fn quote_of(&self, trader: &Trader, market: u16) -> Quote {
        self.read(&address::quote(&trader.account, &address::market(market)))
    }

    /// Atoms in a token account.
    pub fn tokens(&self, key: &Pubkey) -> u64 {
        let account = self.vm.svm.get_account(key).expect("the token account exists");
        TokenAccount::unpack(&account.data).expect("a token account").amount
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

fn plant_packed<T: Pack>(vm: &mut Vm, key: Pubkey, state: &T) {
    let mut data = vec![0; T::LEN];
    state.pack_into_slice(&mut data);
    vm.plant(key, spl_token_interface::ID, data);
}
