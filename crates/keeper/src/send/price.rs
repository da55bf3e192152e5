//! What is paid for a compute unit: what others paid lately, at most what the configuration allows, at most a share of the profit.

use crate::config::Fees;

const LAMPORTS_PER_SOL: u128 = 1_000_000_000;
const MICRO: u128 = 1_000_000;

/// What a transaction is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worth {
    /// Predicted gain in atoms; chores gain nothing.
    pub gain: i64,
    /// Compute units it asks for.
    pub units: u32,
    /// Atoms that one SOL costs.
    pub atoms_per_sol: u64,
}

/// Price of a compute unit in 10^-6 lamports. `recent`: what was paid lately by those who wrote the same accounts.
pub fn price(recent: &[u64], fees: &Fees, worth: Worth) -> u64 {
    let asked = percentile(recent, fees.percentile).clamp(fees.min_price, fees.max_price);
    asked.min(affordable(fees, worth).max(fees.min_price))
}

/// The highest price that leaves the configured share of the gain.
fn affordable(fees: &Fees, worth: Worth) -> u64 {
    let gain = u128::try_from(worth.gain).unwrap_or(0);
    let atoms = gain * u128::from(fees.profit_percent) / 100;
    let lamports = atoms * LAMPORTS_PER_SOL / u128::from(worth.atoms_per_sol.max(1));
    u64::try_from(lamports * MICRO / u128::from(worth.units.max(1))).unwrap_or(u64::MAX)
}

/// The value that `percent` of all do not exceed; zero when there are none.
fn percentile(values: &[u64], percent: u8) -> u64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let last = sorted.len().saturating_sub(1);
    sorted.get(last * usize::from(percent.min(100)) / 100).copied().unwrap_or(0)
}

/// Lamports that a transaction costs: signatures, and units at a price in 10^-6 lamports, rounded up as the chain does.
pub fn fee(signatures: u64, units: u32, price: u64) -> u64 {
    const PER_SIGNATURE: u64 = 5_000;
    let priority = (u128::from(units) * u128::from(price)).div_ceil(MICRO);
    PER_SIGNATURE.saturating_mul(signatures).saturating_add(u64::try_from(priority).unwrap_or(u64::MAX))
}

/// What lamports cost in atoms, rounded up.
pub fn in_atoms(lamports: u64, atoms_per_sol: u64) -> u64 {
    let atoms = (u128::from(lamports) * u128::from(atoms_per_sol)).div_ceil(LAMPORTS_PER_SOL);
    u64::try_from(atoms).unwrap_or(u64::MAX)
}

/// Compute units to ask for: what the simulation used and a margin, within what a transaction may have.
pub fn limit(used: u64, margin_percent: u8) -> u32 {
    const MOST: u64 = 1_400_000;
    // The two instructions that set limit and price cost 150 each and are in the simulation already.
    u32::try_from(used.saturating_mul(100 + u64::from(margin_percent)).div_ceil(100).min(MOST)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RICH: Worth = Worth { gain: 1_000_000_000, units: 100_000, atoms_per_sol: 100_000_000 };

    fn fees() -> Fees {
        Fees { percentile: 75, min_price: 10, max_price: 1_000, profit_percent: 50, compute_margin_percent: 15 }
    }

    #[test]
    fn the_price_is_what_others_paid_within_bounds() {
        assert_eq!(price(&[100, 400, 200, 300, 500], &fees(), RICH), 400);
        assert_eq!(price(&[], &fees(), RICH), 10);
        assert_eq!(price(&[5_000], &fees(), RICH), 1_000);
    }

    #[test]
    fn the_price_never_takes_more_than_its_share_of_the_gain() {
        // 2 atoms gained, half of them: 1 atom is 10 lamports, over 100 000 units 100 millionths each.
        let poor = Worth { gain: 2, ..RICH };
        assert_eq!(price(&[900], &fees(), poor), 100);
        assert_eq!(fee(0, poor.units, 100), 10);
        assert_eq!(in_atoms(10, poor.atoms_per_sol), 1);
        // Chores pay the least price, whatever others pay.
        assert_eq!(price(&[900], &fees(), Worth { gain: 0, ..RICH }), 10);
        assert_eq!(price(&[900], &fees(), Worth { gain: -5, ..RICH }), 10);
    }

    #[test]
    fn limits_have_a_margin_and_an_end() {
        assert_eq!(limit(100_000, 15), 115_000);
        assert_eq!(limit(1, 15), 2);
        assert_eq!(limit(1_400_000, 15), 1_400_000);
        assert_eq!(fee(2, 1, 1), 10_001);
    }
}
