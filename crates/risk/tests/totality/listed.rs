//! That no public function is forgotten.

use std::{collections::BTreeMap, fs, path::Path};

/// Text of every file below `dir`, by its path.
fn sources(dir: &Path, into: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()) {
        if entry.is_dir() {
            sources(&entry, into);
        } else {
            into.insert(entry.display().to_string(), fs::read_to_string(&entry).unwrap());
        }
    }
}

fn is_named(function: &str, text: &str) -> bool {
    let call = [format!("{function}("), format!("{function})")]; // called, or handed to something that calls it
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    call.iter().any(|call| text.match_indices(call.as_str()).any(|(at, _)| !text[..at].ends_with(word)))
}

/// Every public function of the crate is called here. What a test module of the crate declares is not public.
#[test]
fn every_public_function_is_called() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut crate_files, mut tests) = (BTreeMap::new(), BTreeMap::new());
    sources(&root.join("src"), &mut crate_files);
    sources(&root.join("tests/totality"), &mut tests);
    let here: String = tests.into_values().collect();
    let mut functions = 0;
    for (path, text) in &crate_files {
        let public = text.split("#[cfg(test)]").next().unwrap();
        for line in public.lines().map(str::trim_start) {
            let Some(rest) = line.strip_prefix("pub fn ").or(line.strip_prefix("pub const fn ")) else { continue };
            let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            functions += 1;
            assert!(is_named(&name, &here), "{path}: {name} is called by no test of totality");
        }
    }
    assert!(functions > 290, "only {functions} public functions were found");
}
