//! Collateral other than the settlement token: listing, prices, deposits, withdrawals and their limits, sales, what nobody buys.

mod balances;
mod custody;
mod forfeit;
mod gates;
mod health;
mod list;
mod maximum;
mod outflow;
mod parties;
mod refresh;
mod sale;
mod sale_refusals;

use firebreak_client::instruction;
use firebreak_tests::{collateral::COIN, Trader, World, USD};

/// A market and a coin at 100 USD, a maker, a debtor long 10 units with 20 USD and one warm coin, a rich keeper.
pub struct Scene {
    pub w: World,
    pub maker: Trader,
    pub debtor: Trader,
    pub keeper: Trader,
    pub coin: u16,
}

pub fn scene() -> Scene {
    let mut w = World::with_market();
    let coin = w.list_major(100);
    let (maker, debtor, keeper) = (w.trader(100_000), w.trader(20), w.trader(10_000));
    w.quote(&maker, 0, 1_000);
    w.deposit_warm(&debtor, coin, COIN);
    w.take(&debtor, &maker, 0, 10).expect("takes, margined by the coin");
    assert!(w.engine(&debtor).capital < 20 * USD);
    Scene { w, maker, debtor, keeper, coin }
}

/// Deposits settlement tokens that the trader did not have before.
pub fn top_up(w: &mut World, who: &Trader, usd: u64) {
    let purse = w.token_account(who.owner(), w.mint, usd * USD);
    let ix = instruction::deposit(who.owner(), who.account, purse, w.mint, usd * USD);
    w.act(&[ix], &[&who.key]).expect("deposits");
}
