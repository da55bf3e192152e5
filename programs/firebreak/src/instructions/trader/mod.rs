//! Instructions signed by the owner of a margin account.

pub mod convert;
pub mod deposit;
pub mod deposit_collateral;
pub mod open_account;
pub mod post_quote;
pub mod take;
pub mod withdraw;
pub mod withdraw_collateral;

pub use convert::*;
pub use deposit::*;
pub use deposit_collateral::*;
pub use open_account::*;
pub use post_quote::*;
pub use take::*;
pub use withdraw::*;
pub use withdraw_collateral::*;
