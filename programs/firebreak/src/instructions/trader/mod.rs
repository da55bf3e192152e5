//! Instructions signed by the owner of a margin account.

pub mod open_account;
pub mod deposit;
pub mod withdraw;
pub mod post_quote;
pub mod take;
pub mod convert;

pub use open_account::*;
pub use deposit::*;
pub use withdraw::*;
pub use post_quote::*;
pub use take::*;
pub use convert::*;
