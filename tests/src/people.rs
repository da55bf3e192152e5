//! Traders, keepers, and the tokens they bring.

use crate::{
    defaults::{TREASURY, USD},
    World,
};
use anchor_lang::prelude::Pubkey;
use firebreak_client::{address, instruction};
use solana_keypair::Keypair;
use solana_program_pack::Pack;
use solana_signer::Signer;
use spl_token_interface::state::{Account as TokenAccount, AccountState, Mint};

/// Somebody with a wallet, a token account and margin account 0.
#[derive(Debug)]
pub struct Trader {
    /// Wallet.
    pub key: Keypair,
    /// Token account.
    pub wallet: Pubkey,
    /// Margin account.
    pub account: Pubkey,
}

impl Clone for Trader {
    fn clone(&self) -> Self {
        Self { key: self.key.insecure_clone(), ..*self }
    }
}

impl Trader {
    /// The wallet's address.
    pub fn owner(&self) -> Pubkey {
        self.key.pubkey()
    }
}

impl World {
    /// A trader with `usd` deposited and as much again in the wallet.
    pub fn trader(&mut self, usd: u64) -> Trader {
        let key = Keypair::new_from_array(self.unused(1));
        self.vm.svm.airdrop(&key.pubkey(), 10_000_000_000).expect("airdrop");
        let wallet = self.token_account(key.pubkey(), self.mint, usd * USD * 2);
        let account = address::account(&key.pubkey(), 0);
        let trader = Trader { key, wallet, account };
        self.act(&[instruction::open_account(trader.owner(), 0)], &[&trader.key]).expect("opens");
        if usd > 0 {
            self.deposit(&trader, usd * USD).expect("deposits");
        }
        trader
    }

    /// A token account of `owner`.
    pub fn token_account(&mut self, owner: Pubkey, mint: Pubkey, amount: u64) -> Pubkey {
        let key = Pubkey::new_from_array(self.unused(2));
        let state = TokenAccount { mint, owner, amount, state: AccountState::Initialized, ..TokenAccount::default() };
        self.plant_packed(key, &state);
        key
    }

    /// The protocol's treasury: an empty token account of somebody who takes no part.
    pub(crate) fn plant_treasury(&mut self) {
        let owner = Pubkey::new_from_array([52; 32]);
        let state = TokenAccount { mint: self.mint, owner, state: AccountState::Initialized, ..TokenAccount::default() };
        self.plant_packed(TREASURY, &state);
    }

    /// A mint at `key`.
    pub fn plant_mint(&mut self, key: Pubkey, decimals: u8) {
        let state = Mint {
            mint_authority: Some(self.payer().pubkey()).into(),
            supply: 0,
            decimals,
            is_initialized: true,
            freeze_authority: None.into(),
        };
        self.plant_packed(key, &state);
    }

    /// A token account or mint as the token program would have left it.
    pub fn plant_packed<T: Pack>(&mut self, key: Pubkey, state: &T) {
        let mut data = vec![0; T::LEN];
        state.pack_into_slice(&mut data);
        self.vm.plant(key, spl_token_interface::ID, data);
    }

    /// Bytes that no other key of this world has.
    fn unused(&mut self, kind: u8) -> [u8; 32] {
        self.made += 1;
        let mut bytes = [kind; 32];
        bytes[..8].copy_from_slice(&self.made.to_be_bytes());
        bytes
    }
}
