//! The instructions on collateral.

use super::{case, cast, places, Case, Cast, Place::*, OK};
use crate::governance::SHOWN;
use firebreak_client::{
    instruction,
    risk::{
        collateral_rules::CollateralRules,
        governance::{collateral::CollateralTerms, LIST_DELAY},
        MarketParams,
    },
    Pubkey,
};
use firebreak_tests::{
    collateral::{feeds_of, listing, major, COIN, OPEN},
    params, World,
};
use solana_signer::Signer;

/// Every instruction on collateral once.
pub fn all() -> Vec<Case> {
    [governance(), changes(), listing_late(), money(), sales(), custody()].into_iter().flatten().collect()
}

fn governance() -> Vec<Case> {
    let Cast { mut w, .. } = cast();
    let (coin, _) = (w.list_major(100), w.list_major(50));
    let payer = w.payer();
    let mint = Pubkey::new_from_array([220; 32]);
    w.plant_mint(mint, 9);
    let args = listing(major(), CollateralRules::MAJOR, OPEN, &feeds_of(5, 100));
    let list = case(
        "list_collateral",
        &w,
        instruction::list_collateral(payer.pubkey(), mint, args),
        &[&payer],
        places([
            ("authority", Signer("NotAuthority")),
            ("protocol", State(OK)),
            ("collateral", Derived),
            ("mint", Mint("ConstraintSeeds")),
            ("vault", Derived),
            ("token_program", Program),
            ("system_program", Program),
            SHOWN,
        ]),
    );
    let cap = case(
        "set_collateral_cap",
        &w,
        instruction::set_collateral_cap(payer.pubkey(), w.mint_of(coin), COIN),
        &[&payer],
        places([("authority", Signer("NotAuthority")), ("protocol", State(OK)), ("collateral", State(OK)), SHOWN]),
    );
    w.vm.pass(5);
    w.publish_token(coin);
    let keys: Vec<Pubkey> = w.tokens[coin as usize].feeds.iter().map(|f| f.key).collect();
    let refresh = case(
        "refresh_collateral",
        &w,
        instruction::refresh_collateral(w.mint_of(coin), &keys),
        &[],
        places([("collateral", State("SourcesMismatch"))]),
    );
    vec![list, cap, refresh]
}

/// Terms that anybody may wait for and the guardian may set at once.
fn tighter(w: &World, coin: u16) -> CollateralTerms {
    let mut terms = w.terms(coin);
    terms.params.warmup += 1;
    terms
}

/// Changes of a listed collateral: proposed (0: terms), executed with another beside it (1: sources), tightened.
fn changes() -> Vec<Case> {
    let Cast { mut w, .. } = cast();
    let (coin, _) = (w.list_major(100), w.list_major(50));
    let guardian = w.appoint();
    let (payer, mint, terms) = (w.payer(), w.mint_of(coin), tighter(&w, coin));
    let (me, id) = (payer.pubkey(), w.next());
    let own = || {
        places([
            ("authority", Signer("NotAuthority")),
            ("protocol", State(OK)),
            ("collateral", State(OK)),
            ("change", Derived),
            ("system_program", Program),
            SHOWN,
        ])
    };
    let sources = feeds_of(5, 100).iter().map(|f| f.source()).collect();
    let mut cases = vec![
        case("propose_collateral_terms", &w, instruction::propose_collateral_terms(me, id, mint, terms), &[&payer], own()),
        case("propose_collateral_sources", &w, instruction::propose_collateral_sources(me, id, mint, sources), &[&payer], own()),
        case(
            "tighten_collateral",
            &w,
            instruction::tighten_collateral(guardian.pubkey(), mint, terms),
            &[&guardian],
            places([("guardian", Signer("NotGuardian")), ("protocol", State(OK)), ("collateral", State(OK)), SHOWN]),
        ),
    ];
    w.propose_terms(coin, terms).expect("proposes");
    w.propose_params(0, MarketParams { dust_notional: 9_000_000, ..params() }).expect("proposes");
    w.wait(LIST_DELAY);
    cases.push(case(
        "execute_collateral_change",
        &w,
        instruction::execute_collateral_change(id, mint, me),
        &[],
        places([
            ("collateral", State("WrongCollateral")),
            ("change", State("WrongChange")),
            ("proposer", Pinned("WrongProposer")),
        ]),
    ));
    cases
}

fn listing_late() -> Vec<Case> {
    let Cast { mut w, taker, .. } = cast();
    let (payer, mint) = (w.payer(), Pubkey::new_from_array([220; 32]));
    let me = payer.pubkey();
    w.plant_mint(mint, 9);
    let args = listing(major(), CollateralRules::MAJOR, OPEN, &feeds_of(5, 100));
    let propose = case(
        "propose_collateral_listing",
        &w,
        instruction::propose_collateral_listing(me, 0, mint, args.clone()),
        &[&payer],
        places([
            ("authority", Signer("NotAuthority")),
            ("protocol", State(OK)),
            ("mint", Mint("WrongCollateralDecimals")),
            ("change", Derived),
            ("system_program", Program),
            SHOWN,
        ]),
    );
    w.propose_collateral(mint, args).expect("proposes");
    w.propose_params(0, MarketParams { dust_notional: 9_000_000, ..params() }).expect("proposes");
    w.wait(LIST_DELAY);
    let execute = case(
        "execute_collateral_listing",
        &w,
        instruction::execute_collateral_listing(taker.owner(), 0, mint, me),
        &[&taker.key],
        places([
            ("caller", Signer(OK)),
            ("protocol", State(OK)),
            ("change", State("WrongChange")),
            ("proposer", Pinned("WrongProposer")),
            ("collateral", Derived),
            ("mint", Mint("ConstraintSeeds")),
            ("vault", Derived),
            ("token_program", Program),
            ("system_program", Program),
        ]),
    );
    vec![propose, execute]
}

fn money() -> Vec<Case> {
    let Cast { mut w, bystander, .. } = cast();
    let (coin, _) = (w.list_major(100), w.list_major(50));
    w.deposit_collateral(&bystander, coin, COIN).expect("deposits");
    let (purse, mint) = (w.purse(&bystander, coin, COIN), w.mint_of(coin));
    let deposit = case(
        "deposit_collateral",
        &w,
        instruction::deposit_collateral(bystander.owner(), bystander.account, purse, mint, COIN),
        &[&bystander.key],
        places([
            ("owner", Signer("NotOwner")),
            ("account", State("NotOwner")),
            ("collateral", State("WrongCollateral")),
            ("from", Tokens("WrongMint")),
            ("vault", Tokens("WrongVault")),
            ("mint", Mint("WrongCollateral")),
            ("token_program", Program),
        ]),
    );
    let needs = w.needs_of(&bystander, None);
    let withdraw = case(
        "withdraw_collateral",
        &w,
        instruction::withdraw_collateral(bystander.owner(), bystander.account, purse, mint, COIN, needs),
        &[&bystander.key],
        places([
            ("owner", Signer("NotOwner")),
            ("protocol", State(OK)),
            ("account", State("NotOwner")),
            ("collateral", State("WrongCollateral")),
            ("to", Tokens("WrongMint")),
            ("vault", Tokens("WrongVault")),
            ("mint", Mint("WrongCollateral")),
            ("token_program", Program),
        ]),
    );
    vec![deposit, withdraw]
}

fn sales() -> Vec<Case> {
    let Cast { mut w, taker, keeper, .. } = cast();
    let (coin, _) = (w.list_major(100), w.list_major(50));
    w.deposit_collateral(&taker, coin, COIN).expect("deposits");
    w.pass(200);
    w.price(0, 94_00000000, 5);
    w.refresh_tokens();
    w.settle(&taker, &taker, 0).expect("owes");
    let needs = (w.needs_of(&taker, None), w.needs_of(&keeper, None));
    let sell = case(
        "liquidate_collateral",
        &w,
        instruction::liquidate_collateral(keeper.owner(), keeper.account, taker.account, (coin, COIN), needs),
        &[&keeper.key],
        places([
            ("owner", Signer("NotOwner")),
            ("protocol", State(OK)),
            ("account", State("MarketsMismatch")),
            ("keeper", State("NotOwner")),
        ]),
    );
    w.price(0, 80_00000000, 5);
    w.flag(&taker).expect("flags");
    let forfeit = case(
        "forfeit_collateral",
        &w,
        instruction::forfeit_collateral(taker.account, w.mint_of(coin), w.needs_of(&taker, None)),
        &[],
        places([("protocol", State(OK)), ("account", State("MarketsMismatch")), ("collateral", State("NoCollateral"))]),
    );
    vec![sell, forfeit]
}

/// A coin that nobody bought within its time, and somebody who buys it now.
fn custody() -> Vec<Case> {
    let Cast { mut w, taker, keeper, .. } = cast();
    let (coin, _) = (w.list_major(100), w.list_major(50));
    w.forfeited(&taker, coin);
    let (mints, needs) = ((w.mint_of(coin), w.mint), w.needs_of(&keeper, None));
    vec![case(
        "buy_forfeited",
        &w,
        instruction::buy_forfeited(keeper.owner(), keeper.account, mints, COIN, needs),
        &[&keeper.key],
        places([
            ("owner", Signer("NotOwner")),
            ("protocol", State(OK)),
            ("insurance", State(OK)),
            ("keeper", State("NotOwner")),
            ("collateral", State("CollateralsMismatch")),
        ]),
    )]
}
