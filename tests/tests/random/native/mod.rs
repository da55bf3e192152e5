//! The engine, run natively beside the program. Every account of the program is kept a second time; each instruction is done to that copy by
//! the engine alone. The program runs the same code as bytecode of another compiler: both must come to the same refusal, or to the same
//! bytes in every account, named or not.

mod insurers;
mod keepers;
mod liquidators;
mod prices;
mod traders;
mod trades;

use super::play::{scene::Scene, steps::Step};
use anchor_lang::{prelude::Pubkey, Discriminator, ZeroCopy};
use bytemuck::bytes_of;
use firebreak_client::{
    address, decode,
    program::state::{Collateral, Insurance, MarginAccount, Market, Order, Protocol, Quote, RiskReport, Stake},
    risk::{
        self,
        levels::Global,
        margin::Markets,
        num,
        ops::{MarketsMut, Setting},
        RiskError,
    },
    ID,
};
use firebreak_tests::{runtime, Outcome, Trader, World, E};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

/// Why a step is refused, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why(String);

impl From<RiskError> for Why {
    fn from(why: RiskError) -> Self {
        E::from(why).into()
    }
}

impl From<E> for Why {
    fn from(why: E) -> Self {
        Self(why.name())
    }
}

/// What a step comes to.
pub type Done<T = ()> = Result<T, Why>;

/// Refuses with `why` unless `ok`.
fn require(ok: bool, why: E) -> Done {
    ok.then_some(()).ok_or_else(|| why.into())
}

/// What Anchor says of an account that does not exist.
fn absent() -> Why {
    Why(runtime::GONE.into())
}

/// Every account of the program.
#[derive(Clone)]
pub struct Native {
    protocol: Protocol,
    insurance: Insurance,
    markets: BTreeMap<u16, Market>,
    records: BTreeMap<u16, Collateral>,
    accounts: BTreeMap<Pubkey, MarginAccount>,
    quotes: BTreeMap<Pubkey, Quote>,
    orders: BTreeMap<Pubkey, Order>,
    stakes: BTreeMap<Pubkey, Stake>,
    reports: BTreeMap<Pubkey, RiskReport>,
}

impl Native {
    /// What the chain holds.
    pub fn of(w: &World) -> Self {
        let all: Vec<(Pubkey, Vec<u8>)> = w.vm.svm.get_program_accounts(&ID).into_iter().map(|(k, a)| (k, a.data)).collect();
        fn found<T: ZeroCopy + Discriminator>(all: &[(Pubkey, Vec<u8>)]) -> BTreeMap<Pubkey, T> {
            all.iter().filter_map(|(key, data)| decode::decode(data).ok().map(|t| (*key, t))).collect()
        }
        Self {
            protocol: w.protocol(),
            insurance: w.insurance(),
            markets: found::<Market>(&all).into_values().map(|m| (m.index, m)).collect(),
            records: found::<Collateral>(&all).into_values().map(|c| (c.index, c)).collect(),
            accounts: found(&all),
            quotes: found(&all),
            orders: found(&all),
            stakes: found(&all),
            reports: found(&all),
        }
    }

    /// Does `step` to this copy, and holds it against what the chain did.
    pub fn follow(&mut self, scene: &Scene, step: &Step, expected: Done<Self>, outcome: &Outcome) {
        match (expected, outcome) {
            (Ok(next), Ok(_)) => *self = next,
            (Err(why), Err(refused)) => {
                assert_eq!(why.0, refused.name, "{step:?}: the engine's refusal, then the program's: {:#?}", refused.logs);
                return;
            }
            (Ok(_), Err(refused)) => panic!("{step:?}: the engine accepts, the program refuses: {refused:#?}"),
            (Err(why), Ok(_)) => panic!("{step:?}: the engine refuses with {why:?}, the program accepts"),
        }
        let chain = Self::of(&scene.w);
        self.take_bumps(&chain);
        same(step, "the protocol", &self.protocol, &chain.protocol);
        same(step, "the insurance", &self.insurance, &chain.insurance);
        all_same(step, &self.markets, &chain.markets);
        all_same(step, &self.records, &chain.records);
        all_same(step, &self.accounts, &chain.accounts);
        all_same(step, &self.quotes, &chain.quotes);
        all_same(step, &self.orders, &chain.orders);
        all_same(step, &self.stakes, &chain.stakes);
        all_same(step, &self.reports, &chain.reports);
    }

    /// The bump of an address is not the engine's to know.
    fn take_bumps(&mut self, chain: &Self) {
        macro_rules! take {
            ($($map:ident)*) => {$(
                for (key, new) in self.$map.iter_mut().filter(|(_, new)| new.bump == 0) {
                    new.bump = chain.$map.get(key).map_or(0, |is| is.bump);
                }
            )*};
        }
        take!(accounts quotes orders stakes);
        for (key, report) in &mut self.reports {
            report.report.bump = chain.reports.get(key).map_or(0, |is| is.report.bump);
        }
    }

    /// What an instruction knows besides its accounts.
    fn setting(&self, scene: &Scene) -> Setting {
        let global = Global { level: self.protocol.breaker.level(), paused: 0 };
        Setting { now: scene.w.now(), global, bond: self.protocol.keeper_bond, reward: self.protocol.keeper_reward }
    }

    /// The same of one that does not ask the protocol.
    fn clock(&self, scene: &Scene) -> Setting {
        Setting { now: scene.w.now(), ..Setting::default() }
    }

    fn market(&self, index: u16) -> risk::Market {
        self.markets[&index].engine.0
    }

    fn account(&self, trader: &Trader) -> Done<risk::Account> {
        self.accounts.get(&trader.account).map(|a| a.engine.0).ok_or_else(absent)
    }

    fn set_account(&mut self, trader: &Trader, engine: risk::Account) {
        if let Some(account) = self.accounts.get_mut(&trader.account) {
            account.engine.0 = engine;
        }
    }

    fn set_market(&mut self, index: u16, engine: risk::Market) {
        if let Some(market) = self.markets.get_mut(&index) {
            market.engine.0 = engine;
        }
    }

    /// The settlement token's record.
    fn vault(&mut self) -> &mut Collateral {
        self.records.get_mut(&0).expect("the settlement token is listed")
    }

    /// Capital comes into the vault, out of the trader's wallet.
    fn enter(&mut self, scene: &Scene, from: &Trader, amount: u64) -> Done {
        let now = scene.w.now();
        let vault = self.vault();
        vault.outflow.deposit(amount, now);
        vault.booked = num::add(vault.booked, amount)?;
        require(scene.w.tokens(&from.wallet) >= amount, E::InsufficientTokens)
    }

    /// What the health of these accounts needs, and nothing else: the program gets no more.
    fn given(&self, traders: &[&Trader], named: Option<u16>) -> Given {
        let mut given = Given::default();
        for trader in traders {
            given.add(self, &self.accounts[&trader.account].engine, named, false);
        }
        given
    }

    /// The same of one account, its markets to be changed, also where it only left a loss.
    fn to_change(&self, trader: &Trader, used: bool) -> Given {
        let engine = &self.accounts[&trader.account].engine;
        let mut given = Given::default();
        given.add(self, engine, None, used);
        given.writable = given.markets.keys().copied().collect();
        given
    }

    /// Writes the markets back that were given to be changed.
    fn changed(&mut self, given: &Given) {
        for index in &given.writable {
            self.set_market(*index, given.markets[index]);
        }
    }
}

/// Markets and records, as an instruction is given them.
#[derive(Clone, Default)]
struct Given {
    markets: BTreeMap<u16, risk::Market>,
    writable: BTreeSet<u16>,
    records: BTreeMap<u16, risk::collateral::Collateral>,
}

impl Given {
    fn add(&mut self, native: &Native, account: &risk::Account, named: Option<u16>, used: bool) {
        let indices = account.used().filter(|p| used || p.is_active()).map(|p| p.market).filter(|m| Some(*m) != named);
        self.markets.extend(indices.map(|index| (index, native.market(index))));
        let held = account.collateral_used().map(|b| b.collateral);
        let settlement = (account.collaterals > 0).then_some(0);
        self.records.extend(held.chain(settlement).map(|index| (index, native.records[&index].engine.0)));
    }
}

impl Markets for Given {
    fn market(&self, index: u16) -> num::Result<&risk::Market> {
        self.markets.get(&index).ok_or(RiskError::NoPosition)
    }

    fn collateral(&self, index: u16) -> num::Result<&risk::collateral::Collateral> {
        self.records.get(&index).ok_or(RiskError::NoCollateral)
    }

    fn settlement(&self) -> num::Result<&risk::collateral::Collateral> {
        self.collateral(0)
    }
}

impl MarketsMut for Given {
    fn with<T>(&mut self, index: u16, f: impl FnOnce(&mut risk::Market) -> num::Result<T>) -> num::Result<T> {
        let market = self.markets.get_mut(&index).ok_or(RiskError::NoPosition)?;
        if !self.writable.contains(&index) {
            return Err(RiskError::MarketReadOnly);
        }
        f(market)
    }
}

fn same<T: ZeroCopy + Debug>(step: &Step, name: &str, expected: &T, is: &T) {
    if bytes_of(expected) != bytes_of(is) {
        panic!("{step:?}: of {name} the engine makes {expected:#?}, the program {is:#?}");
    }
}

fn all_same<K: Ord + Debug, T: ZeroCopy + Debug>(step: &Step, expected: &BTreeMap<K, T>, is: &BTreeMap<K, T>) {
    assert!(
        expected.keys().eq(is.keys()),
        "{step:?}: accounts of the engine {:?}, of the program {:?}",
        expected.keys(),
        is.keys()
    );
    for (key, expected) in expected {
        same(step, &format!("{key:?}"), expected, &is[key]);
    }
}

/// Address of a trader's quote.
fn quote_key(trader: &Trader, market: u16) -> Pubkey {
    address::quote(&trader.account, &address::market(market))
}

impl Native {
    /// The state after `step`, or why there is none.
    pub fn after(&self, scene: &Scene, step: &Step) -> Done<Self> {
        let mut next = self.clone();
        next.apply(scene, step)?;
        Ok(next)
    }
}
