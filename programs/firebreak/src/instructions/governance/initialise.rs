//! Creates the protocol. It can be called once, and only by whoever deployed the program: otherwise the first stranger to see the
//! deployment could make himself its authority. The vault comes with the settlement token's listing: until then there is nothing to hold.

use crate::{
    constants::*,
    emit::emit,
    errors::{within, FirebreakError},
    events::Initialised,
    instructions::now,
    program::Firebreak,
    state::*,
};
use anchor_lang::prelude::*;
use anchor_spl::token::Mint;
use firebreak_risk::{breaker::BreakerRules, governance::settings::check_figures, index::LossIndex, shares::Tranche, Ratio};

/// What the authority decides at the start.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug)]
pub struct InitialiseArgs {
    /// Atoms an account with a position sets aside for keepers.
    pub keeper_bond: u64,
    /// Atoms a keeper receives from it for finishing a liquidation.
    pub keeper_reward: u64,
    /// Insurance never pays below this many atoms.
    pub insurance_floor: u64,
    /// One draw takes at most this fraction of insurance, in ppm.
    pub event_cap: u32,
    /// A day's draws take at most this fraction, in ppm.
    pub day_cap: u32,
    /// Seconds that an unstake request waits; 0: the longest.
    pub cooldown: i64,
    /// Part of the fees that the senior tranche receives, in ppm; the rest is junior's.
    pub senior_share: u32,
    /// Token account that receives the markets' treasury fees; zero: they stay in the markets.
    pub treasury: Pubkey,
    /// For so many seconds the authority lists markets at once, at most a week; 0: never.
    pub bootstrap_seconds: u32,
}

/// Accounts of `initialise`.
#[derive(Accounts)]
pub struct Initialise<'info> {
    /// The program's upgrade authority; becomes the protocol's authority.
    #[account(mut)]
    pub authority: Signer<'info>,
    /// This program.
    #[account(constraint = program.programdata_address()? == Some(program_data.key()) @ FirebreakError::NotUpgradeAuthority)]
    pub program: Program<'info, Firebreak>,
    /// Where the loader records the upgrade authority.
    #[account(constraint = program_data.upgrade_authority_address == Some(authority.key()) @ FirebreakError::NotUpgradeAuthority)]
    pub program_data: Account<'info, ProgramData>,
    /// The settlement token.
    pub mint: Box<Account<'info, Mint>>,
    /// The protocol.
    #[account(init, payer = authority, space = Protocol::SPACE, seeds = [PROTOCOL_SEED], bump)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The insurance fund.
    #[account(init, payer = authority, space = Insurance::SPACE, seeds = [INSURANCE_SEED], bump)]
    pub insurance: AccountLoader<'info, Insurance>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
    /// CHECK: signs the program's events.
    #[account(address = crate::EVENT_AUTHORITY_AND_BUMP.0)]
    pub event_authority: UncheckedAccount<'info>,
}

impl InitialiseArgs {
    /// As governance would have to propose them.
    fn validate(&self) -> Result<()> {
        let shares = [self.event_cap, self.day_cap, self.senior_share].map(Ratio);
        within(check_figures(shares, (self.keeper_bond, self.keeper_reward), self.cooldown))?;
        if self.bootstrap_seconds > LONGEST_BOOTSTRAP {
            msg!("bootstrap_seconds must be at most 604 800");
            return err!(FirebreakError::ParameterOutOfBounds);
        }
        Ok(())
    }
}

pub(crate) fn handle(ctx: Context<Initialise>, args: InitialiseArgs) -> Result<()> {
    args.validate()?;
    let accounts = ctx.accounts;
    require!(accounts.mint.decimals == SETTLEMENT_DECIMALS, FirebreakError::WrongDecimals);
    let protocol = &mut accounts.protocol.load_init()?;
    protocol.version = LAYOUT_VERSION;
    protocol.bump = ctx.bumps.protocol;
    protocol.authority = accounts.authority.key();
    protocol.mint = accounts.mint.key();
    protocol.keeper_bond = args.keeper_bond;
    protocol.keeper_reward = args.keeper_reward;
    protocol.treasury = args.treasury;
    protocol.breaker_rules = EngineBreakerRules(BreakerRules::GLOBAL);
    protocol.bootstrap_ends = now()?.time.saturating_add(args.bootstrap_seconds.into());

    let insurance = &mut accounts.insurance.load_init()?;
    insurance.version = LAYOUT_VERSION;
    insurance.bump = ctx.bumps.insurance;
    let fund = &mut insurance.engine.fund;
    fund.floor = args.insurance_floor;
    (fund.event_cap, fund.day_cap) = (Ratio(args.event_cap), Ratio(args.day_cap));
    // Fresh bytes are zero; what differs from zero is the start of each loss index.
    let engine = &mut insurance.engine;
    (engine.junior, engine.senior, engine.limit_index) = (Tranche::NEW, Tranche::NEW, LossIndex::NEW);
    (engine.cooldown, engine.senior_share) = (args.cooldown, Ratio(args.senior_share));
    insurance.invariant()?;
    protocol.invariant()?;
    let told = Initialised { authority: protocol.authority, mint: protocol.mint, insurance: insurance.engine };
    emit(&accounts.event_authority, &told)
}
