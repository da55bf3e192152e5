//! Whom a bankrupt position is not closed against.

use super::deleverage::ranked;
use anchor_lang::prelude::AccountMeta;
use firebreak_client::{
    address, instruction,
    risk::{price::Quality, trade::QuoteTerms},
};
use firebreak_tests::{terms, Expect, Gap, Trader, World, E};

#[test]
fn who_is_not_ranked_first_is_spared() {
    let Gap { mut w, losers, winners, .. } = ranked();
    let [first, second] = [0, 1].map(|i| w.opposite(&losers[0], 0, &winners)[i].clone());
    assert!(w.ranked(&first, 0).winner > w.ranked(&second, 0).winner);
    w.deleverage(&losers[0], 0, &[&second]).refused(E::RankTooLow);
    let ix = w.deleveraging(&losers[0], 0, &[&second], &[&first]);
    w.act(&[ix], &[]).refused(E::RankTooLow);
    w.deleverage(&losers[0], 0, &[&second, &first]).refused(E::RankTooLow);
    w.deleverage(&losers[0], 0, &[&first, &second]).expect("the order of the board");
}

#[test]
fn nobody_need_be_on_the_board_to_be_used_but_must_score_as_much() {
    let Gap { mut w, losers, winners, flat } = ranked();
    // A third short, opened after the crash, scores nothing.
    w.quote_with(&flat, 0, QuoteTerms { ask_size: 0, ..terms(1) }).expect("quotes");
    let by = w.trader(1_000);
    w.deleverage(&losers[0], 0, &[&by]).refused(E::NoPosition);
    w.take(&by, &flat, 0, -1).expect("sells at 10");
    assert_eq!(w.ranked(&by, 0).winner, 0);
    w.deleverage(&losers[0], 0, &[&by]).refused(E::RankTooLow);
    // Taken off by nobody, an entry counts with the score it was last shown with, until it is shown again.
    let [first, second] = [0, 1].map(|i| w.opposite(&losers[0], 0, &winners)[i].clone());
    w.price(0, 11_00000000, 3);
    let old = w.market(0).winners.entries.iter().map(|e| e.score).max().expect("entries");
    assert_ne!(old, w.ranked(&first, 0).winner);
    w.deleverage(&losers[0], 0, &[&second, &first]).refused(E::RankTooLow);
    w.deleverage(&losers[0], 0, &[&first]).expect("scores what it scores now; its own entry does not stand in its way");
}

#[test]
fn a_dead_entry_that_is_shown_goes_and_counts_for_nothing() {
    let Gap { mut w, losers, winners, .. } = ranked();
    let [first, second] = [0, 1].map(|i| w.opposite(&losers[0], 0, &winners)[i].clone());
    // The first closes its position by itself: its entry is dead, and nobody has said so.
    let carrier = w.trader(10_000);
    w.quote(&carrier, 0, 10);
    w.price(0, 10_00000000, 3);
    let size = w.engine(&first).positions[0].base.abs() as i64;
    w.take_lots(&first, &carrier, 0, size).expect("closes by itself");
    w.deleverage(&losers[0], 0, &[&second]).refused(E::RankTooLow);
    let ix = w.deleveraging(&losers[0], 0, &[&second], &[&first]);
    w.act(&[ix], &[]).expect("shown, it counts for nothing");
    let key = first.account.to_bytes();
    assert!(w.market(0).winners.entries.iter().all(|e| e.score == 0 || e.key != key), "and is gone");
}

#[test]
fn nobody_twice_and_not_the_bankrupt_itself() {
    let Gap { mut w, losers, winners, .. } = ranked();
    let [a, b] = [0, 1].map(|i| w.opposite(&losers[0], 0, &winners)[i].clone());
    w.deleverage(&losers[0], 0, &[&a, &a]).refused(E::AccountsMismatch);
    w.deleverage(&losers[0], 0, &[&a, &b, &a]).refused(E::AccountsMismatch);
    w.deleverage(&losers[0], 0, &[&losers[0]]).refused(E::SelfTrade);
    w.deleverage(&losers[0], 0, &[&a, &losers[0]]).refused(E::SelfTrade);
    let ix = w.deleveraging(&losers[0], 0, &[&a], &[&a]);
    w.act(&[ix], &[]).refused(E::AccountsMismatch);
    let ix = w.deleveraging(&losers[0], 0, &[&a], &[&losers[0]]);
    w.act(&[ix], &[]).refused(E::AccountsMismatch);
}

#[test]
fn one_to_eight_counterparties() {
    let Gap { mut w, losers, winners, .. } = ranked();
    w.deleverage(&losers[0], 0, &[]).refused(E::PartyCount);
    let many: Vec<Trader> = (0..9).map(|_| winners[0].clone()).collect();
    w.deleverage(&losers[0], 0, &many.iter().collect::<Vec<_>>()).refused(E::PartyCount);
    // More are promised than come.
    let mut ix = w.deleveraging(&losers[0], 0, &[&winners[1]], &[]);
    *ix.data.last_mut().expect("an argument") = 2;
    w.act(&[ix], &[]).refused(E::AccountsMismatch);
    // Fewer are promised: the rest is shown, and stands first.
    let parties = w.opposite(&losers[0], 0, &winners);
    let mut ix = w.deleveraging(&losers[0], 0, &[&parties[1], &parties[0]], &[]);
    *ix.data.last_mut().expect("an argument") = 1;
    w.act(&[ix], &[]).refused(E::RankTooLow);
}

#[test]
fn only_the_other_side_and_only_who_has_a_position() {
    let Gap { mut w, losers, flat, .. } = ranked();
    w.deleverage(&losers[0], 0, &[&flat]).refused(E::NoPosition);
    let mut w2 = World::with_market();
    let (maker, thin, same) = (w2.trader(10_000), w2.trader(60), w2.trader(10_000));
    w2.quote(&maker, 0, 100);
    for long in [&thin, &same] {
        w2.take(long, &maker, 0, 10).expect("takes");
    }
    w2.price(0, 90_00000000, 5);
    w2.declare_bankrupt(&thin).expect("declares");
    w2.deleverage(&thin, 0, &[&same]).refused(E::NotOpposite);
}

#[test]
fn only_a_bankrupt_that_is_declared_and_still_cannot_pay() {
    let mut w = World::with_market();
    let (maker, thin) = (w.trader(10_000), w.trader(60));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.deleverage(&thin, 0, &[&maker]).refused(E::NotBankrupt);
    w.price(0, 97_00000000, 5);
    w.flag(&thin).expect("flags");
    w.deleverage(&thin, 0, &[&maker]).refused(E::NotBankrupt);
    w.price(0, 90_00000000, 5);
    w.deleverage(&thin, 0, &[&maker]).refused(E::NotBankrupt);
    w.declare_bankrupt(&thin).expect("declares");
    w.price(0, 101_00000000, 5);
    w.deleverage(&thin, 0, &[&maker]).refused(E::NotBankrupt);
    w.price(0, 90_00000000, 5);
    w.deleverage(&thin, 0, &[&maker]).expect("cannot pay again");
    w.deleverage(&thin, 0, &[&maker]).refused(E::NoPosition);
}

#[test]
fn a_counterparty_that_cannot_pay_elsewhere_is_declared_first() {
    let mut w = World::with_markets(2);
    let (maker, thin, both) = (w.trader(100_000), w.trader(60), w.trader(120));
    for market in 0..2 {
        w.quote(&maker, market, 100);
    }
    w.quote(&both, 0, 10);
    w.take(&thin, &both, 0, 10).expect("takes");
    w.pass(1);
    w.take(&both, &maker, 1, 10).expect("takes");
    w.price(1, 85_00000000, 3);
    w.price(0, 90_00000000, 3);
    w.publish(1);
    w.refresh(1).expect("refreshes");
    w.declare_bankrupt(&thin).expect("declares");
    w.rank(0, &[&both]).expect("ranks");
    w.deleverage(&thin, 0, &[&both]).refused(E::MustDeclareBankrupt);
    w.declare_bankrupt(&both).expect("declares");
    w.deleverage(&thin, 0, &[&both]).expect("closes");
    let engine = w.engine(&both);
    assert!(engine.positions[0].base.is_flat() && engine.positions[0].result > 0, "its profit here is a claim");
    assert_eq!(engine.bankrupt, 1, "and it still owes there");
}

#[test]
fn a_price_that_nobody_has_closes_nothing() {
    let Gap { mut w, losers, winners, .. } = ranked();
    w.bring(0, Quality::Frozen);
    let parties = w.opposite(&losers[0], 0, &winners);
    w.deleverage(&losers[0], 0, &[&parties[0]]).refused(E::QualityTooLow);
    w.rank(0, &[&winners[0]]).refused(E::QualityTooLow);
}

#[test]
fn counterparties_are_margin_accounts_passed_for_writing() {
    let Gap { mut w, losers, winners, .. } = ranked();
    let parties = w.opposite(&losers[0], 0, &winners);
    let good = w.deleveraging(&losers[0], 0, &[&parties[0]], &[]);
    let last = good.accounts.len() - 1;
    let clone = firebreak_client::Pubkey::new_from_array([77; 32]);
    let bytes = w.vm.svm.get_account(&parties[0].account).expect("exists").data;
    w.vm.plant(clone, firebreak_client::Pubkey::new_from_array([66; 32]), bytes);
    for key in [clone, address::insurance(), address::protocol(), parties[0].wallet, w.mint] {
        let mut ix = good.clone();
        ix.accounts[last].pubkey = key;
        w.act(&[ix], &[]).refused(E::AccountsMismatch);
    }
    let mut ix = good.clone();
    ix.accounts[last].is_writable = false;
    w.act(&[ix], &[]).refused(E::AccountsMismatch);
    let mut ix = good.clone();
    ix.accounts.push(AccountMeta::new_readonly(address::insurance(), false));
    w.act(&[ix], &[]).refused(E::MarketsMismatch);
    let mut later = w.vm.svm.get_account(&parties[0].account).expect("exists");
    let now = later.clone();
    later.data[8] = 2;
    w.vm.plant(parties[0].account, firebreak_client::ID, later.data);
    w.vm.svm.expire_blockhash();
    let refused = w.vm.send(std::slice::from_ref(&good), &[]);
    refused.refused(E::WrongVersion);
    w.vm.plant(parties[0].account, firebreak_client::ID, now.data);
    w.act(&[good], &[]).expect("the right one");
}

#[test]
fn the_markets_of_every_counterparty_are_passed_once() {
    let mut w = World::with_markets(3);
    let (maker, thin, helper) = (w.trader(100_000), w.trader(120), w.trader(100_000));
    for market in 0..3 {
        w.quote(&maker, market, 100);
    }
    w.quote(&helper, 0, 4);
    w.take(&thin, &helper, 0, 4).expect("takes");
    w.take(&thin, &maker, 0, 6).expect("takes");
    w.take(&thin, &maker, 1, 1).expect("takes");
    w.take(&helper, &maker, 1, 1).expect("takes");
    w.take(&helper, &maker, 2, 1).expect("takes");
    w.crash(80_00000000, 3);
    w.declare_bankrupt(&thin).expect("declares");
    let parties = w.opposite(&thin, 0, &[maker.clone(), helper.clone()]);
    let ix = w.deleveraging(&thin, 0, &[&parties[0], &parties[1]], &[]);
    // The account's market 1; then the first counterparty; market 2 with whoever has it first; the second counterparty.
    assert_eq!(ix.accounts.len(), 5 + 1 + 2 + 1);
    let swapped = |key| {
        let mut ix = ix.clone();
        let place = ix.accounts.iter().rposition(|m| m.pubkey == address::market(2)).expect("passed");
        ix.accounts[place].pubkey = key;
        ix
    };
    for key in [address::market(0), address::market(1), thin.account, address::insurance()] {
        w.act(&[swapped(key)], &[]).refused(E::MarketsMismatch);
    }
    let named_wrong = instruction::deleverage(thin.account, 1, &[0], &[w.group(&parties[0])], &[]);
    w.act(&[named_wrong], &[]).expect("its position there is closed alike");
    w.deleverage(&thin, 0, &[&parties[0], &parties[1]]).expect("closes");
}
