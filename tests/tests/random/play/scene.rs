//! Who takes part, in which markets.

use super::steps::{COIN_INDEX, VISITOR};
use firebreak_client::{
    address,
    program::instructions::{AccountKind, InitialiseArgs},
    risk::{
        collateral_rules::CollateralRules, dynamic_margin::DynamicParams, funding::FundingRules, order::Order,
        outflow::OutflowRules, BaseQty, MarketParams, Ratio, Rules,
    },
};
use firebreak_tests::{
    collateral::{major, COIN, OPEN},
    initial, params, stop, top_up, tripping, Trader, World, UNIT, USD,
};

/// Traders of a sequence: one who quotes, three thin ones, a keeper, the second account of the first thin one, one with a crumb, and the
/// first thin one's reserve.
pub const TRADERS: usize = 8;
pub const SECOND: usize = 5;
pub const CRUMB: usize = 6;
pub const RESERVE: usize = 7;
/// Number of the account of the first thin trader that has no position.
pub const RESERVE_ID: u16 = 3;
pub const MARKETS: u16 = 2;
/// Seconds that a request for a stake cools.
pub const COOLDOWN: i64 = 600;

/// The world and who takes part.
#[derive(Clone)]
pub struct Scene {
    pub w: World,
    pub traders: Vec<Trader>,
}

impl Scene {
    /// Those who hold the other side, best first.
    pub fn parties(&self, t: usize, market: u16, most: usize) -> Vec<Trader> {
        let mut found = self.w.opposite(&self.traders[t], market, &self.traders);
        found.truncate(most);
        found
    }

    /// Everybody with exposure in the market but these.
    pub fn shown(&self, market: u16, not: [usize; 2]) -> Vec<&Trader> {
        let exposed = |t: &Trader| self.w.engine(t).position(market).is_ok_and(|p| !p.base.is_flat());
        let others = self.traders.iter().enumerate().filter(|(i, _)| !not.contains(i));
        others.map(|(_, t)| t).filter(|t| exposed(t)).collect()
    }

    /// The sub-account that is opened and closed.
    pub fn visitor(&self, t: usize) -> Trader {
        let owner = self.traders[t].owner();
        Trader { account: address::account(&owner, VISITOR), ..self.traders[t].clone() }
    }

    /// The market whose price says what `lots` are matched at.
    pub fn spot(&self, market: u16) -> u64 {
        self.w.market(market).engine.price.spot.0
    }

    /// Lots of a trader in a market.
    pub fn held(&self, t: usize, market: u16) -> BaseQty {
        self.w.engine(&self.traders[t]).position(market).map_or(BaseQty(0), |p| p.base)
    }
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
pub fn order(id: u16) -> Order {
    let early = Ratio(100_000_000);
    match id {
        0 | 1 => Order { market: id, level: early, slip: Ratio(30_000), ..stop(2) },
        _ => Order { level: early, ..top_up(2, RESERVE_ID) },
    }
}
