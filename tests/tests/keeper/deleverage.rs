//! Deleveraging: what is closed, against whom, and what it leaves.

use firebreak_client::{
    address,
    program::events::Deleveraged,
    risk::{num::notional_down, price::Quality, Price},
};
use firebreak_tests::{checks::Snapshot, events, scenes::Wide, Expect, Gap, Trader, World, E, UNIT, USD};

/// The losers bankrupt at 10 USD, both winners on the board.
pub fn ranked() -> Gap {
    let mut s = Gap::new(1);
    s.w.price(0, 10_00000000, 3);
    for loser in &s.losers {
        s.w.declare_bankrupt(loser).expect("declares");
    }
    s.w.rank(0, &[&s.winners[0], &s.winners[1]]).expect("ranks");
    s
}

#[test]
fn the_last_counterparty_keeps_what_is_not_needed() {
    let Gap { mut w, losers, winners, .. } = ranked();
    let parties = w.opposite(&losers[1], 0, &winners);
    let before = parties.iter().map(|p| w.engine(p)).collect::<Vec<_>>();
    let meta = w.deleverage(&losers[1], 0, &parties.iter().collect::<Vec<_>>()).expect("closes");
    let event = &events::<Deleveraged>(&meta)[0];
    let lots: Vec<u64> = event.parties.iter().map(|p| p.lots).collect();
    assert_eq!(lots.iter().sum::<u64>(), 7 * UNIT as u64, "never more than the bankrupt's size");
    assert_eq!(lots[0], before[0].positions[0].base.abs(), "the first goes whole");
    for ((party, was), told) in parties.iter().zip(&before).zip(&event.parties) {
        let is = w.engine(party);
        let left = is.position(0).map_or(0, |p| p.base.0);
        assert_eq!(left, was.positions[0].base.0 + told.lots as i64);
        assert_eq!((told.account, told.held.position.base.0, told.held.account.capital), (party.account, left, is.capital));
        assert_eq!(told.notional, notional_down(Price(10_00000000), told.lots).expect("small"));
        assert_eq!(is.capital, was.capital, "it pays nothing");
        // Sold at 100, closed and marked at 10: all of it, whether closed or not.
        assert_eq!(told.held.position.result, 90 * was.positions[0].base.abs() as i64 / UNIT * USD as i64);
    }
}

#[test]
fn whoever_is_no_longer_needed_is_left_alone() {
    let Gap { mut w, losers, winners, .. } = ranked();
    let parties = w.opposite(&losers[0], 0, &winners);
    let before = w.engine(&parties[1]);
    let meta = w.deleverage(&losers[0], 0, &[&parties[0], &parties[1]]).expect("closes");
    assert_eq!(events::<Deleveraged>(&meta)[0].parties.len(), 1);
    assert_eq!(w.engine(&parties[1]), before);
}

#[test]
fn the_boards_know_afterwards() {
    let Gap { mut w, losers, winners, .. } = ranked();
    w.rank(0, &[&losers[0], &losers[1]]).expect("ranks");
    let on = |board: &firebreak_client::risk::rank::Board, t: &Trader| {
        board.entries.iter().find(|e| e.score != 0 && e.key == t.account.to_bytes()).map(|e| e.score)
    };
    assert!(on(&w.market(0).worst, &losers[1]).is_some());
    let parties = w.opposite(&losers[1], 0, &winners);
    w.deleverage(&losers[1], 0, &[&parties[0], &parties[1]]).expect("closes");
    let market = w.market(0);
    assert_eq!(on(&market.worst, &losers[1]), None, "closed: dead");
    assert_eq!(on(&market.winners, &parties[0]), None, "closed whole: dead");
    assert_eq!(on(&market.winners, &parties[1]), Some(w.ranked(&parties[1], 0).winner), "closed in part: its score of now");
}

#[test]
fn a_party_that_loses_is_settled_and_pays() {
    // The bankrupt's other side may be a loser too: one who sold at 85 while the price is 90.
    let mut w = World::with_market();
    let (maker, thin, late) = (w.trader(10_000), w.trader(60), w.trader(1_000));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.price(0, 85_00000000, 5);
    w.take(&late, &maker, 0, -10).expect("sells at 85");
    w.price(0, 90_00000000, 5);
    w.declare_bankrupt(&thin).expect("declares");
    let capital = w.engine(&late).capital;
    let meta = w.deleverage(&thin, 0, &[&late]).expect("nobody is on the board");
    let told = &events::<Deleveraged>(&meta)[0].parties[0];
    assert_eq!((told.held.position.base.0, told.held.position.result), (0, 0));
    assert!(told.paid.abs_diff(50 * USD) < USD / 100, "its own loss: {}", told.paid);
    assert_eq!(w.engine(&late).capital, capital + USD - told.paid, "its bond is back");
    assert!(w.engine(&late).used().next().is_none());
}

#[test]
fn it_is_not_throttled_and_takes_no_breath_of_the_budget() {
    let Gap { mut w, losers, winners, .. } = ranked();
    let before = w.market(0).engine.throttle;
    let parties = w.opposite(&losers[1], 0, &winners);
    w.deleverage(&losers[1], 0, &[&parties[0], &parties[1]]).expect("closes");
    assert_eq!(w.market(0).engine.throttle, before);
}

#[test]
fn on_one_source_it_waits_and_then_closes_at_spot() {
    let mut w = World::with_market();
    let (maker, thin) = (w.trader(10_000), w.trader(60));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.price(0, 90_00000000, 5);
    w.declare_bankrupt(&thin).expect("declares");
    w.bring(0, Quality::Degraded);
    w.deleverage(&thin, 0, &[&maker]).refused(E::WaitingForConfirmation);
    w.vm.pass(75);
    let one = w.feeds[0][0].clone();
    for _ in 0..2 {
        one.publish(&mut w.vm);
        w.refresh(0).expect("refreshes on one source");
        w.vm.pass(40);
    }
    let meta = w.deleverage(&thin, 0, &[&maker]).expect("the wait has ended");
    assert_eq!(events::<Deleveraged>(&meta)[0].price, 90_00000000);
    let engine = w.engine(&thin);
    assert_eq!((engine.bankrupt, engine.bond, engine.capital), (0, 0, 0));
    assert!(engine.used().next().is_none());
}

#[test]
fn i5_market_and_accounts_next_door_stay_byte_identical() {
    let mut w = World::with_markets(2);
    let (maker, thin, there, other) = (w.trader(10_000), w.trader(60), w.trader(10_000), w.trader(100));
    w.quote(&maker, 0, 100);
    w.quote(&there, 1, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.take(&other, &there, 1, 5).expect("takes");
    w.price(0, 60_00000000, 5);
    w.pass(0);
    let before = Snapshot::of(&w);
    w.rank(0, &[&maker, &thin]).expect("ranks");
    w.declare_bankrupt(&thin).expect("declares");
    w.deleverage(&thin, 0, &[&maker]).expect("closes");
    w.vm.pass(155);
    w.share_loss(0).expect("shares");
    assert_eq!(w.ledger(0).deficit, 0);
    let after = Snapshot::of(&w);
    for key in [address::market(1), there.account, other.account] {
        assert_eq!(before.bytes(&key), after.bytes(&key), "changed by a loss it had no part in");
    }
    let mut changed = after.changed(&before);
    changed.sort();
    let mut expected = vec![address::market(0), address::insurance(), thin.account, maker.account];
    expected.sort();
    assert_eq!(changed, expected);
}

#[test]
fn i5_a_bankrupts_position_elsewhere_stays_and_its_market_too() {
    let mut w = World::with_markets(2);
    let (maker, there, cross) = (w.trader(10_000), w.trader(10_000), w.trader(200));
    w.quote(&maker, 0, 100);
    w.quote(&there, 1, 100);
    w.take(&cross, &maker, 0, 10).expect("long here");
    w.take(&cross, &there, 1, -1).expect("short there");
    w.price(1, 99_00000000, 3);
    w.price(0, 60_00000000, 3);
    w.publish(1);
    w.refresh(1).expect("refreshes");
    w.declare_bankrupt(&cross).expect("declares");
    let (market, account) = (w.market(1), w.engine(&there));
    w.deleverage(&cross, 0, &[&maker]).expect("closes");
    w.vm.pass(155);
    w.share_loss(0).expect("shares");
    assert_eq!(bytemuck::bytes_of(&w.market(1)), bytemuck::bytes_of(&market), "not a byte");
    assert_eq!(w.engine(&there), account);
    assert!(w.engine(&cross).unrecovered().expect("small") > 0, "what it holds there makes good what it left here");
}

#[test]
fn i12_an_insolvent_account_at_eight_positions_is_gone_in_four_transactions() {
    let Wide { mut w, maker, holder, .. } = Wide::new(8, 0).insolvent();
    let markets = w.markets_of(&holder, None);
    let mut used = w.declare_bankrupt(&holder).expect("declares").compute_units_consumed;
    let mut left = markets.clone();
    for half in markets.chunks(4) {
        let group = w.group(&maker);
        let mut steps = vec![];
        for market in half {
            // A closed position needs its market no more, though its slot remembers the loss.
            left.retain(|m| m != market);
            steps.push(firebreak_client::instruction::deleverage(
                holder.account,
                *market,
                &left,
                std::slice::from_ref(&group),
                &[],
            ));
        }
        used += w.act(&steps, &[]).expect("closes four").compute_units_consumed;
    }
    assert!(!w.engine(&holder).has_exposure());
    w.vm.pass(155);
    let share: Vec<_> = markets.iter().map(|m| firebreak_client::instruction::share_loss(*m)).collect();
    used += w.act(&share, &[]).expect("shares all").compute_units_consumed;
    assert!(markets.iter().all(|m| w.ledger(*m).deficit == 0));
    println!("wind-down by deleveraging: {used} CU in 4 transactions");
    assert!(used <= 400_000, "{used}");
    assert_eq!(w.engine(&holder).bankrupt, 0);
}
