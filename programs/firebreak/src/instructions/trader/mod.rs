//! Instructions signed by the owner of a margin account.

pub mod cancel_order;
pub mod close_account;
pub mod convert;
pub mod deposit;
pub mod match_trade;
pub mod open_account;
pub mod place_order;
pub mod post_quote;
pub mod remove_quote;
pub mod take;
pub mod transfer;
pub mod withdraw;

pub use cancel_order::*;
pub use close_account::*;
pub use convert::*;
pub use deposit::*;
pub use match_trade::*;
pub use open_account::*;
pub use place_order::*;
pub use post_quote::*;
pub use remove_quote::*;
pub use take::*;
pub use transfer::*;
pub use withdraw::*;

use crate::{events::Filled, state::MarginAccount};
use anchor_lang::prelude::Pubkey;
use firebreak_risk::{ops::Traded, BaseQty, Price};

/// The event of a fill, with both sides' money as it is now.
pub(crate) fn filled(
    market: u16,
    (taker, taker_account): (Pubkey, &MarginAccount),
    (maker, maker_account): (Pubkey, &MarginAccount),
    (base, price): (BaseQty, Price),
    traded: &Traded,
) -> Filled {
    let money = |account: &MarginAccount| [account.engine.capital, account.engine.bond];
    Filled {
        market,
        taker,
        maker,
        base: base.0,
        cost: traded.cost,
        fee: traded.fee.charged,
        maker_fee: traded.fee.maker,
        price: price.0,
        taker_money: money(taker_account),
        maker_money: money(maker_account),
    }
}
