//! An answer, for people and as JSON.

use serde_json::Value;

/// What a command has to say.
#[derive(Clone, Debug, Default)]
pub struct Out {
    /// For people.
    pub text: String,
    /// For programs.
    pub json: Value,
}

impl Out {
    /// An answer.
    pub fn new(text: impl Into<String>, json: Value) -> Self {
        Self { text: text.into(), json }
    }

    /// Prints it to standard output.
    pub fn print(&self, as_json: bool) {
        use std::io::Write;
        let mut stdout = std::io::stdout().lock();
        // A reader that has seen enough may close the pipe.
        let _ = match as_json {
            true => writeln!(stdout, "{:#}", self.json),
            false => writeln!(stdout, "{}", self.text.trim_end()),
        };
    }
}

/// Rows under a heading; numbers to the right.
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// With these headings.
    pub fn new(heading: &[&str]) -> Self {
        Self { rows: vec![heading.iter().map(|h| h.to_string()).collect()] }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The whole as text.
    pub fn text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |c: usize| self.rows.iter().filter_map(|r| r.get(c)).map(|cell| cell.chars().count()).max().unwrap_or(0);
        let numeric = |c: usize| {
            let mut cells =
                self.rows.iter().skip(1).filter_map(|r| r.get(c)).filter(|cell| !cell.is_empty() && *cell != "-").peekable();
            cells.peek().is_some()
                && cells.all(|cell| cell.trim_start_matches(['-', '+']).starts_with(|x: char| x.is_ascii_digit()))
        };
        let widths: Vec<(usize, bool)> = (0..columns).map(|c| (width(c), numeric(c))).collect();
        let mut text = String::new();
        for row in &self.rows {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .map(|(cell, (width, right))| {
                    let space = " ".repeat(width.saturating_sub(cell.chars().count()));
                    if *right {
                        format!("{space}{cell}")
                    } else {
                        format!("{cell}{space}")
                    }
                })
                .collect();
            text.push_str(cells.join("  ").trim_end());
            text.push('\n');
        }
        text
    }
}

/// `name  value` lines, the values below each other.
pub fn pairs(rows: &[(&str, String)]) -> String {
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    rows.iter().map(|(name, value)| format!("{name}{}  {value}\n", " ".repeat(width - name.chars().count()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_to_the_right_and_words_to_the_left() {
        let mut table = Table::new(&["market", "size"]);
        table.row(["BTC-PERP".into(), "1".into()]);
        table.row(["X".into(), "-100".into()]);
        assert_eq!(table.text(), "market    size\nBTC-PERP     1\nX         -100\n");
        assert_eq!(pairs(&[("a", "1".into()), ("long", "2".into())]), "a     1\nlong  2\n");
    }
}
