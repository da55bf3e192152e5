//! The fuzzer's harness on stable, on bytes drawn from a fixed seed.

mod harness;

use proptest::{
    prelude::*,
    test_runner::{RngAlgorithm, TestRng},
};

#[test]
fn random_bytes_panic_no_reader() {
    let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    for _ in 0..2_000 {
        let mut data = vec![0; rng.random_range(0..4_096)];
        rng.fill_bytes(&mut data);
        harness::decode(&data);
    }
}
