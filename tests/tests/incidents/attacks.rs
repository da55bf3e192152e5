//! What an attacker tries against the mechanisms themselves (design, section 7).

use crate::common::{resolve, settle_all, wealth};
use anchor_lang::prelude::Pubkey;
use firebreak_client::{
    instruction,
    program::instructions::InitialiseArgs,
    risk::{price::Quality, MarketParams, Ratio},
};
use firebreak_tests::{initial, params, Expect, Trader, World, E, UNIT, USD};

/// What a chain of bankruptcies did to somebody who wanted to convert all the while, in seconds.
struct Held {
    /// The longest time in which nothing could be converted.
    longest: i64,
    /// From the last bankruptcy to the next conversion.
    after: i64,
    /// Loss windows that were opened.
    windows: i64,
}

/// Bankruptcies one after the other, each at its own price. The winner of it all does at each price what anybody may: resolves who cannot pay,
/// settles the loser, shares what may be shared, converts.
fn chain(w: &mut World, people: [&Trader; 2], links: &[Trader], prices: &[i64], slots: u64) -> Held {
    let [maker, winner] = people;
    let (mut converted, mut link, mut resolved, mut ends) = (w.now().time, 0, 0, 0);
    let mut held = Held { longest: 0, after: i64::MAX, windows: 0 };
    let last = prices[prices.len() - 1];
    for price in prices.iter().chain([&last; 10]) {
        w.price(0, *price, slots);
        for t in links {
            if w.declare_bankrupt(t).is_ok() {
                w.deleverage(t, 0, &[winner]).expect("closes");
                (link, resolved) = (w.now().time, resolved + 1);
            }
        }
        settle_all(w, 0, &[maker, winner]);
        for t in links {
            w.settle(winner, t, 0).ok(); // it shows a loss, and the market is not whole before it has paid
        }
        w.share_loss(0).ok();
        let l = w.ledger(0);
        if l.deficit > 0 && l.window_ends != ends {
            assert!(w.now().time >= ends, "a window that runs is not moved");
            (ends, held.windows) = (l.window_ends, held.windows + 1);
        }
        held.longest = held.longest.max(w.now().time - converted);
        if w.convert(winner, 0).is_ok() {
            converted = w.now().time;
            if resolved == links.len() {
                held.after = held.after.min(converted - link);
            }
        }
    }
    assert_eq!(resolved, links.len(), "all of them went");
    assert!(w.ledger(0).loss_shared > 0, "and cost the others something");
    held
}

/// A market at `price` in which a winner is short 100 units and has a warm claim; a maker long, and these longs. Nobody sets a bond aside.
fn before_the_chain(price: i64, longs: &[(u64, i64)]) -> (World, Trader, Trader, Vec<Trader>) {
    let mut w = World::with(InitialiseArgs { keeper_bond: 0, keeper_reward: 0, ..initial() });
    w.list(MarketParams { pot_share: Ratio(0), ..params() }, 100);
    let (maker, winner) = (w.trader(100_000), w.trader(10_000));
    w.quote(&maker, 0, 10_000);
    w.take(&winner, &maker, 0, -100).expect("sells");
    let links: Vec<Trader> = longs.iter().map(|(usd, _)| w.trader(*usd)).collect();
    for (t, (_, lots)) in links.iter().zip(longs) {
        w.take_lots(t, &maker, 0, *lots).expect("buys");
    }
    w.price(0, price, 5);
    settle_all(&mut w, 0, &[&maker, &winner]);
    w.still(1_600);
    for t in &links {
        w.settle(&winner, t, 0).ok();
    }
    (w, maker, winner, links)
}

/// A chain of dust bankruptcies, one at every price, cannot hold `convert` back longer than the bound, a loss window: what dust leaves is
/// below `small_loss` of the claims and is shared in the same transaction by whoever wants to convert.
#[test]
fn a_chain_of_dust_bankruptcies_holds_no_conversion_back() {
    let dust: Vec<(u64, i64)> = (0..10).map(|i| (1, UNIT / 10 + i * UNIT / 100)).collect();
    let (mut w, maker, winner, links) = before_the_chain(96_00000000, &dust);
    let bound = w.market(0).engine.params.loss_window;
    let prices: Vec<i64> = (1..=14).map(|i| 96_00000000 - i * 50_000_000).collect();
    let held = chain(&mut w, [&maker, &winner], &links, &prices, 50);
    println!("bound: a window of {bound} s; longest without a conversion {} s, {} windows", held.longest, held.windows);
    assert!(held.longest <= bound && held.after <= bound);
}

/// With losses too large to be shared at once a chain holds conversions back for one window a link at most, and each link costs whoever
/// makes it all of its capital; no window is extended by any of them, and the first conversion comes within a window of the last.
#[test]
fn a_chain_of_larger_bankruptcies_is_cut_by_windows_that_nothing_extends() {
    let large: Vec<(u64, i64)> = (0..6).map(|i| (85 + 15 * i, 15 * UNIT)).collect();
    let (mut w, maker, winner, links) = before_the_chain(96_00000000, &large);
    let bound = w.market(0).engine.params.loss_window;
    let prices: Vec<i64> = (1..=10).map(|i| 96_00000000 - i * 1_00000000).collect();
    let held = chain(&mut w, [&maker, &winner], &links, &prices, 50);
    println!("bound: windows of {bound} s; longest without a conversion {} s in {} windows", held.longest, held.windows);
    assert!(held.after <= bound + 20 && held.windows <= links.len() as i64);
    assert!(held.longest <= held.windows * (bound + 20) + 20);
    let paid: u64 = large.iter().map(|(usd, _)| usd * USD).sum();
    let left: u64 = wealth(&w, &links.iter().collect::<Vec<_>>());
    println!("the chain cost {} USD, and took {} USD of claims", (paid - left) / USD, w.ledger(0).loss_shared / USD);
    assert_eq!(left, 0);
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
    w.quote(&attacker, 0, 100);
    w.take(&victim, &attacker, 0, 10).expect("buys of him");
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
    w.still(1_600);
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
