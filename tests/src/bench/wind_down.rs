//! One insolvent account from its declaration to the last shared loss.

use super::Row;
use crate::{scenes::Wide, Trader};
use anchor_lang::solana_program::instruction::Instruction;
use firebreak_client::{decode, instruction};

/// Declares an account at 8 positions, takes all of them over, covers and shares each market's deficit.
pub fn rows() -> Vec<Row> {
    const MARKETS: u16 = 8;
    const BUDGET: u64 = 400_000;
    let mut s = Wide::new(MARKETS, MARKETS).insolvent();
    let markets = s.w.markets_of(&s.holder, None);
    let declare = [instruction::declare_bankrupt(s.holder.account, &markets)];
    let take_over = take_over(&s.holder, &s.keeper, &markets, &decode::markets_of(&s.w.margin(&s.keeper), None));
    let mut sent = vec![send(&mut s, &declare), send(&mut s, &take_over)];
    for market in &markets {
        s.w.settle(&s.maker.clone(), &s.maker.clone(), *market).expect("winners settle on their own account");
    }
    s.w.vm.pass(155);
    let share: Vec<Instruction> = markets.iter().map(|market| instruction::share_loss(*market)).collect();
    sent.push(send(&mut s, &share));
    assert!(markets.iter().all(|m| s.w.ledger(*m).deficit == 0), "the wind-down is complete");
    assert!(sent.len() <= 4, "the design allows four transactions");
    let size = format!("8 positions, keeper at 8, {} transactions", sent.len());
    vec![Row::new("wind_down", size, sent.iter().sum(), BUDGET), alone(MARKETS, BUDGET)]
}

/// The same when nobody has capital: against the one who holds the other side of all of it.
fn alone(n: u16, budget: u64) -> Row {
    let mut s = Wide::new(n, 0).insolvent();
    let markets = s.w.markets_of(&s.holder, None);
    let declare = [instruction::declare_bankrupt(s.holder.account, &markets)];
    let mut sent = vec![send(&mut s, &declare)];
    let mut left = markets.clone();
    let mut close = |market: &u16| {
        left.retain(|m| m != market);
        let others = left.clone();
        let party = instruction::Group { account: s.maker.account, needs: (&markets).into() };
        instruction::deleverage(s.holder.account, *market, &others, &[party], &[])
    };
    let halves: Vec<Vec<Instruction>> = markets.chunks(4).map(|half| half.iter().map(&mut close).collect()).collect();
    for half in halves {
        sent.push(send(&mut s, &half));
    }
    s.w.vm.pass(155);
    let share: Vec<Instruction> = markets.iter().map(|market| instruction::share_loss(*market)).collect();
    sent.push(send(&mut s, &share));
    assert!(markets.iter().all(|m| s.w.ledger(*m).deficit == 0), "the wind-down is complete");
    assert!(sent.len() <= 4, "the design allows four transactions");
    Row::new("wind_down", format!("8 positions, deleveraged, {} transactions", sent.len()), sent.iter().sum(), budget)
}

/// Compute units of one transaction.
fn send(s: &mut Wide, instructions: &[Instruction]) -> u64 {
    s.w.act(instructions, &[&s.keeper.key]).expect("a step of the wind-down").compute_units_consumed
}

/// One take-over a position, in one transaction. The account's slots remember what each market lost until the last one is closed.
fn take_over(holder: &Trader, keeper: &Trader, markets: &[u16], of_keeper: &[u16]) -> Vec<Instruction> {
    let mut left = markets.to_vec();
    let step = |market: &u16| {
        left.retain(|m| m != market);
        let others: Vec<u16> = left.iter().chain(of_keeper.iter().filter(|m| *m != market)).copied().collect();
        instruction::liquidate(keeper.owner(), keeper.account, holder.account, *market, u64::MAX, &others)
    };
    markets.iter().rev().map(step).collect()
}
