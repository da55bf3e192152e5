//! A valid call of each instruction, and what stands in each of its places.

use super::governance;
use anchor_lang::solana_program::instruction::Instruction;
use firebreak_client::{instruction, program::instructions::AccountKind, Pubkey};
use firebreak_tests::{stop, terms, top_up, Trader, World, UNIT, USD};
use solana_keypair::Keypair;

/// What stands in a place, and by which name another of its kind is refused there (`OK`: any of its kind will do).
pub enum Place {
    /// Somebody who signs.
    Signer(&'static str),
    /// An account of this program.
    State(&'static str),
    /// An account of this program in a layout that an older one wrote.
    OldState,
    /// An account that the instruction creates, or finds by its derived address.
    Derived,
    /// A token account.
    Tokens(&'static str),
    /// A mint.
    Mint(&'static str),
    /// The loader's record of this program.
    ProgramData,
    /// The same, where it is asked for after the deployment.
    ForeignProgramData,
    /// An account that is found by its address, or that another account names; and how any other is refused.
    Pinned(&'static str),
    /// A program.
    Program,
    /// The signer of the program's events.
    EventAuthority,
    /// The program, for its events.
    SelfProgram,
}

/// Another of its kind is as good.
pub const OK: &str = "";

/// One valid call.
pub struct Case {
    pub name: &'static str,
    pub world: World,
    pub instruction: Instruction,
    pub signers: Vec<Keypair>,
    pub places: Vec<(&'static str, Place)>,
}

mod collaterals;

use Place::*;

const EVENTS: [(&str, Place); 2] = [("event_authority", EventAuthority), ("program", SelfProgram)];

pub fn places(own: impl IntoIterator<Item = (&'static str, Place)>) -> Vec<(&'static str, Place)> {
    own.into_iter().chain(EVENTS).collect()
}

/// The people of the cases: a maker, a taker long in market 0, a bystander without positions, a keeper.
pub struct Cast {
    pub w: World,
    pub maker: Trader,
    pub taker: Trader,
    pub bystander: Trader,
    pub keeper: Trader,
}

/// Two markets and everybody in place; the taker is long 10 units in market 0 with 60 USD.
pub fn cast() -> Cast {
    let mut w = World::with_markets(2);
    let (maker, taker) = (w.trader(10_000), w.trader(60));
    let (bystander, keeper) = (w.trader(1_000), w.trader(10_000));
    for market in 0..2 {
        w.quote(&maker, market, 100);
    }
    w.quote(&bystander, 0, 100);
    w.take(&taker, &maker, 0, 10).expect("takes");
    Cast { w, maker, taker, bystander, keeper }
}

pub fn case(
    name: &'static str,
    world: &World,
    instruction: Instruction,
    signers: &[&Keypair],
    places: Vec<(&'static str, Place)>,
) -> Case {
    assert!(places.len() <= instruction.accounts.len(), "{name}");
    Case { name, world: world.clone(), instruction, signers: signers.iter().map(|k| k.insecure_clone()).collect(), places }
}

/// Every instruction once.
pub fn all() -> Vec<Case> {
    let families = [
        governance::cases(),
        opening(),
        money(),
        staking(),
        trading(),
        owning(),
        orders(),
        keeping(),
        ranking(),
        losses(),
        collaterals::all(),
    ];
    families.into_iter().flatten().collect()
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

const NOT_HIS: &str = "NotTokenAuthority";

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
    vec![deposit, withdraw, fund]
}

/// The bystander's stake, from its first atom to its end.
fn staking() -> Vec<Case> {
    let Cast { mut w, bystander, taker, .. } = cast();
    w.stake(&taker, 0, USD).expect("somebody else's stake");
    let (owner, mint) = (bystander.owner(), w.mint);
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
    vec![stake, request, unstake, treasury, global, hold, close]
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
