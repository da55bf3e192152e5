//! Steps on a market or on the protocol as a whole.

use super::{Desk, No, Taken};
use anchor_lang::prelude::AccountInfo;
use bytemuck::Zeroable;
use firebreak_client::{
    instruction,
    program::{
        oracle::{judge, judge_venue, ONE_TICK},
        state::{Market, PriceSource, RiskReport},
    },
    risk::{
        ops,
        price::{Accepted, SourceState, MAX_SOURCES},
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

pub fn refresh(desk: &mut Desk, index: u16) -> Result<Taken, No> {
    let (key, mut market) = desk.market(index)?;
    let used = market.used_sources().to_vec();
    let venue = used.iter().position(PriceSource::is_venue);
    let before = market.engine.sources;
    let mut states = before;
    let mut counted = [None; MAX_SOURCES];
    for (source, (state, place)) in used.iter().zip(states.iter_mut().zip(counted.iter_mut())) {
        let judged = match source.is_venue() {
            true => judge_venue(source, state, &market, desk.now),
            false => {
                desk.look(&source.key);
                let seen = desk.book.seen(&source.key).ok_or(No::Missing("a price account"))?;
                let (mut lamports, mut data) = (1, seen.data.clone());
                let account = AccountInfo::new(&source.key, false, false, &mut lamports, &mut data, &seen.owner, false);
                judge(source, state, &account, market.engine.params.decimals, desk.now)
            }
        };
        if let Ok((seen, accepted)) = judged {
            *state = SourceState { price: seen.price, publish_time: seen.publish_time, confidence: seen.confidence };
            *place = Some(accepted);
        }
    }
    // One source alone is not believed that the asset is worth nothing.
    let lost = |c: &Option<Accepted>| c.is_some_and(|a| a.price.0 <= ONE_TICK);
    if counted.iter().filter(|c| lost(c)).count() == 1 {
        for ((place, state), was) in counted.iter_mut().zip(states.iter_mut()).zip(&before).filter(|((c, _), _)| lost(c)) {
            *place = None;
            *state = *was;
        }
    }
    ops::refresh(&mut market.engine, counted, &states, venue, desk.now)?;
    sound(&market)?;
    desk.put(&key, &market);
    let keys: Vec<Pubkey> = used.iter().filter(|source| !source.is_venue()).map(|source| source.key).collect();
    Taken::plain(instruction::refresh_market(index, &keys), 6_000 + 3_000 * keys.len() as u32)
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
    let judged = protocol.judged(&insurance, desk.now).map_err(|_| No::Rule("the global breaker cannot be judged"))?;
    protocol.breaker = judged.0;
    desk.put(&key, &protocol);
    Taken::plain(instruction::check_global(), 15_000)
}

pub fn skim(desk: &mut Desk) -> Result<Taken, No> {
    let (key, mut booked) = desk.booked()?;
    let (fund, mut insurance) = desk.insurance()?;
    let (_, protocol) = desk.protocol()?;
    desk.look(&booked.vault);
    let vault = desk.book.seen(&booked.vault).ok_or(No::Missing("the vault"))?;
    let vault = TokenAccount::unpack(&vault.data).map_err(|_| No::Rule("the vault is no token account"))?;
    let amount = booked.surplus(vault.amount);
    if amount == 0 {
        return Err(No::Rule("nothing was sent to the vault past the program"));
    }
    booked.enter(amount).map_err(|_| No::Rule("the vault's record has no room"))?;
    insurance.engine.give(amount)?;
    insurance.invariant().map_err(|_| No::Rule("the fund's tranches would not be the fund"))?;
    desk.put(&key, &booked);
    desk.put(&fund, &insurance);
    Taken::plain(instruction::skim(protocol.mint), 20_000)
}
