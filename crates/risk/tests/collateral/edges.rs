//! Zeroes and contradictions.

use super::*;

#[test]
fn i9_zero_collateral_parameters_are_the_strictest() {
    let zeroed = |f: fn(&mut CollateralParams)| {
        let mut p = PARAMS;
        f(&mut p);
        token(p, 200 * SOL)
    };
    let target = |f| zeroed(f).target_up().unwrap();
    assert_eq!(target(|p| p.min_haircut = Ratio(0)), PARAMS.max_haircut);
    assert_eq!(target(|p| p.sigma_multiple = 0), PARAMS.max_haircut);
    assert_eq!(target(|p| (p.sigma_multiple, p.max_haircut) = (0, Ratio(0))), Ratio(1_000_000));
    assert_eq!(zeroed(|p| p.maint_share = Ratio(0)).haircut_up(Use::Maint, Price(SOL)).unwrap(), PARAMS.min_haircut);
    let mut crowd = zeroed(|p| p.full_value = 0);
    crowd.total = 1;
    assert_eq!(counts(&crowd, SOL, Use::Init), 0);
    let mut never = Balance::EMPTY;
    never.add(SOL, 0, NOW).unwrap();
    never.add(SOL, 1, NOW).unwrap();
    assert_eq!(never.counted_down(NOW.time + 1_000 * 365 * DAY).unwrap(), 0, "nor does a later warm-up end it");
    let mut none = zeroed(|p| p.cap = 0);
    assert_eq!(none.deposit(&mut Account::NEW.clone(), 0, 1, NOW), Err(RiskError::CollateralCap));
    let now_only = Collateral { price: RobustPrice { time: NOW.time - 1, ..robust(SOL) }, ..zeroed(|p| p.price_max_age = 0) };
    assert_eq!(counts(&now_only, SOL, Use::Maint), 0);
    // a token that floats, taken for a pegged one, counts less, never more
    let cheap = |floating| token(CollateralParams { floating, ..PARAMS }, SOL / 2);
    assert_eq!((counts(&cheap(0), SOL, Use::Maint), counts(&cheap(1), SOL, Use::Maint)), (0, 475_000));
}

#[test]
fn contradictions_are_named() {
    let bad = token(CollateralParams { min_haircut: Ratio(2), max_haircut: Ratio(1), ..PARAMS }, SOL);
    assert_eq!(bad.target_up(), Err(RiskError::ParameterBounds));
    let deep = token(CollateralParams { decimals: 19, floating: 0, ..PARAMS }, SOL);
    assert_eq!(deep.haircut_up(Use::Maint, Price(1)), Err(RiskError::ParameterBounds));
    let book = market(100 * 100_000_000);
    let mut account = Account::NEW;
    account.collateral_slot(0).unwrap().amount = 1;
    assert_eq!(health(&account, &&book, NOW), Err(RiskError::NoCollateral), "a caller that passes no collateral");
}
