//! I11: every privileged key in hostile hands. For 48 hours they try everything, every hour; nothing loosens, nothing is listed or
//! bound to another key, and the program stays what it is.

use firebreak_client::{
    address, instruction,
    oracle::Kind,
    program::{
        instructions::ListMarketArgs,
        state::{EngineParams, Market},
    },
    risk::{
        collateral::CollateralParams,
        collateral_rules::CollateralRules,
        governance::{collateral::CollateralTerms, review, settings::Settings, Class, Delays},
        levels::Gate,
        outflow::OutflowRules,
        MarketParams, Ratio, Rules,
    },
    Pubkey,
};
use firebreak_tests::{
    collateral::{listing, major, COIN, OPEN},
    params,
    prices::Feed,
    Trader, World, USD,
};
use solana_keypair::Keypair;
use solana_signer::Signer;

const HOUR: i64 = 3_600;
const OWN: Pubkey = Pubkey::new_from_array([91; 32]);
const BUFFER: Pubkey = Pubkey::new_from_array([92; 32]);
const FRESH: Pubkey = Pubkey::new_from_array([93; 32]);
const LIMITS: OutflowRules = OutflowRules { hour: 100 * COIN, day: 250 * COIN, free: COIN };

/// Two markets with positions, a guardian, the program handed over, the youth of the protocol over.
fn scene() -> (World, Keypair, [Trader; 2]) {
    let mut w = World::with_markets(2);
    w.list_token(CollateralParams { cap: 1_000 * COIN, ..major() }, CollateralRules::MAJOR, LIMITS, 100);
    w.hand_over().expect("hands over");
    let guardian = w.appoint();
    let (maker, taker) = (w.trader(10_000), w.trader(1_000));
    w.quote(&maker, 0, 100);
    w.take(&taker, &maker, 0, 10).expect("takes");
    let program = firebreak_tests::program_bytes("toolchain_selftest");
    w.buffer(BUFFER, address::upgrade_authority(), &program);
    w.plant_mint(FRESH, 9);
    (w, guardian, [maker, taker])
}

fn looser() -> MarketParams {
    MarketParams { stable_speed: Ratio(370), max_open_interest: params().max_open_interest + 1, ..params() }
}

fn looser_rules() -> Rules {
    let mut rules = Rules::plain(&params());
    rules.dynamic.rise = Ratio(rules.dynamic.rise.0 + rules.dynamic.rise.0 / 5);
    rules
}

/// Everything that the two keys can sign, whatever comes of it.
fn rage(w: &mut World, guardian: &Keypair, hour: i64) {
    let own = Feed { key: OWN, ..Feed::new(Kind::PythUpdate, 60, 1) };
    let args = |index| ListMarketArgs { index, name: [b'E'; 16], params: EngineParams(looser()), sources: vec![own.source()] };
    let me = w.payer().pubkey();
    let evil = Settings {
        guardian: [0; 32],
        delays: Delays { loosen: 0, list: 0 },
        event_cap: Ratio(620_000),
        keeper_bond: USD * 6 / 5,
        ..w.settings()
    };
    let _ = w.govern(instruction::list_market(me, args(2)));
    let _ = w.set_rules(0, looser_rules());
    let _ = w.propose_params(0, looser());
    let _ = w.propose_rules(0, looser_rules());
    let _ = w.propose_sources(0, std::slice::from_ref(&own));
    if w.propose_listing(args(2)).is_ok() {
        let id = w.last();
        let _ = w.complete_listing(id, Rules::plain(&looser()));
    }
    let _ = w.propose_settings(evil);
    let _ = w.propose_authority(guardian.pubkey());
    let _ = w.propose_upgrade(BUFFER);
    let ix = anchor_lang::solana_program::bpf_loader_upgradeable::upgrade(&firebreak_client::ID, &BUFFER, &me, &me);
    let _ = w.govern(ix);
    let _ = w.seal();
    let tight = |w: &World| {
        let now = w.market(0).engine.params;
        MarketParams { max_open_interest: now.max_open_interest / 100 * 99, ..now }
    };
    let _ = w.tighten(guardian, 0, tight(w));
    let _ = w.tighten(guardian, 0, MarketParams { max_open_interest: 0, ..params() });
    let _ = w.tighten(guardian, 0, looser());
    let _ = w.tighten_rules(guardian, 0, looser_rules());
    let _ = w.pause(guardian, Gate::PAUSABLE);
    let sixteenth = hour % 16 == 0;
    if sixteenth {
        rage_at_collateral(w, guardian);
    }
    // And all that was proposed so far, by every door.
    for id in 0..w.next() {
        let _ = w.execute(id, 0);
        let _ = w.execute_listing(id, 2);
        if sixteenth {
            let _ = w.execute_collateral(id, 1);
            let _ = w.execute_collateral_listing(id, FRESH);
        }
        let _ = w.execute_settings(id);
        let _ = w.accept(guardian, id);
        let _ = w.upgrade(id, BUFFER);
    }
    assert!(hour < 48 || w.next() > 100, "they were not idle: {}", w.next());
}

/// The same of the coin and of a token of their own.
fn rage_at_collateral(w: &mut World, guardian: &Keypair) {
    let me = w.payer().pubkey();
    let own = Feed { key: OWN, ..Feed::new(Kind::PythUpdate, 60, 1) };
    let args = listing(major(), CollateralRules::MAJOR, OPEN, std::slice::from_ref(&own));
    let _ = w.govern(instruction::list_collateral(me, FRESH, args.clone()));
    let _ = w.propose_collateral(FRESH, args);
    let _ = w.propose_collateral_sources(1, std::slice::from_ref(&own));
    let terms = w.terms(1);
    let looser: [fn(&mut CollateralTerms); 5] = [
        |t| t.params.cap *= 2,
        |t| t.params.min_haircut.0 = t.params.min_haircut.0 / 5 * 4,
        |t| t.outflow.hour += t.outflow.hour / 4,
        |t| t.outflow = OutflowRules { hour: 0, day: 0, free: 0 },
        |t| t.rules.two_source_bound.0 += 1,
    ];
    for f in looser {
        let mut new = terms;
        f(&mut new);
        let _ = w.propose_terms(1, new);
        let _ = w.tighten_terms(guardian, 1, new);
        let _ = w.set_collateral_cap(1, new.params.cap);
    }
    let mut tight = terms;
    tight.params.cap -= tight.params.cap / 100;
    let _ = w.tighten_terms(guardian, 1, tight);
}

#[test]
fn i11_two_captured_keys_loosen_list_and_replace_nothing_before_their_delays() {
    let (mut w, guardian, _) = scene();
    let (market, settings, authority, program): (Market, _, _, _) =
        (w.market(0), w.settings(), w.protocol().authority, w.deployed());
    let coin = w.record(1);
    for hour in 0..48 {
        rage(&mut w, &guardian, hour);
        let now = w.market(0);
        assert!(
            review(&market.engine.params, &now.engine.params).expect("a step") <= Class::Tighten,
            "hour {hour}: params loosened"
        );
        assert!(
            review(&market.engine.rules, &now.engine.rules).expect("a step") <= Class::Tighten,
            "hour {hour}: rules loosened"
        );
        assert_eq!(now.sources, market.sources, "hour {hour}: the sources changed");
        let record = w.record(1);
        let step = review(&coin.terms().0, &record.terms().0).expect("a step");
        assert!(step <= Class::Tighten, "hour {hour}: a collateral's terms loosened");
        assert_eq!((record.sources, w.protocol().collateral_count), (coin.sources, 2), "hour {hour}");
        let protocol = w.protocol();
        assert_eq!((protocol.market_count, protocol.authority, protocol.upgrades), (2, authority, 0), "hour {hour}");
        assert_eq!((w.settings(), w.deployed()), (settings, program.clone()), "hour {hour}");
        w.wait(HOUR);
    }
    // What the guardian tightened in two days is bounded.
    let left = w.market(0).engine.params.max_open_interest as f64 / market.engine.params.max_open_interest as f64;
    assert!(left > 0.6, "{left}");
    // After 48 hours one loosening of one step comes into force; what takes seven days still does not.
    rage(&mut w, &guardian, 48);
    let protocol = w.protocol();
    assert_eq!((protocol.market_count, protocol.authority, protocol.upgrades), (2, authority, 0));
    assert_eq!((w.market(0).sources, w.deployed()), (market.sources, program));
    assert_eq!((w.record(1).sources, protocol.collateral_count), (coin.sources, 2));
    assert!(w.terms(1).params.cap <= 2 * coin.engine.params.cap);
    assert_eq!(w.settings().guardian, settings.guardian);
}

#[test]
fn i11_everybody_leaves_while_the_keys_are_captured() {
    let (mut w, guardian, [maker, taker]) = scene();
    let bystander = w.trader(500);
    for hour in 0..4 {
        rage(&mut w, &guardian, hour);
        w.wait(HOUR);
    }
    w.pass(1);
    // The longest pause has ended by now, and no other can start.
    w.withdraw(&bystander, 500 * USD).expect("leaves");
    w.take(&taker, &maker, 0, -10).expect("closes");
    let capital = w.engine(&taker).capital;
    assert!(capital > 900 * USD);
    w.withdraw(&taker, 900 * USD).expect("leaves");
}
