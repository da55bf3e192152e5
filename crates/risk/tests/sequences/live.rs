//! Markets under a major's rules: funding, dynamic margin, throttle, breaker, shared insurance with its stakers, governance, an end.

use crate::{
    config, sequences,
    world::{
        check::*,
        gentle::{raises, Gentle},
        power::{powers, Captured},
        strategy::live_sequence,
        *,
    },
    LENGTH,
};
use proptest::prelude::*;

sequences! {
    800 of live_sequence(LENGTH), from World::live();
    /// The vault holds what the ledger says, insurance and stakes included.
    i1_conservation_live: |_step, world| world.conservation();
    /// Longs match shorts; the totals are the sums of the positions and of the funding that they have not taken in yet.
    i2_matched_book_live: |_step, world| world.matched();
    /// What was converted is at most what losers, pot and insurance paid into the same market.
    i3_backed_profit_live: |_step, world| world.backed();
    /// Nobody's money moves unless he is a party; who is deleveraged against loses exposure alone.
    i4_principal_first_live: |step, world| principal_first(step, world);
    /// No operation reaches another market, but a recovery those that bore the loss.
    i5_isolation_live: |step, world| isolated(step, world);
    /// A take-over never lowers health, stops at the stop line, and bankrupts nobody.
    i7_liquidation_helps_live: |step, world| liquidation_helps(step, world);
    /// What needs a price had one, or the market had ended.
    i13_bad_prices_live: |step, world| good_prices(step, world);
    /// Pool, debt, deficit, claims and entries balance; no claim exceeds its share.
    i14_sourced_claims_live: |_step, world| world.sourced();
}

proptest! {
    #![proptest_config(config(800))]

    /// After every loss is shared, the order of converting and withdrawing changes nobody's total by more than an atom per operation.
    #[test]
    fn i6_no_run_live(ops in live_sequence(LENGTH), order in Just([0, 1, 2, 3, 4, 5, 6]).prop_shuffle()) {
        let mut world = World::live();
        world.run(&ops, |_, _| Ok(())).unwrap();
        world.quiet();
        world.settle_all();
        world.deleverage_all();
        world.settle_all();
        world.share_all();
        world.quiet();
        prop_assume!(world.markets.iter().all(|m| m.ledger.deficit == 0));
        world.warm_up();
        world.settle_all(); // the funding of that time too: the promise is for a market settled at one price
        // How fast the vault lets out is another promise than to whom: with its windows open, order decides nothing.
        world.outflow_rules = World::new().outflow_rules;
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

    /// From wherever a sequence ended everybody gets out: against each other and by deleveraging, without any market maker's capital, or
    /// through the end of both markets when their prices are gone.
    #[test]
    fn i10_always_an_exit_live(ops in live_sequence(LENGTH), ended in any::<bool>()) {
        let mut world = World::live();
        world.run(&ops, |_, _| Ok(())).unwrap();
        world.wind_down_alone(ended);
        let empty = world.is_empty().and(world.conservation()).and(world.matched()).and(world.sourced());
        prop_assert!(empty.is_ok(), "{} (ended: {ended})", empty.unwrap_err());
    }
}

proptest! {
    #![proptest_config(config(800))]

    /// Prices stand still and only margin is raised: in any 150 slots at most the share of open interest becomes liquidatable for it, and
    /// the line of no open position rises faster than the rate.
    #[test]
    fn i8_gentle_tightening_sequences(steps in raises(160)) {
        let mut gentle = Gentle::new();
        for step in &steps {
            let done = gentle.step(step);
            prop_assert!(done.is_ok(), "{}", done.unwrap_err());
        }
    }
}

proptest! {
    #![proptest_config(config(800))]

    /// Every privileged key is in hostile hands, and every account is the attacker's: what leaves in an hour and in 48 hours is at most
    /// the outflow limits, and nothing is loosened before its delay.
    #[test]
    fn i11_bounded_power_sequences(steps in powers(120)) {
        let mut captured = Captured::new();
        for step in &steps {
            let done = captured.step(step);
            prop_assert!(done.is_ok(), "{}", done.unwrap_err());
        }
    }
}
