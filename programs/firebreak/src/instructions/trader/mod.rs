//! Instructions signed by the owner of a margin account.

pub mod cancel_order;
pub mod close_account;
pub mod convert;
pub mod deposit;
pub mod deposit_collateral;
pub mod match_trade;
pub mod open_account;
pub mod place_order;
pub mod post_quote;
pub mod remove_quote;
pub mod take;
pub mod transfer;
pub mod withdraw;
pub mod withdraw_collateral;

pub use cancel_order::*;
pub use close_account::*;
pub use convert::*;
pub use deposit::*;
pub use deposit_collateral::*;
pub use match_trade::*;
pub use open_account::*;
pub use place_order::*;
pub use post_quote::*;
pub use remove_quote::*;
pub use take::*;
pub use transfer::*;
pub use withdraw::*;
pub use withdraw_collateral::*;

use crate::{
    events::{Filled, Held},
    state::{EngineLedger, MarginAccount, Market, Quote},
};
use anchor_lang::prelude::Pubkey;
use firebreak_risk::{ops::Traded, BaseQty, Price};

/// The event of a fill, with what it left of the market, of both sides and of the quote.
pub(crate) fn filled(
    market: &Market,
    (taker, taker_account): (Pubkey, &MarginAccount),
    (maker, maker_account): (Pubkey, &MarginAccount),
    (base, price): (BaseQty, Price),
    traded: &Traded,
    quote: Option<&Quote>,
) -> Filled {
    Filled {
        market: market.index,
        taker,
        maker,
        base: base.0,
        cost: traded.cost,
        fee: traded.fee.charged,
        maker_fee: traded.fee.maker,
        price: price.0,
        taker_held: Held::of(&taker_account.engine, market.index),
        maker_held: Held::of(&maker_account.engine, market.index),
        ledger: EngineLedger(market.engine.ledger),
        quoted: quote.map(Quote::left),
    }
}
