//! The venue in place: its program, its address, its margin account.

use anchor_lang::{
    prelude::{system_program, AccountMeta, Pubkey},
    solana_program::instruction::Instruction,
};
use firebreak_client::{address, instruction, risk::Rules, ID};
use firebreak_tests::{params, program_bytes, Outcome, Trader, World, USD};

/// Where the venue's program is.
pub const VENUE: Pubkey = Pubkey::new_from_array([123; 32]);
/// Solana's clock.
pub const CLOCK: Pubkey = Pubkey::from_str_const("SysvarC1ock11111111111111111111111111111111");

/// Why the venue refuses, in the order of its own list.
pub fn refusal(number: u32) -> String {
    format!("Error processing Instruction 0: custom program error: {:#x}", 100 + number)
}

pub const NOT_A_REPORT: u32 = 0;
pub const UNKNOWN_VERSION: u32 = 1;
pub const OLD_REPORT: u32 = 2;
pub const DEGRADED: u32 = 3;
pub const HALTED: u32 = 4;
pub const NOT_WHOLE: u32 = 5;
pub const NOT_THE_CLOCK: u32 = 6;

/// A market with a report, a trader, and the venue with a margin account of 1 000 USD.
#[derive(Clone)]
pub struct Scene {
    pub w: World,
    pub trader: Trader,
    /// The venue's address, and its bump.
    pub venue: (Pubkey, u8),
    /// Its margin account.
    pub account: Pubkey,
}

impl Scene {
    pub fn new() -> Self {
        Self::ruled(Rules::plain(&params()))
    }

    pub fn ruled(rules: Rules) -> Self {
        let mut w = World::new();
        w.vm.svm.add_program(VENUE, &program_bytes("integrator")).expect("the program loads");
        w.list_ruled(params(), rules, 100);
        let trader = w.trader(1_000);
        let venue = Pubkey::find_program_address(&[b"venue"], &VENUE);
        let mut s = Self { w, trader, venue, account: address::account(&venue.0, 0) };
        s.open().expect("the venue opens its account");
        let deposit = instruction::deposit(s.trader.owner(), s.account, s.trader.wallet, s.w.mint, 1_000 * USD);
        s.w.act(&[deposit], &[&s.trader.key]).expect("anybody deposits for it");
        s.w.publish_report(0).expect("publishes");
        s
    }

    /// The venue opens its margin account; its address pays the rent.
    pub fn open(&mut self) -> Outcome {
        self.w.vm.plant(self.venue.0, system_program::ID, vec![]);
        let mut ix = instruction::open_account(self.venue.0, 0);
        ix.accounts[0].is_signer = false;
        self.w.act(&[self.call(vec![1, self.venue.1], ix.accounts)], &[])
    }

    fn call(&self, data: Vec<u8>, accounts: Vec<AccountMeta>) -> Instruction {
        Instruction { program_id: VENUE, accounts, data }
    }

    /// A trade of the trader, who takes, with the venue.
    pub fn trade(&self, lots: i64, price: u64) -> Instruction {
        let (taker, maker) = ((self.trader.owner(), self.trader.account), (self.venue.0, self.account));
        let others = self.w.markets_of(&self.trader, Some(0));
        let mut called = instruction::match_trade(taker, maker, 0, lots, price, &others).accounts;
        called[1].is_signer = false; // the venue signs inside
        let mut accounts = vec![AccountMeta::new_readonly(self.report(), false), AccountMeta::new_readonly(CLOCK, false)];
        accounts.append(&mut called);
        let data = [vec![2, self.venue.1], lots.to_le_bytes().to_vec(), price.to_le_bytes().to_vec()].concat();
        self.call(data, accounts)
    }

    pub fn settle(&mut self, lots: i64, price: u64) -> Outcome {
        let ix = self.trade(lots, price);
        self.w.act(&[ix], &[&self.trader.key])
    }

    pub fn report(&self) -> Pubkey {
        address::report(&address::market(0))
    }

    /// Asks the venue what it thinks of `report` as that of `market`.
    pub fn look_at(&mut self, report: Pubkey, market: Pubkey, clock: Pubkey) -> Outcome {
        let accounts = [report, market, clock].map(|key| AccountMeta::new_readonly(key, false)).to_vec();
        self.w.act(&[self.call(vec![0], accounts)], &[])
    }

    pub fn look(&mut self) -> Outcome {
        self.look_at(self.report(), address::market(0), CLOCK)
    }

    /// Writes over a byte of the report, still owned by Firebreak.
    pub fn spoil(&mut self, at: usize, byte: u8) {
        let key = self.report();
        let mut account = self.w.vm.svm.get_account(&key).expect("exists");
        account.data[at] = byte;
        self.w.vm.plant(key, ID, account.data);
    }
}
