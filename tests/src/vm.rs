//! The virtual machine: sending transactions, and naming what was refused.

use anchor_lang::{
    prelude::{bpf_loader_upgradeable::UpgradeableLoaderState, Pubkey},
    solana_program::instruction::Instruction,
};
use firebreak_client::{address, ID};
use litesvm::{types::TransactionMetadata, LiteSVM};
use solana_account::Account;
use solana_clock::Clock;
use solana_keypair::Keypair;
use solana_signer::Signer;
use solana_transaction::Transaction;

/// A refused transaction: the error's name (the program's, Anchor's or the runtime's) and the logs.
#[derive(Clone, Debug)]
pub struct Refused {
    /// As in `FirebreakError::NotOwner` → `NotOwner`.
    pub name: String,
    /// Program logs.
    pub logs: Vec<String>,
}

/// LiteSVM with the compiled program at its address, its upgrade authority recorded as the loader would.
pub struct Vm {
    /// The machine.
    pub svm: LiteSVM,
    /// Pays every fee.
    pub payer: Keypair,
}

impl Vm {
    /// A machine with the program and a funded payer, who is the program's upgrade authority.
    pub fn new() -> Self {
        let mut svm = LiteSVM::new().with_log_bytes_limit(None);
        let payer = Keypair::new_from_array([7; 32]);
        svm.airdrop(&payer.pubkey(), 1_000_000_000_000).expect("airdrop");
        svm.add_program(ID, &crate::program_bytes("firebreak")).expect("the program loads");
        let mut vm = Self { svm, payer };
        vm.set_upgrade_authority(Some(vm.payer.pubkey()));
        vm.set_clock(1_000, 1_760_000_000);
        vm
    }

    /// Records who may upgrade the program.
    pub fn set_upgrade_authority(&mut self, authority: Option<Pubkey>) {
        let key = address::program_data();
        let mut account = self.svm.get_account(&key).expect("program data exists");
        let state = UpgradeableLoaderState::ProgramData { slot: 0, upgrade_authority_address: authority };
        let header = bincode::serialize(&state).expect("serialises");
        account.data[..header.len()].copy_from_slice(&header);
        self.svm.set_account(key, account).expect("sets");
    }

    /// The chain's clock.
    pub fn clock(&self) -> Clock {
        self.svm.get_sysvar()
    }

    /// Sets slot and unix time.
    pub fn set_clock(&mut self, slot: u64, unix_timestamp: i64) {
        let clock = Clock { slot, unix_timestamp, ..self.clock() };
        self.svm.set_sysvar(&clock);
    }

    /// Lets `slots` pass, five every two seconds.
    pub fn pass(&mut self, slots: u64) {
        let clock = self.clock();
        let seconds = (clock.slot + slots) * 2 / 5 - clock.slot * 2 / 5;
        self.set_clock(clock.slot + slots, clock.unix_timestamp + seconds as i64);
    }

    /// Sends one transaction. The payer signs, and those of `signers` whom an instruction asks for.
    pub fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<TransactionMetadata, Refused> {
        self.svm.expire_blockhash();
        let mut all: Vec<&Keypair> = vec![&self.payer];
        for signer in signers {
            let asked = instructions.iter().flat_map(|ix| &ix.accounts).any(|m| m.is_signer && m.pubkey == signer.pubkey());
            if asked && all.iter().all(|k| k.pubkey() != signer.pubkey()) {
                all.push(signer);
            }
        }
        let hash = self.svm.latest_blockhash();
        let tx = Transaction::new_signed_with_payer(instructions, Some(&self.payer.pubkey()), &all, hash);
        self.svm.send_transaction(tx).map_err(|e| Refused { name: name_of(&e.err.to_string(), &e.meta.logs), logs: e.meta.logs })
    }

    /// Plants an account.
    pub fn plant(&mut self, key: Pubkey, owner: Pubkey, data: Vec<u8>) {
        let account = Account { lamports: 1_000_000_000, data, owner, executable: false, rent_epoch: u64::MAX };
        self.svm.set_account(key, account).expect("plants");
    }
}

impl Clone for Vm {
    fn clone(&self) -> Self {
        Self { svm: self.svm.clone(), payer: self.payer.insecure_clone() }
    }
}

impl Default for Vm {
    fn default() -> Self {
        Self::new()
    }
}

/// The name of a refusal: from Anchor's log line where there is one, else from the custom code, else the runtime's words.
pub fn name_of(error: &str, logs: &[String]) -> String {
    for line in logs.iter().rev() {
        if let Some(rest) = line.split("Error Code: ").nth(1) {
            return rest.split('.').next().unwrap_or(rest).to_string();
        }
    }
    let code = error.rsplit("custom program error: 0x").next().and_then(|hex| u32::from_str_radix(hex, 16).ok());
    match code.and_then(|c| c.checked_sub(anchor_lang::error::ERROR_CODE_OFFSET)) {
        Some(index) => format!("FirebreakError #{index}"),
        None => error.to_string(),
    }
}
