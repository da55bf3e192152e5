//! Prices that lie: spoofed accounts, outliers, a venue's own book, marks moved by one fill.

use crate::common::three;
use anchor_lang::{prelude::Pubkey, solana_program::instruction::Instruction};
use firebreak_client::{
    address, instruction,
    program::{events::PriceAccepted, instructions::AccountKind},
    risk::{
        breaker::Reason,
        levels::Level,
        price::{weigh, Accepted, Quality, Standing, MAX_SOURCES},
        MarketParams, Ratio, Rules,
    },
};
use firebreak_tests::{
    events, params,
    prices::{venue, Feed},
    tripping, Expect, Trader, World, E, UNIT, USD,
};

/// T2, the market. A token was priced from one thin pool that somebody pumped. *Outcome:* one source is never Primary: nobody takes on risk at its
/// word, reducing goes on at the side worse for the one who reduces. *By:* the quality ladder. Collateral priced so: `assets`.
#[test]
fn t02_one_source_is_never_primary() {
    let mut w = World::new();
    w.list_with(params(), three());
    let (maker, ann) = (w.trader(1_000), w.trader(1_000));
    w.quote(&maker, 0, 10);
    w.take(&ann, &maker, 0, 2).expect("three sources");
    w.bring(0, Quality::Degraded);
    assert_eq!(w.market(0).engine.quality(w.now()), Quality::Degraded);
    w.take(&ann, &maker, 0, 1).refused(E::QualityTooLow);
    w.take(&ann, &maker, 0, -1).expect("reduces");
    let mut w = World::new();
    w.list_with(params(), three().into_iter().take(1).collect());
    let (maker, ann) = (w.trader(1_000), w.trader(1_000));
    w.quote(&maker, 0, 10);
    w.take(&ann, &maker, 0, 1).refused(E::QualityTooLow);
}

/// T3. A lender priced collateral through a call into a program that the caller named, and somebody named his own. *Outcome:* an
/// attacker's copy of a price account or of a market, byte for byte, serves no path, liquidation and isolated accounts included. *By:* price
/// accounts are read in `refresh_market` alone, each by pinned key, owner, discriminator and feed id; every other instruction reads the
/// market's own account, by owner and address. The test target `accounts` swaps every account of every instruction besides.
#[test]
fn t03_spoofed_price_accounts_serve_no_path() {
    let mut w = World::with_market();
    let evil = Pubkey::new_from_array([66; 32]);
    let (maker, cross, keeper) = (w.trader(10_000), w.trader(60), w.trader(10_000));
    let alone = w.open(&cross, 1, AccountKind::Isolated);
    w.quote(&maker, 0, 100);
    w.deposit(&alone, 60 * USD).expect("deposits");
    for who in [&cross, &alone] {
        w.take(who, &maker, 0, 10).expect("takes");
    }
    w.vm.pass(5);
    w.publish(0);
    // The attacker's feeds say a tenth of the price, in the right layout and with the right feed ids.
    for place in 0..2 {
        let feed = w.feeds[0][place].clone();
        let clone = Feed { key: Pubkey::new_from_array([67; 32]), price: feed.price / 10, ..feed.clone() };
        let bytes = clone.bytes(w.now().time, w.now().slot);
        w.vm.plant(clone.key, feed.owner(), bytes.clone());
        let mut keys: Vec<Pubkey> = w.feeds[0].iter().map(|f| f.key).collect();
        keys[place] = clone.key;
        w.act(&[instruction::refresh_market(0, &keys)], &[]).refused(E::SourcesMismatch);
        let mut other = w.clone();
        other.vm.plant(feed.key, evil, bytes.clone());
        other.refresh(0).refused(E::SourceWrongOwner);
        let mut other = w.clone();
        other.vm.plant(feed.key, feed.owner(), Feed { id: [9; 32], ..clone.clone() }.bytes(w.now().time, w.now().slot));
        other.refresh(0).refused(E::SourceWrongFeed);
        let mut other = w.clone();
        let mut wrong = bytes;
        wrong[0] ^= 1;
        other.vm.plant(feed.key, feed.owner(), wrong);
        other.refresh(0).refused(E::SourceUnreadable);
    }
    // A market of the attacker's: the same bytes, the price a tenth.
    let mut market = w.market(0);
    let price = &mut market.engine.0.price;
    (price.spot.0, price.low.0, price.high.0) = (price.spot.0 / 10, price.low.0 / 10, price.high.0 / 10);
    let mut account = w.vm.svm.get_account(&address::market(0)).expect("exists");
    account.data[8..8 + std::mem::size_of_val(&market)].copy_from_slice(bytemuck::bytes_of(&market));
    let clone = Pubkey::new_from_array([68; 32]);
    w.vm.plant(clone, evil, account.data);
    for who in [&cross, &alone] {
        let markets = w.markets_of(who, None);
        let paths: Vec<(&str, Instruction, &Trader)> = vec![
            ("flag", instruction::flag(who.account, &markets), &keeper),
            ("declare_bankrupt", instruction::declare_bankrupt(who.account, &markets), &keeper),
            ("liquidate", instruction::liquidate(keeper.owner(), keeper.account, who.account, 0, 1, &[]), &keeper),
            (
                "liquidate_into_quotes",
                instruction::liquidate_into_quotes((keeper.account, maker.account, who.account), 0, 1, &[]),
                &keeper,
            ),
            ("settle", instruction::settle(who.owner(), who.account, 0, &[]), who),
            ("take", instruction::take(who.owner(), who.account, maker.account, 0, 1, u64::MAX, &[]), who),
            ("convert", instruction::convert(who.owner(), who.account, 0, &[]), who),
            ("withdraw", instruction::withdraw(who.owner(), who.account, who.wallet, w.mint, 1, &markets), who),
        ];
        for (path, mut ix, signer) in paths {
            let named = ix.accounts.iter_mut().filter(|m| m.pubkey == address::market(0));
            assert!(named.map(|m| m.pubkey = clone).count() > 0, "{path} takes the market");
            let refused = w.act(&[ix], &[&signer.key]).expect_err(path);
            println!("{path} with the attacker's market: {}", refused.name);
            let names = ["AccountOwnedByWrongProgram", "ConstraintSeeds", "MarketsMismatch"];
            assert!(names.contains(&refused.name.as_str()), "{path}: {}", refused.name);
        }
    }
}

/// T4. One venue printed a stable asset far below everybody else, and loops on it were liquidated. *Outcome:* 8 % below for three slots on one
/// of three sources changes nothing; on two of three nobody is liquidated while the print lasts, though it is the median now. *By:* the
/// weighted median, then the wait: outside the band x around the TWAP a liquidation waits k slots; a price that stays is acted on.
#[test]
fn t04_an_outlier_print_liquidates_nobody() {
    let band = Ratio(20_000);
    let params = MarketParams { twap_band: band, ..params() };
    println!("x = {} ppm of the TWAP, k = {} slots", band.0, params.confirm_slots);
    let mut w = World::new();
    w.list_with(params, three());
    let (maker, thin, keeper) = (w.trader(10_000), w.trader(100), w.trader(10_000));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.pass(100);
    for outliers in [1, 2] {
        let mut w = w.clone();
        w.vm.pass(3);
        for feed in w.feeds[0].iter_mut().take(outliers) {
            feed.price = 92_00000000;
        }
        for _ in 0..3 {
            w.publish(0);
            w.refresh(0).expect("refreshes");
            if outliers == 1 {
                assert_eq!(w.market(0).engine.price.spot.0, 100_00000000, "the median");
                w.flag(&thin).refused(E::NotLiquidatable);
            } else {
                w.flag(&thin).expect("the clock may start");
                w.liquidate(&keeper, &thin, 0).refused(E::WaitingForConfirmation);
            }
            w.vm.pass(1);
        }
        w.vm.pass(2);
        w.say(0, 100_00000000);
        w.refresh(0).expect("the print is gone");
        w.flag(&thin).ok();
        assert_eq!(w.ledger(0).liquidations, 0);
        assert_eq!((w.engine(&thin).flagged, w.engine(&thin).positions[0].base.0), (0, 10 * UNIT));
    }
    // What is no print but the price waits its k slots, not for ever.
    w.price(0, 92_00000000, 3);
    w.flag(&thin).expect("flags");
    w.pass(149);
    w.liquidate(&keeper, &thin, 0).refused(E::WaitingForConfirmation);
    w.pass(1);
    w.liquidate(&keeper, &thin, 0).expect("the wait has ended");
}

/// T5. An exchange valued collateral by its own order book, 0.65 where everybody else said 1. *Outcome:* what was filled here never has more
/// than a third of the weight. *By:* the venue's price is capped at a third beside at least two others and is silent beside fewer; and no
/// two sides may agree on a price outside the Init line at all.
#[test]
fn t05_our_own_fills_never_weigh_more_than_a_third() {
    for weight in [1, 2, 100, 4_000] {
        let mut seen = [None; MAX_SOURCES];
        for (place, weight) in [1, weight, 1].into_iter().enumerate() {
            seen[place] = Some(Accepted { weight, ..Accepted::default() });
        }
        weigh(&mut seen, &[Standing::NEW; MAX_SOURCES], Some(1)).expect("weighs");
        let weights: Vec<u64> = seen.iter().flatten().map(|s| s.weight as u64).collect();
        println!("listed with weight {weight}: {} of {}", weights[1], weights.iter().sum::<u64>());
        assert!(weights[1] * 3 <= weights.iter().sum());
    }
    let mut w = World::new();
    let feeds: Vec<Feed> = three().into_iter().take(2).collect();
    let sources = vec![feeds[0].source(), venue(4_000), feeds[1].source()];
    w.list_sources(params(), feeds, sources).expect("lists");
    w.set_rules(0, Rules::MAJOR.for_asset(100_000 * UNIT as u64, 100_000 * USD, 100_000 * UNIT as u64)).expect("rules");
    w.wake(0);
    let (a, b) = (w.trader(100_000), w.trader(100_000));
    w.match_trade(&a, &b, 0, 10 * UNIT, 65_00000000).refused(E::PriceOutOfBand);
    for slot in 0..10 {
        w.pass(1);
        let (taker, maker) = if slot % 2 == 0 { (&a, &b) } else { (&b, &a) };
        w.match_trade(taker, maker, 0, 10 * UNIT, 96_00000000).expect("the lowest they may agree on, nearly");
    }
    w.still(750);
    let meta = w.refresh_only(0).expect("refreshes");
    let heard = &events::<PriceAccepted>(&meta)[0];
    assert_eq!((heard.counted, heard.spot), (0b111, 100_00000000), "heard, and outvoted");
    w.vm.pass(80);
    w.feeds[0][0].clone().publish(&mut w.vm);
    let meta = w.refresh_only(0).expect("refreshes");
    assert_eq!(events::<PriceAccepted>(&meta)[0].quality, Quality::Degraded as u8, "and silent beside one");
}

/// T6. A feed nobody needed any more stopped all liquidations, and one that was needed let debtors leave. *Outcome:* the feed of a market in
/// which nothing is held blocks nothing; that of a market where something is held blocks withdrawing, and neither deposits, nor paying,
/// nor reducing elsewhere. *By:* health reads markets of live positions only; a position without a price counts its last loss and twice
/// its requirement. In the market itself reducing resumes with its first source, at the side worse for the one who reduces.
#[test]
fn t06_a_stale_feed_blocks_only_what_depends_on_it() {
    let mut w = World::with_markets(2);
    let (maker, thin, keeper) = (w.trader(10_000), w.trader(70), w.trader(10_000));
    for market in 0..2 {
        w.quote(&maker, market, 100);
        w.take(&thin, &maker, market, 1).expect("takes");
    }
    w.take(&thin, &maker, 1, -1).expect("nothing is held there");
    w.take(&thin, &maker, 0, 9).expect("takes");
    w.vm.pass(80);
    w.say(0, 96_00000000);
    w.refresh(0).expect("market 1 is not refreshed");
    assert_eq!(w.market(1).engine.quality(w.now()), Quality::Frozen);
    w.flag(&thin).expect("flags");
    w.vm.pass(25);
    w.publish(0);
    w.refresh(0).expect("refreshes");
    w.liquidate(&keeper, &thin, 0).expect("a stale feed of nothing stops nobody");

    let mut w = World::with_markets(2);
    let (maker, held) = (w.trader(10_000), w.trader(1_000));
    for market in 0..2 {
        w.quote(&maker, market, 100);
        w.take(&held, &maker, market, -5).expect("sells");
    }
    w.vm.pass(80);
    w.say(1, 101_00000000);
    w.refresh(1).expect("market 0 is stale");
    w.withdraw(&held, 1).refused(E::QualityTooLow);
    w.take(&held, &maker, 0, 5).refused(E::QualityTooLow);
    w.deposit(&held, USD).expect("deposits");
    w.settle(&held, &held, 1).expect("pays what it owes there");
    w.take(&held, &maker, 1, 2).expect("reduces there");
    // One source is back: reducing works, leaving with more than Init at the worse side does not.
    w.feeds[0][0].clone().publish(&mut w.vm);
    w.refresh(0).expect("degraded");
    w.take(&held, &maker, 0, 5).expect("reduces here");
}

/// T7. A mark that followed the last fill was moved twofold by one unit traded with oneself. *Outcome:* such a fill moves no mark by more
/// than cap·dt. *By:* the robust price is the sources' alone; fills move only the venue's level, each by its part of what was filled
/// lately and clamped to the Init line, and its TWAP by dt/T of that. A price twice the robust one cannot be agreed on.
#[test]
fn t07_a_single_fill_moves_no_mark() {
    let mut w = World::new();
    let feeds: Vec<Feed> = three().into_iter().take(2).collect();
    let sources = vec![feeds[0].source(), venue(1), feeds[1].source()];
    w.list_sources(params(), feeds, sources).expect("lists");
    w.set_rules(0, Rules::MAJOR.for_asset(100_000 * UNIT as u64, 100_000 * USD, 100_000 * UNIT as u64)).expect("rules");
    w.wake(0);
    let (a, b) = (w.trader(100_000), w.trader(100_000));
    for slot in 0..10 {
        w.pass(1);
        let (taker, maker) = if slot % 2 == 0 { (&a, &b) } else { (&b, &a) };
        w.match_trade(taker, maker, 0, 10 * UNIT, 100_00000000).expect("an honest market");
    }
    w.still(750);
    let window = w.market(0).engine.params.twap_window;
    w.match_trade(&a, &b, 0, UNIT / 100, 200_00000000).refused(E::PriceOutOfBand);
    let mark = |w: &World| {
        let (price, venue) = (w.market(0).engine.price, w.market(0).venue);
        [price.spot.0, price.low.0, price.high.0, price.stable.0, price.twap.0, venue.level.0, venue.twap.0]
    };
    let before = mark(&w);
    w.match_trade(&a, &b, 0, UNIT / 100, 104_90000000).expect("a dollar's worth at the edge");
    let after = mark(&w);
    assert_eq!(before[..5], after[..5], "no price that anything is margined by");
    let (level, said) = (after[5] - before[5], after[6] - before[6]);
    println!("T = {window} s; the venue's level moved by {level} ticks of 10 ^ -8 USD, its TWAP by {said}");
    assert!(level < 4_90000000 / 5_000, "its part of 10 000 USD: {level}");
    assert_eq!(said, 0, "cap·dt with dt = 0");
    w.pass(5);
    assert!(mark(&w)[6] - before[6] <= level * 2 / window as u64 + 1);
    assert_eq!(mark(&w)[0], 100_00000000);
}

/// T8. A speed limit counted updates instead of time, and the first price had none. *Outcome:* a hundred updates in one slot move the
/// price that margins new positions no further than one slot may; a market that has just seen its first price takes no position. *By:* the
/// stable price's limits Y a second and Z an hour; N accepted updates, one a slot, over a set time before a market opens.
#[test]
fn t08_a_hundred_updates_in_a_slot_count_as_one() {
    let mut w = World::with_market();
    let p = w.market(0).engine.params;
    println!("Y = {} ppm a second, Z = {} ppm an hour", p.stable_speed.0, p.stable_hour.0);
    let before = w.market(0).engine.price;
    w.vm.pass(3);
    w.say(0, 200_00000000);
    for _ in 0..100 {
        w.refresh(0).expect("in one slot");
    }
    let price = w.market(0).engine.price;
    assert_eq!(price.updates, before.updates + 1);
    let step = before.stable.0 / 1_000_000 * p.stable_speed.0 as u64;
    assert!(price.stable.0 - before.stable.0 <= 2 * step, "of its last second or two: {:?}", price.stable);
    assert_eq!(price.twap, before.twap, "the new price has weight only from now on");
    let ann = w.trader(1_000);
    let maker = w.trader(10_000);
    w.quote(&maker, 0, 10);
    // Init takes the worse of both prices: a short at 200, a long at little more than 100.
    w.pass(0);
    w.take(&ann, &maker, 0, 8).expect("800 of its thousand are the distance to the stable price");
    w.take(&ann, &maker, 0, 2).refused(E::OnlyReduce);

    let mut w = World::new();
    let young = MarketParams { activation_updates: 10, activation_time: 60, ..params() };
    w.list_silent(young, three());
    w.publish(0);
    println!("N = {} updates over {} s", young.activation_updates, young.activation_time);
    for _ in 0..100 {
        w.refresh(0).expect("in one slot");
    }
    let (maker, taker) = (w.trader(1_000), w.trader(1_000));
    w.quote(&maker, 0, 10);
    w.take(&taker, &maker, 0, 1).refused(E::MarketNotActive);
    w.pass(200);
    w.take(&taker, &maker, 0, 1).refused(E::MarketNotActive);
    for _ in 0..10 {
        w.pass(1);
    }
    w.take(&taker, &maker, 0, 1).expect("ten updates, two minutes");
}

/// T9. A breaker compared the deviation with the price's confidence, so whoever widened the confidence switched it off. *Outcome:* a
/// wide confidence neither passes nor hides a move. *By:* each source's own confidence cap first; below it the confidence is a trigger of
/// its own, and the return is measured from spot to spot without it.
#[test]
fn t09_a_wide_confidence_hides_no_move() {
    let mut rules = tripping(Level::ReduceOnly as u8);
    rules.breaker.triggers[Reason::Confidence as usize] =
        firebreak_client::risk::breaker::TriggerRule { bound: 5_000, timer: 60, level: Level::Caution as u8, reserved: [0; 3] };
    let mut w = World::new();
    w.list_ruled(params(), rules, 100);
    println!("cap of a source {} ppm, of the breaker {} ppm", 20_000, 5_000);
    let mut wide = w.clone();
    wide.vm.pass(3);
    for feed in &mut wide.feeds[0] {
        feed.confidence = feed.price as u64 / 50 + 1;
    }
    wide.publish(0);
    wide.refresh(0).refused(E::SourceUnconfident);
    // Just below the cap, and a fall of 5 %.
    w.vm.pass(3);
    for feed in &mut w.feeds[0] {
        (feed.price, feed.confidence) = (95_00000000, 1_80000000);
    }
    w.publish(0);
    w.refresh(0).expect("refreshes");
    let breaker = w.market(0).engine.breaker;
    let bits = 1 << Reason::Return as u16 | 1 << Reason::Confidence as u16;
    assert_eq!((breaker.level(), breaker.reasons()), (Level::ReduceOnly, bits));
    w.still(200);
    for feed in &mut w.feeds[0] {
        feed.confidence = 1_000;
    }
    w.pass(1);
    w.still(400);
    assert_eq!(w.market(0).engine.breaker.level(), Level::Normal, "both end by themselves");
}
