//! Steps on an account in distress.

use super::{
    shown::{note_worst, show, worst},
    units, Desk, Given, No, Taken,
};
use firebreak_client::{
    address, instruction,
    program::state::MarginAccount,
    risk::{num::add, ops, rank::EITHER},
    Pubkey,
};

fn positions(account: &MarginAccount) -> usize {
    account.engine.active().count()
}

pub fn flag(desk: &mut Desk, key: &Pubkey) -> Result<Taken, No> {
    let mut account = desk.account(key)?;
    let mut given = Given::default();
    desk.read(&mut given, &account, None)?;
    ops::flag(&mut account.engine, &mut given, &desk.clock())?;
    // Only what raised margin alone makes liquidatable changes markets; they are then to be passed writable.
    let raised = !given.changed.is_empty();
    let compute = units(8_000, positions(&account));
    desk.put_given(&given)?;
    desk.put(key, &account);
    let instruction = match raised {
        true => instruction::flag_raised(*key, &given.needs),
        false => instruction::flag(*key, &given.needs),
    };
    Taken::plain(instruction, compute)
}

pub fn declare(desk: &mut Desk, key: &Pubkey) -> Result<Taken, No> {
    let mut account = desk.account(key)?;
    let mut given = Given::default();
    desk.read(&mut given, &account, None)?;
    let compute = units(12_000, 2 * positions(&account));
    ops::declare(&mut account.engine, &mut given, &desk.clock())?;
    desk.put_given(&given)?;
    desk.put(key, &account);
    Taken::plain(instruction::declare_bankrupt(*key, &given.needs), compute)
}

pub fn liquidate(desk: &mut Desk, key: &Pubkey, index: u16, lots: u64, shown: &[Pubkey]) -> Result<Taken, No> {
    let (own, mut keeper) = desk.own()?;
    if own == *key {
        return Err(No::Rule("a keeper does not take its own position over"));
    }
    let (place, mut market) = desk.market(index)?;
    let mut account = desk.account(key)?;
    let mut given = Given::default();
    desk.read(&mut given, &account, Some(index))?;
    desk.read(&mut given, &keeper, Some(index))?;
    let others = given.needs.clone();
    let (seen, groups) = show(desk, &market, &mut given, shown)?;
    let floor = market.worst.floor(EITHER, &worst(&seen, key));
    let setting = desk.setting()?;
    let compute = units(20_000, positions(&account) + positions(&keeper) + 2 * seen.len());
    let sides = (&mut account.engine.0, &mut keeper.engine.0);
    let step = ops::liquidate((index, &mut market.engine), sides, lots, floor, &given, &setting)?;
    note_worst(&mut market, &seen, (key, &account.engine), &step.after);
    market.invariant().map_err(|_| No::Rule("a market's totals would contradict each other"))?;
    desk.put(&place, &market);
    desk.put(key, &account);
    desk.put(&own, &keeper);
    let instruction = instruction::liquidate(desk.wallet.owner, own, *key, index, lots, &others);
    let instruction = instruction::showing(instruction, index, others, &groups);
    Ok(Taken { instruction, earned: add(step.taken.discount, step.reward)?, compute, lots: lots.min(step.plan.base.abs()) })
}

pub fn into_quotes(
    desk: &mut Desk,
    (key, maker_key): (&Pubkey, &Pubkey),
    index: u16,
    lots: u64,
    shown: &[Pubkey],
) -> Result<Taken, No> {
    let (own, mut keeper) = desk.own()?;
    if own == *key || own == *maker_key || key == maker_key {
        return Err(No::Rule("account, maker and keeper are three"));
    }
    let (place, mut market) = desk.market(index)?;
    let (mut account, mut maker) = (desk.account(key)?, desk.account(maker_key)?);
    let quote_key = address::quote(maker_key, &place);
    let mut quote = desk.quote(&quote_key)?;
    if quote.market != index || quote.account != *maker_key {
        return Err(No::Rule("the quote belongs to another account or market"));
    }
    if maker.owner == account.owner {
        return Err(No::Rule("the quote is of the owner of the account in liquidation"));
    }
    let mut given = Given::default();
    desk.read(&mut given, &account, Some(index))?;
    desk.read(&mut given, &maker, Some(index))?;
    let others = given.needs.clone();
    let (seen, groups) = show(desk, &market, &mut given, shown)?;
    let floor = market.worst.floor(EITHER, &worst(&seen, key));
    let setting = desk.setting()?;
    let compute = units(26_000, positions(&account) + positions(&maker) + 2 * seen.len());
    let step = ops::liquidate_into_quote(
        (index, &mut market.engine),
        (&mut account.engine, &mut maker.engine, &mut keeper.engine),
        &mut quote.terms,
        (lots, floor),
        &given,
        &setting,
    )?;
    note_worst(&mut market, &seen, (key, &account.engine), &step.after);
    market.invariant().map_err(|_| No::Rule("a market's totals would contradict each other"))?;
    desk.put(&place, &market);
    desk.put(&quote_key, &quote);
    desk.put(key, &account);
    desk.put(maker_key, &maker);
    desk.put(&own, &keeper);
    let instruction = instruction::liquidate_into_quotes((own, *maker_key, *key), index, lots, &others);
    let instruction = instruction::showing(instruction, index, others, &groups);
    Ok(Taken { instruction, earned: step.reward, compute, lots: step.lots })
}
