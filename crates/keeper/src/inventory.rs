//! What the keeper holds, and how much of it it may hold.

use crate::book::Book;
use firebreak_client::{
    program::state::MarginAccount,
    risk::{
        self,
        margin::{init_health, Markets},
        num::{lots_down, mul_div_down, notional_up, ratio_down, PPM},
        BaseQty, Now, Ratio,
    },
    Pubkey,
};

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wallet {
    /// Pays fees and the rent of new accounts.
    pub payer: Pubkey,
    /// Signs take-overs and owns the margin account.
    pub owner: Pubkey,
    /// Margin account that takes positions over and receives rewards. `None`: only jobs that need none.
    pub account: Option<Pubkey>,
}

/// How much the keeper may hold. A zero permits nothing.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InventoryLimits {
    /// Notional of all positions together at most, in atoms.
    pub max_notional: u64,
    /// Notional in one market at most, in atoms.
    pub max_market_notional: u64,
    /// Share of its own capital that the Init line may bind at most, in ppm; the rest stays free.
    pub max_init_used_ppm: u32,
    /// Unwinding starts when a market's notional is above this share of its limit, in ppm. 0: at once.
    pub unwind_above_ppm: u32,
    /// What collateral bought from others may be worth altogether, in atoms.
    pub max_collateral: u64,
    /// What selling it elsewhere is expected to cost, in ppm of its worth: a purchase must earn it first.
    pub collateral_cost_ppm: u32,
    /// A position is unwound in steps of this share, in ppm. 0: not at all.
    pub unwind_step_ppm: u32,
    /// What is worth less than this is unwound whole, in atoms.
    pub unwind_whole_below: u64,
    /// The most that unwinding may lose against the price, in ppm.
    pub unwind_slippage_ppm: u32,
    /// What unwinding is expected to cost, in ppm of notional: a take-over must earn it first.
    pub unwind_cost_ppm: u32,
}

impl Default for InventoryLimits {
    fn default() -> Self {
        Self {
            max_notional: 100_000_000_000,
            max_market_notional: 50_000_000_000,
            max_init_used_ppm: 800_000,
            unwind_above_ppm: 0,
            max_collateral: 20_000_000_000,
            collateral_cost_ppm: 1_000,
            unwind_step_ppm: 333_333,
            unwind_whole_below: 2_000_000_000,
            unwind_slippage_ppm: 5_000,
            unwind_cost_ppm: 0,
        }
    }
}

/// A position of the keeper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Market.
    pub market: u16,
    /// Size in lots, signed.
    pub base: BaseQty,
    /// What it is worth at spot, in atoms.
    pub notional: u64,
}

/// What the keeper holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inventory {
    /// Who acts.
    pub wallet: Wallet,
    /// How much it may hold.
    pub limits: InventoryLimits,
    /// Its capital, in atoms.
    pub capital: u64,
    /// Health of its Init line, in atoms; `None` while it has no number.
    pub init_health: Option<i64>,
    /// Its positions.
    pub holdings: Vec<Holding>,
}

impl Inventory {
    /// What `wallet` holds, by `book`.
    pub fn of(book: &Book, wallet: Wallet, limits: InventoryLimits, now: Now) -> Self {
        let account = wallet.account.and_then(|key| book.account(&key));
        let table = book.table();
        Self {
            capital: account.map_or(0, |a| a.engine.capital),
            init_health: account.and_then(|a| init_health(&a.engine, &table, false, now).ok()),
            holdings: account.map_or(vec![], |a| holdings(&a, &table)),
            wallet,
            limits,
        }
    }

    /// Notional of all positions, in atoms.
    pub fn notional(&self) -> u64 {
        total(&self.holdings)
    }

    /// Lots of market number `index` that `account`, the keeper's, may still take over of a position on the side `long`. What makes its own
    /// position smaller is always permitted.
    pub fn room(
        &self,
        account: &MarginAccount,
        (index, market): (u16, &risk::Market),
        long: bool,
        markets: &impl Markets,
        now: Now,
    ) -> u64 {
        let held = holdings(account, markets);
        let here = held.iter().find(|h| h.market == index);
        let opposite = here.filter(|h| !h.base.is_flat() && h.base.is_long() != long);
        let lots = |atoms: u64| lots_down(atoms, market.price.spot).unwrap_or(0);
        if let Some(opposite) = opposite {
            // It may turn its position around as far as the limit of one market goes.
            return opposite.base.abs().saturating_add(lots(self.limits.max_market_notional));
        }
        let rest = self.limits.max_notional.saturating_sub(total(&held));
        let rest = rest.min(self.limits.max_market_notional.saturating_sub(here.map_or(0, |h| h.notional)));
        let atoms = rest.min(self.free(account, market, markets, now));
        // Less than dust is not worth a step.
        if atoms < market.params.dust_notional {
            return 0;
        }
        lots(atoms)
    }

    /// Notional that the part of capital which may be bound still carries: its Init is that of the side that needs more, with a tenth to
    /// spare for the size.
    fn free(&self, account: &MarginAccount, market: &risk::Market, markets: &impl Markets, now: Now) -> u64 {
        let keep = PPM.saturating_sub(u64::from(self.limits.max_init_used_ppm).min(PPM));
        let kept = ratio_down(account.engine.capital, Ratio(keep as u32)).unwrap_or(u64::MAX);
        let health = init_health(&account.engine, markets, false, now).unwrap_or(0).max(0).unsigned_abs();
        let [long, short] = &market.margin.lines;
        let init = market.margin.crowded_up(long.init.max(short.init)).map_or(PPM, |init| u64::from(init.0));
        mul_div_down(health.saturating_sub(kept), PPM, (init.saturating_mul(11) / 10).max(1)).unwrap_or(0)
    }

    /// Lots by which `account`'s position in market number `index` is to be changed now, negative to sell; zero: not at all.
    pub fn unwind(&self, account: &MarginAccount, (index, market): (u16, &risk::Market)) -> i64 {
        let Ok(position) = account.engine.position(index) else { return 0 };
        let notional = notional_up(market.price.spot, position.base.abs()).unwrap_or(u64::MAX);
        let limits = &self.limits;
        let from = ratio_down(limits.max_market_notional, Ratio(limits.unwind_above_ppm)).unwrap_or(u64::MAX);
        if position.base.is_flat() || notional <= from {
            return 0;
        }
        let size = position.base.abs();
        let step = match limits.unwind_step_ppm {
            0 => 0,
            _ if notional <= limits.unwind_whole_below => size,
            share => ratio_down(size, Ratio(share.min(PPM as u32))).unwrap_or(0).max(1),
        };
        let step = i64::try_from(step.min(size)).unwrap_or(0);
        if position.base.is_long() {
            step.saturating_neg()
        } else {
            step
        }
    }
}

fn holdings(account: &MarginAccount, markets: &impl Markets) -> Vec<Holding> {
    let exposed = account.engine.active().filter(|p| !p.base.is_flat());
    let valued = exposed.map(|p| {
        let price = markets.market(p.market).map(|market| market.price.spot);
        // Without a price it is worth as much as may be: nothing is added to it.
        let notional = price.and_then(|price| notional_up(price, p.base.abs())).unwrap_or(u64::MAX);
        Holding { market: p.market, base: p.base, notional }
    });
    valued.collect()
}

fn total(holdings: &[Holding]) -> u64 {
    holdings.iter().fold(0, |sum, held| sum.saturating_add(held.notional))
}
