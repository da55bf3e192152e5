//! Closes what is too small for any keeper, and frees what is empty, so that no account is held open by crumbs.

use crate::{
    emit::emit_with,
    errors::{FirebreakError, Named},
    events::{positions_of, AccountState, DeleveragedParty, DustClosed, Held},
    instructions::{markets, now, parties},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::{
    ops,
    rank::{EITHER, LONG, SHORT},
};

/// Accounts of `close_dust`. Anyone may call it.
#[event_cpi]
#[derive(Accounts)]
pub struct CloseDust<'info> {
    /// Says the global breaker's level.
    pub protocol: AccountLoader<'info, Protocol>,
    /// The market of the position.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// The account.
    #[account(mut)]
    pub account: AccountLoader<'info, MarginAccount>,
}

/// With exposure in the market: closes it against one counterparty. Without: frees every empty slot of the account.
#[inline(never)]
pub(crate) fn handle<'info>(ctx: Context<'info, CloseDust<'info>>) -> Result<()> {
    let accounts = &ctx.accounts;
    let (key, now) = (accounts.account.key(), now()?);
    let event = {
        let market = &mut accounts.market.load_mut()?;
        let account = &mut accounts.account.load_mut()?;
        let index = market.index;
        market.invariant()?;
        let protocol = accounts.protocol.load()?;
        protocol.invariant()?;
        let mut rest = ctx.remaining_accounts.iter();
        let mut given = markets::Given::default();
        given.read(account, Some(index), &mut rest)?;
        let held = account.engine.position(index).map(|p| p.base).unwrap_or_default();
        let (mut party_closed, mut deficit, mut freed) = (None, 0, 0);
        if held.is_flat() {
            markets::finish(rest)?;
            let book = ops::Among::new(index, &market.engine, &given);
            freed = ops::clear(&mut account.engine, &book).named()?;
        } else {
            let mut others = parties::take(1, (index, &key), &mut given, &mut rest)?;
            let party = others.first_mut().ok_or(FirebreakError::AccountsMismatch)?;
            let seen = parties::shown(market, &mut given, &mut rest, now)?;
            let side = if held.is_long() { SHORT } else { LONG };
            let mut shown = parties::winners(&seen, side);
            shown.push(parties::acted_on(&party.key));
            let floor = market.winners.floor(side, &shown);
            let setting = protocol.setting(now);
            let sides = (&mut *account.engine, &mut *party.account.engine);
            let (closed, lost) = ops::close_dust((index, &mut market.engine), sides, floor, &given, &setting).named()?;
            for shown in &seen {
                market.winners.put(&shown.key.to_bytes(), shown.ranked.side, shown.ranked.winner);
            }
            let engine = &party.account.engine;
            let ranked = ops::rank((index, &market.engine), engine, &given, now).named()?;
            market.winners.put(&party.key.to_bytes(), ranked.side, ranked.winner);
            let worst = ops::rank((index, &market.engine), &account.engine, &given, now).named()?.worst;
            market.worst.put(&key.to_bytes(), EITHER, worst);
            party_closed = Some(DeleveragedParty {
                account: party.key,
                lots: closed.lots,
                notional: closed.notional,
                paid: closed.paid,
                held: Held::of(engine, index),
            });
            deficit = lost;
            party.account.invariant()?;
            market.invariant()?;
        }
        account.invariant()?;
        DustClosed {
            market: index,
            account: key,
            party: party_closed,
            deficit,
            freed,
            state: AccountState::of(&account.engine),
            positions: positions_of(&account.engine),
            ledger: EngineLedger(market.engine.ledger),
        }
    };
    let room = std::mem::size_of_val(&event.positions[..]);
    emit_with(&ctx.accounts.event_authority, &event, room)
}
