//! Calls of governance, of the guardian, and of those who execute changes.

use super::cases::{case, places, Case, Place, OK};
use firebreak_client::{
    address, instruction,
    oracle::Kind,
    program::{instructions::ListMarketArgs, state::EngineParams},
    risk::{
        governance::{settings::Settings, LIST_DELAY},
        levels::Gate,
        MarketParams, Ratio, Rules,
    },
    Pubkey,
};
use firebreak_tests::{initial, params, Feed, World, USD};
use solana_keypair::Keypair;
use solana_signer::Signer;

use Place::*;

const BUFFER: Pubkey = Pubkey::new_from_array([81; 32]);
pub const SHOWN: (&str, Place) = ("instructions", Pinned("ConstraintAddress"));
const SYSTEM: (&str, Place) = ("system_program", Program);

fn authority() -> (&'static str, Place) {
    ("authority", Signer("NotAuthority"))
}

fn args(index: u16) -> ListMarketArgs {
    let sources = vec![Feed::new(Kind::PythUpdate, 60, 100).source()];
    ListMarketArgs { index, name: [b'X'; 16], params: EngineParams(params()), sources }
}

fn looser() -> MarketParams {
    MarketParams { dust_notional: 9 * USD, ..params() }
}

fn rules() -> Rules {
    let mut rules = Rules::plain(&params());
    rules.dynamic.uninsured -= 1;
    rules
}

pub fn cases() -> Vec<Case> {
    [young(), proposals(), waiting(), ripe(), guarding()].into_iter().flatten().collect()
}

/// What is done at once in the protocol's first week.
fn young() -> Vec<Case> {
    let bare = World::bare();
    let payer = bare.payer();
    let me = payer.pubkey();
    let initialise = case(
        "initialise",
        &bare,
        instruction::initialise(me, bare.mint, initial()),
        &[&payer],
        vec![
            ("authority", Signer("NotUpgradeAuthority")),
            ("program", Program),
            ("program_data", ProgramData),
            ("mint", Mint(OK)),
            ("protocol", Derived),
            ("insurance", Derived),
            SYSTEM,
            ("event_authority", EventAuthority),
        ],
    );
    let mut w = World::new();
    let list = case(
        "list_market",
        &w,
        instruction::list_market(me, args(0)),
        &[&payer],
        places([authority(), ("protocol", State(OK)), ("market", Derived), SYSTEM, SHOWN]),
    );
    let seal = case("seal", &w, instruction::seal(me), &[&payer], places([authority(), ("protocol", State(OK)), SHOWN]));
    w.list_silent(params(), vec![Feed::new(Kind::PythUpdate, 0, 100)]);
    let set = case(
        "set_rules",
        &w,
        instruction::set_rules(me, 0, Rules::plain(&params())),
        &[&payer],
        places([authority(), ("protocol", State(OK)), ("market", State(OK)), SHOWN]),
    );
    vec![initialise, list, seal, set]
}

fn for_market() -> Vec<(&'static str, Place)> {
    places([authority(), ("protocol", State(OK)), ("market", State(OK)), ("change", Derived), SYSTEM, SHOWN])
}

fn for_none() -> Vec<(&'static str, Place)> {
    places([authority(), ("protocol", State(OK)), ("change", Derived), SYSTEM, SHOWN])
}

fn proposals() -> Vec<Case> {
    let mut w = World::with_markets(2);
    w.hand_over().expect("hands over");
    w.buffer(BUFFER, address::upgrade_authority(), &[1; 100]);
    let payer = w.payer();
    let (me, by) = (payer.pubkey(), [&payer]);
    let settings = Settings { keeper_bond: USD + 1, ..w.settings() };
    let sources = args(0).sources;
    vec![
        case("propose_params", &w, instruction::propose_params(me, 0, 0, looser()), &by, for_market()),
        case("propose_rules", &w, instruction::propose_rules(me, 0, 0, rules()), &by, for_market()),
        case("propose_sources", &w, instruction::propose_sources(me, 0, 0, sources), &by, for_market()),
        case("propose_listing", &w, instruction::propose_listing(me, 0, args(2)), &by, for_none()),
        case("propose_authority", &w, instruction::propose_authority(me, 0, BUFFER), &by, for_none()),
        case(
            "propose_settings",
            &w,
            instruction::propose_settings(me, 0, settings),
            &by,
            places([authority(), ("protocol", State(OK)), ("insurance", State(OK)), ("change", Derived), SYSTEM, SHOWN]),
        ),
        case(
            "propose_upgrade",
            &w,
            instruction::propose_upgrade(me, 0, BUFFER),
            &by,
            places([
                authority(),
                ("protocol", State(OK)),
                ("buffer", Pinned("AccountOwnedByWrongProgram")),
                ("program_data", ForeignProgramData),
                ("upgrade_authority", Pinned("NotHandedOver")),
                ("change", Derived),
                SYSTEM,
                SHOWN,
            ]),
        ),
    ]
}

/// Somebody who may be handed the authority.
fn next() -> Keypair {
    Keypair::new_from_array([21; 32])
}

/// Changes that wait: a listing without rules (0), parameters (1).
fn waiting() -> Vec<Case> {
    let mut w = World::with_market();
    let payer = w.payer();
    let me = payer.pubkey();
    w.propose_listing(args(1)).expect("proposes");
    w.propose_params(0, looser()).expect("proposes");
    let complete = case(
        "complete_listing",
        &w,
        instruction::complete_listing(me, 0, rules()),
        &[&payer],
        places([authority(), ("protocol", State(OK)), ("change", State("WrongChange")), SHOWN]),
    );
    let cancel = case(
        "cancel_change",
        &w,
        instruction::cancel_change(me, 1, me),
        &[&payer],
        places([
            ("canceller", Signer("NotCanceller")),
            ("protocol", State(OK)),
            ("change", State(OK)),
            ("proposer", Pinned("WrongProposer")),
            SHOWN,
        ]),
    );
    vec![complete, cancel]
}

/// A ripe change of each kind.
fn ripe() -> Vec<Case> {
    let mut w = World::with_markets(2);
    w.hand_over().expect("hands over");
    let program = firebreak_tests::program_bytes("toolchain_selftest");
    w.buffer(BUFFER, address::upgrade_authority(), &program);
    let me = w.payer().pubkey();
    w.propose_params(0, looser()).expect("proposes");
    w.propose_listing(args(2)).expect("proposes");
    w.complete_listing(1, Rules::plain(&params())).expect("completes");
    w.propose_settings(Settings { keeper_bond: USD + 1, ..w.settings() }).expect("proposes");
    w.propose_authority(next().pubkey()).expect("proposes");
    w.propose_upgrade(BUFFER).expect("proposes");
    w.wait(LIST_DELAY);
    let ann = w.trader(0);
    // Each with one other change beside it.
    let with = |id: u64, other: u64| {
        let mut w = w.clone();
        for gone in (0..5).filter(|n| ![id, other].contains(n)) {
            let payer = w.payer();
            w.cancel(&payer, gone).expect("cancels");
        }
        w
    };
    let change = || ("change", State("WrongChange"));
    let proposer = || ("proposer", Pinned("WrongProposer"));
    vec![
        case(
            "execute_change",
            &with(0, 1),
            instruction::execute_change(0, 0, me),
            &[],
            places([("market", State("WrongMarket")), change(), proposer()]),
        ),
        case(
            "execute_listing",
            &with(1, 2),
            instruction::execute_listing(ann.owner(), 1, 2, me),
            &[&ann.key],
            places([
                ("caller", Signer(OK)),
                ("protocol", State(OK)),
                ("change", State("ConstraintSeeds")),
                proposer(),
                ("market", Derived),
                SYSTEM,
            ]),
        ),
        case(
            "execute_settings",
            &with(2, 3),
            instruction::execute_settings(2, me),
            &[],
            places([("protocol", State(OK)), ("insurance", State(OK)), change(), proposer()]),
        ),
        case(
            "accept_authority",
            &with(3, 4),
            instruction::accept_authority(next().pubkey(), 3, me),
            &[&next()],
            places([("next", Signer("NotNextAuthority")), ("protocol", State(OK)), change(), proposer(), SHOWN]),
        ),
        case(
            "upgrade_program",
            &with(4, 0),
            instruction::upgrade_program(4, me, BUFFER),
            &[],
            vec![
                ("protocol", State(OK)),
                change(),
                proposer(),
                ("buffer", Pinned("WrongBuffer")),
                ("program_data", Pinned("ConstraintAddress")),
                ("upgrade_authority", Pinned("ConstraintSeeds")),
                ("rent", Pinned("ConstraintAddress")),
                ("clock", Pinned("ConstraintAddress")),
                ("loader", Pinned("ConstraintAddress")),
                ("event_authority", EventAuthority),
                ("program", Pinned("ConstraintAddress")),
            ],
        ),
    ]
}

fn guarding() -> Vec<Case> {
    let mut w = World::with_markets(2);
    let guardian = w.appoint();
    let (me, by) = (guardian.pubkey(), [&guardian]);
    let tight = MarketParams { init: Ratio(51_000), ..params() };
    let tighten = || places([("guardian", Signer("NotGuardian")), ("protocol", State(OK)), ("market", State(OK)), SHOWN]);
    vec![
        case("tighten_params", &w, instruction::tighten_params(me, 0, tight), &by, tighten()),
        case("tighten_rules", &w, instruction::tighten_rules(me, 0, rules()), &by, tighten()),
        case(
            "pause",
            &w,
            instruction::pause(me, Gate::PAUSABLE),
            &by,
            places([("guardian", Signer("NotGuardian")), ("protocol", State(OK)), SHOWN]),
        ),
    ]
}
