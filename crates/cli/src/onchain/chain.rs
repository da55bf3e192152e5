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
        instructions::{InitialiseArgs, ListMarketArgs},
        state::{EngineParams, Insurance, MarginAccount, Market, Protocol},
    },
    risk::{
        outflow::OutflowRules,
        price::{Observation, MAX_SOURCES},
        Now,
    },
    Pubkey,
};
use firebreak_migrations::{initialise, test_mint};
use firebreak_sim::engine::{Setup, Who};
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_program_pack::Pack;
use solana_signer::Signer;
use solana_transaction::{Hash, Transaction};
use spl_token_interface::state::Account as TokenAccount;

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
    feeds: Vec<Vec<Feed>>,
    said: Vec<[Option<Observation>; MAX_SOURCES]>,
    now: Now,
    blockhash: Hash,
    /// Transactions so far.
    pub sent: u64,
}

impl Chain {
    /// Deploys `so`, initialises and lists what `setup` says, and stops the clock at its time.
    pub fn new(setup: &Setup, so: &[u8]) -> Result<Self> {
        let cluster = Cluster::start(ClusterConfig::default())?;
        let keys = Keys::local();
        protocol::deploy(&cluster, &keys, so, |_, _| {})?;
        let feeds: Vec<Vec<Feed>> = setup
            .sources
            .iter()
            .enumerate()
            .map(|(m, count)| (0..*count).map(|n| Feed::new(m as u16, n, "simulated")).collect())
            .collect();
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
            test_mint::create(rpc, &keys.authority, &keys.mint).await?;
            initialise::initialise(rpc, &keys.authority, keys.mint.pubkey(), args).await?;
            // The engine's run limits no outflow, so neither does the vault.
            let open = OutflowRules { hour: u64::MAX, day: u64::MAX, free: u64::MAX };
            initialise::list_collateral(rpc, &keys.authority, keys.mint.pubkey(), protocol::settlement(open)).await?;
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
        let said = vec![[None; MAX_SOURCES]; setup.markets.len()];
        Ok(Self { cluster, keys, people: vec![], stakers: vec![], feeds, said, now: setup.now, blockhash, sent: 0 })
    }

    /// The settlement token.
    pub fn mint(&self) -> Pubkey {
        self.keys.mint.pubkey()
    }

    /// Closes the block and opens the one of `now`.
    pub fn tick(&mut self, now: Now) -> Result<()> {
        if now.slot > self.now.slot {
            self.cluster.set_clock(now.slot, now.time)?;
            self.blockhash = self.cluster.latest_blockhash()?;
        }
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
        let (Some(feeds), Some(said)) = (self.feeds.get(m as usize), self.said.get_mut(m as usize)) else { return Ok(()) };
        for ((feed, seen), said) in feeds.iter().zip(seen).zip(said) {
            let Some(new) = seen.filter(|seen| *said != Some(*seen)) else { continue };
            let price = i64::try_from(new.price.0).context("A price is larger than its account can hold")?;
            let account = feed.saying(price, new.confidence.0, new.publish_time, self.now.slot);
            self.cluster.set_account(&feed.key, account)?;
            *said = Some(new);
        }
        Ok(())
    }

    /// Addresses of a market's price accounts.
    pub fn feed_keys(&self, m: u16) -> Vec<Pubkey> {
        self.feeds.get(m as usize).map_or_else(Vec::new, |feeds| feeds.iter().map(|feed| feed.key).collect())
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
        let result = self.cluster.send(&transaction)?;
        Ok(match result.error {
            None => Ok(()),
            Some(error) => Err(name_of(&result.logs).unwrap_or_else(|| error.to_string())),
        })
    }

    fn read<T: anchor_lang::ZeroCopy + anchor_lang::Discriminator>(&self, key: &Pubkey) -> Result<T> {
        let account = self.cluster.get_account(key)?.with_context(|| format!("The account {key} is gone"))?;
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

    /// Atoms in the vault.
    pub fn vault(&self) -> Result<u64> {
        let account = self.cluster.get_account(&address::vault(&self.mint()))?.context("The vault is gone")?;
        Ok(TokenAccount::unpack(&account.data)?.amount)
    }
}

/// The name of a refusal, from the program's own log.
fn name_of(logs: &[String]) -> Option<String> {
    let rest = logs.iter().rev().find_map(|line| line.split("Error Code: ").nth(1))?;
    Some(rest.split('.').next().unwrap_or(rest).to_string())
}
