//! Governance and the guardian, at their largest.

use super::{cu, Row, OTHERWISE};
use crate::{
    collateral::{listing, major, settlement, OPEN},
    initial, params,
    prices::Feed,
    World, USD,
};
use anchor_lang::prelude::Pubkey;
use firebreak_client::{
    address, instruction,
    oracle::Kind,
    program::{instructions::ListMarketArgs, state::EngineParams},
    risk::{
        collateral_rules::CollateralRules,
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
/// A record and a vault at derived addresses: two searches whose length is luck, 1 500 for each try, and the token program.
const TWO_ADDRESSES: u64 = 35_000;

pub fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = changes()
        .into_iter()
        .chain(collateral())
        .chain(guarding())
        .map(|(name, size, cu)| Row::new(name, size, cu, budget(name)))
        .collect();
    rows.extend(upgrade());
    rows
}

fn budget(name: &str) -> u64 {
    match name {
        "list_collateral" | "execute_collateral_listing" => TWO_ADDRESSES,
        _ => OTHERWISE,
    }
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

/// Two accounts at derived addresses: the worst of 8 tokens counts.
fn collateral() -> Measured {
    let mut w = World::new();
    let args = listing(major(), CollateralRules::MAJOR, OPEN, &feeds(30));
    let tokens: Vec<Pubkey> = (0..8).map(|n| Pubkey::new_from_array([230 + n; 32])).collect();
    for mint in &tokens {
        w.plant_mint(*mint, 9);
    }
    let authority = w.payer().pubkey();
    let of_each = |f: &dyn Fn(&mut World, Pubkey) -> u64| tokens.iter().map(|mint| f(&mut w.clone(), *mint)).max().unwrap_or(0);
    let at_once = of_each(&|w, mint| cu(w.govern(instruction::list_collateral(authority, mint, args.clone()))));
    let propose = of_each(&|w, mint| cu(w.propose_collateral(mint, args.clone())));
    let late = of_each(&|w, mint| {
        w.propose_collateral(mint, args.clone()).expect("proposes");
        w.wait(LIST_DELAY);
        cu(w.execute_collateral_listing(0, mint))
    });
    let mut bare = World::unlisted(initial());
    let settles = instruction::list_collateral(authority, bare.mint, settlement(OPEN));
    let first = cu(bare.govern(settles));
    let coin = w.list_major(100);
    let mut terms = w.terms(coin);
    terms.params.warmup += 1;
    let mut measured = vec![
        ("list_collateral", "the settlement token, 2 sources", first),
        ("list_collateral", "5 sources, worst of 8 tokens", at_once),
        ("propose_collateral_listing", "5 sources, worst of 8 tokens", propose),
        ("execute_collateral_listing", "5 sources, worst of 8 tokens", late),
        ("propose_collateral_terms", "worst of 8 numbers", worst(&w, |w| w.propose_terms(coin, terms))),
        (
            "propose_collateral_sources",
            "5 sources, worst of 8 numbers",
            worst(&w, |w| w.propose_collateral_sources(coin, &feeds(30))),
        ),
    ];
    w.propose_terms(coin, terms).expect("proposes");
    w.propose_collateral_sources(coin, &feeds(30)).expect("proposes");
    w.wait(LIST_DELAY);
    measured.push(("execute_collateral_change", "terms", cu(w.execute_collateral(0, coin))));
    measured.push(("execute_collateral_change", "5 sources", cu(w.execute_collateral(1, coin))));
    measured.push(("set_collateral_cap", "", cu(w.set_collateral_cap(coin, 1))));
    measured
}

fn guarding() -> Measured {
    let mut w = World::with_market();
    let coin = w.list_major(100);
    let guardian = w.appoint();
    let mut terms = w.terms(coin);
    terms.params.warmup += 1;
    let tight = MarketParams { init: Ratio(51_000), ..params() };
    let mut rules = Rules::plain(&params());
    rules.dynamic.uninsured -= 1;
    vec![
        ("tighten_params", "", cu(w.tighten(&guardian, 0, tight))),
        ("tighten_rules", "", cu(w.tighten_rules(&guardian, 0, rules))),
        ("tighten_collateral", "", cu(w.tighten_terms(&guardian, coin, terms))),
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
