//! Every trigger of a market, tripped by its own cause alone, and released by anybody when the cause is gone.

use super::scene::{base, tripping, Disasters, Scene, MOVED, TIMER};
use firebreak_client::risk::{breaker::Reason, levels::Level, price::Quality};
use firebreak_tests::{Expect, E, USD};

/// A cause, and what ends it.
type Step = fn(&mut Scene);

struct Trigger {
    reason: Reason,
    bound: u64,
    cause: Step,
    end: Step,
}

fn nothing(_: &mut Scene) {}

const TRIGGERS: [Trigger; 7] = [
    Trigger { reason: Reason::Return, bound: 0, cause: |s| s.w.price(0, MOVED, 3), end: nothing },
    Trigger {
        reason: Reason::Disagreement,
        bound: 2_000,
        cause: |s| {
            s.w.vm.pass(3);
            s.w.feeds[0][1].price += 50_000_000; // half a per cent apart, within what two sources may be
            s.w.publish(0);
            s.w.refresh(0).expect("refreshes");
        },
        end: |s| s.w.feeds[0][1].price -= 50_000_000,
    },
    Trigger {
        reason: Reason::Staleness,
        bound: 60,
        cause: |s| {
            s.w.vm.pass(160);
            s.w.accrue(0).expect("nobody has refreshed for 64 seconds");
        },
        end: nothing,
    },
    Trigger {
        reason: Reason::Confidence,
        bound: 5_000,
        cause: |s| {
            s.w.vm.pass(3);
            s.w.feeds[0][0].confidence = 60_000_000; // 0.6 %
            s.w.publish(0);
            s.w.refresh(0).expect("refreshes");
        },
        end: |s| s.w.feeds[0][0].confidence = 1_000,
    },
    Trigger {
        reason: Reason::Liquidations,
        bound: 100 * USD,
        cause: |s| {
            s.w.price(0, MOVED, 3);
            s.w.flag(&s.thin).expect("flags");
            s.w.liquidate(&s.keeper, &s.thin, 0).expect("takes over");
            s.w.accrue(0).expect("accrues");
        },
        end: nothing,
    },
    Trigger {
        reason: Reason::Insurance,
        bound: 250_000,
        cause: |s| {
            s.w.price(0, 110_00000000, 3);
            s.w.declare_bankrupt(&s.thin).expect("declares");
            s.w.liquidate(&s.keeper, &s.thin, 0).expect("takes over");
            s.w.settle(&s.buyer, &s.buyer, 0).expect("settles");
            s.w.share_loss(0).expect("the market's part of five cents is drawn");
            s.w.accrue(0).expect("accrues");
        },
        end: |s| {
            s.w.vm.pass(200);
            s.w.share_loss(0).expect("the event is over");
        },
    },
    Trigger {
        reason: Reason::OpenInterest,
        bound: 0,
        cause: |s| {
            // Its cap is 10^9 units: 1 800 of them are more than 1 ppm.
            s.w.pass(1);
            s.w.deposit(&s.keeper, 10_000 * USD).expect("deposits");
            s.w.take(&s.keeper, &s.maker, 0, 900).expect("opens");
            s.w.take(&s.keeper, &s.buyer, 0, 900).expect("opens");
            s.w.accrue(0).expect("accrues");
        },
        end: |s| s.w.vm.pass(9_100),
    },
];

#[test]
fn each_trigger_trips_for_its_own_cause_and_is_released_by_anybody() {
    for Trigger { reason, bound, cause, end } in TRIGGERS {
        println!("{reason:?}");
        let mut s = base(tripping(reason, bound, Level::ReduceOnly));
        s.w.pass(1);
        assert_eq!(s.level(), Level::Normal, "{reason:?} before its cause");
        cause(&mut s);
        let breaker = s.w.market(0).engine.breaker;
        assert_eq!((s.level(), breaker.reasons()), (Level::ReduceOnly, 1 << reason as u16), "{reason:?}");
        // What it never blocks.
        s.w.deposit(&s.long, USD).expect("deposits");
        if s.w.market(0).engine.quality(s.w.now()) > Quality::Frozen {
            s.w.vm.pass(1);
            s.w.publish(0);
            s.w.refresh_only(0).expect("refreshes");
            s.w.take(&s.long, &s.maker, 0, -1).expect("reduces");
            s.w.take(&s.flat, &s.maker, 0, 1).expect_err("increases");
        }
        end(&mut s);
        for _ in 0..2 {
            s.w.still(TIMER as u64 * 5 / 2);
            s.w.pass(1);
        }
        assert_eq!((s.level(), s.w.market(0).engine.breaker.reasons()), (Level::Normal, 0), "{reason:?} after its cause");
    }
}

#[test]
fn a_calm_market_trips_for_nothing() {
    let mut s = base(super::scene::calm());
    let mut days = Disasters::new(&mut s.w);
    days.next(&mut s.w);
    s.w.price(0, 150_00000000, 3);
    s.w.vm.pass(10_000);
    s.w.accrue(0).expect("accrues");
    assert_eq!(s.level(), Level::Normal);
    // What insurance paid in another market trips here only through the global breaker.
    s.w.check_global().expect("trips");
    assert_eq!(s.level(), Level::Caution);
    s.w.pass(1);
    s.w.take(&s.edge, &s.buyer, 0, -10).refused(E::BelowInit);
}
