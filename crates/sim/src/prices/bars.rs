//! Reads bar files: `ts_ms,open,high,low,close,volume[,…]`, plain or gzip. Every refusal names file, line and reason.

use super::DECIMALS;
use flate2::read::MultiGzDecoder;
use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};
use thiserror::Error;

/// One bar. Prices in 10^-8 USD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Opening time, Unix milliseconds.
    pub time_ms: i64,
    /// First price.
    pub open: i64,
    /// Highest price.
    pub high: i64,
    /// Lowest price.
    pub low: i64,
    /// Last price.
    pub close: i64,
}

/// A venue's bars, in order of time.
#[derive(Clone, Debug)]
pub struct Venue {
    /// Name, from the file's.
    pub name: String,
    /// Its bars; at least one.
    pub bars: Vec<Bar>,
}

/// Why a price file is refused.
#[derive(Debug, Error)]
pub enum PriceError {
    /// It cannot be opened or read.
    #[error("{file}: {why}")]
    Io {
        /// The file.
        file: String,
        /// What the system said.
        why: std::io::Error,
    },
    /// A line is wrong.
    #[error("{file}, line {line}: {why}")]
    Line {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
    /// It has a header and nothing else.
    #[error("{0}: no bars")]
    Empty(String),
}

/// The longest gap between two bars that is carried over with the last close unless the caller says otherwise: an hour.
pub const MAX_GAP_MS: i64 = 3_600_000;

/// Reads one file; gaps as long as it likes.
pub fn read(path: &Path) -> Result<Venue, PriceError> {
    read_with_gaps(path, i64::MAX)
}

/// Reads one file and refuses a gap between two bars longer than `max_gap_ms`.
pub fn read_with_gaps(path: &Path, max_gap_ms: i64) -> Result<Venue, PriceError> {
    let file = path.display().to_string();
    let bars = parse(&file, open(path, &file)?, max_gap_ms)?;
    Ok(Venue { name: venue_name(path), bars })
}

/// Opens a plain or gzip file.
pub(super) fn open(path: &Path, file: &str) -> Result<Box<dyn Read>, PriceError> {
    let io = |why| PriceError::Io { file: file.into(), why };
    let mut raw = BufReader::new(File::open(path).map_err(io)?);
    let zipped = raw.fill_buf().map_err(io)?.starts_with(&[0x1f, 0x8b]);
    Ok(if zipped { Box::new(MultiGzDecoder::new(raw)) } else { Box::new(raw) })
}

/// `2025-10-10_AVAX_coinbase-spot_1m.csv.gz` → `coinbase-spot`.
fn venue_name(path: &Path) -> String {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = name.split('.').next().unwrap_or("venue");
    let parts: Vec<&str> = stem.split('_').collect();
    match parts[..] {
        [_, _, venue, ..] => venue.to_string(),
        _ => stem.to_string(),
    }
}

fn parse(file: &str, source: impl Read, max_gap_ms: i64) -> Result<Vec<Bar>, PriceError> {
    let at = |line: u64, why: String| PriceError::Line { file: file.into(), line, why };
    let mut csv = csv::ReaderBuilder::new().flexible(true).from_reader(source);
    let header = csv.headers().map_err(|e| at(1, e.to_string()))?.clone();
    known(&header, &COLUMNS).map_err(|why| at(1, why))?;
    let column =
        |name: &str| header.iter().position(|h| h == name).ok_or_else(|| at(1, format!("the header has no column '{name}'")));
    let columns = [column("ts_ms")?, column("open")?, column("high")?, column("low")?, column("close")?];
    let mut bars: Vec<Bar> = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        let line = csv.position().line();
        if !csv.read_record(&mut record).map_err(|e| at(line, e.to_string()))? {
            break;
        }
        let line = record.position().map_or(line, |p| p.line());
        let field = |i: usize| record.get(columns[i]).ok_or_else(|| at(line, format!("column {} is missing", columns[i] + 1)));
        let time_ms: i64 =
            field(0)?.parse().map_err(|_| at(line, format!("ts_ms '{}' is not a whole number", &record[columns[0]])))?;
        let mut prices = [0i64; 4];
        for (i, name) in ["open", "high", "low", "close"].into_iter().enumerate() {
            prices[i] = price(field(i + 1)?).map_err(|why| at(line, format!("{name}: {why}")))?;
        }
        let [open, high, low, close] = prices;
        let bar = Bar { time_ms, open, high, low, close };
        check(&bar, bars.last(), max_gap_ms).map_err(|why| at(line, why))?;
        bars.push(bar);
    }
    if bars.is_empty() {
        return Err(PriceError::Empty(file.into()));
    }
    Ok(bars)
}

/// Columns of a price file. Those after `close` are not used.
const COLUMNS: [&str; 8] = ["ts_ms", "open", "high", "low", "close", "volume", "sell_volume", "trades"];

/// Refuses a header with a column that means nothing here, or one that is there twice: a misspelt name must not be a silent default.
pub(super) fn known(header: &csv::StringRecord, columns: &[&str]) -> Result<(), String> {
    for (n, name) in header.iter().enumerate() {
        if !columns.contains(&name) {
            return Err(format!("unknown column '{name}': a header has {}", columns.join(", ")));
        }
        if header.iter().take(n).any(|other| other == name) {
            return Err(format!("the column '{name}' is there twice"));
        }
    }
    Ok(())
}

/// A decimal text in 10^-8 USD. More than eight digits are cut: that is finer than any venue's tick.
fn price(text: &str) -> Result<i64, String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
        return Err(match text.strip_prefix('-') {
            Some(_) => format!("'{text}' must be greater than zero"),
            None => format!("'{text}' is not a decimal number"),
        });
    }
    let places = DECIMALS as usize;
    let cut = &fraction[..fraction.len().min(places)];
    match format!("{whole}{cut:0<places$}").parse::<i64>() {
        Ok(0) => Err(format!("'{text}' must be greater than zero")),
        Ok(x) => Ok(x),
        Err(_) => Err(format!("'{text}' is larger than the protocol can hold")),
    }
}

fn check(bar: &Bar, last: Option<&Bar>, max_gap_ms: i64) -> Result<(), String> {
    if bar.time_ms < 0 {
        return Err(format!("ts_ms {} is negative", bar.time_ms));
    }
    if bar.low > bar.open.min(bar.close) || bar.high < bar.open.max(bar.close) {
        return Err("low and high do not enclose open and close".into());
    }
    match last {
        Some(last) if bar.time_ms <= last.time_ms => {
            Err(format!("ts_ms {} is not after {} of the line before", bar.time_ms, last.time_ms))
        }
        Some(last) if bar.time_ms - last.time_ms > max_gap_ms => Err(format!(
            "{} s pass since the line before, more than the {} s that --max-gap permits",
            (bar.time_ms - last.time_ms) / 1_000,
            max_gap_ms / 1_000
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        parse("f.csv", text.as_bytes(), MAX_GAP_MS).expect_err("refused").to_string()
    }

    #[test]
    fn a_good_file_is_read_exactly() {
        let bars =
            parse("f.csv", "ts_ms,open,high,low,close,volume\n1000,1.5,2,1,1.25,9\n".as_bytes(), MAX_GAP_MS).expect("reads");
        assert_eq!(bars, [Bar { time_ms: 1000, open: 150_000_000, high: 200_000_000, low: 100_000_000, close: 125_000_000 }]);
    }

    #[test]
    fn bad_lines_are_named() {
        let head = "ts_ms,open,high,low,close\n";
        assert_eq!(refusal("ts_ms,open\n"), "f.csv, line 1: the header has no column 'high'");
        let unknown = refusal("ts_ms,open,high,low,close,colour\n1,1,1,1,1,1\n");
        assert!(unknown.starts_with("f.csv, line 1: unknown column 'colour': a header has ts_ms, open"), "{unknown}");
        assert_eq!(refusal("ts_ms,open,high,low,close,open\n"), "f.csv, line 1: the column 'open' is there twice");
        assert_eq!(refusal(&format!("{head}1,1,1,1\n")), "f.csv, line 2: column 5 is missing");
        assert_eq!(refusal(&format!("{head}1,1,1,1,1\n2,1,x,1,1\n")), "f.csv, line 3: high: 'x' is not a decimal number");
        assert_eq!(refusal(&format!("{head}1,0,1,1,1\n")), "f.csv, line 2: open: '0' must be greater than zero");
        assert_eq!(refusal(&format!("{head}1,1,1,2,1\n")), "f.csv, line 2: low and high do not enclose open and close");
        assert_eq!(refusal(&format!("{head}2,1,1,1,1\n2,1,1,1,1\n")), "f.csv, line 3: ts_ms 2 is not after 2 of the line before");
        assert_eq!(refusal(&format!("{head}1,-2,1,1,1\n")), "f.csv, line 2: open: '-2' must be greater than zero");
        assert_eq!(
            refusal(&format!("{head}1000,1,1,1,1\n3602000,1,1,1,1\n")),
            "f.csv, line 3: 3601 s pass since the line before, more than the 3600 s that --max-gap permits"
        );
        assert_eq!(refusal(head), "f.csv: no bars");
    }

    #[test]
    fn a_missing_and_a_corrupt_file_are_refused() {
        assert!(read(Path::new("/nonexistent/x.csv")).is_err());
        let path = std::env::temp_dir().join(format!("firebreak-corrupt-{}.csv.gz", std::process::id()));
        std::fs::write(&path, [0x1f, 0x8b, 8, 0, 1, 2, 3]).expect("writes");
        assert!(read(&path).is_err());
        std::fs::remove_file(&path).expect("removes");
    }
}
