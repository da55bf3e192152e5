//! The README's table of invariants names tests that exist.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::{collections::BTreeSet, fs, path::Path};

/// Every name that a test of this crate has: `fn name(` or, inside a macro, `name: |` or `name "`.
fn test_names(dir: &Path, into: &mut BTreeSet<String>) {
    for entry in fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()) {
        if entry.is_dir() {
            test_names(&entry, into);
        } else if entry.extension().is_some_and(|x| x == "rs") {
            for line in fs::read_to_string(&entry).unwrap().lines() {
                let line = line.trim_start().trim_start_matches("fn ");
                let name: String = line.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                let after = line[name.len()..].trim_start();
                if after.starts_with('(') || after.starts_with(": |") || after.starts_with('"') {
                    into.insert(name);
                }
            }
        }
    }
}

/// What stands between backticks.
fn quoted(row: &str) -> Vec<&str> {
    row.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_invariant_has_a_row_and_every_row_its_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let mut names = BTreeSet::new();
    test_names(&root.join("tests"), &mut names);
    for n in 1..=14 {
        let start = format!("| I{n} ");
        let row = readme.lines().find(|l| l.starts_with(&start)).unwrap_or_else(|| panic!("no row for I{n}"));
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 4, "{row}");
        for cell in &cells[1..] {
            let prefix = format!("i{n}_");
            for name in quoted(cell).into_iter().filter(|q| q.starts_with('i')) {
                assert!(name.starts_with(&prefix), "the row of I{n} names {name}");
                assert!(names.contains(name), "the row of I{n} names {name}, which is no test of this crate");
            }
            let says_why = cell.contains("not ") || cell.contains("after every") || !quoted(cell).is_empty();
            assert!(says_why, "the row of I{n} has a cell that names no test and does not say why: {cell:?}");
        }
    }
}
