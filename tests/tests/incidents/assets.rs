//! Collateral and vaults: T2, T11, T20, T22, T37.

use crate::common::{resolve, settle_all, share};
use firebreak_client::risk::{
    collateral::{CollateralParams, OF_NO_MARKET},
    collateral_rules::CollateralRules,
    margin::init_health,
    outflow::OutflowRules,
};
use firebreak_tests::{
    collateral::{major, COIN, OPEN},
    initial, params, Expect, Trader, World, E, USD,
};

/// What an account without positions may put at risk.
fn power(w: &World, t: &Trader) -> i64 {
    init_health(&w.engine(t), &w.book(), false, w.now()).expect("health")
}

/// T2. A stable token was priced from one thin pool; somebody pumped the pool and borrowed 1.26 million against it. *Outcome:* what is thin lends nothing more, however high it is pumped. *By:* a collateral counts at the worse of its price and its stable price, less its haircut, and all holders together for at most `full_value`
/// tokens (Y), which governance sets from the depth at 2 %.
#[test]
fn t02_a_pumped_thin_token_lends_nothing_new() {
    let mut w = World::with_market();
    let full = 10_000 * COIN;
    let thin = CollateralParams { warmup: 60, ..CollateralParams::LONG_TAIL.for_token(9, OF_NO_MARKET, 10_000_000 * COIN, full) };
    let coin = w.list_token(thin, CollateralRules::LONG_TAIL, OPEN, 1);
    let attacker = w.trader(0);
    w.deposit_warm(&attacker, coin, 1_260_000 * COIN);
    let before = power(&w, &attacker);
    w.vm.pass(5);
    w.token_price(coin, 8_80000000);
    w.pass(5);
    let pumped = power(&w, &attacker);
    println!("Y = {} tokens; 1 260 000 of them lent {before} atoms at 1 USD, {pumped} at 8.80", full / COIN);
    let limit = 10_000 * 102 / 100 * USD as i64;
    assert!(pumped <= limit && before <= limit);
    assert!(pumped <= before + before / 10, "the pump added nothing");
}

/// T11, the vault. *Outcome:* less than a quarter of the vault leaves within a day of such a crash, whatever the books say, and everybody has a
/// small amount a day all the same. *By:* the settlement vault's outflow limit, of an hour and of a day.
#[test]
fn t11_less_than_a_quarter_of_the_vault_leaves_in_a_day() {
    let vault = 13_660_000 * USD;
    let limits = OutflowRules { hour: vault / 20, day: vault / 5, free: 100 * USD };
    println!("x = {} USD an hour, Y = {} USD a day of {} USD", limits.hour / USD, limits.day / USD, vault / USD);
    let mut w = World::unlisted(initial());
    w.list_settlement(limits);
    let people: Vec<Trader> = (0..10).map(|_| w.trader(1_366_000)).collect();
    let mut out = 0;
    for _ in 0..24 {
        for t in &people {
            let left = w.engine(t).capital;
            for part in [left, left / 2, left / 8, left / 64] {
                if part > 0 && w.withdraw(t, part).is_ok() {
                    out += part;
                    break;
                }
            }
        }
        w.vm.pass(9_000);
    }
    println!("{} USD left in a day", out / USD);
    assert!(out * 4 < vault);
    let late = w.trader(1_000);
    w.withdraw(&late, 100 * USD).expect("his own, whatever the windows say");
}

/// T20, where the asset that falls is collateral as well. *Outcome:* beside a long in itself it counts zero; an account that stands on it is
/// wound down when both fall by 90 %, and nobody else pays. *By:* `underlying`, the sale of collateral, bankruptcy.
#[test]
fn t20_an_asset_that_is_collateral_too() {
    let mut w = World::with_market();
    let own = w.list_token(CollateralParams { underlying: 1, ..major() }, CollateralRules::MAJOR, OPEN, 100);
    let (maker, keeper, flat) = (w.trader(100_000), w.trader(10_000), w.trader(77));
    let (believer, bear) = (w.trader(1), w.trader(20));
    w.quote(&maker, 0, 1_000);
    for t in [&believer, &bear] {
        w.deposit_warm(t, own, COIN);
    }
    w.take(&believer, &maker, 0, 1).refused(E::BelowInit);
    // A short may stand on it: what it loses by the coin it wins by the position. Another market's long may too; it is the one that falls.
    let other = w.list(params(), 100);
    w.quote(&maker, other, 100);
    w.pass(0);
    w.take(&bear, &maker, 0, -1).expect("sells");
    w.take(&bear, &maker, other, 10).expect("buys elsewhere, on the coin");
    for market in [0, other] {
        w.say(market, 10_00000000);
    }
    w.vm.pass(3);
    w.say(0, 10_00000000);
    w.say(other, 10_00000000);
    for market in [0, other] {
        w.refresh(market).expect("refreshes");
    }
    w.token_price(own, 10_00000000);
    w.still(200);
    w.token_price(own, 10_00000000);
    // What is left of the coin is sold for what it is worth, or forfeited.
    w.flag(&bear).ok();
    while w.liquidate_collateral(&keeper, &bear, own).is_ok() {}
    if w.engine(&bear).collaterals > 0 {
        w.forfeit_collateral(&bear, own).expect("starts the time");
        still_far(&mut w, own, 216_100);
        w.forfeit_collateral(&bear, own).expect("nobody wanted it");
    }
    let people = [bear.clone(), maker.clone(), keeper.clone()];
    resolve(&mut w, other, &people);
    settle_all(&mut w, other, &[&maker]);
    share(&mut w, other);
    assert_eq!((w.ledger(other).long_base, w.ledger(other).deficit, w.engine(&bear).collaterals), (0, 0, 0));
    assert_eq!(w.engine(&flat).capital, 77 * USD);
}

/// Lets `slots` pass at once and brings every price back.
fn still_far(w: &mut World, token: u16, slots: u64) {
    w.vm.pass(slots);
    w.pass(1);
    w.publish_token(token);
    w.refresh_collateral(token).expect("refreshes");
}

/// T22, the money. Worthless tokens became collateral at a wash-traded dollar, and 31 withdrawals in twelve minutes took 285 million out of
/// eighteen vaults. *Outcome:* with every key in hostile hands at most the outflow limit of 48 hours leaves; 600 million fake tokens count
/// nothing at first and never more than `full_value`. *By:* outflow limits of each vault, which no key raises before its delay; warm-up over x
/// days; caps that double once a day at most; listing at once only in the protocol's youth. Anybody may look: the windows trip the global
/// breaker's outflow trigger.
#[test]
fn t22_captured_keys_take_no_more_than_the_outflow_limit() {
    let vault = 10_000_000 * USD;
    let limits = OutflowRules { hour: vault / 100, day: vault / 20, free: 10 * USD };
    let mut w = World::unlisted(initial());
    w.list_settlement(limits);
    w.list(params(), 100);
    let full = 1_000 * COIN;
    let fake = CollateralParams::LONG_TAIL.for_token(9, OF_NO_MARKET, 600_000_000 * COIN, full);
    let token = w.list_token(fake, CollateralRules::LONG_TAIL, OPEN, 1);
    println!("limits {} an hour, {} a day; x = {} s of warm-up", limits.hour / USD, limits.day / USD, fake.warmup);
    let honest = w.trader(5_000_000);
    let thieves: Vec<Trader> = (0..31).map(|_| w.trader(5_000_000 / 31)).collect();
    w.deposit_collateral(&thieves[0], token, 600_000_000 * COIN).expect("all they have");
    let alone = w.engine(&thieves[0]).capital as i64;
    assert_eq!(power(&w, &thieves[0]), alone, "nothing at first");
    // Their own capital is what they can take in the best case; they try to take it all, again and again.
    let mut out = 0;
    let mut quick = 0;
    for minute in 0..12 {
        for t in &thieves {
            let all = w.engine(t).capital;
            for part in [all, all / 4, all / 16, 10 * USD] {
                if part > 0 && w.withdraw(t, part.min(all)).is_ok() {
                    out += part.min(all);
                    break;
                }
            }
        }
        w.vm.pass(150);
        if minute == 11 {
            quick = out;
        }
    }
    println!("in twelve minutes {} USD left", quick / USD);
    assert!(quick <= limits.hour + 31 * limits.free);
    for _ in 0..47 {
        for t in &thieves {
            let all = w.engine(t).capital;
            for part in [all, all / 4, all / 16, 10 * USD] {
                if part > 0 && w.withdraw(t, part.min(all)).is_ok() {
                    out += part.min(all);
                    break;
                }
            }
        }
        w.vm.pass(9_000);
    }
    println!("in 48 hours {} USD", out / USD);
    assert!(out <= 2 * limits.day + 3 * 31 * limits.free);
    assert_eq!(w.engine(&honest).capital, 5_000_000 * USD);
    // A week later all of it is warm and counts as little.
    w.vm.pass(7 * 216_000);
    w.pass(1);
    w.publish_token(token);
    w.refresh_collateral(token).expect("refreshes");
    let counted = power(&w, &thieves[0]) - w.engine(&thieves[0]).capital as i64;
    println!("600 000 000 fake dollars count {counted} atoms");
    assert!(counted <= 1_000 * USD as i64);
    // And a cap is not thrown open.
    w.set_collateral_cap(token, 1_200_000_001 * COIN).refused(E::CapGrowth);
}

/// T37. Correlated collateral fell together, and a portfolio that was margined as a hedge fell apart. *Outcome:* four tokens of one asset, 40 % down in
/// one slot, bankrupt nobody who stood at Init. *By:* a haircut for each token and no credit for diversification. The hedge: `ledgers`.
#[test]
fn t37_correlated_collateral_and_broken_hedges() {
    let mut w = World::with_market();
    let coins: Vec<u16> = (0..4).map(|_| w.list_major(100)).collect();
    let (maker, holder) = (w.trader(100_000), w.trader(1));
    w.quote(&maker, 0, 1_000);
    for coin in &coins {
        w.deposit_warm(&holder, *coin, COIN);
    }
    w.pass(0);
    let mut units = 80;
    while w.take(&holder, &maker, 0, units).is_err() {
        units -= 1;
    }
    w.pass(0);
    w.vm.pass(5);
    for coin in &coins {
        w.token_price(*coin, 60_00000000);
    }
    let health = firebreak_client::risk::margin::health(&w.engine(&holder), &w.book(), w.now()).expect("health");
    println!("{units} units on four tokens; after −40 % its equity counts {} atoms", health.solvency);
    assert!(units > 40 && health.solvency > 0, "at Init it could bear it");
    assert_eq!(w.ledger(0).deficit, 0);
}
