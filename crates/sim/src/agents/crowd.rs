//! The crowd: traders with leverage, most of them small, more long than short before a crash. Drawn first and opened later, because a
//! market's rules are scaled by what will stand in it.

use crate::{
    engine::{Action, Who},
    scenario::Scenario,
    setting::UNITS,
    stage::{Stage, TOKEN},
    world::{atoms, usd, USD},
};
use firebreak_risk::num::{lots_down, notional_up, ratio_up};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Notionals of paired positions are multiples of this, which every usual leverage divides.
const ROUND: f64 = 2_520.0;

/// One trader's plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// Its market.
    pub m: u16,
    /// Margin in USD, fees not counted.
    pub margin: f64,
    /// Signed notional in USD, positive for long.
    pub notional: f64,
}

/// Draws every trader.
pub fn draw(rng: &mut ChaCha8Rng, scenario: &Scenario) -> Vec<Plan> {
    let (crowd, markets) = (&scenario.crowd, scenario.markets.len());
    let shorts = crowd.shorts.unwrap_or(crowd.leverage);
    if crowd.pairs {
        let pairs = crowd.accounts as usize / 2;
        return (0..pairs)
            .flat_map(|i| {
                let notional = ROUND * f64::from(rng.random_range(1u32..=20));
                let m = (i % markets) as u16;
                let long = Plan { m, margin: notional / crowd.leverage.1, notional };
                [long, Plan { margin: notional / shorts.1, notional: -notional, ..long }]
            })
            .collect();
    }
    (0..crowd.accounts as usize)
        .map(|i| {
            let u: f64 = rng.random();
            // The fourth power of a number between 0 and 1 is mostly small.
            let margin = crowd.deposit.0 + (crowd.deposit.1 - crowd.deposit.0) * u * u * u * u;
            let long = rng.random_bool(crowd.longs);
            let (low, high) = if long { crowd.leverage } else { shorts };
            let v: f64 = rng.random();
            let notional = margin * (low + (high - low) * v * v.sqrt());
            Plan { m: (i % markets) as u16, margin, notional: if long { notional } else { -notional } }
        })
        .collect()
}

/// Open interest that the plans make in a market, in USD: the larger side, makers taking the rest of it.
pub fn open_interest(plans: &[Plan], m: u16) -> f64 {
    let side = |sign: f64| plans.iter().filter(|p| p.m == m && p.notional * sign > 0.0).map(|p| p.notional.abs()).sum::<f64>();
    side(1.0).max(side(-1.0))
}

/// Opens all accounts and positions; returns how many could not open.
pub fn open(stage: &mut Stage, plans: &[Plan]) -> (Vec<Who>, u64) {
    if stage.scenario.crowd.pairs {
        return open_pairs(stage, plans);
    }
    let mut refused = 0;
    let mut members = Vec::with_capacity(plans.len());
    let pledged = stage.scenario.collateral.as_ref().map_or(0.0, |c| c.share);
    for plan in plans {
        let who = stage.member(plan.margin * (1.0 - pledged));
        if pledged > 0.0 {
            let amount = (plan.margin * pledged / stage.tokens.token * UNITS) as u64;
            stage.act(Action::Pledge { who, collateral: TOKEN, amount });
        }
        members.push(who);
    }
    if pledged > 0.0 {
        stage.warm_collateral();
    }
    for (who, plan) in members.iter().zip(plans) {
        let mut notional = plan.notional;
        let mut opened = false;
        // What the margin does not carry is tried smaller.
        for _ in 0..4 {
            let lots = stage.lots(plan.m, notional.abs());
            if stage.order(plan.m, *who, if notional > 0.0 { lots } else { -lots }) > 0 {
                opened = true;
                break;
            }
            notional *= 0.6;
        }
        refused += u64::from(!opened);
    }
    (members, refused)
}

/// Each long against the short of the same size, at spot and at exactly its leverage: what is deposited beyond the margin is the fee and
/// the bond.
fn open_pairs(stage: &mut Stage, plans: &[Plan]) -> (Vec<Who>, u64) {
    let mut members = Vec::with_capacity(plans.len());
    let mut refused = 0;
    let bond = usd(stage.backend.setting().bond);
    for pair in plans.chunks_exact(2) {
        let [long, short] = pair else { continue };
        let m = long.m;
        let price = stage.backend.market(m).price.spot;
        let lots = lots_down(atoms(long.notional), price).unwrap_or(0);
        let notional = notional_up(price, lots).unwrap_or(0);
        let fee = ratio_up(notional, stage.backend.market(m).params.taker_fee).unwrap_or(0);
        let leverage = |plan: &Plan| plan.notional.abs() / plan.margin;
        let margin = |plan: &Plan| (notional as f64 / leverage(plan)).ceil() / USD;
        let a = stage.member(margin(long) + usd(fee) + bond);
        let b = stage.member(margin(short) + bond);
        refused += u64::from(stage.act(Action::Trade { m, taker: a, maker: b, lots: lots as i64, price }).is_none());
        members.extend([a, b]);
    }
    (members, refused)
}
