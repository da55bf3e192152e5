//! The main job, once through: two traders, a crash, a keeper, a deficit shared.

use firebreak_tests::{world::*, World};

#[test]
fn a_crash_is_survived() {
    let mut w = World::with_market();
    let maker = w.trader(1_000_000);
    let long = w.trader(1_000);
    let keeper = w.trader(1_000_000);
    w.quote(&maker, 0, 1_000);
    let meta = w.take(&long, &maker, 0, 100).expect("takes");
    println!("take {}", meta.compute_units_consumed);

    w.price(0, 93_00000000, 5);
    println!("settle {:?}", w.settle(&long, &long, 0).map(|m| m.compute_units_consumed));
    println!("flag {:?}", w.flag(&long).map(|m| m.compute_units_consumed));
    w.vm.pass(2);
    println!("liquidate {:?}", w.liquidate(&keeper, &long, 0).map(|m| m.compute_units_consumed));
    println!("{:?}", w.margin(&long).engine.positions[0]);

    w.price(0, 50_00000000, 5);
    println!("declare {:?}", w.declare_bankrupt(&long).map(|m| m.compute_units_consumed));
    println!("liquidate {:?}", w.liquidate(&keeper, &long, 0).map(|m| m.compute_units_consumed));
    println!("settle {:?}", w.settle(&maker, &maker, 0).map(|m| m.compute_units_consumed));
    println!("{:?}", w.market(0).engine.ledger);
    println!("share {:?}", w.share_loss(0).map(|m| m.compute_units_consumed));
    w.vm.pass(200);
    println!("share {:?}", w.share_loss(0).map(|m| m.compute_units_consumed));
    println!("{:?}", w.market(0).engine.ledger);
}
