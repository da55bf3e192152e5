//! An empty stake account gives its rent back.

use super::scene::{scene, COOLDOWN_SLOTS};
use anchor_lang::prelude::Pubkey;
use firebreak_client::{address, instruction, program::events::StakeClosed};
use firebreak_tests::{events, stakers::*, Expect, E};

#[test]
fn it_closes_once_everything_is_paid_and_can_be_opened_again() {
    let mut s = scene();
    s.w.close_stake(&s.junior, JUNIOR).refused(E::StakeNotEmpty);
    s.w.request_all(&s.junior, JUNIOR).expect("asks");
    s.w.pass(COOLDOWN_SLOTS);
    s.w.close_stake(&s.junior, JUNIOR).refused(E::StakeNotEmpty);
    s.w.unstake(&s.junior, JUNIOR).expect("pays");
    let key = address::stake(&s.junior.owner(), JUNIOR);
    let lamports = |s: &super::scene::Scene, key: Pubkey| s.w.vm.svm.get_account(&key).map_or(0, |a| a.lamports);
    let (rent, before) = (lamports(&s, key), lamports(&s, s.junior.owner()));
    let meta = s.w.close_stake(&s.junior, JUNIOR).expect("closes");
    assert_eq!(events::<StakeClosed>(&meta)[0].stake, key);
    assert_eq!((lamports(&s, key), lamports(&s, s.junior.owner())), (0, before + rent));
    s.w.close_stake(&s.junior, JUNIOR).refused_as("AccountOwnedByWrongProgram");
    s.w.stake(&s.junior, JUNIOR, 1_000).expect("opens again");
    assert_eq!(s.w.stake_of(&s.junior, JUNIOR).engine.requested, 0);
}

#[test]
fn shares_that_a_loss_left_nothing_of_close_too() {
    let mut s = scene();
    s.deficit();
    s.shared();
    assert_eq!(s.assets()[0], 0);
    s.w.close_stake(&s.senior, SENIOR).refused(E::StakeNotEmpty);
    s.w.close_stake(&s.junior, JUNIOR).expect("closes");
}

#[test]
fn nobody_closes_anothers() {
    let mut s = scene();
    s.deficit();
    s.shared();
    let mut ix = instruction::close_stake(s.keeper.owner(), JUNIOR);
    ix.accounts[2].pubkey = address::stake(&s.junior.owner(), JUNIOR);
    s.w.act(&[ix], &[&s.keeper.key]).refused(E::NotOwner);
}
