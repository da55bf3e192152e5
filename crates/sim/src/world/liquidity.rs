//! Depth that collapses, the price that forced flow moves, and transactions that are not included.
//!
//! *Depth* is what stands within 1 % of the mid price. It falls with the distance of the price from its one-minute average, down to a
//! floor: on 10 October 2025 bids fell to 2 % of normal. *Impact*: a forced sale of what stands within 1 % moves the price by 1 %, and
//! the move decays over five minutes unless the next sale comes first: that is the cascade. *Congestion*: the chance of inclusion falls as
//! moves grow, because everybody sends at once.

/// Slots over which the average that depth is measured from forgets.
const MINUTE: f64 = 150.0;
/// Slots over which an impact decays.
const RECOVERY: f64 = 750.0;
/// The distance from the average at which half of the depth is gone.
const HALF: f64 = 0.01;
/// One step of forced flow moves the price by at most this.
const MOST: f64 = 0.2;
/// The distance at which half of the transactions are not included.
const BUSY: f64 = 0.1;
/// Inclusion never falls below this part of normal.
const LEAST: f64 = 0.2;

/// One market's liquidity.
#[derive(Clone, Debug)]
pub struct Liquidity {
    average: f64,
    /// How far the price is from its average, as a fraction.
    pub swing: f64,
    /// Depth as a fraction of normal.
    pub depth: f64,
    /// What forced flow has moved the price by, as a fraction.
    pub impact: f64,
    /// The largest impact so far, unsigned.
    pub worst_impact: f64,
    /// Least depth so far.
    pub least_depth: f64,
    floor: f64,
}

impl Liquidity {
    /// Calm, at `price`, with a floor of depth.
    pub fn new(price: f64, floor: f64) -> Self {
        Self { average: price, swing: 0.0, depth: 1.0, impact: 0.0, worst_impact: 0.0, least_depth: 1.0, floor }
    }

    /// Takes in the price after `slots`; `measured` is what a depth file says.
    pub fn follow(&mut self, price: f64, slots: u64, measured: Option<f64>) {
        let weight = (slots as f64 / MINUTE).min(1.0);
        self.average += (price - self.average) * weight;
        self.swing = ((price - self.average) / self.average).abs();
        let ratio = self.swing / HALF;
        self.depth = measured.unwrap_or(1.0 / (1.0 + ratio * ratio)).max(self.floor);
        self.least_depth = self.least_depth.min(self.depth);
        self.impact -= self.impact * (slots as f64 / RECOVERY).min(1.0);
    }

    /// `flow` USD (negative: sold) against a normal depth of `normal` USD within 1 %.
    pub fn absorb(&mut self, flow: f64, normal: f64) {
        if flow == 0.0 || normal <= 0.0 {
            return;
        }
        let moved = (0.01 * flow / (normal * self.depth)).clamp(-MOST, MOST);
        // Prices stay positive and within tenfold, however often this happens.
        self.impact = ((1.0 + self.impact) * (1.0 + moved) - 1.0).clamp(-0.9, 9.0);
        self.worst_impact = self.worst_impact.max(self.impact.abs());
    }

    /// Chance that a transaction is included, when it is `calm` in calm times.
    pub fn inclusion(&self, calm: f64) -> f64 {
        calm * (1.0 / (1.0 + self.swing / BUSY)).max(LEAST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_collapses_to_its_floor_and_comes_back() {
        let mut l = Liquidity::new(100.0, 0.02);
        l.follow(60.0, 1, None);
        assert_eq!((l.depth, l.least_depth), (0.02, 0.02));
        for _ in 0..2_000 {
            l.follow(60.0, 1, None);
        }
        assert!(l.depth > 0.99 && l.least_depth == 0.02);
    }

    #[test]
    fn the_same_sale_moves_a_thin_book_further_and_decays() {
        let (mut deep, mut thin) = (Liquidity::new(100.0, 0.02), Liquidity::new(100.0, 0.02));
        thin.depth = 0.02;
        deep.absorb(-10_000.0, 1_000_000.0);
        thin.absorb(-10_000.0, 1_000_000.0);
        assert!((deep.impact + 0.0001).abs() < 1e-12 && (thin.impact + 0.005).abs() < 1e-12);
        thin.follow(99.5, 750, None);
        assert_eq!(thin.impact, 0.0);
    }

    #[test]
    fn inclusion_falls_with_the_move() {
        let mut l = Liquidity::new(100.0, 0.02);
        assert_eq!(l.inclusion(0.9), 0.9);
        l.swing = 0.1;
        assert_eq!(l.inclusion(0.9), 0.45);
        l.swing = 9.0;
        assert!((l.inclusion(1.0) - 0.2).abs() < 1e-12);
    }
}
