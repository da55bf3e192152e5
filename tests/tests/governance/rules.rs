//! A market's rules: at once while the protocol is young and the market unpriced, by a proposal ever after.

use firebreak_client::oracle::Kind;
use firebreak_client::{
    program::events::ChangeProposed,
    risk::{
        governance::{LIST_DELAY, LOOSEN_DELAY},
        Ratio, Rules,
    },
};
use firebreak_tests::{events, params, prices::Feed, Expect, World, E};

fn plain() -> Rules {
    Rules::plain(&params())
}

fn feeds() -> Vec<Feed> {
    vec![Feed::new(Kind::PythUpdate, 0, 100), Feed::new(Kind::SwitchboardOnDemand, 1, 100)]
}

#[test]
fn rules_are_set_at_once_only_before_the_first_price() {
    let mut w = World::with_market();
    w.set_rules(0, plain()).refused(E::RulesAlreadySet);
}

#[test]
fn rules_are_set_at_once_only_while_the_protocol_is_young() {
    let mut w = World::new();
    w.list_silent(params(), feeds());
    w.set_rules(0, plain()).expect("young");
    let mut later = w.clone();
    later.wait(604_799);
    later.set_rules(0, plain()).expect("the last second");
    later.wait(1);
    later.set_rules(0, plain()).refused(E::Sealed);
    w.seal().expect("seals");
    w.set_rules(0, plain()).refused(E::Sealed);
}

#[test]
fn a_loosening_of_rules_waits_48_hours() {
    let mut w = World::with_market();
    let mut new = plain();
    new.breaker.windows = [100; 3];
    let meta = w.propose_rules(0, new).expect("proposes");
    let told = &events::<ChangeProposed>(&meta)[0];
    assert_eq!((told.kind, told.class), (2, 3), "from nothing");
    w.wait(LIST_DELAY);
    w.execute(0, 0).expect("executes");
    assert_eq!(w.market(0).engine.rules, new);

    let mut wider = new;
    wider.breaker.windows = [125; 3];
    let mut too_wide = new;
    too_wide.breaker.windows = [126; 3];
    w.propose_rules(0, too_wide).refused(E::StepTooLarge);
    let meta = w.propose_rules(0, wider).expect("proposes");
    assert_eq!(events::<ChangeProposed>(&meta)[0].class, 2);
    w.wait(LOOSEN_DELAY - 1);
    w.execute(1, 0).refused(E::DelayNotOver);
    w.wait(1);
    w.execute(1, 0).expect("executes");
    assert_eq!(w.market(0).engine.rules, wider);
}

#[test]
fn rules_that_cannot_be_are_refused() {
    let mut w = World::with_market();
    w.propose_rules(0, plain()).refused(E::NothingChanges);
    let mut bad = plain();
    bad.dynamic.oi_free = Ratio(1_000_000);
    w.propose_rules(0, bad).refused(E::ParameterOutOfBounds).says("oi_free must be below 1 000 000 ppm");
    let mut odd = plain();
    odd.breaker.reserved = 1;
    w.propose_rules(0, odd).refused(E::ParameterFixed);
}

#[test]
fn rules_are_judged_again_beside_the_parameters_of_their_day() {
    let mut w = World::with_market();
    let mut new = plain();
    new.fees.cap = Ratio(600);
    w.propose_rules(0, new).expect("proposes");
    // Meanwhile the base fee rises above the cap that was proposed: both are changes for themselves.
    let fee = firebreak_client::risk::MarketParams { taker_fee: Ratio(500), maint: Ratio(30_000), ..params() };
    assert_eq!(fee, params());
    w.wait(LOOSEN_DELAY);
    w.execute(0, 0).expect("executes");
    w.propose_params(0, firebreak_client::risk::MarketParams { taker_fee: Ratio(620), ..params() })
        .refused(E::ParameterOutOfBounds)
        .says("fees.cap must be taker_fee to half of maint");
}

#[test]
fn a_market_without_rules_gets_its_first_ones_by_a_proposal() {
    let mut w = World::new();
    let payer = w.payer();
    let sources = feeds().iter().map(Feed::source).collect();
    let args = firebreak_client::program::instructions::ListMarketArgs {
        index: 0,
        name: [b'X'; 16],
        params: firebreak_client::program::state::EngineParams(params()),
        sources,
    };
    w.govern(firebreak_client::instruction::list_market(solana_signer::Signer::pubkey(&payer), args)).expect("lists");
    w.seal().expect("seals");
    let meta = w.propose_rules(0, plain()).expect("proposes");
    assert_eq!(events::<ChangeProposed>(&meta)[0].class, 3);
    w.wait(LIST_DELAY - 1);
    w.execute(0, 0).refused(E::DelayNotOver);
    w.wait(1);
    w.execute(0, 0).expect("executes");
    assert_eq!(w.market(0).engine.rules, plain());
}
