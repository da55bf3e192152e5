//! What can be done, as data: one value is one instruction.

use firebreak_risk::{
    price::{Observation, MAX_SOURCES},
    tranches::Seniority,
    Price,
};

/// Number of an account.
pub type Who = u32;

/// One instruction. Accounts and markets by number, amounts in atoms, sizes in lots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Takes the sources in; a silent one is `None`.
    Refresh { m: u16, seen: [Option<Observation>; MAX_SOURCES] },
    /// Brings the market's risk state up to its last price.
    Accrue { m: u16 },
    /// Tokens in.
    Deposit { who: Who, atoms: u64 },
    /// Tokens out, within health and the vault's outflow limit.
    Withdraw { who: Who, atoms: u64 },
    /// `taker` buys (positive) from `maker` at `price`.
    Trade { m: u16, taker: Who, maker: Who, lots: i64, price: Price },
    /// Marks a position and pays what it owes.
    Settle { m: u16, who: Who, by_owner: bool },
    /// Turns a warm claim into capital.
    Convert { m: u16, who: Who },
    /// Starts an account's clock.
    Flag { who: Who },
    /// Takes a position over.
    Liquidate { m: u16, who: Who, keeper: Who, lots: u64, floor: u64 },
    /// Declares an account bankrupt.
    Declare { who: Who },
    /// Closes a bankrupt position against `other`, which must score at least `floor`.
    Deleverage { m: u16, who: Who, other: Who, floor: u64 },
    /// Pays what a bankrupt account came to later.
    Recover { m: u16, who: Who },
    /// Covers and shares a deficit.
    Share { m: u16 },
    /// Hands the market's insurance fees to the fund.
    Sweep { m: u16 },
    /// Stakes into insurance.
    Stake { staker: usize, tranche: Seniority, atoms: u64 },
    /// Asks the whole stake back.
    Unstake { staker: usize },
    /// Pays a cooled request out.
    PayOut { staker: usize },
    /// Gives the fund tokens that strengthen nobody's shares.
    Give { atoms: u64 },
    /// Deposits collateral number `collateral`, in its smallest units.
    Pledge { who: Who, collateral: u16, amount: u64 },
    /// Takes collateral out, within health and its vault's outflow limit.
    Reclaim { who: Who, collateral: u16, amount: u64 },
    /// Buys at most `amount` of an account's collateral for the keeper.
    Buy { who: Who, keeper: Who, collateral: u16, amount: u64 },
    /// Takes away what nobody bought of an account that cannot pay, when its time for sale is over; before, starts that time.
    Forfeit { who: Who, collateral: u16 },
    /// Trips and releases the global breaker.
    CheckGlobal,
    /// Takes in the price of a collateral; number 0 is the settlement token.
    Reprice { collateral: u16, seen: [Option<Observation>; MAX_SOURCES] },
}

/// What an action did, as far as somebody counts it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// Notional taken over, deleveraged or traded; what a keeper paid for collateral.
    pub notional: u64,
    /// Lots of it; units of collateral sold or forfeited.
    pub lots: u64,
    /// Penalty charged.
    pub penalty: u64,
    /// What the keeper earned: discount and reward.
    pub earned: u64,
    /// Paid out of the pool (convert, recover), into it (settle, declare), or out to a staker.
    pub paid: u64,
    /// New deficit.
    pub deficit: u64,
    /// Paid by the market's pot.
    pub pot: u64,
    /// Paid by junior insurance.
    pub junior: u64,
    /// Paid by senior insurance.
    pub senior: u64,
    /// Borne by claims.
    pub shared: u64,
    /// Notional closed at a counterparty beyond what the bankrupt position lost.
    pub excess: u64,
    /// Fee charged.
    pub fee: u64,
}
