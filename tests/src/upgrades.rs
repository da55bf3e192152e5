//! What the upgradeable loader keeps: who may upgrade, and buffers with programs to come.

use crate::{Outcome, World};
use anchor_lang::prelude::{
    bpf_loader_upgradeable::{self, UpgradeableLoaderState},
    Pubkey,
};
use firebreak_client::{address, risk::governance::LIST_DELAY};

/// Where a program to come lies.
const BUFFER: Pubkey = Pubkey::new_from_array([81; 32]);
/// Bytes before a program in its account.
const HEADER: usize = 45;

impl World {
    /// The authority hands the program to its own address, as the deployment does at its end.
    pub fn hand_over(&mut self) -> Outcome {
        let payer = self.payer();
        let own = address::upgrade_authority();
        let key = solana_signer::Signer::pubkey(&payer);
        let ix =
            anchor_lang::solana_program::bpf_loader_upgradeable::set_upgrade_authority(&firebreak_client::ID, &key, Some(&own));
        self.act(&[ix], &[&payer])
    }

    /// A buffer with a program, as the loader would have left it.
    pub fn buffer(&mut self, key: Pubkey, authority: Pubkey, program: &[u8]) {
        let state = UpgradeableLoaderState::Buffer { authority_address: Some(authority) };
        let mut data = bincode::serialize(&state).expect("serialises");
        data.extend(program);
        self.vm.plant(key, bpf_loader_upgradeable::ID, data);
        let rent = self.vm.svm.minimum_balance_for_rent_exemption(program.len() + HEADER);
        self.vm.svm.airdrop(&key, rent).expect("airdrop");
    }

    /// Bytes that the program's account has for a program.
    pub fn room(&self) -> usize {
        self.vm.svm.get_account(&address::program_data()).expect("program data").data.len() - HEADER
    }

    /// Lengthens the program's account for a program of so many bytes: anybody may, and pays.
    fn make_room(&mut self, bytes: usize) {
        let has = self.room();
        if has >= bytes {
            return;
        }
        let payer = self.payer();
        let key = solana_signer::Signer::pubkey(&payer);
        // The loader refuses to lengthen it by less.
        let more = (bytes - has).max(10_240) as u32;
        let ix = anchor_lang::solana_program::bpf_loader_upgradeable::extend_program(&firebreak_client::ID, Some(&key), more);
        self.act(&[ix], &[&payer]).expect("makes room");
        self.vm.pass(1);
    }

    /// Replaces the program the way governance does, its delay included, and refreshes every market afterwards.
    pub fn upgrade_to(&mut self, program: &str) {
        self.hand_over().expect("hands over");
        let bytes = crate::program_bytes(program);
        self.make_room(bytes.len());
        self.buffer(BUFFER, address::upgrade_authority(), &bytes);
        self.propose_upgrade(BUFFER).expect("proposes");
        let id = self.last();
        self.wait(LIST_DELAY);
        self.upgrade(id, BUFFER).expect("upgrades");
        self.pass(1);
    }

    /// The bytes of the program as it is deployed now, without the zeros behind it.
    pub fn deployed(&self) -> Vec<u8> {
        let account = self.vm.svm.get_account(&address::program_data()).expect("program data");
        let mut bytes = account.data[HEADER..].to_vec();
        while bytes.last() == Some(&0) {
            bytes.pop();
        }
        bytes
    }
}
