//! The program on the embedded cluster: deployed, initialised and listed as a scenario's setup says.

use crate::{
    cluster::{Cluster, ClusterConfig},
    feeds::Feed,
    protocol::{self, Keys},
};
use anyhow::{Context, Result};
use firebreak_client::{
    address, decode, instruction,
    program::{
        instructions::{InitialiseArgs, ListCollateralArgs, ListMarketArgs},
        state::{Collateral, EngineCollateralTerms, EngineParams, Insurance, MarginAccount, Market, Protocol},
    },
    risk::{
        governance::collateral::CollateralTerms,
        price::{Observation, SourceRule, MAX_SOURCES},
        Now,
    },
    Pubkey,
};
use firebreak_migrations::{initialise, test_mint};
use firebreak_sim::engine::{Record, Setup, Speed, Who, SOURCES};
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_program_pack::Pack;
use solana_signer::Signer;
use solana_transaction::{Hash, Transaction};
use spl_token_interface::state::Account as TokenAccount;
use std::{cell::Cell, time::Instant};

/// Sets a transaction's compute limit.
const COMPUTE_BUDGET: Pubkey = Pubkey::from_str_const("ComputeBudget111111111111111111111111111111");
/// The most a transaction may ask for.
const MOST_UNITS: u32 = 1_400_000;
/// Transactions of a block that are told apart.
const DISTINCT: u64 = 400_000;

/// A wallet and its margin account.
pub struct Person {
    /// Wallet.
    pub key: Keypair,
    /// Margin account 0 of it.
    pub account: Pubkey,
    /// Its settlement tokens.
    pub wallet: Pubkey,
}

impl Person {
    fn new(kind: u8, number: u64, mint: &Pubkey) -> Self {
        let mut seed = [kind; 32];
        seed[..8].copy_from_slice(&number.to_be_bytes());
        let key = Keypair::new_from_array(seed);
        let owner = key.pubkey();
        Self { account: address::account(&owner, 0), wallet: test_mint::holding(&owner, mint), key }
    }

    /// The wallet's address.
    pub fn owner(&self) -> Pubkey {
        self.key.pubkey()
    }
}

/// A paused cluster with the protocol on it.
pub struct Chain {
    cluster: Cluster,
    /// Deploys, governs, mints and pays.
    pub keys: Keys,
    /// Accounts by number.
    pub people: Vec<Person>,
    /// Stakers by number.
    pub stakers: Vec<Person>,
    /// Tokens by number: the settlement token, then what is pledged.
    mints: Vec<Keypair>,
    /// Decimals of each.
    decimals: Vec<u8>,
    /// Feeds of each market, then of each token.
    feeds: Vec<Vec<Feed>>,
    markets: usize,
    said: Vec<[Option<Observation>; MAX_SOURCES]>,
    now: Now,
    blockhash: Hash,
    /// Transactions so far.
    pub sent: u64,
    /// When the first could be sent.
    began: Instant,
    /// Seconds executing them: from a signed transaction to its outcome.
    executing: f64,
    /// Seconds reading accounts.
    reading: Cell<f64>,
    /// Seconds opening blocks and publishing prices.
    publishing: f64,
}

impl Chain {
    /// Deploys `so`, initialises and lists what `setup` says, and stops the clock at its time.
    pub fn new(setup: &Setup, so: &[u8]) -> Result<Self> {
        let cluster = Cluster::start(ClusterConfig::default())?;
        let keys = Keys::local();
        protocol::deploy(&cluster, &keys, so, |_, _| {})?;
        let feeds_of = |number: u16, count: usize| (0..count).map(|n| Feed::new(number, n, "simulated")).collect::<Vec<_>>();
        let mut feeds: Vec<Vec<Feed>> = (0..).zip(&setup.sources).map(|(m, count)| feeds_of(m, *count)).collect();
        let markets = feeds.len();
        // A market's numbers end long before those that the feeds of tokens have.
        feeds.extend((0..).zip(&setup.records).map(|(n, _)| feeds_of(u16::MAX - n, SOURCES)));
        let mints: Vec<Keypair> = (0..setup.records.len()).map(|n| token_key(&keys, n)).collect();
        let fund = &setup.insurance.fund;
        let args = InitialiseArgs {
            keeper_bond: setup.bond,
            keeper_reward: setup.reward,
            insurance_floor: fund.floor,
            event_cap: fund.event_cap.0,
            day_cap: fund.day_cap.0,
            cooldown: setup.insurance.cooldown,
            senior_share: setup.insurance.senior_share.0,
            treasury: Pubkey::default(),
            bootstrap_seconds: 604_800,
        };
        protocol::run(&cluster, async |rpc| {
            test_mint::create(rpc, &keys.authority, &keys.mint, test_mint::DECIMALS).await?;
            initialise::initialise(rpc, &keys.authority, keys.mint.pubkey(), args).await?;
            for (n, ((record, mint), feeds)) in setup.records.iter().zip(&mints).zip(feeds.iter().skip(markets)).enumerate() {
                if n > 0 {
                    test_mint::create(rpc, &keys.authority, mint, record.kind.params.decimals).await?;
                }
                initialise::list_collateral(rpc, &keys.authority, mint.pubkey(), listed(record, feeds, setup.rule)).await?;
            }
            for (index, (market, feeds)) in setup.markets.iter().zip(&feeds).enumerate() {
                let mut name = *b"SIM-00\0\0\0\0\0\0\0\0\0\0";
                name[4..6].copy_from_slice(&[b'0' + (index / 10) as u8, b'0' + (index % 10) as u8]);
                let sources = feeds.iter().map(|feed| feed.source_under(setup.rule)).collect();
                let args = ListMarketArgs { index: index as u16, name, params: EngineParams(market.params), sources };
                initialise::list_market(rpc, &keys.authority, args, market.rules).await?;
            }
            Ok(())
        })?;
        cluster.pause_blocks()?;
        cluster.set_clock(setup.now.slot, setup.now.time)?;
        let blockhash = cluster.latest_blockhash()?;
        let said = vec![[None; MAX_SOURCES]; feeds.len()];
        let decimals = setup.records.iter().map(|record| record.kind.params.decimals).collect();
        let (people, stakers, now) = (vec![], vec![], setup.now);
        Ok(Self {
            cluster,
            keys,
            people,
            stakers,
            mints,
            decimals,
            feeds,
            markets,
            said,
            now,
            blockhash,
            sent: 0,
            began: Instant::now(),
            executing: 0.0,
            reading: Cell::new(0.0),
            publishing: 0.0,
        })
    }

    /// Where the time went.
    pub fn speed(&self) -> Speed {
        Speed {
            transactions: self.sent,
            total: self.began.elapsed().as_secs_f64(),
            executing: self.executing,
            reading: self.reading.get(),
            publishing: self.publishing,
        }
    }

    /// Token number `index`.
    pub fn token(&self, index: u16) -> Pubkey {
        self.mints.get(usize::from(index)).map_or_else(Pubkey::default, Signer::pubkey)
    }

    /// The settlement token.
    pub fn mint(&self) -> Pubkey {
        self.keys.mint.pubkey()
    }

    /// Closes the block and opens the one of `now`.
    pub fn tick(&mut self, now: Now) -> Result<()> {
        let started = Instant::now();
        if now.slot > self.now.slot {
            self.cluster.set_clock(now.slot, now.time)?;
            self.blockhash = self.cluster.latest_blockhash()?;
        }
        self.publishing += started.elapsed().as_secs_f64();
        self.now = now;
        Ok(())
    }

    /// Opens the next account.
    pub fn open(&mut self) -> Result<Result<(), String>> {
        let person = Person::new(11, self.people.len() as u64, &self.mint());
        self.cluster.airdrop(&person.owner(), 1_000_000_000)?;
        let result = self.send(&[instruction::open_account(person.owner(), 0)], &[&person.key]);
        self.people.push(person);
        result
    }

    /// Staker number `n`, who begins when first asked for.
    pub fn staker(&mut self, n: usize) -> Result<()> {
        while self.stakers.len() <= n {
            let person = Person::new(12, self.stakers.len() as u64, &self.mint());
            self.cluster.airdrop(&person.owner(), 1_000_000_000)?;
            self.stakers.push(person);
        }
        Ok(())
    }

    /// Publishes what the sources of a market say, where it is something new. A source that never spoke has no account.
    pub fn publish(&mut self, m: u16, seen: &[Option<Observation>; MAX_SOURCES]) -> Result<()> {
        self.say(usize::from(m), 1, seen)
    }

    /// The same of token number `index`, whose ticks are finer than those of its price accounts.
    pub fn publish_token(&mut self, index: u16, seen: &[Option<Observation>; MAX_SOURCES]) -> Result<()> {
        let decimals = self.decimals.get(usize::from(index)).copied().unwrap_or(10).min(10);
        self.say(self.markets + usize::from(index), 10u64.pow(u32::from(10 - decimals)), seen)
    }

    fn say(&mut self, at: usize, ticks: u64, seen: &[Option<Observation>; MAX_SOURCES]) -> Result<()> {
        let started = Instant::now();
        let (Some(feeds), Some(said)) = (self.feeds.get(at), self.said.get_mut(at)) else { return Ok(()) };
        for ((feed, seen), said) in feeds.iter().zip(seen).zip(said) {
            let Some(new) = seen.filter(|seen| *said != Some(*seen)) else { continue };
            let price = i64::try_from(new.price.0 / ticks).context("A price is larger than its account can hold")?;
            let account = feed.saying(price, new.confidence.0 / ticks, new.publish_time, self.now.slot);
            self.cluster.set_account(&feed.key, account)?;
            *said = Some(new);
        }
        self.publishing += started.elapsed().as_secs_f64();
        Ok(())
    }

    /// Addresses of a market's price accounts.
    pub fn feed_keys(&self, m: u16) -> Vec<Pubkey> {
        self.feeds.get(m as usize).map_or_else(Vec::new, |feeds| feeds.iter().map(|feed| feed.key).collect())
    }

    /// Addresses of a token's price accounts.
    pub fn token_feed_keys(&self, index: u16) -> Vec<Pubkey> {
        self.feeds
            .get(self.markets + usize::from(index))
            .map_or_else(Vec::new, |feeds| feeds.iter().map(|feed| feed.key).collect())
    }

    /// Sends one transaction. `Ok(Err(name))` is a refusal by the program.
    pub fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Result<(), String>> {
        // The same instruction twice in a block would be the same transaction, which a cluster takes once.
        let units = MOST_UNITS - (self.sent % DISTINCT) as u32;
        self.sent += 1;
        let mut data = vec![2];
        data.extend(units.to_le_bytes());
        let mut all = vec![Instruction { program_id: COMPUTE_BUDGET, accounts: vec![], data }];
        all.extend_from_slice(instructions);
        let payer = &self.keys.authority;
        let mut keys = vec![payer];
        for signer in signers {
            if keys.iter().all(|key| key.pubkey() != signer.pubkey()) {
                keys.push(signer);
            }
        }
        let transaction = Transaction::new_signed_with_payer(&all, Some(&payer.pubkey()), &keys, self.blockhash);
        let started = Instant::now();
        let result = self.cluster.send(&transaction)?;
        self.executing += started.elapsed().as_secs_f64();
        Ok(match result.error {
            None => Ok(()),
            Some(error) => Err(name_of(&result.logs).unwrap_or_else(|| error.to_string())),
        })
    }

    fn read<T: anchor_lang::ZeroCopy + anchor_lang::Discriminator>(&self, key: &Pubkey) -> Result<T> {
        let started = Instant::now();
        let account = self.cluster.get_account(key)?.with_context(|| format!("The account {key} is gone"))?;
        self.reading.set(self.reading.get() + started.elapsed().as_secs_f64());
        Ok(decode::decode_owned(&account.owner, &account.data)?)
    }

    /// A margin account.
    pub fn account(&self, who: Who) -> Result<MarginAccount> {
        let person = self.people.get(who as usize).with_context(|| format!("Account {who} was never opened"))?;
        self.read(&person.account)
    }

    /// A market.
    pub fn market(&self, m: u16) -> Result<Market> {
        self.read(&address::market(m))
    }

    /// The protocol.
    pub fn protocol(&self) -> Result<Protocol> {
        self.read(&address::protocol())
    }

    /// The fund.
    pub fn insurance(&self) -> Result<Insurance> {
        self.read(&address::insurance())
    }

    /// A token's record.
    pub fn record(&self, index: u16) -> Result<Collateral> {
        self.read(&address::collateral(&self.token(index)))
    }

    /// Smallest units in a token's vault.
    pub fn vault(&self, index: u16) -> Result<u64> {
        let account = self.cluster.get_account(&address::vault(&self.token(index)))?.context("The vault is gone")?;
        Ok(TokenAccount::unpack(&account.data)?.amount)
    }
}

/// Key of token number `n`: the settlement token's is every local network's.
fn token_key(keys: &Keys, n: usize) -> Keypair {
    match n {
        0 => keys.mint.insecure_clone(),
        _ => Keypair::new_from_array([20 + n as u8; 32]),
    }
}

/// How a token is listed.
fn listed(record: &Record, feeds: &[Feed], rule: SourceRule) -> ListCollateralArgs {
    let terms = CollateralTerms {
        params: record.kind.params,
        measured: record.kind.measured,
        rules: record.feed.rules,
        outflow: record.limits,
    };
    let sources = feeds.iter().map(|feed| feed.source_under(rule)).collect();
    ListCollateralArgs { terms: EngineCollateralTerms(terms), sources }
}

/// The name of a refusal, from the program's own log.
fn name_of(logs: &[String]) -> Option<String> {
    let rest = logs.iter().rev().find_map(|line| line.split("Error Code: ").nth(1))?;
    Some(rest.split('.').next().unwrap_or(rest).to_string())
}
