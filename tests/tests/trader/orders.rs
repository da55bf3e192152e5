//! Standing orders are placed and cancelled by their owner; figures that no run could honour are refused.

use firebreak_client::{
    address, instruction,
    program::{
        events::{OrderCancelled, OrderPlaced},
        instructions::AccountKind,
    },
    risk::{order::Order, Ratio},
};
use firebreak_tests::{events, stop, top_up, Expect, World, E, USD};

#[test]
fn an_order_holds_its_terms() {
    let mut w = World::new();
    let ann = w.trader(0);
    for (id, terms) in [(0, stop(5)), (7, top_up(10, 3)), (u16::MAX, stop(1))] {
        let meta = w.place_order(&ann, id, terms).expect("places");
        let order = w.order_of(&ann, id);
        assert_eq!((order.version, order.id, order.account), (1, id, ann.account));
        assert_eq!(order.engine.0, terms);
        let event = &events::<OrderPlaced>(&meta)[0];
        assert_eq!((event.account, event.id, event.order.kind, event.order.size), (ann.account, id, terms.kind, terms.size));
    }
    w.place_order(&ann, 7, stop(1)).refused_as(firebreak_tests::runtime::ALREADY_IN_USE);
}

#[test]
fn its_rent_comes_back() {
    let mut w = World::new();
    let ann = w.trader(0);
    let before = w.lamports(&ann.owner());
    w.place_order(&ann, 0, stop(5)).expect("places");
    assert!(w.lamports(&ann.owner()) < before);
    let meta = w.cancel_order(&ann, 0).expect("cancels");
    assert_eq!(w.lamports(&ann.owner()), before);
    let event = &events::<OrderCancelled>(&meta)[0];
    assert_eq!((event.account, event.id, event.left), (ann.account, 0, stop(5).size));
    w.cancel_order(&ann, 0).refused_as("AccountOwnedByWrongProgram");
    w.place_order(&ann, 0, stop(1)).expect("anew");
}

#[test]
fn figures_have_bounds() {
    let mut w = World::new();
    let ann = w.trader(0);
    let bad: [(Order, &str); 14] = [
        (Order { kind: 0, ..stop(5) }, "kind must be"),
        (Order { kind: 3, ..stop(5) }, "kind must be"),
        (Order { size: 0, ..stop(5) }, "size must be"),
        (Order { size: u64::MAX, ..stop(5) }, "size must be"),
        (Order { step: 0, ..stop(5) }, "step must be"),
        (Order { step: stop(5).size + 1, ..stop(5) }, "step must be"),
        (Order { level: Ratio(999_999), ..stop(5) }, "level must be"),
        (Order { level: Ratio(100_000_001), ..stop(5) }, "level must be"),
        (Order { cooldown: 0, ..stop(5) }, "cooldown must be"),
        (Order { reward: 10_000_001, ..stop(5) }, "reward must be"),
        (Order { reward: USD + 1, ..top_up(10, 1) }, "reward must be"),
        (Order { slip: Ratio(500_001), ..stop(5) }, "slip must be"),
        (Order { source: 1, ..stop(5) }, "market, source must be"),
        (Order { ready: 1, ..stop(5) }, "ready, reserved must be"),
    ];
    for (order, bound) in bad {
        w.place_order(&ann, 0, order).refused(E::ParameterOutOfBounds).says(bound);
    }
    w.place_order(&ann, 0, top_up(10, 0)).refused(E::SameAccount);
}

#[test]
fn nobody_places_or_cancels_for_another() {
    let mut w = World::new();
    let (ann, thief) = (w.trader(0), w.trader(0));
    w.act(&[instruction::place_order(thief.owner(), ann.account, 0, stop(5))], &[&thief.key]).refused(E::NotOwner);
    w.place_order(&ann, 0, stop(5)).expect("places");
    w.place_order(&thief, 0, stop(5)).expect("places");
    let mut ix = instruction::cancel_order(thief.owner(), 0, 0);
    ix.accounts[2].pubkey = address::order(&ann.account, 0);
    w.act(std::slice::from_ref(&ix), &[&thief.key]).refused(E::WrongOrder);
    ix.accounts[1].pubkey = ann.account;
    w.act(&[ix], &[&thief.key]).refused_as("ConstraintSeeds");
}

#[test]
fn an_order_of_a_closed_account_is_cancelled_too() {
    let mut w = World::new();
    let ann = w.trader(0);
    w.open(&ann, 1, AccountKind::Cross);
    w.place_order(&ann, 0, top_up(5, 1)).expect("places");
    w.vm.pass(1);
    w.close(&ann).expect("closes");
    w.cancel_order(&ann, 0).expect("cancels");
}
