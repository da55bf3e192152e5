//! Collateral after the first week: listed after seven days, changed by direction, tightened by the guardian. The admin is the attacker.

use anchor_lang::prelude::Pubkey;
use firebreak_client::{
    address, instruction,
    program::{
        events::{ChangeExecuted, ChangeProposed, CollateralListed, Tightened},
        instructions::ListCollateralArgs,
        state::{CollateralListing, EngineCollateralTerms, PriceSource, Sources, VENUE},
    },
    risk::{
        collateral::CollateralParams,
        collateral_rules::CollateralRules,
        governance::{collateral::CollateralTerms, LIST_DELAY, LOOSEN_DELAY},
        outflow::OutflowRules,
        Ratio,
    },
};
use firebreak_tests::{
    collateral::{feeds_of, listing, major, settlement, Token, COIN, OPEN},
    events, initial, Expect, World, E,
};
use solana_signer::Signer;

const MINT: Pubkey = Pubkey::new_from_array([221; 32]);
const DAY: i64 = 86_400;
const CAP: u64 = 1_000 * COIN;
const LIMITS: OutflowRules = OutflowRules { hour: 100 * COIN, day: 250 * COIN, free: COIN };

fn args() -> ListCollateralArgs {
    listing(CollateralParams { cap: CAP, ..major() }, CollateralRules::MAJOR, LIMITS, &feeds_of(1, 100))
}

/// The first week is over, the token exists.
fn sealed() -> World {
    let mut w = World::new();
    w.seal().expect("seals");
    w.plant_mint(MINT, 9);
    w
}

/// A listed coin with limits and a cap, the first week over.
fn listed() -> (World, u16) {
    let mut w = World::new();
    let coin = w.list_token(CollateralParams { cap: CAP, ..major() }, CollateralRules::MAJOR, LIMITS, 100);
    w.seal().expect("seals");
    (w, coin)
}

fn with(w: &World, coin: u16, f: impl FnOnce(&mut CollateralTerms)) -> CollateralTerms {
    let mut terms = w.terms(coin);
    f(&mut terms);
    terms
}

#[test]
fn a_proposed_collateral_is_listed_by_anybody_after_seven_days() {
    let mut w = sealed();
    let payer = w.payer();
    w.govern(instruction::list_collateral(payer.pubkey(), MINT, args())).refused(E::Sealed);
    let meta = w.propose_collateral(MINT, args()).expect("proposes");
    let told = &events::<ChangeProposed>(&meta)[0];
    assert_eq!((told.kind, told.class, told.earliest), (10, 3, w.now().time + LIST_DELAY));
    let change = w.change(0);
    let content = change.content::<CollateralListing>().expect("a listing");
    assert_eq!((content.mint, content.terms.0, content.sources.used()), (MINT, args().terms.0, &args().sources[..]));

    w.wait(LIST_DELAY - 1);
    w.execute_collateral_listing(0, MINT).refused(E::DelayNotOver);
    w.wait(1);
    let other = Pubkey::new_from_array([222; 32]);
    w.plant_mint(other, 9);
    w.execute_collateral_listing(0, other).refused(E::WrongCollateral);
    w.execute_listing(0, 0).refused(E::WrongChange);
    let stranger = w.trader(0);
    let ix = instruction::execute_collateral_listing(stranger.owner(), 0, MINT, payer.pubkey());
    let meta = w.act(&[ix], &[&stranger.key]).expect("lists");
    let (listed, done) = (&events::<CollateralListed>(&meta)[0], &events::<ChangeExecuted>(&meta)[0]);
    assert_eq!((listed.collateral, listed.mint, listed.sources), (1, MINT, 2));
    assert_eq!((done.id, done.kind, done.market), (0, 10, 1));
    assert_eq!((w.protocol().collateral_count, w.waits(0)), (2, false));
    w.tokens.push(Token { mint: MINT, feeds: feeds_of(1, 100) });
    let record = w.record(1);
    assert_eq!((record.vault, record.engine.total, record.engine.price.first_time), (address::vault(&MINT), 0, 0));
    assert_eq!(record.terms().0, args().terms.0);

    // It counts from zero and warms up; more than its cap nobody brings.
    w.publish_token(1);
    w.refresh_collateral(1).expect("refreshes");
    w.deposit_collateral(&stranger, 1, CAP + 1).refused(E::CollateralCap);
    w.deposit_collateral(&stranger, 1, CAP).expect("to the cap");
    assert_eq!(w.engine(&stranger).collateral[0].counted_down(w.now().time), Ok(0));
    w.withdraw_collateral(&stranger, 1, 102 * COIN).refused(E::OutflowLimit);
    w.withdraw_collateral(&stranger, 1, 101 * COIN).expect("within an hour's limit and the free one");
}

#[test]
fn a_listing_cannot_be_replayed_nor_wait_for_ever() {
    let mut w = sealed();
    w.propose_collateral(MINT, args()).expect("proposes");
    w.propose_collateral(MINT, args()).expect("and again");
    w.wait(LIST_DELAY);
    w.execute_collateral_listing(0, MINT).expect("lists");
    w.execute_collateral_listing(0, MINT).refused_as(firebreak_tests::runtime::GONE);
    w.execute_collateral_listing(1, MINT).refused_as(firebreak_tests::runtime::ALREADY_IN_USE);
    let other = Pubkey::new_from_array([222; 32]);
    w.plant_mint(other, 9);
    w.propose_collateral(other, args()).expect("proposes");
    w.wait(2 * LIST_DELAY + 1);
    w.execute_collateral_listing(2, other).refused(E::ChangeOutdated);
}

#[test]
fn a_collateral_that_cannot_be_is_not_proposed() {
    let mut w = sealed();
    let mut bad = args();
    bad.terms.params.warmup = 0;
    w.propose_collateral(MINT, bad).refused(E::ParameterOutOfBounds).says("warmup must be 1 to");
    let mut bad = args();
    bad.terms.params.decimals = 8;
    w.propose_collateral(MINT, bad).refused(E::WrongCollateralDecimals);
    w.propose_collateral(MINT, ListCollateralArgs { sources: vec![], ..args() }).refused(E::SourceCount);
    let mut twice = args();
    twice.sources.push(twice.sources[0]);
    w.propose_collateral(MINT, twice).refused(E::BadSource);
    let mut own = args();
    own.sources.push(PriceSource { rule: own.sources[0].rule, kind: VENUE, ..PriceSource::EMPTY });
    w.propose_collateral(MINT, own).refused(E::BadSource);
    let settlement_token = w.mint;
    w.propose_collateral(settlement_token, settlement(OPEN)).refused(E::SettlementFirst);
    let stranger = w.trader(0);
    let ix = instruction::propose_collateral_listing(stranger.owner(), 0, MINT, args());
    w.act(&[ix], &[&stranger.key]).refused(E::NotAuthority);
    let mut early = World::unlisted(initial());
    early.plant_mint(MINT, 9);
    early.propose_collateral(MINT, args()).refused(E::SettlementFirst);
}

#[test]
fn an_admin_raises_neither_cap_nor_weight_at_once() {
    let (mut w, coin) = listed();
    w.set_collateral_cap(coin, CAP + 1).refused(E::CapGrowth);
    w.propose_terms(coin, with(&w, coin, |t| t.params.cap = 2 * CAP + 1)).refused(E::StepTooLarge);
    w.propose_terms(coin, with(&w, coin, |t| t.params.min_haircut = Ratio(1))).refused(E::StepTooLarge);
    let heavier = with(&w, coin, |t| {
        t.params.cap = 2 * CAP;
        t.params.min_haircut = Ratio(t.params.min_haircut.0 / 5 * 4);
    });
    let before = w.terms(coin);
    let meta = w.propose_terms(coin, heavier).expect("proposes");
    let told = &events::<ChangeProposed>(&meta)[0];
    assert_eq!((told.kind, told.class, told.market, told.earliest), (8, 2, coin, w.now().time + LOOSEN_DELAY));
    let change = w.change(0);
    assert_eq!(change.replaced::<EngineCollateralTerms>().expect("old").0, before);
    w.wait(LOOSEN_DELAY - 1);
    w.execute_collateral(0, coin).refused(E::DelayNotOver);
    assert_eq!(w.terms(coin), before);
    w.wait(1);
    let meta = w.execute_collateral(0, coin).expect("executes");
    assert_eq!(events::<ChangeExecuted>(&meta)[0].market, coin);
    assert_eq!(w.terms(coin), heavier);
}

#[test]
fn queued_changes_are_worth_one() {
    let (mut w, coin) = listed();
    let double = with(&w, coin, |t| t.params.cap = 2 * CAP);
    for _ in 0..3 {
        w.propose_terms(coin, double).expect("proposes");
    }
    w.wait(LOOSEN_DELAY);
    w.execute_collateral(0, coin).expect("executes");
    w.execute_collateral(1, coin).refused(E::ChangeOutdated);
    // Brought back to the state it was proposed for, the next one counts again, but no cap rises twice a day.
    w.set_collateral_cap(coin, CAP).expect("falls");
    w.execute_collateral(1, coin).refused(E::CapGrowth);
    w.wait(DAY);
    w.execute_collateral(1, coin).expect("a day later");
    assert_eq!(w.terms(coin).params.cap, 2 * CAP, "still no more than twice");
    w.execute_collateral(1, coin).refused_as(firebreak_tests::runtime::GONE);
}

#[test]
fn a_closed_collateral_begins_anew_like_a_listing() {
    let (mut w, coin) = listed();
    w.set_collateral_cap(coin, 0).expect("closes it");
    let meta = w.propose_terms(coin, with(&w, coin, |t| t.params.cap = CAP)).expect("proposes");
    assert_eq!(events::<ChangeProposed>(&meta)[0].class, 3);
    w.wait(LIST_DELAY - 1);
    w.execute_collateral(0, coin).refused(E::DelayNotOver);
    w.wait(1);
    w.execute_collateral(0, coin).expect("executes");
    assert_eq!(w.terms(coin).params.cap, CAP);
}

#[test]
fn the_vaults_limits_move_by_a_quarter_either_way() {
    for coin in [0, 1] {
        let mut w = World::unlisted(initial());
        w.list_settlement(LIMITS);
        w.list_token(major(), CollateralRules::MAJOR, LIMITS, 100);
        w.propose_terms(coin, with(&w, coin, |t| t.outflow = OPEN)).refused(E::StepTooLarge);
        // Nobody is shut in either (I10).
        w.propose_terms(coin, with(&w, coin, |t| t.outflow = OutflowRules { hour: 0, day: 0, free: 0 })).refused(E::StepTooLarge);
        let wider = with(&w, coin, |t| t.outflow.hour = LIMITS.hour / 4 * 5);
        let meta = w.propose_terms(coin, wider).expect("a quarter");
        assert_eq!(events::<ChangeProposed>(&meta)[0].class, 2);
        w.wait(LOOSEN_DELAY);
        w.execute_collateral(0, coin).expect("executes");
        assert_eq!(*w.record(coin).outflow_rules, wider.outflow);
    }
}

#[test]
fn what_a_token_is_never_changes() {
    let (mut w, coin) = listed();
    w.propose_terms(coin, with(&w, coin, |t| t.params.underlying = 1)).refused(E::ParameterFixed);
    w.propose_terms(coin, with(&w, coin, |t| t.params.floating ^= 1)).refused(E::ParameterFixed);
    w.propose_terms(coin, with(&w, coin, |t| t.params.decimals += 1)).refused(E::ParameterFixed);
    w.propose_terms(coin, w.terms(coin)).refused(E::NothingChanges);
    w.propose_terms(coin, with(&w, coin, |t| t.rules.ramp_slots = 0)).refused(E::ParameterOutOfBounds).says("ramp_slots");
    let other = w.terms(coin);
    let stranger = w.trader(0);
    let ix = instruction::propose_collateral_terms(stranger.owner(), 0, w.mint_of(coin), other);
    w.act(&[ix], &[&stranger.key]).refused(E::NotAuthority);
}

#[test]
fn other_sources_wait_seven_days_and_keep_what_is_known() {
    let (mut w, coin) = listed();
    w.publish_token(coin);
    w.refresh_collateral(coin).expect("refreshes");
    let (old, fresh) = (w.tokens[coin as usize].feeds.clone(), feeds_of(9, 100)[0].clone());
    let before = w.record(coin);
    let new = vec![old[1].clone(), fresh.clone()];
    w.propose_collateral_sources(coin, &old).refused(E::NothingChanges);
    w.propose_collateral_sources(coin, &[]).refused(E::SourceCount);
    let meta = w.propose_collateral_sources(coin, &new).expect("proposes");
    let told = &events::<ChangeProposed>(&meta)[0];
    assert_eq!((told.kind, told.class, told.market), (9, 3, coin));
    assert_eq!(w.change(0).replaced::<Sources>().expect("old").used(), before.used_sources());
    w.wait(LIST_DELAY - 1);
    w.execute_collateral(0, coin).refused(E::DelayNotOver);
    w.wait(1);
    w.execute(0, 0).map(|_| ()).expect_err("there is no such market");
    w.execute_collateral(0, 0).refused(E::WrongCollateral);
    w.execute_collateral(0, coin).expect("executes");
    let after = w.record(coin);
    assert_eq!(after.used_sources(), [old[1].source(), fresh.source()]);
    assert_eq!(after.feed.sources[0], before.feed.sources[1], "what was accepted from it is kept with it");
    assert_eq!(after.feed.sources[1].publish_time, 0, "a new one starts afresh");
    w.publish_token(coin);
    fresh.publish(&mut w.vm);
    w.refresh_collateral(coin).refused(E::SourcesMismatch);
    w.tokens[coin as usize].feeds = new;
    w.publish_token(coin);
    w.refresh_collateral(coin).expect("refreshes");
}

#[test]
fn a_change_of_one_collateral_is_none_of_another_nor_of_a_market() {
    let mut w = World::with_market();
    let (coin, other) = (w.list_major(100), w.list_major(50));
    w.propose_terms(coin, with(&w, coin, |t| t.params.warmup += 1)).expect("proposes");
    w.propose_params(0, firebreak_client::risk::MarketParams { dust_notional: 9_000_000, ..firebreak_tests::params() })
        .expect("proposes");
    w.wait(LOOSEN_DELAY);
    w.execute_collateral(0, other).refused(E::WrongCollateral);
    w.execute(0, 0).refused(E::WrongChange);
    w.execute_collateral(1, coin).refused(E::WrongChange);
    w.execute_settings(0).refused(E::WrongChange);
    let payer = w.payer();
    w.cancel(&payer, 0).expect("cancels");
    w.execute_collateral(0, coin).refused_as(firebreak_tests::runtime::GONE);
}

#[test]
fn the_guardian_tightens_a_collateral_within_its_day() {
    let (mut w, coin) = listed();
    let guardian = w.appoint();
    let tight = with(&w, coin, |t| t.params.cap = CAP / 11 * 10);
    let meta = w.tighten_terms(&guardian, coin, tight).expect("tightens");
    let told = &events::<Tightened>(&meta)[0];
    assert_eq!((told.market, told.kind), (coin, 8));
    assert!((100_000..=100_001).contains(&told.used), "{}", told.used);
    assert_eq!(w.terms(coin), tight);
    // The rest of the day's fifth, and no more.
    w.tighten_terms(&guardian, coin, with(&w, coin, |t| t.params.cap = t.params.cap / 4 * 3)).refused(E::StepTooLarge);
    w.tighten_terms(&guardian, coin, with(&w, coin, |t| t.params.cap = 0)).refused(E::StepTooLarge);
    w.tighten_terms(&guardian, coin, with(&w, coin, |t| t.params.min_haircut.0 += t.params.min_haircut.0 / 20))
        .expect("tightens");
    let all: [fn(&mut CollateralTerms); 5] = [
        |t| t.params.cap += 1,
        |t| t.params.min_haircut.0 -= 1,
        |t| t.outflow.hour -= 1,
        |t| t.params.maint_share.0 += 1,
        |t| {
            t.params.warmup += 1;
            t.params.full_value += 1
        },
    ];
    for looser in all {
        w.tighten_terms(&guardian, coin, with(&w, coin, looser)).refused(E::NotATightening);
    }
    w.tighten_terms(&guardian, coin, w.terms(coin)).refused(E::NothingChanges);
    let payer = w.payer();
    w.tighten_terms(&payer, coin, with(&w, coin, |t| t.params.warmup += 1)).refused(E::NotGuardian);
    w.wait(2 * DAY);
    w.tighten_terms(&guardian, coin, with(&w, coin, |t| t.params.cap = t.params.cap / 6 * 5)).expect("another day's fifth");
}

/// I8: no holder is liquidatable in the moment in which a haircut is raised.
#[test]
fn a_raised_haircut_reaches_maint_by_gliding() {
    let (mut w, coin) = listed();
    let guardian = w.appoint();
    w.refresh_tokens();
    let before = w.record(coin).engine.haircut.live_up();
    w.tighten_terms(&guardian, coin, with(&w, coin, |t| t.params.min_haircut.0 += t.params.min_haircut.0 / 10))
        .expect("tightens");
    let raised = w.terms(coin).params;
    assert!(raised.min_haircut > before);
    assert_eq!(w.record(coin).engine.haircut.live_up(), before);
    w.vm.pass(3);
    w.refresh_tokens();
    assert_eq!(w.record(coin).engine.haircut.live_up().0, before.0 + 3 * raised.rise.0);
}
