//! What may happen in a sequence: one thing that somebody wants, and the instructions that it takes.

use super::steps::{Scene, Step, COIN_INDEX};
use firebreak_client::{
    program::instructions::{AccountKind, InitialiseArgs},
    risk::{
        collateral_rules::CollateralRules,
        dynamic_margin::DynamicParams,
        funding::FundingRules,
        order::{Order, REDUCE},
        outflow::OutflowRules,
        MarketParams, Ratio, Rules,
    },
};
use firebreak_tests::{
    collateral::{major, COIN, OPEN},
    initial, params, stop, terms, top_up, tripping, Refused, Trader, World, UNIT, USD,
};
use proptest::prelude::*;

/// Traders of a sequence: one who quotes, three thin ones, a keeper, the second account of the first thin one, one with a crumb, and the
/// first thin one's reserve.
const TRADERS: usize = 8;
const SECOND: usize = 5;
const CRUMB: usize = 6;
const RESERVE: usize = 7;
/// Number of the account of the first thin trader that has no position.
const RESERVE_ID: u16 = 3;
const MARKETS: u16 = 2;
/// Seconds that a request for a stake cools.
const COOLDOWN: i64 = 600;

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
            .prop_map(move |(a, k, x, o)| one(Step::Quote(a, k, firebreak_client::risk::trade::QuoteTerms { bid_offset: Ratio(o), ..terms(x) }))),
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

/// Rules under which margin rises with volatility, funding is paid, and a move of 2 % within a minute is met with Caution.
fn lively(params: &MarketParams) -> Rules {
    let plain = Rules::plain(params);
    let dynamic = DynamicParams { max: Ratio(200_000), rise: Ratio(200), raise_share: Ratio(200_000), ..plain.dynamic };
    let funding = FundingRules { skew_scale: 100 * UNIT as u64, velocity: 100_000_000, max_rate: 20_000_000 };
    Rules { dynamic, funding, breaker: tripping(1).breaker, ..plain }
}

/// Two markets, one plain and one lively, and a coin that is for sale for a minute; a rich maker, a thin long, a thin short, one thin in both
/// markets who holds a coin, a keeper, a second account that is thin in both without one, a crumb. All quote. The vault lets out little.
pub fn scene() -> Scene {
    let vault = OutflowRules { hour: 400 * USD, day: 800 * USD, free: 20 * USD };
    let mut w = World::unlisted(InitialiseArgs { cooldown: COOLDOWN, ..initial() });
    w.list_settlement(vault);
    // The second moves a part of its fees to the treasury, and its dust is large.
    let other =
        MarketParams { insurance_share: Ratio(200_000), dust_notional: 30 * USD, cover_multiple: 100_000_000, ..params() };
    w.list(params(), 100);
    w.list_ruled(other, lively(&other), 100);
    w.pass(1);
    let mut traders: Vec<Trader> = [100_000, 60, 60, 120, 10_000].map(|usd| w.trader(usd)).to_vec();
    for market in 0..MARKETS {
        for (trader, units) in traders.iter().zip([1_000, 10, 10, 10, 100]) {
            w.quote(trader, market, units);
        }
    }
    w.list_token(major(), CollateralRules { unsold_wait: 60, ..CollateralRules::MAJOR }, OPEN, 100);
    w.deposit_warm(&traders[3], COIN_INDEX, COIN / 2);
    let wallet = w.token_account(traders[1].owner(), w.mint, 300 * USD);
    traders.push(Trader { wallet, ..w.open(&traders[1], 1, AccountKind::Cross) });
    w.deposit(&traders[SECOND], 60 * USD).expect("deposits");
    traders.push(w.trader(2));
    w.withdraw(&traders[CRUMB], USD * 6 / 10).expect("keeps a crumb");
    traders.push(Trader { wallet, ..w.open(&traders[1], RESERVE_ID, AccountKind::Cross) });
    w.deposit(&traders[RESERVE], 30 * USD).expect("deposits");
    w.pass(1);
    let taken = [(1, 0, 10), (2, 0, -10), (3, 0, 10), (3, 1, -10), (SECOND, 0, 5), (SECOND, 1, -5)];
    for (trader, market, units) in taken {
        w.take(&traders[trader], &traders[0], market, units).expect("takes");
    }
    w.take_lots(&traders[CRUMB], &traders[0], 0, UNIT / 20).expect("takes");
    Scene { w, traders }
}

/// Order number `id`: reduces in the market of that number, or tops up from the reserve. Due at almost any health.
fn order(id: u16) -> Order {
    let early = Ratio(100_000_000);
    match id {
        0 | 1 => Order { market: id, level: early, slip: Ratio(30_000), ..stop(2) },
        _ => Order { level: early, ..top_up(2, RESERVE_ID) },
    }
}

/// Whoever plays: does one instruction after the other, and watches what becomes of each.
pub trait Player {
    /// The scene it plays in.
    fn scene(&mut self) -> &mut Scene;

    /// Does an instruction.
    fn step(&mut self, step: Step) -> Result<(), Refused>;

    /// Does it, and says whether it was accepted.
    fn did(&mut self, step: Step) -> bool {
        self.step(step).is_ok()
    }

    /// Lets slots pass; every price is published and refreshed, but for those of a market.
    fn fresh(&mut self, slots: u64, but: Option<u16>) {
        self.scene().w.vm.pass(slots);
        for m in (0..MARKETS).filter(|m| Some(*m) != but) {
            self.scene().w.publish(m);
            self.did(Step::Refresh(m));
        }
        self.scene().w.publish_token(COIN_INDEX);
        self.did(Step::RefreshCoin);
    }

    fn flag(&mut self, t: usize) {
        if self.step(Step::Flag(t, false)).is_err_and(|why| why.name == "MarketReadOnly") {
            self.did(Step::Flag(t, true));
        }
    }

    /// Moves a market's price.
    fn shift(&mut self, m: u16, basis_points: i64, slots: u64) {
        self.scene().w.vm.pass(slots);
        let price = self.scene().w.feeds[m as usize][0].price;
        self.scene().w.say(m, (price + price / 10_000 * basis_points).clamp(1_000_000, 100_000_000_000_000));
        self.fresh(0, None);
    }

    /// Moves a market's price against a trader, little by little, until it can be flagged or has no position there.
    fn squeeze(&mut self, t: usize, m: u16) {
        for _ in 0..8 {
            let scene = self.scene();
            let (held, flagged) = (scene.held(t, m).0, scene.w.engine(&scene.traders[t]).flagged != 0);
            if held == 0 || flagged {
                return;
            }
            self.shift(m, -70 * held.signum(), 5);
            self.flag(t);
        }
    }

    /// Does it.
    fn play(&mut self, op: &Op) {
        match *op {
            Op::Step(step) => {
                self.did(step);
            }
            Op::Price(m, move_by, slots) => {
                self.shift(m, move_by, slots);
            }
            Op::CoinPrice(cents, slots) => {
                for feed in &mut self.scene().w.tokens[COIN_INDEX as usize].feeds {
                    feed.price = cents * 1_000_000;
                }
                self.fresh(slots, None);
            }
            Op::OneSource(m, slots) => {
                let w = &mut self.scene().w;
                w.vm.pass(slots);
                let feed = w.feeds[m as usize][0].clone();
                feed.publish(&mut w.vm);
                self.did(Step::Refresh(m));
            }
            Op::Wait(slots) => self.fresh(slots, None),
            Op::Harvest(t, m) => {
                for other in 0..TRADERS {
                    self.did(Step::Settle(other, other, m));
                }
                self.fresh(1_500, None);
                self.did(Step::Convert(t, m));
            }
            Op::Hunt(k, t, m, show) => {
                self.flag(t);
                self.did(Step::Declare(t));
                self.did(Step::Liquidate(k, t, m, u64::MAX / 4, show));
            }
            Op::Flag(t) => self.flag(t),
            Op::Deleverage(t, m, n) => {
                self.did(Step::Declare(t));
                let found = self.scene().parties(t, m, n).len();
                self.did(Step::Deleverage(t, m, found.max(1)));
            }
            Op::IntoQuotes(maker, t, m, x) => {
                self.flag(t);
                // Somebody who is neither: the reward has to go somewhere.
                if let Some(keeper) = (0..TRADERS).find(|k| *k != maker && *k != t) {
                    self.did(Step::IntoQuotes(keeper, maker, t, m, x));
                }
            }
            Op::Dust(t, other, m) => {
                // One in liquidation that closes its position by itself keeps the mark.
                self.squeeze(t, m);
                self.did(Step::Deposit(t, 40 * USD));
                let held = self.scene().held(t, m).0;
                self.did(Step::Take(t, if t == 0 { 4 } else { 0 }, m, held.wrapping_neg()));
                let exposed = self.scene().held(t, m).0 != 0;
                self.did(Step::Dust(t, m, exposed.then_some(other)));
            }
            Op::Crumb(other) => {
                self.squeeze(CRUMB, 0);
                self.fresh(30, None);
                self.did(Step::Dust(CRUMB, 0, Some(other)));
            }
            Op::Squeeze(t, m, into, lots) => {
                self.squeeze(t, m);
                self.fresh(15, None);
                for maker in [into, 4] {
                    if maker != t {
                        self.did(Step::IntoQuotes(if maker == 2 || t == 2 { 3 } else { 2 }, maker, t, m, lots));
                    }
                }
                self.did(Step::Liquidate(if t == 4 { 0 } else { 4 }, t, m, lots, false));
            }
            Op::Ruin(per_cent) => {
                for (m, fall) in [(0, per_cent), (1, per_cent / 2)] {
                    let price = self.scene().w.feeds[m as usize][0].price;
                    self.scene().w.say(m, (price - price / 100 * fall).max(1_000_000));
                }
                self.fresh(5, None);
                self.did(Step::Declare(SECOND));
                let found = self.scene().parties(SECOND, 0, 3).len();
                self.did(Step::Deleverage(SECOND, 0, found.max(1)));
                for other in 0..TRADERS {
                    self.did(Step::Settle(other, other, 1));
                }
                self.fresh(1_500, None);
                self.did(Step::ShareLoss(1));
                self.did(Step::Recover(SECOND, 1));
            }
            Op::SellCoin(k, t, x) => {
                self.flag(t);
                self.did(Step::SellCoin(k, t, x));
            }
            Op::Forfeit(t) => {
                self.flag(t);
                if self.did(Step::Forfeit(t)) {
                    self.fresh(160, None);
                    self.did(Step::Forfeit(t));
                }
            }
            Op::Recover(t, m) => {
                if !self.did(Step::Recover(t, m)) {
                    self.fresh(1_500, None);
                    self.did(Step::Recover(t, m));
                }
            }
            Op::Bring(t, x) => {
                self.did(Step::DepositCoin(t, x));
                self.did(Step::WithdrawCoin(t, x / 2));
            }
            Op::Match(a, b, m, lots, off) => {
                let spot = self.scene().spot(m);
                let price = (spot as i64 + spot as i64 / 10_000 * off).max(1) as u64;
                self.did(Step::Match(a, b, m, lots, price));
            }
            Op::Run(k, t, id, maker) => {
                let key = firebreak_client::address::order(&self.scene().traders[t].account, id);
                if self.scene().w.lamports(&key) == 0 {
                    self.did(Step::Place(t, id, order(id)));
                }
                match order(id).kind {
                    REDUCE => self.did(Step::RunOrder(k, t, id, id, maker)),
                    _ => self.did(Step::RunTopUp(k, t, id, RESERVE)),
                };
            }
            Op::Leave(t, tranche, part, hold) => {
                let key = firebreak_client::address::stake(&self.scene().traders[t].owner(), tranche);
                let shares = match self.scene().w.lamports(&key) {
                    0 => 0,
                    _ => self.scene().w.read::<firebreak_client::program::state::Stake>(&key).engine.shares,
                };
                if shares == 0 {
                    self.did(Step::Stake(t, tranche, 5 * USD));
                    self.did(Step::Allot(0));
                }
                self.did(Step::Request(t, tranche, (shares as u128 * part as u128 / 10) as u64));
                // Without a price nobody is paid, and a request may be held.
                match hold {
                    true => self.scene().w.vm.pass(COOLDOWN as u64 * 5 / 2),
                    false => self.fresh(COOLDOWN as u64 * 5 / 2, None),
                }
                self.did(if hold { Step::Hold(t, tranche) } else { Step::Unstake(t, tranche) });
                if part >= 10 && !hold {
                    self.did(Step::CloseStake(t, tranche));
                }
            }
            Op::Surplus(atoms) => {
                let atoms = atoms.min(1 << 40);
                self.scene().w.send_to_vault(atoms);
                self.did(Step::Skim);
            }
            Op::Visit(t) => {
                let visitor = self.scene().visitor(t);
                let exists = self.scene().w.lamports(&visitor.account) > 0;
                self.did(if exists { Step::Close(t) } else { Step::Open(t) });
            }
            Op::Die(m) => {
                // A day without its price.
                for _ in 0..2 {
                    self.fresh(108_000, Some(m));
                }
                self.did(Step::End(m));
            }
        }
    }
}
