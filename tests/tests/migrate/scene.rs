//! A protocol in use, and the same after its program was replaced the way governance does.

use anchor_lang::prelude::Pubkey;
use firebreak_client::{
    instruction,
    program::state::{MarginAccount, Quote},
    ID,
};
use firebreak_tests::{stakers::JUNIOR, stop, Outcome, Trader, World, USD};
use solana_signer::Signer;

/// Bytes of a margin account in layout 1 and in layout 2.
pub const OLD: usize = MarginAccount::SPACE;
pub const NEW: usize = OLD + 16 * 8;

/// Two markets; a maker, a long, a short, each with claims or debts, quotes, an order, a stake.
#[derive(Clone)]
pub struct Scene {
    pub w: World,
    pub maker: Trader,
    pub ann: Trader,
    pub bob: Trader,
}

impl Scene {
    pub fn new() -> Self {
        let mut w = World::with_markets(2);
        let [maker, ann, bob] = [100_000, 60, 100].map(|usd| w.trader(usd));
        for market in 0..2 {
            w.quote(&maker, market, 1_000);
        }
        w.take(&ann, &maker, 0, 10).expect("takes");
        w.take(&bob, &maker, 0, -10).expect("takes");
        w.take(&bob, &maker, 1, 2).expect("takes");
        w.place_order(&ann, 3, stop(2)).expect("places");
        w.stake(&bob, JUNIOR, 20 * USD).expect("stakes");
        w.crash(99_00000000, 5);
        w.settle(&bob, &bob, 0).expect("settles");
        Self { w, maker, ann, bob }
    }

    /// The same a week later, under the program with layout 2.
    pub fn upgraded() -> Self {
        let mut s = Self::new();
        s.w.upgrade_to("layout-2/firebreak");
        s
    }

    pub fn bytes(&self, key: &Pubkey) -> Vec<u8> {
        self.w.vm.svm.get_account(key).expect("exists").data
    }

    /// The payer migrates an account.
    pub fn migrate(&mut self, key: &Pubkey) -> Outcome {
        let payer = self.w.payer();
        self.w.act(&[instruction::migrate(payer.pubkey(), *key)], &[&payer])
    }

    /// Whatever there is to migrate.
    pub fn migrate_all(&mut self) {
        let keys: Vec<Pubkey> = self.w.vm.svm.get_program_accounts(&ID).into_iter().map(|(key, _)| key).collect();
        let done = keys.iter().filter(|key| self.migrate(key).is_ok()).count();
        assert!(done > 0);
        let left = self.w.vm.svm.get_program_accounts(&ID).into_iter().map(|(_, account)| account.data);
        let old = |data: &[u8]| data[8] == 1 && (decodes::<MarginAccount>(data) || decodes::<Quote>(data));
        assert_eq!(left.filter(|data| old(data)).count(), 0, "all of both types");
    }
}

fn decodes<T: anchor_lang::ZeroCopy + anchor_lang::Discriminator>(data: &[u8]) -> bool {
    firebreak_client::decode::decode::<T>(data).is_ok()
}
