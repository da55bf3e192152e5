//! Shared insurance in two tranches (design, section 9, step 2): junior bears first, senior after it.
//!
//! [`InsuranceFund`] holds the caps under which a market draws (`waterfall`); here is whose money it is. Three rules keep
//! stakers from running: shares asked back bear every loss until they are paid (`shares`), nothing is paid while a booked deficit may
//! still draw, and a draw lowers the tranches in the very step that pays the market.
//!
//! Every market may draw its *limit*. The sum of what is left of all limits is at most the assets above the floor, so no market counts on
//! money that another was promised. When stakers leave, one index shrinks all limits alike.

use crate::{
    index::LossIndex,
    layout,
    market::{Market, Now},
    num::{add, ratio_down, sub, Ratio, Result},
    shares::{Stake, Tranche},
    waterfall::{share_loss, Covered, InsuranceFund},
    RiskError,
};

/// Which tranche.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seniority {
    /// Bears losses first.
    Junior,
    /// Bears what junior could not.
    Senior,
}

layout! {
    /// Shared insurance: caps, tranches, limits. Amounts in atoms.
    pub struct Insurance [192] {
        /// Assets of both tranches together, and the caps on draws.
        pub fund: InsuranceFund,
        /// Bears first.
        pub junior: Tranche,
        /// Bears last.
        pub senior: Tranche,
        /// At least the sum of what is left of all markets' limits.
        pub limits: u64,
        /// What every limit has been multiplied by since it was granted.
        pub limit_index: LossIndex,
        /// Cooldown of an unstake request in seconds; 0: the longest.
        pub cooldown: i64,
        /// Part of the fees that senior receives; the rest is junior's.
        pub senior_share: Ratio,
        /// Markets with a limit: a pay-out has to show them all.
        pub markets: u32,
        /// Room to grow; zero.
        pub reserved: u64,
    }
}

layout! {
    /// A market's part of shared insurance. Zeroes: none.
    pub struct Limit [32] {
        /// What it may still draw, in atoms, as of `index`.
        pub left: u64,
        /// Index at which `left` was last scaled.
        pub index: LossIndex,
        /// What governance granted last; the market has a limit when this is not zero, used up or not.
        pub granted: u64,
    }
}

impl Seniority {
    /// From a stored byte: 0 junior, 1 senior.
    pub const fn from_u8(x: u8) -> Option<Self> {
        match x {
            0 => Some(Self::Junior),
            1 => Some(Self::Senior),
            _ => None,
        }
    }
}

impl Limit {
    /// No part.
    pub const NONE: Self = Self { left: 0, index: LossIndex::NEW, granted: 0 };

    /// What may still be drawn, after stakers left. Rounded down.
    pub fn now_down(&self, insurance: &Insurance) -> Result<u64> {
        self.index.rescale_down(insurance.limit_index, self.left)
    }
}

impl Insurance {
    /// An empty fund with these caps (its own assets are ignored).
    pub const fn new(caps: InsuranceFund, cooldown: i64, senior_share: Ratio) -> Self {
        Self {
            fund: InsuranceFund { assets: 0, ..caps },
            junior: Tranche::NEW,
            senior: Tranche::NEW,
            limits: 0,
            limit_index: LossIndex::NEW,
            cooldown,
            senior_share,
            markets: 0,
            reserved: 0,
        }
    }

    /// One tranche, to change.
    pub fn tranche(&mut self, which: Seniority) -> &mut Tranche {
        match which {
            Seniority::Junior => &mut self.junior,
            Seniority::Senior => &mut self.senior,
        }
    }

    /// One tranche, to read.
    pub fn tranche_of(&self, which: Seniority) -> &Tranche {
        match which {
            Seniority::Junior => &self.junior,
            Seniority::Senior => &self.senior,
        }
    }

    /// The tranches are the fund, and the limits lie within what is above its floor.
    pub fn invariant(&self) -> Result<()> {
        let held = add(self.junior.assets, self.senior.assets)? == self.fund.assets;
        if held && self.limits <= self.above_floor() {
            Ok(())
        } else {
            Err(RiskError::InvariantBroken)
        }
    }

    fn above_floor(&self) -> u64 {
        self.fund.assets.saturating_sub(self.fund.floor)
    }

    /// What may still be granted to markets.
    pub fn room(&self) -> u64 {
        self.above_floor().saturating_sub(self.limits)
    }

    /// Stakes `atoms` into a tranche; returns the shares.
    pub fn stake(&mut self, which: Seniority, stake: &mut Stake, atoms: u64) -> Result<u64> {
        let assets = add(self.fund.assets, atoms)?;
        let minted = stake.stake(self.tranche(which), atoms)?;
        self.fund.assets = assets;
        Ok(minted)
    }

    /// Fees swept from the markets.
    pub fn earn(&mut self, atoms: u64) -> Result<()> {
        let mut next = *self;
        let senior = ratio_down(atoms, self.senior_share)?.min(atoms);
        next.fund.assets = add(self.fund.assets, atoms)?;
        next.senior.earn(senior)?;
        next.junior.earn(sub(atoms, senior)?)?;
        *self = next;
        Ok(())
    }

    /// A gift, or what was skimmed: it strengthens the fund and nobody's shares. It bears first.
    pub fn give(&mut self, atoms: u64) -> Result<()> {
        let assets = add(self.fund.assets, atoms)?;
        self.junior.give(atoms)?;
        self.fund.assets = assets;
        Ok(())
    }

    /// Sets what a market may draw from now on. More only as long as all limits fit into the assets above the floor.
    pub fn grant(&mut self, limit: &mut Limit, amount: u64) -> Result<()> {
        let before = limit.now_down(self)?;
        let limits = add(self.limits.saturating_sub(before), amount)?;
        if amount > before && limits > self.above_floor() {
            return Err(RiskError::LimitsExceedAssets);
        }
        self.limits = limits;
        self.markets = match (limit.granted > 0, amount > 0) {
            (false, true) => self.markets.saturating_add(1),
            (true, false) => self.markets.saturating_sub(1),
            _ => self.markets,
        };
        *limit = Limit { left: amount, index: self.limit_index, granted: amount };
        Ok(())
    }

    /// Sets the floor. A higher one leaves less for the limits, which shrink alike.
    pub fn set_floor(&mut self, floor: u64) -> Result<()> {
        let mut next = *self;
        next.fund.floor = floor;
        next.shrink_limits()?;
        *self = next;
        Ok(())
    }

    /// `waterfall::share_loss` under the market's limit; what it draws is taken from junior, then from senior, at once. A refusal may
    /// leave the market half changed.
    pub fn share_loss(&mut self, market: &mut Market, now: Now) -> Result<Covered> {
        let left = market.limit.now_down(self)?;
        let mut next = *self;
        let covered = share_loss(market, &mut next.fund, left, now)?;
        next.bear(covered.insurance)?;
        next.limits = next.limits.saturating_sub(covered.insurance);
        *self = next;
        market.limit = Limit { left: sub(left, covered.insurance)?, index: self.limit_index, ..market.limit };
        Ok(covered)
    }

    /// Takes a loss from junior, then from senior.
    fn bear(&mut self, loss: u64) -> Result<()> {
        let junior = loss.min(self.junior.assets);
        self.junior.lose(junior)?;
        self.senior.lose(sub(loss, junior)?)
    }

    /// What the booked deficit of a market may still draw from this fund, now or in a later window. Zero when its limit, the floor or
    /// a cap of zero leave nothing: such a deficit keeps no staker waiting.
    pub fn pending_down(&self, market: &Market) -> Result<u64> {
        let ledger = &market.ledger;
        let caps = [
            ledger.insured_deficit.min(ledger.deficit),
            market.limit.now_down(self)?,
            ratio_down(self.fund.assets, self.fund.event_cap)?,
            ratio_down(self.fund.assets, self.fund.day_cap)?,
            self.above_floor(),
        ];
        Ok(caps.into_iter().min().unwrap_or(0))
    }

    /// Sum of [`Self::pending_down`] over every market that has a limit; fewer than all are refused, so none can be left out. The
    /// caller makes sure that none is shown twice.
    pub fn pending<'a>(&self, markets: impl Iterator<Item = &'a Market>) -> Result<u64> {
        let (mut seen, mut sum) = (0u32, 0u64);
        for market in markets {
            if market.limit.granted > 0 {
                seen = seen.saturating_add(1);
            }
            sum = add(sum, self.pending_down(market)?)?;
        }
        if seen != self.markets {
            return Err(RiskError::InvariantBroken);
        }
        Ok(sum)
    }

    /// Pays a cooled request out. `pending` is what deficits may still draw: while there is any, nobody is paid. What leaves the fund
    /// shrinks all limits alike when they no longer fit.
    pub fn pay_out(&mut self, which: Seniority, stake: &mut Stake, pending: u64, now: Now) -> Result<u64> {
        if pending > 0 {
            return Err(RiskError::ClaimsPending);
        }
        let (mut next, mut part) = (*self, *stake);
        let cooldown = self.cooldown;
        let atoms = part.pay_out(next.tranche(which), cooldown, now.time)?;
        next.fund.assets = sub(next.fund.assets, atoms)?;
        next.shrink_limits()?;
        (*self, *stake) = (next, part);
        Ok(atoms)
    }

    fn shrink_limits(&mut self) -> Result<()> {
        let room = self.above_floor();
        if self.limits > room {
            self.limit_index = self.limit_index.shrunk_down(room, self.limits)?;
            self.limits = room;
        }
        Ok(())
    }
}
