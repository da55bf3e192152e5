//! Steps on an account's collateral.

use super::{units, Desk, Given, No, Taken};
use firebreak_client::{
    instruction,
    program::state::SETTLEMENT,
    risk::{margin::Markets, num::notional_down, ops},
    Pubkey,
};

/// Buys at most `amount` of collateral number `index` of the account at `key` for the keeper.
pub fn sell(desk: &mut Desk, key: &Pubkey, index: u16, amount: u64) -> Result<Taken, No> {
    let (own, mut keeper) = desk.own()?;
    if own == *key {
        return Err(No::Rule("a keeper does not buy its own collateral"));
    }
    let mut account = desk.account(key)?;
    let mut given = Given::default();
    desk.read(&mut given, &account, None)?;
    let theirs = given.needs.clone();
    let mut given_own = Given::default();
    desk.read(&mut given_own, &keeper, None)?;
    let owns = given_own.needs.clone();
    desk.read(&mut given, &keeper, None)?;
    let (_, record) = desk.collateral(index)?;
    let setting = desk.setting()?;
    let compute = units(25_000, given.passed.len()).saturating_add(10_000);
    let rules = record.feed.rules;
    let sides = (&mut account.engine.0, &mut keeper.engine.0);
    let sold = ops::sell_collateral((index, &rules), sides, amount, &mut given, &setting)?;
    desk.put_given(&given)?;
    desk.put(key, &account);
    desk.put(&own, &keeper);
    // Worth what a sale at the low price brings, less what was paid.
    let worth = given.settlement()?.from_usd_down(notional_down(record.engine.price.low, sold.amount)?, desk.now)?;
    let instruction = instruction::liquidate_collateral(desk.wallet.owner, own, *key, (index, amount), (theirs, owns));
    Ok(Taken { instruction, earned: worth.saturating_sub(sold.paid), compute, lots: sold.amount })
}

/// Begins or ends the wait for a buyer of collateral number `index` of the account at `key`.
pub fn forfeit(desk: &mut Desk, key: &Pubkey, index: u16) -> Result<Taken, No> {
    if index == SETTLEMENT {
        return Err(No::Rule("the settlement token is capital"));
    }
    let mut account = desk.account(key)?;
    let mut given = Given::default();
    desk.read(&mut given, &account, None)?;
    let (place, mut record) = desk.collateral(index)?;
    let rules = record.feed.rules;
    let setting = desk.setting()?;
    let amount = ops::forfeit(&mut account.engine, (index, &rules), &given, &setting)?;
    record.take_custody(amount, desk.now).map_err(|_| No::Rule("the record's total would not be what accounts hold"))?;
    desk.put(&place, &record);
    desk.put(key, &account);
    let compute = units(15_000, given.passed.len()).saturating_add(5_000);
    Taken::plain(instruction::forfeit_collateral(*key, record.mint, &given.needs), compute)
}
