//! Profit that nobody has paid, and those who tried to take it out.

use crate::common::{resolve, settle_all, share, two_at, wealth, withdrawable};
use firebreak_client::{
    program::{events::LossShared, instructions::InitialiseArgs},
    risk::{defaults::LONG_TAIL, margin::init_health, MarketParams, Ratio, Rules},
};
use firebreak_tests::{events, initial, params, Expect, Trader, World, E, UNIT, USD};

/// Lots of one unit in a market whose ticks are 10^-10 USD.
const CHEAP: i64 = 100_000_000;

/// T1. Two wallets of 5 million each traded 483 million units of a thin asset with each other, pushed its oracle more than tenfold within ten
/// minutes, and borrowed everything against the winner's profit. *Outcome:* both together never hold more than they brought, plus ε; the
/// profit lends nothing; the size itself is refused; ten minutes later the price that margins new risk has moved by at most 6 %. *By:* the
/// open-interest cap; claims that only what losers have paid can turn into capital; the loss index; the stable price. ε is what insurance
/// pays for the fees that the loser was charged: the market's cover multiple.
#[test]
fn t01_a_pumped_oracle_lends_nothing() {
    let cap = 26_000_000 * CHEAP as u64;
    let p =
        MarketParams { activation_updates: 1, activation_time: 1, insurance_limit: 50_000 * USD, ..LONG_TAIL.for_asset(10, cap) };
    let mut w = World::new();
    let index = w.list_silent(p, two_at(3_820_000));
    w.set_rules(index, Rules::LONG_TAIL.for_asset(cap, 1_000_000 * USD, cap)).expect("rules");
    w.wake(index);
    let (a, b, flat, giver) = (w.trader(5_000_000), w.trader(5_000_000), w.trader(1_000), w.trader(100_000));
    w.fund_insurance(&giver, 100_000 * USD).expect("funds");
    w.pass(1);
    w.match_trade(&a, &b, 0, 483_000_000 * CHEAP, 382_000_000).refused(E::OpenInterestCap);
    println!("Y = {} units of open interest; 483 000 000 were asked for", cap / CHEAP as u64);
    // The one who will owe takes, and pays the fee that insures him.
    w.match_trade(&b, &a, 0, -20_000_000 * CHEAP, 382_000_000).expect("what the cap admits");
    let brought = 10_000_000 * USD;
    // ×24 within ten minutes, a step every half minute.
    let mut price = 3_820_000.0;
    let (mut highest, mut stable) = (0, 0);
    for _ in 0..20 {
        price *= 24f64.powf(1.0 / 20.0);
        w.price(0, price as i64, 75);
        stable = w.market(0).engine.price.stable.0;
        w.settle(&a, &a, 0).ok();
        w.settle(&b, &b, 0).ok();
        w.convert(&a, 0).ok(); // what the loser has paid so far and has warmed up for seconds
        highest = highest.max(wealth(&w, &[&a, &b]));
        assert!(wealth(&w, &[&a, &b]) <= brought, "Σ withdrawable is at most what they hold");
    }
    let profit = w.engine(&a).position(0).expect("held").result;
    println!("at {price:.0}: an unpaid profit of {} USD, together they hold {} USD", profit / USD as i64, highest / USD);
    assert!(profit > 10_000_000 * USD as i64);
    let (a_may, b_may) = (withdrawable(&w, &a), withdrawable(&w, &b));
    assert!(a_may + b_may <= brought, "{a_may} + {b_may}");
    // Not a cent of margin comes from the profit.
    let free = w.engine(&a).capital as i64;
    assert!(init_health(&w.engine(&a), &w.book(), true, w.now()).expect("health") < free);
    println!("stable price {stable} of {} ticks", 382_000_000);
    assert!(stable * 100 <= 382_000_000 * 106);
    // And when all of it is resolved and every wait is over: their own money, and ε.
    w.still(800);
    resolve(&mut w, 0, &[a.clone(), b.clone()]);
    share(&mut w, 0);
    w.vm.pass(216_000);
    w.pass(1);
    w.still(200);
    w.settle(&a, &a, 0).ok();
    w.convert(&a, 0).ok();
    let epsilon = w.insurance().engine.fund.drawn;
    println!("ε = {} USD, cover multiple {} ppm", epsilon / USD, p.cover_multiple);
    assert!(epsilon > 0 && epsilon <= p.insurance_limit && wealth(&w, &[&a, &b]) <= brought + epsilon);
    assert_eq!(w.engine(&flat).capital, 1_000 * USD);
}

/// A fall from 10 to 0.50 USD in twelve hours with 13.66 million in the vault: longs at 10, 4 and 2 times, shorts of the same sizes.
struct Luna {
    w: World,
    longs: Vec<Trader>,
    shorts: Vec<Trader>,
}

fn luna() -> Luna {
    let mut w = World::with(InitialiseArgs { keeper_bond: 0, keeper_reward: 0, ..initial() });
    let free = MarketParams { taker_fee: Ratio(0), ..params() };
    w.list_with(free, two_at(10_00000000));
    let longs: Vec<_> = [1_000_000, 2_000_000, 3_940_000].map(|usd| w.trader(usd)).into();
    let shorts: Vec<_> = [2_000_000, 2_000_000, 2_720_000].map(|usd| w.trader(usd)).into();
    for ((long, short), units) in longs.iter().zip(&shorts).zip([1_000_000, 800_000, 788_000]) {
        w.match_trade(long, short, 0, units * UNIT, 10_00000000).expect("trades");
    }
    Luna { w, longs, shorts }
}

/// T11. Winners withdrew for hours while the losers' losses were not realised, and the vault was 8.7 million short. *Outcome:* at every hour
/// winners have taken at most their own money and what losers of this market really paid; h below one is published; and in whichever order
/// they leave at the end, each gets the same to an atom a step. *By:* the pool, claims that convert only while the market is whole, the
/// loss index. The vault's outflow limit is tested in `vault`.
#[test]
fn t11_winners_take_what_losers_have_paid_in_any_order() {
    let Luna { mut w, longs, shorts } = luna();
    let (own, brought): (u64, u64) = (6_720_000 * USD, 6_940_000 * USD);
    let mut out = 0;
    let mut least = 1_000_000;
    for hour in 1..=12 {
        w.price(0, (10_00000000.0 * 0.05f64.powf(hour as f64 / 12.0)) as i64, 25);
        w.vm.pass(8_975);
        w.pass(25);
        // Nobody works off the losers; winners try everything they can, and settle losers where they may.
        for t in &shorts {
            settle_all(&mut w, 0, &[t]);
            for loser in &longs {
                w.settle(t, loser, 0).ok();
            }
            w.convert(t, 0).ok();
            let most = withdrawable(&w, t);
            if most > 0 {
                w.withdraw(t, most).expect("as the copy did");
                out += most;
            }
        }
        let paid = brought - wealth(&w, &longs.iter().collect::<Vec<_>>());
        assert!(out <= own + paid, "hour {hour}: {out} left, {own} + {paid}");
        w.publish_report(0).expect("publishes");
        least = least.min(w.report(0).payable.0);
    }
    println!("least published h: {least} ppm; left meanwhile {} of {} USD", out / USD, (own + brought) / USD);
    assert!(least < 1_000_000);
    let everybody: Vec<Trader> = longs.iter().chain(&shorts).cloned().collect();
    resolve(&mut w, 0, &everybody);
    settle_all(&mut w, 0, &everybody.iter().collect::<Vec<_>>());
    share(&mut w, 0);
    assert_eq!((w.ledger(0).long_base, w.ledger(0).debt), (0, 0), "every long was bankrupt and is closed");
    w.vm.pass(1_600);
    w.pass(1);
    let mut taken: Vec<Vec<u64>> = vec![];
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let mut w = w.clone();
        let mut got = vec![0; 3];
        for i in order {
            let t = &shorts[i];
            let before = w.tokens(&t.wallet);
            w.convert(t, 0).ok();
            let most = withdrawable(&w, t);
            w.withdraw(t, most).ok();
            got[i] = w.tokens(&t.wallet) - before;
        }
        taken.push(got);
    }
    println!("{taken:?}");
    assert!(taken.iter().all(|t| t.iter().zip(&taken[0]).all(|(a, b)| a.abs_diff(*b) <= 2)));
    assert!(taken[0].iter().sum::<u64>() > 0);
}

/// T12. A trader brought 15.2 million, bought 160 000 units at 1 915, took 17.09 million of equity out while it was profit, and let himself be
/// liquidated into a book that was too thin: the backstop lost 4 million. *Outcome:* after any withdrawal at least x of notional stays;
/// whatever he withdraws, the attacker ends with no more than the path of prices gave him; nobody takes over who would rather not, and
/// nobody's money is lost. *By:* profit counts zero for withdrawals until losers paid it and it has warmed up; the transfer floor; the size
/// term on top; take-overs by keepers' choice, at the robust price less a discount; no pool of other people's money must take anything.
#[test]
fn t12_a_whale_cannot_withdraw_its_margin_and_leave_the_loss() {
    // With the default's size term he cannot even open it, on 15.2 million or on 17.
    let major = Rules::MAJOR.for_asset(10_000_000 * UNIT as u64, 1_000_000_000 * USD, 10_000_000 * UNIT as u64);
    let (mut w, whale, maker, _) = whale_scene(params(), major);
    w.take(&whale, &maker, 0, 160_000).refused(E::BelowInit);
    // Without it: 18 times; 15.2 million would be more than the 20 that this market gives.
    for floor in [200_000, 100_000] {
        whale_leaves(MarketParams { transfer_floor: Ratio(floor), ..params() });
    }
}

/// A whale with 17 million, a maker of 400 000 units at 1 915 USD, a rich keeper.
fn whale_scene(p: MarketParams, rules: Rules) -> (World, Trader, Trader, Trader) {
    let mut w = World::new();
    let index = w.list_silent(p, two_at(1_915 * 1_00000000));
    w.set_rules(index, rules).expect("rules");
    w.wake(index);
    let (whale, maker, keeper) = (w.trader(17_000_000), w.trader(60_000_000), w.trader(200_000_000));
    w.quote(&maker, 0, 400_000);
    w.pass(0);
    (w, whale, maker, keeper)
}

fn whale_leaves(p: MarketParams) {
    let (mut w, whale, maker, keeper) = whale_scene(p, Rules::plain(&p));
    w.take(&whale, &maker, 0, 160_000).expect("takes");
    println!("x = {} ppm of notional", p.transfer_floor.0);
    let entry = w.engine(&whale).positions[0].entry;
    w.price(0, 2_068 * 1_00000000, 100);
    let capital = w.engine(&whale).capital;
    assert_eq!(withdrawable(&w, &whale), 0, "all his equity above the floor is profit");
    // Losers pay, the claim warms up and converts: now it is money, and the floor still holds.
    settle_all(&mut w, 0, &[&whale, &maker]);
    w.vm.pass(1_600);
    w.pass(1);
    w.convert(&whale, 0).expect("converts");
    let most = withdrawable(&w, &whale);
    if most > 0 {
        w.withdraw(&whale, most).expect("withdraws");
    }
    let left = w.engine(&whale).capital;
    let notional = 160_000 * 2_068 * USD;
    println!("brought {}, withdrew {}, left {} of {} notional (USD)", capital / USD, most / USD, left / USD, notional / USD);
    assert!(most == 0 || left as u128 * 1_000_000 >= notional as u128 * p.transfer_floor.0 as u128);
    assert_eq!(most > 0, p.transfer_floor.0 == 100_000, "under a tenth some of it is free, under a fifth none");
    // Down again until he is liquidated, by whoever wants to.
    let mut marked = 0i128;
    for step in 1..=40 {
        w.price(0, 2_068 * 1_00000000 - step * 10_00000000, 60);
        if w.flag(&whale).is_err() {
            continue;
        }
        w.still(30);
        while let Ok(meta) = w.liquidate(&keeper, &whale, 0) {
            let event = &events::<firebreak_client::program::events::Liquidated>(&meta)[0];
            marked += event.base as i128 * event.price as i128 / 1_000_000_000_000;
        }
    }
    let rest = w.engine(&whale).positions[0].base.0;
    assert!(rest < 160_000 * UNIT, "he was liquidated");
    let price = w.market(0).engine.price.spot.0;
    marked += rest as i128 * price as i128 / 1_000_000_000_000;
    settle_all(&mut w, 0, &[&whale]);
    let claim = w.engine(&whale).positions[0].result.max(0) as u64;
    let holds = (wealth(&w, &[&whale]) + claim + most) as i128;
    println!("ends with {holds}, the path gives {}", capital as i128 + marked - entry as i128);
    assert!(holds <= capital as i128 + USD as i128 + marked - entry as i128 + 100);
    assert_eq!((w.ledger(0).deficit, w.ledger(0).debt, w.ledger(0).bankruptcies), (0, 0, 0));
    assert!(w.engine(&keeper).capital + USD >= 200_000_000 * USD, "the one who took over earned its discount");
}

/// T26. One person was the pool's liquidity and its trader, bet against himself, and had the insurance fund pay what his trader owed him.
/// *Outcome:* nothing is extracted. *By:* whose two accounts are cannot be known, so insurance is priced: for an account it pays at most
/// `cover_multiple` times the insurance fees that this account was charged in this market, up to the market's limit, the caps and the floor;
/// all else is taken from the winner's own claim, and no claim pays before that. At a multiple of one nothing is left to take. A larger one
/// is governance's bet that gaps are rarer than that: what it stakes on one account and event is exactly the least of `cover_multiple` times
/// the account's fees, the market's limit, the event's and the day's cap and what lies above the floor, less the fees; here that is what a
/// gap of two thirds takes, and not an atom more.
#[test]
fn t26_insurance_cannot_be_had_by_betting_against_oneself() {
    for multiple in [1u64, 20, 200] {
        let mut w = World::new();
        let p = MarketParams { cover_multiple: multiple as u32 * 1_000_000, insurance_limit: 5 * USD, ..params() };
        w.list_with(p, two_at(138_00000000));
        let giver = w.trader(5);
        w.fund_insurance(&giver, 5 * USD).expect("5.0 in the fund");
        let (pool, user) = (w.trader(100), w.trader(5));
        w.quote(&pool, 0, 10);
        // All that 5 carry at 20 times: what 100 million contracts come down to.
        w.take_lots(&user, &pool, 0, 100_000_000 * UNIT).expect_err("more than anybody quotes");
        let mut lots = UNIT / 100 * 57;
        while w.take_lots(&user, &pool, 0, lots).is_err() {
            lots -= UNIT / 100;
        }
        let before = 105 * USD;
        let fees = w.ledger(0).insurance_fees;
        w.price(0, 50_00000000, 5);
        w.still(155);
        resolve(&mut w, 0, &[pool.clone(), user.clone()]);
        assert!(w.ledger(0).deficit > 5 * USD);
        let meta = w.share_loss(0).expect("pot and insurance");
        let paid = events::<LossShared>(&meta)[0].insurance;
        share(&mut w, 0);
        w.still(1_600);
        w.convert(&pool, 0).expect("converts");
        let after = wealth(&w, &[&pool, &user]);
        println!("cover multiple {multiple}: insurance paid {paid} atoms for fees of {fees}, they hold {after} of {before}");
        let caps = [fees * multiple, p.insurance_limit, 5 * USD / 2, 5 * USD * 4 / 5, 5 * USD];
        let stake = caps.into_iter().min().expect("five of them");
        assert!(paid <= stake && paid + multiple >= stake, "what is staked is {stake}");
        assert!(after <= before + paid - fees, "all else is their own money going round");
        assert!(after <= before + stake - fees, "extraction is at most the stake less the fees");
        if multiple == 1 {
            assert!(after <= before, "extraction at most zero");
        }
        assert_eq!(w.insurance().engine.fund.assets, 5 * USD - paid);
    }
}
