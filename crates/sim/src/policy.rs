//! Policies: Firebreak's rules, a plain baseline, and everything between them, as parameters of one and the same engine.
//!
//! The baseline is what a first perpetuals market looks like: a fixed margin line, whole positions liquidated at once, one price source
//! that is believed at once, no throttle, no breaker, a fund without caps, and nobody deleveraged. What such a market cannot pay stays
//! open as a deficit; no index shares it. Each safeguard can be turned off alone, so that its effect is a number.

use crate::scenario::Class;
use firebreak_risk::{
    defaults::{LONG_TAIL, MAJOR, MID},
    rules::Rules,
    MarketParams, Ratio,
};
use serde::Serialize;
use thiserror::Error;

/// One safeguard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Safeguard {
    /// Margin that follows volatility, size, skew and open interest.
    DynamicMargin,
    /// Partial and staged liquidation.
    Staging,
    /// A budget of liquidations per window.
    Throttle,
    /// The circuit breaker.
    Breaker,
    /// The median of several sources.
    Median,
    /// Liquidation waits for a confirmed price.
    Confirmation,
    /// Caps, floor and allowance of insurance.
    InsuranceCaps,
    /// Closing bankrupt positions against the other side.
    Deleveraging,
    /// Sharing what is left among claims.
    LossSharing,
}

/// Every safeguard with its name and what it is, for lists and refusals.
pub const SAFEGUARDS: [(Safeguard, &str, &str); 9] = [
    (Safeguard::DynamicMargin, "dynamic-margin", "margin that follows volatility, size, skew and open interest"),
    (Safeguard::Staging, "staging", "partial and staged liquidation"),
    (Safeguard::Throttle, "throttle", "a budget of liquidations per window"),
    (Safeguard::Breaker, "breaker", "the circuit breaker"),
    (Safeguard::Median, "median", "the median of several price sources"),
    (Safeguard::Confirmation, "confirmation", "liquidation waits for a confirmed price"),
    (Safeguard::InsuranceCaps, "insurance-caps", "caps, floor and allowance of insurance"),
    (Safeguard::Deleveraging, "deleveraging", "closing bankrupt positions against the other side"),
    (Safeguard::LossSharing, "loss-sharing", "sharing an unpaid loss among the claims of its market"),
];

/// A name that is no policy.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("'{0}' is no policy: give firebreak, baseline, or without-NAME with NAME one of {names}", names = names())]
pub struct UnknownPolicy(pub String);

fn names() -> String {
    SAFEGUARDS.map(|(_, name, _)| name).join(", ")
}

/// Which safeguards are on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its name.
    pub name: String,
    off: Vec<Safeguard>,
}

impl Policy {
    /// Everything on.
    pub fn firebreak() -> Self {
        Self { name: "firebreak".into(), off: Vec::new() }
    }

    /// Everything off.
    pub fn baseline() -> Self {
        Self { name: "baseline".into(), off: SAFEGUARDS.map(|(safeguard, ..)| safeguard).into() }
    }

    /// The same with one safeguard less.
    pub fn without(mut self, name: &str) -> Result<Self, UnknownPolicy> {
        let found = SAFEGUARDS.iter().find(|s| s.1 == name).ok_or_else(|| UnknownPolicy(format!("without-{name}")))?;
        if !self.off.contains(&found.0) {
            self.off.push(found.0);
            self.off.sort();
        }
        self.name = if self.name == "firebreak" { format!("without-{name}") } else { format!("{}-{name}", self.name) };
        Ok(self)
    }

    /// By its name.
    pub fn named(name: &str) -> Result<Self, UnknownPolicy> {
        match name {
            "firebreak" => Ok(Self::firebreak()),
            "baseline" => Ok(Self::baseline()),
            other => match other.strip_prefix("without-") {
                Some(safeguard) => Self::firebreak().without(safeguard).map_err(|_| UnknownPolicy(other.into())),
                None => Err(UnknownPolicy(other.into())),
            },
        }
    }

    /// Whether a safeguard is on.
    pub fn has(&self, safeguard: Safeguard) -> bool {
        !self.off.contains(&safeguard)
    }

    /// Parameters and rules of a market.
    pub fn market(&self, class: Class, size: &Size) -> (MarketParams, Rules) {
        let (params, rules) = match class {
            Class::Major => (MAJOR, Rules::MAJOR),
            Class::Mid => (MID, Rules::MID),
            Class::LongTail => (LONG_TAIL, Rules::LONG_TAIL),
        };
        // The market has lived for a while: what a listing waits for is over.
        let mut params = MarketParams {
            activation_time: 1,
            activation_updates: 1,
            ..params.for_asset(crate::prices::DECIMALS, size.cap).insured(u64::MAX >> 1)
        };
        let mut rules = rules.for_asset(size.skew, size.depth, size.uninsured);
        let plain = Rules::plain(&params);
        if !self.has(Safeguard::DynamicMargin) {
            (rules.dynamic, rules.fees, rules.funding) = (plain.dynamic, plain.fees, plain.funding);
        }
        if !self.has(Safeguard::Throttle) {
            rules.throttle = plain.throttle;
        }
        if !self.has(Safeguard::Breaker) {
            rules.breaker = plain.breaker;
        }
        if !self.has(Safeguard::Staging) {
            // A position below `dust_notional` goes whole and at once; so does every one below ten billion USD.
            params.dust_notional = 10_000_000_000_000_000;
            params.ramp_start = Ratio(1_000_000);
        }
        if !self.has(Safeguard::Median) {
            rules.strikes = plain.strikes;
        }
        if !self.has(Safeguard::Confirmation) {
            params.twap_band = Ratio(1_000_000);
            (params.confirm_slots, params.degraded_slots) = (1, 1);
        }
        if !self.has(Safeguard::InsuranceCaps) {
            params.cover_multiple = u32::MAX;
        }
        if !self.has(Safeguard::LossSharing) {
            // The window is a day, longer than any crash played here; claims must warm for longer than it.
            (params.small_loss, params.loss_window, params.claim_warmup) = (Ratio(0), 86_400, 604_800);
        }
        (params, rules)
    }
}

/// What a market's rules are scaled by. Lots and atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Most open interest.
    pub cap: u64,
    /// Full skew.
    pub skew: u64,
    /// What its books absorb.
    pub depth: u64,
    /// Open interest admitted without insurance behind it.
    pub uninsured: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size { cap: 1 << 50, skew: 1 << 48, depth: 1_000_000_000_000, uninsured: 1 << 50 };

    #[test]
    fn every_policy_has_valid_parameters() {
        let mut all = vec![Policy::firebreak(), Policy::baseline()];
        all.extend(SAFEGUARDS.map(|(_, name, _)| Policy::firebreak().without(name).expect("a name of the list")));
        for policy in all {
            for class in [Class::Major, Class::Mid, Class::LongTail] {
                let (params, rules) = policy.market(class, &SIZE);
                params.validate().unwrap_or_else(|e| panic!("{}: {e}", policy.name));
                rules.validate(&params).unwrap_or_else(|e| panic!("{}: {e}", policy.name));
            }
        }
    }

    #[test]
    fn a_policy_without_one_safeguard_differs_from_firebreak_in_it() {
        for (safeguard, name, _) in SAFEGUARDS {
            let policy = Policy::named(&format!("without-{name}")).expect("a policy");
            assert!(!policy.has(safeguard));
            assert_eq!(SAFEGUARDS.iter().filter(|s| policy.has(s.0)).count(), SAFEGUARDS.len() - 1);
        }
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_names_there_are() {
        let why = Policy::named("without-luck").expect_err("refused").to_string();
        assert!(why.contains("'without-luck'") && why.contains("throttle"), "{why}");
    }
}
