//! Funding and fees under rules that move: what the crowded side pays, the other receives.

use firebreak_client::{
    program::events::Filled,
    risk::{breaker::Reason, levels::Level, price::Quality, Rules},
};
use firebreak_tests::{events, params, tripping, Expect, Trader, World, E, UNIT, USD};

/// A full skew is 100 units, in a market that stands without insurance. Hours pass in one leap here: an old price trips nothing.
fn rules() -> Rules {
    let mut rules = Rules::MAJOR.for_asset(100 * UNIT as u64, 1_000_000 * USD, 100_000 * UNIT as u64);
    rules.breaker.triggers[Reason::Staleness as usize].bound = u64::MAX;
    rules
}

const HOUR: u64 = 9_000;

fn scene(rules: Rules) -> (World, Trader, Trader) {
    let mut w = World::new();
    w.list_ruled(params(), rules, 100);
    let (taker, maker) = (w.trader(100_000), w.trader(100_000));
    w.quote(&maker, 0, 1_000);
    (w, taker, maker)
}

fn funding(w: &World) -> firebreak_client::risk::funding::Funding {
    w.market(0).engine.funding
}

#[test]
fn the_rate_grows_with_the_skew_and_while_it_lasts() {
    let rate = |units: i64, hours: usize| {
        let (mut w, taker, maker) = scene(rules());
        if units != 0 {
            w.take(&taker, &maker, 0, units).expect("takes");
        }
        for _ in 0..hours {
            w.pass(HOUR);
        }
        assert_eq!(funding(&w).skew, units * UNIT);
        funding(&w).rate
    };
    // 10 % a day, each day, at full skew: 4 166 666 · 10^-9 an hour.
    assert_eq!(rate(0, 3), 0);
    assert_eq!((rate(50, 1), rate(100, 1)), (2_083_333, 4_166_666));
    assert_eq!((rate(500, 1), rate(-50, 1)), (4_166_666, -2_083_333));
    assert_eq!(rate(50, 3), 3 * 2_083_333);
    assert_eq!((rate(100, 6), rate(-100, 6)), (20_000_000, -20_000_000), "the clamp");
}

#[test]
fn takers_of_both_sides_make_no_skew() {
    let (mut w, a, b) = scene(rules());
    w.match_trade(&a, &b, 0, 50 * UNIT, 100_00000000).expect("trades");
    w.match_trade(&b, &a, 0, -50 * UNIT, 100_00000000).expect("the other one takes as much");
    w.pass(HOUR);
    assert_eq!((funding(&w).skew, funding(&w).rate, funding(&w).index), (0, 0, 0));
}

/// What settling moved: capital lost by the payer, claim of the receiver.
fn settle_both(w: &mut World, payer: &Trader, receiver: &Trader) -> (u64, u64) {
    let before = w.engine(payer).capital;
    w.settle(payer, payer, 0).expect("pays");
    w.settle(receiver, receiver, 0).expect("receives");
    (before - w.engine(payer).capital, w.ledger(0).claims)
}

#[test]
fn what_one_side_pays_the_other_receives() {
    for units in [50, -50] {
        let (mut w, taker, maker) = scene(rules());
        w.take(&taker, &maker, 0, units).expect("takes");
        let fair = w.engine(&taker).capital;
        // The entry was at the quote's price, 0.00001 USD beside the robust one: settled first, what follows is funding alone.
        w.settle(&taker, &taker, 0).expect("settles");
        w.settle(&maker, &maker, 0).expect("settles");
        let noise = fair - w.engine(&taker).capital;
        let claims = w.ledger(0).claims;
        assert_eq!((noise, claims), (500, 500));
        for _ in 0..24 {
            w.pass(HOUR);
        }
        let rate = funding(&w).rate;
        assert_eq!(rate.signum(), units.signum());
        let (paid, received) = settle_both(&mut w, &taker, &maker);
        let received = received - claims;
        // A day at a rate that grows from 0 to 2 %: of 5 000 USD.
        assert!(paid > 50 * USD && paid < 100 * USD, "{paid}");
        assert!(received <= paid && paid - received <= 2, "{paid} paid, {received} received");
        assert_eq!(w.ledger(0).pool - claims, paid);
        w.pass(1_500);
        // Funding went on: what the payer owes by now is nobody's before it is paid, and anybody may see to that.
        w.convert(&maker, 0).refused(E::MarketNotWhole);
        let stranger = w.trader(0);
        w.settle(&stranger, &taker, 0).refused(E::SettleNotPermitted);
        w.settle(&maker, &maker, 0).expect("books what it is owed");
        w.settle(&stranger, &taker, 0).expect("the market is not whole, and the payer owes funding");
        w.convert(&maker, 0).expect("and it is money");
    }
}

#[test]
fn late_positions_owe_nothing_for_before() {
    let (mut w, early, maker) = scene(rules());
    let late = w.trader(100_000);
    w.take(&early, &maker, 0, 50).expect("takes");
    for _ in 0..10 {
        w.pass(HOUR);
    }
    w.take(&late, &maker, 0, 50).expect("takes");
    let before = w.engine(&late).capital;
    w.settle(&late, &late, 0).expect("settles");
    assert!(before - w.engine(&late).capital <= 501, "its entry beside the robust price, and no funding");
    let before = w.engine(&early).capital;
    w.settle(&early, &early, 0).expect("settles");
    assert!(before - w.engine(&early).capital > 10 * USD);
}

#[test]
fn who_is_liquidated_owes_its_funding_too() {
    let (mut w, taker, maker) = scene(rules());
    let thin = w.trader(150);
    w.take(&taker, &maker, 0, 90).expect("the crowd");
    w.take(&thin, &maker, 0, 5).expect("takes");
    let health = |w: &World| firebreak_client::risk::margin::health(&w.engine(&thin), &w.book(), w.now()).expect("health").maint;
    let before = health(&w);
    for _ in 0..10 {
        w.pass(HOUR);
    }
    assert!(health(&w) < before - USD as i64, "half a per cent of 500 USD");
}

#[test]
fn nothing_accrues_without_a_price() {
    let (mut w, taker, maker) = scene(rules());
    w.take(&taker, &maker, 0, 100).expect("takes");
    w.pass(HOUR);
    let before = funding(&w);
    w.bring(0, Quality::Frozen);
    w.vm.pass(HOUR);
    w.accrue(0).expect("accrues");
    assert_eq!((funding(&w).index, funding(&w).rate), (before.index, before.rate));
    w.pass(0);
    assert_eq!((funding(&w).index, funding(&w).rate), (before.index, before.rate), "the silent hour is forgiven");
    w.pass(HOUR);
    assert!(funding(&w).index > before.index && funding(&w).rate > before.rate);
}

#[test]
fn what_nobody_accrued_is_charged_for_an_hour_at_most() {
    let (mut w, taker, maker) = scene(rules());
    w.take(&taker, &maker, 0, 100).expect("takes");
    let mut steady = w.clone();
    steady.pass(HOUR);
    w.pass(10 * HOUR);
    assert_eq!((funding(&w).rate, funding(&w).index), (funding(&steady).rate, funding(&steady).index));
    w.accrue(0).expect("twice in a slot");
    assert_eq!(funding(&w).index, funding(&steady).index, "changes nothing more");
}

/// Fee of a fill in ppm of its notional, rounded.
fn fee(w: &mut World, taker: &Trader, maker: &Trader, units: i64) -> u64 {
    let meta = w.take(taker, maker, 0, units).expect("takes");
    let fill = &events::<Filled>(&meta)[0];
    (fill.fee as u128 * 1_000_000 / fill.cost.unsigned_abs() as u128) as u64
}

#[test]
fn the_fee_grows_with_the_skew_it_adds_to() {
    let (mut w, taker, maker) = scene(rules());
    // 5 bp, and 2 bp at full skew: at a quarter on average, then at three quarters.
    assert_eq!(fee(&mut w, &taker, &maker, 50), 550);
    assert_eq!(fee(&mut w, &taker, &maker, 50), 650);
    assert_eq!(fee(&mut w, &taker, &maker, -100), 500, "who lowers it pays none of it");
    assert_eq!(fee(&mut w, &taker, &maker, -50), 550, "the other side alike");
}

#[test]
fn the_fee_grows_with_volatility() {
    let (mut w, taker, maker) = scene(rules());
    let calm = fee(&mut w, &taker, &maker, 10);
    w.take(&taker, &maker, 0, -10).expect("back");
    for step in 0..60 {
        w.price(0, if step % 2 == 0 { 100_50000000 } else { 100_00000000 }, 5);
    }
    let sigma = w.market(0).engine.margin.sigma.0 as u64;
    assert!(sigma > 10_000, "{sigma}");
    let wild = fee(&mut w, &taker, &maker, 10);
    assert!(wild.abs_diff(calm + sigma / 100) <= 1, "a hundredth of σ: {calm}, {wild}, {sigma}");
}

#[test]
fn the_fee_grows_with_the_breakers_level() {
    for (level, extra) in [(1, 250), (2, 500), (3, 750)] {
        let mut rules = Rules { breaker: tripping(level).breaker, ..rules() };
        rules.fees.cap = firebreak_client::risk::Ratio(15_000);
        let (mut w, taker, maker) = scene(rules);
        w.take(&taker, &maker, 0, 50).expect("takes");
        w.price(0, 103_00000000, 5);
        let market = w.market(0).engine;
        assert_eq!(market.level(Level::Normal) as u8, level);
        let sigma = market.margin.sigma.0 as u64 / 100;
        // Selling lowers the skew: base, σ and level are left.
        let paid = fee(&mut w, &taker, &maker, -10);
        assert!(paid.abs_diff(500 + sigma + extra) <= 2, "level {level}: {paid}, σ part {sigma}");
    }
}

#[test]
fn the_fee_has_a_cap() {
    let mut capped = rules();
    capped.fees.cap = firebreak_client::risk::Ratio(520);
    let (mut w, taker, maker) = scene(capped);
    assert_eq!(fee(&mut w, &taker, &maker, 100), 520);
}
