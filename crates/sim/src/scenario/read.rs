//! Reading a scenario: what is refused is named with its file, its line and the reason.

use super::{bounds::Bound, Scenario};
use std::path::Path;
use thiserror::Error;
use toml::{
    de::{DeTable, DeValue},
    Spanned,
};

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
            let line = why.span().map_or(1, |s| line_at(text, s.start));
            ScenarioError::Line { file: file.into(), line, why: why.message().replace('\n', " ") }
        })?;
        scenario.check().map_err(|Bound { key, why }| ScenarioError::Line {
            file: file.into(),
            line: line_of(text, &key),
            why,
        })?;
        Ok(scenario)
    }
}

fn line_at(text: &str, at: usize) -> usize {
    text[..at.min(text.len())].matches('\n').count() + 1
}

/// The line on which the value of `key` begins; of a key that is not written, the line of the table it would be in.
fn line_of(text: &str, key: &str) -> usize {
    let Ok(document) = DeTable::parse(text) else { return 1 };
    let mut parts = key.split('.');
    let first = parts.next().and_then(|name| document.get_ref().get(name));
    let Some(mut found) = first else { return 1 };
    for part in parts {
        match inside(found, part) {
            Some(next) => found = next,
            None => break,
        }
    }
    line_at(text, found.span().start)
}

fn inside<'a, 'i>(value: &'a Spanned<DeValue<'i>>, part: &str) -> Option<&'a Spanned<DeValue<'i>>> {
    match value.get_ref() {
        DeValue::Table(table) => table.get(part),
        DeValue::Array(list) => list.get(part.parse::<usize>().ok()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "name = \"x\"\nslots = 10\n\n[[market]]\nname = \"A\"\nprice = 1.0\n";

    fn refused(text: &str) -> String {
        Scenario::parse("s.toml", text).expect_err("refused").to_string()
    }

    #[test]
    fn a_figure_out_of_bounds_is_named_with_its_line() {
        let cases = [
            ("[crowd]\nlongs = 1.5\n", "s.toml, line 8: crowd.longs must be between 0 and 1"),
            ("[insurance]\nshare = 0.1\nfloor = -1.0\n", "s.toml, line 9: insurance.floor must be between 0 and 1"),
            (
                "[[market]]\nname = \"B\"\n\nprice = 0.0\n",
                "s.toml, line 10: market 'B': price must be above 0 and at most 10 000 000",
            ),
            ("path = [\n  [1, 1.0],\n  [2, -0.5],\n]\n", "s.toml, line 9: market 'A': path: -0.5 at slot 2 must be greater"),
            ("path = [\n  [5, 1.0],\n  [5, 0.5],\n]\n", "s.toml, line 9: market 'A': path: slot 5 is not after 5 before it"),
            ("[agents]\nmakers = 2\nhedgers = 1\n", "s.toml, line 9: agents.hedgers need a second [[market]]"),
            (
                "[[market.venue]]\nname = \"v\"\noutages = [[9, 3]]\n",
                "s.toml, line 9: venue 'v': an outage must end after it begins",
            ),
            ("[collateral]\nshare = 0.5\n", "s.toml, line 7: collateral.path must have a point"),
            ("[collateral]\nmarket = \"C\"\n", "s.toml, line 8: collateral.market: no [[market]] is named 'C'"),
        ];
        for (more, expected) in cases {
            let why = refused(&format!("{HEAD}{more}"));
            assert!(why.starts_with(expected), "{why} instead of {expected}");
        }
    }

    #[test]
    fn an_unknown_key_and_a_wrong_type_are_named_with_their_line() {
        assert!(refused(&format!("{HEAD}colour = 3\n")).starts_with("s.toml, line 7: unknown field `colour`"));
        assert!(refused(&format!("{HEAD}[crowd]\naccounts = \"many\"\n")).starts_with("s.toml, line 8: invalid type"));
    }
}
