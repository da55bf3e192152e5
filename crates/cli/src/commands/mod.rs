//! What users do, a file a command.

mod account;
mod completions;
mod convert;
mod deposit;
mod gov;
mod health;
mod insurance;
mod key;
mod liquidate;
mod market;
mod order;
mod positions;
mod quote;
mod risk;
mod skip;
mod take;
mod transfer;
mod watch;
mod withdraw;

use crate::user::error;
use std::process::ExitCode;

/// Commands of traders, makers, insurers, liquidators and governance.
#[derive(clap::Subcommand)]
pub enum User {
    /// Your key.
    Key(key::KeyArgs),
    /// Margin accounts: open, close, show, list, transfer between your own.
    Account(account::AccountArgs),
    /// Puts money into a margin account.
    Deposit(deposit::DepositArgs),
    /// Takes money out of a margin account.
    Withdraw(withdraw::WithdrawArgs),
    /// Turns the warm part of a claim into money.
    Convert(convert::ConvertArgs),
    /// Your standing offers to others, and what is on offer.
    Quote(quote::QuoteArgs),
    /// Buys or sells against what is on offer, or closes a position.
    Take(take::TakeArgs),
    /// What a margin account holds.
    Positions(positions::PositionsArgs),
    /// How far a margin account is from each line, and at which price it crosses it.
    Health(health::HealthArgs),
    /// Standing orders that anybody may run once your account comes into danger.
    Order(order::OrderArgs),
    /// The insurance fund: what is in it, staking, asking back.
    Insurance(insurance::InsuranceArgs),
    /// Markets, their prices and their parameters.
    Market(market::MarketArgs),
    /// Governance: proposals, the guardian's means.
    Gov(gov::GovArgs),
    /// Takes over what an account in distress has to give up, or lists such accounts.
    Liquidate(liquidate::LiquidateArgs),
    /// What other programs read about a market.
    Risk(risk::RiskArgs),
    /// A live screen: markets, breakers, worst accounts, keepers' wins.
    Watch(watch::WatchArgs),
    /// Lets time pass on a local network.
    Skip(skip::SkipArgs),
    /// Prints a shell's completions for this program.
    Completions(completions::CompletionsArgs),
}

/// Runs a command. Exit code 2: what was given is wrong; 1: the chain refused, or could not be reached.
pub fn run(command: User) -> ExitCode {
    let (result, json) = match command {
        User::Key(a) => (key::run(&a), a.options.json),
        User::Account(a) => (account::run(&a), a.options.json),
        User::Deposit(a) => (deposit::run(&a), a.options.json),
        User::Withdraw(a) => (withdraw::run(&a), a.options.json),
        User::Convert(a) => (convert::run(&a), a.options.json),
        User::Quote(a) => (quote::run(&a), a.options.json),
        User::Take(a) => (take::run(&a), a.options.json),
        User::Positions(a) => (positions::run(&a), a.options.json),
        User::Health(a) => (health::run(&a), a.options.json),
        User::Order(a) => (order::run(&a), a.options.json),
        User::Insurance(a) => (insurance::run(&a), a.options.json),
        User::Market(a) => (market::run(&a), a.options.json),
        User::Gov(a) => (gov::run(&a), a.options.json),
        User::Liquidate(a) => (liquidate::run(&a), a.options.json),
        User::Risk(a) => (risk::run(&a), a.options.json),
        User::Watch(a) => (watch::run(&a), a.options.json),
        User::Skip(a) => (skip::run(&a), a.options.json),
        User::Completions(a) => (completions::run(&a), false),
    };
    let Err(why) = result else { return ExitCode::SUCCESS };
    if json {
        println!("{:#}", error::as_json(&why));
    }
    eprintln!("firebreak: {why:#}");
    ExitCode::from(error::exit_code(&why))
}
