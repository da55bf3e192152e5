//! Random sequences of all that people do, for whoever wants to watch them.

pub mod ops;
mod player;
pub mod scene;
pub mod steps;

pub use player::Player;
