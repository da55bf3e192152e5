//! `firebreak skip`: lets time pass on a local network, for what elsewhere takes hours or days.

use crate::user::{
    error::{bad, Bad},
    options::Options,
    out::Out,
    session::Session,
    units::show_seconds,
};
use anyhow::{bail, Context, Result};
use firebreak_client::risk::levels::Level;
use serde_json::{json, Value};
use solana_rpc_client::api::request::RpcRequest;
use std::{
    thread::sleep,
    time::{Duration, Instant},
};

/// Arguments of `firebreak skip`.
#[derive(Debug, clap::Args)]
pub struct SkipArgs {
    /// How much time passes, as in 90s, 20m, 2h or 7d.
    time: String,
    #[command(flatten)]
    pub options: Options,
}

/// More at once is no test of anything.
const MOST: u64 = 60 * 86_400;
/// How long the local network may take to publish prices again.
const PRICES: Duration = Duration::from_secs(20);
/// Seconds between prices that no market takes for an outage, and how many such steps outlast the grace after one.
const STEP: u64 = 20;
const GRACE_STEPS: u64 = 12;

fn seconds(text: &str) -> Result<u64> {
    let units = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)];
    let found = units.iter().find_map(|(unit, scale)| Some((text.strip_suffix(unit)?.trim_end().parse::<u64>().ok()?, *scale)));
    match found.map(|(number, scale)| number.saturating_mul(scale)) {
        Some(seconds) if (1..=MOST).contains(&seconds) => Ok(seconds),
        Some(_) => bad(format!("'{text}' must be one second to {}", show_seconds(MOST as i64))),
        None => bad(format!("'{text}' is no time: write it as in 90s, 20m, 2h or 7d")),
    }
}

pub fn run(args: &SkipArgs) -> Result<()> {
    let seconds = seconds(&args.time)?;
    let mut session = Session::open(&args.options)?;
    let before = session.now;
    jump(&mut session, seconds)?;
    // Prices that come after a long silence open a grace. It ends while they come as often as somebody refreshes.
    for _ in 0..GRACE_STEPS {
        if session.book.markets.values().all(|m| m.engine.breaker.level() <= Level::Caution) {
            break;
        }
        jump(&mut session, STEP)?;
    }
    let passed = session.now.time - before.time;
    let text = format!("{} later", show_seconds(passed));
    session.print(&Out::new(text, json!({ "seconds": passed, "slot": session.now.slot, "time": session.now.time })));
    Ok(())
}

/// Lets so many seconds pass, and waits for prices of afterwards.
fn jump(session: &mut Session, seconds: u64) -> Result<()> {
    let before = session.now;
    let to = (before.time as u64).saturating_add(seconds).saturating_mul(1_000);
    let request = RpcRequest::Custom { method: "surfnet_timeTravel" };
    let answer: Result<Value, _> = session.rpc.send(request, json!([{ "absoluteTimestamp": to }]));
    if answer.is_err() {
        let url = session.rpc.url();
        return Err(Bad(format!("Time passes by itself at {url}: only a network of `firebreak localnet` can be hurried")).into());
    }
    // What was just published is old now: wait for what the network publishes next.
    let started = Instant::now();
    loop {
        session.refresh().context("The network is gone")?;
        let fresh = session
            .book
            .markets
            .values()
            .all(|m| m.engine.price.time - before.time >= seconds as i64 || m.engine.price.updates == 0);
        if fresh {
            break;
        }
        if started.elapsed() > PRICES {
            bail!("Time has passed, but nobody refreshes the markets");
        }
        sleep(Duration::from_millis(100));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        for (text, expected) in [("90s", 90), ("20m", 1_200), ("2h", 7_200), ("7d", 604_800)] {
            assert_eq!(seconds(text).unwrap(), expected);
        }
        for text in ["", "7", "0s", "-1s", "1.5h", "61d", "1w"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
