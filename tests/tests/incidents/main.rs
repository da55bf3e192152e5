//! Known incidents of other venues, each as a test that the same does not happen here. A test's name begins with the incident's number; its
//! comment says what happened, the outcome that is demanded, and which of Firebreak's mechanisms reaches it. What an incident leaves open (x,
//! Y, k, N, ε) is a parameter of the market, and the test prints it.
//!
//! * `assets`: collateral and vaults; `prices`: prices that lie; `outages`: markets that stop; `profit`: profit that nobody paid;
//!   `whales`: positions larger than their
//!   market; `gaps`: one slot that takes everything; `powers`: privileged keys; `ledgers`: what other books got wrong; `keepers`: those who
//!   keep the market and those who farm it; `attacks`: attacks on the mechanisms themselves.
//!
//! Numbers 21, 28 and 38 are not given to any incident. Parts of incidents that do not concern the program: the ten thousand accounts of 16
//! and its events a second are the simulator's, which runs the same engine; that a keeper which comes back pays for its transactions (32) is
//! the keeper's own arithmetic; the deceived signers of 22 are operations, and what is tested is what their keys can do.

mod assets;
mod attacks;
mod common;
mod gaps;
mod keepers;
mod ledgers;
mod outages;
mod powers;
mod prices;
mod profit;
mod whales;

/// Every file of this target.
const FILES: [&str; 10] = [
    include_str!("assets.rs"),
    include_str!("attacks.rs"),
    include_str!("gaps.rs"),
    include_str!("keepers.rs"),
    include_str!("ledgers.rs"),
    include_str!("outages.rs"),
    include_str!("powers.rs"),
    include_str!("prices.rs"),
    include_str!("profit.rs"),
    include_str!("whales.rs"),
];

/// Numbers of the incidents, and how many tests each has at least.
const INCIDENTS: [(u8, usize); 36] = [
    (1, 1),
    (2, 2),
    (3, 1),
    (4, 1),
    (5, 1),
    (6, 1),
    (7, 1),
    (8, 1),
    (9, 1),
    (10, 1),
    (11, 2),
    (12, 1),
    (13, 1),
    (14, 1),
    (15, 1),
    (16, 1),
    (17, 1),
    (18, 1),
    (19, 2),
    (20, 3),
    (22, 2),
    (23, 1),
    (24, 1),
    (25, 1),
    (26, 1),
    (27, 1),
    (29, 2),
    (30, 8),
    (31, 1),
    (32, 1),
    (33, 1),
    (34, 1),
    (35, 1),
    (36, 1),
    (37, 2),
    (39, 1),
];

#[test]
fn every_incident_has_its_test() {
    let tests = |number: u8| -> usize {
        let name = format!("#[test]\nfn t{number:02}_");
        FILES.iter().map(|file| file.matches(&name).count()).sum()
    };
    for (number, least) in INCIDENTS {
        assert!(tests(number) >= least, "T{number} has {} of {least} tests", tests(number));
    }
    let known: usize = INCIDENTS.iter().map(|(number, _)| tests(*number)).sum();
    let all: usize = (0..=99).map(tests).sum();
    assert_eq!(known, all, "a test is numbered after an incident that is not in the table");
}
