//! Everything at once: a crash with every job on, until nothing is left to do.

use super::scene::{book, Keeper};
use firebreak_client::ID;
use firebreak_keeper::{
    plan::{Planner, Settings},
    Job,
};
use firebreak_tests::{Trader, World};

fn crowd(w: &mut World) -> (Trader, Vec<Trader>) {
    let (maker, who) = (w.trader(1_000_000), w.trader(50_000));
    let people: Vec<Trader> = (0..10).map(|n| w.trader(60 + 12 * n)).collect();
    for market in [0, 1] {
        w.quote(&maker, market, 1_000);
    }
    for (n, thin) in people.iter().enumerate() {
        w.take(thin, &maker, 0, if n % 3 == 2 { -10 } else { 10 }).expect("takes");
        if n % 2 == 1 {
            w.take(thin, &maker, 1, 3).expect("takes");
        }
    }
    (who, people)
}

#[test]
fn after_a_crash_nothing_liquidatable_is_left() {
    let mut w = World::with_markets(2);
    let (who, people) = crowd(&mut w);
    let keeper = Keeper::new(&who, &Job::ALL);
    for step in 0..12 {
        w.vm.pass(4);
        let price = 100_00000000 - 2_00000000 * step.min(8);
        for market in [0, 1] {
            w.say(market, price);
        }
        // The price is the keeper's to take in: what follows from it is planned with it.
        keeper.work(&mut w);
    }
    for _ in 0..10 {
        w.vm.pass(20);
        for market in [0, 1] {
            w.publish(market);
        }
        keeper.work(&mut w);
    }
    let book = book(&w);
    let due = book.rescore(&[], w.now(), 2);
    assert_eq!((due.len(), due.unjudged), (0, 0), "{:?}", due.worst(&book).collect::<Vec<_>>());
    assert!(people.iter().any(|p| !w.engine(p).has_exposure()), "somebody was closed");
}

#[test]
fn one_book_that_follows_sees_what_a_fresh_one_sees() {
    let mut w = World::with_markets(2);
    let (who, _) = crowd(&mut w);
    let keeper = Keeper::new(&who, &[Job::Flag, Job::Declare, Job::TakeOver, Job::Refresh, Job::Funding]);
    let mut followed = book(&w);
    let mut planner = Planner::default();
    for step in 1..12 {
        w.vm.pass(5);
        for market in [0, 1] {
            w.say(market, 100_00000000 - 1_50000000 * step);
        }
        let now = w.now();
        for (key, account) in w.vm.svm.get_program_accounts(&ID) {
            followed.apply(&key, &account.owner, now.slot, &account.data).expect("taken in");
        }
        for key in followed.watched() {
            let Some(account) = w.vm.svm.get_account(&key) else { continue };
            followed.apply(&key, &account.owner, now.slot, &account.data).expect("taken in");
        }
        let settings = Settings { retry_slots: 0, ..keeper.settings.clone() };
        let inventory = keeper.inventory(&w, &followed);
        let planned = planner.plan(&followed, now, &settings, &inventory);
        let fresh = keeper.plan(&w);
        let steps = |actions: &[firebreak_keeper::Action]| actions.iter().map(|a| a.steps.clone()).collect::<Vec<_>>();
        assert_eq!(steps(&planned), steps(&fresh), "round {step}");
        for action in planned.iter().take(3) {
            keeper.carry_out(&mut w, action);
        }
    }
}
