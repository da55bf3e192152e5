use super::*;
use solana_signer::Signer;
use std::fs;

const LEAST: &str = "[cluster]\nurl = \"http://127.0.0.1:8899\"\ngenesis_hash = \"devnet\"\n";

fn refused(text: &str) -> String {
    let said = Config::parse("keeper.toml", text).expect_err("it is refused").to_string();
    assert_eq!(said.lines().count(), 1, "one sentence: {said}");
    said
}

fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("firebreak-keeper-{name}-{}", std::process::id()));
    fs::create_dir_all(&path).expect("a folder");
    path
}

fn key_text(key: &solana_keypair::Keypair) -> String {
    serde_json::to_string(&key.to_bytes().to_vec()).expect("json")
}

#[test]
fn a_short_file_is_enough() {
    let config = Config::parse("keeper.toml", LEAST).expect("it parses");
    assert_eq!(config.ws_url().expect("derived").0, "ws://127.0.0.1:8900");
    assert_eq!(config.genesis_hash(), "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG");
    let settings = config.settings();
    assert!(Job::ALL.iter().all(|job| settings.jobs.contains(job)) && !config.dry_run);
    assert_eq!((settings.profit_floor, settings.atoms_per_sol), (0, 300_000_000));
}

#[test]
fn an_unknown_key_is_named_with_its_line() {
    let said = refused(&format!("{LEAST}\n[jobs]\ntake-overs = true\n"));
    assert!(said.starts_with("keeper.toml, line 6:") && said.contains("take-overs") && said.contains("`take-over`"), "{said}");
    assert!(refused("dry_runs = true\n").contains("dry_runs"));
    assert!(refused("[cluster]\nurl = \"http://a\"\n").contains("genesis_hash"));
}

#[test]
fn values_out_of_bounds_are_named_with_the_bound() {
    let cases = [
        ("[view]\nmax_age_slots = 0", "view.max_age_slots must be from 1 to 150"),
        ("[view]\nmax_age_slots = 151", "view.max_age_slots must be from 1 to 150"),
        ("[view]\nresync_seconds = 0", "view.resync_seconds must be from 1 to 3600"),
        ("[fees]\npercentile = 101", "fees.percentile must be at most 100"),
        ("[fees]\nmin_price = 2\nmax_price = 1", "fees.min_price must be at most fees.max_price, which is 1"),
        ("[fees]\nprofit_percent = 101", "fees.profit_percent must be at most 100"),
        ("[profit]\nsol_price = \"0\"", "profit.sol_price must be more than 0"),
        (
            "[inventory]\nmax_per_market = \"2\"\nmax_total = \"1\"",
            "inventory.max_per_market must be at most inventory.max_total",
        ),
        ("[inventory]\nunwind_step_percent = 0", "inventory.unwind_step_percent must be from 1 to 100"),
        ("[inventory]\nunwind_slippage_ppm = 100001", "inventory.unwind_slippage_ppm must be at most 100000"),
        ("[planning]\nfunding_seconds = 0", "planning.funding_seconds must be from 1 to 86400"),
        ("[planning]\nexcluded = [\"me\"]", "planning.excluded must hold addresses"),
        ("[planning]\nmax_actions = 0", "planning.max_actions must be from 1 to 10000"),
        ("[sending]\nretries = 11", "sending.retries must be at most 10"),
        ("[sending]\nin_flight = 0", "sending.in_flight must be from 1 to 256"),
        ("[webhook]\nevents = [\"wins\"]", "webhook.events must be of started"),
        ("[webhook]\nurl = \"ftp://x\"", "webhook.url must start with http"),
        ("[log]\nlevel = \"loud\"", "log.level must be error, warn"),
    ];
    for (text, bound) in cases {
        let said = refused(&format!("{LEAST}{text}\n"));
        assert!(said.contains(bound), "{text}: {said}");
    }
    let said = refused("[cluster]\nurl = \"127.0.0.1\"\ngenesis_hash = \"devnet\"\n");
    assert!(said.contains("cluster.url must start with http"), "{said}");
    let said = refused("[cluster]\nurl = \"http://a\"\ngenesis_hash = \"devnet\"\n");
    assert!(said.contains("cluster.ws_url must be given"), "{said}");
    let said = refused("[cluster]\nurl = \"https://a\"\ngenesis_hash = \"mars\"\n");
    assert!(said.contains("cluster.genesis_hash must be localnet"), "{said}");
    let said = refused(&format!("{LEAST}program = \"11111111111111111111111111111111\"\n"));
    assert!(said.contains("cluster.program must be"), "{said}");
}

#[test]
fn amounts_are_decimal_texts() {
    let config = Config::parse("k", &format!("{LEAST}[profit]\nfloor = \"0.25\"\n")).expect("it parses");
    assert_eq!(config.profit.floor, Signed(250_000));
    let config = Config::parse("k", &format!("{LEAST}[profit]\nfloor = \"-0.25\"\n[jobs]\nrank = false\n")).expect("it parses");
    assert_eq!(config.settings().profit_floor, -250_000);
    assert!(!config.settings().jobs.contains(&Job::Rank) && config.settings().jobs.contains(&Job::TakeOver));
    assert!(refused(&format!("{LEAST}[profit]\nfloor = \"0.0000001\"\n")).contains("more than 6 digits"));
    assert!(refused(&format!("{LEAST}[profit]\nsol_price = \"-1\"\n")).contains("'-1' is not a decimal number"));
}

#[test]
fn a_missing_file_is_named() {
    let said = Config::read(Path::new("/nowhere/keeper.toml")).expect_err("no file").to_string();
    assert!(said.contains("/nowhere/keeper.toml cannot be read"), "{said}");
    let wallets = Wallets { keypair: Some("/nowhere/id.json".into()), ..Wallets::default() };
    let said = Keys::load(&wallets).expect_err("no key").to_string();
    assert!(said.contains("the key file /nowhere/id.json cannot be read"), "{said}");
}

#[test]
fn key_files_are_found_beside_the_configuration_and_in_the_environment() {
    let folder = folder("keys");
    let (owner, payer) = (solana_keypair::Keypair::new(), solana_keypair::Keypair::new());
    fs::write(folder.join("owner.json"), key_text(&owner)).expect("written");
    fs::write(folder.join("payer.json"), key_text(&payer)).expect("written");
    fs::write(folder.join("k.toml"), format!("{LEAST}[keys]\nkeypair = \"owner.json\"\npayers = [\"payer.json\"]\n"))
        .expect("written");
    let config = Config::read(&folder.join("k.toml")).expect("it parses");
    let keys = Keys::load(&config.keys).expect("keys");
    assert_eq!((keys.owner.address(), keys.payers[0].address()), (owner.pubkey(), payer.pubkey()));

    let from = |name: &str, value: String| Keys::load_owner(|asked| (asked == name).then(|| value.clone()));
    assert_eq!(from("FIREBREAK_KEEPER_KEY", key_text(&payer)).expect("a key").address(), payer.pubkey());
    assert_eq!(from("ANCHOR_WALLET", folder.join("owner.json").display().to_string()).expect("a key").address(), owner.pubkey());
    let solana = folder.join(".config/solana/cli");
    fs::create_dir_all(&solana).expect("a folder");
    let file = folder.join("payer.json");
    fs::write(solana.join("config.yml"), format!("---\njson_rpc_url: x\nkeypair_path: '{}'\n", file.display())).expect("written");
    assert_eq!(from("HOME", folder.display().to_string()).expect("a key").address(), payer.pubkey());
    fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn nothing_prints_a_key_or_the_secret_part_of_an_address() {
    let pair = solana_keypair::Keypair::new();
    let keys = Keys { owner: Key::from(pair.insecure_clone()), payers: vec![Key::from(pair.insecure_clone())] };
    let shown = format!("{keys:?} {keys:#?}");
    assert!(shown.contains(&pair.pubkey().to_string()) && shown.contains("secret not shown"));
    assert!(!shown.contains(&pair.to_base58_string()));
    assert!(!shown.contains(&key_text(&pair)[1..40]));
    // A damaged key file's error repeats none of its bytes.
    let folder = folder("damaged");
    let damaged = key_text(&pair).replace(']', ",999]");
    fs::write(folder.join("id.json"), &damaged).expect("written");
    let wallets = Wallets { keypair: Some(folder.join("id.json")), ..Wallets::default() };
    let said = Keys::load(&wallets).expect_err("damaged").to_string();
    assert!(said.ends_with("holds no key: a JSON array of 64 bytes is needed"), "{said}");
    fs::remove_dir_all(folder).expect("removed");

    let url = Endpoint("https://user:pass@host.example/v2/TOPSECRET?api-key=TOPSECRET".into());
    let config = Config::parse(
        "k",
        "[cluster]\nurl = \"https://host.example/TOPSECRET\"\ngenesis_hash = \"devnet\"\n[webhook]\nurl = \"https://h.example/TOPSECRET\"\n",
    )
    .expect("it parses");
    for shown in [format!("{url:?} {url}"), format!("{config:?}"), url.hide_in(&format!("error for url ({})", url.0))] {
        assert!(!shown.contains("TOPSECRET") && !shown.contains("pass") && shown.contains("example"), "{shown}");
    }
}

#[test]
fn jobs_have_one_name_everywhere() {
    for job in Job::ALL {
        assert_eq!(serde_json::to_value(job).expect("json"), job.name());
    }
}
