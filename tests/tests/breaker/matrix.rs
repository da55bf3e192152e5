//! The matrix of design section 10: every action at every level, in a market brought there by its own breaker, and by the global one.

use super::scene::{global, own, Scene, MOVED};
use firebreak_client::risk::{
    levels::{permit, Gate, Level, Permit},
    trade::QuoteTerms,
    Ratio,
};
use firebreak_tests::{stakers::JUNIOR, terms, Expect, E, UNIT, USD};

const LEVELS: [Level; 5] = [Level::Normal, Level::Caution, Level::ReduceOnly, Level::Halt, Level::Settlement];

/// The table as the design prints it, with the rows that it sums up written out.
const TABLE: [(Gate, [&str; 5]); 10] = [
    (Gate::Increase, ["yes", "at 1.5 × Init", "no", "no", "no"]),
    (Gate::Reduce, ["yes", "yes", "yes", "in band", "at the fixed price"]),
    (Gate::Deposit, ["yes", "yes", "yes", "yes", "yes"]),
    (Gate::WithdrawFree, ["yes", "yes", "yes", "yes", "yes"]),
    (Gate::Withdraw, ["Init", "Init", "Init", "no", "after settling"]),
    (Gate::Convert, ["yes", "yes", "yes", "no", "yes"]),
    (Gate::Liquidate, ["yes", "yes", "yes", "yes, if quality allows", "no"]),
    (Gate::Deleverage, ["yes", "yes", "yes", "yes, if quality allows", "no"]),
    (Gate::Stake, ["yes", "yes", "yes", "yes", "yes"]),
    (Gate::PayOut, ["yes", "yes", "no", "no", "no"]),
];

fn words(permit: Permit) -> &'static str {
    match permit {
        Permit::Yes => "yes",
        Permit::RaisedInit => "at 1.5 × Init",
        Permit::Init => "Init",
        Permit::InBand => "in band",
        Permit::AtFixedPrice => "at the fixed price",
        Permit::AfterSettling => "after settling",
        Permit::IfQuality => "yes, if quality allows",
        Permit::No => "no",
    }
}

#[test]
fn the_table_is_the_engines_and_leaves_no_cell_out() {
    assert_eq!(TABLE.map(|(gate, _)| gate), Gate::ALL);
    for (gate, row) in TABLE {
        for (level, cell) in LEVELS.into_iter().zip(row) {
            assert_eq!(words(permit(level, gate)), cell, "{gate:?} at {level:?}");
        }
    }
}

fn every_row(scene: Scene, level: Level) {
    for (gate, row) in TABLE {
        println!("{gate:?} at {level:?}: {}", row[level as usize]);
        act(&mut scene.clone(), gate, row[level as usize]);
    }
}

#[test]
fn at_normal() {
    every_row(own(Level::Normal), Level::Normal);
}

#[test]
fn at_caution() {
    every_row(own(Level::Caution), Level::Caution);
}

#[test]
fn at_reduce_only() {
    every_row(own(Level::ReduceOnly), Level::ReduceOnly);
}

#[test]
fn at_halt() {
    every_row(own(Level::Halt), Level::Halt);
}

#[test]
fn at_settlement() {
    every_row(own(Level::Settlement), Level::Settlement);
}

#[test]
fn at_caution_of_all() {
    every_row(global(Level::Caution), Level::Caution);
}

#[test]
fn at_reduce_only_of_all() {
    every_row(global(Level::ReduceOnly), Level::ReduceOnly);
}

#[test]
fn at_halt_of_all() {
    every_row(global(Level::Halt), Level::Halt);
}

/// Rows with one cell for each of Caution, ReduceOnly and Halt.
pub type Cells = [(Gate, [&'static str; 3]); 10];

/// Does what the gate is for and expects what the cell says.
pub fn act(s: &mut Scene, gate: Gate, cell: &str) {
    match gate {
        Gate::Increase => increase(s, cell),
        Gate::Reduce => reduce(s, cell),
        Gate::Deposit => {
            assert_eq!(cell, "yes");
            s.w.deposit(&s.long, USD).expect("with a position");
            s.w.deposit(&s.flat, USD).expect("without");
        }
        Gate::WithdrawFree => {
            assert_eq!(cell, "yes");
            s.w.withdraw(&s.flat, 1_000 * USD).expect("all of it");
        }
        Gate::Withdraw => withdraw(s, cell),
        Gate::Convert => convert(s, cell),
        Gate::Liquidate => liquidate(s, cell),
        Gate::Deleverage => deleverage(s, cell),
        Gate::Stake => {
            assert_eq!(cell, "yes");
            let other = s.w.trader(5);
            s.w.stake(&other, JUNIOR, USD).expect("stakes");
            s.w.request_all(&other, JUNIOR).expect("asks");
        }
        Gate::PayOut => match cell {
            "yes" => {
                s.w.unstake(&s.staker, JUNIOR).expect("pays out");
                assert_eq!(s.w.stake_of(&s.staker, JUNIOR).engine.shares, 0);
            }
            "no" => {
                s.w.unstake(&s.staker, JUNIOR).refused(E::BreakerForbids);
                let holding: &[u16] = if s.w.protocol().breaker.level() > Level::Caution { &[] } else { &[0] };
                s.w.hold_unstake(&s.staker, JUNIOR, holding).expect("and does not lapse meanwhile");
            }
            _ => unreachable!("{cell}"),
        },
    }
}

fn increase(s: &mut Scene, cell: &str) {
    match cell {
        "yes" => drop(s.w.take(&s.edge, &s.buyer, 0, -10).expect("at Init")),
        "at 1.5 × Init" => {
            s.w.take(&s.edge, &s.buyer, 0, -10).refused(E::BelowInit);
            s.w.take(&s.edge, &s.buyer, 0, -6).expect("at half more");
        }
        "no" => {
            s.w.take(&s.edge, &s.buyer, 0, -1).refused(E::BreakerForbids);
            s.w.take(&s.flat, &s.maker, 0, 1).refused(E::BreakerForbids);
            s.w.take(&s.long, &s.maker, 0, 1).refused(E::BreakerForbids);
            // Through zero is an increase too.
            s.w.take(&s.long, &s.maker, 0, -11).refused(E::BreakerForbids);
        }
        _ => unreachable!("{cell}"),
    }
}

fn reduce(s: &mut Scene, cell: &str) {
    let far = |offset| QuoteTerms { bid_offset: Ratio(offset), ..terms(1_000) };
    s.w.quote_with(&s.maker, 0, far(30_000)).expect("quotes 3 % below");
    match cell {
        "yes" => drop(s.w.take(&s.long, &s.maker, 0, -1).expect("at any price it likes")),
        "in band" => {
            s.w.take(&s.long, &s.maker, 0, -1).refused(E::BreakerForbids);
            s.w.quote_with(&s.maker, 0, far(20_500)).expect("quotes");
            s.w.take(&s.long, &s.maker, 0, -1).refused(E::BreakerForbids);
            s.w.quote_with(&s.maker, 0, far(19_500)).expect("quotes");
            s.w.take(&s.long, &s.maker, 0, -1).expect("within 2 %");
        }
        "at the fixed price" => {
            s.w.quote(&s.maker, 0, 1_000);
            s.w.take(&s.long, &s.maker, 0, -1).refused(E::BreakerForbids);
            s.w.settle(&s.keeper, &s.long, 0).expect("anybody closes it");
            assert_eq!(s.w.engine(&s.long).positions[0].base.0, 0);
            let fixed = s.w.market(0).engine.ended().expect("fixed");
            assert!(fixed.0 < MOVED as u64, "at the average, not at the last print");
        }
        _ => unreachable!("{cell}"),
    }
}

fn withdraw(s: &mut Scene, cell: &str) {
    match cell {
        "Init" => {
            let all = s.w.engine(&s.long).capital;
            s.w.withdraw(&s.long, all).refused(E::BelowInit);
            s.w.withdraw(&s.long, USD).expect("above the floor");
        }
        "no" => drop(s.w.withdraw(&s.long, 1).refused(E::BreakerForbids)),
        "after settling" => {
            s.w.withdraw(&s.long, 1).refused(E::SettleFirst);
            s.w.settle(&s.long, &s.long, 0).expect("settles");
            let all = s.w.engine(&s.long).capital;
            s.w.withdraw(&s.long, all).expect("all of it");
        }
        _ => unreachable!("{cell}"),
    }
}

fn convert(s: &mut Scene, cell: &str) {
    match cell {
        "yes" => {
            if s.w.market(0).engine.ended().is_some() {
                for who in [&s.maker, &s.buyer, &s.thin] {
                    s.w.settle(&s.keeper, who, 0).expect("losers pay");
                }
            }
            let before = s.w.engine(&s.long).capital;
            s.w.convert(&s.long, 0).expect("converts");
            assert!(s.w.engine(&s.long).capital > before);
        }
        "no" => drop(s.w.convert(&s.long, 0).refused(E::BreakerForbids)),
        _ => unreachable!("{cell}"),
    }
}

fn liquidate(s: &mut Scene, cell: &str) {
    match cell {
        "yes" | "yes, if quality allows" => {
            let before = s.w.engine(&s.thin).positions[0].base.abs();
            s.w.liquidate(&s.keeper, &s.thin, 0).expect("takes over");
            assert!(s.w.engine(&s.thin).positions[0].base.abs() < before);
        }
        "no" => {
            s.w.liquidate(&s.keeper, &s.thin, 0).refused(E::BreakerForbids);
            s.w.settle(&s.keeper, &s.thin, 0).expect("it settles instead");
        }
        _ => unreachable!("{cell}"),
    }
    assert_ne!(s.w.engine(&s.long).positions[0].base.0, UNIT);
}

/// A bankrupt position is closed by the same two means: taken over here, against the other side by `deleverage`.
fn deleverage(s: &mut Scene, cell: &str) {
    if cell == "no" {
        s.w.liquidate(&s.keeper, &s.thin, 0).refused(E::BreakerForbids);
        return;
    }
    // Less than 2 % further: the thin account is bankrupt, and nothing trips again.
    s.w.price(0, 107_20000000, 3);
    s.w.declare_bankrupt(&s.thin).expect("declares");
    s.w.liquidate(&s.keeper, &s.thin, 0).expect("closes");
    assert!(s.w.engine(&s.thin).positions.iter().all(|p| p.base.is_flat()));
}
