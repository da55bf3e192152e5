//! Places a standing order. It promises nothing that is not checked again when it is run.

use crate::{constants::*, emit::emit, errors::FirebreakError, events::OrderPlaced, state::*};
use anchor_lang::prelude::*;
use firebreak_risk::order::TOP_UP;

/// Accounts of `place_order`.
#[event_cpi]
#[derive(Accounts)]
#[instruction(id: u16)]
pub struct PlaceOrder<'info> {
    /// Owner of the margin account; pays.
    #[account(mut)]
    pub owner: Signer<'info>,
    /// The margin account that the order is for.
    #[account(has_one = owner @ FirebreakError::NotOwner)]
    pub account: AccountLoader<'info, MarginAccount>,
    /// The order.
    #[account(init, payer = owner, space = Order::SPACE, seeds = [ORDER_SEED, account.key().as_ref(), &id.to_le_bytes()], bump)]
    pub order: AccountLoader<'info, Order>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
}

pub(crate) fn handle(ctx: Context<PlaceOrder>, id: u16, terms: EngineOrder) -> Result<()> {
    if let Err(why) = terms.validate() {
        msg!("{}", why);
        return err!(FirebreakError::ParameterOutOfBounds);
    }
    let key = ctx.accounts.account.key();
    {
        let account = ctx.accounts.account.load()?;
        account.invariant()?;
        require!(terms.kind != TOP_UP || terms.source != account.sub_id, FirebreakError::SameAccount);
        let order = &mut ctx.accounts.order.load_init()?;
        order.version = LAYOUT_VERSION;
        order.bump = ctx.bumps.order;
        order.id = id;
        order.account = key;
        order.opened = account.opened;
        order.engine = terms;
    }
    emit(&ctx.accounts.event_authority, &OrderPlaced { account: key, id, order: terms })
}
