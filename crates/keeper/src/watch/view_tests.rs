use super::{view::*, Told, CLOCK, SYSVARS};
use crate::{
    metrics::Metrics,
    rpc::{Read, Reading},
    Now, Pubkey,
};
use anchor_lang::Discriminator;
use firebreak_client::{
    address,
    program::{constants::LAYOUT_VERSION, state::Protocol},
    ID,
};
use std::time::Instant;

fn view() -> (View, Metrics) {
    let metrics = Metrics::new().expect("figures");
    (View::new(metrics.clone(), 10), metrics)
}

fn protocol() -> Read {
    let mut data = Protocol::DISCRIMINATOR.to_vec();
    data.push(LAYOUT_VERSION);
    data.resize(Protocol::SPACE, 0);
    Read { key: address::protocol(), owner: ID, data }
}

fn reading(slot: u64, accounts: Vec<Read>) -> Reading {
    Reading { slot, accounts, absent: vec![] }
}

fn clock(slot: u64, time: i64) -> Read {
    let clock = solana_clock::Clock { slot, unix_timestamp: time, ..Default::default() };
    Read { key: CLOCK, owner: SYSVARS, data: bincode::serialize(&clock).expect("bytes") }
}

fn told(context: u64, read: &Read) -> Told {
    Told::Account { subscription: 1, context, key: read.key, owner: read.owner, data: read.data.clone(), at: Instant::now() }
}

fn refused(metrics: &Metrics, source: &str, reason: &str) -> u64 {
    metrics.refused_total.with_label_values(&[source, reason]).get()
}

/// A view that was read completely at slot 100.
fn synced() -> (View, Metrics) {
    let (mut view, metrics) = view();
    view.told(Told::Up);
    view.told(Told::Slot(100));
    assert_eq!(view.usable(), Err(Stale::Unread));
    view.asked();
    view.read(&reading(100, vec![protocol()]), true).expect("believed");
    view.set_synced();
    assert_eq!(view.usable(), Ok(()));
    (view, metrics)
}

#[test]
fn a_view_is_acted_on_only_while_it_is_complete_and_young() {
    let (mut view, _) = synced();
    view.hear(110);
    assert_eq!(view.usable(), Ok(()));
    view.hear(111);
    assert_eq!(view.usable(), Err(Stale::Old { age: 11, most: 10 }));
    view.told(Told::Slot(105));
    assert_eq!(view.usable(), Ok(()));
    // A slot that goes back makes nothing younger or older.
    view.told(Told::Slot(50));
    assert_eq!((view.told_slot(), view.newest()), (105, 111));
    view.told(Told::Down("cut".into()));
    assert_eq!(view.usable(), Err(Stale::Unread));
}

#[test]
fn a_reading_that_is_old_or_incomplete_changes_nothing() {
    let (mut view, metrics) = synced();
    view.told(Told::Slot(120));
    view.asked();
    assert!(view.read(&reading(109, vec![protocol()]), true).expect_err("old").contains("slot 109, slot 120 is known"));
    assert!(view.read(&reading(120, vec![]), true).expect_err("empty").contains("lacks the protocol"));
    let mut two = protocol();
    two.data[8 + 4] = 2; // two markets, none of which is there
    assert!(view.read(&reading(120, vec![two]), true).expect_err("short").contains("lacks market 0 of 2"));
    let mut three = protocol();
    three.data[8 + 6] = 3; // three collaterals: without their records nobody who holds them can be judged
    assert!(view.read(&reading(120, vec![three]), true).expect_err("short").contains("0 collaterals' records of 3"));
    assert_eq!((refused(&metrics, "rpc", "old slot"), refused(&metrics, "rpc", "incomplete")), (1, 3));
    view.read(&reading(110, vec![protocol()]), true).expect("ten slots are allowed");
}

#[test]
fn accounts_of_another_owner_length_or_version_are_refused_and_counted() {
    let (mut view, metrics) = synced();
    let good = protocol();
    let foreign = Read { owner: Pubkey::new_unique(), ..good.clone() };
    let short = Read { data: good.data[..100].to_vec(), ..good.clone() };
    let mut next = good.clone();
    next.data[8] = LAYOUT_VERSION + 1;
    for (read, reason) in [(&foreign, "owner"), (&short, "length"), (&next, "version")] {
        assert!(!view.told(told(101, read)));
        assert_eq!(refused(&metrics, "websocket", reason), 1, "{reason}");
        view.asked();
        assert!(view.read(&reading(101, vec![good.clone(), read.clone()]), true).is_err(), "{reason}");
        assert_eq!(refused(&metrics, "rpc", reason), 1, "{reason}");
    }
    assert!(!view.told(told(90, &good)) && refused(&metrics, "websocket", "slot went back") == 1);
}

#[test]
fn what_was_told_while_a_reading_was_under_way_is_newer_than_the_reading() {
    let (mut view, metrics) = synced();
    let (old, mut new) = (protocol(), protocol());
    new.data[8 + 6] = 7;
    view.asked();
    assert!(view.told(told(100, &new)));
    view.read(&reading(100, vec![old.clone()]), true).expect("believed");
    assert_eq!(view.mark(&old.key), Some(mark(&new.data)));
    view.set_synced();
    // A reading that finds what nobody told counts it.
    view.asked();
    view.read(&reading(101, vec![old.clone()]), true).expect("believed");
    assert_eq!((view.mark(&old.key), metrics.missed_updates_total.get()), (Some(mark(&old.data)), 1));
}

#[test]
fn states_of_an_account_are_counted_from_any_of_them() {
    let (mut view, _) = synced();
    let first = protocol();
    let state = |n: u8| {
        let mut read = protocol();
        read.data[8 + 6] = n;
        read
    };
    assert_eq!(view.states_since(&first.key, mark(&first.data)), Some(0));
    assert_eq!(view.states_since(&first.key, 1), None);
    for n in 1..=3 {
        view.told(told(100 + u64::from(n), &state(n)));
    }
    assert_eq!(view.states_since(&first.key, mark(&first.data)), Some(3));
    assert_eq!(view.states_since(&first.key, mark(&state(2).data)), Some(1));
    assert!(view.has_been(&first.key, &state(1).data) && !view.has_been(&first.key, &state(9).data));
}

#[test]
fn the_clock_is_that_of_the_newest_slot_or_about_so() {
    let (mut view, metrics) = synced();
    assert_eq!((view.clock(), view.clock_about()), (None, None));
    view.read(&reading(100, vec![clock(100, 5_000)]), false).expect("believed");
    assert_eq!(view.clock(), Some(Now { slot: 100, time: 5_000 }));
    view.told(Told::Slot(103));
    assert_eq!((view.clock(), view.clock_about()), (None, Some(Now { slot: 103, time: 5_000 })));
    assert_eq!(view.clock_at(100), Some(Now { slot: 100, time: 5_000 }));
    view.told(Told::Slot(111));
    assert_eq!(view.clock_about(), None);
    let foreign = Read { owner: ID, ..clock(111, 6_000) };
    view.read(&reading(111, vec![foreign]), false).expect("the rest is believed");
    assert_eq!((view.clock(), refused(&metrics, "clock", "owner")), (None, 1));
}
