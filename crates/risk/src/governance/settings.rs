//! What governance sets for the whole protocol.

use super::{Class, Delays, Direction, Governed, See, Value, LONGEST_DELAY};
use crate::{
    breaker::BreakerRules,
    layout,
    num::{Ratio, Result, PPM},
    params::ParamError,
    shares::LONGEST_COOLDOWN,
    RiskError,
};

layout! {
    /// Settings of the protocol and of its insurance. They change together, so that a change knows what it was proposed for.
    pub struct Settings [264] {
        /// Atoms an account with a position sets aside for keepers.
        pub keeper_bond: u64,
        /// Atoms a keeper receives from it for finishing a liquidation.
        pub keeper_reward: u64,
        /// Insurance never pays below this many atoms.
        pub insurance_floor: u64,
        /// Seconds that an unstake request waits; 0: the longest.
        pub cooldown: i64,
        /// One draw takes at most this fraction of insurance.
        pub event_cap: Ratio,
        /// A day's draws take at most this fraction.
        pub day_cap: Ratio,
        /// Part of the fees that the senior tranche receives.
        pub senior_share: Ratio,
        /// Room to grow; zero.
        pub reserved: u32,
        /// How long changes wait.
        pub delays: Delays,
        /// Rules of the global breaker.
        pub breaker: BreakerRules,
        /// Key of the guardian; zero: nobody.
        pub guardian: [u8; 32],
    }
}

/// More than this an account need not set aside: 1 000 USD.
const MAX_KEEPER_BOND: u64 = 1_000_000_000;

directions! {
    Settings:
    // Higher takes more from traders, lower leaves keepers unpaid.
    keeper_bond Both,
    keeper_reward Both,
    // Higher takes insurance from markets, lower from stakers.
    insurance_floor Both,
    event_cap Up,
    day_cap Up,
    senior_share Both,
}

impl Governed for Settings {
    fn compare(old: &Self, new: &Self, see: See) -> Result<()> {
        values(old, new, see)?;
        // Longer locks stakers in, shorter lets them out before a loss is known.
        see(Direction::Both, cooldown(old), cooldown(new))?;
        for class in [Class::Loosen, Class::List] {
            let (was, is) = (old.delays.of(class), new.delays.of(class));
            if is < was {
                return Err(RiskError::DelayShrinks);
            }
            see(Direction::Down, was.value(), is.value())?;
        }
        // Another guardian is another key: from nothing to something.
        see(Direction::Both, 0, (old.guardian != new.guardian) as u64)?;
        BreakerRules::compare(&old.breaker, &new.breaker, see)
    }
}

/// A cooldown of zero is the longest, and none is longer.
fn cooldown(settings: &Settings) -> u64 {
    match settings.cooldown.value() {
        0 => LONGEST_COOLDOWN.value(),
        other => other.min(LONGEST_COOLDOWN.value()),
    }
}

/// Checks the figures that the protocol also starts with: event cap, day cap and senior share; bond and reward in atoms; cooldown in seconds.
pub fn check_figures(
    [event_cap, day_cap, senior_share]: [Ratio; 3],
    (bond, reward): (u64, u64),
    cooldown: i64,
) -> core::result::Result<(), ParamError> {
    let one = PPM as u32;
    first_of(&[
        (event_cap.0 <= one, "event_cap", "at most 1 000 000 ppm"),
        (day_cap.0 <= one, "day_cap", "at most 1 000 000 ppm"),
        (senior_share.0 <= one, "senior_share", "at most 1 000 000 ppm"),
        (bond <= MAX_KEEPER_BOND, "keeper_bond", "at most 1 000 000 000 atoms"),
        (reward <= bond, "keeper_reward", "at most keeper_bond"),
        (cooldown >= 0, "cooldown", "at least zero"),
    ])
}

fn first_of(checks: &[(bool, &'static str, &'static str)]) -> core::result::Result<(), ParamError> {
    match checks.iter().find(|check| !check.0) {
        Some(&(_, field, bound)) => Err(ParamError { field, bound }),
        None => Ok(()),
    }
}

impl Settings {
    /// Checks every figure.
    pub fn validate(&self) -> core::result::Result<(), ParamError> {
        let shares = [self.event_cap, self.day_cap, self.senior_share];
        check_figures(shares, (self.keeper_bond, self.keeper_reward), self.cooldown)?;
        let delay = 0..=LONGEST_DELAY;
        first_of(&[
            (self.reserved == 0, "reserved", "zero"),
            (delay.contains(&self.delays.loosen), "delays.loosen", "0 to 2 592 000 seconds"),
            (delay.contains(&self.delays.list), "delays.list", "0 to 2 592 000 seconds"),
        ])
    }
}
