//! The instructions of owners.

use super::{case, cast, places, Case, Cast, Place::*, NOT_HIS, OK};
use firebreak_client::{instruction, program::instructions::AccountKind};
use firebreak_tests::{stop, terms, top_up, World, UNIT, USD};

/// Each of them once.
pub fn all() -> Vec<Case> {
    [opening(), money(), trading(), owning(), orders()].into_iter().flatten().collect()
}

fn opening() -> Vec<Case> {
    let mut w = World::new();
    let ann = w.trader(0);
    vec![case(
        "open_account",
        &w,
        instruction::open_account(ann.owner(), 1),
        &[&ann.key],
        places([("owner", Signer("ConstraintSeeds")), ("account", Derived), ("system_program", Program)]),
    )]
}

fn money() -> Vec<Case> {
    let Cast { mut w, taker, .. } = cast();
    w.list_major(100);
    let deposit = case(
        "deposit",
        &w,
        instruction::deposit(taker.owner(), taker.account, taker.wallet, w.mint, USD),
        &[&taker.key],
        places([
            ("payer", Signer(NOT_HIS)),
            ("protocol", State(OK)),
            ("account", State(OK)),
            ("from", Tokens(NOT_HIS)),
            ("vault", Tokens("WrongVault")),
            ("mint", Mint("WrongMint")),
            ("token_program", Program),
            ("collateral", State("WrongVault")),
        ]),
    );
    let mut rich = w.clone();
    rich.deposit(&taker, 60 * USD).expect("deposits");
    let withdraw = case(
        "withdraw",
        &rich,
        instruction::withdraw(taker.owner(), taker.account, taker.wallet, w.mint, USD, &[0]),
        &[&taker.key],
        places([
            ("owner", Signer("NotOwner")),
            ("protocol", State(OK)),
            ("account", State("NotOwner")),
            ("to", Tokens(OK)),
            ("vault", Tokens("WrongVault")),
            ("mint", Mint("WrongMint")),
            ("token_program", Program),
            ("collateral", State("WrongVault")),
        ]),
    );
    vec![deposit, withdraw]
}

fn trading() -> Vec<Case> {
    let Cast { mut w, maker, taker, .. } = cast();
    let post = case(
        "post_quote",
        &w,
        instruction::post_quote(maker.owner(), maker.account, 0, terms(5)),
        &[&maker.key],
        places([
            ("owner", Signer("NotOwner")),
            ("account", State("ConstraintSeeds")),
            ("market", State("ConstraintSeeds")),
            ("quote", Derived),
            ("system_program", Program),
        ]),
    );
    let take = case(
        "take",
        &w,
        instruction::take(taker.owner(), taker.account, maker.account, 0, -UNIT, 0, &[]),
        &[&taker.key],
        places([
            ("owner", Signer("NotOwner")),
            ("protocol", State(OK)),
            ("market", State("WrongQuote")),
            ("taker", State("NotOwner")),
            ("quote", State("WrongQuote")),
            ("maker", State("WrongQuote")),
        ]),
    );
    let matched = case(
        "match_trade",
        &w,
        instruction::match_trade((taker.owner(), taker.account), (maker.owner(), maker.account), 0, -UNIT, 100_00000000, &[]),
        &[&taker.key, &maker.key],
        places([
            ("taker_owner", Signer("NotOwner")),
            ("maker_owner", Signer("NotOwner")),
            ("protocol", State(OK)),
            ("market", State("MarketsMismatch")),
            ("taker", State("NotOwner")),
            ("maker", State("NotOwner")),
        ]),
    );
    w.price(0, 110_00000000, 5);
    w.settle(&maker, &maker, 0).expect("pays");
    w.settle(&taker, &taker, 0).expect("earns");
    w.pass(1_500);
    let convert = case(
        "convert",
        &w,
        instruction::convert(taker.owner(), taker.account, 0, &[]),
        &[&taker.key],
        places([
            ("owner", Signer("NotOwner")),
            ("protocol", State(OK)),
            ("market", State("MarketsMismatch")),
            ("account", State("NotOwner")),
        ]),
    );
    vec![post, take, matched, convert]
}

fn owning() -> Vec<Case> {
    let Cast { mut w, bystander, taker, .. } = cast();
    let second = w.open(&taker, 1, AccountKind::Cross);
    w.deposit(&taker, 60 * USD).expect("deposits");
    let transfer = case(
        "transfer",
        &w,
        instruction::transfer(taker.owner(), taker.account, second.account, USD, &[0]),
        &[&taker.key],
        places([
            ("owner", Signer("NotSameOwner")),
            ("protocol", State(OK)),
            ("from", State("NotSameOwner")),
            ("to", State("NotSameOwner")),
        ]),
    );
    w.vm.pass(1);
    let close = case(
        "close_account",
        &w,
        instruction::close_account(taker.owner(), second.account),
        &[&taker.key],
        places([("owner", Signer("NotOwner")), ("account", State("NotOwner"))]),
    );
    let remove = case(
        "remove_quote",
        &w,
        instruction::remove_quote(bystander.owner(), 0, 0),
        &[&bystander.key],
        places([("owner", Signer("ConstraintSeeds")), ("account", Derived), ("quote", State("WrongQuote"))]),
    );
    vec![transfer, close, remove]
}

fn orders() -> Vec<Case> {
    let Cast { mut w, maker, taker, keeper, .. } = cast();
    let place = case(
        "place_order",
        &w,
        instruction::place_order(taker.owner(), taker.account, 0, stop(5)),
        &[&taker.key],
        places([
            ("owner", Signer("NotOwner")),
            ("account", State("ConstraintSeeds")),
            ("order", Derived),
            ("system_program", Program),
        ]),
    );
    let source = w.open(&taker, 1, AccountKind::Cross);
    w.deposit(&source, 60 * USD).expect("deposits");
    // One of another owner beside it, so that there is one to confuse it with.
    w.place_order(&keeper, 0, stop(5)).expect("places");
    let bare = w.clone();
    w.place_order(&taker, 0, stop(5)).expect("places");
    let cancel = case(
        "cancel_order",
        &w,
        instruction::cancel_order(taker.owner(), 0, 0),
        &[&taker.key],
        places([("owner", Signer("ConstraintSeeds")), ("account", Derived), ("order", State("WrongOrder"))]),
    );
    w.price(0, 97_50000000, 5);
    let run = case(
        "run_order",
        &w,
        instruction::run_order(taker.account, 0, 0, maker.account, keeper.account, &[]),
        &[],
        places([
            ("protocol", State(OK)),
            ("market", State("WrongQuote")),
            ("account", State("WrongOrder")),
            ("order", State("WrongOrder")),
            ("quote", State("WrongQuote")),
            ("maker", State("WrongQuote")),
            ("keeper", State(OK)),
        ]),
    );
    let mut w = bare;
    w.place_order(&taker, 0, top_up(10, 1)).expect("places");
    w.price(0, 97_50000000, 5);
    let top_up = case(
        "run_top_up",
        &w,
        instruction::run_top_up(taker.account, 0, source.account, keeper.account, &[0]),
        &[],
        places([
            ("protocol", State(OK)),
            ("account", State("WrongOrder")),
            ("order", State("WrongOrder")),
            ("source", State("WrongSource")),
            ("keeper", State(OK)),
        ]),
    );
    let publish = case(
        "publish_report",
        &w,
        instruction::publish_report(keeper.owner(), 0),
        &[&keeper.key],
        places([
            ("payer", Signer(OK)),
            ("protocol", State(OK)),
            ("market", State("ConstraintSeeds")),
            ("insurance", State(OK)),
            ("report", Derived),
            ("system_program", Program),
        ]),
    );
    vec![place, cancel, run, top_up, publish]
}
