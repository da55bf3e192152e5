//! What anybody may do to keep a market solvent.

mod bankrupt;
mod flag;
mod isolation;
mod liquidate;
mod liquidate_refusals;
mod maximum;
mod publish_report;
mod quality;
mod ramp;
mod refresh;
mod run_order;
mod run_top_up;
mod settle;
mod share_loss;
mod sources;
mod venue;
mod waits;
mod worked_example;
