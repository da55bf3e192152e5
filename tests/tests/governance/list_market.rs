//! A market is listed by the authority, in order, with figures inside their bounds and sources that can be satisfied.

use anchor_lang::prelude::{system_program, Pubkey};
use firebreak_client::{
    address, instruction,
    oracle::Kind,
    program::{
        events::MarketListed,
        instructions::ListMarketArgs,
        state::{EngineParams, PriceSource},
    },
    risk::{MarketParams, Ratio},
};
use firebreak_tests::{events, params, prices::Feed, runtime, Expect, Outcome, World, E, UNIT};
use solana_keypair::Keypair;
use solana_signer::Signer;

fn sources() -> Vec<PriceSource> {
    vec![Feed::new(Kind::PythUpdate, 0, 100).source(), Feed::new(Kind::SwitchboardOnDemand, 1, 100).source()]
}

fn args(index: u16) -> ListMarketArgs {
    ListMarketArgs { index, name: *b"SOL-PERP\0\0\0\0\0\0\0\0", params: EngineParams(params()), sources: sources() }
}

fn list(w: &mut World, args: ListMarketArgs) -> Outcome {
    let payer = w.payer();
    w.act(&[instruction::list_market(payer.pubkey(), args)], &[&payer])
}

#[test]
fn a_listed_market_holds_what_it_was_given() {
    let mut w = World::new();
    let meta = list(&mut w, args(0)).expect("lists");
    let market = w.market(0);
    assert_eq!((market.version, market.index, market.source_count), (1, 0, 2));
    assert_eq!(&market.name[..8], b"SOL-PERP");
    assert_eq!(market.engine.params, params());
    assert_eq!(market.used_sources(), sources());
    assert_eq!(market.sources[2], PriceSource::EMPTY);
    assert_eq!(market.engine.price.quality, 0, "no price has been seen");
    assert_eq!(market.engine.ledger, firebreak_client::risk::Ledger::NEW);
    assert_eq!(w.protocol().market_count, 1);
    let event = &events::<MarketListed>(&meta)[0];
    assert_eq!((event.market, event.sources), (0, 2));
}

#[test]
fn a_stranger_cannot_list() {
    let mut w = World::new();
    let stranger = Keypair::new_from_array([9; 32]);
    w.vm.svm.airdrop(&stranger.pubkey(), 10_000_000_000).expect("airdrop");
    w.act(&[instruction::list_market(stranger.pubkey(), args(0))], &[&stranger]).refused(E::NotAuthority);
}

#[test]
fn markets_are_numbered_without_gaps() {
    let mut w = World::new();
    list(&mut w, args(1)).refused(E::WrongMarketIndex);
    list(&mut w, args(u16::MAX)).refused(E::WrongMarketIndex);
    list(&mut w, args(0)).expect("lists the first");
    list(&mut w, args(0)).refused_as(runtime::ALREADY_IN_USE).says("already in use");
    list(&mut w, args(2)).refused(E::WrongMarketIndex);
    list(&mut w, args(1)).expect("lists the second");
}

#[test]
fn a_market_lies_at_the_address_of_its_index() {
    let mut w = World::new();
    let payer = w.payer();
    let mut ix = instruction::list_market(payer.pubkey(), args(0));
    ix.accounts[2].pubkey = address::market(1);
    w.act(&[ix], &[&payer]).refused_as("ConstraintSeeds");
}

#[test]
fn every_parameter_out_of_bounds_is_refused_by_name() {
    type Case = (fn(&mut MarketParams), &'static str);
    let cases: &[Case] = &[
        (|p| p.init = Ratio(1_000_001), "init must be at most 1 000 000 ppm"),
        (|p| p.maint = Ratio(0), "maint must be greater than zero"),
        (|p| p.liq_end = p.maint, "liq_end must be greater than maint"),
        (|p| p.init = Ratio(p.liq_end.0 - 1), "init must be at least liq_end"),
        (|p| p.transfer_floor = Ratio(0), "transfer_floor must be 1 to 1 000 000 ppm"),
        (|p| p.transfer_floor = Ratio(1_000_001), "transfer_floor must be 1 to 1 000 000 ppm"),
        (|p| p.max_penalty = Ratio(p.maint.0 / 2 + 1), "max_penalty must be at most half of maint"),
        (|p| p.taker_fee = Ratio(p.maint.0 / 4 + 1), "taker_fee must be at most a quarter of maint"),
        (|p| p.maker_share = Ratio(400_001), "maker_share + pot_share + insurance_share must be at most 1 000 000 ppm"),
        (|p| p.pot_share = Ratio(u32::MAX), "maker_share + pot_share + insurance_share must be at most 1 000 000 ppm"),
        (|p| p.keeper_share = Ratio(1_000_001), "keeper_share must be at most 1 000 000 ppm"),
        (|p| p.ramp_start = Ratio(1_000_001), "ramp_start must be at most 1 000 000 ppm"),
        (|p| p.ramp_slots = 0, "ramp_slots must be greater than zero"),
        (|p| p.ramp_slots = 9_001, "ramp_slots must be at most 9 000"),
        (|p| p.price_max_age = 0, "price_max_age must be 1 to 3 600 seconds"),
        (|p| p.price_max_age = 3_601, "price_max_age must be 1 to 3 600 seconds"),
        (|p| p.trade_price_slots = 0, "trade_price_slots must be 1 to 150"),
        (|p| p.trade_price_slots = 151, "trade_price_slots must be 1 to 150"),
        (|p| p.twap_window = 0, "twap_window must be 1 to 86 400 seconds"),
        (|p| p.twap_window = -1, "twap_window must be 1 to 86 400 seconds"),
        (|p| p.twap_window = 86_401, "twap_window must be 1 to 86 400 seconds"),
        (|p| p.activation_time = 0, "activation_time must be greater than zero"),
        (|p| p.activation_updates = 0, "activation_updates must be greater than zero"),
        (|p| p.dust_notional = 0, "dust_notional must be greater than zero"),
        (|p| p.twap_band = Ratio(1_000_001), "twap_band must be at most 1 000 000 ppm"),
        (|p| p.stable_speed = Ratio(1_000_001), "stable_speed must be at most 1 000 000 ppm"),
        (|p| p.stable_hour = Ratio(1_000_001), "stable_hour must be at most 1 000 000 ppm"),
        (|p| p.confirm_slots = 0, "confirm_slots must be 1 to 9 000"),
        (|p| p.confirm_slots = 9_001, "confirm_slots must be 1 to 9 000"),
        (|p| p.degraded_slots = 0, "degraded_slots must be 1 to 9 000"),
        (|p| p.degraded_slots = 9_001, "degraded_slots must be 1 to 9 000"),
        (|p| p.loss_window = 0, "loss_window must be 1 to 86 400 seconds"),
        (|p| p.loss_window = 86_401, "loss_window must be 1 to 86 400 seconds"),
        (|p| p.claim_warmup = p.loss_window, "claim_warmup must be longer than the wait, the ramp and loss_window together"),
        (|p| p.claim_warmup = 604_801, "claim_warmup must be at most 604 800 seconds"),
        (|p| p.decimals = 3, "decimals must be 4 to 18"),
        (|p| p.decimals = 19, "decimals must be 4 to 18"),
        (|p| p.two_source_bound = Ratio(250_001), "two_source_bound must be at most 250 000 ppm"),
        (|p| p.small_loss = Ratio(10_001), "small_loss must be at most 10 000 ppm"),
        (|p| p.reserved[26] = 1, "reserved must be zero"),
    ];
    let mut w = World::new();
    for (break_it, says) in cases {
        let mut args = args(0);
        break_it(&mut args.params);
        list(&mut w, args).refused(E::ParameterOutOfBounds).says(says);
    }
}

#[test]
fn a_market_has_one_to_five_sources() {
    let mut w = World::new();
    let many = |n: u8| (0..n).map(|i| Feed::new(Kind::PythUpdate, i, 100).source()).collect();
    list(&mut w, ListMarketArgs { sources: vec![], ..args(0) }).refused(E::SourceCount);
    list(&mut w, ListMarketArgs { sources: many(6), ..args(0) }).refused(E::SourceCount);
    list(&mut w, ListMarketArgs { sources: many(5), ..args(0) }).expect("five");
    list(&mut w, ListMarketArgs { sources: many(1), ..args(1) }).expect("one");
}

/// Makes a source one that must be refused.
type Spoil = fn(&mut PriceSource);

#[test]
fn a_source_that_nothing_or_anything_satisfies_is_refused() {
    let cases: &[Spoil] = &[
        |s| s.kind = 0,
        |s| s.kind = 5,
        |s| s.rule.weight = 0,
        |s| s.key = Pubkey::default(),
        |s| s.owner = Pubkey::default(),
        |s| s.owner = system_program::ID,
        |s| s.feed_id = [0; 32],
    ];
    let mut w = World::new();
    for break_it in cases {
        for position in 0..2 {
            let mut args = args(0);
            break_it(&mut args.sources[position]);
            list(&mut w, args).refused(E::BadSource);
        }
    }
}

#[test]
fn a_source_has_bounds_of_its_own() {
    let cases: &[(Spoil, &str)] = &[
        (|s| s.rule.max_age = 3_601, "max_age must be at most 3 600 seconds"),
        (|s| s.rule.max_age = u32::MAX, "max_age must be at most 3 600 seconds"),
        (|s| s.rule.max_confidence = Ratio(100_001), "max_confidence must be at most 100 000 ppm"),
        (|s| s.rule.reserved = 1, "reserved must be zero"),
        (|s| s.reserved[6] = 1, "reserved must be zero"),
    ];
    let mut w = World::new();
    for (break_it, says) in cases {
        let mut args = args(0);
        break_it(&mut args.sources[1]);
        list(&mut w, args).refused(E::ParameterOutOfBounds).says(says);
    }
    let mut args = args(0);
    (args.sources[0].rule.max_age, args.sources[0].rule.max_confidence) = (0, Ratio(0));
    list(&mut w, args).expect("zero is the strictest reading");
}

#[test]
fn a_market_has_a_name_that_can_be_read() {
    let mut w = World::new();
    let bad: [[u8; 16]; 4] = [[0; 16], *b"\0SOL-PERP\0\0\0\0\0\0\0", *b"SOL\0PERP\0\0\0\0\0\0\0\0", [0xff; 16]];
    for name in bad {
        list(&mut w, ListMarketArgs { name, ..args(0) }).refused(E::ParameterOutOfBounds).says("name must be UTF-8");
    }
    list(&mut w, ListMarketArgs { name: *b"SIXTEEN-LETTERS!", ..args(0) }).expect("all sixteen bytes");
}

#[test]
fn one_account_does_not_count_as_two_sources() {
    let mut w = World::new();
    let mut args = args(0);
    args.sources[1].key = args.sources[0].key;
    list(&mut w, args).refused(E::BadSource);
}

#[test]
fn a_market_takes_no_position_before_it_has_seen_its_prices() {
    let mut w = World::new();
    let slow = MarketParams { activation_updates: 3, activation_time: 4, ..params() };
    let feeds = vec![Feed::new(Kind::PythUpdate, 0, 100), Feed::new(Kind::SwitchboardOnDemand, 1, 100)];
    let market = w.list_silent(slow, feeds);
    let (maker, taker) = (w.trader(1_000), w.trader(1_000));
    w.quote(&maker, market, 10);
    w.take(&taker, &maker, market, 1).refused(E::QualityTooLow);

    w.pass(0);
    w.take(&taker, &maker, market, 1).refused(E::MarketNotActive);
    w.pass(5);
    w.take(&taker, &maker, market, 1).refused(E::MarketNotActive);
    w.pass(1); // the third update, two seconds after the first
    w.take(&taker, &maker, market, 1).refused(E::MarketNotActive);
    w.pass(5);
    w.take(&taker, &maker, market, 1).expect("three updates and four seconds later");
    assert_eq!(w.engine(&taker).positions[0].base.0, UNIT);
}
