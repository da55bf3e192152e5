//! Random sequences of instructions on the compiled program: every promise is checked after every step, every refusal has a name,
//! and what the program computed is what the engine computes natively.

mod mirror;
mod ops;

use firebreak_tests::Refused;
use ops::{Cast, Op};
use proptest::{
    collection::vec,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use std::{cell::RefCell, collections::BTreeMap};

/// Sequences of the ordinary run. `RANDOM_SEQUENCES=20000` is the long profile: a million instructions.
const SEQUENCES: u32 = 1_000;
const LENGTH: usize = 50;

fn sequences() -> u32 {
    std::env::var("RANDOM_SEQUENCES").map_or(SEQUENCES, |n| n.parse().expect("RANDOM_SEQUENCES must be a number"))
}

/// Refusals that would be a fault of the program, whatever it is asked.
const FAULTS: [&str; 2] = ["InvariantBroken", "DivisionByZero"];

fn judge(op: &Op, refused: &Refused) {
    let name = refused.name.as_str();
    assert!(!FAULTS.contains(&name), "{op:?}: {refused:#?}");
    assert!(name != "Overflow" || op.is_absurd(), "{op:?}: {refused:#?}");
    assert!(name.bytes().all(|b| b.is_ascii_alphanumeric()), "{op:?} fails without a name: {refused:#?}");
}

#[test]
fn random_sequences_keep_every_promise() {
    let config = Config { cases: sequences(), failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[42; 32]));
    let start = Cast::new();
    let seen: RefCell<BTreeMap<(&str, String), u32>> = RefCell::default();
    let result = runner.run(&vec(ops::any(), LENGTH), |ops| {
        let mut cast = start.clone();
        for op in &ops {
            let expected = mirror::Expected::of(&cast, op);
            let Some(outcome) = cast.run(op) else { continue };
            expected.compare(&cast, op, &outcome);
            let how = match &outcome {
                Ok(_) => "accepted".to_string(),
                Err(refused) => {
                    judge(op, refused);
                    refused.name.clone()
                }
            };
            *seen.borrow_mut().entry((op.name(), how)).or_default() += 1;
        }
        Ok(())
    });
    if let Err(why) = result {
        panic!("{why}");
    }
    let seen = seen.into_inner();
    for ((op, how), count) in &seen {
        println!("{count:>5} {op} {how}");
    }
    // The sequences are worth something only if they get everywhere.
    for op in ops::NAMES {
        assert!(seen.contains_key(&(op, "accepted".into())), "no sequence had {op} accepted");
    }
}
