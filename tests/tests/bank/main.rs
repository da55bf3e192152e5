//! Each instruction family once in a real bank: what litesvm might paint over (fees, rent, blockhashes, slots, the loader's own
//! accounts) is real here.

mod governance;
mod insurer;
mod keeper;
mod trader;

use firebreak_client::oracle::Kind;
use firebreak_tests::{bank::Bank, initial, params, Feed, Trader};

/// What a signature costs.
const FEE: u64 = 5_000;

fn feeds() -> Vec<Feed> {
    vec![Feed::new(Kind::PythUpdate, 0, 100), Feed::new(Kind::SwitchboardOnDemand, 1, 100)]
}

/// A market at 100 USD, a maker who quotes 100 units, a taker with `usd`.
async fn market(usd: u64) -> (Bank, Trader, Trader) {
    let mut bank = Bank::new(initial()).await;
    bank.list(params(), feeds()).await;
    let (maker, taker) = (bank.trader(10_000).await, bank.trader(usd).await);
    let quote = firebreak_client::instruction::post_quote(maker.owner(), maker.account, 0, firebreak_tests::terms(100));
    bank.act(&[quote], &[&maker.key]).await.expect("quotes");
    (bank, maker, taker)
}
