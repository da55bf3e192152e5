//! I9 for the rules of a market's mechanisms: each figure is refused at zero, strictest at zero, or a price. What the strictest means is
//! shown where the mechanism is tested (`sources`, `volatility`, `dynamic_margin`, `throttle`, `breaker`, `settlement`, `deleverage`);
//! here, that no figure is forgotten, and that from no state a zero permits more.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod world;

use firebreak_risk::{
    layout::{FieldType, Type},
    Ratio, Rules,
};
use proptest::{prelude::*, test_runner::Config};
use world::{
    strategy::{live_sequence, Op},
    *,
};

type Zero = (&'static str, fn(&mut Rules));

/// A zero would make a market that can do nothing, or switch a protection off.
const REFUSED: [Zero; 23] = [
    ("volatility.fast_slots", |r| r.volatility.fast_slots = 0),
    ("volatility.slow_slots", |r| r.volatility.slow_slots = 0),
    ("volatility.jump_slots", |r| r.volatility.jump_slots = 0),
    ("volatility.clip_primary", |r| r.volatility.clip_primary = Ratio(0)),
    ("volatility.clip_degraded", |r| r.volatility.clip_degraded = Ratio(0)),
    ("volatility.horizon_floor", |r| r.volatility.horizon_floor = 0),
    ("volatility.horizon_cap", |r| r.volatility.horizon_cap = 0),
    ("volatility.horizon_notional", |r| r.volatility.horizon_notional = 0),
    ("dynamic.size_full", |r| r.dynamic.size_full = 0),
    ("dynamic.skew_full", |r| r.dynamic.skew_full = 0),
    ("dynamic.min", |r| r.dynamic.min = Ratio(0)),
    ("dynamic.max", |r| r.dynamic.max = Ratio(0)),
    ("dynamic.sigma_multiple", |r| r.dynamic.sigma_multiple = 0),
    ("dynamic.rise", |r| r.dynamic.rise = Ratio(0)),
    ("dynamic.loosen_slots", |r| r.dynamic.loosen_slots = 0),
    ("dynamic.raise_share", |r| r.dynamic.raise_share = Ratio(0)),
    ("dynamic.stress_multiple", |r| r.dynamic.stress_multiple = 0),
    ("dynamic.loss_floor", |r| r.dynamic.loss_floor = Ratio(0)),
    ("depth.governance", |r| r.depth.governance = 0),
    ("depth.slots", |r| r.depth.slots = 0),
    ("throttle.share", |r| r.throttle.share = Ratio(0)),
    ("throttle.window_slots", |r| r.throttle.window_slots = 0),
    ("fees.cap", |r| r.fees.cap = Ratio(0)),
];

/// A zero permits least.
const STRICT: [Zero; 16] = [
    ("strikes.tolerance", |r| r.strikes.tolerance = Ratio(0)),
    ("strikes.recovery", |r| r.strikes.recovery = 0),
    ("volatility.jump_sigmas", |r| r.volatility.jump_sigmas = 0),
    ("dynamic.jump_discount", |r| r.dynamic.jump_discount = Ratio(0)),
    ("dynamic.oi_free", |r| r.dynamic.oi_free = Ratio(0)),
    ("dynamic.uninsured", |r| r.dynamic.uninsured = 0),
    ("depth.slot_share", |r| r.depth.slot_share = Ratio(0)),
    ("throttle.exempt_sigmas", |r| r.throttle.exempt_sigmas = 0),
    ("breaker.triggers.bound", |r| r.breaker.triggers.iter_mut().for_each(|t| t.bound = 0)),
    ("breaker.triggers.timer", |r| r.breaker.triggers.iter_mut().for_each(|t| t.timer = 0)),
    ("breaker.triggers.level", |r| r.breaker.triggers.iter_mut().for_each(|t| t.level = 0)),
    ("breaker.windows", |r| r.breaker.windows = [0; 3]),
    ("breaker.least_return", |r| r.breaker.least_return = Ratio(0)),
    ("breaker.halt_band", |r| r.breaker.halt_band = Ratio(0)),
    ("rank_notional", |r| r.rank_notional = 0),
    ("frozen_limit", |r| r.frozen_limit = 0),
];

/// What is charged: a zero charges nothing, but a scale of zero counts any skew in full.
const PRICES: [Zero; 7] = [
    ("funding.skew_scale", |r| r.funding.skew_scale = 0),
    ("funding.velocity", |r| r.funding.velocity = 0),
    ("funding.max_rate", |r| r.funding.max_rate = 0),
    ("fees.skew_full", |r| r.fees.skew_full = 0),
    ("fees.sigma_part", |r| r.fees.sigma_part = Ratio(0)),
    ("fees.skew_fee", |r| r.fees.skew_fee = Ratio(0)),
    ("fees.level_part", |r| r.fees.level_part = Ratio(0)),
];

/// Every figure below `ty`, by its path.
fn figures(ty: &Type, path: &str, into: &mut Vec<String>) {
    match ty {
        Type::Struct(_, fields) => {
            for field in fields.iter().filter(|f| f.name != "reserved") {
                let path = if path.is_empty() { field.name.into() } else { format!("{path}.{}", field.name) };
                figures(&field.ty, &path, into);
            }
        }
        Type::Array(item, _) => figures(item, path, into),
        Type::Int(_) => into.push(path.into()),
    }
}

#[test]
fn i9_strict_zero_every_rule_is_classified() {
    let mut all = Vec::new();
    figures(&Rules::TYPE, "", &mut all);
    let known: Vec<&str> = REFUSED.iter().chain(&STRICT).chain(&PRICES).map(|(name, _)| *name).collect();
    for figure in &all {
        assert!(known.contains(&figure.as_str()), "is a zero of {figure} strict?");
    }
    assert_eq!(all.len(), known.len());
    let params = params();
    for (name, zero) in REFUSED {
        let mut rules = live::rules();
        zero(&mut rules);
        let refused = rules.validate(&params).unwrap_err().field;
        // Figures that are ordered are refused by their order: the sentence may name the neighbour.
        let last = name.split('.').next_back().unwrap();
        let neighbours = [("horizon_cap", "horizon_floor"), ("depth.governance", "depth"), ("depth.slots", "depth.slots")];
        let named =
            refused == last || refused == name || neighbours.contains(&(last, refused)) || neighbours.contains(&(name, refused));
        assert!(named, "{name}: {refused}");
    }
    for (name, zero) in STRICT.into_iter().chain(PRICES) {
        let mut rules = live::rules();
        zero(&mut rules);
        assert_eq!(rules.validate(&params), Ok(()), "{name}");
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(300) })]

    /// From every state of a live sequence: what a zero permits is permitted without it too, and moves no less. Without the smallest
    /// notional that ranks, others come first: who may be closed against is no question of more or less.
    #[test]
    fn i9_strict_zero_live(ops in live_sequence(30)) {
        let mut world = World::live();
        for op in &ops {
            let mut op = world.aim(op);
            if let Op::Liquidate { keeper, .. } = &mut op {
                *keeper = MAKER;
            }
            let before = world.clone();
            let done = world.apply(&op).is_ok();
            if matches!(op, Op::Refresh { .. } | Op::Wait { .. } | Op::Accrue { .. }) {
                continue;
            }
            for (name, zero) in STRICT.iter().filter(|(name, _)| *name != "rank_notional") {
                let mut strict = before.clone();
                strict.markets.iter_mut().for_each(|m| zero(&mut m.rules));
                if strict.apply(&op).is_err() {
                    continue;
                }
                prop_assert!(done, "{op:?} is possible only with {name} at zero");
                if let Op::Liquidate { who, m, .. } = op {
                    prop_assert!(strict.base(who, m).abs() >= world.base(who, m).abs(), "{op:?} takes more with {name} at zero");
                }
            }
        }
    }
}
