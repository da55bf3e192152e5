//! What may happen in a sequence.

use firebreak_client::risk::Ratio;
use firebreak_tests::{collateral::COIN, terms, Outcome, Trader, World, UNIT, USD};
use proptest::prelude::*;

/// Traders of a sequence, the first of whom quotes; markets.
const TRADERS: usize = 5;
const MARKETS: u16 = 2;
/// Number of the coin.
const COIN_INDEX: u16 = 1;

/// One step. Traders and markets by number.
#[derive(Clone, Copy, Debug)]
pub enum Op {
    Deposit(usize, u64),
    Withdraw(usize, u64),
    Quote(usize, u16, i64, u32),
    Take(usize, usize, u16, i64),
    /// All sources of a market move by so many basis points, after so many slots.
    Price(u16, i64, u64),
    /// One source alone is published, after so many slots.
    OneSource(u16, u64),
    /// So many slots pass; everything is refreshed.
    Wait(u64),
    Settle(usize, usize, u16),
    Convert(usize, u16),
    /// The same after everybody has settled and the warm-up has passed.
    Harvest(usize, u16),
    Flag(usize),
    Liquidate(usize, usize, u16, u64),
    /// The same after whatever has to come before it.
    Hunt(usize, usize, u16),
    Declare(usize),
    ShareLoss(u16),
    Fund(usize, u64),
    Sweep(u16),
    /// Shows a trader to the boards of a market.
    Rank(usize, u16),
    /// Closes a trader that cannot pay against so many of the other side, declared first.
    Deleverage(usize, u16, usize),
    /// Liquidates a trader against the quote of another, flagged first.
    IntoQuotes(usize, usize, u16, u64),
    /// Closes a trader's dust against another, or frees its empty slots.
    Dust(usize, usize, u16),
    /// The coin comes, leaves, and is sold for debts or to the stop line, flagged first if it may be.
    DepositCoin(usize, u64),
    WithdrawCoin(usize, u64),
    SellCoin(usize, usize, u64),
}

pub const NAMES: [&str; 24] = [
    "deposit",
    "withdraw",
    "quote",
    "take",
    "price",
    "one_source",
    "wait",
    "settle",
    "convert",
    "harvest",
    "flag",
    "liquidate",
    "hunt",
    "declare",
    "share_loss",
    "fund",
    "sweep",
    "rank",
    "deleverage",
    "into_quotes",
    "dust",
    "deposit_coin",
    "withdraw_coin",
    "sell_coin",
];

impl Op {
    pub fn name(&self) -> &'static str {
        match self {
            Op::Deposit(..) => "deposit",
            Op::Withdraw(..) => "withdraw",
            Op::Quote(..) => "quote",
            Op::Take(..) => "take",
            Op::Price(..) => "price",
            Op::OneSource(..) => "one_source",
            Op::Wait(..) => "wait",
            Op::Hunt(..) => "hunt",
            Op::Settle(..) => "settle",
            Op::Convert(..) => "convert",
            Op::Harvest(..) => "harvest",
            Op::Flag(..) => "flag",
            Op::Liquidate(..) => "liquidate",
            Op::Declare(..) => "declare",
            Op::ShareLoss(..) => "share_loss",
            Op::Fund(..) => "fund",
            Op::Sweep(..) => "sweep",
            Op::Rank(..) => "rank",
            Op::Deleverage(..) => "deleverage",
            Op::IntoQuotes(..) => "into_quotes",
            Op::Dust(..) => "dust",
            Op::DepositCoin(..) => "deposit_coin",
            Op::WithdrawCoin(..) => "withdraw_coin",
            Op::SellCoin(..) => "sell_coin",
        }
    }
}

impl Op {
    /// Whether it names an amount that does not exist.
    pub fn is_absurd(&self) -> bool {
        match *self {
            Op::Deposit(_, x) | Op::Fund(_, x) | Op::DepositCoin(_, x) => x >= 1 << 62,
            Op::Take(.., x) => x.unsigned_abs() >= 1 << 62,
            _ => false,
        }
    }
}

/// Amounts of all magnitudes, absurd ones included.
fn amount() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), 1u64..100, (1..200 * USD), Just(u64::MAX), Just(1 << 63)]
}

fn lots() -> impl Strategy<Value = i64> {
    prop_oneof![
        6 => (-10i64..10).prop_map(|x| x * UNIT),
        2 => -10 * UNIT..10 * UNIT,
        1 => -100 * UNIT..100 * UNIT,
        1 => prop_oneof![Just(0), Just(1), Just(-1), Just(i64::MIN), Just(i64::MAX)],
    ]
}

pub fn any() -> impl Strategy<Value = Op> {
    let t = || 0..TRADERS;
    let m = || 0..MARKETS;
    let keeper = || prop_oneof![4 => prop_oneof![Just(0), Just(4)], 1 => t()];
    let prey = || prop_oneof![6 => 1..4usize, 1 => t()];
    prop_oneof![
        2 => (t(), amount()).prop_map(|(a, x)| Op::Deposit(a, x)),
        2 => (t(), amount()).prop_map(|(a, x)| Op::Withdraw(a, x)),
        1 => (t(), m(), 0i64..50, 0u32..20_000).prop_map(|(a, k, x, o)| Op::Quote(a, k, x, o)),
        8 => (t(), t(), m(), lots()).prop_map(|(a, b, k, x)| Op::Take(a, if b == a { 0 } else { b }, k, x)),
        8 => (m(), prop_oneof![3 => -300i64..300, 4 => -800i64..800, 2 => -2_000i64..2_000, 1 => -6_000i64..9_000], 3u64..40)
            .prop_map(|(k, x, s)| Op::Price(k, x, s)),
        3 => (1u64..2_000).prop_map(Op::Wait),
        6 => (keeper(), prey(), m()).prop_map(|(a, b, k)| Op::Hunt(a, b, k)),
        1 => (m(), 1u64..300).prop_map(|(k, s)| Op::OneSource(k, s)),
        5 => (t(), t(), m()).prop_map(|(a, b, k)| Op::Settle(a, b, k)),
        3 => (t(), m()).prop_map(|(a, k)| Op::Convert(a, k)),
        3 => (t(), m()).prop_map(|(a, k)| Op::Harvest(a, k)),
        5 => prey().prop_map(Op::Flag),
        6 => (keeper(), prey(), m(), prop_oneof![3 => Just(u64::MAX), 1 => amount()]).prop_map(|(a, b, k, x)| Op::Liquidate(a, b, k, x)),
        4 => prey().prop_map(Op::Declare),
        3 => m().prop_map(Op::ShareLoss),
        1 => (t(), amount()).prop_map(|(a, x)| Op::Fund(a, x)),
        1 => m().prop_map(Op::Sweep),
        2 => (t(), m()).prop_map(|(a, k)| Op::Rank(a, k)),
        5 => (prey(), m(), 1..4usize).prop_map(|(a, k, n)| Op::Deleverage(a, k, n)),
        5 => (t(), prey(), m(), prop_oneof![3 => Just(u64::MAX), 1 => amount()]).prop_map(|(a, b, k, x)| Op::IntoQuotes(a, b, k, x)),
        2 => (t(), t(), m()).prop_map(|(a, b, k)| Op::Dust(a, b, k)),
        1 => (prop_oneof![3 => Just(3), 1 => t()], amount()).prop_map(|(a, x)| Op::DepositCoin(a, x)),
        1 => (prop_oneof![3 => Just(3), 1 => t()], amount()).prop_map(|(a, x)| Op::WithdrawCoin(a, x)),
        4 => (keeper(), prop_oneof![3 => Just(3), 1 => t()], prop_oneof![3 => Just(u64::MAX), 1 => amount()])
            .prop_map(|(a, b, x)| Op::SellCoin(a, b, x)),
    ]
}

/// Who takes part.
#[derive(Clone)]
pub struct Cast {
    pub w: World,
    pub traders: Vec<Trader>,
}

impl Cast {
    /// Two markets and a coin; a rich maker, a thin long, a thin short, one thin in both markets who holds a coin, a keeper. All quote.
    pub fn new() -> Self {
        let mut w = World::with_markets(MARKETS);
        let traders: Vec<Trader> = [100_000, 60, 60, 120, 10_000].map(|usd| w.trader(usd)).to_vec();
        for market in 0..MARKETS {
            for (trader, units) in traders.iter().zip([1_000, 10, 10, 10, 100]) {
                w.quote(trader, market, units);
            }
        }
        w.list_major(100);
        w.deposit_warm(&traders[3], COIN_INDEX, COIN / 2);
        for (trader, market, units) in [(1, 0, 10), (2, 0, -10), (3, 0, 10), (3, 1, -10)] {
            w.take(&traders[trader], &traders[0], market, units).expect("takes");
        }
        Self { w, traders }
    }

    /// Does it; `None` when there is nothing to send.
    pub fn run(&mut self, op: &Op) -> Option<Outcome> {
        let Self { w, traders } = self;
        Some(match *op {
            Op::Deposit(t, x) => w.deposit(&traders[t], x),
            Op::Withdraw(t, x) => w.withdraw(&traders[t], x),
            Op::Quote(t, m, x, offset) => {
                w.quote_with(&traders[t], m, firebreak_client::risk::trade::QuoteTerms { bid_offset: Ratio(offset), ..terms(x) })
            }
            Op::Take(t, maker, m, x) => w.take_lots(&traders[t], &traders[maker], m, x),
            Op::Price(m, move_by, slots) => {
                w.vm.pass(slots);
                let price = w.feeds[m as usize][0].price;
                w.say(m, (price + price / 10_000 * move_by).clamp(1_000_000, 100_000_000_000_000));
                for other in (0..MARKETS).filter(|other| *other != m) {
                    w.publish(other);
                    w.refresh(other).ok();
                }
                w.refresh_tokens();
                w.refresh(m)
            }
            Op::Wait(slots) => {
                w.vm.pass(slots);
                let mut last = None;
                for m in 0..MARKETS {
                    w.publish(m);
                    last = Some(w.refresh(m));
                }
                w.refresh_tokens();
                return last;
            }
            Op::Hunt(k, t, m) => {
                w.flag(&traders[t]).ok();
                w.declare_bankrupt(&traders[t]).ok();
                w.liquidate(&traders[k], &traders[t], m)
            }
            Op::OneSource(m, slots) => {
                w.vm.pass(slots);
                let feed = w.feeds[m as usize][0].clone();
                feed.publish(&mut w.vm);
                w.refresh(m)
            }
            Op::Settle(caller, t, m) => w.settle(&traders[caller], &traders[t], m),
            Op::Convert(t, m) => w.convert(&traders[t], m),
            Op::Harvest(t, m) => {
                for trader in &*traders {
                    w.settle(trader, trader, m).ok();
                }
                w.vm.pass(1_500);
                for m in 0..MARKETS {
                    w.publish(m);
                    w.refresh(m).ok();
                }
                w.convert(&traders[t], m)
            }
            Op::Flag(t) => w.flag(&traders[t]),
            Op::Liquidate(k, t, m, x) => w.liquidate_lots(&traders[k], &traders[t], m, x),
            Op::Declare(t) => w.declare_bankrupt(&traders[t]),
            Op::ShareLoss(m) => w.share_loss(m),
            Op::Fund(t, x) => w.fund_insurance(&traders[t], x),
            Op::Sweep(m) => w.sweep_fees(m),
            Op::Rank(t, m) => w.rank(m, &[&traders[t]]),
            Op::Deleverage(t, m, n) => {
                w.declare_bankrupt(&traders[t]).ok();
                let mut parties = w.opposite(&traders[t], m, traders);
                parties.truncate(n);
                w.deleverage(&traders[t], m, &parties.iter().collect::<Vec<_>>())
            }
            Op::IntoQuotes(maker, t, m, x) => {
                w.flag(&traders[t]).ok();
                // Somebody who is neither: the reward has to go somewhere.
                let keeper = (0..TRADERS).find(|k| *k != maker && *k != t)?;
                w.into_quotes(&traders[keeper], &traders[maker], &traders[t], m, x)
            }
            Op::Dust(t, other, m) => {
                // One in liquidation that closes its position by itself keeps the mark.
                w.flag(&traders[t]).ok();
                w.deposit(&traders[t], 40 * USD).ok();
                let base = |w: &World| w.engine(&traders[t]).position(m).map_or(0, |p| p.base.0);
                let (held, maker) = (base(w), if t == 0 { 4 } else { 0 });
                w.take_lots(&traders[t], &traders[maker], m, -held).ok();
                let exposed = base(w) != 0;
                w.close_dust(&traders[t], m, exposed.then_some(&traders[other]))
            }
            Op::DepositCoin(t, x) => w.deposit_collateral(&traders[t], COIN_INDEX, x),
            Op::WithdrawCoin(t, x) => w.withdraw_collateral(&traders[t], COIN_INDEX, x),
            Op::SellCoin(k, t, x) => {
                w.flag(&traders[t]).ok();
                w.liquidate_units(&traders[k], &traders[t], COIN_INDEX, x)
            }
        })
    }
}
