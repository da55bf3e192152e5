//! A valid call of each instruction, and what stands in each of its places.

use super::governance;
use anchor_lang::solana_program::instruction::Instruction;
use firebreak_client::{instruction, Pubkey};
use firebreak_tests::{terms, Trader, World, UNIT, USD};
use solana_keypair::Keypair;

/// What stands in a place, and by which name another of its kind is refused there (`OK`: any of its kind will do).
pub enum Place {
    /// Somebody who signs.
    Signer(&'static str),
    /// An account of this program.
    State(&'static str),
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
    [governance::cases(), opening(), money(), trading(), keeping(), losses()].into_iter().flatten().collect()
}

fn opening() -> Vec<Case> {
    let mut w = World::new();
    let ann = w.trader(0);
    vec![case(
        "open_account",
        &w,
        instruction::open_account(ann.owner(), 1),
        &[&ann.key],
        vec![("owner", Signer("ConstraintSeeds")), ("account", Derived), ("system_program", Program)],
    )]
}

const NOT_HIS: &str = "NotTokenAuthority";

fn money() -> Vec<Case> {
    let Cast { w, taker, .. } = cast();
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
        ]),
    );
    vec![deposit, withdraw, fund]
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
    vec![post, take, convert]
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
    vec![sweep, declare, share, recover()]
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
