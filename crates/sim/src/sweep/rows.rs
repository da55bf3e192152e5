//! Runs and series as Parquet.

use crate::{outcome::Sample, Outcome};
use anyhow::{Context, Result};
use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, UInt64Array, UInt8Array};
use parquet::arrow::{arrow_reader::ParquetRecordBatchReaderBuilder, ArrowWriter};
use serde::{Deserialize, Serialize};
use std::{fs::File, path::Path, sync::Arc};

/// One run of a sweep, as a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Number of the job.
    pub job: u64,
    /// Scenario, policy, settings.
    pub scenario: String,
    /// Policy.
    pub policy: String,
    /// The grid's values.
    pub settings: String,
    /// Seed.
    pub seed: u64,
    /// Whole figures, in the order of [`WHOLE`].
    pub whole: [u64; 18],
    /// Fractions, in the order of [`FRACTIONS`].
    pub fractions: [f64; 5],
}

/// Columns of whole numbers.
pub const WHOLE: [&str; 18] = [
    "accounts",
    "slots",
    "open_interest",
    "deficit",
    "deficit_worst",
    "deficit_booked",
    "insurance_before",
    "insurance_after",
    "insurance_used",
    "pot_used",
    "loss_shared",
    "liquidations",
    "liquidated_notional",
    "bankruptcies",
    "adl_excess_atoms",
    "conservation_error_atoms",
    "invariants_checked",
    "invariants_broken",
];
/// Columns of fractions.
pub const FRACTIONS: [&str; 5] = ["payable_share", "payable_share_worst", "wrongful_share", "liquidation_impact", "depth_worst"];

impl Row {
    /// The row of job number `job`.
    pub fn of(job: u64, settings: &str, o: &Outcome) -> Self {
        Self {
            job,
            scenario: o.scenario.clone(),
            policy: o.policy.clone(),
            settings: settings.into(),
            seed: o.seed,
            whole: [
                u64::from(o.accounts),
                o.slots,
                o.open_interest,
                o.deficit,
                o.deficit_worst,
                o.deficit_booked,
                o.insurance_before,
                o.insurance_after,
                o.insurance_used,
                o.pot_used,
                o.loss_shared,
                o.liquidations,
                o.liquidated_notional,
                o.bankruptcies,
                o.adl_excess_atoms,
                o.conservation_error_atoms,
                o.invariants_checked,
                o.invariants_broken,
            ],
            fractions: [o.payable_share, o.payable_share_worst, o.wrongful_share, o.liquidation_impact, o.depth_worst],
        }
    }

    /// Invariants that broke in it.
    pub fn broken(&self) -> u64 {
        self.whole[WHOLE.len() - 1]
    }
}

/// Writes rows, replacing the file.
pub fn write_rows(path: &Path, rows: &[Row]) -> Result<()> {
    let text = |f: fn(&Row) -> &str| Arc::new(StringArray::from_iter_values(rows.iter().map(f))) as ArrayRef;
    let number = |f: &dyn Fn(&Row) -> u64| Arc::new(UInt64Array::from_iter_values(rows.iter().map(f))) as ArrayRef;
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("job", number(&|r| r.job)),
        ("scenario", text(|r| &r.scenario)),
        ("policy", text(|r| &r.policy)),
        ("settings", text(|r| &r.settings)),
        ("seed", number(&|r| r.seed)),
    ];
    for (i, name) in WHOLE.into_iter().enumerate() {
        columns.push((name, number(&move |r: &Row| r.whole[i])));
    }
    for (i, name) in FRACTIONS.into_iter().enumerate() {
        columns.push((name, Arc::new(Float64Array::from_iter_values(rows.iter().map(|r| r.fractions[i])))));
    }
    write(path, columns)
}

/// Reads rows back.
pub fn read_rows(path: &Path) -> Result<Vec<Row>> {
    let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).with_context(|| format!("{} is no Parquet", path.display()))?;
    let mut rows = Vec::new();
    for batch in reader.build()? {
        rows.extend(rows_of(&batch?)?);
    }
    Ok(rows)
}

/// The rows of a batch.
pub fn rows_of(batch: &RecordBatch) -> Result<Vec<Row>> {
    let column = |name: &str| batch.column_by_name(name).with_context(|| format!("the file has no column '{name}'"));
    let numbers = |name: &str| -> Result<UInt64Array> {
        let found = column(name)?.as_any().downcast_ref::<UInt64Array>();
        found.cloned().with_context(|| format!("column '{name}' holds no whole numbers"))
    };
    let texts = |name: &str| -> Result<Vec<String>> {
        let column = column(name)?;
        if let Some(found) = column.as_any().downcast_ref::<StringArray>() {
            return Ok((0..found.len()).map(|i| found.value(i).to_string()).collect());
        }
        let found = column.as_any().downcast_ref::<arrow_array::StringViewArray>();
        let found = found.with_context(|| format!("column '{name}' holds no text"))?;
        Ok((0..found.len()).map(|i| found.value(i).to_string()).collect())
    };
    let (job, seed) = (numbers("job")?, numbers("seed")?);
    let (scenario, policy, settings) = (texts("scenario")?, texts("policy")?, texts("settings")?);
    let whole = WHOLE.into_iter().map(numbers).collect::<Result<Vec<_>>>()?;
    let fractions = FRACTIONS
        .into_iter()
        .map(|name| {
            let found = column(name)?.as_any().downcast_ref::<Float64Array>();
            found.cloned().with_context(|| format!("column '{name}' holds no fractions"))
        })
        .collect::<Result<Vec<_>>>()?;
    Ok((0..batch.num_rows())
        .map(|i| Row {
            job: job.value(i),
            scenario: scenario[i].clone(),
            policy: policy[i].clone(),
            settings: settings[i].clone(),
            seed: seed.value(i),
            whole: std::array::from_fn(|c| whole[c].value(i)),
            fractions: std::array::from_fn(|c| fractions[c].value(i)),
        })
        .collect())
}

/// Writes the series of a run.
pub fn write_series(path: &Path, series: &[Sample]) -> Result<()> {
    let fractions = |f: fn(&Sample) -> f64| Arc::new(Float64Array::from_iter_values(series.iter().map(f))) as ArrayRef;
    let number = |f: fn(&Sample) -> u64| Arc::new(UInt64Array::from_iter_values(series.iter().map(f))) as ArrayRef;
    let byte = |f: fn(&Sample) -> u8| Arc::new(UInt8Array::from_iter_values(series.iter().map(f))) as ArrayRef;
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("slot", number(|s| s.slot)),
        ("time_ms", Arc::new(Int64Array::from_iter_values(series.iter().map(|s| s.time_ms)))),
        ("price", fractions(|s| s.price)),
        ("low", fractions(|s| s.low)),
        ("high", fractions(|s| s.high)),
        ("quality", byte(|s| s.quality)),
        ("level", byte(|s| s.level)),
        ("open_interest", fractions(|s| s.open_interest)),
        ("liquidations", number(|s| s.liquidations)),
        ("bankruptcies", number(|s| s.bankruptcies)),
        ("liquidated", fractions(|s| s.liquidated)),
        ("deficit", fractions(|s| s.deficit)),
        ("payable_share", fractions(|s| s.payable_share)),
        ("insurance", fractions(|s| s.insurance)),
        ("pot", fractions(|s| s.pot)),
        ("depth", fractions(|s| s.depth)),
        ("impact", fractions(|s| s.impact)),
        ("maint", fractions(|s| s.maint)),
    ];
    write(path, columns)
}

/// Written beside its name and then renamed, so that no reader sees half a file.
fn write(path: &Path, columns: Vec<(&str, ArrayRef)>) -> Result<()> {
    let batch = RecordBatch::try_from_iter(columns)?;
    let partial = path.with_extension("parquet.partial");
    let file = File::create(&partial).with_context(|| format!("{} cannot be written", partial.display()))?;
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None)?;
    writer.write(&batch)?;
    writer.close()?;
    std::fs::rename(&partial, path).with_context(|| format!("{} cannot be written", path.display()))
}
