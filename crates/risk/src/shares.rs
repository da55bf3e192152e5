//! Shares of one insurance tranche, and a staker's part in it (design, sections 4 and 9).
//!
//! A share is worth `(assets + 1) / (shares + 16)`: one virtual atom and its virtual shares stand beside the real ones, so the first
//! staker finds a price and pushing it costs far more than it takes (after ERC-4626's offset). What comes as a gift, or while
//! almost nobody stakes, is booked with shares of its own that nobody holds: it leaves the price as it was, so a price cannot be
//! inflated by giving, and a stake of one atom earns no fees. Minting and paying both round down. Fees and losses alone move the
//! price; when losses have made a share almost worthless, all shares are scaled back to their first price, lazily, by an index.

use crate::{
    index::LossIndex,
    layout,
    num::{add, mul_div_down, sub, Result},
    RiskError,
};

/// Shares of one atom at the first price.
pub const SHARES_PER_ATOM: u64 = 16;
/// Shares are scaled back to the first price when theirs has fallen below one part in this.
const FALLEN: u64 = 1 << 10;
/// Fees raise the price only while stakers hold this many shares (100 USD at the first price): one share is then never worth more
/// than a billionth of the tranche, and that is what rounding can cost.
pub const LEAST_HELD: u64 = 1_600_000_000;
/// The longest cooldown, and what a cooldown of zero means: 30 days in seconds.
pub const LONGEST_COOLDOWN: i64 = 2_592_000;
/// After the cooldown a request may be paid for three days; then it lapses.
pub const EXIT_WINDOW: i64 = 259_200;

layout! {
    /// One tranche.
    pub struct Tranche [40] {
        /// What it holds, in atoms.
        pub assets: u64,
        /// Shares in all.
        pub shares: u64,
        /// Of them, those that nobody holds.
        pub unowned: u64,
        /// What every share has been multiplied by.
        pub index: LossIndex,
    }
}

layout! {
    /// A staker's part in one tranche. Zeroes: nothing.
    pub struct Stake [56] {
        /// Shares, as of `index`.
        pub shares: u64,
        /// Index at which they were last scaled.
        pub index: LossIndex,
        /// Of the shares, those asked back.
        pub requested: u64,
        /// What those were worth then, in atoms: more is never paid.
        pub requested_value: u64,
        /// When the cooldown of the request began, unix seconds.
        pub requested_at: i64,
        /// Room to grow; zero.
        pub reserved: u64,
    }
}

impl Tranche {
    /// Nothing in it.
    pub const NEW: Self = Self { assets: 0, shares: 0, unowned: 0, index: LossIndex::NEW };

    /// Shares for `atoms` at the price of now, rounded down.
    pub fn shares_down(&self, atoms: u64) -> Result<u64> {
        mul_div_down(atoms, add(self.shares, SHARES_PER_ATOM)?, add(self.assets, 1)?)
    }

    /// Atoms for `shares` at the price of now, rounded down.
    pub fn assets_down(&self, shares: u64) -> Result<u64> {
        mul_div_down(shares, add(self.assets, 1)?, add(self.shares, SHARES_PER_ATOM)?)
    }

    /// Fees: they raise the price. While stakers hold less than [`LEAST_HELD`] shares they are booked like a gift.
    pub fn earn(&mut self, atoms: u64) -> Result<()> {
        if self.shares.saturating_sub(self.unowned) < LEAST_HELD {
            return self.give(atoms);
        }
        self.assets = add(self.assets, atoms)?;
        Ok(())
    }

    /// A gift: it leaves the price as it was. The shares nobody holds are rounded down, so the price may rise by less than one share.
    pub fn give(&mut self, atoms: u64) -> Result<()> {
        let minted = self.shares_down(atoms)?;
        let (assets, shares, unowned) = (add(self.assets, atoms)?, add(self.shares, minted)?, add(self.unowned, minted)?);
        (self.assets, self.shares, self.unowned) = (assets, shares, unowned);
        Ok(())
    }

    /// Bears a loss of at most what it holds.
    pub(crate) fn lose(&mut self, atoms: u64) -> Result<()> {
        self.assets = sub(self.assets, atoms)?;
        // Otherwise the next stakers would mint numbers without bound. Without assets nothing is left of any share.
        let first = self.assets.saturating_mul(SHARES_PER_ATOM);
        if self.shares > 0 && (self.assets == 0 || self.shares / FALLEN > first) {
            let index = self.index.shrunk_down(first, self.shares)?;
            self.unowned = self.index.rescale_down(index, self.unowned)?;
            (self.shares, self.index) = (first, index);
        }
        Ok(())
    }
}

impl Stake {
    /// Nothing staked.
    pub const NEW: Self =
        Self { shares: 0, index: LossIndex::NEW, requested: 0, requested_value: 0, requested_at: 0, reserved: 0 };

    /// Brings the shares up to the tranche's index.
    pub fn touch(&mut self, tranche: &Tranche) -> Result<()> {
        self.shares = self.index.rescale_down(tranche.index, self.shares)?;
        self.requested = self.index.rescale_down(tranche.index, self.requested)?;
        self.index = tranche.index;
        Ok(())
    }

    /// Stakes `atoms`; returns the shares. Less than one share's worth is refused.
    pub fn stake(&mut self, tranche: &mut Tranche, atoms: u64) -> Result<u64> {
        self.touch(tranche)?;
        let minted = tranche.shares_down(atoms)?;
        if minted == 0 {
            return Err(RiskError::AmountTooSmall);
        }
        let (shares, all, assets) = (add(self.shares, minted)?, add(tranche.shares, minted)?, add(tranche.assets, atoms)?);
        (self.shares, tranche.shares, tranche.assets) = (shares, all, assets);
        Ok(minted)
    }

    /// Asks `shares` back: starts the cooldown. A request replaces an earlier one; zero cancels it. Shares asked back bear every loss until
    /// they are paid.
    pub fn request(&mut self, tranche: &Tranche, shares: u64, now: i64) -> Result<()> {
        self.touch(tranche)?;
        if shares > self.shares {
            return Err(RiskError::InsufficientShares);
        }
        self.requested_value = tranche.assets_down(shares)?;
        (self.requested, self.requested_at) = (shares, now);
        Ok(())
    }

    /// Whether the request may be paid at `now`: its cooldown (of `cooldown` seconds, zero being the longest) has ended and it
    /// has not lapsed. A request that could wait for ever would be an exit kept open in advance.
    pub fn is_cooled(&self, cooldown: i64, now: i64) -> Result<()> {
        if self.requested == 0 {
            return Err(RiskError::NothingRequested);
        }
        let waited = now.saturating_sub(self.requested_at).saturating_sub(effective(cooldown));
        if waited < 0 {
            return Err(RiskError::CoolingDown);
        }
        if waited > EXIT_WINDOW {
            return Err(RiskError::NothingRequested);
        }
        Ok(())
    }

    /// Keeps a cooled request from lapsing while pay-out is refused for no fault of the staker's: its three days begin anew.
    pub fn hold(&mut self, cooldown: i64, now: i64) -> Result<()> {
        self.is_cooled(cooldown, now)?;
        self.requested_at = now.saturating_sub(effective(cooldown));
        Ok(())
    }

    /// What the request comes to: the shares' value now, at most what they were worth when asked back, in atoms. Rounded down.
    pub fn due_down(&self, tranche: &Tranche) -> Result<u64> {
        let requested = self.index.rescale_down(tranche.index, self.requested)?;
        Ok(tranche.assets_down(requested)?.min(self.requested_value))
    }

    /// Pays a cooled request. Returns atoms.
    pub(crate) fn pay_out(&mut self, tranche: &mut Tranche, cooldown: i64, now: i64) -> Result<u64> {
        self.touch(tranche)?;
        self.is_cooled(cooldown, now)?;
        let atoms = self.due_down(tranche)?;
        let (shares, all) = (sub(self.shares, self.requested)?, sub(tranche.shares, self.requested)?);
        tranche.assets = sub(tranche.assets, atoms)?;
        (self.shares, tranche.shares) = (shares, all);
        (self.requested, self.requested_value, self.requested_at) = (0, 0, 0);
        Ok(atoms)
    }
}

fn effective(cooldown: i64) -> i64 {
    if cooldown <= 0 {
        LONGEST_COOLDOWN
    } else {
        cooldown.min(LONGEST_COOLDOWN)
    }
}
