//! Engine and program side by side.

use super::{
    chain::Chain,
    wire::{opposite, shown, touched, wire, Touched, Wire},
};
use anyhow::Result;
use firebreak_client::{
    instruction,
    program::errors::FirebreakError,
    risk::{
        num,
        ops::Setting,
        rank::{Board, Shown, EITHER},
        tranches::Insurance,
        Account, Market, Now, RiskError,
    },
};
use firebreak_sim::engine::{Action, Backend, Books, Differential, Effect, Engine, Guard, Setup, Speed, Who, SETTLEMENT};
use solana_instruction::Instruction;
use solana_keypair::Keypair;

/// Accounts that one transaction shows to a board: as many as fit beside the rest.
const SHOWN: usize = 8;

/// The engine, and the program that is asked the same.
pub struct Mirror {
    engine: Engine,
    chain: Chain,
    seen: Differential,
    /// The cluster failed: nothing more is sent.
    failed: bool,
}

/// An action on its way to the program.
struct Prepared {
    action: Action,
    /// Instructions and who signs them; `None` where the program has no such instruction.
    sent: Option<(Vec<Instruction>, Vec<Keypair>)>,
    /// What it can change.
    touched: Touched,
}

impl Mirror {
    /// Both, before anything happened, and compared.
    pub fn new(setup: Setup, so: &[u8]) -> Result<Self> {
        let chain = Chain::new(&setup, so)?;
        let mut mirror = Self { engine: Engine::new(setup), chain, seen: Differential::default(), failed: false };
        mirror.compare("listing", &mirror.everything(&[]))?;
        Ok(mirror)
    }

    /// These accounts, and all that there is one of.
    fn everything(&self, accounts: &[Who]) -> Touched {
        let books = self.engine.books();
        Touched {
            accounts: accounts.to_vec(),
            markets: (0..books.markets.len() as u16).collect(),
            records: (0..books.records.len() as u16).collect(),
            fund: true,
        }
    }

    fn differ(&mut self, what: String) {
        self.seen.differences += 1;
        self.seen.first_difference.get_or_insert(what);
    }

    /// Does something on the cluster; its failure is a difference, and the end of the comparison.
    fn on_chain<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Option<T> {
        if self.failed {
            return None;
        }
        match work(self) {
            Ok(done) => Some(done),
            Err(why) => {
                self.failed = true;
                self.differ(format!("the cluster failed: {why:#}"));
                None
            }
        }
    }

    /// Compares both states, byte by byte.
    fn compare(&mut self, after: &str, touched: &Touched) -> Result<()> {
        for who in &touched.accounts {
            self.seen.compared += 1;
            let (mine, other) = (*self.engine.account(*who), self.chain.account(*who)?.engine.0);
            if mine != other {
                self.differ(format!("account {who} after {after}: {}", tell(&mine, &other)));
            }
        }
        for m in &touched.markets {
            self.seen.compared += 1;
            let (mine, other) = (*self.engine.market(*m), self.chain.market(*m)?.engine.0);
            if mine != other {
                self.differ(format!("market {m} after {after}: {}", tell_market(&mine, &other)));
            }
        }
        for index in &touched.records {
            self.compare_record(*index, after)?;
        }
        if touched.fund {
            self.seen.compared += 1;
            let (mine, other) = (*self.engine.insurance(), self.chain.insurance()?.engine.0);
            if mine != other {
                self.differ(format!("the fund after {after}: {mine:?} here, {other:?} on chain"));
            }
            if *self.engine.breaker() != self.chain.protocol()?.breaker.0 {
                self.differ(format!("the global breaker differs after {after}"));
            }
        }
        Ok(())
    }

    fn compare_record(&mut self, index: u16, after: &str) -> Result<()> {
        self.seen.compared += 1;
        let mine = self.engine.books().records[usize::from(index)];
        let other = self.chain.record(index)?;
        let parts = [
            ("what the engine knows", mine.kind != other.engine.0),
            ("feed", mine.feed != other.feed.0),
            ("limits", mine.limits != other.outflow_rules.0),
            ("outflow", mine.outflow != other.outflow.0),
            ("custody", mine.forfeited != other.forfeited),
            ("books", index == SETTLEMENT && mine.vault != other.booked),
        ];
        let different: Vec<&str> = parts.iter().filter(|part| part.1).map(|part| part.0).collect();
        if !different.is_empty() {
            self.differ(format!("token {index} after {after}: {} differ", different.join(", ")));
        }
        Ok(())
    }

    /// The same action with the floor that the program's boards ask for.
    fn floored(&mut self, action: &Action) -> Result<Action> {
        Ok(match *action {
            Action::Liquidate { m, who, keeper, lots, .. } => {
                let floor = self.chain.market(m)?.worst.floor(EITHER, &[self.used(who)]);
                Action::Liquidate { m, who, keeper, lots, floor }
            }
            Action::Deleverage { m, who, other, floor: score } => {
                let (side, used) = (opposite(&self.engine, who, m), self.used(other));
                let mut floor = self.chain.market(m)?.winners.floor(side, &[used]);
                if floor > score {
                    // What the board remembers of others is older than this step: they are shown as they stand now.
                    self.show(m, side, other)?;
                    floor = self.chain.market(m)?.winners.floor(side, &[used]);
                }
                Action::Deleverage { m, who, other, floor }
            }
            other => other,
        })
    }

    fn used(&self, who: Who) -> Shown {
        let key = self.chain.people.get(who as usize).map_or([0; 32], |p| p.account.to_bytes());
        Shown { key, score: 0, actionable: false }
    }

    /// Shows everybody on one side of the winners board to it.
    fn show(&mut self, m: u16, side: u8, but: Who) -> Result<()> {
        let market = self.chain.market(m)?;
        let board: &Board = &market.winners;
        let on = |key: &[u8; 32]| board.entries.iter().any(|e| e.score != 0 && e.side == side && e.key == *key);
        let found: Vec<Who> = (0..)
            .zip(&self.chain.people)
            .filter(|(who, person)| *who != but && on(&person.account.to_bytes()))
            .map(|(who, _)| who)
            .collect();
        for part in found.chunks(SHOWN) {
            let groups = part.iter().map(|who| shown(&self.chain, &self.engine, *who)).collect::<Result<Vec<_>>>()?;
            // A refusal leaves the board as it was, and the engine is asked for the same floor.
            let _ = self.chain.send(&[instruction::rank(m, &groups)], &[])?;
        }
        Ok(())
    }

    /// What will be sent for `action`, as both stand now.
    fn prepare(&mut self, action: &Action) -> Result<Prepared> {
        let action = self.floored(action)?;
        match action {
            Action::Refresh { m, seen } => self.chain.publish(m, &seen)?,
            Action::Reprice { collateral, seen } => self.chain.publish_token(collateral, &seen)?,
            Action::Stake { staker, .. } => self.chain.staker(staker)?,
            _ => {}
        }
        let sent = wire(&self.chain, &self.engine, &action)?.map(|Wire { instructions, signers }| {
            let keys = signers.iter().map(|key| key.insecure_clone()).collect();
            (instructions, keys)
        });
        Ok(Prepared { action, sent, touched: touched(&self.engine, &action) })
    }

    /// Sends it, and compares how it ended with what the engine said.
    fn finish(&mut self, prepared: Prepared, expected: &num::Result<Effect>) -> Result<()> {
        let Prepared { action, sent, touched } = prepared;
        let Some((instructions, keys)) = sent else {
            self.seen.unmirrored += 1;
            return Ok(());
        };
        let got = self.chain.send(&instructions, &keys.iter().collect::<Vec<_>>())?;
        match (expected, &got) {
            (Ok(_), Ok(())) => {
                self.seen.accepted += 1;
                return self.compare(&format!("{action:?}"), &touched);
            }
            (Err(why), Err(name)) if same(&action, *why, name) => self.seen.refused += 1,
            (Err(why), Err(name)) => self.differ(format!("{action:?}: the engine refuses with {why:?}, the program with {name}")),
            (Ok(_), Err(name)) => self.differ(format!("{action:?}: the engine accepts, the program refuses with {name}")),
            (Err(why), Ok(())) => self.differ(format!("{action:?}: the engine refuses with {why:?}, the program accepts")),
        }
        Ok(())
    }

    /// Compares everything there is.
    fn compare_all(&mut self) -> Result<()> {
        let everybody: Vec<Who> = (0..self.engine.accounts()).collect();
        let all = self.everything(&everybody);
        self.compare("everything", &all)?;
        for index in all.records {
            self.seen.compared += 1;
            let (mine, other) = (self.engine.books().records[usize::from(index)].vault, self.chain.vault(index)?);
            if mine != other {
                self.differ(format!("the vault of token {index}: {mine} here, {other} on chain"));
            }
        }
        Ok(())
    }
}

/// Whether both refused for the same reason. A refused refresh names the first source that did not count, which the engine does not know.
fn same(action: &Action, why: RiskError, name: &str) -> bool {
    matches!(action, Action::Refresh { .. } | Action::Reprice { .. }) || FirebreakError::from(why).name() == name
}

fn tell(mine: &Account, other: &Account) -> String {
    if (mine.capital, mine.bond) != (other.capital, other.bond) {
        return format!("{} atoms and a bond of {} here, {} and {} on chain", mine.capital, mine.bond, other.capital, other.bond);
    }
    let pairs = mine.positions.iter().zip(&other.positions);
    pairs.filter(|(a, b)| a != b).map(|(a, b)| format!("{a:?} here, {b:?} on chain")).next().unwrap_or_else(|| "its marks".into())
}

fn tell_market(mine: &Market, other: &Market) -> String {
    let parts = [
        ("parameters", mine.params != other.params),
        ("rules", mine.rules != other.rules),
        ("price", mine.price != other.price),
        ("sources", mine.sources != other.sources),
        ("ledger", mine.ledger != other.ledger),
        ("margin", mine.margin != other.margin),
        ("volatility", mine.volatility != other.volatility),
        ("funding", mine.funding != other.funding),
        ("throttle", mine.throttle != other.throttle),
        ("breaker", mine.breaker != other.breaker),
        ("limit", mine.limit != other.limit),
    ];
    let different: Vec<&str> = parts.iter().filter(|part| part.1).map(|part| part.0).collect();
    format!("{} differ", different.join(", "))
}

impl Backend for Mirror {
    fn now(&self) -> Now {
        self.engine.now()
    }

    fn set_now(&mut self, now: Now) {
        self.engine.set_now(now);
        self.on_chain(|me| me.chain.tick(now));
    }

    fn books(&self) -> Books<'_> {
        self.engine.books()
    }

    fn account(&self, who: Who) -> &Account {
        self.engine.account(who)
    }

    fn accounts(&self) -> Who {
        self.engine.accounts()
    }

    fn open(&mut self) -> Who {
        if let Some(Err(name)) = self.on_chain(|me| me.chain.open()) {
            self.differ(format!("the program refuses to open an account with {name}"));
        }
        self.engine.open()
    }

    fn insurance(&self) -> &Insurance {
        self.engine.insurance()
    }

    fn setting(&self) -> Setting {
        self.engine.setting()
    }

    fn act(&mut self, action: &Action) -> num::Result<Effect> {
        let Some(prepared) = self.on_chain(|me| me.prepare(action)) else { return self.engine.act(action) };
        let expected = self.engine.act(&prepared.action);
        self.on_chain(|me| me.finish(prepared, &expected));
        expected
    }

    fn try_out(&self, action: &Action) -> num::Result<Effect> {
        self.engine.try_out(action)
    }

    fn guard(&self) -> &Guard {
        self.engine.guard()
    }

    fn audit(&mut self) {
        self.engine.audit();
    }

    fn grant_all(&mut self) {
        self.engine.grant_all();
        self.on_chain(|me| {
            let all = me.everything(&[]);
            for m in &all.markets {
                if let Err(name) = me.chain.send(&[instruction::allot(*m)], &[])? {
                    me.differ(format!("market {m} is refused its part of insurance with {name}"));
                }
            }
            me.compare("allotting", &all)
        });
    }

    fn tamper(&mut self, who: Who, atoms: u64) {
        self.engine.tamper(who, atoms);
    }

    fn differential(&mut self) -> Option<Differential> {
        self.on_chain(Self::compare_all);
        self.seen.transactions = self.chain.sent;
        Some(self.seen.clone())
    }

    fn speed(&self) -> Option<Speed> {
        Some(self.chain.speed())
    }
}
