//! The keeper's planner on the compiled program: what it plans the program does, and what it predicts is what the program leaves, byte for
//! byte, in every account.

mod backing;
mod crash;
mod distress;
mod limits;
mod money;
mod packing;
mod prices;
mod scene;
mod wind_down;
