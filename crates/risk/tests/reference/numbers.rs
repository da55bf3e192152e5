//! `num`: the only divisions of the engine.

use crate::{any_size, ceil_of, config, exact, floor_of, over};
use firebreak_risk::{
    num::{
        fraction_down, lots_down, lots_up, mul_div_down, mul_div_shift_down, mul_div_up, notional_down, notional_up, ratio_down,
        ratio_up, value_down, NOTIONAL_SCALE, PPM,
    },
    BaseQty, Price, Ratio, RiskError,
};
use proptest::prelude::*;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn notional(price in any_size(64), lots in any_size(64)) {
        let x = over(price, NOTIONAL_SCALE) * exact(lots);
        prop_assert_eq!(notional_down(Price(price), lots), floor_of(&x));
        prop_assert_eq!(notional_up(Price(price), lots), ceil_of(&x));
    }

    #[test]
    fn ratio(amount in any_size(64), ratio in any_size(64).prop_map(|x| x as u32)) {
        let x = over(amount, PPM) * exact(ratio);
        prop_assert_eq!(ratio_down(amount, Ratio(ratio)), floor_of(&x));
        prop_assert_eq!(ratio_up(amount, Ratio(ratio)), ceil_of(&x));
    }

    #[test]
    fn mul_div(a in any_size(64), b in any_size(64), d in any_size(64), shift in 0u32..128) {
        if d == 0 {
            prop_assert_eq!(mul_div_down(a, b, d), Err(RiskError::DivisionByZero));
            prop_assert_eq!(mul_div_up(a, b, d), Err(RiskError::DivisionByZero));
            return Ok(());
        }
        let x = exact(a) * over(b, d);
        prop_assert_eq!(mul_div_down(a, b, d), floor_of(&x));
        prop_assert_eq!(mul_div_up(a, b, d), ceil_of(&x));
        let shifted = x / exact(num_bigint::BigInt::from(1) << shift as usize);
        prop_assert_eq!(mul_div_shift_down(a, b, d, shift), floor_of(&shifted));
    }

    #[test]
    fn lots(atoms in any_size(64), price in any_size(64)) {
        prop_assume!(price > 0);
        let x = exact(atoms) * over(NOTIONAL_SCALE, price);
        prop_assert_eq!(lots_down(atoms, Price(price)), floor_of(&x));
        prop_assert_eq!(lots_up(atoms, Price(price)), ceil_of(&x));
    }

    #[test]
    fn fraction(part in any_size(64), whole in any_size(64)) {
        prop_assume!(whole > 0);
        let x = floor_of(&(over(part, whole) * exact(PPM))).unwrap_or(u64::MAX).min(u32::MAX as u64);
        prop_assert_eq!(fraction_down(part, whole), Ok(Ratio(x as u32)));
    }

    /// A value is rounded against its holder on either side.
    #[test]
    fn value(price in any_size(50), lots in any_size(50)) {
        let x = over(price, NOTIONAL_SCALE) * exact(lots);
        let (long, short) = (value_down(Price(price), BaseQty(lots as i64)), value_down(Price(price), BaseQty(-(lots as i64))));
        prop_assert_eq!(long.map(|x| x as u64), floor_of(&x));
        prop_assert_eq!(short.map(|x| -x as u64), ceil_of(&x));
    }
}
