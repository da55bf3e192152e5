//! A deficit: the pot pays first, then insurance within every cap, then, after its window, the claims of that market alike.

use firebreak_client::{
    program::{events::LossShared, instructions::InitialiseArgs},
    risk::{MarketParams, Ratio},
};
use firebreak_tests::{events, initial, params, Expect, Trader, World, E, USD};

const DEFICIT: u64 = 40_600_101;
const POT: u64 = 150_000;
/// Insurance fees that the bankrupt account paid: what insurance covers for it.
const COVER: u64 = 150_000;

struct Scene {
    w: World,
    /// Short 10 units, settled: a claim of 100.0001 USD.
    winner: Trader,
    keeper: Trader,
}

/// A bankrupt closed at 90 USD with a deficit of [`DEFICIT`]; nothing covered yet; `fund` atoms of insurance.
fn deficit_with(mut w: World, params: MarketParams, fund: u64) -> Scene {
    w.list(params, 100);
    let (winner, thin, keeper) = (w.trader(10_000), w.trader(60), w.trader(10_000));
    w.quote(&winner, 0, 100);
    w.take(&thin, &winner, 0, 10).expect("takes");
    if fund > 0 {
        w.fund_insurance(&keeper, fund).expect("funds");
    }
    w.price(0, 90_00000000, 5);
    w.declare_bankrupt(&thin).expect("declares");
    w.liquidate(&keeper, &thin, 0).expect("takes over");
    w.settle(&winner, &winner, 0).expect("settles");
    assert_eq!((w.ledger(0).deficit, w.ledger(0).pot, w.ledger(0).claims), (DEFICIT, POT, 100_000_100));
    Scene { w, winner, keeper }
}

fn deficit(fund: u64) -> Scene {
    deficit_with(World::new(), params(), fund)
}

#[test]
fn without_a_deficit_there_is_nothing_to_share() {
    let mut w = World::with_market();
    w.share_loss(0).refused(E::NoDeficit);
}

#[test]
fn the_pot_pays_at_once_and_claims_after_the_window() {
    let Scene { mut w, winner, .. } = deficit(0);
    let meta = w.share_loss(0).expect("the pot");
    let event = &events::<LossShared>(&meta)[0];
    assert_eq!((event.pot, event.insurance, event.shared, event.ledger.deficit), (POT, 0, 0, DEFICIT - POT));
    assert_eq!(w.ledger(0).pot, 0);
    w.share_loss(0).refused(E::LossWindowOpen);
    w.pass(145);
    w.share_loss(0).refused(E::LossWindowOpen);

    w.pass(10); // 62 seconds
    let meta = w.share_loss(0).expect("claims");
    let event = &events::<LossShared>(&meta)[0];
    assert_eq!((event.pot, event.insurance, event.shared, event.ledger.deficit), (0, 0, DEFICIT - POT, 0));
    let l = w.ledger(0);
    assert_eq!((l.deficit, l.window_deficit, l.loss_shared), (0, 0, DEFICIT - POT));
    assert_eq!((l.claims, l.pool), (100_000_100 - DEFICIT + POT, 100_000_100 - DEFICIT + POT));
    let claim = w.engine(&winner).positions[0].result_now_down(&l).expect("claim") as u64;
    assert!(l.claims - claim <= 1, "all claims are one: {claim} of {}", l.claims);
    w.share_loss(0).refused(E::NoDeficit);
}

#[test]
fn insurance_pays_what_the_accounts_own_fees_cover() {
    let Scene { mut w, .. } = deficit(1_000 * USD);
    let meta = w.share_loss(0).expect("pot and insurance");
    let event = &events::<LossShared>(&meta)[0];
    assert_eq!((event.pot, event.insurance, event.shared), (POT, COVER, 0));
    assert_eq!(w.insurance().engine.fund.assets, 1_000 * USD - COVER);
    assert_eq!(
        (w.insurance().engine.fund.drawn, w.insurance().engine.fund.day_drawn, w.ledger(0).insurance_drawn),
        (COVER, COVER, COVER)
    );
    w.share_loss(0).refused(E::LossWindowOpen);
}

#[test]
fn insurance_stops_at_each_of_its_caps() {
    let multiple = MarketParams { cover_multiple: 100_000_000, ..params() }; // a hundredfold: 15 USD
    let caps = [
        ("cover", World::new(), multiple, 15 * USD),
        ("the market's limit", World::new(), MarketParams { insurance_limit: 3 * USD, ..multiple }, 3 * USD),
        ("a limit of zero", World::new(), MarketParams { insurance_limit: 0, ..multiple }, 0),
        ("one event", World::with(InitialiseArgs { event_cap: 40_000, ..initial() }), multiple, 4 * USD),
        ("a day", World::with(InitialiseArgs { day_cap: 20_000, ..initial() }), multiple, 2 * USD),
        ("the floor", World::with(InitialiseArgs { insurance_floor: 99 * USD, ..initial() }), multiple, USD),
        ("caps of zero", World::with(InitialiseArgs { event_cap: 0, day_cap: 0, ..initial() }), multiple, 0),
    ];
    for (what, world, params, paid) in caps {
        let Scene { mut w, .. } = deficit_with(world, params, 100 * USD);
        let meta = w.share_loss(0).expect("the pot at least");
        assert_eq!(events::<LossShared>(&meta)[0].insurance, paid, "{what}");
        // Asking again in the same window, or for the same loss after it, brings no more.
        w.share_loss(0).refused(E::LossWindowOpen);
        assert_eq!(w.insurance().engine.fund.assets, 100 * USD - paid, "{what}");
    }
}

#[test]
fn a_small_deficit_is_shared_at_once() {
    let mut w = World::new();
    w.list(MarketParams { pot_share: Ratio(0), small_loss: Ratio(10_000), ..params() }, 100);
    let (winner, thin, keeper) = (w.trader(10_000), w.trader(60), w.trader(10_000));
    w.quote(&winner, 0, 100);
    w.take(&thin, &winner, 0, 10).expect("takes");
    w.price(0, 94_02000000, 5); // owes 59.8001 of 58.499999 and 0.9 of bond
    w.declare_bankrupt(&thin).expect("declares");
    w.liquidate(&keeper, &thin, 0).expect("takes over");
    assert_eq!(w.ledger(0).deficit, 59_800_100 - 58_499_999 - 900_000);
    w.share_loss(0).refused(E::LossWindowOpen); // there are no claims yet to be small against
    w.settle(&winner, &winner, 0).expect("settles");
    w.share_loss(0).expect("0.4 of 59.8 USD are less than 1 %");
    assert_eq!(w.ledger(0).deficit, 0);
}

#[test]
fn what_claims_cannot_bear_waits_for_the_next_window() {
    let mut w = World::with_market();
    let (small, large) = (w.trader(10_000), w.trader(10_000));
    let (thin, keeper) = (w.trader(60), w.trader(10_000));
    for (maker, units) in [(&small, 3), (&large, 7)] {
        w.quote(maker, 0, 100);
        w.take(&thin, maker, 0, units).expect("takes");
    }
    w.price(0, 90_00000000, 5);
    w.declare_bankrupt(&thin).expect("declares");
    w.liquidate(&keeper, &thin, 0).expect("takes over");
    w.settle(&small, &small, 0).expect("settles");
    w.share_loss(0).expect("the pot");
    w.pass(155);
    // The one claim that is booked loses everything, and it is not enough.
    let (claims, deficit) = (w.ledger(0).claims, w.ledger(0).deficit);
    assert_eq!(claims, 30_000_030);
    w.share_loss(0).expect("shares");
    assert_eq!((w.ledger(0).claims, w.ledger(0).deficit), (0, deficit - claims));
    w.settle(&large, &large, 0).expect("settles");
    w.share_loss(0).refused(E::LossWindowOpen);
    w.pass(155);
    w.share_loss(0).expect("the next window has ended");
    assert_eq!((w.ledger(0).deficit, w.ledger(0).claims), (0, 70_000_070 - (deficit - claims)));
    let left = w.engine(&small).positions[0].result_now_down(&w.ledger(0)).expect("claim");
    assert_eq!(left, 0);
}

#[test]
fn the_market_reopens_when_its_deficit_is_gone() {
    let Scene { mut w, winner, keeper } = deficit(0);
    let fresh = w.trader(1_000);
    w.take(&fresh, &winner, 0, 1).refused(E::MarketReduceOnly);
    w.pass(155);
    w.share_loss(0).expect("shares");
    w.take(&fresh, &winner, 0, 1).expect("open again");
    assert!(w.engine(&keeper).positions[0].base.0 > 0);
}
