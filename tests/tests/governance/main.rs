//! What the protocol's authority does at once and what it can only propose, what the guardian may do, and what neither can.

mod authority;
mod captured;
mod collateral;
mod directions;
mod guardian;
mod initialise;
mod list_market;
mod listing;
mod nonce;
mod params;
mod pause;
mod rules;
mod settings;
mod sources;
mod upgrade;
