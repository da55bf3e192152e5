//! Random figures of every magnitude, the same on every run.

/// Steele, Lea and Flood's splitmix64.
pub struct Dice(pub u64);

impl Dice {
    /// Any 64 bits.
    pub fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to one below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.any() % n.max(1)
    }

    /// With this many bits or fewer: every magnitude alike.
    pub fn bits(&mut self, most: u32) -> u64 {
        let bits = self.below(most as u64 + 1) as u32;
        self.any() & 1u64.checked_shl(bits).map_or(u64::MAX, |x| x - 1)
    }

    /// Once in `n` times.
    pub fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// `x` moved by at most `ppm` either way.
    pub fn near(&mut self, x: u64, ppm: u64) -> u64 {
        let share = 1_000_000 - ppm as i128 + self.below(2 * ppm + 1) as i128;
        (x as i128 * share / 1_000_000) as u64
    }

    /// `x` or its negative.
    pub fn signed(&mut self, x: u64) -> i64 {
        let x = x.min(i64::MAX as u64) as i64;
        if self.once_in(2) {
            x
        } else {
            -x
        }
    }
}
