//! The book's three pages, followed to the letter: every command of their `sh` blocks, in order.

mod net;

use net::{Home, Net};
use std::path::Path;

/// The lines of a page's `sh` blocks.
fn commands(page: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src").join(page);
    let text = std::fs::read_to_string(path).expect("the page is there");
    let (mut inside, mut found) = (false, vec![]);
    for line in text.lines() {
        match line.trim() {
            "```sh" => inside = true,
            "```" => inside = false,
            command if inside && !command.is_empty() => found.push(command.to_string()),
            _ => {}
        }
    }
    found
}

/// Follows a page from an empty home. Returns what each command said.
fn follow(page: &str) -> Vec<(String, String)> {
    let commands = commands(page);
    assert!(commands.len() >= 8, "{page} has {} commands", commands.len());
    let mut home = Home::new(page);
    let (mut net, mut said) = (None, vec![]);
    for line in &commands {
        assert!(line.starts_with("firebreak "), "{page} runs something else: {line}");
        let mut shell = home.command("bash");
        if line.starts_with("firebreak localnet") {
            shell.args(["-c", &format!("exec {line}")]);
            let started = Net::start(shell);
            home.url = Some(started.url.clone());
            net = Some(started);
            continue;
        }
        let output = shell.args(["-c", line]).output().expect("bash runs");
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{page}: {line}\n{out}{err}");
        assert!(!out.trim().is_empty(), "{page}: {line} says nothing");
        eprintln!("$ {line}\n{out}");
        said.push((line.clone(), out.into_owned()));
    }
    assert!(net.is_some(), "{page} starts a network");
    said
}

#[test]
fn a_trader_follows_the_page() {
    follow("trader.md");
}

#[test]
fn an_insurer_follows_the_page() {
    follow("insurer.md");
}

#[test]
fn a_keeper_follows_the_page() {
    let said = follow("keeper.md");
    let (_, ran) = said.iter().find(|(line, _)| line.contains("--seconds")).expect("the keeper is let run");
    let ran: serde_json::Value = serde_json::from_str(ran).expect("its summary");
    let closed = ["take-over", "into-quotes"].iter().filter_map(|job| ran["done"][job].as_u64()).sum::<u64>();
    assert!(closed > 0, "the gambler's position was closed: {ran:#}");
    assert_eq!(ran["mismatches"], 0, "{ran:#}");
}

#[test]
fn every_page_is_in_the_summary_and_every_command_in_the_reference() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("the page is there");
    let (summary, reference) = (read("SUMMARY.md"), read("reference.md"));
    for entry in std::fs::read_dir(&folder).expect("the book is there") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(name == "SUMMARY.md" || summary.contains(&format!("({name})")), "{name} is not in the summary");
    }
    let help = Home::new("help").run(&["--help"]);
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let listed = help.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| !l.is_empty());
    let names: Vec<&str> = listed.filter_map(|l| l.split_whitespace().next()).collect();
    assert!(names.len() > 15, "{names:?}");
    for name in names.iter().filter(|name| **name != "help") {
        assert!(reference.contains(&format!("`firebreak {name}")), "{name} is not in the reference");
    }
}
