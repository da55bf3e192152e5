//! Integer square roots, rounded as their names say. Used for volatility over a horizon and for margin that grows with the root
//! of a size.

/// The largest `r` with `r² <= x`.
pub const fn sqrt_down(x: u128) -> u64 {
    // Most arguments fit 64 bits, where the root needs no wide arithmetic (SBF has none).
    if x >> 64 == 0 {
        (x as u64).isqrt()
    } else {
        x.isqrt() as u64
    }
}

/// The smallest `r` with `r² >= x`; 2^64 - 1 for the few `x` above its square, whose root has no number.
pub const fn sqrt_up(x: u128) -> u64 {
    let root = sqrt_down(x);
    // root × root never passes x, so it fits
    root.saturating_add(((root as u128).wrapping_mul(root as u128) != x) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn roots_are_exact(x in prop_oneof![any::<u128>(), any::<u64>().prop_map(u128::from), any::<u64>().prop_map(|r| (r as u128) * (r as u128))]) {
            let r = sqrt_down(x) as u128;
            prop_assert!(r * r <= x);
            prop_assert!((r + 1).checked_mul(r + 1).is_none_or(|square| square > x));
            let up = sqrt_up(x) as u128;
            prop_assert!(up * up >= x || up == u64::MAX as u128);
            prop_assert!(up == 0 || (up - 1) * (up - 1) < x);
        }
    }
}
