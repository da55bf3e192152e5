//! What the protocol's authority does: initialise the protocol, list markets.

mod initialise;
mod list_market;
