//! One command's view of the chain: the protocol, its markets and the clock, read once.

use super::{
    book::Book,
    config::SolanaConfig,
    error::{bad, Bad},
    keys,
    options::{Anyones, Options},
    out::Out,
    rpc, units,
};
use anyhow::{Context, Result};
use firebreak_client::{
    address,
    program::{
        constants::LAYOUT_VERSION,
        state::{Insurance, MarginAccount, Market, Protocol},
    },
    risk::{ops::Setting, Now},
    Pubkey, ID,
};
use solana_account::Account;
use solana_commitment_config::CommitmentConfig;
use solana_keypair::Keypair;
use solana_program_pack::Pack;
use solana_rpc_client::rpc_client::RpcClient;
use solana_signer::Signer;

const CLOCK: Pubkey = Pubkey::from_str_const("SysvarC1ock11111111111111111111111111111111");

/// What was read, and what is needed to read more.
pub struct Session {
    /// The server.
    pub rpc: RpcClient,
    /// The options.
    pub options: Options,
    config: SolanaConfig,
    /// The protocol.
    pub protocol: Protocol,
    /// The insurance fund.
    pub insurance: Insurance,
    /// The markets.
    pub book: Book,
    /// The chain's clock.
    pub now: Now,
}

/// A margin account and where it is.
#[derive(Clone, Copy)]
pub struct Held {
    /// Its address.
    pub key: Pubkey,
    /// What it holds.
    pub account: MarginAccount,
}

impl Session {
    /// Reads the protocol; refuses a cluster without it, and a program of another version.
    pub fn open(options: &Options) -> Result<Self> {
        let config = SolanaConfig::load(options.config.as_deref())?;
        let rpc = RpcClient::new_with_commitment(config.url(options.url.as_deref())?, CommitmentConfig::confirmed());
        let mut session = Self {
            rpc,
            options: options.clone(),
            config,
            protocol: bytemuck::Zeroable::zeroed(),
            insurance: bytemuck::Zeroable::zeroed(),
            book: Book::default(),
            now: Now::default(),
        };
        session.refresh()?;
        Ok(session)
    }

    /// Reads everything again.
    pub fn refresh(&mut self) -> Result<()> {
        let [protocol, insurance] = [address::protocol(), address::insurance()];
        let found = rpc::fetch(&self.rpc, &[protocol, insurance, CLOCK])?;
        let [Some(a), Some(b), Some(clock)] = found.as_slice() else {
            return bad(format!("There is no Firebreak ({ID}) at {}: --url names another cluster", self.rpc.url()));
        };
        for (key, account) in [(protocol, a), (insurance, b)] {
            check_version(&key, account, &self.rpc.url())?;
        }
        self.protocol = rpc::as_type(&protocol, a).context(other_version(&self.rpc.url()))?;
        self.insurance = rpc::as_type(&insurance, b).context(other_version(&self.rpc.url()))?;
        self.now = now(clock).context("The cluster's clock cannot be read")?;
        let keys: Vec<Pubkey> = (0..self.protocol.market_count).map(address::market).collect();
        self.book = Book::default();
        for (key, account) in keys.iter().zip(rpc::fetch(&self.rpc, &keys)?) {
            let Some(account) = account else { continue };
            let market: Market = rpc::as_type(key, &account)?;
            self.book.markets.insert(market.index, market);
        }
        Ok(())
    }

    /// What the engine's operations need to know.
    pub fn setting(&self) -> Setting {
        self.protocol.setting(self.now)
    }

    /// The key that signs and pays.
    pub fn key(&self) -> Result<Keypair> {
        keys::read(&self.config.keypair(self.options.keypair.as_deref())?)
    }

    /// Margin account number `sub` of the key's owner.
    pub fn mine(&self, sub: u16) -> Result<Held> {
        self.held(address::account(&self.key()?.pubkey(), sub), Some(sub))
    }

    /// The account that the options name.
    pub fn theirs(&self, named: &Anyones) -> Result<Held> {
        if let Some(key) = named.account {
            return self.held(key, None);
        }
        match named.owner {
            Some(owner) => self.held(address::account(&owner, named.sub), None),
            None => self.mine(named.sub),
        }
    }

    /// The margin account at `key`; `sub` is its number if it is the user's own.
    pub fn held(&self, key: Pubkey, sub: Option<u16>) -> Result<Held> {
        match rpc::fetch(&self.rpc, &[key])?.pop().flatten() {
            Some(found) => match rpc::as_type(&key, &found) {
                Ok(account) => Ok(Held { key, account }),
                Err(_) => {
                    bad(format!("What is at {key} is no margin account: `firebreak account list --owner` shows whose are where"))
                }
            },
            None => match sub {
                Some(0) => bad("You have no margin account yet: `firebreak account open` opens one"),
                Some(sub) => bad(format!("You have no margin account {sub}: `firebreak account open --sub {sub}` opens it")),
                None => bad(format!("There is no margin account at {key}")),
            },
        }
    }

    /// Every margin account, or those of `owner`.
    pub fn accounts(&self, owner: Option<&Pubkey>) -> Result<Vec<Held>> {
        // The owner's key lies behind discriminator, version, bump, number and padding.
        let found = rpc::all(&self.rpc, owner.map(|owner| (16, owner.as_ref())))?;
        let mut accounts: Vec<Held> = found.into_iter().map(|(key, account)| Held { key, account }).collect();
        accounts.sort_by_key(|held| (held.account.owner, held.account.sub_id));
        Ok(accounts)
    }

    /// Refuses an amount that the token account at `holding` does not have.
    pub fn require_tokens(&self, holding: &Pubkey, amount: u64) -> Result<()> {
        let account = rpc::fetch(&self.rpc, &[*holding])?.pop().flatten();
        let token = account.and_then(|a| spl_token_interface::state::Account::unpack(&a.data).ok());
        match token {
            None => bad(format!("You hold no settlement tokens: there is no token account at {holding}")),
            Some(token) if token.amount < amount => bad(format!(
                "Your token account {holding} holds {} USD, less than the {} USD asked for",
                units::show_usd(token.amount),
                units::show_usd(amount)
            )),
            Some(_) => Ok(()),
        }
    }

    /// Prints the answer.
    pub fn print(&self, out: &Out) {
        out.print(self.options.json);
    }
}

/// Every account of the program starts, behind its discriminator, with the version of its layout.
fn check_version(key: &Pubkey, account: &Account, url: &str) -> Result<()> {
    let version = account.data.get(8).copied();
    if account.owner != ID {
        return bad(format!("{key} at {url} belongs to {}, not to Firebreak: --url names another cluster", account.owner));
    }
    if version != Some(LAYOUT_VERSION) {
        let version = version.map_or("none".to_string(), |v| v.to_string());
        return bad(format!(
            "The program at {url} writes accounts of version {version}, this `firebreak` reads version {LAYOUT_VERSION}: install the one that belongs to it"
        ));
    }
    Ok(())
}

fn other_version(url: &str) -> Bad {
    Bad(format!("The program at {url} is of another version than this `firebreak`: install the one that belongs to it"))
}

/// Slot and time of the clock's account.
fn now(clock: &Account) -> Option<Now> {
    let word = |at: usize| <[u8; 8]>::try_from(clock.data.get(at..at + 8)?).ok();
    Some(Now { slot: u64::from_le_bytes(word(0)?), time: i64::from_le_bytes(word(32)?) })
}
