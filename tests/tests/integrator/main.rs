//! A program that stands on Firebreak: `tests/programs/integrator` reads the risk report by its fixed layout and settles trades by CPI.

mod guard;
mod scene;
mod settle;
