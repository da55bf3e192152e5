//! The borders of bankruptcy and of sharing a loss: what is exactly small, what is left unsold, where a day of insurance ends.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod world;

use firebreak_risk::{
    waterfall::{declare, drawable_down},
    Account, Ratio, RiskError,
};
use world::*;

/// A market with claims of 1 000 USD and a deficit of `deficit`, of which shared insurance covers `insured`; its window runs.
fn short_of(deficit: u64, insured: u64) -> World {
    let mut world = World::new();
    let ends = world.now.time + 60;
    let l = &mut world.markets[0].ledger;
    (l.claims, l.deficit, l.window_deficit, l.insured_deficit) = (1_000 * USD, deficit, deficit, insured);
    l.window_ends = ends;
    world
}

/// Collateral pays before anybody else bears a loss: as long as any is unsold there is no bankruptcy, however much is owed.
#[test]
fn an_account_with_unsold_collateral_is_not_bankrupt_yet() {
    let mut account = Account { capital: 1, collaterals: 1, ..Account::NEW };
    assert_eq!(declare(&mut account, 2), Err(RiskError::CollateralUnsold));
    assert_eq!(account.bankrupt, 0);
    account.collaterals = 0;
    assert_eq!(declare(&mut account, 2), Ok(()));
    assert_eq!(account.bankrupt, 1);
}

/// A loss of exactly a thousandth of the claims waits for its window; an atom less does not.
#[test]
fn a_loss_is_small_below_its_bound_and_not_at_it() {
    assert_eq!(short_of(USD, 0).share(0), Err(RiskError::LossWindowOpen));
    assert_eq!(short_of(USD - 1, 0).share(0).map(|c| c.shared), Ok(USD - 1));
}

fn now_drawable(world: &World) -> Result<u64, RiskError> {
    let limit = world.markets[0].limit.now_down(&world.insurance)?;
    drawable_down(&world.insurance.fund, &world.markets[0].ledger, limit, world.now)
}

/// A tenth of 300 USD a day, whatever is asked for; a day after the first draw a tenth of what is left.
#[test]
fn a_day_of_insurance_begins_with_its_first_draw_and_lasts_a_day() {
    let mut world = short_of(150 * USD, 150 * USD);
    (world.insurance.fund.event_cap, world.insurance.fund.day_cap) = (Ratio(1_000_000), Ratio(100_000));
    assert_eq!(world.share(0).unwrap().insurance, 30 * USD);
    let begun = world.now.time;
    assert_eq!(
        (world.insurance.fund.day_start, world.insurance.fund.day_assets, world.insurance.fund.day_drawn),
        (begun, 300 * USD, 30 * USD)
    );
    for (later, drawable) in [(0, 0), (86_399, 0), (86_400, 27 * USD)] {
        world.now.time = begun + later;
        assert_eq!(now_drawable(&world), Ok(drawable), "after {later} s");
    }
    world.share(0).unwrap();
    assert_eq!(
        (world.insurance.fund.day_start, world.insurance.fund.day_assets, world.insurance.fund.day_drawn),
        (begun + 86_400, 270 * USD, 27 * USD)
    );
}
