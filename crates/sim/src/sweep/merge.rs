//! Reads the shards of a sweep together, with DataFusion.

use super::rows::{rows_of, write_rows, Row};
use anyhow::{bail, ensure, Context, Result};
use datafusion::{
    functions_aggregate::expr_fn::{avg, count, max, min, sum},
    prelude::{col, ParquetReadOptions, SessionContext},
};
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
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let merged = runtime.block_on(query(&files))?;
    for (n, row) in merged.rows.iter().enumerate() {
        ensure!(row.job == n as u64, "job {n} is missing or there twice: is every shard of one sweep finished?");
    }
    write_rows(&folder.join("merged.parquet"), &merged.rows)?;
    Ok(merged)
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

async fn query(files: &[PathBuf]) -> Result<Merged> {
    let context = SessionContext::new();
    let paths: Vec<String> = files.iter().map(|f| f.display().to_string()).collect();
    let table = context.read_parquet(paths, ParquetReadOptions::default()).await?;
    let ordered = table.clone().sort(vec![col("job").sort(true, false)])?;
    let mut rows = Vec::new();
    for batch in ordered.collect().await? {
        rows.extend(rows_of(&batch)?);
    }
    let grouped = table
        .aggregate(
            vec![col("scenario"), col("policy"), col("settings")],
            vec![
                min(col("job")).alias("first"),
                count(col("job")).alias("runs"),
                max(col("deficit")).alias("deficit_worst"),
                avg(col("deficit_booked")).alias("deficit_booked_mean"),
                min(col("payable_share_worst")).alias("payable_share_worst"),
                avg(col("insurance_used")).alias("insurance_used_mean"),
                avg(col("liquidated_notional")).alias("liquidated_notional_mean"),
                avg(col("wrongful_share")).alias("wrongful_share_mean"),
                sum(col("invariants_checked")).alias("invariants_checked"),
                sum(col("invariants_broken")).alias("invariants_broken"),
            ],
        )?
        .sort(vec![col("first").sort(true, false)])?;
    let mut summaries = Vec::new();
    for batch in grouped.collect().await? {
        summaries.extend(summaries_of(&batch)?);
    }
    Ok(Merged { rows, summaries })
}

fn summaries_of(batch: &datafusion::arrow::record_batch::RecordBatch) -> Result<Vec<Summary>> {
    use datafusion::arrow::{array::AsArray, compute::cast, datatypes::*};
    let column = |name: &str, kind: DataType| -> Result<_> {
        let found = batch.column_by_name(name).with_context(|| format!("the query has no column '{name}'"))?;
        Ok(cast(found, &kind)?)
    };
    let text = |name: &str| column(name, DataType::Utf8);
    let (scenario, policy, settings) = (text("scenario")?, text("policy")?, text("settings")?);
    let whole =
        |name: &str, i: usize| -> Result<u64> { Ok(column(name, DataType::UInt64)?.as_primitive::<UInt64Type>().value(i)) };
    let part =
        |name: &str, i: usize| -> Result<f64> { Ok(column(name, DataType::Float64)?.as_primitive::<Float64Type>().value(i)) };
    (0..batch.num_rows())
        .map(|i| {
            Ok(Summary {
                scenario: scenario.as_string::<i32>().value(i).into(),
                policy: policy.as_string::<i32>().value(i).into(),
                settings: settings.as_string::<i32>().value(i).into(),
                runs: whole("runs", i)?,
                deficit_worst: whole("deficit_worst", i)?,
                deficit_booked_mean: part("deficit_booked_mean", i)?,
                payable_share_worst: part("payable_share_worst", i)?,
                insurance_used_mean: part("insurance_used_mean", i)?,
                liquidated_notional_mean: part("liquidated_notional_mean", i)?,
                wrongful_share_mean: part("wrongful_share_mean", i)?,
                invariants_checked: whole("invariants_checked", i)?,
                invariants_broken: whole("invariants_broken", i)?,
            })
        })
        .collect()
}
