//! Reads the shards of a sweep together, with SQLite in memory.
//!
//! The Parquet of every shard becomes rows of one table, and the summary is a query. Figures beyond 2^63 - 1 do not fit the table and are
//! refused; none of them comes near.

use super::rows::{read_rows, write_rows, Row, FRACTIONS, WHOLE};
use anyhow::{bail, ensure, Context, Result};
use rusqlite::{params_from_iter, types::Value, Connection};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// One scenario under one policy with one choice of settings, over all its seeds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Scenario.
    pub scenario: String,
    /// Policy.
    pub policy: String,
    /// The grid's values.
    pub settings: String,
    /// Runs.
    pub runs: u64,
    /// Largest deficit left.
    pub deficit_worst: u64,
    /// Mean of the deficits booked.
    pub deficit_booked_mean: f64,
    /// Least h.
    pub payable_share_worst: f64,
    /// Mean of what insurance paid.
    pub insurance_used_mean: f64,
    /// Mean of the liquidated notional.
    pub liquidated_notional_mean: f64,
    /// Mean share of wrongful liquidations.
    pub wrongful_share_mean: f64,
    /// Checks of all runs.
    pub invariants_checked: u64,
    /// Of them, failed.
    pub invariants_broken: u64,
}

/// A merged sweep.
#[derive(Clone, Debug)]
pub struct Merged {
    /// Every run, in order.
    pub rows: Vec<Row>,
    /// By scenario, policy and settings.
    pub summaries: Vec<Summary>,
}

/// Reads every `runs-I-of-N.parquet` of the folder; refuses a folder in which a shard or a job is missing or twice.
pub fn merge(folder: &Path) -> Result<Merged> {
    let files = shards(folder)?;
    let mut rows = Vec::new();
    for file in &files {
        rows.extend(read_rows(file)?);
    }
    rows.sort_by_key(|row| row.job);
    for (n, row) in rows.iter().enumerate() {
        ensure!(row.job == n as u64, "job {n} is missing or there twice: is every shard of one sweep finished?");
    }
    let summaries = summaries(&rows)?;
    write_rows(&folder.join("merged.parquet"), &rows)?;
    Ok(Merged { rows, summaries })
}

/// The files of all shards of one number.
fn shards(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let Some(part) = name.strip_prefix("runs-").and_then(|n| n.strip_suffix(".parquet")) else { continue };
        let Some((index, count)) = part.split_once("-of-") else { continue };
        let (Ok(index), Ok(count)) = (index.parse::<u64>(), count.parse::<u64>()) else { continue };
        found.push((count, index, path));
    }
    found.sort();
    let Some(count) = found.first().map(|f| f.0) else { bail!("{} holds no runs-I-of-N.parquet", folder.display()) };
    ensure!(found.iter().all(|f| f.0 == count), "{} holds shards of different sweeps", folder.display());
    for (n, shard) in found.iter().enumerate() {
        ensure!(shard.1 == n as u64, "shard {n} of {count} is not finished");
    }
    ensure!(found.len() as u64 == count, "shard {} of {count} is not finished", found.len());
    Ok(found.into_iter().map(|f| f.2).collect())
}

/// Text columns of the table, before the figures.
const NAMES: [&str; 3] = ["scenario", "policy", "settings"];

/// Every run as a row of a table in memory.
fn load(rows: &[Row]) -> Result<Connection> {
    let mut connection = Connection::open_in_memory()?;
    let whole = WHOLE.map(|name| format!("{name} INTEGER NOT NULL"));
    let fractions = FRACTIONS.map(|name| format!("{name} REAL NOT NULL"));
    let names = NAMES.map(|name| format!("{name} TEXT NOT NULL"));
    let columns: Vec<String> = names.into_iter().chain(whole).chain(fractions).collect();
    connection.execute_batch(&format!("CREATE TABLE runs (job INTEGER PRIMARY KEY, {})", columns.join(", ")))?;
    let places = vec!["?"; columns.len() + 1].join(", ");
    let transaction = connection.transaction()?;
    {
        let mut insert = transaction.prepare(&format!("INSERT INTO runs VALUES ({places})"))?;
        for row in rows {
            insert.execute(params_from_iter(values(row)?))?;
        }
    }
    transaction.commit()?;
    Ok(connection)
}

fn values(row: &Row) -> Result<Vec<Value>> {
    let whole = |name: &str, x: u64| -> Result<Value> {
        let fits = i64::try_from(x).with_context(|| format!("job {}: {name} {x} is more than a table holds", row.job))?;
        Ok(Value::Integer(fits))
    };
    let mut all = vec![whole("job", row.job)?];
    all.extend([&row.scenario, &row.policy, &row.settings].map(|text| Value::Text(text.clone())));
    for (name, x) in WHOLE.into_iter().zip(row.whole) {
        all.push(whole(name, x)?);
    }
    all.extend(row.fractions.map(Value::Real));
    Ok(all)
}

/// One line for each scenario, policy and choice of settings, in the order of their first jobs.
fn summaries(rows: &[Row]) -> Result<Vec<Summary>> {
    let connection = load(rows)?;
    let mut query = connection.prepare(
        "SELECT scenario, policy, settings, count(*) AS runs, max(deficit) AS deficit_worst,
             avg(deficit_booked) AS deficit_booked_mean, min(payable_share_worst) AS payable_share_worst,
             avg(insurance_used) AS insurance_used_mean, avg(liquidated_notional) AS liquidated_notional_mean,
             avg(wrongful_share) AS wrongful_share_mean, sum(invariants_checked) AS invariants_checked,
             sum(invariants_broken) AS invariants_broken
         FROM runs GROUP BY scenario, policy, settings ORDER BY min(job)",
    )?;
    let found = query.query_map([], |row| {
        // Sums and counts of figures that were no larger than this going in.
        let whole = |name: &str| row.get::<_, i64>(name).map(i64::unsigned_abs);
        Ok(Summary {
            scenario: row.get("scenario")?,
            policy: row.get("policy")?,
            settings: row.get("settings")?,
            runs: whole("runs")?,
            deficit_worst: whole("deficit_worst")?,
            deficit_booked_mean: row.get("deficit_booked_mean")?,
            payable_share_worst: row.get("payable_share_worst")?,
            insurance_used_mean: row.get("insurance_used_mean")?,
            liquidated_notional_mean: row.get("liquidated_notional_mean")?,
            wrongful_share_mean: row.get("wrongful_share_mean")?,
            invariants_checked: whole("invariants_checked")?,
            invariants_broken: whole("invariants_broken")?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}
