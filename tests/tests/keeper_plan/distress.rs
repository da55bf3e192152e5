//! Accounts in distress: flag, take over, into quotes, declare, deleverage, dust.

use super::scene::{book, long_at, only, Keeper};
use firebreak_client::risk::margin::health;
use firebreak_keeper::{predict::Step, Job};
use firebreak_tests::{scenes::Wide, Trader, World, UNIT};

fn liq_end(w: &World, who: &Trader) -> i64 {
    health(&w.engine(who), &w.book(), w.now()).expect("health").liq_end
}

#[test]
fn it_flags_and_takes_over_until_the_account_is_back_at_its_line() {
    let (mut w, _, thin, who) = long_at(97_00000000);
    let keeper = Keeper::new(&who, &[Job::Flag, Job::TakeOver]);
    let action = only(keeper.plan(&w));
    assert!(matches!(action.steps[..], [Step::Flag { .. }, Step::Liquidate { .. }]), "{:?}", action.steps);
    keeper.carry_out(&mut w, &action);
    for _ in 0..8 {
        w.pass(5);
        keeper.work(&mut w);
    }
    assert!(liq_end(&w, &thin) >= 0);
    assert_eq!(w.engine(&thin).flagged, 0);
    assert!(w.engine(&who).positions[0].base.0 > 0);
    assert!(keeper.plan(&w).is_empty());
}

#[test]
fn without_capital_it_closes_against_quotes() {
    let (mut w, _, thin, _) = long_at(97_00000000);
    let (bidder, collector) = (w.trader(10_000), w.collector());
    w.quote(&bidder, 0, 100);
    let keeper = Keeper::new(&collector, &[Job::Flag, Job::TakeOver, Job::IntoQuotes]);
    for _ in 0..8 {
        keeper.work(&mut w);
        w.pass(5);
    }
    assert!(liq_end(&w, &thin) >= 0);
    assert!(w.engine(&collector).capital > 0, "the reward");
    assert!(!w.engine(&collector).has_exposure());
}

#[test]
fn a_flag_that_has_outlived_its_reason_is_cleared() {
    let (mut w, _, thin, who) = long_at(97_00000000);
    w.flag(&thin).expect("flags");
    w.price(0, 100_00000000, 5);
    assert_eq!(Keeper::new(&who, &[Job::Flag]).work(&mut w), [Job::Flag]);
    assert_eq!(w.engine(&thin).flagged, 0);
}

#[test]
fn who_cannot_pay_is_declared_and_taken_over() {
    let (mut w, _, thin, who) = long_at(90_00000000);
    let keeper = Keeper::new(&who, &[Job::Flag, Job::Declare, Job::TakeOver]);
    let action = only(keeper.plan(&w));
    assert!(matches!(action.steps[..], [Step::Flag { .. }, Step::Declare { .. }, Step::Liquidate { .. }]), "{:?}", action.steps);
    keeper.carry_out(&mut w, &action);
    assert!(!w.engine(&thin).has_exposure());
    assert!(w.ledger(0).deficit > 0);
}

#[test]
fn what_nobody_wants_goes_to_the_other_side_in_rank_order() {
    let mut w = World::with_market();
    let (first, second) = (w.trader(10_000), w.trader(2_000));
    let (thin, idle) = (w.trader(60), w.collector());
    w.quote(&first, 0, 4);
    w.quote(&second, 0, 6);
    w.take(&thin, &first, 0, 4).expect("takes");
    w.take(&thin, &second, 0, 6).expect("takes");
    w.price(0, 90_00000000, 5);
    let keeper = Keeper::new(&idle, &[Job::Flag, Job::Declare, Job::Deleverage]);
    let action = only(keeper.plan(&w));
    assert_eq!(action.job, Job::Deleverage);
    let Some(Step::Deleverage { parties, .. }) = action.steps.last() else { panic!("{:?}", action.steps) };
    assert_eq!(parties, &[second.account, first.account], "the higher leverage first");
    keeper.carry_out(&mut w, &action);
    assert_eq!(w.ledger(0).long_base, 0);
}

#[test]
fn a_stale_entry_of_a_board_is_shown_and_does_not_stop_it() {
    let mut w = World::with_market();
    let (first, second) = (w.trader(10_000), w.trader(500));
    let (thin, idle) = (w.trader(60), w.collector());
    w.quote(&first, 0, 10);
    w.take(&thin, &first, 0, 10).expect("takes");
    w.quote(&first, 0, 10);
    w.take(&second, &first, 0, -4).expect("sells");
    w.price(0, 80_00000000, 5);
    w.rank(0, &[&first, &second]).expect("ranks");
    // The second leaves: its entry stays and means nothing any more.
    w.quote(&first, 0, 10);
    w.take(&second, &first, 0, 4).expect("buys back");
    let keeper = Keeper::new(&idle, &[Job::Flag, Job::Declare, Job::Deleverage]);
    let action = only(keeper.plan(&w));
    let Some(Step::Deleverage { parties, shown, .. }) = action.steps.last() else { panic!("{:?}", action.steps) };
    assert_eq!((&parties[..], &shown[..]), (&[first.account][..], &[second.account][..]));
    keeper.carry_out(&mut w, &action);
}

#[test]
fn positions_in_many_markets_are_closed_one_after_the_other() {
    let Wide { mut w, holder, keeper, .. } = Wide::new(5, 2).insolvent();
    let keeper = Keeper::new(&keeper, &[Job::Flag, Job::Declare, Job::TakeOver]);
    for _ in 0..4 {
        keeper.work(&mut w);
        w.pass(1);
    }
    assert!(!w.engine(&holder).has_exposure());
    let deficits: u64 = (0..5).map(|m| w.ledger(m).deficit).sum();
    assert!(deficits > 0);
}

#[test]
fn the_worst_comes_first() {
    let mut w = World::with_market();
    let (maker, who) = (w.trader(100_000), w.trader(100_000));
    let people: Vec<Trader> = [70, 55, 62, 58].into_iter().map(|usd| w.trader(usd)).collect();
    w.quote(&maker, 0, 1_000);
    for thin in &people {
        w.take(thin, &maker, 0, 10).expect("takes");
    }
    w.price(0, 96_50000000, 5);
    let keeper = Keeper::new(&who, &[Job::Flag, Job::TakeOver]);
    let order: Vec<_> = keeper.plan(&w).iter().map(|a| a.account.expect("an account")).collect();
    let mut expected: Vec<_> = people.iter().filter(|p| liq_end(&w, p) < -10 * 1_000_000).collect();
    expected.sort_by_key(|p| liq_end(&w, p));
    assert_eq!(order, expected.iter().map(|p| p.account).collect::<Vec<_>>());
    assert!(order.len() >= 3);
    keeper.work(&mut w);
}

#[test]
fn dust_goes_to_the_other_side() {
    let mut w = World::with_market();
    let (maker, tiny, idle) = (w.trader(10_000), w.trader(2), w.collector());
    w.quote(&maker, 0, 100);
    w.take_lots(&tiny, &maker, 0, UNIT / 10).expect("takes");
    w.price(0, 90_10000000, 5);
    let keeper = Keeper::new(&idle, &[Job::Flag, Job::Dust]);
    assert_eq!(keeper.work(&mut w), [Job::Dust]);
    assert!(!w.engine(&tiny).has_exposure());
}

#[test]
fn a_position_whose_margin_was_raised_is_flagged_with_its_market_writable() {
    let (mut w, _, thin, who) = long_at(97_50000000);
    let keeper = Keeper::new(&who, &[Job::Flag]);
    let before = book(&w).health(&thin.account, &book(&w).table(), w.now()).expect("known").expect("judged").0;
    assert_eq!(before.liq_end, liq_end(&w, &thin), "the book's health is the engine's");
    keeper.work(&mut w);
}
