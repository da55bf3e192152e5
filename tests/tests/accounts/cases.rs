//! A valid call of each instruction, and what stands in each of its places.

use super::governance;
use anchor_lang::solana_program::instruction::Instruction;
use firebreak_tests::{Trader, World};
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
mod insurer;
mod keeper;
mod trader;

use Place::*;

const EVENTS: [(&str, Place); 2] = [("event_authority", EventAuthority), ("program", SelfProgram)];

pub fn places(own: impl IntoIterator<Item = (&'static str, Place)>) -> Vec<(&'static str, Place)> {
    own.into_iter().chain(EVENTS).collect()
}

/// How a token account is refused whose owner did not sign.
const NOT_HIS: &str = "NotTokenAuthority";

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
    let families = [governance::cases(), trader::all(), insurer::all(), keeper::all(), collaterals::all()];
    families.into_iter().flatten().collect()
}
