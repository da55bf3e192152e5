//! A market's totals, figure by figure.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

use firebreak_risk::{BaseQty, Ledger, Price, RiskError};

/// Longs of 3 lots for 30 atoms, shorts of 3 lots for 25; 20 in the pool, 5 owed, 10 lost: claims of 40.
fn ledger() -> Ledger {
    Ledger {
        long_base: 3,
        short_base: 3,
        long_entry: 30,
        short_entry: -25,
        pool: 20,
        debt: 5,
        deficit: 10,
        window_deficit: 10,
        insured_deficit: 10,
        claims: 40,
        ..Ledger::NEW
    }
}

/// Each half of I2 and I14, and each bound of the deficit's parts, is enough to break them.
#[test]
fn every_identity_is_checked_by_itself() {
    assert_eq!(ledger().invariant(), Ok(()));
    let broken: [fn(&mut Ledger); 5] =
        [|l| l.long_base = 4, |l| l.claims = 41, |l| l.short_entry = -26, |l| l.window_deficit = 11, |l| l.insured_deficit = 11];
    for (i, spoil) in broken.iter().enumerate() {
        let mut l = ledger();
        spoil(&mut l);
        assert_eq!(l.invariant(), Err(RiskError::InvariantBroken), "{i}");
    }
}

/// No size at a cost would be a gift through the pool: it neither enters nor leaves.
#[test]
fn what_has_no_size_has_no_cost() {
    let mut l = ledger();
    for (old, new) in [((0, 1), (0, 0)), ((0, 0), (0, 1)), ((0, -1), (0, 0))] {
        let moved = l.replace(BaseQty(old.0), old.1, BaseQty(new.0), new.1);
        assert_eq!(moved, Err(RiskError::InvariantBroken), "{old:?} to {new:?}");
    }
    assert_eq!(l.replace(BaseQty(0), 0, BaseQty(0), 0), Ok(()));
    assert_eq!(l, ledger());
    assert_eq!(l.replace(BaseQty(2), 20, BaseQty(-1), -9), Ok(()));
    assert_eq!((l.long_base, l.long_entry, l.short_base, l.short_entry), (1, 10, 4, -34));
}

/// The pool covers claims, debts and the gap to the atom; a deficit it never covers, however full it is.
#[test]
fn a_pool_is_whole_at_exactly_what_may_be_asked() {
    for (pool, deficit, whole) in [(52, 0, true), (51, 0, false), (62, 10, false), (1_000, 1, false), (0, 1, false)] {
        let l = Ledger { pool, deficit, ..ledger() };
        assert_eq!(l.is_whole(7), Ok(whole), "{pool} {deficit}");
    }
}

#[test]
fn the_payable_share_is_the_pools_part_of_the_claims() {
    for (pool, claims, share) in
        [(20, 40, 500_000), (39, 40, 975_000), (40, 40, 1_000_000), (80, 40, 1_000_000), (0, 0, 1_000_000)]
    {
        assert_eq!(Ledger { pool, claims, ..ledger() }.payable_share_down(), Ok(share), "{pool} of {claims}");
    }
}

#[test]
fn a_market_holds_its_pool_its_pot_and_its_fees() {
    let l = Ledger { pot: 1_000, insurance_fees: 200, treasury_fees: 3_000, ..ledger() };
    assert_eq!(l.holdings(), Ok(4_220));
}

/// At 10 atoms a lot: 3 lots are 30 for the longs, who paid 30, and for the shorts, who received 25.
#[test]
fn both_sides_are_marked_to_one_price() {
    assert_eq!(ledger().unrealised_down(Price(10_000_000_000_000)), Ok((0, -5)));
    assert_eq!(ledger().unrealised_down(Price(7_000_000_000_000)), Ok((-9, 4)));
}
