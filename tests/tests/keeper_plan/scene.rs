//! A keeper at a world: its book is filled from the machine, its actions are sent, and every byte is compared.

use firebreak_client::ID;
use firebreak_keeper::{
    inventory::{Inventory, InventoryLimits, Wallet},
    pack::{pack, Limits, Tables},
    plan::{Planner, Settings},
    Action, Book, Job,
};
use firebreak_tests::{checks::Snapshot, Trader, World};
use solana_signer::Signer;
use std::collections::BTreeSet;

/// A keeper and what it wants.
pub struct Keeper {
    pub who: Trader,
    pub settings: Settings,
    pub limits: InventoryLimits,
}

/// Everything the machine holds that a keeper would see.
pub fn book(w: &World) -> Book {
    let slot = w.now().slot;
    let mut book = Book::new();
    book.set_clock(w.now());
    for (key, account) in w.vm.svm.get_program_accounts(&ID) {
        book.apply(&key, &account.owner, slot, &account.data).expect("a genuine account is taken in");
    }
    for key in book.watched() {
        if let Some(account) = w.vm.svm.get_account(&key) {
            book.apply(&key, &account.owner, slot, &account.data).expect("a watched account is taken in");
        }
    }
    book
}

impl Keeper {
    /// A keeper that does `jobs` and nothing else, at a loss of a cent if need be: the first steps of a ramp pay less than their fees.
    pub fn new(who: &Trader, jobs: &[Job]) -> Self {
        let settings = Settings { jobs: jobs.iter().copied().collect(), profit_floor: -10_000, ..Settings::default() };
        Self { who: who.clone(), settings, limits: InventoryLimits::default() }
    }

    pub fn wallet(&self, w: &World) -> Wallet {
        Wallet { payer: w.payer().pubkey(), owner: self.who.owner(), account: Some(self.who.account) }
    }

    pub fn inventory(&self, w: &World, book: &Book) -> Inventory {
        Inventory::of(book, self.wallet(w), self.limits.clone(), w.now())
    }

    /// What it plans now, from scratch.
    pub fn plan(&self, w: &World) -> Vec<Action> {
        let book = book(w);
        Planner::default().plan(&book, w.now(), &self.settings, &self.inventory(w, &book))
    }

    /// Plans and sends everything, one action a transaction, and compares what each leaves with what was predicted. Returns the jobs done.
    pub fn work(&self, w: &mut World) -> Vec<Job> {
        let actions = self.plan(w);
        let mut done = vec![];
        for action in &actions {
            self.carry_out(w, action);
            done.push(action.job);
        }
        done
    }

    /// Sends one action.
    pub fn carry_out(&self, w: &mut World, action: &Action) {
        let packed = pack(w.payer().pubkey(), vec![action.clone()], &Limits::default(), &Tables::default());
        assert!(packed.too_large.is_empty(), "{:?} of {:?} fits into a transaction", action.job, action.steps);
        assert_eq!(
            action.predict(w.now()).expect("it can be predicted again"),
            action.expected,
            "the same again at the same clock"
        );
        let before = Snapshot::of(w);
        for snapshot in action.before.iter().filter(|s| s.owner == ID) {
            assert_eq!(before.bytes(&snapshot.key), snapshot.data, "{:?}: it was planned on what is there", action.job);
        }
        let payer = w.payer();
        let meta = w
            .act(&action.instructions, &[&payer, &self.who.key])
            .unwrap_or_else(|why| panic!("{:?} {:?} was refused with {}: {:#?}", action.job, action.steps, why.name, why.logs));
        let after = Snapshot::of(w);
        for snapshot in &action.expected {
            assert!(
                after.bytes(&snapshot.key) == snapshot.data,
                "{:?} {:?}: {} is not as predicted",
                action.job,
                action.steps,
                snapshot.key
            );
        }
        let expected: BTreeSet<_> = action.expected.iter().map(|s| s.key).collect();
        let changed: BTreeSet<_> = after.changed(&before).into_iter().collect();
        assert_eq!(changed, expected, "{:?} {:?}: nothing else changes", action.job, action.steps);
        let used = meta.compute_units_consumed;
        assert!(
            used <= u64::from(action.compute),
            "{:?} {:?} used {used} units, {} were asked for",
            action.job,
            action.steps,
            action.compute
        );
    }
}

/// The one action of a plan that must have exactly one.
pub fn only(mut actions: Vec<Action>) -> Action {
    let jobs: Vec<Job> = actions.iter().map(|a| a.job).collect();
    assert_eq!(actions.len(), 1, "one action, not {jobs:?}");
    actions.remove(0)
}

/// A world with a long of 10 units at 100 USD that has 60 USD, its maker, and a keeper of 10 000 USD; the price at `price` after 5 slots.
pub fn long_at(price: i64) -> (World, Trader, Trader, Trader) {
    let mut w = World::with_market();
    let (maker, thin, keeper) = (w.trader(10_000), w.trader(60), w.trader(10_000));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.price(0, price, 5);
    (w, maker, thin, keeper)
}
