//! Closes a bankrupt position at the robust price against those who hold the other side, in the order of the winners board: what nobody
//! with capital takes over does not stay open.

use crate::{
    emit::emit_with,
    errors::{FirebreakError, Named},
    events::{Deleveraged, DeleveragedParty, Held},
    instructions::{markets, now, parties},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::{
    ops,
    rank::{side_of, EITHER, LONG, SHORT},
};

/// Most counterparties of one call.
pub const MOST_PARTIES: u8 = 8;

/// Accounts of `deleverage`. Anyone may call it.
#[event_cpi]
#[derive(Accounts)]
pub struct Deleverage<'info> {
    /// Says the global breaker's level.
    pub protocol: AccountLoader<'info, Protocol>,
    /// The market of the position.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// The bankrupt account.
    #[account(mut)]
    pub account: AccountLoader<'info, MarginAccount>,
}

#[inline(never)]
pub(crate) fn handle<'info>(ctx: Context<'info, Deleverage<'info>>, count: u8) -> Result<()> {
    require!((1..=MOST_PARTIES).contains(&count), FirebreakError::PartyCount);
    let accounts = &ctx.accounts;
    let (key, now) = (accounts.account.key(), now()?);
    let event = {
        let market = &mut accounts.market.load_mut()?;
        let account = &mut accounts.account.load_mut()?;
        let index = market.index;
        let mut rest = ctx.remaining_accounts.iter();
        let mut given = markets::Given::default();
        given.read(account, Some(index), &mut rest)?;
        let mut others = parties::take(count, (index, &key), &mut given, &mut rest)?;
        let seen = parties::shown(market, &mut given, &mut rest, now)?;

        let protocol = accounts.protocol.load()?;
        protocol.invariant()?;
        let side = if account.engine.position(index).named()?.base.is_long() { SHORT } else { LONG };
        let mut shown = parties::winners(&seen, side);
        shown.extend(others.iter().map(|party| parties::acted_on(&party.key)));
        let floor = market.winners.floor(side, &shown);
        let mut sides: Vec<ops::Party> = others.iter_mut().map(|party| ops::Party::new(&mut party.account.engine)).collect();
        let done = ops::deleverage_all(
            (index, &mut market.engine),
            &mut account.engine,
            &mut sides,
            floor,
            &given,
            &protocol.setting(now),
        )
        .named()?;
        let steps: Vec<_> = sides.into_iter().map(|side| (side.score, side.closed)).collect();

        for shown in &seen {
            market.winners.put(&shown.key.to_bytes(), shown.ranked.side, shown.ranked.winner);
        }
        let mut closed = Vec::with_capacity(others.len());
        for (party, (score, step)) in others.iter().zip(&steps) {
            let engine = &party.account.engine;
            let left = engine.position(index).ok();
            // Only the last one has a part of its position left.
            let (side, score) = match left {
                Some(position) if step.lots == 0 => (side_of(position), *score),
                Some(position) if !position.base.is_flat() => {
                    let ranked = ops::rank((index, &market.engine), engine, &given, now).named()?;
                    (ranked.side, ranked.winner)
                }
                _ => (side, 0),
            };
            market.winners.put(&party.key.to_bytes(), side, score);
            if step.lots > 0 {
                party.account.invariant()?;
                closed.push(DeleveragedParty {
                    account: party.key,
                    lots: step.lots,
                    notional: step.notional,
                    paid: step.paid,
                    held: Held::of(engine, index),
                });
            }
        }
        let worst = ops::rank((index, &market.engine), &account.engine, &given, now).named()?.worst;
        market.worst.put(&key.to_bytes(), EITHER, worst);
        market.invariant()?;
        account.invariant()?;
        Deleveraged {
            market: index,
            account: key,
            price: done.price.0,
            left: done.left,
            deficit: done.deficit,
            parties: closed,
            held: Held::of(&account.engine, index),
            ledger: EngineLedger(market.engine.ledger),
        }
    };
    let room = std::mem::size_of_val(&event.parties[..]);
    emit_with(&ctx.accounts.event_authority, &event, room)
}
