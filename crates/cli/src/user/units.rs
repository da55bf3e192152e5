//! Amounts as people write them: exact decimal texts with their units, in and out.

use super::error::{bad, Bad};
use anyhow::Result;
use firebreak_client::{
    program::state::Market,
    risk::{BaseQty, Price, Ratio},
    units::{self, lot_decimals, SETTLEMENT_DECIMALS},
};

/// A number with its unit, which may be left out: `12.5`, `12.5USD`, `12.5 USD`.
fn number<'a>(text: &'a str, unit: &str) -> &'a str {
    let text = text.trim();
    let bare = text.len().checked_sub(unit.len()).and_then(|at| text.split_at_checked(at));
    match bare {
        Some((number, end)) if end.eq_ignore_ascii_case(unit) => number.trim_end(),
        _ => text,
    }
}

fn parse(text: &str, unit: &str, decimals: u8) -> Result<u64> {
    let parsed = units::parse(number(text, unit), decimals).map_err(|why| Bad(format!("{why} (in {unit})")))?;
    Ok(parsed)
}

/// Atoms from USD.
pub fn usd(text: &str) -> Result<u64> {
    parse(text, "USD", SETTLEMENT_DECIMALS)
}

/// Atoms from USD, more than none.
pub fn some_usd(text: &str) -> Result<u64> {
    match usd(text)? {
        0 => bad("The amount must be greater than 0 USD"),
        atoms => Ok(atoms),
    }
}

/// The market's name.
pub fn name(market: &Market) -> String {
    String::from_utf8_lossy(&market.name).trim_end_matches('\0').to_string()
}

/// What the market trades: `SOL` of `SOL-PERP`.
pub fn asset(market: &Market) -> String {
    let name = name(market);
    name.split('-').next().unwrap_or(&name).to_string()
}

/// Lots from units of the asset.
pub fn size(market: &Market, text: &str) -> Result<u64> {
    let lots = parse(text, &asset(market), lot_decimals(market.engine.params.decimals))?;
    if lots > i64::MAX as u64 / 2 {
        return bad(format!("'{text}' is larger than any position may be"));
    }
    Ok(lots)
}

/// Lots, at least one.
pub fn some_size(market: &Market, text: &str) -> Result<u64> {
    match size(market, text)? {
        0 => bad(format!("The size must be greater than 0 {}", asset(market))),
        lots => Ok(lots),
    }
}

/// Ticks from USD per unit of the asset, greater than zero.
pub fn price(market: &Market, text: &str) -> Result<Price> {
    match parse(text, "USD", market.engine.params.decimals)? {
        0 => bad("The price must be greater than 0 USD"),
        ticks => Ok(Price(ticks)),
    }
}

/// A fraction with its unit: `0.1%`, `10bp` or `1000ppm`. A number alone could mean any of them.
pub fn fraction(text: &str) -> Result<Ratio> {
    let text = text.trim();
    let known = [("%", 4), ("bp", 2), ("ppm", 0)];
    let found = known.iter().find_map(|(unit, decimals)| Some((text.strip_suffix(unit)?.trim_end(), *decimals)));
    let Some((number, decimals)) = found else {
        return bad(format!("'{text}' needs a unit: %, bp or ppm, as in 0.1% or 10bp"));
    };
    let ppm = units::parse(number, decimals).map_err(|why| Bad(why.to_string()))?;
    match u32::try_from(ppm) {
        Ok(ppm) => Ok(Ratio(ppm)),
        Err(_) => bad(format!("'{text}' is too large a fraction")),
    }
}

/// USD from atoms, without the unit.
pub fn show_usd(atoms: impl Into<i128>) -> String {
    units::format(atoms.into(), SETTLEMENT_DECIMALS)
}

/// USD from a price in ticks, without the unit.
pub fn show_price(market: &Market, price: Price) -> String {
    units::format(price.0.into(), market.engine.params.decimals)
}

/// Units of the asset from lots, without the unit.
pub fn show_lots(market: &Market, lots: u64) -> String {
    units::format(lots.into(), lot_decimals(market.engine.params.decimals))
}

/// The same, signed.
pub fn show_size(market: &Market, base: BaseQty) -> String {
    units::format(base.0.into(), lot_decimals(market.engine.params.decimals))
}

/// Per cent from parts per million, with the sign.
pub fn show_percent(ratio: Ratio) -> String {
    format!("{} %", units::format(ratio.0.into(), 4))
}

/// Seconds as days, hours, minutes and seconds, the largest two.
pub fn show_seconds(seconds: i64) -> String {
    let s = seconds.max(0);
    let (d, h, m) = (s / 86_400, s % 86_400 / 3_600, s % 3_600 / 60);
    match (d, h, m) {
        (0, 0, 0) => format!("{s} s"),
        (0, 0, m) => format!("{m} min {} s", s % 60),
        (0, h, m) => format!("{h} h {m} min"),
        (d, h, _) => format!("{d} d {h} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable;

    fn sol() -> Market {
        let mut market = Market::zeroed();
        market.name[..8].copy_from_slice(b"SOL-PERP");
        market.engine.params.decimals = 8;
        market
    }

    #[test]
    fn units_may_be_written_or_left_out() {
        for text in ["12.5", "12.5USD", "12.5 usd", " 12.5 USD "] {
            assert_eq!(usd(text).unwrap(), 12_500_000, "{text}");
        }
        assert_eq!(size(&sol(), "0.3 SOL").unwrap(), 3_000_000_000);
        assert_eq!(price(&sol(), "200.00000001").unwrap(), Price(20_000_000_001));
        assert_eq!(some_size(&sol(), "0.0000000001").unwrap(), 1);
    }

    #[test]
    fn fractions_need_their_unit() {
        for text in ["0.1%", "0.1 %", "10bp", "1000ppm"] {
            assert_eq!(fraction(text).unwrap(), Ratio(1_000), "{text}");
        }
        assert!(fraction("0.1").unwrap_err().to_string().contains("needs a unit"));
        assert!(fraction("0.00001%").is_err());
    }

    #[test]
    fn what_is_no_amount_is_said_with_its_unit() {
        for text in ["", "-1", "1e3", "1,5", "12.5 EUR", "0.0000001", "99999999999999", "USD"] {
            let said = usd(text).unwrap_err();
            assert!(said.is::<Bad>() && said.to_string().contains("USD"), "{text}: {said}");
        }
        assert!(some_usd("0").is_err() && some_size(&sol(), "0").is_err() && price(&sol(), "0").is_err());
        assert!(size(&sol(), "0.3 BTC").is_err());
    }

    #[test]
    fn times_are_written_with_their_two_largest_units() {
        assert_eq!([0, 59, 61, 3_660, 90_000].map(show_seconds), ["0 s", "59 s", "1 min 1 s", "1 h 1 min", "1 d 1 h"]);
    }
}
