//! The program is replaced by a proposal and by nothing else, once its upgrade authority is its own address.

use anchor_lang::{prelude::Pubkey, solana_program::bpf_loader_upgradeable as loader};
use firebreak_client::{address, risk::governance::LIST_DELAY, ID};
use firebreak_tests::{runtime::GONE, Expect, World, E};
use solana_keypair::Keypair;
use solana_signer::Signer;

const BUFFER: Pubkey = Pubkey::new_from_array([81; 32]);
const OTHER: Pubkey = Pubkey::new_from_array([82; 32]);

/// Another program: this one cannot be told from a later version of Firebreak by the loader.
fn later() -> Vec<u8> {
    firebreak_tests::program_bytes("toolchain_selftest")
}

/// A protocol whose program belongs to itself, and a buffer that does as well.
fn scene() -> World {
    let mut w = World::new();
    w.hand_over().expect("hands over");
    w.buffer(BUFFER, address::upgrade_authority(), &later());
    w.buffer(OTHER, address::upgrade_authority(), &later()[..100]);
    w
}

#[test]
fn nobody_else_replaces_the_program() {
    let mut w = scene();
    let before = w.deployed();
    let guardian = w.appoint();
    let stranger = w.trader(0).key;
    let payer = w.payer();
    let mine = Pubkey::new_from_array([83; 32]);
    for key in [&payer, &guardian, &stranger] {
        // With a buffer of his own, with the program's, and by taking either away from it.
        w.buffer(mine, key.pubkey(), &later());
        let by = [key];
        for buffer in [mine, BUFFER] {
            let ix = loader::upgrade(&ID, &buffer, &key.pubkey(), &key.pubkey());
            assert!(w.act(&[ix], &by).is_err());
        }
        let take = loader::set_upgrade_authority(&ID, &key.pubkey(), Some(&key.pubkey()));
        assert!(w.act(&[take], &by).is_err());
        let take = loader::set_buffer_authority(&BUFFER, &key.pubkey(), &key.pubkey());
        assert!(w.act(&[take], &by).is_err());
        let write = loader::write(&BUFFER, &key.pubkey(), 0, vec![1, 2, 3]);
        assert!(w.act(&[write], &by).is_err());
        let close = loader::close(&address::program_data(), &key.pubkey(), &key.pubkey());
        assert!(w.act(&[close], &by).is_err());
    }
    assert_eq!(w.deployed(), before);
    assert_eq!(w.protocol().upgrades, 0);
}

#[test]
fn the_right_way_takes_seven_days() {
    let mut w = scene();
    let before = w.deployed();
    w.propose_upgrade(BUFFER).expect("proposes");
    w.propose_upgrade(OTHER).expect("proposes");
    assert_eq!((w.change(0).kind, w.change(0).class), (7, 3));
    w.upgrade(0, BUFFER).refused(E::DelayNotOver);
    w.wait(LIST_DELAY - 1);
    w.upgrade(0, BUFFER).refused(E::DelayNotOver);
    w.wait(1);
    w.upgrade(0, OTHER).refused(E::WrongBuffer);
    let mine = Pubkey::new_from_array([83; 32]);
    w.buffer(mine, w.payer().pubkey(), &later());
    w.upgrade(0, mine).refused(E::WrongBuffer);
    assert_eq!(w.deployed(), before);
    let mut ix = firebreak_client::instruction::upgrade_program(0, w.payer().pubkey(), BUFFER);
    ix.accounts[4].pubkey = OTHER; // program_data
    w.act(&[ix], &[]).refused_as("ConstraintAddress");

    w.upgrade(0, BUFFER).expect("upgrades");
    let (now, later) = (w.deployed(), later());
    assert!(later.starts_with(&now) && later[now.len()..].iter().all(|byte| *byte == 0), "the other program is there");
    let data = w.vm.svm.get_account(&address::program_data()).expect("program data");
    assert_eq!(data.data[13..45], address::upgrade_authority().to_bytes(), "it belongs to itself still");
    // What runs now is the other program.
    w.vm.pass(1);
    let gone = w.seal();
    assert!(gone.is_err_and(|r| r.name != E::Sealed.name()), "Firebreak answers still");
}

#[test]
fn an_upgrade_is_void_once_another_was_made() {
    let mut w = scene();
    let own = w.deployed();
    // The same program again, so that there is somebody to refuse the second one.
    w.buffer(BUFFER, address::upgrade_authority(), &firebreak_tests::program_bytes("firebreak"));
    w.buffer(OTHER, address::upgrade_authority(), &later());
    w.propose_upgrade(BUFFER).expect("proposes");
    w.propose_upgrade(OTHER).expect("proposes");
    w.propose_upgrade(BUFFER).expect("proposes");
    w.wait(LIST_DELAY);
    w.upgrade(0, BUFFER).expect("upgrades");
    w.vm.pass(1);
    assert_eq!((w.deployed(), w.protocol().upgrades), (own, 1));
    w.upgrade(1, OTHER).refused(E::ChangeOutdated);
    // The buffer that was used up is filled anew, with something else.
    w.buffer(BUFFER, address::upgrade_authority(), &later());
    w.upgrade(2, BUFFER).refused(E::ChangeOutdated);
}

#[test]
fn an_upgrade_is_cancelled_like_any_change() {
    let mut w = scene();
    let guardian = w.appoint();
    w.propose_upgrade(BUFFER).expect("proposes");
    let id = w.last();
    w.cancel(&guardian, id).expect("cancels");
    w.wait(LIST_DELAY);
    w.upgrade(id, BUFFER).refused_as(GONE);
}

#[test]
fn only_a_buffer_that_nobody_can_write_is_proposed() {
    let mut w = scene();
    let mine = Pubkey::new_from_array([83; 32]);
    w.buffer(mine, w.payer().pubkey(), &later());
    w.propose_upgrade(mine).refused(E::WrongBuffer);
    w.propose_upgrade(address::program_data()).refused(E::WrongBuffer);
    w.propose_upgrade(address::protocol()).refused_as("AccountOwnedByWrongProgram");
    let stranger: Keypair = w.trader(0).key;
    let ix = firebreak_client::instruction::propose_upgrade(stranger.pubkey(), 0, BUFFER);
    w.act(&[ix], &[&stranger]).refused(E::NotAuthority);
}

#[test]
fn before_the_hand_over_there_is_nothing_to_propose() {
    let mut w = World::new();
    w.buffer(BUFFER, address::upgrade_authority(), &later());
    w.propose_upgrade(BUFFER).refused(E::NotHandedOver);
}

/// The same program with `more` bytes that no section describes: a later version that is longer.
fn longer(more: usize) -> Vec<u8> {
    let mut bytes = firebreak_tests::program_bytes("firebreak");
    bytes.resize(bytes.len() + more, 7);
    bytes
}

#[test]
fn a_longer_program_takes_its_room_from_anybody_and_its_place_by_the_change_alone() {
    const MORE: usize = 30_000;
    let mut w = scene();
    w.buffer(BUFFER, address::upgrade_authority(), &longer(MORE));
    w.propose_upgrade(BUFFER).expect("proposes");
    w.wait(LIST_DELAY);
    // It does not fit, and a failed upgrade uses up nothing.
    w.upgrade(0, BUFFER).refused_as("Error processing Instruction 0: account data too small for instruction");
    assert_eq!((w.protocol().upgrades, w.waits(0)), (0, true));
    // Anybody lengthens the program's account at the loader itself, without the program's signature, and pays: it may be lengthened only.
    let stranger = w.trader(0).key;
    w.vm.svm.airdrop(&stranger.pubkey(), 10_000_000_000).expect("airdrop");
    let before = (w.deployed(), w.room());
    let extend = |bytes: u32| loader::extend_program(&ID, Some(&stranger.pubkey()), bytes);
    w.act(&[extend(MORE as u32)], &[&stranger]).expect("lengthens");
    assert_eq!((w.deployed(), w.room()), (before.0, before.1 + MORE));
    let data = w.vm.svm.get_account(&address::program_data()).expect("program data");
    assert_eq!(data.data[13..45], address::upgrade_authority().to_bytes(), "it belongs to itself still");
    // In the same slot neither again nor upgraded; in the next the change comes into force.
    assert!(w.act(&[extend(MORE as u32)], &[&stranger]).is_err());
    w.vm.pass(1);
    w.upgrade(0, BUFFER).expect("upgrades");
    assert_eq!((w.deployed(), w.protocol().upgrades), (longer(MORE), 1));
    w.vm.pass(1);
    w.seal().refused(E::Sealed).says("propose the change"); // it runs, and its youth is over
}
