//! Every invariant over whole sequences of random operations on the small world.
//!
//! Each test runs 2 000 sequences, all together 20 000; `PROPTEST_CASES=100000 cargo test --release -p firebreak-risk --test
//! sequences` is the long profile. Shrunk counterexamples are kept in `regressions.rs`.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod world;

use proptest::{prelude::*, test_runner::Config};
use world::{
    check::*,
    strategy::{sequence, Op},
    *,
};

/// Operations after the opening.
const LENGTH: usize = 40;

fn config() -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(2_000);
    Config { cases, failure_persistence: None, ..Config::default() }
}

macro_rules! sequences {
    ($($(#[$doc:meta])* $name:ident: |$step:ident, $world:ident| $check:expr;)*) => {
        proptest! {
            #![proptest_config(config())]
            $(
                $(#[$doc])*
                #[test]
                fn $name(ops in sequence(LENGTH)) {
                    let result = World::new().run(&ops, |$step, $world| $check);
                    prop_assert!(result.is_ok(), "{}", result.unwrap_err());
                }
            )*
        }
    };
}

sequences! {
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
    #![proptest_config(config())]

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

/// The sequences are not vacuous: every kind of operation succeeds, and losses really are shared.
#[test]
fn sequences_reach_everything() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let mut counts = std::collections::BTreeMap::<&str, u32>::new();
    for _ in 0..600 {
        let ops = sequence(LENGTH).new_tree(&mut runner).unwrap().current();
        let mut world = World::new();
        let run = world.run(&ops, |step, after| {
            let name = match step.op {
                Op::Refresh { .. } => "refresh",
                Op::Wait { .. } => "wait",
                Op::Trade { .. } => "trade",
                Op::Close { .. } => "close",
                Op::Settle { by_owner: true, .. } => "settle by owner",
                Op::Settle { .. } => "settle by others",
                Op::Convert { .. } => "convert",
                Op::Deposit { .. } => "deposit",
                Op::Withdraw { .. } => "withdraw",
                Op::Flag { .. } => "flag",
                Op::Liquidate { who, .. } if step.before.accounts[who].bankrupt != 0 => "take over from bankrupt",
                Op::Liquidate { .. } => "liquidate",
                Op::Declare { .. } => "declare",
                Op::Share { .. } => "share",
                Op::Donate { .. } => "donate",
                Op::Sweep { .. } => "sweep",
            };
            *counts.entry(name).or_default() += 1;
            for (was, is) in step.before.markets.iter().zip(&after.markets) {
                *counts.entry("claims shared").or_default() += (is.ledger.loss_shared > was.ledger.loss_shared) as u32;
                *counts.entry("insurance drawn").or_default() += (is.ledger.insurance_drawn > was.ledger.insurance_drawn) as u32;
                *counts.entry("deficit").or_default() += (is.ledger.deficit > was.ledger.deficit) as u32;
            }
            Ok(())
        });
        run.unwrap();
    }
    println!("{counts:?}");
    assert_eq!(counts.len(), 19, "{counts:?}");
    assert!(counts.values().all(|n| *n >= 5), "{counts:?}");
}
