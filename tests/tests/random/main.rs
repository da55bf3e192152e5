//! Random sequences of instructions on the compiled program: every promise is checked after every step, every refusal has a name,
//! and what the program made of every account is what the engine makes of it natively, to the byte.

mod least;
mod native;
mod play;

use firebreak_tests::Refused;
use native::Native;
use play::{
    ops,
    scene::{scene, Scene},
    steps::Step,
    Player,
};
use proptest::{
    collection::vec,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use std::{cell::RefCell, collections::BTreeMap};

/// Sequences of the ordinary run. `RANDOM_SEQUENCES=12000` is the long profile: a million instructions.
const SEQUENCES: u32 = 1_000;
/// Instructions in a sequence, at least. Each thing that happens is one or more; the last is played to its end.
const LENGTH: usize = 80;

fn sequences() -> u32 {
    std::env::var("RANDOM_SEQUENCES").map_or(SEQUENCES, |n| n.parse().expect("RANDOM_SEQUENCES must be a number"))
}

/// Refusals that would be a fault of the program, whatever it is asked.
const FAULTS: [&str; 2] = ["InvariantBroken", "DivisionByZero"];

fn judge(step: &Step, refused: &Refused) {
    let name = refused.name.as_str();
    assert!(!FAULTS.contains(&name), "{step:?}: {refused:#?}");
    assert!(name != "Overflow" || step.is_absurd(), "{step:?}: {refused:#?}");
    assert!(name.bytes().all(|b| b.is_ascii_alphanumeric()), "{step:?} fails without a name: {refused:#?}");
}

/// How often each instruction ended in each way.
type Seen = BTreeMap<(&'static str, String), u32>;

/// Sends every instruction, does it natively, and compares.
struct Follower<'a> {
    scene: Scene,
    native: Native,
    seen: &'a RefCell<Seen>,
    sent: usize,
}

impl Player for Follower<'_> {
    fn scene(&mut self) -> &mut Scene {
        &mut self.scene
    }

    fn step(&mut self, step: Step) -> Result<(), Refused> {
        let expected = self.native.after(&self.scene, &step);
        let outcome = self.scene.send(&step);
        self.native.follow(&self.scene, &step, expected, &outcome);
        let how = match &outcome {
            Ok(_) => "accepted".to_string(),
            Err(refused) => {
                judge(&step, refused);
                refused.name.clone()
            }
        };
        self.sent += 1;
        *self.seen.borrow_mut().entry((step.name(), how)).or_default() += 1;
        outcome.map(|_| ())
    }
}

#[test]
fn random_sequences_keep_every_promise() {
    let config = Config { cases: sequences(), failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[42; 32]));
    let scene = scene();
    let native = Native::of(&scene.w);
    let seen = RefCell::default();
    let result = runner.run(&vec(ops::any(), LENGTH), |ops| {
        let mut follower = Follower { scene: scene.clone(), native: native.clone(), seen: &seen, sent: 0 };
        for op in &ops {
            if follower.sent < LENGTH {
                follower.play(op);
            }
        }
        assert!(follower.sent >= LENGTH);
        Ok(())
    });
    if let Err(why) = result {
        panic!("{why}");
    }
    let seen = seen.into_inner();
    for ((op, how), count) in &seen {
        println!("{count:>5} {op} {how}");
    }
    println!("{} instructions", seen.values().sum::<u32>());
    // The sequences are worth something only if they get everywhere.
    for (name, least) in least::LEAST {
        let accepted = seen.get(&(name, "accepted".into())).copied().unwrap_or(0);
        let least = (u64::from(least) * u64::from(sequences()) / 1_000) as u32;
        assert!(accepted >= least, "{name} was accepted {accepted} times of at least {least}");
    }
    let known = |name: &str| least::LEAST.iter().any(|(known, _)| *known == name);
    assert!(seen.keys().all(|(name, _)| known(name)), "a kind of instruction is in no list");
}
