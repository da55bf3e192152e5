//! Which accounts could be below Maint: so that a price that moves costs a comparison per account, not a health.
//!
//! Whenever an account's health is computed, the engine's figure says how much it may lose; from it follows how far the price, the margin
//! line and funding may go before the account can be below Maint. Until one of them has gone that far its health is not computed
//! again. The bounds are cautious (a move counts twice, for loss and requirement), so nobody is found later than by computing all; a
//! test holds the two against each other. Figures lie in arrays by market, because the scan is what runs every slot.

use crate::engine::{Backend, Who};
use firebreak_risk::{live_margin::side, Market};

/// Part of a slot's funding that a position pays at most: 2 % a day, as a fraction a slot, doubled.
const FUNDING: f64 = 2e-7;
/// An account is looked at again after so many slots, whatever happened.
const LONGEST: u64 = 9_000;

/// One market's bounds, by account.
#[derive(Clone, Debug, Default)]
struct Bounds {
    low: Vec<u64>,
    high: Vec<u64>,
    line: Vec<[u32; 2]>,
}

/// Bounds of every account, and those that are due.
#[derive(Clone, Debug)]
pub struct Watch {
    bounds: Vec<Bounds>,
    until: Vec<u64>,
    dirty: Vec<Who>,
    is_dirty: Vec<bool>,
    /// Below Maint or flagged, in order of number.
    due: Vec<Who>,
    is_due: Vec<bool>,
    quality: Vec<u8>,
    /// Healths computed.
    pub computed: u64,
}

impl Watch {
    /// Over `markets` markets.
    pub fn new(markets: usize) -> Self {
        Self {
            bounds: vec![Bounds::default(); markets],
            until: Vec::new(),
            dirty: Vec::new(),
            is_dirty: Vec::new(),
            due: Vec::new(),
            is_due: Vec::new(),
            quality: vec![u8::MAX; markets],
            computed: 0,
        }
    }

    /// An account changed.
    pub fn touch(&mut self, who: Who) {
        let n = who as usize;
        if n >= self.until.len() {
            self.grow(n + 1);
        }
        if !self.is_dirty[n] {
            self.is_dirty[n] = true;
            self.dirty.push(who);
        }
    }

    /// All accounts changed: a loss was shared, or a price became unusable.
    pub fn touch_all(&mut self) {
        self.until.fill(0);
    }

    fn grow(&mut self, len: usize) {
        self.until.resize(len, u64::MAX);
        self.is_dirty.resize(len, false);
        self.is_due.resize(len, false);
        for b in &mut self.bounds {
            b.low.resize(len, 0);
            b.high.resize(len, u64::MAX);
            b.line.resize(len, [u32::MAX; 2]);
        }
    }

    /// Everybody who is below Maint or flagged, in order of number.
    pub fn due(&mut self, backend: &dyn Backend) -> &[Who] {
        let slot = backend.now().slot;
        for (m, market) in backend.books().markets.iter().enumerate() {
            let quality = market.quality(backend.now()) as u8;
            if quality != self.quality[m] {
                self.quality[m] = quality;
                self.touch_all();
            }
        }
        self.scan(backend.books().markets, slot);
        for who in std::mem::take(&mut self.dirty) {
            self.is_dirty[who as usize] = false;
            self.look(backend, who, slot);
        }
        let (due, is_due) = (&mut self.due, &self.is_due);
        due.retain(|who| is_due[*who as usize]);
        due.sort_unstable();
        due.dedup();
        for n in 0..self.due.len() {
            // Who is due is looked at every step: it may have recovered.
            let who = self.due[n];
            self.touch(who);
        }
        &self.due
    }

    fn scan(&mut self, markets: &[Market], slot: u64) {
        let mut found = Vec::new();
        for (market, b) in markets.iter().zip(&self.bounds) {
            let spot = market.price.spot.0;
            let lines = [market.margin.lines[0].maint.0, market.margin.lines[1].maint.0];
            for (who, ((low, high), line)) in b.low.iter().zip(&b.high).zip(&b.line).enumerate() {
                if (spot < *low) | (spot > *high) | (lines[0] > line[0]) | (lines[1] > line[1]) {
                    found.push(who as Who);
                }
            }
        }
        found.extend(self.until.iter().enumerate().filter(|(_, until)| **until <= slot).map(|(who, _)| who as Who));
        for who in found {
            self.touch(who);
        }
    }

    /// Computes one account's health and its bounds.
    fn look(&mut self, backend: &dyn Backend, who: Who, slot: u64) {
        self.computed += 1;
        let n = who as usize;
        let account = backend.account(who);
        for b in &mut self.bounds {
            (b.low[n], b.high[n], b.line[n]) = (0, u64::MAX, [u32::MAX; 2]);
        }
        self.until[n] = u64::MAX;
        if !account.has_exposure() && account.flagged == 0 && !account.owes() {
            self.is_due[n] = false;
            return;
        }
        let Ok(health) = backend.health(who) else {
            self.until[n] = slot;
            return;
        };
        let due = health.maint < 0 || account.flagged != 0 || account.bankrupt != 0 || account.owes();
        if due && !self.is_due[n] {
            self.due.push(who);
        }
        self.is_due[n] = due;
        let notional = health.notional.max(1) as f64;
        let slack = health.maint.max(0) as f64 / notional;
        if account.collaterals > 0 {
            self.until[n] = slot; // its value moves on its own
            return;
        }
        self.until[n] = slot.saturating_add(((slack / 4.0 / FUNDING) as u64).clamp(1, LONGEST));
        for position in account.used().filter(|p| !p.base.is_flat()) {
            let market = &backend.books().markets[position.market as usize];
            let b = &mut self.bounds[position.market as usize];
            let spot = market.price.spot.0 as f64;
            let reach = slack / 4.0;
            if position.base.is_long() {
                b.low[n] = (spot * (1.0 - reach)).max(0.0) as u64 + 1;
            } else {
                b.high[n] = ((spot * (1.0 + reach)) as u64).saturating_sub(1);
            }
            let at = side(position.base.is_long());
            b.line[n][at] = market.margin.lines[at].maint.0.saturating_add((slack / 4.0 * 1e6) as u32);
        }
    }
}
