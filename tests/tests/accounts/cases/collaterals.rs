//! The instructions on collateral.

use super::{case, cast, places, Case, Cast, Place::*, OK};
use crate::governance::SHOWN;
use firebreak_client::{instruction, risk::collateral_rules::CollateralRules, Pubkey};
use firebreak_tests::collateral::{feeds_of, listing, major, COIN, OPEN};
use solana_signer::Signer;

/// Every instruction on collateral once.
pub fn all() -> Vec<Case> {
    [governance(), money(), sales()].into_iter().flatten().collect()
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
