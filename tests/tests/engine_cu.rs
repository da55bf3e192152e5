//! Compute units of each engine function, measured in the VM.
//!
//! `tests/programs/engine_cu` builds a state and calls one function on it, or only builds the state; the difference of the two runs is
//! the function. The rows run natively first: a row that refuses would measure the refusal.
//!
//! `cargo test --workspace --test engine_cu -- --nocapture` prints the tables of `crates/risk/README.md`. A bound is what the
//! bundled route measured plus about 15 %: a compiler may move that much, a loop or a division more must be looked at.

#[path = "../programs/engine_cu/src/rows/mod.rs"]
mod rows;

use litesvm::LiteSVM;
use rows::ROWS;
use solana_instruction::Instruction;
use solana_keypair::{Address, Keypair};
use solana_signer::Signer;
use solana_transaction::Transaction;
use std::path::PathBuf;

#[test]
fn engine() {
    let measured = measure();
    for (name, cu) in &measured { println!("{name}\t{cu}"); }
}

fn measure() -> Vec<(&'static str, u64)> {
    let program = Address::new_from_array([9; 32]);
    let payer = Keypair::new();
    let mut svm = LiteSVM::new().with_sigverify(false).with_transaction_history(0);
    svm.airdrop(&payer.pubkey(), 500_000_000_000).expect("the payer is funded");
    let so = deploy_dir().join("engine_cu.so");
    if let Err(e) = svm.add_program_from_file(program, &so) {
        panic!("{} does not load: {e:?}; `cargo xtask build` makes it", so.display());
    }
    let mut run = |number: usize, call: u8| {
        let data = vec![u8::try_from(number).expect("few rows"), call];
        let instruction = Instruction { program_id: program, accounts: vec![], data };
        svm.expire_blockhash();
        let tx =
            Transaction::new_signed_with_payer(&[instruction], Some(&payer.pubkey()), &[&payer], svm.latest_blockhash());
        match svm.send_transaction(tx) {
            Ok(meta) => meta.compute_units_consumed,
            Err(e) => panic!("row `{}`, call {call}: {:?}", ROWS[number].0, e.err),
        }
    };
    ROWS.iter()
        .enumerate()
        .map(|(number, (name, row))| {
            row(true).unwrap_or_else(|e| panic!("row `{name}` refuses: {e}"));
            (*name, run(number, 1) - run(number, 0))
        })
        .collect()
}

fn deploy_dir() -> PathBuf {
    match std::env::var_os("SBF_OUT_DIR") {
        Some(dir) => dir.into(),
        None => [env!("CARGO_MANIFEST_DIR"), "..", "target", "deploy"].iter().collect(),
    }
}
