//! Markets in which nothing moves by itself.

use crate::{
    config, sequences,
    world::{check::*, strategy::sequence, *},
    LENGTH,
};
use proptest::prelude::*;

sequences! {
    1_200 of sequence(LENGTH), from World::new();
    /// The vault holds what the ledger says, to the atom.
    i1_conservation_sequences: |_step, world| world.conservation();
    /// Longs match shorts, and the market's totals are the sums of the positions.
    i2_matched_book_sequences: |_step, world| world.matched();
    /// What was converted is at most what losers, pot and insurance paid into the same market.
    i3_backed_profit_sequences: |_step, world| world.backed();
    /// Nobody's money moves unless he is a party to the operation; a shared loss takes from claims only.
    i4_principal_first_sequences: |step, world| principal_first(step, world);
    /// No operation reaches another market.
    i5_isolation_sequences: |step, world| isolated(step, world);
    /// A take-over never lowers health, stops at the stop line, and bankrupts nobody.
    i7_liquidation_helps_sequences: |step, world| liquidation_helps(step, world);
    /// What needs a price had one.
    i13_bad_prices_sequences: |step, world| good_prices(step, world);
    /// Pool, debt, deficit, claims and entries balance; no claim exceeds its share.
    i14_sourced_claims_sequences: |_step, world| world.sourced();
}

proptest! {
    #![proptest_config(config(1_200))]

    /// Once a loss has been shared and everybody is settled, the order of converting and withdrawing changes nobody's total by more
    /// than an atom per operation.
    #[test]
    fn i6_no_run_sequences(ops in sequence(LENGTH), order in Just([0, 1, 2, 3, 4, 5, 6]).prop_shuffle()) {
        let mut world = World::new();
        world.run(&ops, |_, _| Ok(())).unwrap();
        world.calm();
        world.settle_all();
        world.resolve();
        world.settle_all();
        world.share_all();
        prop_assume!(world.markets.iter().all(|m| m.ledger.deficit == 0));
        world.warm_up();
        let cash = |order: [usize; ACCOUNTS]| {
            let mut world = world.clone();
            let mut totals = [0; ACCOUNTS];
            order.into_iter().for_each(|who| totals[who] = world.cash(who));
            totals
        };
        let (straight, permuted) = (cash([0, 1, 2, 3, 4, 5, 6]), cash(order));
        for (a, b) in straight.into_iter().zip(permuted) {
            prop_assert!(a.abs_diff(b) <= 1, "i6: {straight:?} in order, {permuted:?} in order {order:?}");
        }
    }

    /// From wherever a sequence ended, permissionless operations bring every account to zero.
    #[test]
    fn i10_always_an_exit_sequences(ops in sequence(LENGTH)) {
        let mut world = World::new();
        world.run(&ops, |_, _| Ok(())).unwrap();
        world.wind_down();
        for (who, account) in world.accounts.iter().enumerate() {
            prop_assert!(account.holdings().unwrap() == 0 && account.used().next().is_none(), "i10: account {who} keeps {account:?}");
        }
        for market in &world.markets {
            let l = &market.ledger;
            prop_assert!((l.long_base, l.deficit, l.debt) == (0, 0, 0), "i10: {l:?}");
            prop_assert!(l.claims == l.pool && l.claims < 100, "i10: more than rounding is left: {l:?}");
        }
        prop_assert!(world.conservation().is_ok());
    }
}
