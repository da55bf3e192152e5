//! Reading a scenario, and the bounds of its figures.

use super::Scenario;
use std::path::Path;
use thiserror::Error;

/// Why a scenario is refused.
#[derive(Debug, Error)]
pub enum ScenarioError {
    /// It cannot be read.
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
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// A figure is out of its bounds.
    #[error("{file}: {why}")]
    Bounds {
        /// The file.
        file: String,
        /// The key and its bound.
        why: String,
    },
}

impl Scenario {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, ScenarioError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|why| ScenarioError::Io { file: file.clone(), why })?;
        Self::parse(&file, &text)
    }

    /// Reads the text of `file`.
    pub fn parse(file: &str, text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml::from_str(text).map_err(|why| {
            let line = why.span().map_or(1, |s| text[..s.start.min(text.len())].matches('\n').count() + 1);
            ScenarioError::Line { file: file.into(), line, why: why.message().replace('\n', " ") }
        })?;
        scenario.check().map_err(|why| ScenarioError::Bounds { file: file.into(), why })?;
        Ok(scenario)
    }

    /// Checks every figure.
    pub fn check(&self) -> Result<(), String> {
        let ensure = |ok: bool, why: &str| if ok { Ok(()) } else { Err(why.to_string()) };
        let share = |x: f64, name: &str| ensure((0.0..=1.0).contains(&x), &format!("{name} must be between 0 and 1"));
        ensure(self.slots > 0 && self.slots <= 50_000_000, "slots must be 1 to 50 000 000")?;
        ensure(self.step > 0 && self.step <= 25, "step must be 1 to 25")?;
        ensure(!self.markets.is_empty() && self.markets.len() <= 16, "there must be 1 to 16 [[market]]")?;
        for m in &self.markets {
            let name = &m.name;
            ensure(m.price > 0.0 && m.price <= 1e7, &format!("market '{name}': price must be above 0 and at most 10 000 000"))?;
            share(m.depth_floor, &format!("market '{name}': depth_floor"))?;
            ensure((0.0..0.2).contains(&m.noise), &format!("market '{name}': noise must be from 0 to below 0.2"))?;
            ensure(m.venues.len() <= 5, &format!("market '{name}' takes at most 5 [[market.venue]]"))?;
            path(&m.path, &format!("market '{name}': path"))?;
            for v in &m.venues {
                path(&v.path, &format!("venue '{}': path", v.name))?;
                ensure(v.outages.iter().all(|o| o.0 < o.1), &format!("venue '{}': an outage must end after it begins", v.name))?;
            }
        }
        path(&self.settlement, "settlement")?;
        let c = &self.crowd;
        ensure(c.accounts >= 2 && c.accounts <= 200_000, "crowd.accounts must be 2 to 200 000")?;
        for (low, high) in [Some(c.leverage), c.shorts].into_iter().flatten() {
            ensure(low > 0.0 && low <= high && high <= 100.0, "crowd.leverage must be above 0, at most 100, lowest first")?;
        }
        share(c.longs, "crowd.longs")?;
        share(c.activity, "crowd.activity")?;
        ensure(c.deposit.0 >= 1.0 && c.deposit.0 <= c.deposit.1, "crowd.deposit must be at least 1 USD, lowest first")?;
        let i = &self.insurance;
        let shares =
            [(i.share, "share"), (i.floor, "floor"), (i.junior, "junior"), (i.event_cap, "event_cap"), (i.day_cap, "day_cap")];
        shares.iter().try_for_each(|(x, name)| share(*x, &format!("insurance.{name}")))?;
        share(i.runners, "insurance.runners")?;
        let k = &self.keepers;
        share(k.inclusion, "keepers.inclusion")?;
        ensure(k.count <= 64 && k.capital >= 0.0, "keepers.count must be at most 64 and keepers.capital at least 0")?;
        ensure(self.agents.hedgers == 0 || self.markets.len() > 1, "agents.hedgers need a second [[market]]")?;
        if let Some(c) = &self.collateral {
            share(c.share, "collateral.share")?;
            path(&c.path, "collateral.path")?;
            ensure(!c.path.is_empty(), "collateral.path must have a point")?;
        }
        Ok(())
    }
}

fn path(points: &[(u64, f64)], name: &str) -> Result<(), String> {
    if let Some(w) = points.windows(2).find(|w| w[1].0 <= w[0].0) {
        return Err(format!("{name}: slot {} is not after {} before it", w[1].0, w[0].0));
    }
    match points.iter().find(|p| !(p.1 > 0.0 && p.1 <= 1e6)) {
        Some(p) => Err(format!("{name}: {} at slot {} must be greater than zero and at most 1 000 000", p.1, p.0)),
        None => Ok(()),
    }
}
