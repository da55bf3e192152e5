//! A price that does not count never moves a market, and never takes its quality away while the last one is young (I13).

use anchor_lang::prelude::{system_program, Pubkey};
use firebreak_client::{
    oracle::{switchboard_ondemand, Kind},
    risk::price::Quality,
};
use firebreak_tests::{params, Expect, Feed, World, E};

/// Spoils one feed's account. The world's clock is five slots, two seconds, after the last accepted price.
type Spoil = fn(&mut World, &mut Feed);

fn at(w: &mut World, feed: &Feed, seconds: i64) {
    let now = w.now();
    feed.publish_at(&mut w.vm, now.time + seconds, now.slot);
}

fn bytes(w: &World, feed: &Feed) -> Vec<u8> {
    feed.bytes(w.now().time, w.now().slot)
}

fn put(w: &mut World, feed: &Feed, data: Vec<u8>) {
    w.vm.plant(feed.key, feed.owner(), data);
}

/// What spoils a source of either layout, and the name under which it is refused.
const SPOILED: &[(&str, Spoil, E)] = &[
    (
        "another owner",
        |w, f| {
            let data = bytes(w, f);
            w.vm.plant(f.key, Pubkey::new_from_array([66; 32]), data)
        },
        E::SourceWrongOwner,
    ),
    (
        "another feed",
        |w, f| {
            f.id = [9; 32];
            at(w, f, 0)
        },
        E::SourceWrongFeed,
    ),
    ("closed", |w, f| w.vm.plant(f.key, system_program::ID, vec![]), E::SourceClosed),
    ("emptied by its owner", |w, f| put(w, f, vec![]), E::SourceClosed),
    ("stale", |w, f| at(w, f, -31), E::SourceStale),
    ("from the future", |w, f| at(w, f, 3), E::SourceFromTheFuture),
    ("backward", |w, f| at(w, f, -3), E::SourceBackward),
    (
        "another price at the same time",
        |w, f| {
            f.price += 1;
            at(w, f, -2)
        },
        E::SourceContradiction,
    ),
    (
        "zero",
        |w, f| {
            f.price = 0;
            at(w, f, 0)
        },
        E::SourceNonPositive,
    ),
    (
        "negative",
        |w, f| {
            f.price = -f.price;
            at(w, f, 0)
        },
        E::SourceNonPositive,
    ),
    (
        "the most negative",
        |w, f| {
            f.price = i64::MIN;
            at(w, f, 0)
        },
        E::SourceNonPositive,
    ),
    (
        "wider than 2 %",
        |w, f| {
            f.confidence = f.price as u64 / 50 + 1;
            at(w, f, 0)
        },
        E::SourceUnconfident,
    ),
    (
        "another layout",
        |w, f| {
            let mut data = bytes(w, f);
            data[0] ^= 1;
            put(w, f, data)
        },
        E::SourceUnreadable,
    ),
    (
        "cut short",
        |w, f| {
            let mut data = bytes(w, f);
            data.truncate(100);
            put(w, f, data)
        },
        E::SourceUnreadable,
    ),
];

/// Bad only beside a price accepted two seconds ago.
const AFTER_THE_LAST: [&str; 2] = ["backward", "another price at the same time"];

/// A market with a Pyth and a Switchboard source at 100 USD, last refreshed two seconds ago, both accounts fresh.
fn world() -> World {
    let mut w = World::with_market();
    w.vm.pass(5);
    w.publish(0);
    w
}

#[test]
fn each_bad_price_is_refused_by_name_and_changes_nothing() {
    for source in 0..2 {
        for (what, spoil, why) in SPOILED {
            let mut w = world();
            let mut feed = w.feeds[0][source].clone();
            spoil(&mut w, &mut feed);
            println!("source {source}: {what}");
            w.refresh(0).refused(*why).says(&format!("source {source}"));
            assert_eq!(w.market(0).engine.quality(w.now()), Quality::Primary);
        }
    }
}

#[test]
fn each_bad_price_degrades_once_the_last_one_has_aged() {
    for source in 0..2 {
        for (what, spoil, _) in SPOILED.iter().filter(|(what, ..)| !AFTER_THE_LAST.contains(what)) {
            let mut w = world();
            w.vm.pass(80);
            w.publish(0);
            let mut feed = w.feeds[0][source].clone();
            spoil(&mut w, &mut feed);
            w.refresh(0).unwrap_or_else(|why| panic!("source {source}, {what}: {why:?}"));
            assert_eq!(w.market(0).engine.quality(w.now()), Quality::Degraded, "{what}");
            // And it comes back with the source.
            w.vm.pass(5);
            w.publish(0);
            w.refresh(0).expect("refreshes");
            assert_eq!(w.market(0).engine.quality(w.now()), Quality::Primary, "{what}");
        }
    }
}

#[test]
fn without_any_good_price_a_market_freezes_and_stays_where_it_was() {
    for (what, spoil, why) in SPOILED.iter().filter(|(what, ..)| !AFTER_THE_LAST.contains(what)) {
        let mut w = world();
        w.vm.pass(80);
        for mut feed in w.feeds[0].clone() {
            spoil(&mut w, &mut feed);
        }
        println!("{what}");
        w.refresh(0).refused(*why);
        assert_eq!(w.market(0).engine.quality(w.now()), Quality::Frozen);
        assert_eq!(w.market(0).engine.price.spot.0, 100_00000000);
    }
}

#[test]
fn the_bounds_themselves_are_accepted() {
    let good: &[Spoil] = &[
        |w, f| at(w, f, 2),
        |w, f| at(w, f, -2),
        |w, f| {
            f.confidence = f.price as u64 / 50;
            at(w, f, 0)
        },
    ];
    for source in 0..2 {
        for spoil in good {
            let mut w = world();
            let mut feed = w.feeds[0][source].clone();
            spoil(&mut w, &mut feed);
            w.refresh(0).expect("at the bound");
        }
    }
    let mut w = world();
    w.vm.pass(75); // 30 seconds
    w.refresh(0).expect("at the age limit");
}

#[test]
fn a_pyth_price_of_few_signatures_does_not_count() {
    let mut w = world();
    let feed = w.feeds[0][0].clone();
    let mut data = bytes(&w, &feed);
    data[40] = 0; // after discriminator and write authority: partial, not full
    put(&mut w, &feed, data);
    w.refresh(0).refused(E::SourceUnreadable).says("verif");
}

#[test]
fn a_switchboard_price_is_as_old_as_its_oldest_sample() {
    let mut w = world();
    let feed = w.feeds[0][1].clone();
    let now = w.now();
    feed.publish_at(&mut w.vm, now.time, now.slot - 76); // 30.4 seconds of slots, whatever its time says
    w.refresh(0).refused(E::SourceStale);
    feed.publish_at(&mut w.vm, now.time, now.slot - 75);
    w.refresh(0).expect("30 seconds");
    feed.publish_at(&mut w.vm, now.time, now.slot + 1);
    w.refresh(0).refused(E::SourceFromTheFuture);
}

#[test]
fn a_switchboard_price_of_too_few_samples_does_not_count() {
    let mut w = world();
    let feed = w.feeds[0][1].clone();
    let mut data = bytes(&w, &feed);
    data[switchboard_ondemand::LEN - 1] = 0;
    put(&mut w, &feed, data);
    w.refresh(0).expect("bytes nobody reads do not matter");
    feed.publish_at(&mut w.vm, 0, 0); // result.slot 0: never reported
    w.refresh(0).refused(E::SourceUnreadable);
}

#[test]
fn three_sources_survive_one_that_lies() {
    for (what, spoil, _) in SPOILED {
        let mut w = World::new();
        let kinds = [Kind::PythUpdate, Kind::SwitchboardOnDemand, Kind::PythLegacy];
        let feeds = kinds.iter().enumerate().map(|(n, k)| Feed::new(*k, n as u8, 100)).collect();
        w.list_with(params(), feeds);
        w.vm.pass(5);
        w.publish(0);
        let mut feed = w.feeds[0][1].clone();
        spoil(&mut w, &mut feed);
        w.refresh(0).unwrap_or_else(|why| panic!("{what}: {why:?}"));
        assert_eq!(w.market(0).engine.quality(w.now()), Quality::Primary, "two of three agree");
    }
}

#[test]
fn one_source_that_is_wildly_off_does_not_move_the_median() {
    for price in [1, 100_000_000, 100_000_000_000, i64::MAX / 100] {
        let mut w = World::new();
        let feeds = (0..3).map(|n| Feed::new(Kind::PythUpdate, n, 100)).collect();
        w.list_with(params(), feeds);
        w.vm.pass(5);
        w.feeds[0][2].price = price;
        w.feeds[0][2].confidence = 0;
        w.publish(0);
        w.refresh(0).expect("refreshes");
        assert_eq!(w.market(0).engine.price.spot.0, 100_00000000);
    }
}
