//! Standing orders, and money that lies about.

use super::scene::{long_at, only, Keeper};
use firebreak_client::program::instructions::AccountKind;
use firebreak_keeper::Job;
use firebreak_tests::{stop, top_up, World, UNIT, USD};

#[test]
fn an_order_that_reduces_is_run_for_its_owner() {
    let (mut w, _, thin, _) = long_at(100_00000000);
    let runner = w.collector();
    w.place_order(&thin, 0, stop(5)).expect("places");
    let keeper = Keeper::new(&runner, &[Job::Orders]);
    assert!(keeper.plan(&w).is_empty(), "it is not due");
    w.price(0, 97_50000000, 5);
    let action = only(keeper.plan(&w));
    assert_eq!(action.gain, USD as i64 / 10);
    keeper.carry_out(&mut w, &action);
    assert_eq!(w.engine(&thin).positions[0].base.0, 5 * UNIT);
    assert_eq!(w.engine(&runner).capital, USD / 10);
}

#[test]
fn an_order_that_tops_up_is_run_for_its_owner() {
    let mut w = World::with_market();
    let (maker, thin, runner) = (w.trader(10_000), w.trader(160), w.trader(0));
    let source = w.open(&thin, 1, AccountKind::Cross);
    w.transfer(&thin, &source, 100 * USD).expect("moves");
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.place_order(&thin, 0, top_up(20, 1)).expect("places");
    let keeper = Keeper::new(&runner, &[Job::Orders]);
    assert!(keeper.plan(&w).is_empty());
    w.price(0, 97_50000000, 5);
    assert_eq!(keeper.work(&mut w), [Job::Orders]);
    assert_eq!(w.engine(&runner).capital, USD / 10);
}

#[test]
fn what_was_sent_to_the_vault_and_fees_go_to_insurance() {
    let (mut w, _, _, who) = long_at(100_00000000);
    let mut keeper = Keeper::new(&who, &[Job::Skim]);
    keeper.settings.sweep_fees_from = 1;
    w.send_to_vault(7 * USD);
    assert_eq!(keeper.work(&mut w), [Job::Skim, Job::Skim]);
    assert!(w.insurance().engine.fund.assets > 7 * USD);
    assert!(keeper.plan(&w).is_empty());
}
