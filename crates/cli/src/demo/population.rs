//! Who takes part: makers who quote, traders with leverage, keepers with capital. Everyone is a real wallet with real tokens.

use super::chain::Chain;
use crate::protocol::USD;
use anyhow::Result;
use firebreak_client::{
    address,
    event::Event,
    instruction,
    risk::{trade::QuoteTerms, Price, Ratio},
    Pubkey,
};
use firebreak_migrations::test_mint;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use solana_keypair::Keypair;
use solana_signer::Signer;

/// The market everybody trades in.
pub const MARKET: u16 = 0;

/// A wallet with a margin account.
pub struct Member {
    /// Wallet.
    pub key: Keypair,
    /// Margin account 0 of the wallet.
    pub account: Pubkey,
}

impl Member {
    /// The wallet's address.
    pub fn owner(&self) -> Pubkey {
        self.key.pubkey()
    }
}

/// What the members need to be set up.
pub struct Setup<'a> {
    /// Mints the settlement token and pays.
    pub authority: &'a Keypair,
    /// The settlement token.
    pub mint: Pubkey,
}

impl Setup<'_> {
    /// Creates a member with `usd` deposited.
    pub fn member(&self, chain: &mut Chain, rng: &mut ChaCha8Rng, usd: u64) -> Result<Member> {
        let key = Keypair::new_from_array(rng.random());
        let owner = key.pubkey();
        chain.cluster.airdrop(&owner, 2_000_000_000)?;
        let account = address::account(&owner, 0);
        let atoms = usd * USD;
        let mut instructions = test_mint::grant(&self.authority.pubkey(), &self.mint, &owner, atoms)?.to_vec();
        instructions.push(instruction::open_account(owner, 0));
        let wallet = test_mint::holding(&owner, &self.mint);
        instructions.push(instruction::deposit(owner, account, wallet, self.mint, atoms));
        chain.must("Opening an account", &instructions, self.authority, &[&key])?;
        Ok(Member { key, account })
    }

    /// Gives `usd` to the insurance fund.
    pub fn insure(&self, chain: &mut Chain, usd: u64) -> Result<()> {
        let owner = self.authority.pubkey();
        let mut instructions = test_mint::grant(&owner, &self.mint, &owner, usd * USD)?.to_vec();
        let wallet = test_mint::holding(&owner, &self.mint);
        instructions.push(instruction::fund_insurance(owner, wallet, self.mint, usd * USD));
        instructions.push(instruction::allot(MARKET));
        chain.must("Funding insurance", &instructions, self.authority, &[])
    }
}

/// Posts a maker's quote of `lots` on both sides, `offset` away from the robust price.
pub fn quote(chain: &mut Chain, maker: &Member, lots: u64, offset: Ratio) -> Result<Result<Vec<Event>, String>> {
    let terms = QuoteTerms {
        bid_size: lots,
        ask_size: lots,
        bid_offset: offset,
        ask_offset: offset,
        max_bid: Price(u64::MAX),
        min_ask: Price(0),
        expires: u64::MAX,
        reserved: 0,
    };
    chain.send(&[instruction::post_quote(maker.owner(), maker.account, MARKET, terms)], &maker.key, &[])
}

/// A trader's plan: deposit in USD, leverage in tenths, direction.
pub struct Plan {
    /// Deposit.
    pub usd: u64,
    /// Signed notional in USD, positive for long.
    pub notional: i64,
}

/// Deposits of 500 to 60 000 USD, most of them small; leverage from 2 to nearly `most`, mostly in the lower half; three of five long,
/// as before most crashes.
pub fn plans(rng: &mut ChaCha8Rng, n: usize, most: f64) -> Vec<Plan> {
    (0..n)
        .map(|_| {
            let usd = (500.0 * (120f64).powf(rng.random::<f64>().powi(2))) as u64;
            let leverage = 2.0 + (0.92 * most - 2.0) * rng.random::<f64>().powf(1.3);
            let sign = if rng.random_bool(0.6) { 1 } else { -1 };
            Plan { usd, notional: sign * (usd as f64 * leverage) as i64 }
        })
        .collect()
}

/// Takes `lots` (positive: buys) from `maker`'s quote at any price.
pub fn take(chain: &mut Chain, taker: &Member, maker: &Member, lots: i64) -> Result<Result<Vec<Event>, String>> {
    let limit = if lots > 0 { u64::MAX } else { 0 };
    let ix = instruction::take(taker.owner(), taker.account, maker.account, MARKET, lots, limit, &[]);
    chain.send(&[ix], &taker.key, &[])
}

/// Opens every plan against the makers in turn. Returns the traders.
pub fn open_all(
    chain: &mut Chain,
    setup: &Setup,
    rng: &mut ChaCha8Rng,
    makers: &[Member],
    plans: &[Plan],
    price: Price,
    progress: impl Fn(usize),
) -> Result<Vec<Member>> {
    let mut traders = Vec::with_capacity(plans.len());
    for (i, plan) in plans.iter().enumerate() {
        let trader = setup.member(chain, rng, plan.usd)?;
        let size = firebreak_client::risk::num::lots_down(plan.notional.unsigned_abs() * USD, price)
            .map_err(|e| anyhow::anyhow!("A position cannot be sized: {e}"))?;
        let mut lots = size as i64 * plan.notional.signum();
        let maker = &makers[i % makers.len()];
        // Large positions, and crowded markets, need more margin: whoever asked for too much asks for less.
        loop {
            match take(chain, &trader, maker, lots)? {
                Ok(_) => break,
                Err(name) if name == "BelowInit" && lots / 2 != 0 => lots = lots / 5 * 4,
                Err(name) => anyhow::bail!("A trader could not open: {name}"),
            }
        }
        traders.push(trader);
        progress(i + 1);
    }
    Ok(traders)
}
