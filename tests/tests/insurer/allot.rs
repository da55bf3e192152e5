//! What markets may draw: the vote, as far as the fund has it; nothing for a market that can make no loss.

use super::scene::{initial_cooling, scene, COOLDOWN_SLOTS};
use firebreak_client::{oracle::Kind, program::events::LimitAllotted, risk::MarketParams};
use firebreak_tests::{events, params, stakers::*, Expect, Feed, World, E, USD};

#[test]
fn a_market_that_has_seen_no_price_gets_nothing_and_keeps_nobody_waiting() {
    let mut s = scene();
    s.w.list_silent(params(), vec![Feed::new(Kind::PythUpdate, 90, 100)]);
    s.w.stake(&s.keeper, SENIOR, 100 * USD).expect("there would be room");
    let meta = s.w.allot(1).expect("allots");
    assert_eq!(events::<LimitAllotted>(&meta)[0].limit, 0);
    assert_eq!(s.w.insured(), [0]);
    let senior = s.senior.clone();
    s.w.request_all(&senior, SENIOR).expect("asks");
    s.w.vm.pass(COOLDOWN_SLOTS);
    s.w.publish(0);
    s.w.refresh(0).expect("refreshes");
    s.w.unstake(&senior, SENIOR).expect("pays");
}

#[test]
fn an_ended_market_gives_its_limit_back_once_it_owes_nothing() {
    let mut s = scene();
    let senior = s.senior.clone();
    s.cooled(&senior, SENIOR);
    s.w.end(0);
    s.w.unstake(&senior, SENIOR).refused(E::BreakerForbids);
    s.w.allot(0).expect("its positions are not closed yet");
    assert_eq!(s.w.insured(), [0]);
    for who in [&s.thin, &s.winner] {
        s.w.settle(&s.keeper, who, 0).expect("anybody closes them");
    }
    s.w.unstake(&senior, SENIOR).refused(E::BreakerForbids);
    let meta = s.w.allot(0).expect("allots");
    let event = &events::<LimitAllotted>(&meta)[0];
    assert_eq!((event.limit, event.lowered), (0, 30 * USD));
    s.w.unstake(&senior, SENIOR).expect("nothing is left to lose");
    assert_eq!(s.w.tokens(&senior.wallet), 20 * USD, "all that it had staked");
}

#[test]
fn no_more_markets_are_insured_than_a_pay_out_can_show() {
    let mut w = World::with(initial_cooling());
    let ann = w.trader(100);
    w.stake(&ann, JUNIOR, 100 * USD).expect("stakes");
    for market in 0..33 {
        let feeds = vec![Feed::new(Kind::PythUpdate, market, 100), Feed::new(Kind::PythUpdate, 100 + market, 100)];
        w.list_with(MarketParams { insurance_limit: USD, ..params() }, feeds);
        let allotted = w.allot(market as u16);
        if market < 32 {
            allotted.expect("one of thirty-two");
        } else {
            allotted.refused(E::TooManyInsured);
        }
    }
    assert_eq!(w.insurance().engine.markets, 32);
}
