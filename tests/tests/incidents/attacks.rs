//! What an attacker tries against the mechanisms themselves (design, section 7).

use crate::common::{resolve, settle_all, still, wealth};
use anchor_lang::prelude::Pubkey;
use firebreak_client::{
    instruction,
    risk::{price::Quality, MarketParams},
};
use firebreak_tests::{params, Expect, Trader, World, E, UNIT, USD};

/// Bankruptcies one after the other, each at its own price. The winner of it all does at each price what anybody may: resolves who cannot pay,
/// settles the loser, shares what may be shared, converts. Returns the longest time in seconds for which it could not convert.
fn chain(w: &mut World, people: [&Trader; 2], links: &[Trader], prices: &[i64], slots: u64) -> i64 {
    let [maker, winner] = people;
    let (mut last, mut longest, mut resolved) = (w.now().time, 0, 0);
    for price in prices {
        w.price(0, *price, slots);
        for t in links {
            if w.declare_bankrupt(t).is_ok() {
                w.deleverage(t, 0, &[winner]).expect("closes");
                assert!(w.ledger(0).deficit > 0, "a link of the chain");
                resolved += 1;
            }
        }
        settle_all(w, 0, &[maker, winner]);
        w.share_loss(0).ok();
        if w.convert(winner, 0).is_ok() {
            last = w.now().time;
        }
        longest = longest.max(w.now().time - last);
    }
    assert_eq!(resolved, links.len(), "all of them went");
    longest
}

/// A market at `price` in which a winner is short 100 units and has a warm claim; a maker long, and these longs.
fn before_the_chain(price: i64, longs: &[(u64, i64)]) -> (World, Trader, Trader, Vec<Trader>) {
    let mut w = World::with_market();
    let (maker, winner) = (w.trader(100_000), w.trader(10_000));
    w.quote(&maker, 0, 10_000);
    w.take(&winner, &maker, 0, -100).expect("sells");
    let links: Vec<Trader> = longs.iter().map(|(usd, _)| w.trader(*usd)).collect();
    for (t, (_, lots)) in links.iter().zip(longs) {
        w.take_lots(t, &maker, 0, *lots).expect("buys");
    }
    w.price(0, price, 5);
    settle_all(&mut w, 0, &[&maker, &winner]);
    still(&mut w, 1_600);
    for t in &links {
        w.settle(&winner, t, 0).ok();
    }
    (w, maker, winner, links)
}

/// A chain of dust bankruptcies, one at every price, cannot hold `convert` back longer than the bound, a loss window: what dust leaves is
/// below `small_loss` of the claims and is shared in the same transaction by whoever wants to convert.
#[test]
fn a_chain_of_dust_bankruptcies_holds_no_conversion_back() {
    let dust: Vec<(u64, i64)> = (0..10).map(|i| (2, UNIT / 10 + i * UNIT / 100)).collect();
    let (mut w, maker, winner, links) = before_the_chain(91_00000000, &dust);
    let bound = w.market(0).engine.params.loss_window;
    let prices: Vec<i64> = (1..=12).map(|i| 91_00000000 - i * 1_00000000).collect();
    let longest = chain(&mut w, [&maker, &winner], &links, &prices, 100);
    println!("bound: a window of {bound} s; the longest time without a conversion was {longest} s");
    assert!(longest <= bound);
}

/// The same with losses too large to be shared at once: all that come within one window are shared when it ends, and nothing extends it.
#[test]
fn a_chain_of_larger_bankruptcies_is_cut_by_windows_that_nothing_extends() {
    let large: Vec<(u64, i64)> = (0..6).map(|i| (85 + 15 * i, 15 * UNIT)).collect();
    let (mut w, maker, winner, links) = before_the_chain(96_00000000, &large);
    let bound = w.market(0).engine.params.loss_window;
    let prices: Vec<i64> = (1..=10).map(|i| 96_00000000 - i * 1_00000000).collect();
    let longest = chain(&mut w, [&maker, &winner], &links, &prices, 50);
    println!("bound: windows of {bound} s; the longest time without a conversion was {longest} s, a step being 20 s");
    assert!(longest <= bound + 20);
}

/// Nobody freezes or degrades a market by refreshing it with accounts left out, doubled, or replaced, however young or old its price is.
#[test]
fn refreshing_with_accounts_left_out_freezes_nothing() {
    let mut w = World::with_market();
    let (maker, taker) = (w.trader(1_000), w.trader(1_000));
    w.quote(&maker, 0, 100);
    let keys: Vec<Pubkey> = w.feeds[0].iter().map(|f| f.key).collect();
    let wrong: Vec<Vec<Pubkey>> = vec![
        vec![],
        vec![keys[0]],
        vec![keys[1]],
        vec![keys[1], keys[0]],
        vec![keys[0], keys[0]],
        vec![keys[0], keys[1], keys[1]],
    ];
    for age in [0, 3, 70, 76, 200] {
        w.vm.pass(age);
        w.publish(0);
        let before = w.market(0).engine.price;
        for keys in &wrong {
            w.act(&[instruction::refresh_market(0, keys)], &[]).refused(E::SourcesMismatch);
        }
        assert_eq!(w.market(0).engine.price, before);
        w.refresh(0).expect("whoever passes all of them");
        assert_eq!(w.market(0).engine.quality(w.now()), Quality::Primary);
        w.take(&taker, &maker, 0, 1).expect("trades");
    }
    // One feed that really is stale lowers nothing while the last price is young.
    w.vm.pass(20);
    let stale = w.feeds[0][1].clone();
    let (time, slot) = (w.now().time, w.now().slot);
    w.feeds[0][0].clone().publish(&mut w.vm);
    stale.publish_at(&mut w.vm, time - 31, slot);
    assert!(w.refresh(0).is_err());
    assert_eq!(w.market(0).engine.quality(w.now()), Quality::Primary);
}

/// `settle` cannot be used to turn other people's principal into claims: a stranger settles nobody who is above Init in a market that is
/// whole, and where the price swings, settling at every turn pays losers' capital into the pool only as far as they really lost; what the
/// winner claims is what that pool holds, and swings back with the price.
#[test]
fn settle_turns_no_principal_into_claims() {
    let mut w = World::with_market();
    let (maker, victim, attacker) = (w.trader(10_000), w.trader(1_000), w.trader(10_000));
    w.quote(&maker, 0, 100);
    w.take(&victim, &maker, 0, 10).expect("buys");
    w.take(&attacker, &maker, 0, -10).expect("sells");
    let before = [wealth(&w, &[&victim]), wealth(&w, &[&attacker])];
    // A market at its old price: nobody may settle the victim, however often he asks.
    w.settle(&attacker, &victim, 0).refused(E::SettleNotPermitted);
    // The price swings by 1 % twenty times and ends where it was; he settles whatever he may at each turn.
    for turn in 0..20 {
        w.price(0, if turn % 2 == 0 { 99_00000000 } else { 100_00000000 }, 25);
        w.settle(&attacker, &attacker, 0).expect("his own");
        w.settle(&attacker, &victim, 0).ok();
        w.settle(&attacker, &maker, 0).ok();
        w.convert(&attacker, 0).ok();
        let held = w.engine(&victim).capital;
        assert!(held >= 988 * USD, "at most the real loss: {held}");
    }
    settle_all(&mut w, 0, &[&maker, &victim, &attacker]);
    still(&mut w, 1_600);
    for t in [&maker, &victim, &attacker] {
        w.convert(t, 0).ok();
    }
    let after = [wealth(&w, &[&victim]), wealth(&w, &[&attacker])];
    println!("victim {} → {}, attacker {} → {}", before[0], after[0], before[1], after[1]);
    assert!(after[0] + 10_000 >= before[0] && after[1] <= before[1] + 10_000, "a cent at most");
}

/// Nor does a strange parameter help: while a deficit is open a stranger may settle anybody, and that changes what nobody is worth.
#[test]
fn settling_everybody_in_a_loss_window_changes_nobodys_worth() {
    let mut w = World::new();
    w.list(MarketParams { loss_window: 200, ..params() }, 100);
    let (maker, long, thin) = (w.trader(10_000), w.trader(1_000), w.trader(60));
    w.quote(&maker, 0, 100);
    w.take(&long, &maker, 0, 10).expect("buys");
    w.take(&thin, &maker, 0, 10).expect("buys");
    w.price(0, 90_00000000, 5);
    resolve(&mut w, 0, &[thin.clone(), maker.clone()]);
    let worth = |w: &World, t: &Trader| {
        let (engine, market) = (w.engine(t), w.market(0).engine.0);
        let open = engine.used().map(|p| p.standing_down(&market, market.price.spot).expect("standing")).sum::<i64>();
        engine.capital as i64 + engine.bond as i64 + open
    };
    let before = [worth(&w, &long), worth(&w, &maker)];
    for _ in 0..3 {
        w.settle(&thin, &long, 0).expect("permitted");
        w.settle(&thin, &maker, 0).expect("permitted");
        w.pass(2);
    }
    let after = [worth(&w, &long), worth(&w, &maker)];
    assert!(before.iter().zip(after).all(|(b, a)| (b - a).abs() <= 2), "{before:?} {after:?}");
}
