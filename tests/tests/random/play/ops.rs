//! What may happen in a sequence: one thing that somebody wants.

use super::{
    scene::{MARKETS, RESERVE, SECOND, TRADERS},
    steps::Step,
};
use firebreak_client::risk::{trade::QuoteTerms, Ratio};
use firebreak_tests::{terms, UNIT, USD};
use proptest::prelude::*;

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Op {
    /// One instruction, come what may.
    Step(Step),
    /// All sources of a market move by so many basis points, after so many slots.
    Price(u16, i64, u64),
    /// The coin's price is so many cents, after so many slots.
    CoinPrice(i64, u64),
    /// One source alone is published, after so many slots.
    OneSource(u16, u64),
    /// So many slots pass; everything is refreshed.
    Wait(u64),
    /// Converts after everybody has settled and the warm-up has passed.
    Harvest(usize, u16),
    /// Takes over after whatever has to come before it.
    Hunt(usize, usize, u16, bool),
    /// Flags, and with the markets to be changed where raised margin alone would have it.
    Flag(usize),
    /// Closes a trader that cannot pay against so many of the other side, declared first.
    Deleverage(usize, u16, usize),
    /// Liquidates a trader against the quote of another, flagged first.
    IntoQuotes(usize, usize, u16, u64),
    /// Closes a trader's dust against another, or frees its empty slots.
    Dust(usize, usize, u16),
    /// Moves the price against a trader until it can be liquidated, then liquidates it against a quote and by a take-over.
    Squeeze(usize, u16, usize, u64),
    /// Closes the crumb against somebody, flagged first.
    Crumb(usize),
    /// Both markets fall, the first by so many per cent: whoever is long there and short in the second cannot pay for the one before the
    /// other is warm.
    Ruin(i64),
    /// Sells the coin for debts or to the stop line, flagged first if it may be.
    SellCoin(usize, usize, u64),
    /// Shows that nobody buys the coin of one who cannot pay, for as long as it takes.
    Forfeit(usize),
    /// Makes good what was lost elsewhere, once the claim is warm.
    Recover(usize, u16),
    /// Brings so much of the coin, and takes half of it out again.
    Bring(usize, u64),
    /// Two sign: so many lots at so many basis points from the price.
    Match(usize, usize, u16, i64, i64),
    /// Runs an order, placed first.
    Run(usize, usize, u16, usize),
    /// Asks for a stake, or a part in ten of it, waits, and has it paid; the last: held on to instead.
    Leave(usize, u8, u64, bool),
    /// Atoms are sent to the vault past the program, then skimmed.
    Surplus(u64),
    /// Opens or closes a sub-account.
    Visit(usize),
    /// A market's feeds stop for good.
    Die(u16),
}

/// Amounts of all magnitudes, absurd ones included.
fn amount() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), 1u64..100, (1..200 * USD), Just(u64::MAX), Just(1 << 63)]
}

/// Mostly what somebody has.
fn sane() -> impl Strategy<Value = u64> {
    prop_oneof![6 => 1..100 * USD, 1 => amount()]
}

fn lots() -> impl Strategy<Value = i64> {
    prop_oneof![
        6 => (-10i64..10).prop_map(|x| x * UNIT),
        2 => -10 * UNIT..10 * UNIT,
        1 => -100 * UNIT..100 * UNIT,
        1 => prop_oneof![Just(0), Just(1), Just(-1), Just(i64::MIN), Just(i64::MAX)],
    ]
}

fn most() -> impl Strategy<Value = u64> {
    prop_oneof![3 => Just(u64::MAX), 1 => amount()]
}

/// One who takes over, one to be taken over.
fn keeper() -> impl Strategy<Value = usize> {
    prop_oneof![4 => prop_oneof![Just(0), Just(4)], 1 => 0..TRADERS]
}

fn prey() -> impl Strategy<Value = usize> {
    prop_oneof![6 => 1..4usize, 1 => 0..TRADERS]
}

fn holder() -> impl Strategy<Value = usize> {
    prop_oneof![6 => Just(3usize), 2 => Just(4usize), 1 => 0..TRADERS]
}

pub fn any() -> impl Strategy<Value = Op> {
    let moves = prop_oneof![3 => -300i64..300, 4 => -800i64..800, 2 => -2_000i64..2_000, 1 => -6_000i64..9_000];
    prop_oneof![
        8 => ((0..MARKETS), moves, 3u64..40).prop_map(|(k, x, s)| Op::Price(k, x, s)),
        3 => (1u64..2_000).prop_map(Op::Wait),
        20 => trading(),
        30 => defaulting(),
        12 => keeping(),
        10 => insuring(),
    ]
}

fn trading() -> impl Strategy<Value = Op> {
    let (t, m) = (|| 0..TRADERS, || 0..MARKETS);
    let one = |step: Step| Op::Step(step);
    let sub = || prop_oneof![4 => Just((RESERVE, 1)), 1 => Just((1, RESERVE)), 1 => Just((RESERVE, SECOND)), 2 => (t(), t())];
    prop_oneof![
        2 => (t(), amount()).prop_map(move |(a, x)| one(Step::Deposit(a, x))),
        2 => (t(), amount()).prop_map(move |(a, x)| one(Step::Withdraw(a, x))),
        1 => (holder(), amount()).prop_map(move |(a, x)| one(Step::DepositCoin(a, x))),
        3 => (holder(), sane()).prop_map(|(a, x)| Op::Bring(a, x)),
        1 => (holder(), amount()).prop_map(move |(a, x)| one(Step::WithdrawCoin(a, x))),
        2 => (sub(), sane()).prop_map(move |((a, b), x)| one(Step::Transfer(a, b, x))),
        1 => (t(), m(), 0i64..50, 0u32..20_000)
            .prop_map(move |(a, k, x, o)| one(Step::Quote(a, k, QuoteTerms { bid_offset: Ratio(o), ..terms(x) }))),
        1 => (prop_oneof![4 => Just(2usize), 1 => t()], m()).prop_map(move |(a, k)| one(Step::Unquote(a, k))),
        8 => (t(), t(), m(), lots()).prop_map(move |(a, b, k, x)| one(Step::Take(a, if b == a { 0 } else { b }, k, x))),
        4 => (t(), t(), m(), lots(), -600i64..600).prop_map(|(a, b, k, x, o)| Op::Match(a, if b == a { 0 } else { b }, k, x, o)),
        3 => (t(), m()).prop_map(move |(a, k)| one(Step::Convert(a, k))),
        3 => (t(), m()).prop_map(|(a, k)| Op::Harvest(a, k)),
        4 => (keeper(), prop_oneof![2 => Just(1usize), 1 => 1..4usize], 0..3u16, prop_oneof![2 => Just(0usize), 1 => t()])
            .prop_map(|(k, a, id, b)| Op::Run(k, a, id, b)),
        2 => (prop_oneof![3 => Just(1usize), 1 => 1..4usize], 0..3u16).prop_map(move |(a, id)| one(Step::Cancel(a, id))),
        2 => prop_oneof![3 => Just(2usize), 1 => t()].prop_map(Op::Visit),
    ]
}

fn defaulting() -> impl Strategy<Value = Op> {
    let (t, m) = (|| 0..TRADERS, || 0..MARKETS);
    let one = |step: Step| Op::Step(step);
    prop_oneof![
        6 => (keeper(), prey(), m(), proptest::bool::ANY).prop_map(|(a, b, k, show)| Op::Hunt(a, b, k, show)),
        5 => (t(), t(), m()).prop_map(move |(a, b, k)| one(Step::Settle(a, b, k))),
        5 => prey().prop_map(Op::Flag),
        5 => (keeper(), prey(), m(), most(), proptest::bool::ANY)
            .prop_map(move |(a, b, k, x, show)| one(Step::Liquidate(a, b, k, x, show))),
        4 => prey().prop_map(move |a| one(Step::Declare(a))),
        4 => m().prop_map(move |k| one(Step::ShareLoss(k))),
        6 => (prey(), m(), 1..4usize).prop_map(|(a, k, n)| Op::Deleverage(a, k, n)),
        6 => (t(), prey(), m(), most()).prop_map(|(a, b, k, x)| Op::IntoQuotes(a, b, k, x)),
        4 => (t(), t(), m()).prop_map(|(a, b, k)| Op::Dust(a, b, k)),
        3 => prop_oneof![3 => Just(0usize), 1 => t()].prop_map(Op::Crumb),
        2 => (5i64..40).prop_map(Op::Ruin),
        4 => (prey(), m(), prop_oneof![2 => Just(0usize), 1 => 0..TRADERS], prop_oneof![1 => Just(u64::MAX / 4), 2 => 1..4 * UNIT as u64])
            .prop_map(|(a, k, b, x)| Op::Squeeze(a, k, b, x)),
        4 => (keeper(), holder(), most()).prop_map(|(a, b, x)| Op::SellCoin(a, b, x)),
        2 => holder().prop_map(Op::Forfeit),
        3 => (prey(), m()).prop_map(|(a, k)| Op::Recover(a, k)),
    ]
}

fn keeping() -> impl Strategy<Value = Op> {
    let (t, m) = (|| 0..TRADERS, || 0..MARKETS);
    let one = |step: Step| Op::Step(step);
    prop_oneof![
        2 => (m(), 1u64..300).prop_map(|(k, s)| Op::OneSource(k, s)),
        3 => (1i64..20_000, 1u64..100).prop_map(|(x, s)| Op::CoinPrice(x, s)),
        3 => (t(), m()).prop_map(move |(a, k)| one(Step::Rank(a, k))),
        1 => m().prop_map(move |k| one(Step::Accrue(k))),
        1 => m().prop_map(move |k| one(Step::Report(k))),
        2 => Just(one(Step::CheckGlobal)),
        1 => sane().prop_map(Op::Surplus),
        1 => (0..MARKETS * 4).prop_map(move |k| if k < MARKETS { Op::Die(k) } else { one(Step::End(k % MARKETS)) }),
    ]
}

fn insuring() -> impl Strategy<Value = Op> {
    let (t, m) = (|| 0..TRADERS, || 0..MARKETS);
    let tranche = || 0..2u8;
    let staker = || prop_oneof![4 => Just(4usize), 1 => t()];
    let one = |step: Step| Op::Step(step);
    prop_oneof![
        4 => (staker(), tranche(), sane()).prop_map(move |(a, k, x)| one(Step::Stake(a, k, x))),
        4 => (staker(), tranche(), prop_oneof![Just(10u64), 0u64..12], proptest::bool::ANY).prop_map(|(a, k, x, hold)| Op::Leave(a, k, x, hold)),
        1 => (staker(), tranche(), amount()).prop_map(move |(a, k, x)| one(Step::Request(a, k, x))),
        1 => (staker(), tranche()).prop_map(move |(a, k)| one(Step::Unstake(a, k))),
        1 => (staker(), tranche()).prop_map(move |(a, k)| one(Step::Hold(a, k))),
        1 => (staker(), tranche()).prop_map(move |(a, k)| one(Step::CloseStake(a, k))),
        1 => (t(), amount()).prop_map(move |(a, x)| one(Step::Fund(a, x))),
        2 => m().prop_map(move |k| one(Step::Allot(k))),
        1 => m().prop_map(move |k| one(Step::Sweep(k))),
        1 => m().prop_map(move |k| one(Step::Treasury(k))),
    ]
}
