//! A folder of history: the files of one day and one asset are the venues of one market.
//!
//! Files are named `DATE_ASSET_VENUE_INTERVAL.csv` or `.csv.gz`; one whose last part is `bookDepth` is the measured depth of its day and
//! asset. A file of the settlement token is replayed as the settlement token: what fails is what everything is counted in.

use crate::{
    prices::{self, read_depth, read_with_gaps, PriceError},
    replay::{steps, Replay, ReplayError},
    scenario::{Class, Crowd, Scenario, ScenarioError},
    shipped,
    world::SLOT_MS,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use thiserror::Error;

/// Assets whose markets have the parameters of a major.
const MAJORS: [&str; 2] = ["BTC", "ETH"];
/// The settlement token.
const SETTLEMENT: &str = "USDC";

/// One day of one asset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crash {
    /// `2025-10-10_BTC`.
    pub name: String,
    /// Price files, the reference first: in the order of their names.
    pub prices: Vec<PathBuf>,
    /// Book depth.
    pub depth: Option<PathBuf>,
}

/// Why a folder is refused.
#[derive(Debug, Error)]
pub enum CrashError {
    /// It cannot be read.
    #[error("{0}: {1}")]
    Io(String, std::io::Error),
    /// There is nothing in it.
    #[error("{0} holds no DATE_ASSET_VENUE_INTERVAL.csv or .csv.gz")]
    Empty(String),
    /// A file is refused.
    #[error(transparent)]
    Price(#[from] PriceError),
    /// The files do not fit each other.
    #[error("{0}: {1}")]
    Replay(String, ReplayError),
    /// The scenario of the settlement token is refused.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
}

/// Every crash of a folder, by name.
pub fn find(folder: &Path) -> Result<Vec<Crash>, CrashError> {
    let shown = folder.display().to_string();
    let io = |why| CrashError::Io(shown.clone(), why);
    let mut found: BTreeMap<String, Crash> = BTreeMap::new();
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)? {
        files.push(entry.map_err(io)?.path());
    }
    files.sort();
    for path in files {
        let file = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let Some((stem, "csv" | "csv.gz")) = file.split_once('.') else { continue };
        let [date, asset, _, what] = stem.split('_').collect::<Vec<_>>()[..] else { continue };
        let name = format!("{date}_{asset}");
        let crash = found.entry(name.clone()).or_insert_with(|| Crash { name, ..Crash::default() });
        if what == "bookDepth" {
            crash.depth = Some(path);
        } else {
            crash.prices.push(path);
        }
    }
    found.retain(|_, crash| !crash.prices.is_empty());
    if found.is_empty() {
        return Err(CrashError::Empty(shown));
    }
    Ok(found.into_values().collect())
}

impl Crash {
    fn asset(&self) -> &str {
        self.name.split_once('_').map_or("", |(_, asset)| asset)
    }

    /// Which parameters its market has.
    pub fn class(&self) -> Class {
        if MAJORS.contains(&self.asset()) {
            Class::Major
        } else {
            Class::Mid
        }
    }

    /// The scenario, and how many absent bars are carried over.
    pub fn scenario(&self, accounts: u32, max_gap_ms: i64) -> Result<(Scenario, u64), CrashError> {
        let venues = self.prices.iter().map(|p| read_with_gaps(p, max_gap_ms)).collect::<Result<Vec<_>, _>>()?;
        let depth = match &self.depth {
            Some(path) => read_depth(path)?,
            None => Vec::new(),
        };
        let replay = Replay { venues, depth, class: self.class(), accounts, name: self.name.clone() };
        let carried = replay.carried();
        let scenario = match self.asset() {
            SETTLEMENT => self.depeg(&replay)?,
            _ => replay.scenario().map_err(|why| CrashError::Replay(self.name.clone(), why))?,
        };
        Ok((scenario, carried))
    }

    /// The settlement token's own day, under a market that stands still.
    fn depeg(&self, replay: &Replay) -> Result<Scenario, CrashError> {
        let ticks = prices::play(&replay.venues);
        let first = ticks.first().map_or(0, |t| t.time_ms);
        let slot = |time_ms: i64| (time_ms - first).max(0) as u64 / SLOT_MS;
        let mut scenario = match shipped::find("settlement-depeg") {
            Some(scenario) => scenario?,
            None => return Err(CrashError::Empty("settlement-depeg".into())),
        };
        scenario.name.clone_from(&self.name);
        scenario.about = "History of the settlement token, under a market that stands still".into();
        scenario.slots = ticks.last().map_or(1, |t| slot(t.time_ms)).max(1);
        scenario.settlement = steps(ticks.iter().map(|t| (slot(t.time_ms), t.prices[0] as f64 / crate::world::TICKS)));
        scenario.crowd = Crowd { accounts: replay.accounts, ..scenario.crowd };
        for market in &mut scenario.markets {
            market.path.clear();
        }
        Ok(scenario)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_a_day_and_an_asset_are_one_crash() {
        let folder = std::env::temp_dir().join(format!("firebreak-crashes-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let names =
            ["2025-10-10_BTC_b_1m.csv", "2025-10-10_BTC_a_1s.csv", "2025-10-10_BTC_c_bookDepth.csv", "2020-03-12_XYZ_a_5m.csv"];
        for name in names.into_iter().chain(["notes.txt", "2020-03-12_ABC_a_bookDepth.csv"]) {
            std::fs::write(folder.join(name), "").expect("writes");
        }
        let found = find(&folder).expect("reads");
        let shape: Vec<_> = found.iter().map(|c| (c.name.as_str(), c.prices.len(), c.depth.is_some(), c.class())).collect();
        assert_eq!(shape, [("2020-03-12_XYZ", 1, false, Class::Mid), ("2025-10-10_BTC", 2, true, Class::Major)]);
        assert!(found[1].prices[0].ends_with("2025-10-10_BTC_a_1s.csv"));
        std::fs::remove_dir_all(&folder).expect("removes");
        assert!(find(&folder).is_err());
    }
}
