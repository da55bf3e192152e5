//! The guardian tightens at once, within a fifth a day, and can do nothing else with parameters.

use firebreak_client::{
    program::events::Tightened,
    risk::{MarketParams, Ratio, Rules},
};
use firebreak_tests::{events, params, Expect, World, E, UNIT};
use solana_keypair::Keypair;
use solana_signer::Signer;

const DAY: i64 = 86_400;

#[test]
fn a_tightening_counts_at_once() {
    let mut w = World::with_market();
    let guardian = w.appoint();
    let tight = MarketParams { init: Ratio(55_000), ..params() };
    let meta = w.tighten(&guardian, 0, tight).expect("tightens");
    let told = &events::<Tightened>(&meta)[0];
    assert_eq!((told.market, told.kind, told.used), (0, 1, 100_000));
    assert_eq!(w.market(0).engine.params, tight);
    let (maker, taker) = (w.trader(10_000), w.trader(60));
    w.quote(&maker, 0, 100);
    w.take(&taker, &maker, 0, 10).refused(E::RiskStateOld);
    w.pass(1);
    assert_eq!(w.market(0).engine.margin.lines[0].init, Ratio(55_000));
    w.take(&taker, &maker, 0, 11).refused(E::BelowInit);
    w.take(&taker, &maker, 0, 10).expect("within");
}

#[test]
fn rules_and_parameters_share_one_budget() {
    let mut w = World::with_market();
    let guardian = w.appoint();
    let tight = MarketParams { max_open_interest: params().max_open_interest / 11 * 10, ..params() };
    w.tighten(&guardian, 0, tight).expect("a tenth");
    let mut rules = Rules::plain(&params());
    rules.dynamic.loss_floor = Ratio(rules.dynamic.loss_floor.0 + rules.dynamic.loss_floor.0 / 20);
    let meta = w.tighten_rules(&guardian, 0, rules).expect("a twentieth");
    let told = &events::<Tightened>(&meta)[0];
    assert_eq!(told.kind, 2);
    assert!((145_000..=150_001).contains(&told.used), "{}", told.used);
    assert_eq!(w.market(0).engine.rules, rules);
    let mut more = rules;
    more.dynamic.loss_floor = Ratio(rules.dynamic.loss_floor.0 + rules.dynamic.loss_floor.0 / 16);
    w.tighten_rules(&guardian, 0, more).refused(E::StepTooLarge);
    w.wait(2 * DAY);
    w.tighten_rules(&guardian, 0, more).expect("the days have passed");
}

#[test]
fn spam_of_tightenings_moves_at_most_a_fifth_a_day() {
    let mut w = World::with_market();
    let guardian = w.appoint();
    let mut now = params();
    let mut done = 0;
    // A captured guardian tries to close the market in crumbs.
    for _ in 0..300 {
        let next = MarketParams { max_open_interest: now.max_open_interest / 1_000 * 999, ..now };
        if w.tighten(&guardian, 0, next).is_err() {
            break;
        }
        now = next;
        done += 1;
    }
    assert!(done < 201, "{done} steps");
    let left = now.max_open_interest as f64 / params().max_open_interest as f64;
    assert!(left > 0.8, "left {left}");
    w.tighten(&guardian, 0, MarketParams { max_open_interest: 1, ..now }).refused(E::StepTooLarge);
}

#[test]
fn each_market_has_its_own_budget() {
    let mut w = World::with_markets(2);
    let guardian = w.appoint();
    let tight = MarketParams { init: Ratio(60_000), ..params() };
    w.tighten(&guardian, 0, tight).expect("a fifth");
    w.tighten(&guardian, 0, MarketParams { init: Ratio(60_001), ..params() }).refused(E::StepTooLarge);
    w.tighten(&guardian, 1, tight).expect("another market's fifth");
}

#[test]
fn the_guardian_loosens_nothing() {
    let mut w = World::with_market();
    let guardian = w.appoint();
    for looser in [
        MarketParams { max_open_interest: params().max_open_interest + 1, ..params() },
        MarketParams { stable_speed: Ratio(301), ..params() },
        // Either way may hurt somebody.
        MarketParams { twap_band: Ratio(499_999), ..params() },
        MarketParams { taker_fee: Ratio(499), ..params() },
        // Hidden among tightenings.
        MarketParams { init: Ratio(51_000), trade_price_slots: 3, ..params() },
    ] {
        w.tighten(&guardian, 0, looser).refused(E::NotATightening);
    }
    w.tighten(&guardian, 0, params()).refused(E::NothingChanges);
    w.tighten(&guardian, 0, MarketParams { maint: Ratio(30_100), ..params() })
        .refused(E::ParameterOutOfBounds)
        .says("max must be at least min and maint");
    let mut rules = Rules::plain(&params());
    rules.dynamic.uninsured -= 1;
    w.tighten_rules(&guardian, 0, rules).expect("down is tighter");
    rules.dynamic.uninsured += 1;
    w.tighten_rules(&guardian, 0, rules).refused(E::NotATightening);
}

#[test]
fn only_the_guardian_tightens_and_nobody_while_there_is_none() {
    let tight = MarketParams { init: Ratio(51_000), ..params() };
    let mut w = World::with_market();
    let (payer, stranger) = (w.payer(), Keypair::new_from_array([9; 32]));
    w.tighten(&payer, 0, tight).refused(E::NotGuardian);
    w.pause(&payer, 1).refused(E::NotGuardian);
    let guardian = w.appoint();
    w.tighten(&payer, 0, tight).refused(E::NotGuardian);
    w.tighten(&stranger, 0, tight).refused(E::NotGuardian);
    w.tighten(&guardian, 0, tight).expect("tightens");
    // And it proposes nothing.
    let ix = firebreak_client::instruction::propose_params(guardian.pubkey(), w.next(), 0, params());
    w.act(&[ix], &[&guardian]).refused(E::NotAuthority);
    let ix = firebreak_client::instruction::seal(guardian.pubkey());
    w.act(&[ix], &[&guardian]).refused(E::NotAuthority);
}

#[test]
fn a_tightening_makes_nobody_liquidatable_by_init_alone() {
    let mut w = World::with_market();
    let (maker, taker) = (w.trader(10_000), w.trader(60));
    w.quote(&maker, 0, 100);
    w.take(&taker, &maker, 0, 10).expect("takes");
    let guardian = w.appoint();
    w.tighten(&guardian, 0, MarketParams { init: Ratio(60_000), ..params() }).expect("tightens");
    w.pass(5);
    w.flag(&taker).refused(E::NotLiquidatable);
    assert_eq!(w.engine(&taker).positions[0].base.0, 10 * UNIT);
}
