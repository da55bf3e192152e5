//! What follows: deficits, settling, recoveries, claims, the keeper's own positions, boards.

use super::scene::{long_at, only, Keeper};
use firebreak_client::risk::rank::Board;
use firebreak_keeper::{predict::Step, Job};
use firebreak_tests::{params, Trader, World};

fn on(board: &Board, who: &Trader) -> bool {
    board.entries.iter().any(|e| e.score != 0 && e.key == who.account.to_bytes())
}

#[test]
fn a_deficit_is_paid_by_the_pot_and_then_by_claims() {
    let (mut w, maker, thin, who) = long_at(90_00000000);
    w.declare_bankrupt(&thin).expect("declares");
    w.liquidate(&who, &thin, 0).expect("takes over");
    w.settle(&maker, &maker, 0).expect("settles");
    let keeper = Keeper::new(&who, &[Job::ShareLoss]);
    assert_eq!(keeper.work(&mut w), [Job::ShareLoss]);
    assert!(w.ledger(0).deficit > 0 && keeper.plan(&w).is_empty(), "the window runs");
    w.pass(155);
    assert_eq!(keeper.work(&mut w), [Job::ShareLoss]);
    assert_eq!(w.ledger(0).deficit, 0);
}

#[test]
fn losers_are_settled_where_winners_wait() {
    let (mut w, maker, _, who) = long_at(97_90000000);
    let keeper = Keeper::new(&who, &[Job::Settle]);
    assert!(keeper.plan(&w).is_empty(), "the market is whole");
    w.settle(&maker, &maker, 0).expect("a claim that nobody has paid yet");
    let action = only(keeper.plan(&w));
    assert_eq!(action.job, Job::Settle);
    keeper.carry_out(&mut w, &action);
    assert!(w.ledger(0).pool > 0);
}

#[test]
fn after_a_day_anybody_settles() {
    let (mut w, _, _, who) = long_at(99_00000000);
    w.pass(216_001);
    let mut jobs = Keeper::new(&who, &[Job::Settle]).work(&mut w);
    jobs.dedup();
    assert_eq!(jobs, [Job::Settle]);
}

#[test]
fn what_an_account_that_left_a_loss_holds_elsewhere_is_recovered() {
    let mut w = World::new();
    w.list(params(), 100);
    w.list(params(), 100);
    w.pass(1);
    let (maker, taker, who) = (w.trader(100_000), w.trader(100), w.trader(10_000));
    w.quote(&maker, 0, 100);
    w.quote(&maker, 1, 100);
    w.take(&taker, &maker, 0, 10).expect("takes");
    w.take(&taker, &maker, 1, 1).expect("takes");
    w.price(0, 90_00000000, 5);
    w.price(1, 110_00000000, 0);
    let keeper = Keeper::new(&who, &[Job::Flag, Job::Declare, Job::TakeOver, Job::ShareLoss, Job::Recover, Job::Settle]);
    let mut done = vec![];
    for _ in 0..3 {
        done.extend(keeper.work(&mut w));
        w.pass(1);
    }
    w.settle(&maker, &maker, 1).expect("pays");
    w.settle(&taker, &taker, 1).ok();
    for _ in 0..12 {
        w.pass(200);
        done.extend(keeper.work(&mut w));
    }
    assert!(done.contains(&Job::Recover), "{done:?}");
    assert_eq!(w.engine(&taker).unrecovered().expect("small"), 0, "its claim went to those who bore its loss");
}

#[test]
fn claims_of_its_own_become_capital() {
    let (mut w, _, thin, who) = long_at(100_00000000);
    w.quote(&who, 0, 5);
    let other = w.trader(1_000);
    w.take(&other, &who, 0, 5).expect("takes");
    w.price(0, 97_50000000, 5);
    w.settle(&who, &who, 0).expect("a claim");
    for trader in [&thin, &other] {
        w.settle(trader, trader, 0).expect("settles");
    }
    let keeper = Keeper::new(&who, &[Job::Convert, Job::Settle]);
    for _ in 0..3 {
        w.pass(1_600);
        keeper.work(&mut w);
    }
    assert!(w.engine(&who).positions[0].result == 0, "{:?}", w.engine(&who).positions[0]);
}

#[test]
fn it_sells_what_it_took_over() {
    let (mut w, maker, _, who) = long_at(100_00000000);
    w.take(&who, &maker, 0, 25).expect("takes");
    let mut keeper = Keeper::new(&who, &[Job::Unwind]);
    let action = only(keeper.plan(&w));
    assert!(matches!(action.steps[..], [Step::Take { base: ..0, .. }]), "{:?}", action.steps);
    keeper.carry_out(&mut w, &action);
    w.pass(1);
    keeper.work(&mut w);
    assert!(!w.engine(&who).has_exposure(), "the rest is worth less than a step");
    // Nothing above its tolerance.
    w.take(&who, &maker, 0, 10).expect("takes");
    keeper.limits.unwind_slippage_ppm = 0;
    w.quote_with(
        &maker,
        0,
        firebreak_client::risk::trade::QuoteTerms {
            bid_offset: firebreak_client::risk::Ratio(1_000),
            ..firebreak_tests::terms(100)
        },
    )
    .expect("quotes");
    assert!(keeper.plan(&w).is_empty());
}

#[test]
fn boards_name_the_worst_and_the_best() {
    let (mut w, maker, thin, who) = long_at(97_00000000);
    let keeper = Keeper::new(&who, &[Job::Rank]);
    assert_eq!(keeper.work(&mut w), [Job::Rank]);
    let market = w.market(0);
    assert!(on(&market.worst, &thin) && on(&market.winners, &maker));
    assert!(keeper.plan(&w).is_empty(), "who is on a board is left there");
}
