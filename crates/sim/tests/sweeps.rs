//! Sweeps: shards, journals, Parquet.

use firebreak_sim::sweep::{read_rows, run_shard, Plan, Row, Shard};
use std::path::{Path, PathBuf};

const QUICK: &str = "
name = \"quick\"
slots = 200
[[market]]
name = \"Q\"
price = 10.0
path = [[50, 1.0], [51, 0.8]]
noise = 0.001
[crowd]
accounts = 20
activity = 0.0
";

fn plan() -> Plan {
    Plan {
        scenarios: vec![("quick.toml".into(), QUICK.into())],
        policies: vec!["firebreak".into(), "baseline".into()],
        grids: vec!["insurance.share=0.01,0.03".parse().expect("a grid")],
        seed: 5,
        runs: 3,
    }
}

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("a folder");
    path
}

fn all(folder: &Path, count: u64) -> Vec<Row> {
    let mut rows: Vec<Row> = (0..count)
        .flat_map(|index| {
            let shard = Shard { index, count };
            run_shard(&plan(), shard, folder, |_, _| {}).expect("runs");
            read_rows(&shard.file(folder)).expect("reads back")
        })
        .collect();
    rows.sort_by_key(|row| row.job);
    rows
}

#[test]
fn results_are_the_same_whatever_the_number_of_shards() {
    let one = all(&folder("shards-1"), 1);
    assert_eq!(one.len(), 12);
    assert_eq!(one, all(&folder("shards-3"), 3));
    assert_eq!(one, all(&folder("shards-5"), 5));
    let seeds = |settings: &str| -> Vec<u64> {
        one.iter().filter(|r| r.settings == settings && r.policy == "baseline").map(|r| r.seed).collect()
    };
    assert_eq!(seeds("insurance.share=0.01"), seeds("insurance.share=0.03"), "compared on the same draws");
}

#[test]
fn an_interrupted_sweep_resumes_where_it_was() {
    let (whole, cut) = (folder("whole"), folder("cut"));
    let shard = Shard { index: 0, count: 1 };
    let expected = run_shard(&plan(), shard, &whole, |_, _| {}).expect("runs");
    let journal = std::fs::read_to_string(shard.journal(&whole)).expect("a journal");
    // After five jobs and half of a line the machine went away.
    let lines: Vec<&str> = journal.lines().collect();
    let torn = lines[..6].join("\n") + "\n" + &lines[6][..20];
    std::fs::write(shard.journal(&cut), torn).expect("writes");
    let ran = std::sync::Mutex::new(Vec::new());
    let rows = run_shard(&plan(), shard, &cut, |done, _| ran.lock().expect("a lock").push(done)).expect("resumes");
    assert_eq!(rows, expected);
    assert_eq!(ran.into_inner().expect("a lock").first(), Some(&5), "five were done already");
    assert_eq!(std::fs::read(shard.file(&cut)).expect("reads"), std::fs::read(shard.file(&whole)).expect("reads"));
}

#[test]
fn a_journal_of_another_sweep_is_refused() {
    let folder = folder("other");
    let shard = Shard { index: 0, count: 1 };
    run_shard(&Plan { runs: 1, ..plan() }, shard, &folder, |_, _| {}).expect("runs");
    let why = run_shard(&plan(), shard, &folder, |_, _| {}).expect_err("refused").to_string();
    assert!(why.contains("belongs to another sweep"), "{why}");
}

#[test]
fn bad_plans_are_refused_with_the_reason() {
    let why = |plan: Plan| plan.jobs().expect_err("refused").to_string();
    assert!(why(Plan { policies: vec!["luck".into()], ..plan() }).contains("'luck' is no policy"));
    let grid = |text: &str| Plan { grids: vec![text.parse().expect("a grid")], ..plan() };
    assert!(why(grid("insurance.luck=1")).contains("the scenario has no 'luck' there"));
    assert!(why(grid("insurance.share=2.0")).contains("insurance.share must be between 0 and 1"));
    assert!("no-grid".parse::<firebreak_sim::sweep::Grid>().is_err());
    assert!(["3", "3/3", "-1/2", "a/b"].iter().all(|text| text.parse::<Shard>().is_err()));
}

#[test]
fn merged_shards_are_the_same_file_whatever_their_number() {
    use firebreak_sim::sweep::merge::merge;
    let (one, four) = (folder("merge-1"), folder("merge-4"));
    all(&one, 1);
    all(&four, 4);
    let (a, b) = (merge(&one).expect("merges"), merge(&four).expect("merges"));
    assert_eq!((&a.rows, &a.summaries), (&b.rows, &b.summaries));
    assert_eq!(a.summaries.len(), 4);
    assert!(a.summaries.iter().all(|s| s.runs == 3));
    let bytes = |folder: &Path| std::fs::read(folder.join("merged.parquet")).expect("written");
    assert_eq!(bytes(&one), bytes(&four));
    std::fs::remove_file(Shard { index: 2, count: 4 }.file(&four)).expect("removes");
    assert!(merge(&four).expect_err("refused").to_string().contains("shard 2 of 4 is not finished"));
}
