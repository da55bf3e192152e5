//! Those who keep the market, and those who farm it: T16, T31 to T36, T39.

use crate::common::{resolve, settle_all, share, three, wealth};
use firebreak_client::{
    program::{
        events::{Deleveraged, DustClosed, Liquidated},
        instructions::InitialiseArgs,
    },
    risk::{
        throttle::{is_exempt, ThrottleRules},
        MarketParams, Ratio, Rules,
    },
};
use firebreak_tests::{events, initial, params, scenes::Queue, stakers::JUNIOR, Expect, Trader, World, E, UNIT, USD};

/// T16. The tenth of October 2025: a fall of 28 % in twenty minutes, depth all but gone; 35 000 positions were force-closed, for 45 million
/// more than was missing, hedgers lost one leg, and who had leverage was closed like who had none. Here with a dozen accounts on the compiled
/// program; the simulator runs ten thousand. *Outcome:* (i) no more is closed than bankrupts held: an excess of nothing; (ii) a hedged account
/// that is closed has lost no more than its copy that is not; (iii) with equal profit the higher leverage is closed first; (iv) each
/// liquidation costs the same however many accounts there are, and one transaction closes against several. *By:* matched closing at the robust
/// price, the winners board by profit × leverage, one loss index.
#[test]
fn t16_the_tenth_of_october() {
    let mut used = vec![];
    for crowd in [0, 20] {
        let mut w = World::with_markets(2);
        let (maker, keeper) = (w.trader(1_000_000), w.trader(100_000));
        for market in 0..2 {
            w.quote(&maker, market, 10_000);
        }
        // Winners of equal size: a hedger (long as much next door), one at 0.4×, one at 10×.
        let (hedged, calm, keen) = (w.trader(1_000), w.trader(2_500), w.trader(110));
        for t in [&hedged, &calm, &keen] {
            w.take(t, &maker, 0, -10).expect("sells");
        }
        w.take(&hedged, &maker, 1, 10).expect("hedges");
        let longs: Vec<Trader> = [60, 75, 90, 130, 180, 260].map(|usd| w.trader(usd)).into();
        for t in &longs {
            w.take(t, &maker, 0, 10).expect("buys");
        }
        for _ in 0..crowd {
            let t = w.trader(1_000);
            w.take(&t, &maker, 0, 1).expect("more accounts, nothing else");
        }
        // Both assets fall 28 % in twenty minutes, the worst of it at the end.
        for percent in [2, 4, 7, 11, 28] {
            w.vm.pass(100);
            for market in 0..2 {
                w.say(market, (100 - percent) * 1_00000000);
                w.refresh(market).expect("refreshes");
            }
        }
        used.push(w.declare_bankrupt(&longs[4]).expect("declares").compute_units_consumed);
        let meta = w.liquidate(&keeper, &longs[4], 0).expect("takes over");
        used.push(meta.compute_units_consumed);
        assert_eq!(events::<Liquidated>(&meta)[0].base, 10 * UNIT);
        // (iii) Equal profit: the higher leverage first.
        w.rank(0, &[&hedged, &calm, &keen]).expect("ranks");
        assert!(w.ranked(&keen, 0).winner > w.ranked(&hedged, 0).winner);
        assert!(w.ranked(&hedged, 0).winner > w.ranked(&calm, 0).winner);
        for t in &longs[..4] {
            w.declare_bankrupt(t).expect("declares");
        }
        w.deleverage(&longs[0], 0, &[&calm]).refused(E::RankTooLow);
        // (i) and (iv): one bankrupt of ten units, closed in one step against ten units of others.
        let open = w.ledger(0).long_base;
        let meta = w.deleverage(&longs[0], 0, &[&keen]).expect("closes");
        let told = &events::<Deleveraged>(&meta)[0];
        let closed: u64 = told.parties.iter().map(|p| p.lots).sum();
        assert_eq!((closed, open - w.ledger(0).long_base), (10 * UNIT as u64, closed), "an excess of nothing");
        used.push(meta.compute_units_consumed);
        // (ii) The hedger is next; its copy is spared because somebody else is closed instead.
        let mut spared = w.clone();
        w.deleverage(&longs[1], 0, &[&hedged]).expect("closes");
        spared.liquidate(&keeper, &longs[1], 0).expect("a keeper takes it over instead");
        let worth = |w: &World| {
            let (m, p) = (w.market(0).engine.0, w.engine(&hedged));
            let here = p.position(0).expect("held").standing_down(&m, m.price.spot).expect("standing");
            let m = w.market(1).engine.0;
            let there = p.position(1).expect("held").standing_down(&m, m.price.spot).expect("standing");
            p.capital as i64 + p.bond as i64 + here + there
        };
        let (closed, kept) = (worth(&w), worth(&spared));
        println!("crowd of {crowd}: the hedger is worth {closed} closed and {kept} not; CU {used:?}");
        assert!((closed - kept).abs() <= 10 && closed > 990 * USD as i64);
        // All of it to the end.
        let everybody: Vec<Trader> = longs.iter().chain([&hedged, &calm, &keen, &maker, &keeper]).cloned().collect();
        resolve(&mut w, 0, &everybody);
        settle_all(&mut w, 0, &everybody.iter().collect::<Vec<_>>());
        share(&mut w, 0);
    }
    let (few, many) = used.split_at(used.len() / 2);
    for (few, many) in few.iter().zip(many) {
        assert!(few.abs_diff(*many) < few / 10, "O(1): {few} and {many} compute units");
    }
}

/// T31. Thousands of small deleveragings left rounding behind, until factors ran out and survivors could not close. *Outcome:* after N of random
/// sizes positions and open interest agree exactly, whoever is left can close, and claims that were shared to nothing make way for new ones.
/// *By:* sizes are integers that move from one position to another; no factor scales them. Only claims have an index, and it has epochs. N is
/// 200 here; ten thousand with `FIREBREAK_T31=10000`, which leaves claims of 946 800 000 000 atoms to a pool of as many.
#[test]
fn t31_thousands_of_deleveragings_leave_no_dust() {
    let n: usize = std::env::var("FIREBREAK_T31").ok().and_then(|n| n.parse().ok()).unwrap_or(200);
    let mut w = World::with(InitialiseArgs { keeper_bond: 0, keeper_reward: 0, ..initial() });
    // The stable price stays: after hours of falls and rises it would stand in the middle, and Init is judged by the worse of the two.
    let stays = MarketParams { stable_speed: Ratio(0), ..params() };
    w.list(MarketParams { taker_fee: Ratio(0), loss_window: 1, small_loss: Ratio(10_000), ..stays }, 100);
    let shorts: Vec<Trader> = (0..3).map(|_| w.trader(100_000_000)).collect();
    let mut seed = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = |most: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % most
    };
    let mut done = 0;
    while done < n {
        // 12 to 15 units on 200 USD: any fall below 80 takes more than all of it.
        let thin = w.trader(200);
        w.price(0, 100_00000000, 5);
        for _ in 0..3 {
            let other = &shorts[random(3) as usize];
            let lots = 4 * UNIT + random(UNIT as u64) as i64;
            w.match_trade(&thin, other, 0, lots, 100_00000000).expect("trades");
        }
        w.price(0, 60_00000000 + random(20_00000000) as i64, 5);
        w.declare_bankrupt(&thin).expect("declares");
        while w.engine(&thin).has_exposure() {
            let parties = w.opposite(&thin, 0, &shorts);
            let some = 1 + random(parties.len() as u64) as usize;
            w.deleverage(&thin, 0, &parties[..some].iter().collect::<Vec<_>>()).expect("closes");
            done += some;
            let sum: u64 = shorts.iter().map(|t| w.engine(t).position(0).map_or(0, |p| p.base.abs())).sum();
            assert_eq!(sum, w.ledger(0).short_base, "Σ positions is open interest, to the lot");
        }
        w.vm.pass(5);
        w.share_loss(0).ok();
        if w.ledger(0).deficit > 0 {
            w.vm.pass(5);
            w.share_loss(0).expect("all of it");
        }
        assert_eq!((w.ledger(0).deficit, w.ledger(0).long_base), (0, 0));
        assert_eq!(w.engine(&thin).capital, 0);
        w.close(&thin).expect("nothing is left of it");
    }
    println!("{done} closes; claims {} of a pool of {}", w.ledger(0).claims, w.ledger(0).pool);
    assert!(w.ledger(0).pool.abs_diff(w.ledger(0).claims) <= done as u64, "rounding stays in the pool");
}

/// T32. Every keeper was away, and the one who came back had next to nothing. *Outcome:* after a hundred slots without anybody one keeper with
/// 5 USD cleans N accounts in N steps, and no account is stuck. *By:* flags, declarations and deleveragings ask for no capital; liquidating
/// into standing quotes neither; what a keeper takes over itself is a part of its own choice.
#[test]
fn t32_one_poor_keeper_cleans_up() {
    const N: usize = 6;
    let mut w = World::with_market();
    let (maker, bidder, poor) = (w.trader(100_000), w.trader(100_000), w.trader(5));
    w.quote(&maker, 0, 1_000);
    let thin: Vec<Trader> = (0..N).map(|i| w.trader(if i % 2 == 0 { 60 } else { 85 })).collect();
    for t in &thin {
        w.pass(0);
        w.take(t, &maker, 0, 10).expect("takes");
    }
    w.remove_quote(&maker, 0).expect("and the book is gone");
    w.price(0, 94_00000000, 3); // the first kind owes more than it has, the second is below Maint
    w.vm.pass(100);
    w.pass(1);
    let start = w.now().slot;
    w.quote(&bidder, 0, 1_000);
    let mut steps = 0;
    for t in &thin {
        if w.declare_bankrupt(t).is_ok() {
            w.deleverage(t, 0, &[&maker]).expect("closes");
            steps += 2;
        } else {
            w.flag(t).expect("flags");
            w.liquidate(&poor, t, 0).refused(E::BelowInit);
            w.pass(25);
            let meta = w.into_quotes(&poor, &bidder, t, 0, u64::MAX / 4).expect("into a quote");
            assert!(!meta.inner_instructions.is_empty());
            steps += 2;
        }
        assert!(w.flag(t).is_err() || w.engine(t).flagged == 0, "nothing is left to do");
    }
    println!("{N} accounts in {steps} steps and {} slots, on 5 USD", w.now().slot - start);
    assert!(w.now().slot - start <= N as u64 * 30 && steps == 2 * N);
    assert!(w.engine(&poor).capital >= 5 * USD, "and it earned its rewards");
}

/// T33. Positions of a dollar paid no keeper, and where they paid, people made them to collect. *Outcome:* the reward for a dust account is at
/// least 1.5 times what its transactions cost; who makes such accounts and liquidates them himself gets less than he put in, ten thousand times
/// over; and dust can be closed by somebody with nothing. *By:* the reward comes from a bond that the account itself set aside; `close_dust`.
#[test]
fn t33_dust_pays_its_keeper_and_nobody_farms_it() {
    let mut w = World::with_market();
    let (maker, keeper) = (w.trader(10_000), w.trader(100));
    w.quote(&maker, 0, 100);
    let (mut farmers, mut before) = (vec![], 0);
    for _ in 0..4 {
        let t = w.trader(2);
        w.pass(0);
        w.take_lots(&t, &maker, 0, UNIT / 10).expect("ten dollars' worth");
        before += 2 * USD;
        farmers.push(t);
    }
    let keeps = w.engine(&keeper).capital;
    w.price(0, 90_30000000, 5);
    let mut signatures = 0;
    for t in &farmers {
        w.flag(t).expect("flags");
        let meta = w.liquidate(&keeper, t, 0).expect("at once and whole");
        assert_eq!(events::<Liquidated>(&meta)[0].reward, initial().keeper_reward);
        signatures += 2;
    }
    // A signature is 5 000 lamports; at 1 000 USD a SOL, half a cent.
    let cost = signatures * USD / 200;
    println!("reward {} atoms each, transactions {} atoms each at most", initial().keeper_reward, cost / 4);
    assert!(initial().keeper_reward * 4 * 2 >= cost * 3);
    // Farmer and keeper are one: give back what the position earned or lost by the price, and look at what is left.
    w.quote(&maker, 0, 100);
    w.pass(0);
    w.take_lots(&keeper, &maker, 0, -4 * UNIT / 10).expect("hands the positions on");
    settle_all(&mut w, 0, &[&keeper]);
    let after: u64 = wealth(&w, &farmers.iter().collect::<Vec<_>>()) + w.engine(&keeper).capital - keeps;
    let lost_to_price = 4 * 970_001;
    let gain = after as i64 - (before as i64 - lost_to_price);
    println!("a farmer of four accounts gains {gain} atoms, of ten thousand {}", gain * 2_500);
    assert!(gain < 0, "round trip at most zero");
    // And without a cent: the other side is the maker.
    let tiny = w.trader(2);
    w.take_lots(&tiny, &maker, 0, UNIT / 10).expect("takes");
    w.price(0, 81_60000000, 5);
    w.flag(&tiny).expect("flags");
    let meta = w.close_dust(&tiny, 0, Some(&maker)).expect("by anybody");
    assert_eq!(events::<DustClosed>(&meta).len(), 1);
}

/// T34. Keepers took the safest of the liquidatable and left the worst to the fund. *Outcome:* who skips a worse account earns 30 % of the
/// reward, who keeps the order all of it. *By:* the worst board, a floor that anybody can raise by showing a worse account.
#[test]
fn t34_skipping_the_worst_costs_most_of_the_reward() {
    let Queue { mut w, small, large, keeper, .. } = Queue::new();
    let reward = |meta: &_| events::<Liquidated>(meta)[0].reward;
    w.rank(0, &[&small, &large]).expect("by anybody");
    let mut picky = w.clone();
    let cherry = reward(&picky.liquidate(&keeper, &small, 0).expect("takes over"));
    let worst = reward(&w.liquidate(&keeper, &large, 0).expect("takes over"));
    println!("cherry-picking earns {cherry}, the worst first {worst}");
    assert!(cherry * 10 <= worst * 3 && worst == initial().keeper_reward);
    let next = reward(&w.liquidate(&keeper, &small, 0).expect("takes over"));
    assert_eq!(next, worst, "now it is the worst");
}

/// T35. A trader who saw a deleveraging coming cut its position just before and kept its profit. *Outcome:* cutting changes nothing but
/// exposure: its profit bears the loss like everybody's; and a loser cannot cut on the way out. *By:* closing at the robust price takes
/// nothing, the index takes from all claims alike, settled in the loss window by anybody; a bankrupt account cannot trade.
#[test]
fn t35_cutting_before_a_deleveraging_saves_nothing() {
    let mut received = vec![];
    for cuts in [false, true] {
        let mut w = World::with(InitialiseArgs { keeper_bond: 0, keeper_reward: 0, ..initial() });
        let exact = three().into_iter().map(|feed| firebreak_tests::Feed { confidence: 0, ..feed }).collect();
        w.list_with(MarketParams { taker_fee: Ratio(0), ..params() }, exact);
        let (sly, other, thin, friend) = (w.trader(10_000), w.trader(10_000), w.trader(50), w.trader(10_000));
        for maker in [&sly, &other] {
            w.quote(maker, 0, 5);
            w.take(&thin, maker, 0, 5).expect("takes");
        }
        w.price(0, 90_00000000, 3);
        w.take(&thin, &other, 0, -1).expect_err("the loser cannot slip away");
        if cuts {
            w.quote(&friend, 0, 4);
            w.take(&sly, &friend, 0, 4).expect("cuts four fifths, in the same slot");
        }
        resolve(&mut w, 0, &[thin, sly.clone(), other.clone(), friend.clone()]);
        for t in [&sly, &other, &friend] {
            if w.engine(t).position(0).is_ok() {
                w.settle(&friend, t, 0).ok();
            }
        }
        share(&mut w, 0);
        w.vm.pass(1_600);
        w.pass(1);
        let before = w.engine(&sly).capital;
        w.convert(&sly, 0).expect("converts");
        received.push(w.engine(&sly).capital - before);
    }
    println!("received without and with cutting: {received:?}");
    assert!(received[0].abs_diff(received[1]) <= 1);
}

/// T36. A window for liquidations was used up by the attacker's own small ones, or a window of zero meant no limit. *Outcome:* small ones use up
/// a small part; whoever is close to bankruptcy passes a window that is used up; zero is refused, and lets nothing pass where it is met.
/// *By:* the budget counts notional; the exempt lane; I9.
#[test]
fn t36_the_throttle_is_used_up_by_notional_and_never_by_the_last_minute() {
    let mut w = World::new();
    let throttle = ThrottleRules { share: Ratio(200_000), window_slots: 150, exempt_sigmas: 100_000, reserved: 0 };
    let mut rules = Rules { throttle, ..Rules::plain(&params()) };
    rules.depth.governance = 3_000 * USD;
    let mut zero = rules;
    zero.throttle.share = Ratio(0);
    let index = w.list_silent(params(), three());
    w.set_rules(index, zero).refused(E::ParameterOutOfBounds).says("throttle.share must be greater than zero");
    w.set_rules(index, rules).expect("rules");
    w.wake(index);
    let (maker, keeper, thin) = (w.trader(100_000), w.trader(100_000), w.trader(60));
    w.quote(&maker, 0, 1_000);
    w.take(&thin, &maker, 0, 10).expect("takes");
    let rest = w.trader(10_000);
    w.take(&rest, &maker, 0, 20).expect("the depth of 3 000 USD is really filled");
    let own: Vec<Trader> = (0..10).map(|_| w.trader(2)).collect();
    for t in &own {
        w.take_lots(t, &maker, 0, UNIT / 100 * 18).expect("the attacker's: eighteen dollars each");
    }
    let room = |w: &World| {
        let market = w.market(0).engine.0;
        let depth = market.depth.depth_down(&market.rules.depth, w.now()).expect("a depth");
        market.throttle.room_down(&market.rules.throttle, depth, w.now()).expect("room")
    };
    w.price(0, 95_00000000, 5);
    for t in own.iter().chain([&thin]) {
        w.flag(t).expect("flags");
    }
    w.pass(25);
    let full = room(&w);
    let mut spent = 0;
    for t in &own {
        let meta = w.liquidate(&keeper, t, 0).expect("tiny");
        spent += events::<Liquidated>(&meta)[0].base as u64 / 10_000 * 95;
    }
    println!("a window of {full} atoms; the attacker's own used {spent}");
    assert!(spent > 0 && full - room(&w) <= spent + own.len() as u64 && room(&w) > full / 2);
    // Whoever is near its end passes a window that has less room than it needs.
    w.price(0, 94_20000000, 3);
    let market = w.market(0).engine.0;
    let h = firebreak_client::risk::margin::health(&w.engine(&thin), &&market, w.now()).expect("health");
    assert!(is_exempt(&throttle, &h, market.margin.window_sigma[0]).expect("small"), "{h:?}");
    let left = room(&w);
    let meta = w.liquidate(&keeper, &thin, 0).expect("beyond the budget");
    assert!(events::<Liquidated>(&meta)[0].base as u64 / 10_000 * 94 > left);
}

/// T39. Insurers saw a loss coming and four fifths of them asked to leave a slot before it was booked. *Outcome:* all of them bear it. *By:* the
/// cooldown, a request that is paid at the lower of the value then and now, and no pay-out while a deficit may still draw.
#[test]
fn t39_insurers_who_run_bear_the_loss_like_those_who_stay() {
    let mut w = World::with(InitialiseArgs { cooldown: 600, ..initial() });
    w.list(MarketParams { cover_multiple: 100_000_000, ..params() }, 100);
    let (maker, thin) = (w.trader(10_000), w.trader(60));
    let stakers: Vec<Trader> = (0..5).map(|_| w.trader(10)).collect();
    for t in &stakers {
        w.stake(t, JUNIOR, 10 * USD).expect("stakes");
    }
    w.allot(0).expect("allots");
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.price(0, 90_00000000, 5);
    w.pass(1);
    for t in &stakers[..4] {
        w.request_all(t, JUNIOR).expect("four of five run");
        w.unstake(t, JUNIOR).refused(E::CoolingDown);
    }
    w.pass(1);
    resolve(&mut w, 0, &[thin, maker.clone()]);
    settle_all(&mut w, 0, &[&maker]);
    w.share_loss(0).expect("pot and insurance");
    let drawn = w.insurance().engine.fund.drawn;
    assert!(drawn > 10 * USD, "{drawn}");
    share(&mut w, 0);
    w.request_all(&stakers[4], JUNIOR).expect("and the last one asks afterwards");
    w.still(1_500);
    let mut paid = vec![];
    for t in &stakers {
        let before = w.tokens(&t.wallet);
        w.unstake(t, JUNIOR).expect("paid");
        paid.push(w.tokens(&t.wallet) - before);
    }
    println!("{drawn} atoms drawn; paid {paid:?}");
    assert!(paid.iter().all(|p| p.abs_diff(10 * USD - drawn / 5) <= 2));
}
