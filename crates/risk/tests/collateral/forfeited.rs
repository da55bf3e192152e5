//! Units in custody: sold for insurance, at the price of every other sale, at a discount that rises with time.

use super::*;
use firebreak_risk::{
    collateral_rules::CollateralRules,
    ops::{buy_forfeited, Bought, Setting},
    tranches::Insurance,
    waterfall::InsuranceFund,
};

const RULES: CollateralRules =
    CollateralRules { fixed_discount: Ratio(5_000), max_discount: Ratio(50_000), ramp_slots: 100, ..CollateralRules::MAJOR };

fn at(slots: u64) -> Setting {
    Setting { now: Now { slot: NOW.slot + slots, ..NOW }, ..Setting::default() }
}

/// A coin of 200 USD between 199 and 201, with a haircut of 10 % of which Maint counts all.
fn book() -> Book {
    let params = CollateralParams { maint_share: Ratio(0), ..PARAMS };
    let mut sol = token(params, 200 * SOL);
    (sol.price.low, sol.price.high) = (Price(199 * SOL), Price(201 * SOL));
    Book { market: market(SOL), collaterals: vec![usdc(PAR), sol], usdc: usdc(PAR) }
}

fn buyer(usd: u64) -> Account {
    Account { capital: usd * USD, ..Account::NEW }
}

fn buy(book: &Book, amount: u64, keeper: &mut Account, fund: &mut Insurance, slots: u64) -> Result<Bought> {
    buy_forfeited((1, &RULES), (amount, NOW.slot), keeper, fund, book, &at(slots))
}

fn fund() -> Insurance {
    let caps = InsuranceFund {
        assets: 0,
        floor: 0,
        event_cap: Ratio(0),
        day_cap: Ratio(0),
        day_start: 0,
        day_assets: 0,
        day_drawn: 0,
        drawn: 0,
        reserved: 0,
    };
    Insurance::new(caps, 0, Ratio(0))
}

#[test]
fn the_buyer_pays_insurance_and_nobody_else_gains() {
    let (book, mut keeper, mut fund) = (book(), buyer(1_000), fund());
    let bought = buy(&book, SOL, &mut keeper, &mut fund, 0).unwrap();
    // Half a per cent below low.
    assert_eq!((bought.paid, bought.discount), (198_005_000, Ratio(5_000)));
    assert_eq!((keeper.capital, fund.fund.assets), (1_000 * USD - bought.paid, bought.paid));
    assert_eq!(fund.junior.unowned, fund.junior.shares, "nobody's shares");
    let held = keeper.collateral(1).unwrap();
    assert_eq!((held.amount, held.counted_down(NOW.time)), (SOL, Ok(0)), "it warms up like a deposit");
}

#[test]
fn the_discount_rises_with_time_alone_up_to_half_of_the_haircut() {
    let discount = |slots| buy(&book(), SOL, &mut buyer(1_000), &mut fund(), slots).map(|b| b.discount.0);
    // The price is 60 seconds good.
    assert_eq!([0, 60, 100, 200, 10_000].map(discount), [Ok(5_000), Ok(5_000), Ok(12_500), Ok(50_000), Ok(50_000)]);
    let mut steep = book();
    steep.collaterals[1].haircut.live = 60_000 << 32;
    let bought = buy(&steep, SOL, &mut buyer(1_000), &mut fund(), 200).unwrap();
    assert_eq!(bought.discount, Ratio(30_000), "never for as little as the protocol counts it");
}

#[test]
fn i13_no_unit_is_sold_at_a_price_that_is_none() {
    let refused = |f: fn(&mut Book)| {
        let (mut book, mut keeper) = (book(), buyer(1_000));
        f(&mut book);
        buy(&book, SOL, &mut keeper, &mut fund(), 0).unwrap_err()
    };
    assert_eq!(refused(|b| b.collaterals[1].price.quality = 0), RiskError::QualityTooLow);
    assert_eq!(refused(|b| b.collaterals[1].price.time -= 61), RiskError::QualityTooLow);
    let spike = |b: &mut Book| {
        let price = &mut b.collaterals[1].price;
        (price.twap, price.out_of_band_since) = (Price(100 * SOL), NOW.slot);
    };
    assert_eq!(refused(spike), RiskError::WaitingForConfirmation);
}

#[test]
fn degraded_it_goes_at_the_price_better_for_the_seller() {
    let mut book = book();
    book.collaterals[1].price.quality = 1;
    let bought = buy(&book, SOL, &mut buyer(1_000), &mut fund(), 0).unwrap();
    assert_eq!(bought.paid, 199_995_000);
}

#[test]
fn who_owes_cannot_pay_or_would_be_short_buys_nothing() {
    let error = |keeper: &mut Account, amount| buy(&book(), amount, keeper, &mut fund(), 0).unwrap_err();
    assert_eq!(error(&mut buyer(1_000), 0), RiskError::ZeroAmount);
    assert_eq!(error(&mut buyer(198), SOL), RiskError::InsufficientCapital);
    assert_eq!(error(&mut Account { bankrupt: 1, ..buyer(1_000) }, SOL), RiskError::AccountBankrupt);
    let mut debtor = buyer(1_000);
    debtor.positions[0] = Position { used: 1, result: -5, ..Position::EMPTY };
    assert_eq!(error(&mut debtor, SOL), RiskError::AccountInDebt);
}
