//! Actions into transactions that the machine takes.

use super::scene::{long_at, Keeper};
use firebreak_client::Pubkey;
use firebreak_keeper::{
    pack::{pack, Limits, Packed, Tables, MOST_BYTES},
    Action, Job,
};
use firebreak_tests::{Trader, World};
use solana_signer::Signer;

/// Twelve accounts below Maint, one after the other worse.
fn many() -> (World, Trader, Vec<Action>) {
    let mut w = World::with_market();
    let (maker, who) = (w.trader(1_000_000), w.trader(1_000_000));
    w.quote(&maker, 0, 1_000);
    for usd in 52..64 {
        let thin = w.trader(usd);
        w.take(&thin, &maker, 0, 10).expect("takes");
    }
    w.price(0, 96_50000000, 5);
    let actions = Keeper::new(&who, &[Job::Flag, Job::TakeOver]).plan(&w);
    assert!(actions.len() >= 10);
    (w, who, actions)
}

fn check(packed: &Packed, limits: &Limits, actions: &[Action]) {
    for bundle in &packed.bundles {
        assert!(bundle.size <= limits.bytes && bundle.accounts.len() <= limits.locks && bundle.compute_limit <= limits.compute);
        assert!(!bundle.actions.is_empty() && bundle.actions.len() <= limits.actions);
        let all: Vec<_> = bundle.actions.iter().flat_map(|a| a.instructions.clone()).collect();
        assert_eq!(bundle.instructions, all, "whole actions in their order");
    }
    let order: Vec<_> = packed.bundles.iter().flat_map(|b| b.actions.iter().map(|a| a.account)).collect();
    let placed: Vec<_> = actions.iter().map(|a| a.account).filter(|a| order.contains(a)).collect();
    assert_eq!(order, placed);
}

#[test]
fn several_actions_share_a_transaction_and_the_machine_takes_it() {
    let (mut w, who, actions) = many();
    let limits = Limits::default();
    let packed = pack(w.payer().pubkey(), actions.clone(), &limits, &Tables::default());
    check(&packed, &limits, &actions);
    assert!(packed.too_large.is_empty());
    assert!(packed.bundles.len() < actions.len(), "{} transactions", packed.bundles.len());
    let payer = w.payer();
    for bundle in &packed.bundles {
        w.act(&bundle.instructions, &[&payer, &who.key]).expect("goes through");
        for snapshot in &bundle.expected {
            let account = w.vm.svm.get_account(&snapshot.key).expect("it exists");
            assert!(account.data == snapshot.data, "the last word on {}", snapshot.key);
        }
    }
}

#[test]
fn the_size_is_that_of_the_transaction_that_is_sent() {
    let (w, who, actions) = many();
    let packed = pack(w.payer().pubkey(), actions, &Limits::default(), &Tables::default());
    let bundle = &packed.bundles[0];
    let budget = |kind: u8, len: usize| solana_instruction::Instruction {
        program_id: Pubkey::from_str_const("ComputeBudget111111111111111111111111111111"),
        accounts: vec![],
        data: vec![kind; len + 1],
    };
    let all: Vec<_> = [budget(2, 4), budget(3, 8)].into_iter().chain(bundle.instructions.clone()).collect();
    let payer = w.payer();
    let hash = w.vm.svm.latest_blockhash();
    let legacy = solana_transaction::Transaction::new_signed_with_payer(&all, Some(&payer.pubkey()), &[&payer, &who.key], hash);
    // A message with a version has its number, and an empty list of tables.
    assert_eq!(bundle.size, bincode::serialize(&legacy).expect("serialises").len() + 2);
}

#[test]
fn every_limit_binds() {
    let (w, _, actions) = many();
    let payer = w.payer().pubkey();
    let wide = Limits { actions: 100, bytes: 100_000, locks: 1_000, compute: 100_000_000, spare_compute: 20 };
    assert_eq!(pack(payer, actions.clone(), &wide, &Tables::default()).bundles.len(), 1);
    let tight = [
        Limits { actions: 2, ..wide },
        Limits { bytes: MOST_BYTES, ..wide },
        Limits { locks: 12, ..wide },
        Limits { compute: 150_000, ..wide },
    ];
    for limits in tight {
        let packed = pack(payer, actions.clone(), &limits, &Tables::default());
        check(&packed, &limits, &actions);
        assert!(packed.bundles.len() > 1, "{limits:?}");
        assert!(packed.too_large.is_empty());
    }
    let none = Limits { bytes: 300, ..wide };
    let packed = pack(payer, actions.clone(), &none, &Tables::default());
    assert_eq!((packed.bundles.len(), packed.too_large.len()), (0, actions.len()), "none is lost, none is cut");
}

#[test]
fn tables_make_room() {
    let (w, _, actions) = many();
    let payer = w.payer().pubkey();
    let limits = Limits { actions: 100, ..Limits::default() };
    let plain = pack(payer, actions.clone(), &limits, &Tables::default());
    let mut known: Vec<Pubkey> =
        actions.iter().flat_map(|a| &a.instructions).flat_map(|ix| ix.accounts.iter().map(|m| m.pubkey)).collect();
    known.sort_unstable();
    known.dedup();
    let tables = Tables { tables: vec![(Pubkey::new_from_array([77; 32]), known)] };
    let packed = pack(payer, actions.clone(), &limits, &tables);
    check(&packed, &limits, &actions);
    assert!(packed.bundles.len() < plain.bundles.len(), "{} instead of {}", packed.bundles.len(), plain.bundles.len());
    assert!(packed.bundles.iter().all(|b| b.tables.len() == 1));
    let locks = |p: &Packed| p.bundles.iter().flat_map(|b| b.accounts.clone()).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(locks(&packed).len(), locks(&plain).len(), "the same accounts are locked");
}

#[test]
fn nothing_is_packed_from_nothing() {
    let (w, ..) = long_at(100_00000000);
    let packed = pack(w.payer().pubkey(), vec![], &Limits::default(), &Tables::default());
    assert!(packed.bundles.is_empty() && packed.too_large.is_empty());
}
