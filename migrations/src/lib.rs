//! Puts Firebreak on a cluster: deploys the program through the loader, makes a token where there is none, initialises the protocol
//! and lists markets. Works on any RPC endpoint; every step looks first and can be run again. The demo and the local network use
//! exactly this.

pub mod deploy;
pub mod hand_over;
pub mod initialise;
mod loader;
pub mod test_mint;
mod tx;
mod upload;
