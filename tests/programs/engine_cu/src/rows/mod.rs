//! What is measured: one row a function, each on a state that takes its longest usual path.

mod accounts;
mod losses;
mod markets;
mod numbers;
mod prices;
mod scene;

use firebreak_risk::num::Result;
use std::hint::black_box;

/// Builds a row's state; with `true` it calls the function as well.
pub type Row = fn(bool) -> Result<()>;

/// Calls `f` when asked to. The state passes through `black_box` either way: the compiler can neither build it only for the call, nor
/// compute anything of the call from it.
fn run<S, T>(call: bool, state: &mut S, f: impl FnOnce(&mut S) -> Result<T>) -> Result<()> {
    let state = black_box(state);
    if call {
        black_box(f(state)?);
    }
    Ok(())
}

/// Every row, by name.
pub const ROWS: &[(&str, Row)] = &[
    ("nothing", numbers::nothing),
    ("notional", numbers::notional),
    ("ratio", numbers::ratio),
    ("mul_div, 64 bits", numbers::mul_div_short),
    ("mul_div, 92 by 31 bits", numbers::mul_div_medium),
    ("mul_div, 124 by 63 bits", numbers::mul_div_long),
    ("loss index: shrink", numbers::shrink),
    ("loss index: rescale a claim", numbers::rescale),
    ("Pyth account: read, scale", prices::pyth),
    ("Switchboard account: read, scale", prices::switchboard),
    ("price: accept", prices::accepts),
    ("price: combine 3", prices::combine_three),
    ("price: combine 5", prices::combine_five),
    ("price: weigh and judge 3", prices::weigh_three),
    ("price: weigh and judge 5", prices::weigh_five),
    ("price: robust update", prices::update),
    ("volatility: feed", prices::feed),
    ("margin: target of a side", markets::target),
    ("margin: lines of a side", markets::side_lines),
    ("margin: size of a position", markets::size),
    ("margin: lines of a position", markets::own_lines),
    ("margin: glide", markets::glide),
    ("collateral: value", accounts::collateral_value),
    ("health 1", accounts::health_1),
    ("health 4", accounts::health_4),
    ("health 8", accounts::health_8),
    ("health 8, 4 collaterals", accounts::health_8_4),
    ("health 16", accounts::health_16),
    ("health 16, 8 collaterals", accounts::health_16_8),
    ("health 16, 8 collaterals, 16 claims", accounts::health_16_8_claims),
    ("init health 4", accounts::init_4),
    ("init health 8, 4 collaterals", accounts::init_8_4),
    ("init health 16", accounts::init_16),
    ("init health 16, 8 collaterals", accounts::init_16_8),
    ("liquidation: plan, losing", accounts::plan_losing),
    ("liquidation: plan, winning", accounts::plan_winning),
    ("liquidation: take over", accounts::taken_over),
    ("throttle: exempt, admit", markets::admit),
    ("settle, winning", accounts::settle_winning),
    ("settle, losing", accounts::settle_losing),
    ("convert", accounts::converted),
    ("bankrupt: mark", losses::unpaid),
    ("bankrupt: pay pro rata", losses::pro_rata),
    ("bankrupt: close", losses::closed),
    ("share loss", losses::shared),
    ("tranches: share loss", losses::insured),
    ("tranches: stake", losses::staked),
    ("deleverage one", accounts::deleveraged),
    ("rank: winner's score", accounts::winner),
    ("board: put, full", losses::board_put),
    ("board: floor, 1 shown", losses::floor_one),
    ("board: floor, 8 shown", losses::floor_eight),
    ("accrue", markets::accrue_all),
    ("funding: accrue", markets::accrue),
    ("funding: touch", markets::touch),
    ("fee: rate and split", markets::fee),
    ("breaker: update, quiet", markets::breaker_quiet),
    ("breaker: update, 8 fire", markets::breaker_fires),
];
