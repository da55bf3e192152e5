//! Reads book-depth files: `timestamp,percentage,depth,notional,weighted_avg_price`, where `percentage` is the distance from the mid price
//! (negative: bids) and `notional` what stands within it.

use super::bars::{known, open, PriceError};
use std::path::Path;

/// What stood in the book at one moment, in USD.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DepthPoint {
    /// Unix milliseconds.
    pub time_ms: i64,
    /// Bids within the widest band of the file.
    pub bids: f64,
}

/// Reads the bids within the widest band, in order of time.
pub fn read_depth(path: &Path) -> Result<Vec<DepthPoint>, PriceError> {
    let file = path.display().to_string();
    parse(&file, open(path, &file)?)
}

fn parse(file: &str, source: impl std::io::Read) -> Result<Vec<DepthPoint>, PriceError> {
    let at = |line: u64, why: String| PriceError::Line { file: file.into(), line, why };
    let mut csv = csv::ReaderBuilder::new().flexible(true).from_reader(source);
    let header = csv.headers().map_err(|e| at(1, e.to_string()))?.clone();
    known(&header, &["timestamp", "percentage", "depth", "notional", "weighted_avg_price"]).map_err(|why| at(1, why))?;
    let column =
        |name: &str| header.iter().position(|h| h == name).ok_or_else(|| at(1, format!("the header has no column '{name}'")));
    let (time, percent, notional) = (column("timestamp")?, column("percentage")?, column("notional")?);
    let mut rows: Vec<(i64, f64, f64)> = Vec::new();
    let mut record = csv::StringRecord::new();
    while csv.read_record(&mut record).map_err(|e| at(e.position().map_or(0, |p| p.line()), e.to_string()))? {
        let line = record.position().map_or(0, |p| p.line());
        let field = |i: usize| record.get(i).ok_or_else(|| at(line, format!("column {} is missing", i + 1)));
        let number = |i: usize, name: &str| -> Result<f64, PriceError> {
            let text = field(i)?;
            let value: f64 = text.parse().map_err(|_| at(line, format!("{name} '{text}' is not a number")))?;
            value.is_finite().then_some(value).ok_or_else(|| at(line, format!("{name} '{text}' is not a number")))
        };
        let when =
            moment(field(time)?).ok_or_else(|| at(line, format!("timestamp '{}' is not YYYY-MM-DD hh:mm:ss", &record[time])))?;
        if rows.last().is_some_and(|last| when < last.0) {
            return Err(at(line, "timestamp is before that of the line before".into()));
        }
        let value = number(notional, "notional")?;
        if value < 0.0 {
            return Err(at(line, format!("notional {value} is negative")));
        }
        rows.push((when, number(percent, "percentage")?, value));
    }
    let widest = rows.iter().map(|r| r.1).fold(f64::INFINITY, f64::min);
    let bids: Vec<_> =
        rows.into_iter().filter(|r| r.1 == widest && r.1 < 0.0).map(|r| DepthPoint { time_ms: r.0, bids: r.2 }).collect();
    if bids.is_empty() {
        return Err(PriceError::Empty(file.into()));
    }
    Ok(bids)
}

/// `2025-10-10 12:00:07` as Unix milliseconds, UTC.
fn moment(text: &str) -> Option<i64> {
    let (date, clock) = text.trim().split_once([' ', 'T'])?;
    let mut parts = date.split('-').map(|p| p.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let mut parts = clock.trim_end_matches('Z').split(':').map(|p| p.parse::<i64>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(0..24).contains(&hour) || !(0..60).contains(&minute) {
        return None;
    }
    // Days since 1970-01-01 in the proleptic Gregorian calendar, counted from March so that the leap day is the year's last.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + (153 * m + 2) / 5 + day - 1 - 719_468;
    Some(((days * 24 + hour) * 60 + minute) * 60_000 + second * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_bids_are_read() {
        let text = "timestamp,percentage,depth,notional,weighted_avg_price\n\
                    2025-10-10 12:00:07,-5,1,980.5,1\n2025-10-10 12:00:07,-1,1,100,1\n2025-10-10 12:00:07,5,1,900,1\n";
        let read = parse("d.csv", text.as_bytes()).expect("reads");
        assert_eq!(read, [DepthPoint { time_ms: 1_760_097_607_000, bids: 980.5 }]);
    }

    #[test]
    fn bad_lines_are_named() {
        let head = "timestamp,percentage,depth,notional,weighted_avg_price\n";
        let refusal = |text: &str| parse("d.csv", text.as_bytes()).expect_err("refused").to_string();
        assert_eq!(refusal("timestamp,depth\n"), "d.csv, line 1: the header has no column 'percentage'");
        assert_eq!(refusal(&format!("{head}today,-5,1,1,1\n")), "d.csv, line 2: timestamp 'today' is not YYYY-MM-DD hh:mm:ss");
        assert_eq!(refusal(&format!("{head}2025-10-10 12:00:07,-5,1,x,1\n")), "d.csv, line 2: notional 'x' is not a number");
        assert_eq!(refusal(head), "d.csv: no bars");
    }
}
