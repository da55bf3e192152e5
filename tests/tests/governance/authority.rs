//! The authority changes hands in two steps, a week apart at least: nobody is surprised, and no key that nobody has ever governs.

use firebreak_client::risk::governance::{LAPSE, LIST_DELAY};
use firebreak_tests::{params, runtime::GONE, Expect, World, E};
use solana_keypair::Keypair;
use solana_signer::Signer;

fn next(w: &mut World) -> Keypair {
    let key = Keypair::new_from_array([21; 32]);
    w.vm.svm.airdrop(&key.pubkey(), 10_000_000_000).expect("airdrop");
    key
}

#[test]
fn the_new_authority_signs_after_seven_days() {
    let mut w = World::with_market();
    let (old, new) = (w.payer(), next(&mut w));
    w.propose_authority(new.pubkey()).expect("proposes");
    assert_eq!((w.change(0).kind, w.change(0).class), (6, 3));
    w.wait(LIST_DELAY - 1);
    w.accept(&new, 0).refused(E::DelayNotOver);
    w.wait(1);
    w.accept(&old, 0).refused(E::NotNextAuthority);
    w.accept(&new, 0).expect("accepts");
    assert_eq!(w.protocol().authority, new.pubkey());
    let better = firebreak_client::risk::MarketParams { dust_notional: 9_000_000, ..params() };
    w.propose_params(0, better).refused(E::NotAuthority);
    let ix = firebreak_client::instruction::propose_params(new.pubkey(), 1, 0, better);
    w.act(&[ix], &[&new]).expect("proposes");
}

#[test]
fn a_hand_over_can_be_cancelled_and_lapses() {
    let mut w = World::with_market();
    let guardian = w.appoint();
    let new = next(&mut w);
    w.propose_authority(new.pubkey()).expect("proposes");
    let id = w.last();
    w.cancel(&guardian, id).expect("cancels");
    w.wait(LIST_DELAY);
    w.accept(&new, id).refused_as(GONE);
    w.propose_authority(new.pubkey()).expect("proposes");
    w.wait(LIST_DELAY + LAPSE + 1);
    w.accept(&new, id + 1).refused(E::ChangeOutdated);
}

#[test]
fn of_two_hand_overs_the_second_is_void() {
    let mut w = World::new();
    let (new, other) = (next(&mut w), Keypair::new_from_array([22; 32]));
    w.propose_authority(new.pubkey()).expect("proposes");
    w.propose_authority(other.pubkey()).expect("proposes");
    w.wait(LIST_DELAY);
    w.accept(&other, 1).expect("accepts");
    w.accept(&new, 0).refused(E::ChangeOutdated);
    assert_eq!(w.protocol().authority, other.pubkey());
}

#[test]
fn nobody_and_oneself_are_no_successors() {
    let mut w = World::new();
    w.propose_authority(w.payer().pubkey()).refused(E::NothingChanges);
    w.propose_authority(firebreak_client::Pubkey::default()).refused(E::NothingChanges);
}
