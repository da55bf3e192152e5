//! What the venue reads, and when it does nothing.

use super::scene::*;
use anchor_lang::Discriminator;
use firebreak_client::{
    address,
    program::state::{Market, RiskReport},
    risk::price::Quality,
    ID,
};
use firebreak_tests::{params, tripping, Expect, USD};

#[test]
fn a_sound_market_is_sound() {
    let mut s = Scene::new();
    s.look().expect("all is well");
    assert_eq!(RiskReport::DISCRIMINATOR.len(), 8);
}

#[test]
fn a_degraded_or_frozen_market_stops_it() {
    for quality in [Quality::Degraded, Quality::Frozen] {
        let mut s = Scene::new();
        s.w.bring(0, quality);
        s.w.publish_report(0).expect("publishes");
        // A frozen market's price is too old in any case.
        let why = if quality == Quality::Degraded { DEGRADED } else { OLD_REPORT };
        s.look().refused_as(&refusal(why));
        s.w.bring(0, Quality::Primary);
        s.w.publish_report(0).expect("publishes");
        s.look().expect("well again");
    }
}

#[test]
fn a_breaker_stops_it_from_reduce_only_on() {
    for (level, stops) in [(1, false), (2, true), (3, true)] {
        let mut s = Scene::ruled(tripping(level));
        s.w.price(0, 103_00000000, 5);
        s.w.publish_report(0).expect("publishes");
        match s.look() {
            Ok(_) => assert!(!stops, "level {level}"),
            refused => {
                refused.refused_as(&refusal(HALTED));
                assert!(stops);
            }
        }
    }
}

#[test]
fn a_market_that_is_not_whole_stops_it() {
    let mut s = Scene::new();
    let (thin, maker) = (s.w.trader(60), s.w.trader(10_000));
    s.w.quote(&maker, 0, 100);
    s.w.take(&thin, &maker, 0, 10).expect("takes");
    s.w.publish_report(0).expect("publishes");
    s.look().expect("whole");
    s.w.price(0, 90_00000000, 5);
    s.w.declare_bankrupt(&thin).expect("declares");
    s.w.liquidate(&maker, &thin, 0).expect("closes");
    s.w.publish_report(0).expect("publishes");
    s.look().refused_as(&refusal(NOT_WHOLE));
    s.w.fund_insurance(&maker, 1_000 * USD).expect("gives");
    s.w.vm.pass(155);
    s.w.share_loss(0).expect("shares");
    s.w.pass(0);
    s.w.publish_report(0).expect("publishes");
    s.look().expect("whole again");
}

#[test]
fn an_old_report_says_nothing() {
    let mut s = Scene::new();
    s.w.vm.pass(25);
    s.look().expect("25 slots old");
    s.w.vm.pass(1);
    s.look().refused_as(&refusal(OLD_REPORT));
    // Publishing an old price again makes it no younger.
    s.w.publish_report(0).expect("publishes");
    s.look().refused_as(&refusal(OLD_REPORT));
    s.w.pass(0);
    s.w.publish_report(0).expect("publishes");
    s.look().expect("a fresh price");
}

#[test]
fn only_firebreaks_own_report_of_this_market() {
    let mut s = Scene::new();
    s.w.list(params(), 100);
    s.w.publish_report(1).expect("publishes");
    let (report, market) = (s.report(), address::market(0));
    s.look_at(address::report(&address::market(1)), market, CLOCK).refused_as(&refusal(NOT_A_REPORT));
    s.look_at(market, market, CLOCK).refused_as(&refusal(NOT_A_REPORT));
    assert_ne!(Market::DISCRIMINATOR, RiskReport::DISCRIMINATOR);
    // A copy at another address, and one under another program.
    let data = s.w.vm.svm.get_account(&report).expect("exists").data;
    let fake = firebreak_client::Pubkey::new_from_array([77; 32]);
    s.w.vm.plant(fake, ID, data.clone());
    s.look_at(fake, market, CLOCK).refused_as(&refusal(NOT_A_REPORT));
    let mut theirs = s.clone();
    theirs.w.vm.plant(report, VENUE, data);
    theirs.look().refused_as(&refusal(NOT_A_REPORT));
    s.w.vm.svm.set_account(fake, Default::default()).expect("removes");
    s.look_at(report, market, fake).refused_as(&refusal(NOT_THE_CLOCK));
    s.look().expect("the real ones");
}

#[test]
fn another_layout_is_not_guessed_at() {
    let mut s = Scene::new();
    s.spoil(8, 2);
    s.look().refused_as(&refusal(UNKNOWN_VERSION));
    s.w.publish_report(0).refused(firebreak_tests::E::WrongVersion);
    s.spoil(8, 1);
    for (at, byte, why) in [(13, 1, DEGRADED), (13, 3, DEGRADED), (14, 2, HALTED), (14, 255, HALTED), (15, 0, NOT_WHOLE)] {
        let mut s = s.clone();
        s.spoil(at, byte);
        s.look().refused_as(&refusal(why));
    }
}
