//! What is not an account that an older program wrote is not migrated.

use super::scene::*;
use anchor_lang::prelude::{system_program, Pubkey};
use firebreak_client::{address, ID};
use firebreak_tests::{Expect, World, E};

const FAKE: Pubkey = Pubkey::new_from_array([67; 32]);
const ATTACKER: Pubkey = Pubkey::new_from_array([66; 32]);

/// Tries `data` under `owner` at an address that the attacker found.
fn plant(w: &mut World, owner: Pubkey, data: Vec<u8>) {
    w.vm.plant(FAKE, owner, data);
}

#[test]
fn only_an_older_layout_of_a_known_type_with_its_length_is_migrated() {
    let mut s = Scene::upgraded();
    let good = s.bytes(&s.ann.account);

    plant(&mut s.w, ATTACKER, good.clone());
    s.migrate(&FAKE).refused_as("AccountOwnedByWrongProgram");
    plant(&mut s.w, system_program::ID, vec![]);
    s.migrate(&FAKE).refused_as("AccountOwnedByWrongProgram");
    for (what, data) in [
        ("empty", vec![]),
        ("a discriminator alone", good[..8].to_vec()),
        ("no discriminator", [&[0; 8], &good[8..]].concat()),
        ("a byte too short", good[..OLD - 1].to_vec()),
        ("a byte too long", [&good[..], &[0]].concat()),
        ("layout 0", [&good[..8], &[0], &good[9..]].concat()),
        ("layout 2 that has not grown", [&good[..8], &[2], &good[9..]].concat()),
        ("layout 3", [&good[..8], &[3], &good[9..]].concat()),
        ("layout 255", [&good[..8], &[255], &good[9..]].concat()),
    ] {
        plant(&mut s.w, ID, data);
        let name = s.migrate(&FAKE).expect_err(what).name;
        assert_eq!(name, E::UnknownLayout.name(), "{what}");
    }
    plant(&mut s.w, system_program::ID, vec![]);
    s.migrate(&s.ann.account.clone()).expect("the account itself is migrated");
}

#[test]
fn types_that_have_not_changed_are_current() {
    let mut s = Scene::upgraded();
    let stake = address::stake(&s.bob.owner(), 0);
    let order = address::order(&s.ann.account, 3);
    let mint = s.w.mint;
    for key in [address::protocol(), address::market(0), address::insurance(), address::collateral(&mint), stake, order] {
        s.migrate(&key).refused(E::LayoutCurrent);
    }
    // The record for other programs never changes.
    s.w.publish_report(0).expect("publishes");
    s.migrate(&address::report(&address::market(0))).refused(E::UnknownLayout);
}

/// The released program has one layout of everything.
#[test]
fn layout_1_has_nothing_to_migrate() {
    let mut s = Scene::new();
    let quote = address::quote(&s.maker.account, &address::market(0));
    for key in [s.ann.account, quote, address::protocol(), address::market(1)] {
        s.migrate(&key).refused(E::LayoutCurrent);
    }
}
