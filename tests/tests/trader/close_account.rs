//! An empty account is closed by its owner; nothing of it lives on, not even at the same address.

use anchor_lang::{
    prelude::{system_program, AccountMeta, Pubkey},
    solana_program::instruction::Instruction,
};
use firebreak_client::{
    address, instruction,
    program::{
        events::{AccountClosed, AccountOpened},
        instructions::AccountKind,
        state::MarginAccount,
    },
    risk::Account,
};
use firebreak_tests::{events, params, stop, tripping, Expect, Trader, World, E, UNIT, USD};

fn pay(from: Pubkey, to: Pubkey, lamports: u64) -> Instruction {
    let data = [2u32.to_le_bytes().as_slice(), &lamports.to_le_bytes()].concat();
    Instruction {
        program_id: system_program::ID,
        accounts: vec![AccountMeta::new(from, true), AccountMeta::new(to, false)],
        data,
    }
}

/// A trader whose account is as old as a slot, with nothing in it.
fn idle(w: &mut World) -> Trader {
    let ann = w.trader(0);
    w.vm.pass(1);
    ann
}

#[test]
fn the_rent_goes_back_to_the_owner() {
    let mut w = World::new();
    let ann = idle(&mut w);
    let (rent, before) = (w.lamports(&ann.account), w.lamports(&ann.owner()));
    let meta = w.close(&ann).expect("closes");
    assert_eq!(w.lamports(&ann.account), 0);
    assert_eq!(w.lamports(&ann.owner()), before + rent);
    let event = &events::<AccountClosed>(&meta)[0];
    assert_eq!((event.account, event.owner), (ann.account, ann.owner()));
    w.close(&ann).refused_as("AccountOwnedByWrongProgram");
}

#[test]
fn an_account_with_anything_in_it_stays_open() {
    let mut w = World::with_market();
    let (maker, ann) = (w.trader(1_000), w.trader(100));
    w.quote(&maker, 0, 10);
    w.pass(1);
    w.close(&ann).refused(E::AccountNotEmpty);
    w.take(&ann, &maker, 0, 1).expect("takes");
    w.close(&ann).refused(E::AccountNotEmpty);
    w.take(&ann, &maker, 0, -1).expect("closes the position");
    let capital = w.engine(&ann).capital;
    w.withdraw(&ann, capital - 1).expect("all but an atom");
    w.close(&ann).refused(E::AccountNotEmpty);
    w.withdraw(&ann, 1).expect("the last");
    w.close(&ann).expect("nothing left");
}

#[test]
fn a_claim_keeps_an_account_open() {
    let mut w = World::with_market();
    let (maker, ann) = (w.trader(1_000), w.trader(100));
    w.quote(&maker, 0, 10);
    w.take(&ann, &maker, 0, 1).expect("takes");
    w.price(0, 101_00000000, 5);
    w.take(&ann, &maker, 0, -1).expect("sells");
    let capital = w.engine(&ann).capital;
    w.withdraw(&ann, capital).expect("everything that is hers by now");
    w.close(&ann).refused(E::AccountNotEmpty);
    w.pass(1_500);
    w.convert(&ann, 0).expect("converts");
    let capital = w.engine(&ann).capital;
    assert!(capital > 900_000);
    w.withdraw(&ann, capital).expect("the profit");
    w.close(&ann).expect("nothing left");
}

#[test]
fn the_owner_closes_and_nobody_else() {
    let mut w = World::new();
    let (ann, thief) = (idle(&mut w), w.trader(0));
    w.act(&[instruction::close_account(thief.owner(), ann.account)], &[&thief.key]).refused(E::NotOwner);
    let mut ix = instruction::close_account(ann.owner(), ann.account);
    ix.accounts[0].is_signer = false;
    w.act(&[ix], &[&thief.key]).refused_as("AccountNotSigner");
}

#[test]
fn lamports_do_not_revive_a_closed_account() {
    let mut w = World::new();
    let ann = idle(&mut w);
    let close = instruction::close_account(ann.owner(), ann.account);
    let revive = pay(ann.owner(), ann.account, 100_000_000);
    let deposit = instruction::deposit(ann.owner(), ann.account, ann.wallet, w.mint, 0);
    w.act(&[close.clone(), revive.clone(), deposit], &[&ann.key]).refused_as("AccountOwnedByWrongProgram");
    w.act(&[close.clone(), revive.clone(), close.clone()], &[&ann.key]).refused_as("AccountOwnedByWrongProgram");
    // Without the use of it, the lamports lie at an address of the system program.
    w.act(&[close, revive], &[&ann.key]).expect("closes");
    let left = w.vm.svm.get_account(&ann.account).expect("lamports");
    assert_eq!((left.owner, left.data.len()), (system_program::ID, 0));
    // And do not keep the address from being opened again.
    w.try_open(&ann, 0, AccountKind::Cross).expect("opens again");
}

#[test]
fn an_address_can_be_opened_again_and_is_fresh() {
    let mut w = World::new();
    let ann = idle(&mut w);
    let close = instruction::close_account(ann.owner(), ann.account);
    let open = instruction::open_account_of(ann.owner(), 0, AccountKind::Isolated);
    let meta = w.act(&[close.clone(), open], &[&ann.key]).expect("in one transaction");
    assert!(events::<AccountOpened>(&meta)[0].isolated);
    let margin = w.margin(&ann);
    assert_eq!(margin.engine.0, Account { isolated: 1, ..Account::NEW });
    assert_eq!(margin.opened, w.now().slot);
    // Nothing could tell a third account of the same slot from the second.
    w.close(&ann).refused(E::ClosedTooSoon);
    w.vm.pass(1);
    w.close(&ann).expect("a slot later");
}

#[test]
fn a_quote_does_not_outlive_its_account() {
    let mut w = World::with_market();
    let (maker, taker) = (w.trader(1_000), w.trader(1_000));
    w.quote(&maker, 0, 10);
    w.pass(1);
    let all = w.engine(&maker).capital;
    w.withdraw(&maker, all).expect("leaves");
    w.close(&maker).expect("closes");
    let take = instruction::take(taker.owner(), taker.account, maker.account, 0, UNIT, u64::MAX, &[]);
    w.act(std::slice::from_ref(&take), &[&taker.key]).refused_as("AccountOwnedByWrongProgram");
    w.try_open(&maker, 0, AccountKind::Cross).expect("opens again");
    w.deposit(&maker, 1_000 * USD).expect("deposits");
    w.act(std::slice::from_ref(&take), &[&taker.key]).refused(E::WrongQuote);
    w.quote(&maker, 0, 5);
    w.act(&[take], &[&taker.key]).expect("the new one is taken");
}

#[test]
fn an_order_does_not_outlive_its_account() {
    let mut w = World::with_market();
    let (maker, ann, keeper) = (w.trader(1_000), w.trader(60), w.trader(0));
    w.quote(&maker, 0, 100);
    w.place_order(&ann, 0, stop(5)).expect("places");
    w.pass(1);
    w.withdraw(&ann, 60 * USD).expect("leaves");
    w.close(&ann).expect("closes");
    w.try_open(&ann, 0, AccountKind::Cross).expect("opens again");
    w.deposit(&ann, 60 * USD).expect("deposits");
    w.take(&ann, &maker, 0, 10).expect("takes");
    w.price(0, 97_50000000, 5);
    w.run_order(&keeper, &ann, 0, 0, &maker).refused(E::WrongOrder);
    w.place_order(&ann, 0, stop(5)).refused_as(firebreak_tests::runtime::ALREADY_IN_USE);
    w.cancel_order(&ann, 0).expect("its rent comes back");
    w.place_order(&ann, 0, stop(5)).expect("anew");
    w.run_order(&keeper, &ann, 0, 0, &maker).expect("runs");
}

#[test]
fn closing_needs_no_price_and_no_calm() {
    let mut w = World::new();
    w.list_ruled(params(), tripping(3), 100);
    let ann = idle(&mut w);
    w.price(0, 90_00000000, 5);
    w.vm.pass(10_000);
    w.close(&ann).expect("closes");
    let gone = w.vm.svm.get_account(&address::account(&ann.owner(), 0));
    assert!(gone.is_none_or(|a| a.lamports == 0));
    assert_eq!(MarginAccount::SPACE % 8, 0);
}
