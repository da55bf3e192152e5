//! A generated crash, calibrated to what is documented of 10 October 2025: an hour of calm, an unrest, then the worst minutes of an
//! altcoin between 21:10 and 21:20 UTC. Two spot venues fall by about 40 % and half recover; a thin derivatives venue prints −79 %,
//! as AVAX did (28.3 → 17.0 on spot, → 6.0 on one derivatives venue).

use super::{Bar, Venue};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const START_MS: i64 = 1_760_126_400_000; // 2025-10-10T20:00:00Z
const MINUTE_MS: i64 = 60_000;
const MINUTES: i64 = 120;
const OPEN: f64 = 28.3;

/// (minute, spot level, level of the thin venue) as fractions of the opening price; straight lines between.
const PATH: [(i64, f64, f64); 9] = [
    (0, 1.0, 1.0),
    (55, 0.995, 0.995),
    (68, 0.93, 0.93),
    (72, 0.86, 0.85),
    (76, 0.70, 0.62),
    (78, 0.60, 0.213),
    (80, 0.68, 0.45),
    (90, 0.80, 0.795),
    (120, 0.78, 0.78),
];

/// The three venues. The path is fixed; the seed decides the noise around it.
pub fn built_in(seed: u64) -> Vec<Venue> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    [("spot-a", false, 0.0005), ("spot-b", false, 0.0008), ("perp-thin", true, 0.0012)]
        .into_iter()
        .map(|(name, thin, noise)| Venue { name: name.into(), bars: bars(&mut rng, thin, noise) })
        .collect()
}

fn level(minute: i64, thin: bool) -> f64 {
    let pick = |p: &(i64, f64, f64)| if thin { p.2 } else { p.1 };
    let after = PATH.iter().position(|p| p.0 > minute).unwrap_or(PATH.len() - 1);
    let (a, b) = (&PATH[after.saturating_sub(1)], &PATH[after]);
    let share = (minute - a.0) as f64 / (b.0 - a.0).max(1) as f64;
    pick(a) + (pick(b) - pick(a)) * share.clamp(0.0, 1.0)
}

fn bars(rng: &mut ChaCha8Rng, thin: bool, noise: f64) -> Vec<Bar> {
    let mut last = OPEN;
    (0..MINUTES)
        .map(|minute| {
            let target = OPEN * level(minute + 1, thin) * (1.0 + rng.random_range(-noise..noise));
            let swing = (last - target).abs().max(last * noise) * 0.3;
            let (high, low) = (last.max(target) + swing * rng.random::<f64>(), last.min(target) - swing * rng.random::<f64>());
            let units = |usd: f64| (usd * 1e8).round() as i64;
            let bar = Bar {
                time_ms: START_MS + minute * MINUTE_MS,
                open: units(last),
                high: units(high),
                low: units(low),
                close: units(target),
            };
            last = target;
            bar
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crash_is_as_deep_as_documented_whatever_the_seed() {
        for seed in 0..20 {
            let lows: Vec<f64> =
                built_in(seed).iter().map(|v| v.bars.iter().map(|b| b.low).min().expect("bars") as f64 / 1e8 / OPEN).collect();
            assert!(lows[0] > 0.54 && lows[0] < 0.62, "spot low {}", lows[0]);
            assert!(lows[2] > 0.05 && lows[2] < 0.24, "thin low {}", lows[2]);
        }
    }

    #[test]
    fn bars_enclose_their_prices() {
        for venue in built_in(1) {
            for b in &venue.bars {
                assert!(b.low > 0 && b.low <= b.open.min(b.close) && b.high >= b.open.max(b.close));
            }
        }
    }
}
