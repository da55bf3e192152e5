//! Host against VM: what the SBF toolchain compiled must compute what the host computes, byte for byte, and must stop where the host
//! panics. The cases are in `toolchain/selftest/src/families`, which is compiled natively here and to SBF by `cargo xtask build`.

#[path = "../../toolchain/selftest/src/families/mod.rs"]
mod families;

use litesvm::types::TransactionMetadata;
use litesvm::LiteSVM;
use solana_account::Account;
use solana_instruction::{AccountMeta, Instruction};
use solana_keypair::{Address, Keypair};
use solana_signer::Signer;
use solana_transaction::Transaction;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::PathBuf;

/// Room for the largest family's results.
const ROOM: usize = 16 * 1024;
const SEEDS: u64 = 400;
const TRAP_SEEDS: u64 = 100;

struct Vm {
    svm: LiteSVM,
    payer: Keypair,
    program: Address,
    result: Address,
}

impl Vm {
    fn new() -> Self {
        let program = Address::new_from_array([7; 32]);
        let result = Address::new_from_array([8; 32]);
        let payer = Keypair::new();
        let mut svm = LiteSVM::new().with_sigverify(false).with_transaction_history(0);
        svm.airdrop(&payer.pubkey(), 500_000_000_000).expect("the payer is funded");
        let so = deploy_dir().join("toolchain_selftest.so");
        if let Err(e) = svm.add_program_from_file(program, &so) {
            panic!("{} does not load: {e:?}; `cargo xtask build` makes it", so.display());
        }
        Self { svm, payer, program, result }
    }

    /// Runs one case: its result and compute units, or the program's failure.
    fn run(&mut self, kind: u8, number: usize, seed: u64) -> Result<(Vec<u8>, u64), String> {
        let empty = Account { lamports: 1 << 40, data: vec![0; 4 + ROOM], owner: self.program, ..Account::default() };
        self.svm.set_account(self.result, empty).expect("the result account is valid");
        self.svm.expire_blockhash();
        let mut data = vec![kind, u8::try_from(number).expect("few families")];
        data.extend_from_slice(&seed.to_le_bytes());
        let accounts = vec![AccountMeta::new(self.result, false)];
        let call = Instruction { program_id: self.program, accounts, data };
        let payer = self.payer.pubkey();
        let tx =
            Transaction::new_signed_with_payer(&[unit_limit(), call], Some(&payer), &[&self.payer], self.svm.latest_blockhash());
        let meta: TransactionMetadata = self.svm.send_transaction(tx).map_err(|f| format!("{:?}", f.err))?;
        let data = self.svm.get_account(&self.result).expect("the result account").data;
        let (head, body) = data.split_first_chunk::<4>().expect("a length");
        let length = u32::from_le_bytes(*head) as usize;
        Ok((body[..length].to_vec(), meta.compute_units_consumed))
    }
}

/// `SetComputeUnitLimit(1_400_000)`: the most that a transaction may ask for.
fn unit_limit() -> Instruction {
    let program_id = Address::from_str_const("ComputeBudget111111111111111111111111111111");
    let mut data = vec![2];
    data.extend_from_slice(&1_400_000u32.to_le_bytes());
    Instruction { program_id, accounts: vec![], data }
}

fn deploy_dir() -> PathBuf {
    match std::env::var_os("SBF_OUT_DIR") {
        Some(dir) => dir.into(),
        None => [env!("CARGO_MANIFEST_DIR"), "..", "target", "deploy"].iter().collect(),
    }
}

#[test]
fn every_family_gives_the_same_bytes_in_the_vm_as_on_the_host() {
    let mut vm = Vm::new();
    let mut native = vec![0; ROOM];
    let mut units = 0;
    for (number, (name, _)) in families::FAMILIES.iter().enumerate() {
        let mut most = 0;
        for seed in 0..SEEDS {
            let length = families::run(number, seed, &mut native);
            let (bytes, cu) = match vm.run(0, number, seed) {
                Ok(r) => r,
                Err(e) => panic!("family `{name}`, seed {seed}: the program failed: {e}"),
            };
            if let Some(at) = (0..length.max(bytes.len())).find(|i| bytes.get(*i) != native[..length].get(*i)) {
                panic!("family `{name}`, seed {seed}: results differ from byte {at} on");
            }
            most = most.max(cu);
            units += cu;
        }
        println!("{name}: {SEEDS} seeds, at most {most} CU");
    }
    println!("{units} CU in all");
}

#[test]
fn what_panics_on_the_host_stops_the_program_in_the_vm() {
    let mut vm = Vm::new();
    for (number, (name, _)) in families::traps::TRAPS.iter().enumerate() {
        let (mut stopped, mut passed) = (0, 0);
        for seed in 0..TRAP_SEEDS {
            let mut native = [0; 8];
            let host = catch_unwind(AssertUnwindSafe(|| families::traps::run(number, seed, &mut native)));
            match (host, vm.run(1, number, seed)) {
                (Ok(_), Ok((bytes, _))) => {
                    assert_eq!(bytes, native, "trap `{name}`, seed {seed}: results differ");
                    passed += 1;
                }
                (Err(_), Err(_)) => stopped += 1,
                (Ok(_), Err(e)) => panic!("trap `{name}`, seed {seed}: only the VM stopped: {e}"),
                (Err(_), Ok(_)) => panic!("trap `{name}`, seed {seed}: only the host panicked"),
            }
        }
        assert!(stopped > 0 && passed > 0, "trap `{name}`: {stopped} stopped and {passed} passed, both must occur");
    }
}
