//! The fuzzer's harness on stable, for a few seconds: the same function that `fuzz/fuzz_targets/sequences.rs` calls, on bytes drawn from
//! a fixed seed.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod world;

use proptest::{
    prelude::*,
    test_runner::{RngAlgorithm, TestRng},
};

#[test]
fn random_bytes_break_no_promise() {
    let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[5; 32]);
    for _ in 0..300 {
        let mut data = vec![0; rng.random_range(32..2_048)];
        rng.fill_bytes(&mut data);
        world::bytes::run(&data);
    }
}
