//! Tests only: readers of discontinued price accounts against the last crates of their providers.
//!
//! ```sh
//! cargo test --manifest-path tests/legacy-oracles/Cargo.toml
//! ```

/// The same numbers on every run (SplitMix64); a property-test library would only lengthen the build.
pub struct Random(pub u64);

impl Random {
    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A positive signed number of random length, so that small ones come up too.
    pub fn positive(&mut self) -> i64 {
        let shift = 1 + self.bits() % 63;
        (self.bits() >> shift) as i64 | 1
    }

    /// 32 random bytes.
    pub fn key(&mut self) -> [u8; 32] {
        let mut key = [0; 32];
        for chunk in key.chunks_mut(8) {
            chunk.copy_from_slice(&self.bits().to_le_bytes());
        }
        key
    }
}
