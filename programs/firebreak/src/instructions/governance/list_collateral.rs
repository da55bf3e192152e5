//! Lists a collateral at once, while the protocol is young. The settlement token comes first, as number 0: without its record nothing
//! enters or leaves the vault.

use super::nonce::require_recent;
use crate::{
    constants::*,
    emit::emit,
    errors::{within, FirebreakError},
    events::CollateralListed,
    instructions::now,
    state::*,
};
use anchor_lang::prelude::*;
use anchor_spl::token::{Mint, Token, TokenAccount};
use firebreak_risk::price::MAX_SOURCES;

/// A collateral's parameters, rules and sources.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct ListCollateralArgs {
    /// Cap, haircut, warm-up.
    pub params: EngineCollateralParams,
    /// How its volatility is measured.
    pub measured: EngineVolatilityParams,
    /// Rules of its price and of its sale.
    pub rules: EngineCollateralRules,
    /// What may leave its vault.
    pub outflow: EngineOutflowRules,
    /// One to five pinned price accounts.
    pub sources: Vec<PriceSource>,
}

/// Accounts of `list_collateral`.
#[event_cpi]
#[derive(Accounts)]
pub struct ListCollateral<'info> {
    /// The protocol's authority; pays.
    #[account(mut)]
    pub authority: Signer<'info>,
    /// Counts collaterals; owns the vaults.
    #[account(mut, has_one = authority @ FirebreakError::NotAuthority)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The new record.
    #[account(init, payer = authority, space = Collateral::SPACE, seeds = [COLLATERAL_SEED, mint.key().as_ref()], bump)]
    pub collateral: AccountLoader<'info, Collateral>,
    /// The token.
    pub mint: Box<Account<'info, Mint>>,
    /// Holds all of it. The settlement token's exists since the protocol does.
    #[account(
        init_if_needed,
        payer = authority,
        seeds = [VAULT_SEED, mint.key().as_ref()],
        bump,
        token::mint = mint,
        token::authority = protocol
    )]
    pub vault: Box<Account<'info, TokenAccount>>,
    /// Creates the vault.
    pub token_program: Program<'info, Token>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
    /// CHECK: shows the transaction's instructions; read by its address.
    #[account(address = INSTRUCTIONS)]
    pub instructions: UncheckedAccount<'info>,
}

impl ListCollateralArgs {
    #[inline(never)]
    fn validate(&self) -> Result<()> {
        within(self.params.validate())?;
        within(self.measured.validate())?;
        within(self.rules.validate())?;
        require!((1..=MAX_SOURCES).contains(&self.sources.len()), FirebreakError::SourceCount);
        for (i, source) in self.sources.iter().enumerate() {
            source.validate()?;
            let again = self.sources.iter().skip(i.saturating_add(1)).any(|other| other.key == source.key);
            require!(!again, FirebreakError::BadSource);
        }
        Ok(())
    }
}

pub(crate) fn handle(ctx: Context<ListCollateral>, args: ListCollateralArgs) -> Result<()> {
    require_recent(&ctx.accounts.instructions)?;
    args.validate()?;
    let event = list(ctx.accounts, (ctx.bumps.collateral, ctx.bumps.vault), &args)?;
    emit(&ctx.accounts.event_authority, &event)
}

#[inline(never)]
fn list(accounts: &ListCollateral, (bump, vault_bump): (u8, u8), args: &ListCollateralArgs) -> Result<CollateralListed> {
    let protocol = &mut accounts.protocol.load_mut()?;
    let index = protocol.collateral_count;
    // Before the settlement token is listed nobody can have deposited anything.
    if index != SETTLEMENT {
        protocol.require_young(now()?.time)?;
    }
    let settles = accounts.mint.key() == protocol.mint;
    require!(settles == (index == SETTLEMENT), FirebreakError::SettlementFirst);
    require!(accounts.mint.decimals == args.params.decimals, FirebreakError::WrongCollateralDecimals);
    protocol.collateral_count = index.checked_add(1).ok_or(FirebreakError::Overflow)?;
    protocol.invariant()?;

    let record = &mut accounts.collateral.load_init()?;
    record.version = LAYOUT_VERSION;
    (record.bump, record.vault_bump) = (bump, vault_bump);
    record.index = index;
    (record.mint, record.vault) = (accounts.mint.key(), accounts.vault.key());
    // Fresh bytes are zero: no price, no haircut yet in force, nothing held, nothing left.
    (record.engine.params, record.engine.measured) = (*args.params, *args.measured);
    record.feed.rules = *args.rules;
    record.outflow_rules = args.outflow;
    record.source_count = args.sources.len() as u8;
    for (place, source) in record.sources.iter_mut().zip(&args.sources) {
        *place = *source;
    }
    record.invariant()?;
    Ok(CollateralListed { collateral: index, mint: record.mint, sources: record.source_count })
}
