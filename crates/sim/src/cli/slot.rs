//! `shock`.

use super::output::OutputArgs;
use crate::{shock::Shock, Opener};
use anyhow::{anyhow, bail, Result};

/// Arguments of `shock`.
#[derive(Debug, clap::Args)]
pub struct ShockArgs {
    /// How far the price falls in one slot, as in 90%.
    #[arg(long, value_name = "PERCENT", conflicts_with = "rise", required_unless_present = "rise")]
    drop: Option<String>,
    /// How far it rises instead, as in 900%.
    #[arg(long, value_name = "PERCENT")]
    rise: Option<String>,
    /// Leverage of longs, and of shorts unless --skew says otherwise.
    #[arg(long, default_value_t = 20.0)]
    leverage: f64,
    /// Leverage of shorts.
    #[arg(long, value_name = "LEVERAGE")]
    skew: Option<f64>,
    /// Accounts, half of them long.
    #[arg(long, default_value_t = 1_000)]
    accounts: u32,
    /// Insurance in per cent of open interest, as in 2%. With it fees are charged and bonds set aside, so that it may pay.
    #[arg(long, value_name = "PERCENT", default_value = "0%")]
    insurance: String,
    #[command(flatten)]
    output: OutputArgs,
}

/// `90%` as 0.9.
fn percent(name: &str, text: &str) -> Result<f64> {
    let number = text.trim().trim_end_matches('%').parse::<f64>();
    let share = number.map_err(|_| anyhow!("{name} '{text}' is not a percentage as in 90%"))? / 100.0;
    if !share.is_finite() || share < 0.0 {
        bail!("{name} '{text}' must be at least zero");
    }
    Ok(share)
}

/// Runs it.
pub fn run(args: &ShockArgs, chain: Option<&Opener>) -> Result<bool> {
    let after = match (&args.drop, &args.rise) {
        (Some(drop), _) => {
            let drop = percent("--drop", drop)?;
            if drop >= 1.0 {
                bail!("--drop must be below 100%: a price is above zero");
            }
            1.0 - drop
        }
        (None, Some(rise)) => 1.0 + percent("--rise", rise)?,
        (None, None) => bail!("give --drop or --rise"),
    };
    let shock = Shock {
        after,
        longs: args.leverage,
        shorts: args.skew.unwrap_or(args.leverage),
        accounts: args.accounts,
        insurance: percent("--insurance", &args.insurance)?,
    };
    args.output.play(&shock.scenario()?, 0, chain)
}
