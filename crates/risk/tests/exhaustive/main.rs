//! Every interleaving of coarse operations on three accounts, two markets and a market maker, breadth first to a stated depth from
//! five roots: freshly opened, crashed, crashed and resolved, shared, warm. No reachable state breaks an invariant or lacks an exit.
//!
//! `plain`: markets in which nothing moves by itself, depth 4 in the ordinary run. `live`: markets under a major's rules, depth 3.
//! `hostile`: raised margin and captured keys, every sequence of 4. `EXHAUSTIVE_DEPTH=5 cargo test --release -p firebreak-risk --test
//! exhaustive` is the long profile, one deeper each. A walk is done once; each test reports one invariant of it.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod hostile;
mod live;
mod orders;
mod plain;
mod walk;
#[path = "../world/mod.rs"]
mod world;
