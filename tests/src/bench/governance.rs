//! Governance and the guardian, at their largest.

use super::{cu, Row, OTHERWISE};
use crate::{initial, params, prices::Feed, World, USD};
use anchor_lang::prelude::Pubkey;
use firebreak_client::{
    address,
    oracle::Kind,
    program::{instructions::ListMarketArgs, state::EngineParams},
    risk::{
        governance::{settings::Settings, LIST_DELAY},
        levels::Gate,
        MarketParams, Ratio, Rules,
    },
};
use solana_keypair::Keypair;
use solana_signer::Signer;

const BUFFER: Pubkey = Pubkey::new_from_array([81; 32]);
/// The loader verifies the new program in the same instruction, and asks by its size.
const UPGRADE: u64 = 60_000;

pub fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> =
        changes().into_iter().chain(guarding()).map(|(name, size, cu)| Row::new(name, size, cu, OTHERWISE)).collect();
    rows.extend(upgrade());
    rows
}

type Measured = Vec<(&'static str, &'static str, u64)>;

/// A change's address is derived anew: the search's length is luck. The worst of the first 8 numbers counts.
fn worst(w: &World, propose: impl Fn(&mut World) -> crate::Outcome) -> u64 {
    let mut w = w.clone();
    (0..8).map(|_| cu(propose(&mut w))).max().unwrap_or(0)
}

fn feeds(n: u8) -> Vec<Feed> {
    (0..5).map(|i| Feed::new(Kind::PythUpdate, n + i, 100)).collect()
}

fn changes() -> Measured {
    let mut w = World::new();
    w.list_with(params(), feeds(0));
    let next = Keypair::new_from_array([21; 32]);
    let looser = MarketParams { dust_notional: 9 * USD, ..params() };
    let mut rules = Rules::plain(&params());
    rules.dynamic.uninsured -= 1;
    let sources = feeds(20).iter().map(Feed::source).collect();
    let args = ListMarketArgs { index: 1, name: [b'X'; 16], params: EngineParams(params()), sources };
    let settings = Settings { keeper_bond: initial().keeper_bond + 1, ..w.settings() };
    let mut measured = vec![
        ("seal", "", cu(w.clone().seal())),
        ("propose_params", "worst of 8 numbers", worst(&w, |w| w.propose_params(0, looser))),
        ("propose_rules", "worst of 8 numbers", worst(&w, |w| w.propose_rules(0, rules))),
        ("propose_sources", "5 sources, worst of 8 numbers", worst(&w, |w| w.propose_sources(0, &feeds(20)))),
        ("propose_listing", "5 sources, worst of 8 numbers", worst(&w, |w| w.propose_listing(args.clone()))),
        ("propose_settings", "worst of 8 numbers", worst(&w, |w| w.propose_settings(settings))),
        ("propose_authority", "worst of 8 numbers", worst(&w, |w| w.propose_authority(next.pubkey()))),
    ];
    w.propose_params(0, looser).expect("proposes");
    w.propose_rules(0, rules).expect("proposes");
    w.propose_sources(0, &feeds(20)).expect("proposes");
    w.propose_listing(args).expect("proposes");
    measured.push(("complete_listing", "", cu(w.complete_listing(3, rules))));
    w.propose_settings(settings).expect("proposes");
    w.propose_authority(next.pubkey()).expect("proposes");
    w.propose_params(0, looser).expect("proposes");
    let payer = w.payer();
    measured.push(("cancel_change", "", cu(w.cancel(&payer, 6))));
    w.wait(LIST_DELAY);
    measured.push(("execute_change", "parameters", cu(w.execute(0, 0))));
    measured.push(("execute_change", "rules", cu(w.execute(1, 0))));
    measured.push(("execute_change", "5 sources", cu(w.execute(2, 0))));
    measured.push(("execute_listing", "5 sources", cu(w.execute_listing(3, 1))));
    measured.push(("execute_settings", "", cu(w.execute_settings(4))));
    measured.push(("accept_authority", "", cu(w.accept(&next, 5))));
    measured
}

fn guarding() -> Measured {
    let mut w = World::with_market();
    let guardian = w.appoint();
    let tight = MarketParams { init: Ratio(51_000), ..params() };
    let mut rules = Rules::plain(&params());
    rules.dynamic.uninsured -= 1;
    vec![
        ("tighten_params", "", cu(w.tighten(&guardian, 0, tight))),
        ("tighten_rules", "", cu(w.tighten_rules(&guardian, 0, rules))),
        ("pause", "", cu(w.pause(&guardian, Gate::PAUSABLE))),
    ]
}

fn upgrade() -> Vec<Row> {
    let mut w = World::new();
    w.hand_over().expect("hands over");
    let program = crate::program_bytes("firebreak");
    w.buffer(BUFFER, address::upgrade_authority(), &program);
    let size = format!("{} kB", program.len() / 1_000);
    let propose = Row::new("propose_upgrade", "worst of 8 numbers", worst(&w, |w| w.propose_upgrade(BUFFER)), OTHERWISE);
    w.propose_upgrade(BUFFER).expect("proposes");
    w.wait(LIST_DELAY);
    vec![propose, Row::new("upgrade_program", size, cu(w.upgrade(0, BUFFER)), UPGRADE)]
}
