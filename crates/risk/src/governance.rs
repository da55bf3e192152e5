//! What governance may change, how far, and when (design, section 11).
//!
//! Each parameter has a direction of risk. A *tightening* the guardian may apply now, within a daily budget; everything else waits:
//! 48 hours, and 7 days for what begins to count from nothing (a listing) or binds the market to something else. One change loosens at
//! most by a quarter, and a change counts only against the parameters it was proposed for: so a hundred queued changes are worth one.
//! Parameters whose either direction can hurt somebody count as loosened whichever way they move. Delays can only grow.

use crate::{
    layout,
    num::{Ratio, Result},
    params::MarketParams,
    window::Window,
    RiskError,
};

/// Delay of a loosening: 48 hours in seconds, at least.
pub const LOOSEN_DELAY: i64 = 172_800;
/// Delay of a listing or of a change of keys and sources: 7 days, at least.
pub const LIST_DELAY: i64 = 604_800;
/// No delay is longer than 30 days: a delay without end would be a lock that nobody can open.
pub const LONGEST_DELAY: i64 = 2_592_000;
/// A change that nobody applied within this time after its delay lapses.
pub const LAPSE: i64 = 604_800;
/// One loosening moves a value by at most a quarter.
const LOOSEN_STEP: u64 = 250_000;
/// One step at most doubles what grows.
const GROW_STEP: u64 = 1_000_000;
/// The guardian's tightenings of one day together move values by at most a fifth.
const TIGHTEN_DAY: u64 = 200_000;
const DAY: i64 = 86_400;

/// Which way a parameter loosens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Higher is looser.
    Up,
    /// Higher is looser, and one step may double it: a collateral's cap.
    Grow,
    /// Lower is looser.
    Down,
    /// Either way may hurt somebody: every change is a loosening.
    Both,
    /// It cannot change.
    Fixed,
}

/// What a change is. Ordered by how long it waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Nothing changes.
    Neutral,
    /// Strictly safer: now, within the daily budget.
    Tighten,
    /// 48 hours, one step.
    Loosen,
    /// 7 days: something begins to count.
    List,
}

trait Value {
    fn value(self) -> u64;
}
macro_rules! values {
    ($($t:ty: $x:ident => $e:expr),* $(,)?) => { $(impl Value for $t { fn value(self) -> u64 { let $x = self; $e } })* };
}
// A negative time is refused by `MarketParams::validate`; here it is as strict as none.
values!(u64: x => x, u32: x => x as u64, u16: x => x as u64, u8: x => x as u64, i64: x => x.max(0) as u64, Ratio: x => x.0 as u64);

/// Told of one value: its direction, what it is, what it shall be.
pub type See<'a> = &'a mut dyn FnMut(Direction, u64, u64) -> Result<()>;

/// What governance sets together: every value of it has a direction.
pub trait Governed: Copy + Eq {
    /// Shows every value of `old` beside that of `new`.
    fn compare(old: &Self, new: &Self, see: See) -> Result<()>;
}

macro_rules! directions {
    ($type:ident: $($($field:ident).+ $direction:ident,)*) => {
        /// Every value with its direction, in the order of the type.
        pub const DIRECTIONS: &[(&str, Direction)] = &[$((stringify!($($field).+), Direction::$direction)),*];

        fn values(old: &$type, new: &$type, see: See) -> Result<()> {
            $( see(Direction::$direction, old.$($field).+.value(), new.$($field).+.value())?; )*
            Ok(())
        }
    };
}

pub mod collateral;
pub mod rules;
pub mod settings;
pub mod volatility;

impl Governed for MarketParams {
    fn compare(old: &Self, new: &Self, see: See) -> Result<()> {
        values(old, new, see)
    }
}

directions! {
    MarketParams:
    max_open_interest Up,
    // Higher closes small accounts whole, lower leaves rests that no keeper wants.
    dust_notional Both,
    insurance_limit Up,
    claim_warmup Down,
    // Winners wait longer, or claims bear a loss before all winners are settled.
    loss_window Both,
    // A slow average makes liquidation wait, a fast one follows a spike.
    twap_window Both,
    activation_time Down,
    price_max_age Up,
    trade_price_slots Up,
    activation_updates Down,
    init Down,
    liq_end Down,
    maint Down,
    transfer_floor Down,
    // Prices: higher takes from traders, lower from those who are paid by them.
    taker_fee Both,
    maker_share Both,
    pot_share Down,
    insurance_share Down,
    max_penalty Both,
    keeper_share Both,
    // Faster liquidation takes more at once, slower takes longer.
    ramp_start Both,
    ramp_slots Both,
    two_source_bound Up,
    // Wider trusts a spike, narrower makes liquidation wait.
    twap_band Both,
    confirm_slots Both,
    degraded_slots Both,
    stable_speed Up,
    stable_hour Up,
    small_loss Both,
    cover_multiple Up,
    // Sizes and prices on the books are in these units.
    decimals Fixed,
}

/// The class of one parameter's change.
pub fn classify(direction: Direction, old: u64, new: u64) -> Result<Class> {
    let looser = match direction {
        _ if old == new => return Ok(Class::Neutral),
        Direction::Fixed => return Err(RiskError::ParameterFixed),
        Direction::Up | Direction::Grow => new > old,
        Direction::Down => new < old,
        Direction::Both => true,
    };
    Ok(match (looser, old) {
        (false, _) => Class::Tighten,
        (true, 0) => Class::List,
        (true, _) => Class::Loosen,
    })
}

/// Movement from `old` to `new` as a fraction of the smaller of the two, in ppm, rounded up: 0.8 is as far from 1 as 1.25 is. From or to
/// zero it has no end.
pub fn step_up(old: u64, new: u64) -> u64 {
    let moved = (old.abs_diff(new) as u128).saturating_mul(1_000_000);
    match old.min(new) {
        _ if old == new => 0,
        0 => u64::MAX,
        least => u64::try_from(moved.div_ceil(least as u128)).unwrap_or(u64::MAX),
    }
}

/// The class of a whole change: that of its most patient part. Each loosened value moves by at most a quarter (or by one, where a
/// quarter is less than one), a cap to at most twice; what begins from zero has no size to measure by, and waits longer instead.
pub fn review<T: Governed>(old: &T, new: &T) -> Result<Class> {
    let mut class = Class::Neutral;
    T::compare(old, new, &mut |direction, was, is| {
        let part = classify(direction, was, is)?;
        let most = if direction == Direction::Grow { GROW_STEP } else { LOOSEN_STEP };
        if part == Class::Loosen && step_up(was, is) > most && was.abs_diff(is) > 1 {
            return Err(RiskError::StepTooLarge);
        }
        class = class.max(part);
        Ok(())
    })?;
    Ok(class)
}

layout! {
    /// The guardian's means of one market. Zeroes: all of them unused.
    pub struct Guardian [56] {
        /// How far it has tightened lately, ppm.
        pub tightened: Window,
        /// When the pause ends, unix seconds.
        pub paused_until: i64,
        /// Pauses lately.
        pub pauses: [i64; 3],
    }
}

/// A pause ends by itself after half an hour.
pub const PAUSE: i64 = 1_800;

impl Guardian {
    /// Nothing used.
    pub const NEW: Self = Self { tightened: Window::NEW, paused_until: 0, pauses: [0; 3] };

    /// Lets a tightening through at once. The largest step of its values counts against the day's fifth, so that no sum of tightenings of
    /// one day can make much of the market liquidatable (I8). A larger one, or one from or to zero, goes the slow way.
    pub fn tighten<T: Governed>(&mut self, old: &T, new: &T, now: i64) -> Result<()> {
        if review(old, new)? > Class::Tighten {
            return Err(RiskError::NotATightening);
        }
        let mut step = 0;
        T::compare(old, new, &mut |_, was, is| {
            step = step_up(was, is).max(step);
            Ok(())
        })?;
        if step > self.tightened.room_down(TIGHTEN_DAY, now, DAY)? {
            return Err(RiskError::StepTooLarge);
        }
        self.tightened.count(step, now, DAY)
    }

    /// Pauses for half an hour: at most twice in a row (less than half an hour between them) and three times a day.
    pub fn pause(&mut self, now: i64) -> Result<()> {
        let [third, second, last] = self.pauses;
        let after = |start: i64| now.saturating_sub(start);
        let row = |earlier: i64, later: i64| later.saturating_sub(earlier) < PAUSE.saturating_mul(2);
        if now < self.paused_until || after(third) < DAY || (row(second, last) && row(last, now)) {
            return Err(RiskError::PauseSpent);
        }
        self.pauses = [second, last, now];
        self.paused_until = now.saturating_add(PAUSE);
        Ok(())
    }

    /// Whether a pause runs.
    pub fn is_paused(&self, now: i64) -> bool {
        now < self.paused_until
    }
}

layout! {
    /// Delays in seconds. Zeroes, like anything below them, mean the shortest permitted: 48 hours and 7 days.
    pub struct Delays [16] {
        /// Of a loosening.
        pub loosen: i64,
        /// Of a listing.
        pub list: i64,
    }
}

impl Delays {
    /// Replaces the delays: neither may shrink, and none passes 30 days.
    pub fn grow(&mut self, new: Self) -> Result<()> {
        if new.loosen < self.of(Class::Loosen) || new.list < self.of(Class::List) {
            return Err(RiskError::DelayShrinks);
        }
        if new.loosen > LONGEST_DELAY || new.list > LONGEST_DELAY {
            return Err(RiskError::StepTooLarge);
        }
        *self = new;
        Ok(())
    }

    /// How long a change of `class` waits. A tightening that is too large for the guardian waits like a loosening.
    pub fn of(&self, class: Class) -> i64 {
        match class {
            Class::List => self.list.clamp(LIST_DELAY, LONGEST_DELAY),
            _ => self.loosen.clamp(LOOSEN_DELAY, LONGEST_DELAY),
        }
    }
}

/// Refuses a change before its delay has passed ([`RiskError::DelayNotOver`]) and once it has lapsed.
pub fn require_ripe(earliest: i64, now: i64) -> Result<()> {
    if now < earliest {
        return Err(RiskError::DelayNotOver);
    }
    if now > earliest.saturating_add(LAPSE) {
        return Err(RiskError::ChangeOutdated);
    }
    Ok(())
}

/// A proposed change of a market's parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The parameters it was proposed for.
    pub old: MarketParams,
    /// What they shall be.
    pub new: MarketParams,
    /// Earliest time, unix seconds.
    pub earliest: i64,
}

impl Change {
    /// Proposes `new` for a market that has `current` now.
    pub fn propose(current: &MarketParams, new: &MarketParams, delays: &Delays, now: i64) -> Result<Self> {
        let class = review(current, new)?;
        Ok(Self { old: *current, new: *new, earliest: now.saturating_add(delays.of(class)) })
    }

    /// Applies it: after its delay, before it lapses, and only to the parameters it was proposed for.
    pub fn apply(&self, current: &mut MarketParams, now: i64) -> Result<()> {
        require_ripe(self.earliest, now)?;
        if *current != self.old {
            return Err(RiskError::ChangeOutdated);
        }
        *current = self.new;
        Ok(())
    }
}
