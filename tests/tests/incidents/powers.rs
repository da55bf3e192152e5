//! Privileged keys in the wrong hands, or in clumsy ones: T22 to T25.

use firebreak_client::{
    instruction,
    oracle::Kind,
    program::{instructions::ListMarketArgs, state::EngineParams},
    risk::{
        governance::{LIST_DELAY, LOOSEN_DELAY, PAUSE},
        levels::Gate,
        margin::health,
        MarketParams, Ratio, Rules,
    },
};
use firebreak_tests::{nonce, params, prices::Feed, Expect, Trader, World, E, UNIT};
use solana_signer::Signer;

const HOUR: i64 = 3_600;

/// T22. Two of five signers were deceived into signing over durable nonces; four slots later the admin key was another's, a worthless token was
/// collateral, the guards were off, and 285 million left in twelve minutes. *Outcome*, with every privileged key captured: nothing is listed,
/// re-keyed or loosened before its delay, a nonce is refused, a veto takes one transaction. *By:* proposals of 48 hours and seven days, the
/// nonce check, `cancel_change` by the guardian. How much can leave meanwhile, and what fake collateral is worth, is in `vault`; the test
/// `captured` of the target `governance` tries everything every hour for two days.
#[test]
fn t22_captured_keys_change_nothing_in_time() {
    let mut w = World::with_market();
    let guardian = w.appoint();
    let (thief, payer) = (w.trader(0), w.payer());
    // Admin transfer in two transactions four slots apart.
    w.propose_authority(thief.owner()).expect("proposes");
    let rekey = w.last();
    w.vm.pass(4);
    w.accept(&thief.key, rekey).refused(E::DelayNotOver);
    // Signed in advance, over a durable nonce.
    let account = nonce::create(&mut w);
    let advance = anchor_lang::solana_program::system_instruction::advance_nonce_account(&account.pubkey(), &payer.pubkey());
    let transfer = instruction::propose_authority(payer.pubkey(), w.next(), thief.owner());
    let refused = nonce::send_later(&mut w, &account.pubkey(), vec![advance, transfer], &[]);
    assert_eq!(refused, Some(E::DurableNonce.name()));
    // A market of their own, at once (the protocol is no longer young) or in their time; higher guards; no guards.
    let own = Feed { key: thief.wallet, ..Feed::new(Kind::PythUpdate, 60, 1) };
    let args = ListMarketArgs { index: 1, name: [b'C'; 16], params: EngineParams(params()), sources: vec![own.source()] };
    w.govern(instruction::list_market(payer.pubkey(), args.clone())).refused(E::Sealed);
    w.propose_listing(args).expect("proposes");
    let listing = w.last();
    w.complete_listing(listing, Rules::plain(&params())).expect("completes");
    let mut loose = Rules::plain(&params());
    loose.breaker.halt_band = Ratio(loose.breaker.halt_band.0 / 4 * 5);
    w.propose_rules(0, loose).expect("a guard's threshold, up by a quarter");
    let guard = w.last();
    loose.breaker.halt_band = Ratio(loose.breaker.halt_band.0 * 10);
    w.propose_rules(0, loose).refused(E::StepTooLarge);
    w.propose_sources(0, &[own]).expect("their own price");
    let sources = w.last();
    for hours in [0, 24, 47] {
        if hours > 0 {
            w.wait(24 * HOUR - (hours == 47) as i64 * HOUR);
        }
        w.accept(&thief.key, rekey).refused(E::DelayNotOver);
        w.execute_listing(listing, 1).refused(E::DelayNotOver);
        w.execute(guard, 0).refused(E::DelayNotOver);
        w.execute(sources, 0).refused(E::DelayNotOver);
    }
    // One transaction each, by the other key, and it is over.
    for id in [rekey, listing, guard, sources] {
        w.cancel(&guardian, id).expect("vetoes");
        assert!(!w.waits(id));
    }
    w.wait(LIST_DELAY);
    assert!(w.accept(&thief.key, rekey).is_err() && w.execute(guard, 0).is_err());
    println!("delays: {LOOSEN_DELAY} s to loosen, {LIST_DELAY} s to list, re-key or change a source");
}

/// T23. A guardian that can act at once can also do harm at once. *Outcome:* a tightening counts in the same slot and is bounded; the guardian
/// loosens nothing, moves no money, and keeps nothing shut for longer than half an hour, twice in a row, three times a day; what it shut opens
/// without anybody's leave. *By:* a budget of a fifth a day and market, directions of every parameter, pauses that expire.
#[test]
fn t23_a_guardian_tightens_at_once_and_can_do_little_else() {
    let mut w = World::with_market();
    let guardian = w.appoint();
    let (maker, taker, flat) = (w.trader(10_000), w.trader(1_000), w.trader(100));
    w.quote(&maker, 0, 100);
    w.take(&taker, &maker, 0, 10).expect("takes");
    let slot = w.now().slot;
    w.tighten(&guardian, 0, MarketParams { init: Ratio(60_000), ..params() }).expect("a fifth");
    assert_eq!((w.now().slot, w.market(0).engine.params.init), (slot, Ratio(60_000)));
    w.tighten(&guardian, 0, MarketParams { init: Ratio(60_001), ..params() }).refused(E::StepTooLarge);
    w.tighten(&guardian, 0, params()).refused(E::NotATightening);
    let ix = instruction::propose_params(guardian.pubkey(), w.next(), 0, params());
    w.act(&[ix], &[&guardian]).refused(E::NotAuthority);
    let ix = instruction::withdraw(guardian.pubkey(), taker.account, flat.wallet, w.mint, 1, &[0]);
    w.act(&[ix], &[&guardian]).refused(E::NotOwner);
    // For two days it pauses whenever it can; money can leave in all but three half hours a day, two of them in a row.
    let (mut shut, mut run, mut longest) = (0, 0, 0);
    for _ in 0..2 * 48 {
        let _ = w.pause(&guardian, Gate::PAUSABLE);
        let closed = w.clone().withdraw(&flat, 1).is_err();
        (shut, run) = if closed { (shut + 1, run + 1) } else { (shut, 0) };
        longest = longest.max(run);
        w.deposit(&flat, 1).expect("adding money never stops");
        w.wait(PAUSE);
    }
    println!("shut for {shut} of 96 half hours, {longest} in a row");
    assert_eq!((shut, longest), (2 * 3, 2));
    w.pass(1);
    w.take(&taker, &maker, 0, -10).expect("and nobody was held in its position");
}

/// T24. A maintenance margin was doubled over night on a market where much stood between the old line and the new. *Outcome:* what becomes
/// liquidatable by the parameter alone is at most Y of open interest a minute, or one account. *By:* Maint glides to it by so many ppm a slot, and flags that only the raised margin justifies come out of a budget (I8).
#[test]
fn t24_a_raised_margin_liquidates_only_so_much_a_minute() {
    let wide = MarketParams { init: Ratio(100_000), liq_end: Ratio(75_000), maint: Ratio(50_000), ..params() };
    let mut rules = Rules::plain(&wide);
    rules.dynamic.max = Ratio(200_000);
    let mut w = World::new();
    w.list_ruled(wide, rules, 100);
    let share = rules.dynamic.raise_share;
    println!("Y = {} ppm of open interest a minute; Maint rises by {} ppm a slot", share.0, rules.dynamic.rise.0);
    let (maker, rest) = (w.trader(1_000_000), w.trader(1_000_000));
    w.quote(&maker, 0, 10_000);
    w.take(&rest, &maker, 0, 700).expect("70 % of open interest stands firm");
    // 30 % in twenty accounts of 15 units, all of them between 5 % and 10 % once the price has fallen.
    let people: Vec<Trader> = (0..20).map(|i| w.trader(162 + i * 3)).collect();
    for t in &people {
        w.pass(0);
        w.take(t, &maker, 0, 15).expect("takes");
    }
    w.price(0, 94_10000000, 5);
    let book = w.book();
    let one = 15 * 94_100_000u64;
    let margin = |w: &World, t: &Trader| health(&w.engine(t), &book, w.now()).expect("health").solvency * 1_000_000 / one as i64;
    println!("margins from {} to {} ppm", margin(&w, &people[0]), margin(&w, &people[19]));
    let twice = MarketParams { init: Ratio(120_000), liq_end: Ratio(110_000), maint: Ratio(100_000), ..wide };
    w.propose_params(0, twice).expect("a tightening may be as large as they like");
    w.wait(LOOSEN_DELAY);
    w.pass(1);
    w.execute(w.last(), 0).expect("executes");
    w.accrue(0).expect("accrues");
    let open = 1_000 * 94_100_000u64;
    let mut flagged: Vec<(u64, u64)> = vec![];
    for _ in 0..150 {
        w.pass(30);
        for t in &people {
            if w.engine(t).flagged == 0 && w.act(&[instruction::flag_raised(t.account, &[0])], &[]).is_ok() {
                flagged.push((w.now().slot, one));
            }
        }
    }
    let budget = open / 1_000_000 * share.0 as u64;
    for (slot, _) in &flagged {
        let in_minute: u64 = flagged.iter().filter(|f| f.0 >= *slot && f.0 < slot + 150).map(|f| f.1).sum();
        assert!(in_minute <= budget.max(one), "{in_minute} from slot {slot}, {budget} are permitted");
    }
    println!("{} of 20 accounts were flagged in {} slots", flagged.len(), 150 * 30);
    assert!(flagged.len() >= 5, "and it does go on");
}

/// T25. An administrator could move the deadline of a forced close again and again. *Outcome:* no deadline moves once it runs. *By:* a loss
/// window is set by its first atom and by nothing after it: neither later losses nor longer windows voted meanwhile; the price of an ended
/// market is fixed in one instruction; both go on without anybody's key.
#[test]
fn t25_no_deadline_moves_once_it_runs() {
    let mut w = World::with_market();
    let (maker, keeper) = (w.trader(10_000), w.trader(10_000));
    let thin = [w.trader(60), w.trader(110)];
    w.propose_params(0, MarketParams { loss_window: 75, ..params() }).expect("a longer window, decided before");
    w.wait(LOOSEN_DELAY);
    w.pass(1);
    w.quote(&maker, 0, 100);
    for t in &thin {
        w.take(t, &maker, 0, 10).expect("takes");
    }
    w.price(0, 92_00000000, 5);
    w.declare_bankrupt(&thin[0]).expect("declares");
    w.liquidate(&keeper, &thin[0], 0).expect("takes over");
    let ends = w.ledger(0).window_ends;
    assert_eq!(ends, w.now().time + 60);
    w.execute(w.last(), 0).expect("in force now");
    assert_eq!(w.market(0).engine.params.loss_window, 75);
    w.pass(75);
    w.price(0, 85_00000000, 5);
    w.declare_bankrupt(&thin[1]).expect("declares");
    w.liquidate(&keeper, &thin[1], 0).expect("another loss in the same window");
    assert_eq!(w.ledger(0).window_ends, ends, "not extended");
    w.settle(&maker, &maker, 0).expect("settles");
    w.still(75);
    w.share_loss(0).expect("called by nobody in particular");
    assert_eq!(w.ledger(0).deficit, 0);
    // The end of a market: nobody enters it twice, nobody moves its price.
    w.vm.pass(216_100);
    w.enter_settlement(0).expect("ends");
    let price = w.market(0).engine.ended();
    w.vm.pass(1_000);
    w.enter_settlement(0).refused(E::PriceNotFrozen);
    w.publish(0);
    w.refresh_only(0).refused(E::BreakerForbids);
    assert_eq!(w.market(0).engine.ended(), price);
    assert_eq!(w.engine(&maker).positions[0].base.0, -20 * UNIT);
    w.settle(&keeper, &maker, 0).expect("and anybody settles anybody at it");
}
