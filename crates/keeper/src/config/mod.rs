//! `keeper.toml`: what a keeper's owner decides. Every key has a bound, and what is wrong is said in one sentence that names both.

mod check;
mod keys;
mod parts;
mod settings;
#[cfg(test)]
mod tests;

pub use check::LOCALNET;
pub use keys::{Key, Keys};
pub use parts::{
    Amount, Cluster, Commitment, Endpoint, Fees, Inventory, Log, LogFormat, Metrics, Planning, Profit, Sending, Signed, View,
    Wallets, Webhook,
};

use crate::action::Job;
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use thiserror::Error;

/// Why a configuration is not used.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ConfigError {
    /// The file is not there, or may not be read.
    #[error("the configuration {0} cannot be read: {1}")]
    Unreadable(PathBuf, String),
    /// The text is not TOML, has a key too many or too few, or a value of another kind.
    #[error("{0}")]
    Text(String),
    /// A value is out of its bound.
    #[error("{key} {bound}")]
    OutOfBounds {
        /// The key, as it is written in the file.
        key: &'static str,
        /// What it must be, and what it is.
        bound: String,
    },
    /// A key file is not there or holds no key.
    #[error("{0}")]
    Key(String),
}

/// Everything a keeper is told.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the chain is.
    pub cluster: Cluster,
    /// Who acts and who pays.
    #[serde(default)]
    pub keys: Wallets,
    /// Jobs, each on or off; on when it is left out.
    #[serde(default)]
    pub jobs: BTreeMap<Job, bool>,
    /// What is worth doing.
    #[serde(default)]
    pub profit: Profit,
    /// What may be held.
    #[serde(default)]
    pub inventory: Inventory,
    /// Where and how often something is done.
    #[serde(default)]
    pub planning: Planning,
    /// How old the view may be.
    #[serde(default)]
    pub view: View,
    /// What a transaction may cost.
    #[serde(default)]
    pub fees: Fees,
    /// How transactions are sent.
    #[serde(default)]
    pub sending: Sending,
    /// Where figures are shown.
    #[serde(default)]
    pub metrics: Metrics,
    /// Who is told of events.
    #[serde(default)]
    pub webhook: Webhook,
    /// How the keeper logs.
    #[serde(default)]
    pub log: Log,
    /// Plans and simulates, but sends nothing.
    #[serde(default)]
    pub dry_run: bool,
}

impl Config {
    /// Reads and checks a file. Relative paths in it are relative to the file.
    ///
    /// # Errors
    /// [`ConfigError`], one sentence.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|why| ConfigError::Unreadable(path.into(), why.to_string()))?;
        let name = path.file_name().map_or_else(|| "keeper.toml".into(), |n| n.to_string_lossy().into_owned());
        let mut config = Self::parse(&name, &text)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        for file in config.keys.keypair.iter_mut().chain(&mut config.keys.payers) {
            if let Some(rest) = file.to_str().and_then(|f| f.strip_prefix("~/")) {
                let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
                *file = home.join(rest);
            } else if file.is_relative() {
                *file = folder.join(&*file);
            }
        }
        Ok(config)
    }

    /// Reads and checks a text; `name` is what errors call it.
    ///
    /// # Errors
    /// [`ConfigError`], one sentence.
    pub fn parse(name: &str, text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|why| ConfigError::Text(sentence(name, text, &why)))?;
        config.check()?;
        Ok(config)
    }
}

/// The parser's error on one line: where, and what.
fn sentence(name: &str, text: &str, why: &toml::de::Error) -> String {
    let said = why.message().replace('\n', " ");
    match why.span() {
        Some(span) => {
            let line = text.bytes().take(span.start).filter(|b| *b == b'\n').count() + 1;
            format!("{name}, line {line}: {said}")
        }
        None => format!("{name}: {said}"),
    }
}
