//! What is due.
//!
//! Each job is a function that looks for work and tries it on the [`Desk`]: what the engine refuses there is not planned. The order of jobs is
//! the order of urgency: prices first, because everything else is judged by them; accounts in distress worst first; upkeep last.

mod backing;
mod closing;
mod distress;
mod draft;
mod due;
mod prices;
mod quotes;
mod settings;
mod upkeep;
mod wind_down;

pub use settings::Settings;

use crate::{
    action::{Action, Job},
    book::Book,
    inventory::Inventory,
    predict::Desk,
};
use draft::Draft;
use due::DueList;
use firebreak_client::{program::state::Market, risk::Now, Pubkey};
use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
};

/// What an action is about: two actions that are about the same are not planned shortly after each other.
type Subject = (Job, Option<u16>, Option<Pubkey>);

/// Plans. It remembers what it planned lately, so as not to plan the same again before the chain has answered, and who was due.
#[derive(Default)]
pub struct Planner {
    due: DueList,
    /// Slot in which something was last planned.
    recent: BTreeMap<Subject, u64>,
    /// Slot in which the winners of a market were last ranked.
    ranked: BTreeMap<u16, u64>,
    /// Where slow work goes on.
    stretch: u32,
}

/// One round of planning.
struct Round<'a> {
    book: &'a Book,
    settings: &'a Settings,
    inventory: &'a Inventory,
    now: Now,
    desk: Desk<'a>,
    /// Markets that were refreshed in this round.
    refreshed: BTreeSet<u16>,
    excluded: BTreeSet<Pubkey>,
    actions: Vec<Action>,
    recent: &'a mut BTreeMap<Subject, u64>,
}

impl Planner {
    /// What to do at `now`, most urgent first.
    pub fn plan(&mut self, book: &Book, now: Now, settings: &Settings, inventory: &Inventory) -> Vec<Action> {
        self.recent.retain(|_, slot| now.slot.saturating_sub(*slot) < settings.retry_slots);
        let own = inventory.wallet.account;
        let mut round = Round {
            book,
            settings,
            inventory,
            now,
            desk: Desk::new(book, inventory.wallet, now),
            refreshed: BTreeSet::new(),
            excluded: settings.excluded.iter().filter_map(|key| Pubkey::from_str(key).ok()).chain(own).collect(),
            actions: vec![],
            recent: &mut self.recent,
        };
        round.collateral_prices();
        round.prices();
        round.breaker();
        let planned = round.desk.planned();
        let due = self.due.find(book, &planned, &round.refreshed, now, settings.threads);
        round.distress(&due);
        round.debts();
        round.share_losses();
        round.unwind();
        round.orders();
        round.settle();
        round.recover();
        round.convert();
        round.rank(&due, &mut self.ranked);
        round.reports();
        round.money();
        round.ends();
        self.stretch = round.sweep(self.stretch);
        round.actions
    }

    /// Forgets that an action was planned, so that it is planned again at once: it has failed.
    pub fn retry(&mut self, action: &Action) {
        self.recent.remove(&(action.job, action.market, action.account));
        if action.account.is_some() {
            // Whatever an account in distress comes to, it began as one.
            self.recent.remove(&(Job::Flag, None, action.account));
        }
    }
}

impl Round<'_> {
    fn on(&self, job: Job) -> bool {
        self.settings.jobs.contains(&job)
    }

    /// Whether there is room for another action.
    fn full(&self) -> bool {
        self.actions.len() >= self.settings.max_actions
    }

    fn in_scope(&self, market: u16) -> bool {
        self.settings.markets.is_empty() || self.settings.markets.contains(&market)
    }

    /// Numbers of the markets to act in.
    fn scope(&self) -> Vec<u16> {
        self.book.markets().map(|market| market.state.index).filter(|index| self.in_scope(*index)).collect()
    }

    /// A market as it stands on the desk.
    fn market(&mut self, index: u16) -> Option<Market> {
        let (_, market) = self.desk.market(index).ok()?;
        Some(market)
    }

    /// Begins an action, unless one about the same was planned a moment ago.
    fn begin(&mut self, job: Job, market: Option<u16>, account: Option<Pubkey>) -> Option<Draft> {
        if self.full() || self.recent.contains_key(&(job, market, account)) {
            return None;
        }
        self.desk.roll_back();
        Some(Draft::new(job, market, account))
    }

    /// Keeps an action that has steps.
    fn finish(&mut self, draft: Draft) -> bool {
        if draft.is_empty() {
            self.desk.roll_back();
            return false;
        }
        let subject = draft.subject;
        let action = draft.into_action(self);
        self.recent.insert(subject, self.now.slot);
        self.actions.push(action);
        true
    }
}
