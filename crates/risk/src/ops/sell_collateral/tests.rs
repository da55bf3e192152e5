//! Rounding and totality of sales.

use super::*;
use crate::{
    balance::Balance,
    collateral::{Collateral, CollateralParams, OF_NO_MARKET},
    defaults::MAJOR,
    dynamic_margin::Fractions,
    glide::Glide,
    index::LossIndex,
    margin::init_health,
    price::{RobustPrice, Use},
    volatility::{Volatility, VolatilityParams},
    BaseQty, Market, Position, Rules,
};
use proptest::prelude::*;

const NOW: Now = Now { slot: 10_000, time: 1_700_000_000 };
const USD: u64 = 1_000_000;
const COIN: u64 = 1_000_000_000;
const UNIT: i64 = 10_000_000_000;

struct Book {
    market: Market,
    coin: Collateral,
    usdc: Collateral,
}

impl Markets for Book {
    fn market(&self, _: u16) -> Result<&Market> {
        Ok(&self.market)
    }
    fn collateral(&self, index: u16) -> Result<&Collateral> {
        if index == 1 {
            Ok(&self.coin)
        } else {
            Err(RiskError::NoCollateral)
        }
    }
    fn settlement(&self) -> Result<&Collateral> {
        Ok(&self.usdc)
    }
}

impl MarketsMut for Book {
    fn with<T>(&mut self, _: u16, f: impl FnOnce(&mut Market) -> Result<T>) -> Result<T> {
        f(&mut self.market)
    }
}

fn robust(spot: u64) -> RobustPrice {
    let p = Price(spot);
    let (slot, time, first_time) = (NOW.slot, NOW.time, NOW.time);
    RobustPrice { spot: p, low: p, high: p, stable: p, twap: p, slot, time, first_time, quality: 2, ..RobustPrice::NEW }
}

fn token(params: CollateralParams, spot: u64) -> Collateral {
    Collateral {
        params,
        measured: VolatilityParams::MAJOR,
        price: robust(spot),
        volatility: Volatility::NEW,
        haircut: Glide { live: (params.min_haircut.0 as u64) << 32, slot: NOW.slot },
        total: 0,
        raised: 0,
        reserved: [0; 72],
    }
}

/// A market at 100 USD with lines of 3, 4 and 5 %; a coin and the settlement token.
fn book(coin: u64, usdc: u64) -> Book {
    let params = MAJOR.for_asset(8, u64::MAX / 4);
    let mut market = Market::new(params, Rules::plain(&params));
    market.price = robust(100_00000000);
    market.margin.lines = [Fractions { maint: Ratio(30_000), liq_end: Ratio(40_000), init: Ratio(50_000) }; 2];
    market.ledger.index = LossIndex::NEW;
    let major = CollateralParams::MAJOR.for_token(9, OF_NO_MARKET, u64::MAX / 4, u64::MAX / 4);
    Book { market, coin: token(major, coin), usdc: token(CollateralParams::STABLE.for_token(6, OF_NO_MARKET, 0, 1), usdc) }
}

fn holding(capital: u64, units: u64, cold: u64, lots: i64, owed: i64) -> Account {
    let mut account = Account { capital, collaterals: 1, flagged: NOW.slot - 10, ..Account::NEW };
    let (cold_since, cold_until) = (NOW.time, NOW.time + 1_000);
    account.collateral[0] = Balance { amount: units, cold, cold_since, cold_until, collateral: 1, used: 1, ..Balance::EMPTY };
    if lots != 0 || owed != 0 {
        let entry = lots / 100; // at 100 USD a unit of 10^10 lots
        account.positions[0] = Position { base: BaseQty(lots), entry, result: -owed, used: 1, ..Position::EMPTY };
    }
    account
}

fn keeper() -> Account {
    Account { capital: 1 << 60, ..Account::NEW }
}

const PAR: u64 = 1_000_000_000_000;

#[test]
fn a_debt_is_sold_for_to_the_atom_and_paid() {
    let mut b = book(200 * COIN, PAR);
    b.market.ledger.debt = 50 * USD;
    let (mut account, mut keeper) = (holding(10 * USD, COIN, 0, 0, 50 * USD as i64), keeper());
    let rules = CollateralRules::MAJOR;
    account.flagged = 0;
    let sold =
        sell_collateral((1, &rules), (&mut account, &mut keeper), u64::MAX, &mut b, &Setting { now: NOW, ..Setting::default() })
            .unwrap();
    // 40 USD are missing: at 199 USD a coin, rounded up.
    assert_eq!((sold.amount, sold.paid, sold.discount, sold.debts), (201_005_026, 40_000_001, Ratio(5_000), 50 * USD));
    assert_eq!((account.capital, account.collateral[0].amount, b.market.ledger.pool), (1, COIN - 201_005_026, 50 * USD));
    assert_eq!(keeper.collateral[0].amount, 201_005_026);
}

#[test]
fn whoever_cannot_pay_all_his_debts_pays_none_of_them_here() {
    let mut b = book(200 * COIN, PAR);
    b.market.ledger.debt = 500 * USD;
    let (mut account, mut keeper) = (holding(10 * USD, COIN, 0, 0, 500 * USD as i64), keeper());
    let sold = sell_collateral(
        (1, &CollateralRules::MAJOR),
        (&mut account, &mut keeper),
        u64::MAX,
        &mut b,
        &Setting { now: NOW, ..Setting::default() },
    );
    assert_eq!((sold.unwrap().debts, account.capital, account.collaterals, b.market.ledger.pool), (0, 209 * USD, 0, 0));
}

#[test]
fn nothing_is_forfeited_before_its_time_nor_by_an_old_clock() {
    let mut b = book(200 * COIN, PAR);
    b.coin.price.quality = 0;
    let mut account = holding(10 * USD, COIN, 0, 0, 50 * USD as i64);
    let rules = CollateralRules::MAJOR;
    let at = |t: i64| Setting { now: Now { time: NOW.time + t, ..NOW }, ..Setting::default() };
    assert_eq!(forfeit(&mut account, (1, &rules), &b, &at(0)), Ok(0));
    assert_eq!(forfeit(&mut account, (1, &rules), &b, &at(86_399)), Err(RiskError::StillForSale));
    let mut old = account;
    assert_eq!(forfeit(&mut old, (1, &rules), &b, &at(14 * 86_400 + 1)), Ok(0), "it starts anew");
    assert_eq!(forfeit(&mut old, (1, &rules), &b, &at(14 * 86_400 + 2)), Err(RiskError::StillForSale));
    assert_eq!(forfeit(&mut account, (1, &rules), &b, &at(86_400)), Ok(COIN));
    assert_eq!(account.collaterals, 0);
    let mut solvent = holding(60 * USD, COIN, 0, 0, 50 * USD as i64);
    assert_eq!(forfeit(&mut solvent, (1, &rules), &b, &at(0)), Err(RiskError::NotBankrupt));
    solvent.flagged = 0;
    assert_eq!(forfeit(&mut solvent, (1, &rules), &b, &at(0)), Err(RiskError::NotFlagged));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4_000) })]

    /// A sale that does not take everything ends at the stop line: not below it, and above it by the rounding of its steps or by dust.
    #[test]
    fn a_sale_restores_the_stop_line_and_no_more(
        capital in 0u64..60, cents in 1u64..100_000, units in 1u64..1_000, cold in 0u64..1_001, lots in 1i64..200, peg in 50u64..110, wait in 0u64..400,
    ) {
        let mut b = book(cents * COIN / 100, peg * PAR / 100);
        let units = units * COIN / 100;
        let account = holding(capital * USD, units, units / 1_000 * cold.min(1_000), lots * UNIT, 0);
        let mut account = Account { flagged: NOW.slot - wait, ..account };
        let (was, mut keeper) = (account, keeper());
        let setting = Setting { now: NOW, ..Setting::default() };
        let rules = CollateralRules { dust: 0, ..CollateralRules::MAJOR };
        match sell_collateral((1, &rules), (&mut account, &mut keeper), u64::MAX, &mut b, &setting) {
            Ok(sold) => {
                prop_assert!(sold.after.liq_end >= sold.before.liq_end && sold.after.maint >= sold.before.maint);
                prop_assert!(sold.before.solvency < 0 || sold.after.solvency >= 0);
                prop_assert!(sold.discount.0 >= 5_000 && sold.discount.0 <= 25_000, "fixed to half of the haircut of 5 %");
                if sold.amount < units {
                    // One unit is a ten-millionth of a USD at most; each step rounds by an atom, a broken peg by two.
                    prop_assert!(sold.after.liq_end >= -3 && sold.after.liq_end <= 6, "{}", sold.after.liq_end);
                }
                prop_assert_eq!(account.capital + keeper.capital, was.capital + (1 << 60));
                prop_assert_eq!(units - sold.amount, account.collateral[0].amount);
                prop_assert_eq!(keeper.collateral[0].amount, sold.amount);
                prop_assert_eq!(init_health(&keeper, &b, false, NOW).unwrap() as u64, keeper.capital);
            }
            Err(why) => prop_assert_eq!(why, RiskError::AboveStopLine),
        }
    }

    /// The units found are enough, and one less would not be, but for the rounding of an atom.
    #[test]
    fn units_are_the_fewest_that_suffice(usd in 1u64..1 << 40, cold in 0u64..1 << 40, paid in 1u64..1 << 40, part in 0u64..1_000, held in 1u64..1 << 50) {
        let counts = paid / 1_000 * part;
        let cold = cold.min(held);
        let units = units_up(usd, cold, paid, counts, held).unwrap();
        prop_assert!(units <= held);
        let brings = |units: u64| {
            let (first, rest) = (units.min(cold) as u128, units.saturating_sub(cold) as u128);
            first * paid as u128 + rest * (paid - counts) as u128
        };
        let needed = usd as u128 * PAR as u128;
        if units < held {
            prop_assert!(brings(units) >= needed, "enough");
            prop_assert!(brings(units) <= needed + PAR as u128 + paid as u128, "and no more than an atom and a unit");
        }
    }

    /// Any figures at all: a sale, a forfeiture or a named refusal.
    #[test]
    fn total(x in any::<[u64; 12]>(), r in any::<[u32; 6]>(), t in any::<[i64; 4]>(), q in 0u8..3, lots in any::<i64>()) {
        let mut b = book(x[0], x[1]);
        (b.coin.price.low, b.coin.price.high, b.coin.price.quality) = (Price(x[2]), Price(x[3]), q);
        b.usdc.price.high = Price(x[4]);
        b.coin.haircut.live = x[5];
        b.market.ledger.debt = x[6] >> 2;
        b.coin.params.warmup = t[0];
        let mut account = holding(x[7] >> 1, x[8], x[9], lots, (x[6] >> 2) as i64);
        (account.flagged, account.unsold) = (x[10] % 20_000, t[1]);
        account.positions[0].entry = t[2];
        let rules = CollateralRules {
            dust: x[11], max_discount: Ratio(r[0]), fixed_discount: Ratio(r[1]), ramp_slots: r[2], twap_band: Ratio(r[3]),
            confirm_slots: r[4], unsold_wait: r[5], ..CollateralRules::MAJOR
        };
        let setting = Setting { now: Now { slot: NOW.slot, time: if q == 0 { t[3] } else { NOW.time } }, ..Setting::default() };
        let mut other = account;
        let _ = forfeit(&mut other, (1, &rules), &b, &setting);
        let (units, mut keeper) = (account.collateral[0].amount, keeper());
        let money = account.capital as u128 + keeper.capital as u128;
        if let Ok(sold) = sell_collateral((1, &rules), (&mut account, &mut keeper), x[8], &mut b, &setting) {
            prop_assert_eq!(money, account.capital as u128 + keeper.capital as u128 + sold.debts as u128);
            prop_assert_eq!(units, account.collateral[0].amount + keeper.collateral[0].amount);
        }
    }
}

#[test]
fn use_of_the_worse_price_is_not_a_sale_at_it() {
    // Degraded: the account counts spot and sells at high, after the wait.
    let mut b = book(100 * COIN, PAR);
    (b.coin.price.low, b.coin.price.high, b.coin.price.quality) = (Price(90 * COIN), Price(110 * COIN), 1);
    let account = holding(0, COIN, 0, 0, 50 * USD as i64);
    let health = crate::margin::health(&account, &b, NOW).unwrap();
    assert_eq!(b.coin.mark(Use::Maint, NOW), Some(Price(100 * COIN)));
    let sale = plan(&account, (1, &CollateralRules::MAJOR), &b, &health, NOW).unwrap();
    assert_eq!(sale.price, Price(109_450_000_000));
    b.coin.price.degraded_since = NOW.slot - 1;
    let waiting = plan(&account, (1, &CollateralRules::MAJOR), &b, &health, NOW);
    assert_eq!(waiting, Err(RiskError::WaitingForConfirmation));
}
