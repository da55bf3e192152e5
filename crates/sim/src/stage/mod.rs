//! Where agents act: the protocol, the venues, who is due, and what is counted.

mod rank;
mod token;

pub use token::{Tokens, FAKE, FAKE_CAP, TOKEN};

use crate::{
    engine::{Action, Backend, Effect, Who},
    policy::{Policy, Safeguard},
    scenario::Scenario,
    tally::{payable_share, Tally},
    watch::Watch,
    world::{atoms, clock, usd, Place},
};
use firebreak_risk::{
    num::{notional_down, notional_up},
    rank::worst_score,
    trade::QuoteTerms,
    BaseQty,
};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// A maker's standing quote in a market.
#[derive(Clone, Copy, Debug)]
pub struct Quote {
    /// The market.
    pub m: u16,
    /// The maker.
    pub maker: Who,
    /// Sizes, offsets, expiry.
    pub terms: QuoteTerms,
}

/// An account that is below Maint or flagged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The account.
    pub who: Who,
    /// Slot at which it was first seen.
    pub since: u64,
    /// Its score on the worst board: the LiqEnd shortage.
    pub score: u64,
}

/// Everything an agent sees and touches.
pub struct Stage {
    /// The protocol.
    pub backend: Box<dyn Backend>,
    /// The venues of each market.
    pub places: Vec<Place>,
    /// The only source of chance.
    pub rng: ChaCha8Rng,
    /// Counts.
    pub tally: Tally,
    /// Who could be below Maint.
    pub watch: Watch,
    /// Quotes that stand.
    pub quotes: Vec<Quote>,
    /// Safeguards.
    pub policy: Policy,
    /// The scenario.
    pub scenario: Scenario,
    /// Slots since positions were opened; zero before.
    pub slot: u64,
    /// Slots of this step.
    pub slots: u64,
    /// Who is due, worst first.
    pub due: Vec<Due>,
    /// Prices of tokens outside.
    pub tokens: Tokens,
    since: BTreeMap<Who, u64>,
    remembered: BTreeMap<Who, u64>,
    ranked: BTreeMap<(u16, bool), Vec<(u64, Who)>>,
    total: u64,
    opened: Option<u64>,
}

impl Stage {
    /// Before the first step.
    pub fn new(backend: Box<dyn Backend>, places: Vec<Place>, rng: ChaCha8Rng, policy: Policy, scenario: Scenario) -> Self {
        let markets = places.len();
        Self {
            backend,
            places,
            rng,
            tally: Tally::default(),
            watch: Watch::new(markets),
            quotes: Vec::new(),
            policy,
            scenario,
            slot: 0,
            slots: 1,
            due: Vec::new(),
            tokens: Tokens::default(),
            since: BTreeMap::new(),
            remembered: BTreeMap::new(),
            ranked: BTreeMap::new(),
            total: 0,
            opened: None,
        }
    }

    /// From now on slots are counted.
    pub fn start(&mut self) {
        self.opened = Some(self.total);
    }

    /// Time passes; venues print, sources publish, markets refresh and accrue.
    pub fn tick(&mut self, slots: u64) {
        self.total += slots;
        self.slots = slots;
        self.slot = self.opened.map_or(0, |at| self.total - at);
        let now = clock(self.total);
        self.backend.set_now(now);
        let single = !self.policy.has(Safeguard::Median);
        for m in 0..self.places.len() as u16 {
            let place = &mut self.places[m as usize];
            place.step(self.slot, slots, &mut self.rng);
            // A step within the same second has nothing new to publish.
            let Some(seen) = place.publish(self.slot, now, single) else { continue };
            self.act(Action::Refresh { m, seen });
            self.act(Action::Accrue { m });
        }
        self.reprice();
    }

    /// Acts; a refusal is counted and gives nothing.
    pub fn act(&mut self, action: Action) -> Option<Effect> {
        if let Action::Liquidate { who, .. } | Action::Declare { who } | Action::Buy { who, .. } = action {
            self.remember(who);
        }
        let before = match action {
            Action::Share { m } => Some(payable_share(self.backend.market(m))),
            _ => None,
        };
        match self.backend.act(&action) {
            Ok(done) => {
                if done.shared > 0 {
                    self.tally.worst_share(before.unwrap_or(1.0));
                }
                self.tally.take(&action, &done);
                self.touch(&action);
                Some(done)
            }
            Err(why) => {
                self.tally.refuse(&action, why);
                None
            }
        }
    }

    /// Opens an account with `usd` in it.
    pub fn member(&mut self, usd: f64) -> Who {
        let who = self.backend.open();
        if usd > 0.0 {
            self.act(Action::Deposit { who, atoms: atoms(usd) });
        }
        who
    }

    /// Buys (positive) or sells `lots` from the quotes that stand; returns the lots filled.
    pub fn order(&mut self, m: u16, taker: Who, lots: i64) -> u64 {
        let mut left = lots.unsigned_abs();
        for q in 0..self.quotes.len() {
            let quote = self.quotes[q];
            if left == 0 {
                break;
            }
            if quote.m != m || quote.maker == taker {
                continue;
            }
            let wanted = BaseQty(if lots > 0 { left as i64 } else { -(left as i64) });
            let Ok((price, size)) = quote.terms.offer(self.backend.market(m), wanted, self.backend.now()) else { continue };
            let size = size.min(left) as i64;
            if size == 0 {
                continue;
            }
            let part = if lots > 0 { size } else { -size };
            if self.act(Action::Trade { m, taker, maker: quote.maker, lots: part, price }).is_some() {
                left -= size as u64;
                let _ = self.quotes[q].terms.consume(BaseQty(part));
            }
        }
        lots.unsigned_abs() - left
    }

    /// Lots worth `usd` at the market's price.
    pub fn lots(&self, m: u16, usd: f64) -> i64 {
        firebreak_risk::num::lots_down(atoms(usd), self.backend.market(m).price.spot).unwrap_or(0) as i64
    }

    /// Price of a market in USD.
    pub fn price(&self, m: u16) -> f64 {
        self.backend.market(m).price.spot.0 as f64 / crate::world::TICKS
    }

    /// How far the price is from its one-minute average.
    pub fn swing(&self, m: u16) -> f64 {
        self.places[m as usize].liquidity.swing
    }

    /// Value of an account in atoms: what it holds, its results at the price of now, its collateral not counted.
    pub fn equity(&self, who: Who) -> i64 {
        let account = self.backend.account(who);
        let books = self.backend.books();
        let results: i64 = account
            .used()
            .map(|p| {
                let market = &books.markets[p.market as usize];
                p.standing_down(market, market.price.spot).unwrap_or(0)
            })
            .sum();
        account.holdings().unwrap_or(0) as i64 + results
    }

    /// Finds who is due now, worst first.
    pub fn look(&mut self) {
        self.ranked.clear();
        let found = self.watch.due(&*self.backend).to_vec();
        let (slot, since) = (self.slot, &mut self.since);
        since.retain(|who, _| found.binary_search(who).is_ok());
        self.due.clear();
        for who in found {
            let since = *since.entry(who).or_insert(slot);
            let score = self.backend.health(who).map_or(0, |h| worst_score(self.backend.account(who), &h));
            self.due.push(Due { who, since, score });
        }
        self.due.sort_by(|a, b| b.score.cmp(&a.score).then(a.who.cmp(&b.who)));
    }

    /// Whether liquidation in a market waits for its price.
    pub fn waits(&self, m: u16) -> bool {
        let market = self.backend.market(m);
        market.price.require_confirmed(&market.params, self.backend.now()).is_err()
    }

    /// Open interest of a market in USD at the price of now.
    pub fn open_interest(&self, m: u16) -> f64 {
        let market = self.backend.market(m);
        usd(notional_down(market.price.spot, market.ledger.long_base).unwrap_or(0))
    }

    /// A forced trade outside: `lots` (negative: sold) of a market's asset.
    pub fn force(&mut self, m: u16, lots: i64) {
        let value = usd(notional_up(self.backend.market(m).price.spot, lots.unsigned_abs()).unwrap_or(0));
        self.places[m as usize].force(if lots < 0 { -value } else { value });
    }

    /// An account about to be liquidated, once an hour at most.
    fn remember(&mut self, who: Who) {
        let now = self.backend.now().slot;
        if self.remembered.get(&who).is_some_and(|at| now < at + 4 * crate::tally::LATER) {
            return;
        }
        self.remembered.insert(who, now);
        let account = *self.backend.account(who);
        self.tally.wrongful.remember(&account, now);
    }

    fn touch(&mut self, action: &Action) {
        let watch = &mut self.watch;
        match *action {
            Action::Deposit { who, .. } | Action::Withdraw { who, .. } | Action::Flag { who } | Action::Declare { who } => {
                watch.touch(who)
            }
            Action::Settle { who, .. } | Action::Convert { who, .. } | Action::Recover { who, .. } => watch.touch(who),
            Action::Pledge { who, .. } | Action::Reclaim { who, .. } | Action::Forfeit { who, .. } => watch.touch(who),
            Action::Buy { who, keeper, .. } => [who, keeper].into_iter().for_each(|who| watch.touch(who)),
            Action::Trade { taker, maker, .. } => [taker, maker].into_iter().for_each(|who| watch.touch(who)),
            Action::Liquidate { who, keeper, .. } => [who, keeper].into_iter().for_each(|who| watch.touch(who)),
            Action::Deleverage { who, other, .. } => [who, other].into_iter().for_each(|who| watch.touch(who)),
            Action::Share { .. } => watch.touch_all(),
            _ => {}
        }
    }
}
