//! Fees.

use firebreak_risk::{fees::FeeRules, levels::Level, BaseQty, Ratio};

/// A skew of more than 4 294 times `skew_full` was counted as that much: with a skew fee of one part in a million the fee stayed a part in a
/// million below its cap.
#[test]
fn the_largest_skew_costs_the_cap() {
    let rules = FeeRules {
        skew_full: 1,
        sigma_part: Ratio(0),
        skew_fee: Ratio(1),
        level_part: Ratio(0),
        cap: Ratio(4_296),
        reserved: [0; 8],
    };
    assert_eq!(rules.fee_up(Ratio(0), Ratio(0), 0, BaseQty(-16_383), Level::Normal), Ok(Ratio(4_296)));
    let capped = FeeRules { cap: Ratio(1_000_000), ..rules };
    assert_eq!(capped.fee_up(Ratio(0), Ratio(0), 0, BaseQty(i64::MAX), Level::Normal), Ok(Ratio(1_000_000)));
    assert_eq!(
        FeeRules { skew_fee: Ratio(u32::MAX), ..capped }.fee_up(Ratio(0), Ratio(0), 0, BaseQty(i64::MIN + 1), Level::Normal),
        Ok(Ratio(1_000_000))
    );
}
