//! I5: an insolvency never moves to a market in which the account owed nothing.

use firebreak_client::address;
use firebreak_tests::{checks::Snapshot, Trader, World};

/// Two markets, each with a maker of its own and a flat trader in the second; 10 USD of profit there.
struct Scene {
    w: World,
    makers: [Trader; 2],
    other: Trader,
    keeper: Trader,
}

fn scene() -> Scene {
    let mut w = World::with_markets(2);
    let makers = [w.trader(10_000), w.trader(10_000)];
    let (other, keeper) = (w.trader(100), w.trader(10_000));
    for (market, maker) in makers.iter().enumerate() {
        w.quote(maker, market as u16, 100);
    }
    w.take(&other, &makers[1], 1, 10).expect("takes");
    w.price(1, 101_00000000, 3);
    w.settle(&makers[1], &makers[1], 1).expect("settles");
    w.settle(&other, &other, 1).expect("settles");
    Scene { w, makers, other, keeper }
}

/// Crashes market 0 in one slot and carries its loss through to the end.
fn wind_down(s: &mut Scene, thin: &Trader) {
    let Scene { w, makers, keeper, .. } = s;
    w.price(0, 60_00000000, 3);
    w.publish(1);
    w.refresh(1).expect("refreshes");
    w.declare_bankrupt(thin).expect("declares");
    w.liquidate(keeper, thin, 0).expect("takes over");
    w.settle(&makers[0], &makers[0], 0).expect("settles");
    w.share_loss(0).expect("the pot pays");
    assert!(w.ledger(0).deficit > 100_000_000);
    w.vm.pass(155);
    w.share_loss(0).expect("claims bear the rest");
    assert_eq!(w.ledger(0).deficit, 0);
}

#[test]
fn accounts_and_market_next_door_are_byte_identical() {
    let mut s = scene();
    let thin = s.w.trader(60);
    s.w.take(&thin, &s.makers[0], 0, 10).expect_err("the price is old by now");
    s.w.pass(1);
    s.w.take(&thin, &s.makers[0], 0, 10).expect("takes");
    // The refresh of the second market is the only thing that happens there: it is done before the comparison.
    s.w.price(0, 60_00000000, 3);
    s.w.pass(0);
    let before = Snapshot::of(&s.w);
    s.w.declare_bankrupt(&thin).expect("declares");
    s.w.liquidate(&s.keeper.clone(), &thin, 0).expect("takes over");
    s.w.settle(&s.makers[0].clone(), &s.makers[0].clone(), 0).expect("settles");
    s.w.share_loss(0).expect("the pot pays");
    s.w.vm.pass(155);
    s.w.share_loss(0).expect("claims bear the rest");
    let after = Snapshot::of(&s.w);
    assert_eq!(s.w.ledger(0).deficit, 0);
    for key in [address::market(1), s.makers[1].account, s.other.account] {
        assert_eq!(before.bytes(&key), after.bytes(&key), "changed by a loss it had no part in");
    }
    let mut changed = after.changed(&before);
    changed.sort();
    let mut expected = vec![address::market(0), address::insurance(), thin.account, s.keeper.account, s.makers[0].account];
    expected.sort();
    assert_eq!(changed, expected, "and nothing else changed");
}

#[test]
fn a_bankrupts_other_market_keeps_pool_claims_debt_deficit_and_pot() {
    let mut s = scene();
    let cross = s.w.trader(200);
    s.w.pass(1);
    s.w.take(&cross, &s.makers[0], 0, 10).expect("long here");
    s.w.take(&cross, &s.makers[1], 1, -1).expect("short there");
    s.w.price(1, 100_90000000, 3); // a small profit there: it owes nothing
    let there = |w: &World| {
        let l = w.ledger(1);
        [l.pool, l.claims, l.debt, l.deficit, l.pot, l.insurance_drawn, l.insurance_fees, l.long_base, l.bankruptcies]
    };
    let (before, others) = (there(&s.w), [s.w.engine(&s.makers[1]), s.w.engine(&s.other)]);
    wind_down(&mut s, &cross);
    let after = there(&s.w);
    let claim = s.w.engine(&cross).positions[1].result as u64;
    assert_eq!(claim, 99_990, "sold at 100.99999, marked at 100.9");
    assert_eq!(after[1], before[1] + claim, "its own mark became its claim");
    assert_eq!((after[0], &after[2..]), (before[0], &before[2..]));
    assert_eq!(others, [s.w.engine(&s.makers[1]), s.w.engine(&s.other)]);
}
