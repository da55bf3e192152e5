//! A sale of collateral.

use crate::{listed, world::*, SOL};
use firebreak_risk::{
    collateral::{Balance, Collateral, CollateralParams},
    collateral_rules::{CollateralRules, LONGEST_UNSOLD},
    glide::Glide,
    margin::Markets,
    num::Result,
    ops::{sell_collateral, MarketsMut, Sold},
    price::{Quality, RobustPrice},
    volatility::{Volatility, VolatilityParams},
    Market, Now, Price, Ratio, RiskError,
};

#[test]
fn i9_zero_sale_figures_are_refused_by_name() {
    CollateralRules::MAJOR.validate().unwrap();
    type Zero = (&'static str, fn(&mut CollateralRules));
    let zeroes: [Zero; 4] = [
        ("twap_window", |r| r.twap_window = 0),
        ("confirm_slots", |r| r.confirm_slots = 0),
        ("degraded_slots", |r| r.degraded_slots = 0),
        ("ramp_slots", |r| r.ramp_slots = 0),
    ];
    for (name, zero) in zeroes {
        let mut rules = CollateralRules::MAJOR;
        zero(&mut rules);
        assert_eq!(rules.validate().unwrap_err().field, name);
    }
}

/// Four coins.
const HELD: u64 = 4 * SOL;

/// The small world's markets, a coin at 200 USD and the settlement token.
struct Shop {
    markets: [Market; MARKETS],
    coin: Collateral,
    dollar: Collateral,
}

impl Markets for Shop {
    fn market(&self, index: u16) -> Result<&Market> {
        self.markets.get(index as usize).ok_or(RiskError::NoPosition)
    }
    fn collateral(&self, _: u16) -> Result<&Collateral> {
        Ok(&self.coin)
    }
    fn settlement(&self) -> Result<&Collateral> {
        Ok(&self.dollar)
    }
}

impl MarketsMut for Shop {
    fn with<T>(&mut self, index: u16, f: impl FnOnce(&mut Market) -> Result<T>) -> Result<T> {
        f(self.markets.get_mut(index as usize).ok_or(RiskError::NoPosition)?)
    }
}

/// An account being liquidated that holds four coins, which it sells as far as `rules` say. Returns the sale and what it still holds.
fn sold(rules: &CollateralRules) -> (Sold, u64) {
    let mut world = World::new();
    world.trade(0, 1, 0, 150 * UNIT, 0).unwrap();
    world.crash(0, 9_550_000_000);
    world.flag(0).unwrap();
    let token = |params, ticks, now: Now| Collateral {
        params,
        measured: VolatilityParams::MAJOR,
        price: RobustPrice {
            spot: Price(ticks),
            low: Price(ticks),
            high: Price(ticks),
            stable: Price(ticks),
            twap: Price(ticks),
            slot: now.slot,
            time: now.time,
            first_time: now.time,
            quality: Quality::Primary as u8,
            ..RobustPrice::NEW
        },
        volatility: Volatility::NEW,
        haircut: Glide::NEW,
        total: HELD,
        raised: 0,
        reserved: [0; 72],
    };
    let dollar = CollateralParams { decimals: 6, ..listed() };
    let mut shop = Shop {
        markets: world.markets,
        coin: token(listed(), 200 * SOL, world.now),
        dollar: token(dollar, 1_000_000_000_000, world.now),
    };
    let (mut account, mut keeper) = (world.accounts[0], world.accounts[MAKER]);
    *account.collateral_slot(1).unwrap() = Balance {
        amount: HELD,
        cold: HELD, // what does not count yet brings its whole price
        cold_since: world.now.time,
        cold_until: world.now.time + 172_800,
        collateral: 1,
        used: 1,
        ..Balance::EMPTY
    };
    let both = (&mut account, &mut keeper);
    let sold = sell_collateral((1, rules), both, u64::MAX, &mut shop, &world.setting()).unwrap();
    (sold, account.collateral(1).map_or(0, |b| b.amount))
}

#[test]
fn i9_zero_of_a_sales_rules() {
    let unsold = |unsold_wait| CollateralRules { unsold_wait, ..CollateralRules::MAJOR }.unsold_seconds();
    assert_eq!((unsold(0), unsold(1)), (LONGEST_UNSOLD as i64, 1));
    // No discount at all is paid where both are zero; the fixed one alone where the highest is.
    let discounts =
        |max_discount, fixed_discount| CollateralRules { max_discount, fixed_discount, dust: 0, ..CollateralRules::MAJOR };
    assert_eq!(sold(&discounts(Ratio(0), Ratio(0))).0.discount, Ratio(0));
    assert_eq!(sold(&discounts(Ratio(0), Ratio(5_000))).0.discount, Ratio(5_000));
    // Without dust any rest may be left; where all four are dust, none.
    let (some, left) = sold(&discounts(Ratio(0), Ratio(5_000)));
    assert!(left > 0 && some.amount + left == HELD, "{some:?}");
    let (all, left) = sold(&CollateralRules { dust: 800 * USD, ..discounts(Ratio(0), Ratio(5_000)) });
    assert_eq!((all.amount, left), (HELD, 0));
}
