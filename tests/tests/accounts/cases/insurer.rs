//! The instructions of insurers, and those that move insurance.

use super::{case, cast, places, Case, Cast, Place::*, NOT_HIS, OK};
use firebreak_client::instruction;
use firebreak_tests::USD;

/// The bystander's stake, from its first atom to its end.
pub fn all() -> Vec<Case> {
    let Cast { mut w, bystander, taker, .. } = cast();
    w.stake(&taker, 0, USD).expect("somebody else's stake");
    let (owner, mint) = (bystander.owner(), w.mint);
    let fund = case(
        "fund_insurance",
        &w,
        instruction::fund_insurance(taker.owner(), taker.wallet, w.mint, USD),
        &[&taker.key],
        places([
            ("payer", Signer(NOT_HIS)),
            ("protocol", State(OK)),
            ("insurance", State(OK)),
            ("from", Tokens(NOT_HIS)),
            ("vault", Tokens("WrongVault")),
            ("mint", Mint("WrongMint")),
            ("token_program", Program),
            ("collateral", State("WrongVault")),
        ]),
    );
    let stake = case(
        "stake",
        &w,
        instruction::stake(owner, 0, bystander.wallet, mint, USD),
        &[&bystander.key],
        places([
            ("owner", Signer("ConstraintSeeds")),
            ("protocol", State(OK)),
            ("insurance", State(OK)),
            ("stake", Derived),
            ("from", Tokens(NOT_HIS)),
            ("vault", Tokens("WrongVault")),
            ("mint", Mint("WrongMint")),
            ("token_program", Program),
            ("collateral", State("WrongVault")),
            ("system_program", Program),
        ]),
    );
    w.stake(&bystander, 0, USD).expect("stakes");
    let request = case(
        "request_unstake",
        &w,
        instruction::request_unstake(owner, 0, 16),
        &[&bystander.key],
        places([("owner", Signer("NotOwner")), ("insurance", State(OK)), ("stake", State("NotOwner"))]),
    );
    w.request_all(&bystander, 0).expect("asks");
    w.pass(216_000);
    let unstake = case(
        "unstake",
        &w,
        instruction::unstake(owner, 0, bystander.wallet, mint, &[]),
        &[&bystander.key],
        places([
            ("owner", Signer("NotOwner")),
            ("protocol", State(OK)),
            ("insurance", State(OK)),
            ("stake", State("NotOwner")),
            ("to", Tokens(OK)),
            ("vault", Tokens("WrongVault")),
            ("mint", Mint("WrongMint")),
            ("token_program", Program),
            ("collateral", State("WrongVault")),
        ]),
    );
    let treasury = case(
        "collect_treasury",
        &w,
        instruction::collect_treasury(0, firebreak_tests::TREASURY, mint),
        &[],
        places([
            ("protocol", State(OK)),
            ("market", State("ZeroAmount")),
            ("treasury", Tokens("WrongTreasury")),
            ("vault", Tokens("WrongVault")),
            ("mint", Mint("WrongMint")),
            ("token_program", Program),
            ("collateral", State("WrongVault")),
        ]),
    );
    let global = case(
        "check_global",
        &w,
        instruction::check_global(w.mint),
        &[],
        places([("protocol", State(OK)), ("insurance", State(OK)), ("collateral", State("WrongCollateral"))]),
    );
    let mut held = w.clone();
    held.allot(0).expect("allots");
    held.vm.pass(100);
    let hold = case(
        "hold_unstake",
        &held,
        instruction::hold_unstake(owner, 0, w.mint, &[0]),
        &[],
        places([
            ("protocol", State(OK)),
            ("insurance", State(OK)),
            ("collateral", State("WrongCollateral")),
            ("stake", State("NothingRequested")),
        ]),
    );
    w.unstake(&bystander, 0).expect("pays");
    let close = case(
        "close_stake",
        &w,
        instruction::close_stake(owner, 0),
        &[&bystander.key],
        places([("owner", Signer("NotOwner")), ("insurance", State(OK)), ("stake", State("NotOwner"))]),
    );
    vec![fund, stake, request, unstake, treasury, global, hold, close]
}
