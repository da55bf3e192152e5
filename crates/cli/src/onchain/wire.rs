//! An action as the instructions that carry it out, and who signs them.

use super::chain::{Chain, Person};
use anyhow::{Context, Result};
use firebreak_client::{
    instruction::{self, Group},
    risk::{rank, Account},
    Pubkey,
};
use firebreak_migrations::test_mint;
use firebreak_sim::engine::{Action, Backend, Engine, Who};
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;

/// What is sent, and whose signature it needs beside the payer's.
pub struct Wire<'a> {
    /// Instructions of one transaction.
    pub instructions: Vec<Instruction>,
    /// Signers.
    pub signers: Vec<&'a Keypair>,
}

/// Markets of an account's positions, without `named`.
fn others(account: &Account, named: Option<u16>) -> Vec<u16> {
    account.active().map(|p| p.market).filter(|m| Some(*m) != named).collect()
}

fn both(a: &Account, b: &Account, m: u16) -> Vec<u16> {
    let mut all = others(a, Some(m));
    all.extend(others(b, Some(m)));
    all
}

/// Tokens for `owner`, who brings them at once.
fn tokens(chain: &Chain, owner: &Pubkey, atoms: u64) -> Result<Vec<Instruction>> {
    Ok(test_mint::grant(&chain.keys.authority.pubkey(), &chain.mint(), owner, atoms)?.to_vec())
}

/// An account and its markets, as a counterparty.
pub fn group(chain: &Chain, engine: &Engine, who: Who) -> Result<Group> {
    Ok(Group { account: person(chain, who)?.account, needs: others(engine.account(who), None).into() })
}

fn person(chain: &Chain, who: Who) -> Result<&Person> {
    chain.people.get(who as usize).with_context(|| format!("Account {who} was never opened"))
}

fn staker(chain: &Chain, n: usize) -> Result<&Person> {
    chain.stakers.get(n).with_context(|| format!("Staker {n} never staked"))
}

/// What carries `action` out on the state that `engine` has now; `None` where the program has no such instruction.
pub fn wire<'a>(chain: &'a Chain, engine: &Engine, action: &Action) -> Result<Option<Wire<'a>>> {
    let account = |who: Who| engine.account(who);
    let one = |instruction: Instruction, signers: Vec<&'a Keypair>| Some(Wire { instructions: vec![instruction], signers });
    Ok(match *action {
        Action::Refresh { m, .. } => one(instruction::refresh_market(m, &chain.feed_keys(m)), vec![]),
        Action::Accrue { m } => one(instruction::accrue(m), vec![]),
        Action::Deposit { who, atoms } => {
            let who = person(chain, who)?;
            let mut instructions = tokens(chain, &who.owner(), atoms)?;
            instructions.push(instruction::deposit(who.owner(), who.account, who.wallet, chain.mint(), atoms));
            Some(Wire { instructions, signers: vec![&who.key] })
        }
        Action::Withdraw { who, atoms } => {
            let (who, markets) = (person(chain, who)?, others(account(who), None));
            // Whoever never deposited has no token account yet.
            let mut instructions = tokens(chain, &who.owner(), 0)?;
            instructions.truncate(1);
            instructions.push(instruction::withdraw(who.owner(), who.account, who.wallet, chain.mint(), atoms, &markets));
            Some(Wire { instructions, signers: vec![&who.key] })
        }
        Action::Trade { m, taker, maker, lots, price } => {
            let markets = both(account(taker), account(maker), m);
            let (a, b) = (person(chain, taker)?, person(chain, maker)?);
            let ix = instruction::match_trade((a.owner(), a.account), (b.owner(), b.account), m, lots, price.0, &markets);
            one(ix, vec![&a.key, &b.key])
        }
        Action::Settle { m, who, by_owner } => {
            let (markets, who) = (others(account(who), Some(m)), person(chain, who)?);
            let caller = if by_owner { &who.key } else { &chain.keys.authority };
            one(instruction::settle(caller.pubkey(), who.account, m, &markets), vec![caller])
        }
        Action::Convert { m, who } => {
            let (markets, who) = (others(account(who), Some(m)), person(chain, who)?);
            one(instruction::convert(who.owner(), who.account, m, &markets), vec![&who.key])
        }
        Action::Flag { who } => {
            let markets = others(account(who), None);
            one(instruction::flag_raised(person(chain, who)?.account, &markets), vec![])
        }
        Action::Liquidate { m, who, keeper, lots, .. } => {
            let markets = both(account(who), account(keeper), m);
            let (who, keeper) = (person(chain, who)?, person(chain, keeper)?);
            let ix = instruction::liquidate(keeper.owner(), keeper.account, who.account, m, lots, &markets);
            one(ix, vec![&keeper.key])
        }
        Action::Declare { who } => {
            let markets = others(account(who), None);
            one(instruction::declare_bankrupt(person(chain, who)?.account, &markets), vec![])
        }
        Action::Deleverage { m, who, other, .. } => {
            let (markets, party) = (others(account(who), Some(m)), group(chain, engine, other)?);
            one(instruction::deleverage(person(chain, who)?.account, m, &markets, &[party], &[]), vec![])
        }
        Action::Recover { m, who } => {
            let markets: Vec<u16> = account(who).used().map(|p| p.market).collect();
            one(instruction::recover(person(chain, who)?.account, m, &markets), vec![])
        }
        Action::Share { m } => one(instruction::share_loss(m), vec![]),
        Action::Sweep { m } => one(instruction::sweep_fees(m), vec![]),
        Action::Stake { staker: n, tranche, atoms } => {
            let who = staker(chain, n)?;
            let mut instructions = tokens(chain, &who.owner(), atoms)?;
            instructions.push(instruction::stake(who.owner(), tranche as u8, who.wallet, chain.mint(), atoms));
            Some(Wire { instructions, signers: vec![&who.key] })
        }
        Action::Unstake { staker: n } => {
            let (who, (tranche, stake)) = (staker(chain, n)?, engine.stake(n).context("Nothing was staked")?);
            one(instruction::request_unstake(who.owner(), tranche as u8, stake.shares), vec![&who.key])
        }
        Action::PayOut { staker: n } => {
            let (who, (tranche, _)) = (staker(chain, n)?, engine.stake(n).context("Nothing was staked")?);
            let insured: Vec<u16> =
                (0..).zip(engine.books().markets).filter(|(_, market)| market.limit.granted > 0).map(|(m, _)| m).collect();
            one(instruction::unstake(who.owner(), tranche as u8, who.wallet, chain.mint(), &insured), vec![&who.key])
        }
        Action::Give { atoms } => {
            let owner = chain.keys.authority.pubkey();
            let mut instructions = tokens(chain, &owner, atoms)?;
            let wallet = test_mint::holding(&owner, &chain.mint());
            instructions.push(instruction::fund_insurance(owner, wallet, chain.mint(), atoms));
            Some(Wire { instructions, signers: vec![] })
        }
        Action::CheckGlobal => one(instruction::check_global(chain.mint()), vec![]),
        Action::Pledge { .. } | Action::Reprice { .. } => None,
    })
}

/// What an action can change: accounts, markets, and whether the fund.
pub fn touched(engine: &Engine, action: &Action) -> (Vec<Who>, Vec<u16>, bool) {
    let all = |who: Who| engine.account(who).used().map(|p| p.market).collect::<Vec<u16>>();
    match *action {
        Action::Refresh { m, .. } | Action::Accrue { m } => (vec![], vec![m], false),
        Action::Deposit { who, .. } | Action::Withdraw { who, .. } | Action::Pledge { who, .. } => (vec![who], vec![], false),
        Action::Trade { m, taker, maker, .. } => (vec![taker, maker], vec![m], false),
        Action::Settle { m, who, .. } | Action::Convert { m, who } => (vec![who], vec![m], false),
        Action::Flag { who } | Action::Declare { who } | Action::Recover { who, .. } => (vec![who], all(who), false),
        Action::Liquidate { m, who, keeper, .. } => (vec![who, keeper], vec![m], false),
        Action::Deleverage { m, who, other, .. } => (vec![who, other], vec![m], false),
        Action::Share { m } | Action::Sweep { m } => (vec![], vec![m], true),
        Action::Stake { .. } | Action::Unstake { .. } | Action::PayOut { .. } | Action::Give { .. } => (vec![], vec![], true),
        Action::CheckGlobal => (vec![], vec![], true),
        Action::Reprice { .. } => (vec![], vec![], false),
    }
}

/// The side of the board on which counterparties of `who` stand.
pub fn opposite(engine: &Engine, who: Who, m: u16) -> u8 {
    if engine.base(who, m) > 0 {
        rank::SHORT
    } else {
        rank::LONG
    }
}
