//! Listing a market once the protocol is no longer young: proposed in two parts, seven days, listed by anybody.

use firebreak_client::{
    instruction,
    oracle::Kind,
    program::{
        events::{BootstrapSealed, ChangeProposed, MarketListed},
        instructions::{InitialiseArgs, ListMarketArgs},
        state::{EngineParams, Listing},
    },
    risk::{governance::LIST_DELAY, Rules},
};
use firebreak_tests::{events, initial, params, prices::Feed, Expect, World, E};
use solana_signer::Signer;

fn feeds(market: u16) -> Vec<Feed> {
    let n = (market * 5) as u8;
    (0..5).map(|i| Feed::new(Kind::PythUpdate, n + i, 100)).collect()
}

fn args(index: u16) -> ListMarketArgs {
    let sources = feeds(index).iter().map(Feed::source).collect();
    ListMarketArgs { index, name: *b"LATE-PERP\0\0\0\0\0\0\0", params: EngineParams(params()), sources }
}

fn list(w: &mut World, index: u16) -> firebreak_tests::Outcome {
    let ix = instruction::list_market(w.payer().pubkey(), args(index));
    w.govern(ix)
}

#[test]
fn markets_are_listed_at_once_for_a_week_at_most() {
    let mut w = World::new();
    w.wait(604_799);
    list(&mut w, 0).expect("the last second");
    w.wait(1);
    list(&mut w, 1).refused(E::Sealed);

    let mut strict = World::with(InitialiseArgs { bootstrap_seconds: 0, ..initial() });
    list(&mut strict, 0).refused(E::Sealed);
    strict.seal().refused(E::Sealed);
}

#[test]
fn sealing_ends_it_for_good() {
    let mut w = World::new();
    list(&mut w, 0).expect("young");
    let meta = w.seal().expect("seals");
    assert_eq!(events::<BootstrapSealed>(&meta)[0].markets, 1);
    list(&mut w, 1).refused(E::Sealed);
    w.seal().refused(E::Sealed);
    let stranger = w.trader(0);
    let ix = instruction::seal(stranger.owner());
    World::new().act(&[ix], &[&stranger.key]).refused(E::NotAuthority);
}

#[test]
fn a_proposed_market_trades_after_seven_days() {
    let mut w = World::new();
    w.seal().expect("seals");
    let meta = w.propose_listing(args(0)).expect("proposes");
    let told = &events::<ChangeProposed>(&meta)[0];
    assert_eq!((told.kind, told.class, told.market, told.earliest), (4, 0, 0, i64::MAX));
    // Without rules it waits for ever.
    w.wait(LIST_DELAY * 2);
    w.execute_listing(0, 0).refused(E::ListingIncomplete);

    let meta = w.complete_listing(0, Rules::plain(&params())).expect("completes");
    let told = &events::<ChangeProposed>(&meta)[0];
    assert_eq!((told.class, told.earliest), (3, w.now().time + LIST_DELAY));
    w.complete_listing(0, Rules::plain(&params())).refused(E::ListingIncomplete);
    let change = w.change(0);
    let listing = change.content::<Listing>().expect("a listing");
    assert_eq!((listing.params.0, listing.rules.0, listing.sources.count), (params(), Rules::plain(&params()), 5));

    w.wait(LIST_DELAY - 1);
    w.execute_listing(0, 0).refused(E::DelayNotOver);
    w.wait(1);
    let meta = w.execute_listing(0, 0).expect("lists");
    assert_eq!(events::<MarketListed>(&meta)[0].sources, 5);
    let market = w.market(0);
    assert_eq!((market.engine.params, market.engine.rules), (params(), Rules::plain(&params())));
    assert_eq!((market.index, market.version, w.protocol().market_count), (0, 1, 1));
    w.feeds.push(feeds(0));
    w.pass(1);
    w.pass(5);
    let (maker, taker) = (w.trader(1_000), w.trader(1_000));
    w.quote(&maker, 0, 10);
    w.take(&taker, &maker, 0, 1).expect("takes");
}

#[test]
fn listings_wait_side_by_side_and_are_executed_in_order() {
    let mut w = World::new();
    list(&mut w, 0).expect("young");
    w.propose_listing(args(0)).refused(E::WrongMarketIndex);
    for (id, index) in [(0, 1), (1, 2), (2, 1)] {
        w.propose_listing(args(index)).expect("proposes");
        w.complete_listing(id, Rules::plain(&params())).expect("completes");
    }
    w.wait(LIST_DELAY);
    w.execute_listing(1, 2).refused(E::WrongMarketIndex);
    w.execute_listing(2, 1).expect("either of the two");
    w.execute_listing(0, 1).refused_as(firebreak_tests::runtime::ALREADY_IN_USE);
    w.execute_listing(1, 2).expect("its turn");
}

#[test]
fn a_listing_that_cannot_be_is_refused() {
    let mut w = World::new();
    let mut bad = args(0);
    bad.params.ramp_slots = 0;
    w.propose_listing(bad).refused(E::ParameterOutOfBounds).says("ramp_slots must be greater than zero");
    w.propose_listing(ListMarketArgs { name: [0; 16], ..args(0) }).refused(E::ParameterOutOfBounds).says("name must be UTF-8");
    w.propose_listing(ListMarketArgs { sources: vec![], ..args(0) }).refused(E::SourceCount);
    w.propose_listing(args(0)).expect("proposes");
    w.complete_listing(0, Rules::MAJOR).refused(E::ParameterOutOfBounds).says("skew_full must be greater than zero");
    let settings = w.settings();
    w.propose_settings(firebreak_client::risk::governance::settings::Settings { keeper_bond: 1_100_000, ..settings })
        .expect("proposes");
    w.complete_listing(1, Rules::plain(&params())).refused(E::WrongChange);
}
