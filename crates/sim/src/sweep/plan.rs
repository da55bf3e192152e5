//! What a sweep consists of.

use crate::{policy::UnknownPolicy, scenario::ScenarioError, seeds, Policy, Scenario};
use thiserror::Error;

/// One parameter and the values it takes: a path into the scenario, as in `insurance.share`.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// The path.
    pub key: String,
    /// Its values, as TOML.
    pub values: Vec<String>,
}

/// A sweep.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Name and text of each scenario.
    pub scenarios: Vec<(String, String)>,
    /// Policies by name.
    pub policies: Vec<String>,
    /// Grids; every combination is run.
    pub grids: Vec<Grid>,
    /// The seed that the runs' seeds are drawn from.
    pub seed: u64,
    /// Runs of each combination.
    pub runs: usize,
}

/// One run of a sweep.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its number.
    pub number: u64,
    /// What is run.
    pub scenario: Scenario,
    /// Under which policy.
    pub policy: Policy,
    /// The seed. Runs of the same number within their combination share it, so that combinations are compared on the same draws.
    pub seed: u64,
    /// The grid's values, as `key=value` with commas.
    pub settings: String,
}

/// Why a sweep cannot be planned.
#[derive(Debug, Error)]
pub enum PlanError {
    /// A grid is not `key=value,value`.
    #[error("'{0}' is no grid: give KEY=VALUE,VALUE as in insurance.share=0.01,0.02")]
    Grid(String),
    /// A key leads nowhere.
    #[error("--set {key}: {why}")]
    Key {
        /// The key.
        key: String,
        /// Why.
        why: String,
    },
    /// The scenario is refused.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// No such policy.
    #[error(transparent)]
    Policy(#[from] UnknownPolicy),
    /// Nothing to do.
    #[error("a sweep needs at least one scenario, one policy and one run")]
    Empty,
}

impl std::str::FromStr for Grid {
    type Err = PlanError;

    fn from_str(text: &str) -> Result<Self, PlanError> {
        let bad = || PlanError::Grid(text.into());
        let (key, values) = text.split_once('=').ok_or_else(bad)?;
        let values: Vec<String> = values.split(',').map(|v| v.trim().to_string()).collect();
        if key.is_empty() || values.iter().any(String::is_empty) {
            return Err(bad());
        }
        Ok(Self { key: key.trim().into(), values })
    }
}

impl Plan {
    /// Every job, in order. The plan alone decides it.
    pub fn jobs(&self) -> Result<Vec<Job>, PlanError> {
        if self.scenarios.is_empty() || self.policies.is_empty() || self.runs == 0 {
            return Err(PlanError::Empty);
        }
        let seeds = seeds(self.seed, self.runs);
        let mut jobs = Vec::new();
        for (file, text) in &self.scenarios {
            for choice in self.choices() {
                let scenario = set(file, text, &choice)?;
                let settings: Vec<String> = choice.iter().map(|(k, v)| format!("{k}={v}")).collect();
                for policy in &self.policies {
                    let policy = Policy::named(policy)?;
                    for seed in &seeds {
                        jobs.push(Job {
                            number: jobs.len() as u64,
                            scenario: scenario.clone(),
                            policy: policy.clone(),
                            seed: *seed,
                            settings: settings.join(","),
                        });
                    }
                }
            }
        }
        Ok(jobs)
    }

    /// Every combination of the grids' values.
    fn choices(&self) -> Vec<Vec<(&str, &str)>> {
        self.grids.iter().fold(vec![Vec::new()], |all, grid| {
            all.iter()
                .flat_map(|choice: &Vec<(&str, &str)>| {
                    grid.values.iter().map(|value| {
                        let mut next = choice.clone();
                        next.push((&grid.key, value));
                        next
                    })
                })
                .collect()
        })
    }

    /// A number that two different plans hardly share: a journal belongs to one.
    pub fn fingerprint(&self) -> u64 {
        let grids: Vec<String> = self.grids.iter().map(|g| format!("{}={}", g.key, g.values.join(","))).collect();
        let text = format!("{:?}|{:?}|{grids:?}|{}|{}", self.scenarios, self.policies, self.seed, self.runs);
        // FNV-1a, 64 bits.
        text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }
}

/// The scenario with these values put into it.
fn set(file: &str, text: &str, choice: &[(&str, &str)]) -> Result<Scenario, PlanError> {
    if choice.is_empty() {
        return Ok(Scenario::parse(file, text)?);
    }
    let whole = Scenario::parse(file, text)?;
    let fail = |key: &str, why: String| PlanError::Key { key: key.into(), why };
    let mut tree = toml::Value::try_from(&whole).map_err(|e| fail("", e.to_string()))?;
    for (key, value) in choice {
        let parsed: toml::Table = format!("v = {value}").parse().map_err(|_| fail(key, format!("'{value}' is no TOML value")))?;
        let mut at = &mut tree;
        for part in key.split('.') {
            let next = match (part.parse::<usize>(), &mut *at) {
                (Ok(n), toml::Value::Array(items)) => items.get_mut(n),
                (_, toml::Value::Table(table)) => table.get_mut(part),
                _ => None,
            };
            at = next.ok_or_else(|| fail(key, format!("the scenario has no '{part}' there")))?;
        }
        *at = parsed["v"].clone();
    }
    let text = toml::to_string(&tree).map_err(|e| fail("", e.to_string()))?;
    // The file itself was whole: what is refused now is a value of the grid, which no line of the file has.
    Scenario::parse(file, &text).map_err(|why| match why {
        ScenarioError::Line { why, .. } => fail(&choice.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(", "), why),
        other => other.into(),
    })
}
