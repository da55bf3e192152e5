//! One position larger than its market: T13, T14, T15.

use crate::common::{resolve, settle_all, share, two_at, wealth};
use firebreak_client::{
    program::{
        events::{Liquidated, LossShared},
        instructions::InitialiseArgs,
    },
    risk::{
        defaults::LONG_TAIL,
        throttle::{is_exempt, ThrottleRules},
        MarketParams, Ratio, Rules,
    },
};
use firebreak_tests::{events, initial, params, stakers::JUNIOR, terms, Expect, Trader, World, E, UNIT, USD};

/// Lots of one unit in a market whose ticks are 10^-10 USD.
const CHEAP: i64 = 100_000_000;

/// A long-tail market at `price` (10^-8 USD) that admits `cap` units, open at once, with a limit of insurance of `limit`.
fn thin_market(w: &mut World, price: i64, cap: u64, limit: u64) -> MarketParams {
    let p = MarketParams {
        activation_updates: 1,
        activation_time: 1,
        insurance_limit: limit,
        ..LONG_TAIL.for_asset(10, cap * CHEAP as u64)
    };
    let index = w.list_silent(p, two_at(price));
    let rules = Rules::LONG_TAIL.for_asset(cap * CHEAP as u64, 1_000_000 * USD, cap * CHEAP as u64);
    w.set_rules(index, rules).expect("rules");
    w.wake(index);
    p
}

/// T13. Somebody sold 4 million of a ten-million-dollar token to himself, took the margin out, pushed the price fourfold and left the short
/// to the venue's liquidity fund, which showed a loss of 12 million and could not be closed. *Outcome:* a position out of proportion is
/// refused; what is admitted can cost shared insurance at most its share for this market and event; another market's books do not see it;
/// the position is closed as soon as its own account cannot pay, however healthy everything else is. *By:* the open-interest cap, the market's
/// limit, the event cap, the cover allowance; bankruptcy and deleveraging per account and market. Nobody is obliged to take the position.
#[test]
fn t13_a_poisoned_short_costs_at_most_its_budget() {
    let mut w = World::with(InitialiseArgs { event_cap: 50_000, ..initial() });
    let fund = 100_000 * USD;
    let limit = fund / 20;
    let p = thin_market(&mut w, 950_000, 40_000_000, limit);
    let neighbour = w.list(params(), 100);
    let staker = w.trader(100_000);
    w.stake(&staker, JUNIOR, fund).expect("stakes");
    w.allot(0).expect("allots");
    let (short, long) = (w.trader(400_000), w.trader(400_000));
    w.pass(1);
    // 4 million at 0.0095: 421 million units.
    w.match_trade(&long, &short, 0, 421_000_000 * CHEAP, 95_000_000).refused(E::OpenInterestCap);
    println!("Y = {} units, limit {} USD, event cap {} ppm", p.max_open_interest / CHEAP as u64, limit / USD, 50_000);
    w.match_trade(&short, &long, 0, -30_000_000 * CHEAP, 95_000_000).expect("285 000 USD");
    // The margin that a short of this size needs cannot be taken out.
    let most = crate::common::withdrawable(&w, &short);
    if most > 0 {
        w.withdraw(&short, most).expect("what is free");
    }
    println!("left as margin: {} USD of {}", w.engine(&short).capital / USD, 285_000);
    assert!(w.engine(&short).capital * 1_000_000 >= 285_000 * USD * p.init.0 as u64);
    let before = (w.ledger(neighbour), wealth(&w, &[&staker]));
    for step in 1..=10 {
        w.price(0, 950_000 + 950_000 * 35 / 100 * step, 60);
        w.publish(neighbour);
        w.refresh(neighbour).expect("refreshes");
    }
    w.still(800);
    resolve(&mut w, 0, &[short.clone(), long.clone()]);
    assert_eq!(w.ledger(0).long_base, 0, "closed against the long at once");
    assert!(w.ledger(0).deficit > limit);
    let meta = w.share_loss(0).expect("pot and insurance");
    let paid = events::<LossShared>(&meta)[0].insurance;
    println!("insurance paid {} USD", paid / USD);
    assert!(paid > 0 && paid <= limit && paid <= fund / 20);
    share(&mut w, 0);
    assert!(fund - w.insurance().engine.fund.assets <= fund / 20);
    let after = w.ledger(neighbour);
    assert_eq!((before.0.pool, before.0.deficit, before.0.pot), (after.pool, after.deficit, after.pot), "next door");
}

/// T14. Nineteen wallets bought 26 million of a memecoin on 3 million, behind a bid of 20 million that was never meant, and let go: 4.9 million
/// lost. *Outcome:* nineteen wallets meet the same margin as one; a bid moves no price and no depth; the fund pays no more than the cluster's
/// fees brought in. *By:* Init rises with the market's open interest, not the wallet's; prices from sources and depth from fills alone;
/// `cover_multiple`, here one.
#[test]
fn t14_nineteen_wallets_are_one() {
    let scene = |wallets: usize| {
        let mut w = World::new();
        let p = MarketParams { cover_multiple: 1_000_000, ..params() };
        let mut rules = Rules::plain(&p);
        // Open interest of a million units, of which a fifth is free.
        (rules.dynamic.oi_free, rules.dynamic.uninsured) = (Ratio(200_000), 1_000_000 * UNIT as u64);
        let index = w.list_silent(p, two_at(21_000_000));
        w.set_rules(index, rules).expect("rules");
        w.wake(index);
        let maker = w.trader(1_000_000);
        let traders: Vec<Trader> = (0..wallets).map(|_| w.trader(66_500 / wallets as u64)).collect();
        w.pass(0);
        w.quote(&maker, 0, 2_000_000);
        (w, maker, traders)
    };
    let size = 570_000;
    let mut crowds = vec![];
    let mut opened = vec![];
    for wallets in [1, 19] {
        let (mut w, maker, traders) = scene(wallets);
        for t in &traders {
            w.take(t, &maker, 0, size / wallets as i64).expect("takes");
        }
        let crowd = w.market(0).engine.margin.crowd;
        // Whoever comes next, whoever he is, meets the market's open interest.
        let next = w.trader(10_000);
        let mut lots = 200_000 * UNIT;
        while lots > 0 && w.clone().take_lots(&next, &maker, 0, lots).is_err() {
            lots -= 5_000 * UNIT;
        }
        println!("{wallets} wallets: Init has gone {} ppm of the way to 100 %; 10 000 USD buy {} units", crowd.0, lots / UNIT);
        crowds.push(crowd);
        opened.push(lots);
        // A fake bid, of a hundred times the market.
        let faker = w.trader(1);
        let (price, depth) = (w.market(0).engine.price, w.market(0).engine.depth);
        w.quote_with(&faker, 0, terms(400_000_000)).expect("quotes");
        w.pass(1);
        let after = w.market(0).engine.price;
        assert_eq!([price.spot, price.low, price.stable], [after.spot, after.low, after.stable]);
        assert_eq!(w.market(0).engine.depth.filled, depth.filled);
        w.remove_quote(&faker, 0).expect("and gone");
        // The fall; nobody takes anything over.
        let giver = w.trader(10_000);
        w.fund_insurance(&giver, 10_000 * USD).expect("funds");
        w.price(0, 12_000_000, 5);
        w.still(155);
        let fees = w.ledger(0).insurance_fees;
        let mut everybody = traders.clone();
        everybody.push(maker.clone());
        resolve(&mut w, 0, &everybody);
        settle_all(&mut w, 0, &everybody.iter().collect::<Vec<_>>());
        share(&mut w, 0);
        w.sweep_fees(0).expect("sweeps");
        let left = w.insurance().engine.fund.assets;
        println!("the fund of 10 000 USD holds {left} atoms, {fees} of fees; {} bankruptcies", w.ledger(0).bankruptcies);
        assert!(left >= 10_000 * USD);
    }
    assert_eq!((crowds[0], opened[0]), (crowds[1], opened[1]));
}

/// T15. A position of 5.7 million SOL was to be liquidated by a fifth at a time into a book that could not take a hundredth; governance voted
/// itself the account. *Outcome:* each window sells what the book absorbs, the price impact stays below x, and nobody needs a vote. *By:* the
/// throttle, a budget of notional per window out of depth, for which x is the budget times the 2 % that depth is measured at; whoever is
/// about to become insolvent passes.
#[test]
fn t15_a_whale_is_sold_no_faster_than_the_book_absorbs() {
    let mut w = World::new();
    let depth = 10_000 * USD;
    let throttle = ThrottleRules { share: Ratio(200_000), window_slots: 150, exempt_sigmas: 100_000, reserved: 0 };
    let mut rules = Rules { throttle, ..Rules::plain(&params()) };
    rules.depth.governance = depth;
    w.list_ruled(params(), rules, 100);
    let (maker, whale, keeper) = (w.trader(1_000_000), w.trader(59_000), w.trader(1_000_000));
    w.quote(&maker, 0, 100_000);
    w.take(&whale, &maker, 0, 10_000).expect("a hundred times the depth");
    w.price(0, 97_00000000, 5);
    w.flag(&whale).expect("flags");
    w.still(25);
    let budget = depth / 5;
    println!("x = {} ppm of the price a window", throttle.share.0 as u64 * 2 / 100);
    let mut windows = 0;
    while w.engine(&whale).flagged != 0 && windows < 12 {
        let engine = w.market(0).engine.0;
        let health = firebreak_client::risk::margin::health(&w.engine(&whale), &&engine, w.now()).expect("health");
        assert!(!is_exempt(&throttle, &health, engine.margin.window_sigma[0]).expect("small"));
        let (mut sold, mut step) = (0, 16 * UNIT as u64);
        while step > UNIT as u64 / 8 {
            match w.liquidate_lots(&keeper, &whale, 0, step) {
                Ok(meta) => sold += events::<Liquidated>(&meta)[0].base as u64 / 10_000 * 97,
                Err(_) => step /= 2,
            }
        }
        assert!(sold <= budget, "{sold} of {budget}");
        assert!(sold > budget / 2, "and the budget is used: {sold}");
        windows += 1;
        w.still(300);
    }
    println!("{windows} windows so far, {} of 10 000 units left", w.engine(&whale).positions[0].base.0 / UNIT);
    assert!(w.ledger(0).liquidations > 0 && w.next() == 0, "no proposal was made");
}
