//! Collateral other than the settlement token (design, sections 5, 6 and 11).
//!
//! A collateral of `d` decimals has its price in ticks of 10^-(18 - d) USD, so that one of its own smallest units is one lot and the
//! engine's one scale serves here too. What a balance counts for a line of health, in atoms of the settlement token, rounded down:
//!
//! `warm amount × price × (1 - haircut)`, then for Init scaled by how much of it all accounts hold together.
//!
//! * *price*: the low one (for Init the worse of low and stable). On Degraded quality Maint takes spot: of two sources that disagree, a
//!   wrong one alone liquidates nobody. Without a usable price, and beside a long in what it is itself, it counts zero.
//! * *haircut*: `clamp(k·σ_h + jump, min, max)` of falls; Init takes the target at once, Maint a share of what glides to it.
//!   Pegged tokens add `4 × (0.99 − price)` (Derive), at once and in both.
//! * *warm*: a deposit counts from zero, linearly. A top-up restarts the clock of what is still cold and changes nothing of what counts
//!   already: `R = counted / new balance` of Velocity's breaker, written as an amount (`peers.md` M37). So it never counts more than
//!   separate deposits would.
//! * *crowding*: beyond `full_value` all balances share what `full_value` counts (Mango, Drift), in Init only.

pub use crate::balance::Balance;
use crate::{
    account::Account,
    dynamic_margin::risk_up,
    glide::Glide,
    layout,
    market::Now,
    num::{add, mul_div_down, mul_div_up, notional_down, ratio_down, ratio_up, sub, Price, Ratio, Result, PPM},
    params::{MarketParams, ParamError},
    price::{Combined, Quality, RobustPrice, Use},
    volatility::{Volatility, VolatilityParams},
    RiskError,
};

/// Collaterals an account may hold.
pub const MAX_COLLATERALS: usize = 8;
/// Seconds between two raises of a cap.
pub const DAY: i64 = 86_400;
/// [`CollateralParams::underlying`] of a token that no market trades.
pub const OF_NO_MARKET: u16 = u16::MAX;
/// What one balance counts at most, in atoms (576 billion USD): no price, however absurd, stops health from having a number.
const MOST: u64 = 1 << 59;
/// One USD in ticks of the settlement token, which has 6 decimals.
const SETTLEMENT_USD: u64 = 1_000_000_000_000;
/// Below this fraction of a USD a peg is broken.
const PEG: u64 = 990_000;

layout! {
    /// What governance sets for a collateral. Zeros are read as strictly as can be; [`CollateralParams::validate`] refuses most.
    pub struct CollateralParams [64] {
        /// Smallest units that may be deposited in all; 0: none.
        pub cap: u64,
        /// Smallest units in all that Init counts in full; 0: it counts none.
        pub full_value: u64,
        /// Seconds until a deposit counts in full; 0: it never does.
        pub warmup: i64,
        /// An older price is none, in seconds; 0: only the current second's is one.
        pub price_max_age: u32,
        /// Least haircut; 0: it is always the highest.
        pub min_haircut: Ratio,
        /// Highest haircut; 0: 100 %.
        pub max_haircut: Ratio,
        /// Multiple of σ over the horizon, in ppm; 0: the haircut is always the highest.
        pub sigma_multiple: u32,
        /// Part of a jump that is not counted.
        pub jump_discount: Ratio,
        /// Part of the haircut that Maint counts; 0: all of it.
        pub maint_share: Ratio,
        /// The live haircut rises by at most this a slot; 0: never.
        pub rise: Ratio,
        /// Time constant in slots of its loosening; 0: it never loosens.
        pub loosen_slots: u32,
        /// 1 + the market whose underlying this is, 65535 for none; 0: it counts zero beside any long.
        pub underlying: u16,
        /// 1 when the price floats; 0: it is pegged to the USD and pays for being below.
        pub floating: u8,
        /// Decimals of the token, 4 to 14.
        pub decimals: u8,
        /// Room to grow; zero.
        pub reserved: [u8; 4],
    }
}

layout! {
    /// Everything the engine knows of a collateral.
    pub struct Collateral [512] {
        /// What governance set.
        pub params: CollateralParams,
        /// How its volatility is measured.
        pub measured: VolatilityParams,
        /// The last robust price.
        pub price: RobustPrice,
        /// Its volatility.
        pub volatility: Volatility,
        /// The haircut in force.
        pub haircut: Glide,
        /// Smallest units held by all accounts (I1).
        pub total: u64,
        /// When the cap was last raised, unix seconds.
        pub raised: i64,
        /// Room to grow; zero.
        pub reserved: [u8; 72],
    }
}

impl CollateralParams {
    /// Checks every figure.
    pub fn validate(&self) -> core::result::Result<(), ParamError> {
        let one = PPM as u32;
        let checks: [(bool, &'static str, &'static str); 13] = [
            (self.full_value > 0, "full_value", "greater than zero"),
            (self.warmup > 0 && self.warmup <= 2_592_000, "warmup", "1 to 2 592 000 seconds"),
            (self.price_max_age > 0 && self.price_max_age <= 3_600, "price_max_age", "1 to 3 600 seconds"),
            (self.min_haircut.0 > 0, "min_haircut", "greater than zero"),
            (self.max_haircut >= self.min_haircut && self.max_haircut.0 <= one, "max_haircut", "min_haircut to 1 000 000 ppm"),
            (self.sigma_multiple > 0, "sigma_multiple", "greater than zero"),
            (self.jump_discount.0 <= one, "jump_discount", "at most 1 000 000 ppm"),
            (self.maint_share.0 <= one, "maint_share", "at most 1 000 000 ppm"),
            (self.rise.0 > 0 && self.rise.0 <= 1_000, "rise", "1 to 1 000 ppm a slot"),
            (self.loosen_slots > 0, "loosen_slots", "greater than zero"),
            (self.floating <= 1, "floating", "0 or 1"),
            (self.decimals >= 4 && self.decimals <= 14, "decimals", "4 to 14"),
            (self.reserved == [0; 4], "reserved", "zero"),
        ];
        match checks.iter().find(|check| !check.0) {
            Some(&(_, field, bound)) => Err(ParamError { field, bound }),
            None => Ok(()),
        }
    }

    /// One USD in ticks.
    fn usd(&self) -> Result<u64> {
        let k = 18u32.checked_sub(self.decimals as u32).ok_or(RiskError::ParameterBounds)?;
        10u64.checked_pow(k).ok_or(RiskError::ParameterBounds)
    }
}

impl Collateral {
    /// Takes in a new opinion of the sources: price, then volatility, then the haircut in force. `prices` are the price rules (TWAP,
    /// stable price) of an asset of this kind. A refusal may leave the price updated: run it on a copy or abort.
    pub fn refresh(&mut self, seen: &Combined, prices: &MarketParams, now: Now) -> Result<()> {
        let rules = MarketParams { price_max_age: self.params.price_max_age, ..*prices };
        self.price.update(seen, &rules, now)?;
        let accepted = self.price.slot == now.slot && self.price.quality == seen.quality as u8;
        if accepted && seen.quality > Quality::Frozen {
            self.volatility.feed(seen.spot, seen.quality, &self.measured, now)?;
        }
        self.advance_haircut(now)
    }

    /// Moves the haircut in force toward what volatility asks for.
    pub fn advance_haircut(&mut self, now: Now) -> Result<()> {
        self.haircut.advance(self.target_up()?, self.params.rise, self.params.loosen_slots, now)
    }

    /// The haircut that volatility asks for, rounded up.
    pub fn target_up(&self) -> Result<Ratio> {
        let p = &self.params;
        let max = if p.max_haircut.0 == 0 { PPM as u32 } else { p.max_haircut.0 };
        if p.min_haircut.0 > max || max > PPM as u32 {
            return Err(RiskError::ParameterBounds);
        }
        if p.sigma_multiple == 0 || p.min_haircut.0 == 0 {
            return Ok(Ratio(max));
        }
        let risk = risk_up(true, &self.volatility, &self.measured, p.sigma_multiple, p.jump_discount)?;
        Ok(Ratio(risk.clamp(p.min_haircut.0 as u64, max as u64) as u32))
    }

    /// The haircut for `purpose` at `price`, at most 100 %, rounded up.
    pub fn haircut_up(&self, purpose: Use, price: Price) -> Result<Ratio> {
        // Before its first refresh nothing is in force yet. The target takes a square root: Maint does not ask for it.
        let fresh = self.haircut.slot == 0;
        let live = if fresh { self.target_up()? } else { self.haircut.live_up() };
        let base = match (purpose, self.params.maint_share.0) {
            (Use::Init, _) if fresh => live.0 as u64,
            (Use::Init, _) => live.max(self.target_up()?).0 as u64,
            (Use::Maint, 0) => live.0 as u64,
            (Use::Maint, share) => ratio_up(live.0 as u64, Ratio(share))?,
        };
        let haircut = base.saturating_add(self.depeg_up(price)?).min(PPM);
        Ok(Ratio(haircut as u32))
    }

    /// What a broken peg adds: `4 × (0.99 − price)`, rounded up.
    fn depeg_up(&self, price: Price) -> Result<u64> {
        if self.params.floating == 1 {
            return Ok(0);
        }
        let usd = self.params.usd()?;
        if price.0 >= usd {
            return Ok(0);
        }
        Ok(PEG.saturating_sub(mul_div_down(price.0, PPM, usd)?).saturating_mul(4))
    }

    /// The price at which a holding counts for `purpose`; `None` when there is no usable one.
    pub(crate) fn mark(&self, purpose: Use, now: Now) -> Option<Price> {
        match (self.price.quality_at(now, self.params.price_max_age), purpose) {
            (Quality::Frozen, _) => None,
            (_, Use::Init) => Some(self.price.low.min(self.price.stable)),
            (Quality::Primary, Use::Maint) => Some(self.price.low),
            (Quality::Degraded, Use::Maint) => Some(self.price.spot),
        }
    }

    /// What `balance` of `account` counts for `purpose` in atoms of the settlement token, whose own record is `settlement`. Rounded
    /// down at every step; a value without a number counts as the most that one balance may.
    pub fn value_down(
        &self,
        balance: &Balance,
        account: &Account,
        settlement: &Collateral,
        purpose: Use,
        now: Now,
    ) -> Result<u64> {
        let Some(price) = self.mark(purpose, now) else { return Ok(0) };
        let counted = balance.counted_down(now.time)?;
        if counted == 0 || account.is_long_in(self.params.underlying) {
            return Ok(0);
        }
        let kept = PPM.saturating_sub(self.haircut_up(purpose, price)?.0 as u64) as u32;
        let usd = ratio_down(bounded(notional_down(price, counted))?, Ratio(kept))?;
        let usd = match purpose {
            Use::Init if self.total > self.params.full_value => mul_div_down(usd, self.params.full_value, self.total)?,
            _ => usd,
        };
        settlement.from_usd_down(usd, now)
    }

    /// Atoms of the settlement token (`self`) for `usd` millionths of a USD: one for one while it holds its peg; below 0.99 at its
    /// high price; without a usable price at the highest it may have, at least one. Never at less than a cent, rounded down.
    pub fn from_usd_down(&self, usd: u64, now: Now) -> Result<u64> {
        match self.broken_peg(now) {
            None => Ok(usd),
            Some(at) => bounded(mul_div_down(usd, SETTLEMENT_USD, at)),
        }
    }

    /// The same, rounded up: what a buyer pays.
    pub fn from_usd_up(&self, usd: u64, now: Now) -> Result<u64> {
        match self.broken_peg(now) {
            None => Ok(usd),
            Some(at) => mul_div_up(usd, SETTLEMENT_USD, at),
        }
    }

    /// Millionths of a USD that make at least `atoms` of the settlement token (`self`), rounded up.
    pub fn to_usd_up(&self, atoms: u64, now: Now) -> Result<u64> {
        match self.broken_peg(now) {
            None => Ok(atoms),
            Some(at) => mul_div_up(atoms, at, SETTLEMENT_USD),
        }
    }

    /// The price at which the settlement token (`self`) counts; `None` while it is one for one.
    fn broken_peg(&self, now: Now) -> Option<u64> {
        match self.price.quality_at(now, self.params.price_max_age) {
            Quality::Frozen => Some(self.price.high.0.max(SETTLEMENT_USD)),
            _ if self.price.spot.0 >= SETTLEMENT_USD / 100 * 99 => None,
            _ => Some(self.price.high.0.max(SETTLEMENT_USD / 100)),
        }
    }

    /// Adds a deposit to `account`'s balance of collateral number `index`. It counts from zero.
    pub fn deposit(&mut self, account: &mut Account, index: u16, amount: u64, now: Now) -> Result<()> {
        if amount == 0 {
            return Err(RiskError::ZeroAmount);
        }
        let total = add(self.total, amount)?;
        if total > self.params.cap {
            return Err(RiskError::CollateralCap);
        }
        account.collateral_slot(index)?.add(amount, self.params.warmup, now)?;
        self.total = total;
        Ok(())
    }

    /// Takes `amount` out of `account`'s balance: a withdrawal, whose health and debts are the caller's to check, or a sale.
    pub fn take(&mut self, account: &mut Account, index: u16, amount: u64, now: Now) -> Result<()> {
        if amount == 0 {
            return Err(RiskError::ZeroAmount);
        }
        let total = sub(self.total, amount)?;
        account.collateral_mut(index)?.take(amount, now)?;
        account.release_collateral();
        self.total = total;
        Ok(())
    }

    /// Lowers the cap, at any time and by any step: what is held stays, nothing more is taken.
    pub fn lower_cap(&mut self, cap: u64) -> Result<()> {
        if cap > self.params.cap {
            return Err(RiskError::CapGrowth);
        }
        self.params.cap = cap;
        Ok(())
    }

    /// Puts other parameters into force, after whatever delay they had. The cap rises at most once a day and to at most twice as much; from
    /// zero it begins anew. Until now the haircut has followed the old figures.
    pub fn set_params(&mut self, new: &CollateralParams, now: Now) -> Result<()> {
        if self.haircut.slot != 0 {
            self.advance_haircut(now)?;
        }
        let old = self.params.cap;
        if new.cap > old {
            let too_soon = self.raised != 0 && now.time.saturating_sub(self.raised) < DAY;
            if too_soon || (old != 0 && new.cap > old.saturating_mul(2)) {
                return Err(RiskError::CapGrowth);
            }
            self.raised = now.time.max(1);
        }
        self.params = *new;
        Ok(())
    }
}

/// How far the settlement token stands below one USD, in ppm, rounded up: what the global breaker's peg trigger measures. More than
/// 10 000 is below 0.99, from where every market is at least Caution. The last accepted price counts, however old: a feed that stops while
/// the peg is broken does not mend it. Before the first price nothing is known to be short.
pub fn peg_shortfall_up(settlement: &Collateral) -> Result<u64> {
    if settlement.price.first_time == 0 {
        return Ok(0);
    }
    Ok(PPM.saturating_sub(mul_div_down(settlement.price.spot.0.min(SETTLEMENT_USD), PPM, SETTLEMENT_USD)?))
}

/// At most [`MOST`], also when the value has no number.
fn bounded(value: Result<u64>) -> Result<u64> {
    match value {
        Err(RiskError::Overflow) => Ok(MOST),
        found => Ok(found?.min(MOST)),
    }
}
