//! The boards: who is put on them, who goes, and what it costs a keeper to skip a worse account.

use firebreak_client::{
    address, instruction,
    program::events::{Liquidated, Ranked},
    risk::rank::{Board, LONG, SHORT},
};
use firebreak_tests::{events, scenes::Queue, Expect, Trader, World, E, UNIT, USD};

fn on(board: &Board, t: &Trader) -> Option<u64> {
    board.entries.iter().find(|e| e.score != 0 && e.key == t.account.to_bytes()).map(|e| e.score)
}

fn reward(meta: &litesvm::types::TransactionMetadata) -> u64 {
    events::<Liquidated>(meta)[0].reward
}

#[test]
fn an_account_is_put_on_both_boards_with_its_score_of_now() {
    let Queue { mut w, maker, small, .. } = Queue::new();
    let meta = w.rank(0, &[&maker, &small]).expect("ranks");
    let told = &events::<Ranked>(&meta)[0].accounts;
    assert_eq!((told[0].account, told[0].side, told[0].worst), (maker.account, SHORT, 0));
    assert_eq!((told[1].account, told[1].side, told[1].winner), (small.account, LONG, 0));
    let market = w.market(0);
    assert_eq!(on(&market.winners, &maker), Some(w.ranked(&maker, 0).winner));
    assert_eq!(on(&market.worst, &small), Some(w.ranked(&small, 0).worst));
    assert_eq!((on(&market.worst, &maker), on(&market.winners, &small)), (None, None));
    w.price(0, 96_00000000, 3);
    w.rank(0, &[&maker, &small]).expect("ranks again");
    assert_eq!(on(&w.market(0).worst, &small), Some(w.ranked(&small, 0).worst), "moved, not entered twice");
    let entries = w.market(0).worst.entries.iter().filter(|e| e.score != 0).count();
    assert_eq!(entries, 1);
}

#[test]
fn skipping_a_worse_account_cuts_the_reward_to_30_per_cent() {
    let Queue { mut w, small, large, keeper, .. } = Queue::new();
    let mut free = w.clone();
    assert_eq!(reward(&free.liquidate(&keeper, &small, 0).expect("nobody is on the board")), USD / 10);
    w.rank(0, &[&small, &large]).expect("ranks");
    let mut shown = w.clone();
    assert_eq!(reward(&w.liquidate(&keeper, &small, 0).expect("takes over")), USD * 3 / 100);
    let meta = shown.liquidate_showing(&keeper, &small, 0, &[&large]).expect("takes over");
    assert_eq!(reward(&meta), USD * 3 / 100, "showing it does not help: it is worse, and could be acted on");
}

#[test]
fn the_worst_first_earns_whole_rewards() {
    let Queue { mut w, small, large, keeper, .. } = Queue::new();
    w.rank(0, &[&small, &large]).expect("ranks");
    assert_eq!(reward(&w.liquidate(&keeper, &large, 0).expect("takes over")), USD / 10);
    assert_eq!(on(&w.market(0).worst, &large), None, "at its stop line it is off the board");
    assert_eq!(reward(&w.liquidate(&keeper, &small, 0).expect("takes over")), USD / 10);
}

#[test]
fn an_accounts_own_stale_entry_does_not_stand_in_its_way() {
    let Queue { mut w, small, keeper, .. } = Queue::new();
    w.price(0, 96_00000000, 3);
    w.rank(0, &[&small]).expect("ranks");
    w.price(0, 97_00000000, 3);
    assert!(on(&w.market(0).worst, &small) > Some(w.ranked(&small, 0).worst));
    assert_eq!(reward(&w.liquidate(&keeper, &small, 0).expect("takes over")), USD / 10);
}

#[test]
fn a_stale_entry_counts_until_it_is_shown() {
    let Queue { mut w, small, large, keeper, .. } = Queue::new();
    w.rank(0, &[&small, &large]).expect("ranks");
    w.deposit(&large, 30 * USD).expect("its owner helps");
    let mut unseen = w.clone();
    assert_eq!(reward(&unseen.liquidate(&keeper, &small, 0).expect("takes over")), USD * 3 / 100);
    let meta = w.liquidate_showing(&keeper, &small, 0, &[&large]).expect("takes over");
    assert_eq!(reward(&meta), USD / 10);
    assert_eq!(on(&w.market(0).worst, &large), None, "a dead entry that is shown goes");
}

#[test]
fn an_entry_that_cannot_be_acted_on_does_not_count() {
    let mut w = World::with_market();
    let (maker, small, large, keeper) = (w.trader(100_000), w.trader(60), w.trader(90), w.trader(100_000));
    w.quote(&maker, 0, 1_000);
    w.take(&small, &maker, 0, 10).expect("takes");
    w.take(&large, &maker, 0, 15).expect("takes");
    w.price(0, 97_00000000, 5);
    w.flag(&small).expect("flags");
    w.pass(25);
    w.flag(&large).expect("flags later");
    w.liquidate(&keeper, &large, 0).expect("its first quarter");
    w.liquidate(&keeper, &large, 0).refused(E::RampNotReached);
    assert!(on(&w.market(0).worst, &large) > Some(w.ranked(&small, 0).worst), "still the worse one");
    let mut unseen = w.clone();
    assert_eq!(reward(&unseen.liquidate(&keeper, &small, 0).expect("takes over")), USD * 3 / 100);
    let meta = w.liquidate_showing(&keeper, &small, 0, &[&large]).expect("takes over");
    assert_eq!(reward(&meta), USD / 10);
}

#[test]
fn who_is_insolvent_can_be_declared_and_so_counts() {
    let Queue { mut w, maker, small, keeper, .. } = Queue::new();
    // Bought at 102 with a twentieth of it, at 96.5 it owes more than it has.
    w.price(0, 102_00000000, 3);
    w.pass(200); // the stable price follows
    w.pass(1);
    let broke = w.trader(160);
    w.take(&broke, &maker, 0, 30).expect("takes");
    w.price(0, 96_50000000, 3);
    w.rank(0, &[&broke]).expect("ranks");
    assert!(w.ranked(&broke, 0).can_take && w.ranked(&broke, 0).worst > w.ranked(&small, 0).worst);
    let meta = w.liquidate_showing(&keeper, &small, 0, &[&broke]).expect("takes over");
    assert_eq!(reward(&meta), USD * 3 / 100);
}

#[test]
fn a_full_board_keeps_the_highest_16() {
    let mut w = World::with_market();
    let maker = w.trader(100_000);
    w.quote(&maker, 0, 1_000);
    let mut all = vec![];
    for i in 0..17 {
        let t = w.trader(1_000);
        w.pass(1);
        w.take_lots(&t, &maker, 0, UNIT * (20 + i)).expect("takes");
        all.push(t);
    }
    w.price(0, 110_00000000, 5);
    for some in all.chunks(6) {
        w.rank(0, &some.iter().collect::<Vec<_>>()).expect("ranks");
    }
    let board = w.market(0).winners;
    assert_eq!(board.entries.iter().filter(|e| e.score != 0).count(), 16);
    assert_eq!(on(&board, &all[0]), None, "the smallest winner gave way");
    assert!(all[1..].iter().all(|t| on(&board, t).is_some()));
    w.rank(0, &[&all[0]]).expect("ranks");
    assert_eq!(on(&w.market(0).winners, &all[0]), None, "and stays out");
}

#[test]
fn who_has_closed_or_is_gone_is_evicted_by_anybody() {
    let Queue { mut w, maker, small, large, .. } = Queue::new();
    w.price(0, 110_00000000, 3);
    w.rank(0, &[&small, &large]).expect("ranks");
    w.take(&small, &maker, 0, -10).expect("closes");
    assert!(on(&w.market(0).winners, &small).is_some(), "fills know nothing of boards");
    w.rank(0, &[&small]).expect("ranks");
    assert_eq!(on(&w.market(0).winners, &small), None);
    // An account that no longer exists: past the checks, which would miss its capital.
    w.vm.plant(large.account, anchor_lang::prelude::system_program::ID, vec![]);
    let gone = instruction::Group { account: large.account, needs: vec![].into() };
    w.vm.send(&[instruction::rank(0, std::slice::from_ref(&gone))], &[]).expect("evicts");
    assert_eq!(on(&w.market(0).winners, &large), None);
    let again = w.vm.send(&[instruction::rank(0, &[gone])], &[]);
    again.refused(E::MarketsMismatch);
}

#[test]
fn only_margin_accounts_are_ranked() {
    let Queue { mut w, small, .. } = Queue::new();
    w.rank(0, &[]).refused(E::AccountsMismatch);
    for account in [address::insurance(), address::protocol(), small.wallet, w.mint, small.owner()] {
        let ix = instruction::rank(0, &[instruction::Group { account, needs: vec![].into() }]);
        w.act(&[ix], &[]).refused(E::MarketsMismatch);
    }
    let named = instruction::Group { account: address::market(0), needs: vec![].into() };
    w.act(&[instruction::rank(0, &[named])], &[]).refused(E::AccountsMismatch);
}
