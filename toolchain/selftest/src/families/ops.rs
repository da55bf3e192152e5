//! Operands and results.

/// A seeded generator of operands. Half of them are random, the others lie where arithmetic has its corners.
pub struct Gen(u64);

impl Gen {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn u64(&mut self) -> u64 {
        let v = self.next();
        let at = self.next();
        match at % 16 {
            0 => 0,
            1 => u64::MAX,
            2 => 1 << 63,
            3 => (1 << 63) - 1,
            4 => 1 << (v % 64),
            5 => (1u64 << (v % 64)).wrapping_sub(1),
            6 => v % 100,
            7 => v >> (v % 64),
            8 => v | (u64::MAX << (v % 64)),
            _ => v,
        }
    }

    pub fn u128(&mut self) -> u128 {
        let high = if self.next().is_multiple_of(3) { 0 } else { self.u64() };
        (u128::from(high) << 64) | u128::from(self.u64())
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

/// Collects results.
pub struct Sink<'a> {
    out: &'a mut [u8],
    at: usize,
}

impl<'a> Sink<'a> {
    pub fn new(out: &'a mut [u8]) -> Self {
        Self { out, at: 0 }
    }

    pub fn written(&self) -> usize {
        self.at
    }

    pub fn bytes(&mut self, bytes: &[u8]) {
        let end = self.at + bytes.len();
        self.out[self.at..end].copy_from_slice(bytes);
        self.at = end;
    }

    pub fn u64(&mut self, v: u64) {
        self.bytes(&v.to_le_bytes());
    }

    pub fn i64(&mut self, v: i64) {
        self.bytes(&v.to_le_bytes());
    }

    pub fn u128(&mut self, v: u128) {
        self.bytes(&v.to_le_bytes());
    }

    pub fn i128(&mut self, v: i128) {
        self.bytes(&v.to_le_bytes());
    }

    pub fn bool(&mut self, v: bool) {
        self.bytes(&[u8::from(v)]);
    }

    /// `None` leaves another trace than any value.
    pub fn option(&mut self, v: Option<u128>) {
        self.bool(v.is_some());
        self.u128(v.unwrap_or(7));
    }
}
