//! The same program in a real bank: slots, blockhashes, fees and rent as validators have them. Slower than [`crate::World`]: one file
//! per instruction family uses it.

use crate::{
    collateral::{settlement, OPEN},
    defaults::USD,
    prices::Feed,
    vm, Refused, Trader,
};
use anchor_lang::{
    prelude::{
        bpf_loader_upgradeable::{self, UpgradeableLoaderState},
        Pubkey,
    },
    solana_program::instruction::Instruction,
    Discriminator, ZeroCopy,
};
use firebreak_client::{
    address, decode, instruction,
    ledger::Books,
    program::{
        instructions::{InitialiseArgs, ListMarketArgs},
        state::{EngineParams, Insurance, MarginAccount, Market},
    },
    risk::{MarketParams, Rules},
    ID,
};
use solana_account::{Account, AccountSharedData};
use solana_clock::Clock;
use solana_keypair::Keypair;
use solana_program_pack::Pack;
use solana_program_test::{ProgramTest, ProgramTestContext};
use solana_signer::Signer;
use solana_transaction::Transaction;
use spl_token_interface::state::{Account as TokenAccount, AccountState, Mint};
use std::{collections::BTreeMap, sync::Once};

/// A bank with the program deployed by the upgradeable loader.
pub struct Bank {
    /// The bank and its client.
    pub context: ProgramTestContext,
    /// Pays every fee; may upgrade the program.
    pub payer: Keypair,
    /// The settlement token.
    pub mint: Pubkey,
    feeds: Vec<Vec<Feed>>,
    accounts: Vec<Pubkey>,
    made: u8,
    sent: u32,
}

/// The bank writes every program log to standard error unless it is told not to.
static QUIET: Once = Once::new();

const COMPUTE_BUDGET: Pubkey = Pubkey::from_str_const("ComputeBudget111111111111111111111111111111");

fn owned(owner: Pubkey, data: Vec<u8>, executable: bool) -> Account {
    Account { lamports: 10_000_000_000, data, owner, executable, rent_epoch: u64::MAX }
}

fn packed<T: Pack>(state: &T) -> Account {
    let mut data = vec![0; T::LEN];
    state.pack_into_slice(&mut data);
    owned(spl_token_interface::ID, data, false)
}

/// Program and program data as the loader leaves them.
fn deployed(authority: Pubkey) -> [(Pubkey, Account); 2] {
    let program = UpgradeableLoaderState::Program { programdata_address: address::program_data() };
    let header = UpgradeableLoaderState::ProgramData { slot: 0, upgrade_authority_address: Some(authority) };
    let mut data = bincode::serialize(&header).expect("serialises");
    data.extend(crate::program_bytes("firebreak"));
    let program = bincode::serialize(&program).expect("serialises");
    [
        (ID, owned(bpf_loader_upgradeable::ID, program, true)),
        (address::program_data(), owned(bpf_loader_upgradeable::ID, data, false)),
    ]
}

impl Bank {
    /// A deployed program and a settlement token; nothing initialised.
    pub async fn bare() -> Self {
        QUIET.call_once(|| {
            if std::env::var_os("RUST_LOG").is_none() {
                std::env::set_var("RUST_LOG", "off");
            }
        });
        let payer = Keypair::new_from_array([7; 32]);
        let mint = Pubkey::new_from_array([50; 32]);
        let mut test = ProgramTest::default();
        test.prefer_bpf(true);
        for (key, account) in deployed(payer.pubkey()) {
            test.add_genesis_account(key, account);
        }
        test.add_account(payer.pubkey(), Account { lamports: 1_000_000_000_000, ..Account::default() });
        let state = Mint { decimals: 6, is_initialized: true, ..Mint::default() };
        test.add_account(mint, packed(&state));
        let context = test.start_with_context().await;
        Self { context, payer, mint, feeds: vec![], accounts: vec![], made: 0, sent: 0 }
    }

    /// An initialised protocol.
    pub async fn new(args: InitialiseArgs) -> Self {
        let mut bank = Self::bare().await;
        let ix = instruction::initialise(bank.payer.pubkey(), bank.mint, args);
        bank.act(&[ix], &[]).await.expect("initialises");
        let ix = instruction::list_collateral(bank.payer.pubkey(), bank.mint, settlement(OPEN));
        bank.act(&[ix], &[]).await.expect("lists the settlement token");
        bank
    }

    /// Lists the next market with these feeds, refreshes it until it is active, and returns its index.
    pub async fn list(&mut self, params: MarketParams, feeds: Vec<Feed>) -> u16 {
        let index = self.feeds.len() as u16;
        let sources = feeds.iter().map(Feed::source).collect();
        let args = ListMarketArgs { index, name: [b'B'; 16], params: EngineParams(params), sources };
        let list = instruction::list_market(self.payer.pubkey(), args);
        let rules = instruction::set_rules(self.payer.pubkey(), index, Rules::plain(&params));
        for ix in [list, rules] {
            self.act(&[ix], &[]).await.expect("lists");
        }
        self.feeds.push(feeds);
        for _ in 0..2 {
            self.pass(10).await;
            self.refresh(index).await.expect("refreshes");
        }
        index
    }

    /// A trader with `usd` deposited and as much again in the wallet.
    pub async fn trader(&mut self, usd: u64) -> Trader {
        self.made += 1;
        let key = Keypair::new_from_array([100 + self.made; 32]);
        let wallet = Pubkey::new_from_array([200 + self.made; 32]);
        let state = TokenAccount {
            mint: self.mint,
            owner: key.pubkey(),
            amount: 2 * usd * USD,
            state: AccountState::Initialized,
            ..TokenAccount::default()
        };
        self.plant(key.pubkey(), Account { lamports: 1_000_000_000, ..Account::default() });
        self.plant(wallet, packed(&state));
        let account = address::account(&key.pubkey(), 0);
        let trader = Trader { key, wallet, account };
        self.accounts.push(account);
        let open = instruction::open_account(trader.owner(), 0);
        let deposit = instruction::deposit(trader.owner(), account, wallet, self.mint, usd * USD);
        let both = if usd > 0 { vec![open, deposit] } else { vec![open] };
        self.act(&both, &[&trader.key]).await.expect("opens and deposits");
        trader
    }

    /// Writes an account past every program.
    pub fn plant(&mut self, key: Pubkey, account: Account) {
        self.context.set_account(&key, &AccountSharedData::from(account));
    }

    /// The bank's clock.
    pub async fn clock(&mut self) -> Clock {
        self.context.banks_client.get_sysvar().await.expect("the clock")
    }

    /// Moves the bank `slots` ahead; its time follows at two seconds every five slots.
    pub async fn pass(&mut self, slots: u64) {
        let clock = self.clock().await;
        self.context.warp_to_slot(clock.slot + slots).expect("warps");
        let seconds = (slots * 2).div_ceil(5) as i64;
        let moved = Clock { unix_timestamp: clock.unix_timestamp + seconds, ..self.clock().await };
        self.context.set_sysvar(&moved);
    }

    /// Publishes every feed of a market as of now and refreshes it.
    pub async fn refresh(&mut self, market: u16) -> Result<u64, Refused> {
        let clock = self.clock().await;
        let feeds = self.feeds[market as usize].clone();
        for feed in &feeds {
            self.plant(feed.key, owned(feed.owner(), feed.bytes(clock.unix_timestamp, clock.slot), false));
        }
        let keys: Vec<Pubkey> = feeds.iter().map(|f| f.key).collect();
        self.act(&[instruction::refresh_market(market, &keys), instruction::accrue(market)], &[]).await
    }

    /// Moves all feeds of a market to `price` (10^-8 USD), ten slots later.
    pub async fn price(&mut self, market: u16, price: i64) {
        self.pass(10).await;
        for feed in &mut self.feeds[market as usize] {
            feed.price = price;
        }
        self.refresh(market).await.expect("refreshes");
    }

    /// An account as the bank has it.
    pub async fn get(&mut self, key: &Pubkey) -> Option<Account> {
        self.context.banks_client.get_account(*key).await.expect("the bank answers")
    }

    /// The decoded account at `key`.
    pub async fn read<T: ZeroCopy + Discriminator>(&mut self, key: &Pubkey) -> T {
        let account = self.get(key).await.expect("the account exists");
        decode::decode_owned(&account.owner, &account.data).expect("the account decodes")
    }

    /// A trader's margin account.
    pub async fn margin(&mut self, trader: &Trader) -> MarginAccount {
        self.read(&trader.account).await
    }

    /// A market.
    pub async fn market(&mut self, index: u16) -> Market {
        self.read(&address::market(index)).await
    }

    /// Atoms in a token account.
    pub async fn tokens(&mut self, key: &Pubkey) -> u64 {
        let account = self.get(key).await.expect("the token account exists");
        TokenAccount::unpack(&account.data).expect("a token account").amount
    }

    /// Lamports of an account.
    pub async fn lamports(&mut self, key: &Pubkey) -> u64 {
        self.get(key).await.map_or(0, |a| a.lamports)
    }

    /// Sends a transaction and checks the promises; after a refusal, that nothing it named has changed. Returns compute units.
    pub async fn act(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<u64, Refused> {
        let before = self.named(instructions).await;
        let whole = [instructions, &[self.unique()]].concat();
        let hash = self.context.banks_client.get_latest_blockhash().await.expect("a blockhash");
        let all: Vec<&Keypair> = std::iter::once(&self.payer).chain(signers.iter().copied()).collect();
        let tx = Transaction::new_signed_with_payer(&whole, Some(&self.payer.pubkey()), &all, hash);
        let sent = self.context.banks_client.process_transaction_with_metadata(tx).await.expect("the bank answers");
        let meta = sent.metadata.expect("the transaction was executed");
        match sent.result {
            Ok(()) => {
                self.check().await;
                Ok(meta.compute_units_consumed)
            }
            Err(why) => {
                assert_eq!(before, self.named(instructions).await, "a refused instruction changed something");
                Err(Refused { name: vm::name_of(&why.to_string(), &meta.log_messages), logs: meta.log_messages })
            }
        }
    }

    /// Asks for a number of compute units that no transaction before has asked for: waiting for a new blockhash would take longer.
    fn unique(&mut self) -> Instruction {
        self.sent += 1;
        let mut data = vec![2];
        data.extend((1_400_000 - self.sent).to_le_bytes());
        Instruction { program_id: COMPUTE_BUDGET, accounts: vec![], data }
    }

    /// Data of every account that the instructions name.
    async fn named(&mut self, instructions: &[Instruction]) -> BTreeMap<Pubkey, Option<Vec<u8>>> {
        let mut found = BTreeMap::new();
        for meta in instructions.iter().flat_map(|ix| &ix.accounts).filter(|meta| meta.is_writable) {
            found.insert(meta.pubkey, self.get(&meta.pubkey).await.map(|a| a.data));
        }
        found
    }

    /// I1, I2 and I14.
    async fn check(&mut self) {
        let vault = address::vault(&self.mint);
        if self.get(&vault).await.is_none() {
            return;
        }
        let mut markets = vec![];
        for index in 0..self.feeds.len() as u16 {
            markets.push(self.market(index).await);
        }
        let mut accounts = vec![];
        for key in self.accounts.clone() {
            if self.get(&key).await.is_some() {
                accounts.push(self.read::<MarginAccount>(&key).await);
            }
        }
        let insurance: Insurance = self.read(&address::insurance()).await;
        let books = Books::of(&accounts, &markets, &insurance);
        assert_eq!(books.ledger, self.tokens(&vault).await as i128, "I1: the ledger must equal the vault");
        for market in &markets {
            books.check(market).unwrap_or_else(|why| panic!("I2/I14: {why}"));
            market.engine.ledger.invariant().unwrap_or_else(|why| panic!("I14: {why}"));
        }
    }
}
