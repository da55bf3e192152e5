//! `index`: any number of losses of any size.

use crate::{any_size, config, exact, over, Exact};
use firebreak_risk::index::LossIndex;
use num_bigint::BigInt;
use proptest::{collection::vec, prelude::*};

/// One loss: (left, total).
fn loss() -> impl Strategy<Value = (u64, u64)> {
    (any_size(63), any_size(63), 0u8..3).prop_map(|(a, b, kind)| {
        let total = a.max(b).max(1).min(i64::MAX as u64);
        let left = match kind {
            0 => total - total / 1_000, // a small one
            1 => a.min(b).max(1),
            _ => total / 18 + 1,
        };
        (left.min(total), total)
    })
}

/// Relative error of `n` roundings of a mantissa of at least 2^61: below n × 2^-60.
fn slack(n: usize) -> Exact {
    over(n as u64 + 1, BigInt::from(1) << 60)
}

proptest! {
    #![proptest_config(config())]

    /// After up to thirty losses a claim is the exact product, rounded down: at most one atom and a relative 2^-55 below it, never above.
    #[test]
    fn a_claim_is_the_product_of_all_losses(losses in vec(loss(), 1..30), claim in any_size(63), from in 0usize..30) {
        let from = from % losses.len();
        let (mut index, mut then, mut product) = (LossIndex::NEW, LossIndex::NEW, exact(1));
        for (i, (left, total)) in losses.iter().enumerate() {
            if i == from {
                (then, product) = (index, exact(1));
            }
            index = index.shrunk_down(*left, *total).unwrap();
            product *= over(*left, *total);
            prop_assert!(index.mantissa >= 1 << 61 && index.mantissa <= 1 << 62);
        }
        let claim = claim.min(i64::MAX as u64);
        let got = exact(then.rescale_down(index, claim).unwrap());
        let want = exact(claim) * &product;
        prop_assert!(got <= want, "{got} above {want}");
        prop_assert!(&want - &got <= exact(1) + &want * slack(losses.len() + 1), "{got} far below {want}");
    }

    /// The scaled claims never sum to more than the scaled total, so the pool can always pay them.
    #[test]
    fn scaled_claims_are_at_most_the_total(claims in vec(any_size(50), 1..12), share in 0u64..=1_000_000) {
        let total: u64 = claims.iter().sum();
        prop_assume!(total > 0);
        let left = (total as u128 * share as u128 / 1_000_000) as u64;
        let index = LossIndex::NEW.shrunk_down(left, total).unwrap();
        let sum: u64 = claims.iter().map(|c| LossIndex::NEW.rescale_down(index, *c).unwrap()).sum();
        prop_assert!(sum <= left && left - sum <= claims.len() as u64);
    }
}

/// Twenty thousand losses: the error does not grow faster than one part in 2^60 each.
#[test]
fn precision_after_thousands_of_losses() {
    // The exact product as a fixed-point number of 300 places: its own error is below one part in 2^250.
    let (mut index, mut product, claim) = (LossIndex::NEW, BigInt::from(1) << 300, i64::MAX as u64);
    for n in 0..20_000u64 {
        let total = 1_000_000_007 + n * 7_919;
        let left = total - total / 500_000 - n % 3;
        index = index.shrunk_down(left, total).unwrap();
        product = product * BigInt::from(left) / BigInt::from(total);
    }
    let got = exact(LossIndex::NEW.rescale_down(index, claim).unwrap());
    let want = Exact::new(product * BigInt::from(claim), BigInt::from(1) << 300);
    assert!(got <= &want + exact(1));
    assert!(&want - &got <= exact(1) + &want * slack(20_000), "{got} far below {want}");
    assert!(got > exact(claim / 100), "the losses of this test leave something to compare");
}

/// A claim that bore everything is zero for good; a newer claim bears only what came after it.
#[test]
fn nothing_left() {
    let gone = LossIndex::NEW.shrunk_down(0, 1_000).unwrap();
    assert_eq!(LossIndex::NEW.rescale_down(gone, u64::MAX >> 1), Ok(0));
    let later = gone.shrunk_down(1, 2).unwrap();
    assert_eq!(gone.rescale_down(later, 1_000), Ok(500));
    assert_eq!(LossIndex::NEW.rescale_down(later, u64::MAX >> 1), Ok(0));
}
