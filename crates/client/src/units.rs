//! Between what people write and what the program stores. Decimal strings, never floats.

use thiserror::Error;

/// Digits after the point of the settlement token.
pub const SETTLEMENT_DECIMALS: u8 = firebreak::constants::SETTLEMENT_DECIMALS;

/// Why a text is not a number of the unit asked for.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum UnitError {
    /// Not a plain decimal number.
    #[error("'{0}' is not a decimal number")]
    NotANumber(String),
    /// More digits than the unit has.
    #[error("'{0}' has more than {1} digits after the point")]
    TooFine(String, u8),
    /// Beyond 2^63 - 1 units.
    #[error("'{0}' is larger than the protocol can hold")]
    TooLarge(String),
}

/// Parses a decimal text into units of 10^-decimals, exactly.
pub fn parse(text: &str, decimals: u8) -> Result<u64, UnitError> {
    let bad = || UnitError::NotANumber(text.into());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
        return Err(bad());
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > decimals as usize {
        return Err(UnitError::TooFine(text.into(), decimals));
    }
    let all = format!("{whole}{fraction:0<width$}", width = decimals as usize);
    match all.parse::<u64>() {
        Ok(x) if x <= i64::MAX as u64 => Ok(x),
        _ => Err(UnitError::TooLarge(text.into())),
    }
}

/// Formats units of 10^-decimals as a decimal text without trailing zeros.
pub fn format(units: i128, decimals: u8) -> String {
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = decimals as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals as usize);
    let fraction = fraction.trim_end_matches('0');
    let sign = if units < 0 { "-" } else { "" };
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

/// Digits after the point of a size in base units, in a market of `decimals`.
pub const fn lot_decimals(decimals: u8) -> u8 {
    18u8.saturating_sub(decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_units_round_trip() {
        for (text, decimals, units) in [("1", 6, 1_000_000), ("0.000001", 6, 1), ("12.5", 1, 125), ("7", 0, 7)] {
            assert_eq!(parse(text, decimals), Ok(units));
            assert_eq!(format(units as i128, decimals), text);
        }
        assert_eq!(format(-1_500_000, 6), "-1.5");
    }

    #[test]
    fn bad_texts_are_refused_by_name() {
        assert_eq!(parse("", 6), Err(UnitError::NotANumber("".into())));
        assert_eq!(parse("-1", 6), Err(UnitError::NotANumber("-1".into())));
        assert_eq!(parse("1e3", 6), Err(UnitError::NotANumber("1e3".into())));
        assert_eq!(parse("0.0000001", 6), Err(UnitError::TooFine("0.0000001".into(), 6)));
        assert_eq!(parse("9223372036854.775808", 6), Err(UnitError::TooLarge("9223372036854.775808".into())));
    }
}
