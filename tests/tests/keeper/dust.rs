//! No account is held open by crumbs.

use super::{liquidate::flagged, liquidate::Scene};
use firebreak_client::program::events::DustClosed;
use firebreak_tests::{events, Expect, Gap, Trader, World, E, UNIT, USD};

/// A long of 0.1 units with less than a dollar, below Maint and flagged.
fn tiny() -> (World, Trader, Trader) {
    let mut w = World::with_market();
    let (maker, tiny) = (w.trader(10_000), w.trader(2));
    w.quote(&maker, 0, 100);
    w.take_lots(&tiny, &maker, 0, UNIT / 10).expect("takes");
    w.price(0, 90_10000000, 5);
    w.flag(&tiny).expect("flags");
    (w, maker, tiny)
}

#[test]
fn a_dust_position_in_liquidation_closes_at_spot_without_penalty() {
    let (mut w, maker, tiny) = tiny();
    let (before, other) = (w.engine(&tiny), w.engine(&maker));
    let meta = w.close_dust(&tiny, 0, Some(&maker)).expect("closes");
    let event = &events::<DustClosed>(&meta)[0];
    let party = event.party.as_ref().expect("a counterparty");
    assert_eq!((event.account, party.account, party.lots), (tiny.account, maker.account, UNIT as u64 / 10));
    let after = w.engine(&tiny);
    assert!(after.used().next().is_none());
    let lost = 990_001; // bought at 100.00001, closed at 90.1
    assert_eq!(after.capital, before.capital + before.bond - lost, "its loss, and nothing else; its bond is back");
    assert_eq!((after.flagged, after.bond), (0, 0));
    assert_eq!(party.held.position.base.0, other.positions[0].base.0 + UNIT / 10);
    let is = w.engine(&maker);
    assert_eq!((is.capital, is.bond), (other.capital + other.bond, 0), "the other side loses nothing and has its bond back");
    assert_eq!(is.positions[0].result, 990_001, "its profit is a claim");
}

#[test]
fn only_dust_and_only_in_liquidation() {
    let Scene { mut w, maker, thin, .. } = flagged();
    w.close_dust(&thin, 0, Some(&maker)).refused(E::NotDust);
    let calm = w.trader(100);
    w.pass(1);
    w.take_lots(&calm, &maker, 0, UNIT / 100).expect("takes");
    w.close_dust(&calm, 0, Some(&maker)).refused(E::NotFlagged);
    let (mut w, maker, tiny) = tiny();
    w.close_dust(&tiny, 0, Some(&tiny)).refused(E::SelfTrade);
    w.close_dust(&tiny, 0, None).refused(E::AccountsMismatch);
    let stranger = w.trader(10);
    w.close_dust(&tiny, 0, Some(&stranger)).refused(E::NoPosition);
    w.price(0, 89_00000000, 5);
    w.close_dust(&tiny, 0, Some(&maker)).refused(E::MustDeclareBankrupt);
    w.declare_bankrupt(&tiny).expect("declares");
    w.close_dust(&tiny, 0, Some(&maker)).expect("a bankrupt's dust too");
    assert_eq!(w.engine(&tiny).bankrupt, 0);
}

#[test]
fn dust_too_keeps_the_order_of_the_board() {
    let (mut w, maker, tiny) = tiny();
    w.price(0, 99_00000000, 5);
    let other = w.trader(1_000);
    w.take(&other, &maker, 0, -10).expect("sells at 99");
    w.price(0, 90_10000000, 5);
    w.flag(&tiny).ok();
    w.rank(0, &[&maker, &other]).expect("ranks");
    assert!(w.ranked(&other, 0).winner > w.ranked(&maker, 0).winner);
    w.close_dust(&tiny, 0, Some(&maker)).refused(E::RankTooLow);
    w.close_dust(&tiny, 0, Some(&other)).expect("closes");
}

#[test]
fn a_mark_that_outlived_its_position_is_cleared() {
    let Scene { mut w, maker, thin, .. } = flagged();
    w.pass(1);
    w.take(&thin, &maker, 0, -10).expect("closes by itself");
    assert_ne!(w.engine(&thin).flagged, 0);
    w.close_dust(&thin, 0, None).expect("anybody may");
    let engine = w.engine(&thin);
    assert_eq!((engine.flagged, engine.freed, engine.bond), (0, 0, 0));
    w.close_dust(&thin, 0, None).refused(E::NothingToClear);
    let all = engine.capital;
    w.withdraw(&thin, all).expect("and it leaves");
}

#[test]
fn a_claim_that_was_shared_to_nothing_leaves_its_slot() {
    let Gap { mut w, losers, winners, flat } = Gap::new(1);
    w.take_lots(&flat, &winners[0], 0, -1_111).expect("sells eleven atoms' worth");
    w.price(0, 10_00000000, 3);
    w.quote(&winners[0], 0, 1);
    w.take_lots(&flat, &winners[0], 0, 1_111).expect("buys back");
    let claim = w.engine(&flat).positions[0].result;
    assert!(claim > 0 && claim < 18, "{claim}");
    w.close_dust(&flat, 0, None).refused(E::NothingToClear);
    for loser in &losers {
        w.declare_bankrupt(loser).expect("declares");
        let parties = w.opposite(loser, 0, &winners);
        w.deleverage(loser, 0, &parties.iter().collect::<Vec<_>>()).expect("closes");
    }
    w.pass(155);
    w.share_loss(0).expect("shares");
    assert_eq!(w.engine(&flat).used().count(), 1, "an eighteenth of it is no atom; its slot is still held");
    let meta = w.close_dust(&flat, 0, None).expect("frees it");
    assert_eq!(events::<DustClosed>(&meta)[0].freed, 1);
    assert!(w.engine(&flat).used().next().is_none());
    assert_eq!(w.engine(&flat).capital, 77 * USD);
}

#[test]
fn nothing_is_freed_that_holds_something() {
    let Scene { mut w, maker, thin, .. } = flagged();
    let (engine, other) = (w.engine(&thin), w.engine(&maker));
    w.close_dust(&maker, 0, None).refused(E::AccountsMismatch);
    let nobody = w.trader(5);
    w.close_dust(&nobody, 0, None).refused(E::NothingToClear);
    assert_eq!((w.engine(&thin), w.engine(&maker)), (engine, other));
}
