//! A market's parameters change by a proposal: a delay, one bounded step, and only for the parameters it was made for.

use firebreak_client::{
    address,
    program::events::{ChangeCancelled, ChangeExecuted, ChangeProposed},
    risk::{
        governance::{LAPSE, LIST_DELAY, LOOSEN_DELAY},
        MarketParams, Ratio,
    },
};
use firebreak_tests::{events, params, runtime::GONE, Expect, World, E, USD};
use solana_keypair::Keypair;
use solana_signer::Signer;

/// Smaller rests may be left: that may hurt somebody, so it counts as looser.
fn looser() -> MarketParams {
    MarketParams { dust_notional: 9 * USD, ..params() }
}

#[test]
fn a_loosening_waits_48_hours_and_is_then_executed_by_anybody() {
    let mut w = World::with_market();
    let before = w.vm.svm.get_account(&w.payer().pubkey()).expect("exists").lamports;
    let meta = w.propose_params(0, looser()).expect("proposes");
    let told = &events::<ChangeProposed>(&meta)[0];
    let now = w.now().time;
    assert_eq!((told.id, told.kind, told.class, told.market), (0, 1, 2, 0));
    assert_eq!((told.earliest, told.lapses), (now + LOOSEN_DELAY, now + LOOSEN_DELAY + LAPSE));
    let change = w.change(0);
    assert_eq!(*change.replaced::<MarketParams>().expect("old"), params());
    assert_eq!(*change.content::<MarketParams>().expect("new"), looser());
    assert_eq!((change.proposed, change.proposer), (now, w.payer().pubkey()));

    w.execute(0, 0).refused(E::DelayNotOver);
    w.wait(LOOSEN_DELAY - 1);
    w.execute(0, 0).refused(E::DelayNotOver);
    assert_eq!(w.market(0).engine.params, params());
    w.wait(1);
    let meta = w.execute(0, 0).expect("executes");
    let told = &events::<ChangeExecuted>(&meta)[0];
    assert_eq!((told.id, told.kind, told.market), (0, 1, 0));
    assert_eq!(w.market(0).engine.params, looser());
    assert!(!w.waits(0));
    let after = w.vm.svm.get_account(&w.payer().pubkey()).expect("exists").lamports;
    assert!(before - after < 100_000, "the rent came back: only fees are gone, not {}", before - after);
    w.execute(0, 0).refused_as(GONE);
}

#[test]
fn nobody_increases_before_the_new_lines_are_in_force() {
    let mut w = World::with_market();
    let (maker, taker) = (w.trader(10_000), w.trader(1_000));
    w.quote(&maker, 0, 100);
    w.propose_params(0, MarketParams { init: Ratio(60_000), ..params() }).expect("proposes");
    w.wait(LOOSEN_DELAY);
    w.pass(1);
    w.execute(0, 0).expect("executes");
    w.take(&taker, &maker, 0, 1).refused(E::RiskStateOld);
    w.accrue(0).expect("accrues");
    w.take(&taker, &maker, 0, 1).expect("takes");
    assert_eq!(w.market(0).engine.margin.lines[0].init, Ratio(60_000));
}

#[test]
fn what_begins_from_nothing_waits_seven_days() {
    let mut w = World::new();
    w.list(MarketParams { insurance_limit: 0, ..params() }, 100);
    let meta = w.propose_params(0, params()).expect("proposes");
    assert_eq!(events::<ChangeProposed>(&meta)[0].class, 3);
    w.wait(LIST_DELAY - 1);
    w.execute(0, 0).refused(E::DelayNotOver);
    w.wait(1);
    w.execute(0, 0).expect("executes");
}

#[test]
fn a_tightening_by_governance_waits_like_a_loosening() {
    let mut w = World::with_market();
    // Far beyond what a guardian may do in a day.
    w.propose_params(0, MarketParams { max_open_interest: 1, ..params() }).expect("proposes");
    assert_eq!(w.change(0).class, 1);
    w.wait(LOOSEN_DELAY - 1);
    w.execute(0, 0).refused(E::DelayNotOver);
    w.wait(1);
    w.execute(0, 0).expect("executes");
    assert_eq!(w.market(0).engine.params.max_open_interest, 1);
}

#[test]
fn a_change_lapses_a_week_after_its_delay() {
    let mut w = World::with_market();
    w.propose_params(0, looser()).expect("proposes");
    w.wait(LOOSEN_DELAY + LAPSE + 1);
    w.execute(0, 0).refused(E::ChangeOutdated);
    let payer = w.payer();
    w.cancel(&payer, 0).expect("is cleared away");
    w.propose_params(0, looser()).expect("proposes anew");
    w.wait(LOOSEN_DELAY + LAPSE);
    w.execute(1, 0).expect("its last second");
}

#[test]
fn one_step_is_at_most_a_quarter_and_queued_steps_do_not_add_up() {
    let mut w = World::with_market();
    w.propose_params(0, MarketParams { stable_speed: Ratio(376), ..params() }).refused(E::StepTooLarge);
    let step = MarketParams { stable_speed: Ratio(375), ..params() };
    for _ in 0..3 {
        w.propose_params(0, step).expect("proposes");
    }
    // Proposed for what the first would lead to: it is more than a step from what is.
    w.propose_params(0, MarketParams { stable_speed: Ratio(468), ..params() }).refused(E::StepTooLarge);
    w.wait(LOOSEN_DELAY);
    w.execute(1, 0).expect("any one of them");
    w.execute(0, 0).refused(E::ChangeOutdated);
    w.execute(2, 0).refused(E::ChangeOutdated);
    assert_eq!(w.market(0).engine.params, step);
    w.propose_params(0, MarketParams { stable_speed: Ratio(468), ..params() }).expect("the next step waits anew");
    w.execute(3, 0).refused(E::DelayNotOver);
}

#[test]
fn what_cannot_be_is_refused_when_it_is_proposed() {
    let mut w = World::with_market();
    w.propose_params(0, params()).refused(E::NothingChanges);
    w.propose_params(0, MarketParams { decimals: 9, ..params() }).refused(E::ParameterFixed);
    w.propose_params(0, MarketParams { ramp_slots: 0, ..params() })
        .refused(E::ParameterOutOfBounds)
        .says("ramp_slots must be greater than zero");
    // Its rules ask for at least as much.
    w.propose_params(0, MarketParams { maint: Ratio(31_000), ..params() })
        .refused(E::ParameterOutOfBounds)
        .says("max must be at least min and maint");
    assert_eq!(w.next(), 0, "nothing was numbered");
}

#[test]
fn a_change_belongs_to_its_market() {
    let mut w = World::with_markets(2);
    w.propose_params(0, looser()).expect("proposes");
    w.wait(LOOSEN_DELAY);
    w.execute(0, 1).refused(E::WrongMarket);
    w.execute_settings(0).refused(E::WrongChange);
    w.execute_listing(0, 2).refused_as("ConstraintSeeds");
    let other = Keypair::new_from_array([9; 32]);
    w.accept(&other, 0).refused(E::WrongChange);
    w.execute(0, 0).expect("executes");
}

#[test]
fn only_the_authority_proposes() {
    let mut w = World::with_market();
    let stranger = Keypair::new_from_array([9; 32]);
    w.vm.svm.airdrop(&stranger.pubkey(), 10_000_000_000).expect("airdrop");
    let ix = firebreak_client::instruction::propose_params(stranger.pubkey(), 0, 0, looser());
    w.act(&[ix], &[&stranger]).refused(E::NotAuthority);
    // A number that is not the next one has no change.
    for id in [1, u64::MAX] {
        let ix = firebreak_client::instruction::propose_params(w.payer().pubkey(), id, 0, looser());
        w.govern(ix).refused_as("ConstraintSeeds");
    }
}

#[test]
fn authority_and_guardian_cancel_and_nobody_else() {
    let mut w = World::with_market();
    let guardian = w.appoint();
    let payer = w.payer();
    let stranger = Keypair::new_from_array([9; 32]);
    for canceller in [&payer, &guardian] {
        w.propose_params(0, looser()).expect("proposes");
        let id = w.last();
        w.cancel(&stranger, id).refused(E::NotCanceller);
        let meta = w.cancel(canceller, id).expect("cancels");
        let told = &events::<ChangeCancelled>(&meta)[0];
        assert_eq!((told.id, told.by), (id, canceller.pubkey()));
        w.cancel(canceller, id).refused_as(GONE);
        w.wait(LOOSEN_DELAY);
        w.execute(id, 0).refused_as(GONE);
    }
    assert_eq!(w.market(0).engine.params, params());
}

#[test]
fn the_rent_of_a_change_goes_to_its_proposer() {
    let mut w = World::with_market();
    w.propose_params(0, looser()).expect("proposes");
    w.wait(LOOSEN_DELAY);
    let thief = w.trader(0);
    let mut ix = firebreak_client::instruction::execute_change(0, 0, thief.owner());
    w.act(&[ix.clone()], &[]).refused(E::WrongProposer);
    ix.accounts[2].pubkey = address::protocol();
    w.act(&[ix], &[]).refused(E::WrongProposer);
    let payer = w.payer();
    let ix = firebreak_client::instruction::cancel_change(payer.pubkey(), 0, thief.owner());
    w.act(&[ix], &[&payer]).refused(E::WrongProposer);
}
