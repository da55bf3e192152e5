//! What the sequences reach.

use crate::{
    world::{
        gentle::{raises, Gentle},
        power::{powers, Captured, Power},
        strategy::{live_sequence, sequence, Op},
        World,
    },
    LENGTH,
};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use std::collections::BTreeMap;

/// The sequences are not vacuous: every kind of operation succeeds, and losses really are shared.
#[test]
fn sequences_reach_everything() {
    let counts = reached(sequence(LENGTH), World::new());
    assert_eq!(counts.len(), 26, "{counts:?}");
    let counts = reached(live_sequence(LENGTH), World::live());
    assert_eq!(counts.len(), 41, "{counts:?}");
}

/// Raised margin does liquidate, and is held back.
#[test]
fn raised_margin_reaches_everything() {
    let mut runner = TestRunner::deterministic();
    let (mut flagged, mut held_back, mut accounts) = (0, 0, 0);
    for _ in 0..200 {
        let mut gentle = Gentle::new();
        let steps = raises(160).new_tree(&mut runner).unwrap().current();
        steps.iter().for_each(|step| gentle.step(step).unwrap());
        (flagged, held_back) = (flagged + gentle.flagged.len(), held_back + gentle.held_back);
        accounts = accounts.max(gentle.flagged.len());
    }
    println!("{flagged} flagged, at most {accounts} in a sequence, {held_back} held back");
    assert!(flagged > 100 && held_back > 100 && accounts > 3);
}

/// With captured keys something does leave and something is loosened, and limits and delays do refuse.
#[test]
fn captured_keys_reach_everything() {
    let mut runner = TestRunner::deterministic();
    let (mut left, mut loosened, mut refused) = (0, 0, 0);
    for _ in 0..200 {
        let mut captured = Captured::new();
        for step in powers(120).new_tree(&mut runner).unwrap().current() {
            let before = captured.world.markets.map(|m| m.params);
            captured.step(&step).unwrap();
            let changed = captured.world.markets.map(|m| m.params) != before;
            loosened += (changed && matches!(step, Power::Apply { .. })) as u32;
        }
        left += captured.flows.iter().filter(|f| f.1 > 0).count();
        refused += captured.refused;
    }
    println!("{left} left, {loosened} changes, {refused} refused");
    assert!(left > 1_000 && loosened > 20 && refused > 1_000);
}

/// What 600 sequences do, and how often.
fn reached(sequences: impl Strategy<Value = Vec<Op>>, start: World) -> BTreeMap<&'static str, u32> {
    let mut runner = TestRunner::deterministic();
    let mut counts = BTreeMap::<&str, u32>::new();
    for _ in 0..600 {
        let ops = sequences.new_tree(&mut runner).unwrap().current();
        let mut world = start.clone();
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
                Op::Accrue { .. } => "accrue",
                Op::Deleverage { .. } => "deleverage",
                Op::Recover { .. } => "recover",
                Op::Stake { .. } => "stake",
                Op::Request { .. } => "request",
                Op::PayOut { .. } => "pay out",
                Op::Treasury { .. } => "treasury",
                Op::End { .. } => "end",
                Op::Tighten { .. } => "tighten",
                Op::Propose { .. } => "propose",
                Op::Apply { .. } => "apply",
                Op::Match { .. } => "match",
                Op::IntoQuote { who, .. } if step.before.accounts[who].bankrupt != 0 => "into quote from bankrupt",
                Op::IntoQuote { .. } => "into quote",
                Op::Reduce { .. } => "reduce",
                Op::TopUp { .. } => "top up",
                Op::Transfer { .. } => "transfer",
                Op::Dust { .. } => "dust",
                Op::Clear { .. } => "clear",
                Op::Allot { .. } => "allot",
                Op::Hold { .. } => "hold",
            };
            *counts.entry(name).or_default() += 1;
            for (was, is) in step.before.markets.iter().zip(&after.markets) {
                let mut count = |what, did: bool| {
                    if did {
                        *counts.entry(what).or_default() += 1;
                    }
                };
                count("funding moved", is.funding.index != was.funding.index);
                count("margin raised", is.margin.lines[0].maint > was.margin.lines[0].maint);
                count("breaker tripped", is.breaker.level() > was.breaker.level());
                *counts.entry("claims shared").or_default() += (is.ledger.loss_shared > was.ledger.loss_shared) as u32;
                *counts.entry("insurance drawn").or_default() += (is.ledger.insurance_drawn > was.ledger.insurance_drawn) as u32;
                *counts.entry("deficit").or_default() += (is.ledger.deficit > was.ledger.deficit) as u32;
            }
            Ok(())
        });
        run.unwrap();
    }
    println!("{counts:?}");
    assert!(counts.values().all(|n| *n >= 5), "{counts:?}");
    counts
}
