//! Who chooses the price chooses everything: another source waits seven days.

use firebreak_client::{
    oracle::Kind,
    program::{
        events::ChangeProposed,
        state::{PriceSource, Sources},
    },
    risk::governance::LIST_DELAY,
};
use firebreak_tests::{events, prices::Feed, Expect, World, E};

#[test]
fn a_market_is_bound_to_other_sources_after_seven_days() {
    let mut w = World::with_market();
    w.pass(1);
    let kept = w.feeds[0][1].clone();
    let fresh = Feed::new(Kind::PythUpdate, 7, 100);
    let before = w.market(0);
    let new = vec![kept.clone(), fresh.clone()];
    let meta = w.propose_sources(0, &new).expect("proposes");
    let told = &events::<ChangeProposed>(&meta)[0];
    assert_eq!((told.kind, told.class, told.earliest), (3, 3, w.now().time + LIST_DELAY));
    let change = w.change(0);
    assert_eq!(change.replaced::<Sources>().expect("old").used(), before.used_sources());
    assert_eq!(change.content::<Sources>().expect("new").used(), [kept.source(), fresh.source()]);

    w.wait(LIST_DELAY - 1);
    w.execute(0, 0).refused(E::DelayNotOver);
    w.wait(1);
    w.execute(0, 0).expect("executes");
    let after = w.market(0);
    assert_eq!(after.used_sources(), [kept.source(), fresh.source()]);
    assert_eq!(after.sources[2..], [PriceSource::EMPTY; 3]);
    assert_eq!(after.engine.sources[0], before.engine.sources[1], "what was accepted from it is kept with it");
    assert_eq!((after.engine.sources[1].publish_time, after.engine.sources[1].price.0), (0, 0), "a new one starts afresh");
    assert_eq!(after.engine.price, before.engine.price);

    // The old accounts serve no more, the new ones do.
    w.publish(0);
    fresh.publish(&mut w.vm);
    w.refresh(0).refused(E::SourcesMismatch);
    w.feeds[0] = new;
    w.refresh(0).expect("refreshes");
}

#[test]
fn even_the_order_waits() {
    let mut w = World::with_market();
    let mut swapped = w.feeds[0].clone();
    swapped.reverse();
    w.propose_sources(0, &swapped).expect("proposes");
    let own = w.feeds[0].clone();
    w.propose_sources(0, &own).refused(E::NothingChanges);
    w.propose_sources(0, &own[..1]).expect("fewer is a change");
    w.wait(LIST_DELAY);
    w.execute(0, 0).expect("executes");
    w.execute(1, 0).refused(E::ChangeOutdated);
    let market = w.market(0);
    assert_eq!(market.used_sources(), [own[1].source(), own[0].source()]);
}

#[test]
fn sources_that_cannot_be_are_refused() {
    let mut w = World::with_market();
    let feeds: Vec<Feed> = (0..6).map(|n| Feed::new(Kind::PythUpdate, 20 + n, 100)).collect();
    w.propose_sources(0, &[]).refused(E::SourceCount);
    w.propose_sources(0, &feeds).refused(E::SourceCount);
    w.propose_sources(0, &[feeds[0].clone(), feeds[0].clone()]).refused(E::BadSource);
    let mut dead = feeds[0].clone();
    dead.id = [0; 32];
    w.propose_sources(0, &[dead]).refused(E::BadSource);
    w.propose_sources(0, &feeds[..5]).expect("five fit into a transaction");
}
