//! Steps on a market or on the protocol as a whole.

use super::{Desk, No, Taken};
use anchor_lang::prelude::AccountInfo;
use bytemuck::Zeroable;
use firebreak_client::{
    instruction,
    program::{
        instructions::SCALE,
        oracle::{look, Seen},
        state::{Market, PriceSource, RiskReport, SETTLEMENT},
    },
    risk::{
        ops,
        price::{SourceState, MAX_SOURCES},
        report::Report,
        settlement,
    },
    Pubkey,
};
use solana_program_pack::Pack;
use spl_token_interface::state::Account as TokenAccount;

fn sound(market: &Market) -> Result<(), No> {
    market.invariant().map_err(|_| No::Rule("a market's totals would contradict each other"))
}

/// What the sources in `used` say together, by the program's own judging of the accounts that the book holds.
fn look_at(
    desk: &mut Desk,
    (used, market): (&[PriceSource], Option<&Market>),
    last: &[SourceState; MAX_SOURCES],
    decimals: u8,
) -> Result<(Seen, Vec<Pubkey>), No> {
    let keys: Vec<Pubkey> = used.iter().filter(|source| !source.is_venue()).map(|source| source.key).collect();
    let mut held = vec![];
    for key in &keys {
        desk.look(key);
        let seen = desk.book.seen(key).ok_or(No::Missing("a price account"))?;
        held.push((key, seen.owner, 1, seen.data.clone()));
    }
    let info = |(key, owner, lamports, data)| AccountInfo::new(key, false, false, lamports, data, owner, false);
    let given: Vec<AccountInfo> =
        held.iter_mut().map(|(key, owner, lamports, data)| info((*key, &*owner, lamports, data))).collect();
    let mut seen = Seen::NOTHING;
    let looked = look((used, market), last, &given, decimals, desk.now, &mut seen);
    looked.map_err(|_| No::Rule("the sources cannot be judged"))?;
    Ok((seen, keys))
}

pub fn refresh(desk: &mut Desk, index: u16) -> Result<Taken, No> {
    let (key, mut market) = desk.market(index)?;
    let decimals = market.engine.params.decimals;
    let (seen, keys) = look_at(desk, (market.used_sources(), Some(&market)), &market.engine.sources, decimals)?;
    ops::refresh(&mut market.engine, seen.counted, &seen.states, seen.venue, desk.now)?;
    sound(&market)?;
    desk.put(&key, &market);
    Taken::plain(instruction::refresh_market(index, &keys), 6_000 + 3_000 * keys.len() as u32)
}

pub fn refresh_collateral(desk: &mut Desk, index: u16) -> Result<Taken, No> {
    let (key, mut record) = desk.collateral(index)?;
    let decimals = SCALE.saturating_sub(record.engine.params.decimals);
    let (seen, keys) = look_at(desk, (record.used_sources(), None), &record.feed.sources, decimals)?;
    ops::refresh_collateral(&mut record.engine, &mut record.feed, seen.counted, &seen.states, desk.now)?;
    record.invariant().map_err(|_| No::Rule("the record is of another layout"))?;
    desk.put(&key, &record);
    Taken::plain(instruction::refresh_collateral(record.mint, &keys), 8_000 + 3_000 * keys.len() as u32)
}

pub fn accrue(desk: &mut Desk, index: u16) -> Result<Taken, No> {
    let (key, mut market) = desk.market(index)?;
    let (_, insurance) = desk.insurance()?;
    let insured = market.engine.limit.now_down(&insurance.engine)?;
    ops::accrue(&mut market.engine, insured, desk.now)?;
    sound(&market)?;
    desk.put(&key, &market);
    Taken::plain(instruction::accrue(index), 25_000)
}

pub fn share_loss(desk: &mut Desk, index: u16) -> Result<Taken, No> {
    let (key, mut market) = desk.market(index)?;
    let (fund, mut insurance) = desk.insurance()?;
    insurance.engine.share_loss(&mut market.engine, desk.now)?;
    insurance.invariant().map_err(|_| No::Rule("the fund's tranches would not be the fund"))?;
    sound(&market)?;
    desk.put(&key, &market);
    desk.put(&fund, &insurance);
    Taken::plain(instruction::share_loss(index), 25_000)
}

pub fn sweep_fees(desk: &mut Desk, index: u16) -> Result<Taken, No> {
    let (key, mut market) = desk.market(index)?;
    let (fund, mut insurance) = desk.insurance()?;
    let amount = std::mem::take(&mut market.engine.ledger.insurance_fees);
    if amount == 0 {
        return Err(No::Rule("there are no fees to move"));
    }
    insurance.engine.earn(amount)?;
    insurance.invariant().map_err(|_| No::Rule("the fund's tranches would not be the fund"))?;
    sound(&market)?;
    desk.put(&key, &market);
    desk.put(&fund, &insurance);
    Taken::plain(instruction::sweep_fees(index), 15_000)
}

pub fn enter_settlement(desk: &mut Desk, index: u16) -> Result<Taken, No> {
    let (key, mut market) = desk.market(index)?;
    settlement::enter(&mut market.engine, false, desk.now)?;
    sound(&market)?;
    desk.put(&key, &market);
    Taken::plain(instruction::enter_settlement(index), 12_000)
}

/// The first publication creates the record; its bump is then part of what is found by looking, so only later ones are predicted.
pub fn publish_report(desk: &mut Desk, index: u16) -> Result<Taken, No> {
    let (key, market) = desk.market(index)?;
    let (_, insurance) = desk.insurance()?;
    let level = desk.setting()?.global.level;
    let limit = market.engine.limit.now_down(&insurance.engine)?;
    let (place, old) = desk.report(&key, index);
    let bump = match &old {
        Some(old) => old.report.bump,
        None => firebreak_client::address::report_bump(&key),
    };
    let mut record = old.unwrap_or_else(RiskReport::zeroed);
    record.report.0 = Report::of(&market.engine, (index, bump), limit, level, desk.now)?;
    desk.put(&place, &record);
    let compute = if old.is_some() { 20_000 } else { 30_000 };
    Taken::plain(instruction::publish_report(desk.wallet.payer, index), compute)
}

pub fn check_global(desk: &mut Desk) -> Result<Taken, No> {
    let (key, mut protocol) = desk.protocol()?;
    let (_, insurance) = desk.insurance()?;
    let (_, record) = desk.collateral(SETTLEMENT)?;
    let judged = protocol.judged(&insurance, Some(&record), desk.now);
    protocol.breaker = judged.map_err(|_| No::Rule("the global breaker cannot be judged"))?.0;
    desk.put(&key, &protocol);
    Taken::plain(instruction::check_global(record.mint), 15_000)
}

pub fn skim(desk: &mut Desk) -> Result<Taken, No> {
    let (key, mut record) = desk.collateral(SETTLEMENT)?;
    let (fund, mut insurance) = desk.insurance()?;
    desk.look(&record.vault);
    let vault = desk.book.seen(&record.vault).ok_or(No::Missing("the vault"))?;
    let vault = TokenAccount::unpack(&vault.data).map_err(|_| No::Rule("the vault is no token account"))?;
    let amount = record.surplus(vault.amount);
    if amount == 0 {
        return Err(No::Rule("nothing was sent to the vault past the program"));
    }
    record.enter(amount, desk.now).map_err(|_| No::Rule("the settlement token's record has no room"))?;
    insurance.engine.give(amount)?;
    insurance.invariant().map_err(|_| No::Rule("the fund's tranches would not be the fund"))?;
    desk.put(&key, &record);
    desk.put(&fund, &insurance);
    Taken::plain(instruction::skim(record.mint), 20_000)
}
