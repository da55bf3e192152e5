//! Prices, risk state, the breaker above all markets, records, markets without a price.

use super::scene::{long_at, only, Keeper};
use firebreak_keeper::{predict::Step, Job};
use firebreak_tests::{World, USD};

#[test]
fn a_price_that_moved_is_taken_in_and_accrued() {
    let (mut w, _, _, keeper) = long_at(99_00000000);
    let keeper = Keeper::new(&keeper, &[Job::Refresh, Job::Funding]);
    assert!(keeper.plan(&w).is_empty(), "nothing has moved");
    w.vm.pass(3);
    w.say(0, 98_00000000);
    let action = only(keeper.plan(&w));
    assert_eq!(action.steps, [Step::Refresh { market: 0 }, Step::Accrue { market: 0 }]);
    keeper.carry_out(&mut w, &action);
    assert_eq!(w.market(0).engine.price.spot.0, 98_00000000);
}

#[test]
fn a_market_with_a_source_that_is_silent_is_refreshed_from_the_other() {
    let (mut w, _, _, keeper) = long_at(99_00000000);
    w.vm.pass(80);
    w.feeds[0][0].clone().publish(&mut w.vm);
    let keeper = Keeper::new(&keeper, &[Job::Refresh, Job::Funding]);
    assert_eq!(keeper.work(&mut w), [Job::Refresh]);
    assert_eq!(w.market(0).engine.price.quality, 1);
}

#[test]
fn funding_runs_though_the_price_stands() {
    let (mut w, _, _, keeper) = long_at(99_00000000);
    w.vm.pass(60);
    let mut keeper = Keeper::new(&keeper, &[Job::Funding]);
    assert!(keeper.plan(&w).is_empty());
    keeper.settings.funding_seconds = 20;
    assert_eq!(keeper.work(&mut w), [Job::Funding]);
    assert!(keeper.plan(&w).is_empty(), "once is enough");
}

#[test]
fn a_record_is_published_and_kept_up() {
    let (mut w, _, _, keeper) = long_at(99_00000000);
    let keeper = Keeper::new(&keeper, &[Job::Reports]);
    assert_eq!(keeper.work(&mut w), [Job::Reports]);
    assert!(keeper.plan(&w).is_empty());
    w.pass(200);
    assert_eq!(keeper.work(&mut w), [Job::Reports]);
}

#[test]
fn the_global_breaker_trips_when_insurance_paid_much() {
    let (mut w, maker, thin, keeper) = long_at(100_00000000);
    w.fund_insurance(&keeper, USD).expect("funds");
    w.price(0, 90_00000000, 5);
    w.declare_bankrupt(&thin).expect("declares");
    w.liquidate(&keeper, &thin, 0).expect("takes over");
    w.settle(&maker, &maker, 0).expect("settles");
    let idle = Keeper::new(&keeper, &[Job::Breakers]);
    assert!(idle.plan(&w).is_empty());
    w.share_loss(0).expect("the pot and insurance pay");
    assert_eq!(idle.work(&mut w), [Job::Breakers]);
    assert_eq!(w.protocol().breaker.level() as u8, 1);
    assert!(idle.plan(&w).is_empty());
}

#[test]
fn a_market_without_a_price_ends_and_everybody_is_settled() {
    let (mut w, maker, thin, keeper) = long_at(97_00000000);
    w.pass(750);
    w.vm.pass(216_000);
    let keeper = Keeper::new(&keeper, &[Job::Settlement, Job::Settle]);
    // Once it has ended, everybody is settled at its price in the same round.
    assert_eq!(keeper.work(&mut w), [Job::Settlement, Job::Settle, Job::Settle]);
    for who in [&maker, &thin] {
        assert!(!w.engine(who).has_exposure());
    }
    assert!(keeper.plan(&w).is_empty());
}

#[test]
fn a_keeper_sees_nothing_to_do_in_a_new_world() {
    let mut w = World::with_market();
    let who = w.trader(100);
    let jobs: Vec<Job> = Job::ALL.into_iter().filter(|job| *job != Job::Reports).collect();
    assert!(Keeper::new(&who, &jobs).plan(&w).is_empty());
}
