//! Markets that stop, fall and stay down, and breakers that must neither miss it nor lock anybody in.

use crate::common::{share, two_at};
use firebreak_client::risk::{
    breaker::{Reason, TriggerRule, LONGEST_TIMER},
    levels::Level,
    margin::health,
    price::Quality,
    MarketParams, Ratio, Rules,
};
use firebreak_tests::{params, tripping, Expect, Trader, World, E, UNIT, USD};

/// T10. A breaker measured every move from a reference that only an administrator could reset, so a real crash tripped it for ever.
/// *Outcome:* a fall of 40 % that stays trips at most x times, and the market opens again by itself. *By:* while tripped only a further
/// move counts; the release, by anybody after the timer, takes the confirmed price as the new anchor; a trigger never ends a market.
#[test]
fn t10_a_crash_that_stays_does_not_lock_the_market() {
    for falls in [1, 2] {
        let mut w = World::new();
        w.list_ruled(params(), tripping(Level::Caution as u8), 100);
        let (maker, taker) = (w.trader(10_000), w.trader(1_000));
        w.quote(&maker, 0, 100);
        let mut trips = 0;
        let mut until = 0;
        for fall in 1..=falls {
            w.price(0, 100_00000000 - 40_00000000 / falls * fall, 25);
            let tripped = w.market(0).engine.breaker.tripped[Reason::Return as usize];
            assert_ne!(tripped.level, 0);
            trips += (tripped.until > until) as u32;
            until = tripped.until;
        }
        while w.market(0).engine.breaker.level() != Level::Normal {
            w.still(50);
            let tripped = w.market(0).engine.breaker.tripped[Reason::Return as usize];
            trips += (tripped.level != 0 && tripped.until > until) as u32;
            until = until.max(tripped.until);
            assert!(w.now().time < until + LONGEST_TIMER, "it ends");
        }
        println!("x = {falls}: {trips} trips, open again {} s after the last", w.now().time - until);
        assert!(trips <= 3 && w.market(0).engine.ended().is_none());
        assert_eq!(w.market(0).engine.breaker.anchors[0].price[1].0, 60_00000000, "the new anchor");
        w.still(9_000);
        assert_eq!(w.market(0).engine.breaker.level(), Level::Normal, "an hour at the new price");
        w.take(&taker, &maker, 0, 1).expect("and it trades");
    }
}

/// Parameters of a kind of market, open at once.
fn open(params: MarketParams) -> MarketParams {
    MarketParams { activation_updates: 1, activation_time: 1, ..params.for_asset(8, 1_000_000_000 * UNIT as u64) }
}

/// T17. Spot printed half of its five-minute average for ninety seconds and came back; a guard that compared the two spared half of those at
/// risk. *Outcome:* more than half, here all, are spared; and where the price does not come back, waiting costs at most what the price
/// still moves in the wait. *By:* outside the band x around the TWAP liquidation and bankruptcy wait k slots from the first, and no longer.
#[test]
fn t17_a_print_of_ninety_seconds_liquidates_nobody_and_a_real_fall_costs_only_the_wait() {
    use firebreak_client::risk::defaults::{LONG_TAIL, MAJOR, MID};
    for (name, defaults) in [("major", MAJOR), ("mid", MID), ("long tail", LONG_TAIL)] {
        let p = open(defaults);
        println!("{name}: x = {} ppm, k = {} slots", p.twap_band.0, p.confirm_slots);
        let mut w = World::new();
        w.list(p, 100);
        let maker = w.trader(1_000_000);
        w.quote(&maker, 0, 1_000);
        let init = p.init.0 as u64;
        let people: Vec<Trader> = (0..10).map(|i| w.trader(1_100 * init / 1_000_000 * (10 + i) / 10)).collect();
        for t in &people {
            w.take(t, &maker, 0, 10).expect("takes");
        }
        w.still(750);
        // Ninety seconds: 225 slots, in steps of two seconds.
        let mut recovers = w.clone();
        for _ in 0..45 {
            recovers.price(0, 50_00000000, 5);
            for t in &people {
                recovers.flag(t).ok();
                recovers.declare_bankrupt(t).refused(E::WaitingForConfirmation);
            }
        }
        recovers.price(0, 100_00000000, 5);
        let spared = people.iter().filter(|t| recovers.engine(t).positions[0].base.0 == 10 * UNIT).count();
        assert_eq!((spared, recovers.ledger(0).deficit, recovers.ledger(0).debt), (people.len(), 0, 0));
        // The twin: it goes on falling by 0.02 a second. Whoever could act at once would book this much:
        let start = w.now().slot;
        w.price(0, 50_00000000, 5);
        let owed = |w: &World| -> i64 {
            people.iter().map(|t| -health(&w.engine(t), &w.book(), w.now()).expect("health").solvency.min(0)).sum()
        };
        let at_once = owed(&w);
        let mut price = 50_00000000;
        while w.declare_bankrupt(&people[0]).is_err() {
            price -= 2_000_000 * 2;
            w.price(0, price, 5);
            assert!(w.now().slot <= start + p.confirm_slots as u64 + 10, "the wait is bounded");
        }
        for t in &people[1..] {
            w.declare_bankrupt(t).ok();
        }
        let after: u64 = w.ledger(0).debt;
        let moved = (50_00000000 - price) as u64; // 100 units in all: a tick of price is an atom
        println!("owed at once {at_once}, after the wait {after}; the price moved by {moved} on all of it");
        assert!(after <= at_once as u64 + moved + people.len() as u64);
    }
}

/// T18. A sequencer stood still for hours, and the first to come back acted on prices from before. *Outcome:* after 4.5 hours without a
/// transaction and a fall of 30 %, nothing that needs a price happens before a price has been taken in and accrued; N seconds only
/// deposits, reducing and the working-off of liquidations go on; the worst comes first. *By:* age limits on every path; the first refresh
/// after an outage trips the staleness trigger, here to Halt for N; outside the TWAP's band liquidation waits; the worst board.
#[test]
fn t18_after_an_outage_comes_the_price_then_a_grace_then_the_worst() {
    let mut rules = Rules::plain(&params());
    rules.breaker.triggers[Reason::Staleness as usize] =
        TriggerRule { bound: 60, timer: 120, level: Level::Halt as u8, reserved: [0; 3] };
    let mut w = World::new();
    w.list_ruled(MarketParams { twap_band: Ratio(50_000), ..params() }, rules, 100);
    let (maker, keeper) = (w.trader(100_000), w.trader(100_000));
    let (solid, mild, bad) = (w.trader(2_000), w.trader(316), w.trader(475));
    w.quote(&maker, 0, 1_000);
    for (who, units) in [(&solid, 10), (&mild, 10), (&bad, 15)] {
        w.take(who, &maker, 0, units).expect("takes");
    }
    w.vm.pass(16_200 * 5 / 2);
    // Before a price: nothing that needs one.
    for feed in &mut w.feeds[0] {
        feed.price = 70_00000000;
    }
    w.publish(0);
    w.take(&keeper, &maker, 0, 1).refused(E::QualityTooLow);
    w.withdraw(&solid, USD).refused(E::QualityTooLow);
    w.liquidate(&keeper, &bad, 0).refused(E::NotFlagged);
    w.flag(&bad).refused(E::NotLiquidatable);
    w.declare_bankrupt(&bad).refused(E::QualityTooLow);
    w.settle(&solid, &solid, 0).refused(E::QualityTooLow);
    w.refresh_only(0).expect("the price first");
    w.take(&keeper, &maker, 0, 1).refused(E::RiskStateOld);
    w.accrue(0).expect("then what follows from it");
    // The grace.
    let until = w.market(0).engine.breaker.tripped[Reason::Staleness as usize].until;
    println!("N = {} s", until - w.now().time);
    assert_eq!((w.market(0).engine.breaker.level(), until), (Level::Halt, w.now().time + 120));
    for t in [&bad, &mild] {
        w.flag(t).expect("flags");
    }
    while w.now().time < until {
        w.take(&keeper, &maker, 0, 1).refused(E::BreakerForbids);
        w.withdraw(&solid, USD).refused(E::BreakerForbids);
        w.deposit(&solid, USD).expect("deposits");
        w.take_lots(&solid, &maker, 0, -UNIT / 10).expect("reduces");
        if w.now().time < until - 70 {
            w.liquidate(&keeper, &bad, 0).refused(E::WaitingForConfirmation);
        }
        w.pass(25);
    }
    assert_eq!(w.market(0).engine.breaker.level(), Level::Normal, "over by itself");
    w.withdraw(&solid, USD).expect("withdraws");
    // The worst first, or for less.
    w.rank(0, &[&bad, &mild]).expect("ranks");
    assert!(w.ranked(&bad, 0).worst > w.ranked(&mild, 0).worst);
    let reward = |m: &_| firebreak_tests::events::<firebreak_client::program::events::Liquidated>(m)[0].reward;
    let mut impatient = w.clone();
    let meta = impatient.liquidate(&keeper, &mild, 0).expect("takes over");
    assert_eq!(reward(&meta), USD * 3 / 100);
    let meta = w.liquidate(&keeper, &bad, 0).expect("takes over");
    assert_eq!(reward(&meta), USD / 10);
}

/// T20, its first half: the price goes to one tick. *Outcome:* all is closed, winners share what losers had, the market opens again.
/// *By:* a feed at or below one tick is read as one tick when two sources say so, and the same waterfall as for any fall. The rest of T20
/// is in `gaps`.
#[test]
fn t20_at_one_tick_everything_still_closes() {
    let mut w = World::new();
    w.list_with(params(), two_at(100_00000000));
    let (maker, thin, keeper) = (w.trader(10_000), w.trader(60), w.trader(10_000));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    for feed in &mut w.feeds[0] {
        feed.confidence = 0;
    }
    w.price(0, 1, 5);
    assert_eq!((w.market(0).engine.price.spot.0, w.market(0).engine.quality(w.now())), (1, Quality::Primary));
    w.still(155);
    w.declare_bankrupt(&thin).expect("declares");
    w.liquidate(&keeper, &thin, 0).expect("takes over for nothing");
    w.settle(&maker, &maker, 0).expect("settles");
    share(&mut w, 0);
    w.still(1_600);
    let before = w.engine(&maker).capital;
    w.convert(&maker, 0).expect("converts");
    assert!((w.engine(&maker).capital - before).abs_diff(59 * USD) < USD, "what the loser had, less fees");
    w.quote(&maker, 0, 100);
    w.take_lots(&keeper, &maker, 0, -10 * UNIT).expect("closes at one tick");
    assert_eq!(w.ledger(0).long_base, 0);
}
