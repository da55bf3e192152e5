//! The instructions that anybody sends.

use super::{case, cast, places, Case, Cast, Place::*, OK};
use firebreak_client::{instruction, Pubkey};
use firebreak_tests::{UNIT, USD};

/// Each of them once.
pub fn all() -> Vec<Case> {
    [keeping(), ranking(), losses()].into_iter().flatten().collect()
}

fn keeping() -> Vec<Case> {
    let Cast { mut w, taker, keeper, .. } = cast();
    let keys: Vec<Pubkey> = w.feeds[0].iter().map(|f| f.key).collect();
    let refresh =
        case("refresh_market", &w, instruction::refresh_market(0, &keys), &[], places([("market", State("SourcesMismatch"))]));
    let accrue = case("accrue", &w, instruction::accrue(0), &[], places([("market", State(OK)), ("insurance", State(OK))]));
    let allot = case("allot", &w, instruction::allot(0), &[], places([("market", State(OK)), ("insurance", State(OK))]));
    w.price(0, 97_00000000, 5);
    let settle = case(
        "settle",
        &w,
        instruction::settle(keeper.owner(), taker.account, 0, &[]),
        &[&keeper.key],
        places([("caller", Signer(OK)), ("market", State("MarketsMismatch")), ("account", State("SettleNotPermitted"))]),
    );
    let flag = case("flag", &w, instruction::flag(taker.account, &[0]), &[], places([("account", State("NotLiquidatable"))]));
    w.flag(&taker).expect("flags");
    let liquidate = case(
        "liquidate",
        &w,
        instruction::liquidate(keeper.owner(), keeper.account, taker.account, 0, u64::MAX, &[]),
        &[&keeper.key],
        places([
            ("owner", Signer("NotOwner")),
            ("protocol", State(OK)),
            ("market", State("MarketsMismatch")),
            ("account", State("NotFlagged")),
            ("keeper", State("NotOwner")),
        ]),
    );
    vec![refresh, accrue, allot, settle, flag, liquidate]
}

fn losses() -> Vec<Case> {
    let Cast { mut w, taker, keeper, .. } = cast();
    let sweep = case(
        "sweep_fees",
        &w,
        instruction::sweep_fees(0),
        &[],
        places([("market", State("ZeroAmount")), ("insurance", State(OK))]),
    );
    w.price(0, 90_00000000, 5);
    let declare = case(
        "declare_bankrupt",
        &w,
        instruction::declare_bankrupt(taker.account, &[0]),
        &[],
        places([("account", State("NotBankrupt"))]),
    );
    w.declare_bankrupt(&taker).expect("declares");
    w.liquidate(&keeper, &taker, 0).expect("takes over");
    let share = case(
        "share_loss",
        &w,
        instruction::share_loss(0),
        &[],
        places([("market", State("NoDeficit")), ("insurance", State(OK))]),
    );
    vec![sweep, declare, share, recover(), migrate(), deleverage(), dust(), ending(), skim()]
}

/// Boards and quotes: the taker is flagged, the bystander quotes.
fn ranking() -> Vec<Case> {
    let Cast { mut w, taker, bystander, keeper, .. } = cast();
    w.price(0, 97_00000000, 5);
    w.flag(&taker).expect("flags");
    let group = w.group(&taker);
    let rank = case("rank", &w, instruction::rank(0, &[group]), &[], places([("market", State("MarketsMismatch"))]));
    w.pass(25);
    let quotes = case(
        "liquidate_into_quotes",
        &w,
        instruction::liquidate_into_quotes((keeper.account, bystander.account, taker.account), 0, u64::MAX, &[]),
        &[],
        places([
            ("protocol", State(OK)),
            ("market", State("WrongQuote")),
            ("account", State("NotFlagged")),
            ("quote", State("WrongQuote")),
            ("maker", State("WrongQuote")),
            ("keeper", State(OK)),
        ]),
    );
    vec![rank, quotes]
}

fn deleverage() -> Case {
    let Cast { mut w, maker, taker, .. } = cast();
    w.price(0, 90_00000000, 5);
    w.declare_bankrupt(&taker).expect("declares");
    let ix = w.deleveraging(&taker, 0, &[&maker], &[]);
    let own = [("protocol", State(OK)), ("market", State("MarketsMismatch")), ("account", State("SelfTrade"))];
    case("deleverage", &w, ix, &[], places(own))
}

fn dust() -> Case {
    let Cast { mut w, maker, bystander: small, .. } = cast();
    let all = w.engine(&small).capital;
    w.withdraw(&small, all - 2 * USD).expect("withdraws");
    w.take_lots(&small, &maker, 0, UNIT / 10).expect("takes");
    w.price(0, 90_10000000, 5);
    w.flag(&small).expect("flags");
    let group = w.group(&maker);
    let ix = instruction::close_dust(small.account, 0, &[], Some(group), &[]);
    let own = [("protocol", State(OK)), ("market", State("MarketsMismatch")), ("account", State("SelfTrade"))];
    case("close_dust", &w, ix, &[], places(own))
}

fn ending() -> Case {
    let Cast { mut w, .. } = cast();
    w.vm.pass(217_000);
    w.publish(1);
    w.refresh(1).expect("refreshes");
    let ix = instruction::enter_settlement(0);
    case("enter_settlement", &w, ix, &[], places([("market", State("PriceNotFrozen"))]))
}

fn skim() -> Case {
    let Cast { mut w, .. } = cast();
    w.send_to_vault(5);
    let ix = instruction::skim(w.mint);
    let own = [("insurance", State(OK)), ("collateral", State("WrongVault")), ("vault", Tokens("WrongVault"))];
    case("skim", &w, ix, &[], places(own))
}

/// Under a program with a second layout of margin accounts.
fn migrate() -> Case {
    let Cast { mut w, taker, keeper, .. } = cast();
    w.upgrade_to("layout-2/firebreak");
    let ix = instruction::migrate(keeper.owner(), taker.account);
    let own = [("payer", Signer(OK)), ("account", OldState), ("system_program", Program)];
    case("migrate", &w, ix, &[&keeper.key], places(own))
}

/// The taker loses more in market 0 than it has and wins in market 1.
fn recover() -> Case {
    let Cast { mut w, maker, taker, keeper, .. } = cast();
    w.take(&taker, &maker, 1, 1).expect("takes");
    w.price(0, 90_00000000, 5);
    w.price(1, 110_00000000, 0);
    w.declare_bankrupt(&taker).expect("declares");
    w.liquidate(&keeper, &taker, 0).expect("takes over");
    w.settle(&maker, &maker, 1).expect("pays");
    w.settle(&taker, &taker, 1).expect("earns");
    w.pass(1_500);
    w.share_loss(0).expect("shares");
    case(
        "recover",
        &w,
        instruction::recover(taker.account, 1, &[0, 1]),
        &[],
        places([("protocol", State(OK)), ("account", State("NothingToRecover"))]),
    )
}
