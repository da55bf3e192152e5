//! What anybody may do to keep a market solvent.

mod bankrupt;
mod boards;
mod deleverage;
mod deleverage_refusals;
mod dust;
mod exits;
mod flag;
mod into_quotes;
mod isolation;
mod liquidate;
mod liquidate_refusals;
mod maximum;
mod quality;
mod ramp;
mod refresh;
mod settle;
mod settlement;
mod share_loss;
mod skim;
mod sources;
mod throttle;
mod waits;
mod worked_example;
mod worked_example_alone;
