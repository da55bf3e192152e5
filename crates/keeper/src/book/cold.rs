//! Accounts' bytes as they are on the chain, kept small: most of a margin account is empty slots. Words of zero are left out and a bit for
//! each word says which. What is unpacked is what was packed, to the byte.

/// Packed bytes: bits for words first, then the words that are not zero.
#[derive(Clone, Debug, Default)]
pub struct Packed(Box<[u64]>);

impl Packed {
    /// Packs `data`, whose length must be a multiple of eight.
    pub fn new(data: &[u8]) -> Option<Self> {
        if !data.len().is_multiple_of(8) {
            return None;
        }
        let words = || data.chunks_exact(8).map(|word| word.try_into().map_or(0, u64::from_le_bytes));
        let mut packed = vec![0u64; words().count().div_ceil(64)];
        for (i, _) in words().enumerate().filter(|(_, word)| *word != 0) {
            *packed.get_mut(i / 64)? |= 1 << (i % 64);
        }
        packed.extend(words().filter(|word| *word != 0));
        Some(Self(packed.into_boxed_slice()))
    }

    /// The `len` bytes that were packed.
    pub fn unpack(&self, len: usize) -> Option<Vec<u8>> {
        let count = len / 8;
        let (bits, mut words) = self.0.split_at_checked(count.div_ceil(64))?;
        let mut data = Vec::with_capacity(len);
        for i in 0..count {
            let word = match bits.get(i / 64)? >> (i % 64) & 1 {
                0 => 0,
                _ => {
                    let (first, rest) = words.split_first()?;
                    words = rest;
                    *first
                }
            };
            data.extend_from_slice(&word.to_le_bytes());
        }
        Some(data)
    }

    /// Bytes it takes, the allocator's own left out.
    pub fn bytes(&self) -> usize {
        self.0.len() * 8 + std::mem::size_of::<Self>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_packed_comes_back(words in proptest::collection::vec(prop_oneof![3 => Just(0u64), 1 => any::<u64>()], 0..400)) {
            let data: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
            let packed = Packed::new(&data).unwrap();
            prop_assert_eq!(packed.unpack(data.len()).unwrap(), data);
        }
    }

    #[test]
    fn a_part_of_a_word_is_refused() {
        assert!(Packed::new(&[1, 2, 3]).is_none());
    }
}
