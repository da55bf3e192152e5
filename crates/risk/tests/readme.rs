//! What README.md and FORMULAS.md name exists.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

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

/// A test of the program, `folder/file.rs::name`, or a whole file of them.
fn exists_on_chain(tests: &Path, named: &str) -> bool {
    let (file, name) = named.split_once("::").unwrap_or((named, ""));
    let Ok(text) = fs::read_to_string(tests.join(file)) else { return false };
    let is_test = |name: &str| text.split("#[test]").skip(1).any(|t| t.trim_start().starts_with(&format!("fn {name}(")));
    match name {
        "" => text.contains("#[test]"),
        name => is_test(name),
    }
}

#[test]
fn every_invariant_has_a_row_and_every_row_its_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let mut names = BTreeSet::new();
    test_names(&root.join("tests"), &mut names);
    let on_chain = root.join("../../tests/tests");
    for n in 1..=14 {
        let start = format!("| I{n} ");
        let row = readme.lines().find(|l| l.starts_with(&start)).unwrap_or_else(|| panic!("no row for I{n}"));
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 4, "{row}");
        for cell in &cells[1..3] {
            let prefix = format!("i{n}_");
            for name in quoted(cell) {
                assert!(name.starts_with(&prefix), "the row of I{n} names {name}");
                assert!(names.contains(name), "the row of I{n} names {name}, which is no test of this crate");
            }
            let says_why = cell.contains("not ") || !quoted(cell).is_empty();
            assert!(says_why, "the row of I{n} has a cell that names no test and does not say why: {cell:?}");
        }
        let shown: Vec<&str> = quoted(cells[3]).into_iter().filter(|name| name.contains(".rs")).collect();
        for name in &shown {
            assert!(exists_on_chain(&on_chain, name), "the row of I{n} names {name}, which is no test of the program");
        }
        assert!(!shown.is_empty(), "the row of I{n} names no test of the program");
    }
    let table = readme.split("## Invariants").nth(1).unwrap().split("\n## ").next().unwrap();
    assert!(!table.contains("not yet"), "a cell waits");
}

/// Every formula is where its line says.
#[test]
fn every_formula_has_its_place() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let index = fs::read_to_string(root.join("FORMULAS.md")).unwrap();
    let (mut files, mut found) = (BTreeMap::new(), 0);
    for row in index.lines().filter(|l| l.starts_with("| ") && l.contains('`')) {
        for name in quoted(row) {
            let (module, item) = name.split_once("::").unwrap_or_else(|| panic!("{name} is no item of a module"));
            let text: &String = files.entry(module.to_owned()).or_insert_with(|| {
                let path = root.join("src").join(format!("{module}.rs"));
                let text = fs::read_to_string(&path).unwrap_or_else(|why| panic!("{name}: {}: {why}", path.display()));
                text.split("#[cfg(test)]").next().unwrap().to_owned()
            });
            let ends = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
            let kinds = ["fn ", "const ", "struct ", "enum "];
            let is_there = kinds.iter().any(|kind| {
                let declared = format!("{kind}{item}");
                text.match_indices(&declared).any(|(at, _)| text[at + declared.len()..].starts_with(ends))
            });
            assert!(is_there, "FORMULAS.md names {name}, which is not there");
            found += 1;
        }
    }
    assert!(found > 100, "only {found} items are named");
    // The sections of the design that have formulas.
    for section in [1, 3, 5, 6, 7, 8, 9, 10, 11] {
        assert!(index.contains(&format!("\n## {section}. ")), "section {section} is missing");
    }
}
