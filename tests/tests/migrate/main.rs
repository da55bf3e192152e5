//! What an older program wrote is read by a newer one. The newer one here is Firebreak compiled with `layout-2`: in it a margin account has a
//! new field in what was room, and is longer; a quote has a new field in what was room. Nothing else differs.

mod refusals;
mod scene;

use anchor_lang::{prelude::Pubkey, Discriminator};
use firebreak_client::{
    address, decode, instruction,
    program::{
        events::Migrated,
        state::{MarginAccount, Quote},
    },
    ID,
};
use firebreak_tests::{checks::Snapshot, events, Expect, E, UNIT, USD};
use scene::*;

#[test]
fn an_account_of_layout_1_is_read_by_layout_2() {
    let mut s = Scene::upgraded();
    let before = Snapshot::of(&s.w).state();
    let old = s.bytes(&s.ann.account);
    assert_eq!((old[8], old.len()), (1, OLD));
    let (lamports, slot) = (s.w.lamports(&s.ann.account), s.w.now().slot);

    let meta = s.migrate(&s.ann.account.clone()).expect("migrates");
    let event = &events::<Migrated>(&meta)[0];
    assert_eq!((event.account, event.from, event.to, event.bytes), (s.ann.account, 1, 2, NEW as u64));
    let new = s.bytes(&s.ann.account);
    assert_eq!((new[8], new.len()), (2, NEW));
    let field = OLD - 31 * 8; // the first word of layout 1's room
    assert_eq!(new[field..field + 8], slot.to_le_bytes(), "the new field is set");
    assert_eq!(new[..8], old[..8]);
    assert_eq!(new[9..field], old[9..field], "nothing that it held has moved or changed");
    assert!(new[field + 8..].iter().all(|byte| *byte == 0), "the rest is room");
    let rent = s.w.vm.svm.minimum_balance_for_rent_exemption(NEW);
    assert_eq!(s.w.lamports(&s.ann.account), rent.max(lamports), "it pays for its length");
    assert_eq!(Snapshot::of(&s.w).state(), before, "nobody's balance has changed");

    // A second time it is refused, and so nothing happens.
    s.migrate(&s.ann.account.clone()).refused(E::LayoutCurrent);
}

#[test]
fn the_rent_is_paid_by_whoever_calls() {
    let mut s = Scene::upgraded();
    // Exactly exempt, as `open_account` leaves it.
    let key = s.ann.account;
    let mut account = s.w.vm.svm.get_account(&key).expect("exists");
    account.lamports = s.w.vm.svm.minimum_balance_for_rent_exemption(OLD);
    s.w.vm.svm.set_account(key, account).expect("sets");
    let stranger = s.w.trader(0);
    let before = (s.w.lamports(&stranger.owner()), s.w.lamports(&key));
    s.w.act(&[instruction::migrate(stranger.owner(), key)], &[&stranger.key]).expect("anybody may");
    let due = s.w.vm.svm.minimum_balance_for_rent_exemption(NEW) - before.1;
    assert!(due > 0);
    assert_eq!((s.w.lamports(&stranger.owner()), s.w.lamports(&key)), (before.0 - due, before.1 + due));
}

#[test]
fn a_type_whose_length_stays_takes_its_room() {
    let mut s = Scene::upgraded();
    let key = address::quote(&s.maker.account, &address::market(0));
    let (old, slot) = (s.bytes(&key), s.w.now().slot);
    s.migrate(&key).expect("migrates");
    let new = s.bytes(&key);
    assert_eq!((old[8], new[8], new.len()), (1, 2, old.len()));
    let field = old.len() - 7 * 8;
    assert_eq!(new[field..field + 8], slot.to_le_bytes());
    assert_eq!((&new[9..field], &new[field + 8..]), (&old[9..field], &old[field + 8..]));
    s.migrate(&key).refused(E::LayoutCurrent);
}

/// Until an account is brought up, the new program leaves it alone, by name; afterwards everything goes on as before.
#[test]
fn everything_works_once_it_is_migrated() {
    let mut s = Scene::upgraded();
    let Scene { ann, bob, maker, .. } = s.clone();
    s.w.pass(1);
    // Too short for its type, or of another layout.
    s.w.deposit(&ann, USD).refused_as("AccountDidNotDeserialize");
    s.w.flag(&ann).refused_as("AccountDidNotDeserialize");
    s.w.rank(0, &[&ann]).refused(E::WrongVersion);
    for trader in [&ann, &maker] {
        s.migrate(&trader.account).expect("migrates");
    }
    s.w.take(&ann, &maker, 0, 1).refused(E::WrongVersion); // the quote
    s.migrate_all();

    // Positions, claims, quotes and stakes of before are traded, settled, converted, liquidated and paid now.
    s.w.take(&ann, &maker, 0, -1).expect("takes");
    s.w.deposit(&bob, USD).expect("deposits");
    s.w.withdraw(&maker, USD).expect("withdraws");
    s.w.quote(&maker, 1, 100);
    s.w.crash(95_00000000, 5);
    s.w.flag(&ann).expect("flags");
    s.w.pass(50);
    s.w.liquidate(&maker, &ann, 0).expect("takes over");
    for trader in [&ann, &bob, &maker] {
        s.w.settle(trader, trader, 0).ok();
    }
    s.w.pass(1_500);
    s.w.convert(&bob, 0).expect("converts");
    s.w.rank(0, &[&ann, &bob]).expect("ranks");
    s.w.publish_report(0).expect("publishes");
    // New accounts are of the new layout from the start.
    let cat = s.w.trader(10);
    let bytes = s.bytes(&cat.account);
    assert_eq!((bytes[8], bytes.len()), (2, NEW));
    s.w.take_lots(&cat, &maker, 1, UNIT / 10).expect("takes");
    s.migrate(&cat.account).refused(E::LayoutCurrent);
    // Sub-accounts of different ages side by side.
    let second = s.w.second_account(&ann, 0);
    s.w.transfer(&cat, &second, USD).refused(E::NotSameOwner);
    s.w.transfer(&maker, &maker, USD).refused(E::SameAccount);
}

/// The old program does not touch what a newer one wrote: if an upgrade is taken back, nothing is read wrongly.
#[test]
fn the_old_program_refuses_the_new_layout() {
    let mut s = Scene::upgraded();
    s.migrate_all();
    let planted: Vec<(Pubkey, Vec<u8>)> = s.w.vm.svm.get_program_accounts(&ID).into_iter().map(|(k, a)| (k, a.data)).collect();
    let mut s = Scene::new();
    let now = s.w.now();
    for (key, data) in planted {
        let grown = [MarginAccount::DISCRIMINATOR, Quote::DISCRIMINATOR].iter().any(|t| data.starts_with(t));
        if grown {
            assert_eq!(data[8], 2);
            assert!(decode::decode::<MarginAccount>(&data).is_ok() || decode::decode::<Quote>(&data).is_ok());
            s.w.vm.plant(key, ID, data);
        }
    }
    s.w.vm.set_clock(now.slot, now.time);
    let Scene { ann, bob, maker, .. } = s.clone();
    s.w.deposit(&ann, USD).refused(E::WrongVersion);
    s.w.withdraw(&maker, USD).refused(E::WrongVersion);
    s.w.take(&bob, &maker, 0, 1).refused(E::WrongVersion);
    s.w.settle(&ann, &ann, 0).refused(E::WrongVersion);
    s.w.rank(0, &[&ann]).refused(E::WrongVersion);
    s.w.remove_quote(&maker, 0).refused(E::WrongVersion);
    s.w.close(&bob).refused(E::WrongVersion);
    s.migrate(&ann.account).refused(E::UnknownLayout);
    s.migrate(&address::quote(&maker.account, &address::market(0))).refused(E::UnknownLayout);
}
