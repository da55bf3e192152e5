//! Settings of the protocol and its insurance change together, by a proposal.

use firebreak_client::risk::{
    governance::{settings::Settings, Delays, LIST_DELAY, LOOSEN_DELAY},
    Ratio,
};
use firebreak_tests::{initial, Expect, World, E, USD};

#[test]
fn every_setting_lands_where_it_belongs() {
    let mut w = World::with(firebreak_client::program::instructions::InitialiseArgs { insurance_floor: 1_000, ..initial() });
    let mut new = Settings {
        keeper_bond: USD * 5 / 4,
        keeper_reward: USD / 8,
        insurance_floor: 1_250,
        cooldown: 108_000,
        event_cap: Ratio(400_000),
        day_cap: Ratio(1_000_000),
        senior_share: Ratio(375_000),
        delays: Delays { loosen: 200_000, list: 700_000 },
        guardian: [8; 32],
        ..w.settings()
    };
    new.breaker.triggers[8] =
        firebreak_client::risk::breaker::TriggerRule { bound: 10_000, timer: 60, level: 1, reserved: [0; 3] };
    new.breaker.halt_band = Ratio(20_000);
    w.propose_settings(new).refused(E::StepTooLarge);
    // The trigger's timer and level were the strictest: they loosen step by step.
    new.breaker.triggers[8].timer = 11_520;
    new.breaker.triggers[8].level = 2;
    w.propose_settings(new).expect("proposes");
    assert_eq!(w.change(0).class, 3, "a guardian from nothing");
    w.wait(LIST_DELAY - 1);
    w.execute_settings(0).refused(E::DelayNotOver);
    w.wait(1);
    w.execute_settings(0).expect("executes");
    assert_eq!(w.settings(), new);
    let (protocol, insurance) = (w.protocol(), w.insurance());
    assert_eq!((protocol.keeper_bond, protocol.keeper_reward), (USD * 5 / 4, USD / 8));
    assert_eq!(protocol.guardian.to_bytes(), [8; 32]);
    assert_eq!(
        (insurance.engine.fund.floor, insurance.engine.cooldown, insurance.engine.senior_share.0),
        (1_250, 108_000, 375_000)
    );
    assert_eq!((insurance.engine.fund.event_cap.0, insurance.engine.fund.day_cap.0), (400_000, 1_000_000));
    assert_eq!(protocol.breaker_rules.0, new.breaker);
}

#[test]
fn delays_only_grow_and_hold_for_what_comes() {
    let mut w = World::with_market();
    let grown = Settings { delays: Delays { loosen: 300_000, list: 800_000 }, ..w.settings() };
    w.propose_settings(grown).expect("proposes");
    assert_eq!(w.change(0).earliest, w.now().time + LOOSEN_DELAY, "a tightening of everything else");
    w.wait(LOOSEN_DELAY);
    w.execute_settings(0).expect("executes");
    for (loosen, list) in [(299_999, 800_000), (300_000, 799_999), (0, 0), (0, 800_000)] {
        let shrunk = Settings { delays: Delays { loosen, list }, ..w.settings() };
        w.propose_settings(shrunk).refused(E::DelayShrinks);
    }
    let endless = Settings { delays: Delays { loosen: 2_592_001, list: 2_592_001 }, ..w.settings() };
    w.propose_settings(endless).refused(E::ParameterOutOfBounds).says("delays.loosen must be 0 to 2 592 000 seconds");
    let bond = Settings { keeper_bond: USD + 1, ..w.settings() };
    w.propose_settings(bond).expect("proposes");
    assert_eq!(w.change(1).earliest, w.now().time + 300_000);
    w.propose_authority(firebreak_client::Pubkey::new_from_array([9; 32])).expect("proposes");
    assert_eq!(w.change(2).earliest, w.now().time + 800_000);
}

#[test]
fn a_step_is_bounded_and_counts_for_its_state_only() {
    let mut w = World::new();
    let settings = w.settings();
    for bad in [
        Settings { event_cap: Ratio(625_001), ..settings },
        Settings { keeper_bond: USD * 5 / 4 + 1, ..settings },
        Settings { keeper_reward: USD / 10 * 3 / 4, ..settings },
        Settings { cooldown: 86_400 / 2, ..settings },
    ] {
        w.propose_settings(bad).refused(E::StepTooLarge);
    }
    w.propose_settings(settings).refused(E::NothingChanges);
    let a = Settings { event_cap: Ratio(600_000), ..settings };
    let b = Settings { day_cap: Ratio(900_000), ..settings };
    w.propose_settings(a).expect("proposes");
    w.propose_settings(b).expect("proposes");
    w.wait(LOOSEN_DELAY);
    w.execute_settings(0).expect("executes");
    w.execute_settings(1).refused(E::ChangeOutdated);
    assert_eq!(w.settings(), a);
}

#[test]
fn settings_out_of_bounds_are_refused_by_name() {
    let mut w = World::new();
    let s = w.settings();
    let cases: [(Settings, &str); 7] = [
        (Settings { event_cap: Ratio(1_000_001), ..s }, "event_cap must be at most 1 000 000 ppm"),
        (Settings { day_cap: Ratio(1_000_001), ..s }, "day_cap must be at most 1 000 000 ppm"),
        (Settings { senior_share: Ratio(1_000_001), ..s }, "senior_share must be at most 1 000 000 ppm"),
        (Settings { keeper_bond: 1_000_000_001, ..s }, "keeper_bond must be at most 1 000 000 000 atoms"),
        (Settings { keeper_reward: USD + 1, ..s }, "keeper_reward must be at most keeper_bond"),
        (Settings { cooldown: -1, ..s }, "cooldown must be at least zero"),
        (Settings { reserved: 1, ..s }, "reserved must be zero"),
    ];
    for (bad, says) in cases {
        w.propose_settings(bad).refused(E::ParameterOutOfBounds).says(says);
    }
}

#[test]
fn a_higher_floor_shrinks_what_markets_may_draw() {
    let mut w = World::with_market();
    let giver = w.trader(10_000);
    w.fund_insurance(&giver, 1_000 * USD).expect("funds");
    assert_eq!(w.insurance().engine.limits, 1_000 * USD);
    w.propose_settings(Settings { insurance_floor: 400 * USD, ..w.settings() }).expect("proposes");
    w.wait(LIST_DELAY);
    w.execute_settings(0).expect("executes");
    assert_eq!(w.insurance().engine.limits, 600 * USD);
}
