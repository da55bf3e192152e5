//! What the breaker says to deposits and withdrawals: without positions and debts always; otherwise not at a halt, and in an ended market
//! only after settling.

use super::{scene, top_up, Scene};
use anchor_lang::{prelude::Pubkey, Discriminator, ZeroCopy};
use firebreak_client::{
    address,
    program::state::{Market, Protocol},
    risk::{levels::Level, settlement::Settlement, Price},
    ID,
};
use firebreak_tests::{collateral::COIN, Expect, World, E, USD};

/// Changes an account's bytes, past the program.
fn edit<T: ZeroCopy + Discriminator>(w: &mut World, key: Pubkey, change: impl FnOnce(&mut T)) {
    let mut value: T = w.read(&key);
    change(&mut value);
    let mut data = T::DISCRIMINATOR.to_vec();
    data.extend(bytemuck::bytes_of(&value));
    w.vm.plant(key, ID, data);
}

fn market_at(w: &mut World, market: u16, level: Level) {
    edit::<Market>(w, address::market(market), |m| m.engine.breaker.tripped[0].level = level as u8);
}

fn all_at(w: &mut World, level: Level) {
    edit::<Protocol>(w, address::protocol(), |p| p.breaker.tripped[0].level = level as u8);
}

#[test]
fn with_a_position_nothing_leaves_at_a_halt() {
    let Scene { mut w, debtor, coin, .. } = scene();
    top_up(&mut w, &debtor, 200);
    for level in [Level::Normal, Level::Caution, Level::ReduceOnly] {
        market_at(&mut w, 0, level);
        w.withdraw(&debtor, USD).expect("down to its line");
        w.withdraw_collateral(&debtor, coin, COIN / 100).expect("down to its line");
    }
    market_at(&mut w, 0, Level::Halt);
    w.withdraw(&debtor, USD).refused(E::BreakerForbids);
    w.withdraw_collateral(&debtor, coin, 1).refused(E::BreakerForbids);
    top_up(&mut w, &debtor, 1);
    w.deposit_collateral(&debtor, coin, 1).expect("nor of collateral");
}

#[test]
fn the_global_level_counts_wherever_it_is_higher() {
    let Scene { mut w, debtor, coin, .. } = scene();
    top_up(&mut w, &debtor, 200);
    all_at(&mut w, Level::Halt);
    w.withdraw(&debtor, USD).refused(E::BreakerForbids);
    w.withdraw_collateral(&debtor, coin, 1).refused(E::BreakerForbids);
    all_at(&mut w, Level::ReduceOnly);
    w.withdraw(&debtor, USD).expect("down to its line");
}

#[test]
fn without_positions_everything_may_leave_at_every_level() {
    let Scene { mut w, coin, .. } = scene();
    let ann = w.trader(100);
    w.deposit_collateral(&ann, coin, COIN).expect("deposits");
    for level in [Level::Normal, Level::Caution, Level::ReduceOnly, Level::Halt] {
        all_at(&mut w, level);
        market_at(&mut w, 0, level);
        w.withdraw(&ann, 10 * USD).expect("free");
        w.withdraw_collateral(&ann, coin, COIN / 10).expect("free");
        w.deposit(&ann, USD).expect("deposits");
    }
    // Nor does the account's health need a price: neither market nor coin has one any more.
    w.vm.pass(2_000);
    w.withdraw(&ann, USD).expect("free");
    w.withdraw_collateral(&ann, coin, COIN / 10).expect("free");
}

#[test]
fn another_markets_halt_holds_nobody_back() {
    let mut w = World::with_markets(2);
    let (maker, ann) = (w.trader(10_000), w.trader(1_000));
    w.quote(&maker, 0, 100);
    w.take(&ann, &maker, 0, 1).expect("takes");
    market_at(&mut w, 1, Level::Halt);
    w.withdraw(&ann, USD).expect("it has no position there");
}

#[test]
fn in_an_ended_market_one_settles_before_anything_leaves() {
    let Scene { mut w, debtor, coin, .. } = scene();
    top_up(&mut w, &debtor, 200);
    let time = w.now().time;
    edit::<Market>(&mut w, address::market(0), |m| {
        m.engine.settlement = Settlement { price: Price(100_00000000), time, ..Settlement::NONE };
    });
    w.withdraw(&debtor, USD).refused(E::SettleFirst);
    w.withdraw_collateral(&debtor, coin, 1).refused(E::SettleFirst);
    w.settle(&debtor, &debtor, 0).expect("settles");
    w.withdraw(&debtor, USD).expect("after settling");
    w.withdraw_collateral(&debtor, coin, COIN).expect("after settling");
}
