//! An action as the instructions that carry it out, and who signs them.

use super::chain::{Chain, Person};
use anyhow::{Context, Result};
use firebreak_client::{
    instruction::{self, Group},
    needs::Needs,
    risk::{rank, Account},
    Pubkey,
};
use firebreak_migrations::test_mint;
use firebreak_sim::engine::{Action, Backend, Engine, Who, SETTLEMENT};
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

/// What the health of an account needs beside the market `named`.
fn others(chain: &Chain, account: &Account, named: Option<u16>) -> Needs {
    Needs::of(account, named, |index| chain.token(index))
}

fn both(chain: &Chain, a: &Account, b: &Account, m: Option<u16>) -> Needs {
    others(chain, a, m).then(others(chain, b, m))
}

/// Tokens for `owner`, who brings them at once.
fn tokens(chain: &Chain, mint: &Pubkey, owner: &Pubkey, amount: u64) -> Result<Vec<Instruction>> {
    Ok(test_mint::grant(&chain.keys.authority.pubkey(), mint, owner, amount)?.to_vec())
}

/// An account and what its health needs, as a counterparty.
pub fn shown(chain: &Chain, engine: &Engine, who: Who) -> Result<Group> {
    Ok(Group { account: person(chain, who)?.account, needs: others(chain, engine.account(who), None) })
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
            let mut instructions = tokens(chain, &chain.mint(), &who.owner(), atoms)?;
            instructions.push(instruction::deposit(who.owner(), who.account, who.wallet, chain.mint(), atoms));
            Some(Wire { instructions, signers: vec![&who.key] })
        }
        Action::Withdraw { who, atoms } => {
            let (who, needs) = (person(chain, who)?, others(chain, account(who), None));
            // Whoever never deposited has no token account yet.
            let mut instructions = tokens(chain, &chain.mint(), &who.owner(), 0)?;
            instructions.truncate(1);
            instructions.push(instruction::withdraw(who.owner(), who.account, who.wallet, chain.mint(), atoms, needs));
            Some(Wire { instructions, signers: vec![&who.key] })
        }
        Action::Trade { m, taker, maker, lots, price } => {
            let needs = both(chain, account(taker), account(maker), Some(m));
            let (a, b) = (person(chain, taker)?, person(chain, maker)?);
            let ix = instruction::match_trade((a.owner(), a.account), (b.owner(), b.account), m, lots, price.0, needs);
            one(ix, vec![&a.key, &b.key])
        }
        Action::Settle { m, who, by_owner } => {
            let (needs, who) = (others(chain, account(who), Some(m)), person(chain, who)?);
            let caller = if by_owner { &who.key } else { &chain.keys.authority };
            one(instruction::settle(caller.pubkey(), who.account, m, needs), vec![caller])
        }
        Action::Convert { m, who } => {
            let (needs, who) = (others(chain, account(who), Some(m)), person(chain, who)?);
            one(instruction::convert(who.owner(), who.account, m, needs), vec![&who.key])
        }
        Action::Flag { who } => {
            let needs = others(chain, account(who), None);
            one(instruction::flag_raised(person(chain, who)?.account, needs), vec![])
        }
        Action::Liquidate { m, who, keeper, lots, .. } => {
            let needs = both(chain, account(who), account(keeper), Some(m));
            let (who, keeper) = (person(chain, who)?, person(chain, keeper)?);
            let ix = instruction::liquidate(keeper.owner(), keeper.account, who.account, m, lots, needs);
            one(ix, vec![&keeper.key])
        }
        Action::Declare { who } => {
            let needs = others(chain, account(who), None);
            one(instruction::declare_bankrupt(person(chain, who)?.account, needs), vec![])
        }
        Action::Deleverage { m, who, other, .. } => {
            let (needs, party) = (others(chain, account(who), Some(m)), shown(chain, engine, other)?);
            one(instruction::deleverage(person(chain, who)?.account, m, needs, &[party], &[]), vec![])
        }
        Action::Recover { m, who } => {
            let needs = Needs::of_used(account(who), |index| chain.token(index));
            one(instruction::recover(person(chain, who)?.account, m, needs), vec![])
        }
        Action::Share { m } => one(instruction::share_loss(m), vec![]),
        Action::Sweep { m } => one(instruction::sweep_fees(m), vec![]),
        Action::Stake { staker: n, tranche, atoms } => {
            let who = staker(chain, n)?;
            let mut instructions = tokens(chain, &chain.mint(), &who.owner(), atoms)?;
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
            let mut instructions = tokens(chain, &chain.mint(), &owner, atoms)?;
            let wallet = test_mint::holding(&owner, &chain.mint());
            instructions.push(instruction::fund_insurance(owner, wallet, chain.mint(), atoms));
            Some(Wire { instructions, signers: vec![] })
        }
        Action::CheckGlobal => one(instruction::check_global(chain.mint()), vec![]),
        Action::Pledge { who, collateral, amount } => {
            let (who, mint) = (person(chain, who)?, chain.token(collateral));
            let mut instructions = tokens(chain, &mint, &who.owner(), amount)?;
            let wallet = test_mint::holding(&who.owner(), &mint);
            instructions.push(instruction::deposit_collateral(who.owner(), who.account, wallet, mint, amount));
            Some(Wire { instructions, signers: vec![&who.key] })
        }
        Action::Reclaim { who, collateral, amount } => {
            let (needs, who, mint) = (others(chain, account(who), None), person(chain, who)?, chain.token(collateral));
            let mut instructions = tokens(chain, &mint, &who.owner(), 0)?;
            instructions.truncate(1);
            let wallet = test_mint::holding(&who.owner(), &mint);
            instructions.push(instruction::withdraw_collateral(who.owner(), who.account, wallet, mint, amount, needs));
            Some(Wire { instructions, signers: vec![&who.key] })
        }
        Action::Buy { who, keeper, collateral, amount } => {
            let needs = (others(chain, account(who), None), others(chain, account(keeper), None));
            let (who, keeper) = (person(chain, who)?, person(chain, keeper)?);
            let ix = instruction::liquidate_collateral(keeper.owner(), keeper.account, who.account, (collateral, amount), needs);
            one(ix, vec![&keeper.key])
        }
        Action::Forfeit { who, collateral } => {
            let needs = others(chain, account(who), None);
            one(instruction::forfeit_collateral(person(chain, who)?.account, chain.token(collateral), needs), vec![])
        }
        Action::Reprice { collateral, .. } => {
            one(instruction::refresh_collateral(chain.token(collateral), &chain.token_feed_keys(collateral)), vec![])
        }
    })
}

/// What an action can change.
#[derive(Debug, Default)]
pub struct Touched {
    /// Margin accounts.
    pub accounts: Vec<Who>,
    /// Markets.
    pub markets: Vec<u16>,
    /// Tokens' records.
    pub records: Vec<u16>,
    /// Whether the fund and the global breaker.
    pub fund: bool,
}

/// What an action can change.
pub fn touched(engine: &Engine, action: &Action) -> Touched {
    let all = |who: Who| engine.account(who).used().map(|p| p.market).collect::<Vec<u16>>();
    let money = vec![SETTLEMENT];
    let of = |accounts: Vec<Who>, markets: Vec<u16>| Touched { accounts, markets, ..Touched::default() };
    let funded = |markets: Vec<u16>, records: Vec<u16>| Touched { markets, records, fund: true, ..Touched::default() };
    match *action {
        Action::Refresh { m, .. } | Action::Accrue { m } => of(vec![], vec![m]),
        Action::Deposit { who, .. } | Action::Withdraw { who, .. } => Touched { records: money, ..of(vec![who], vec![]) },
        Action::Trade { m, taker, maker, .. } => of(vec![taker, maker], vec![m]),
        Action::Settle { m, who, .. } | Action::Convert { m, who } => of(vec![who], vec![m]),
        Action::Flag { who } | Action::Declare { who } | Action::Recover { who, .. } => of(vec![who], all(who)),
        Action::Liquidate { m, who, keeper, .. } => of(vec![who, keeper], vec![m]),
        Action::Deleverage { m, who, other, .. } => of(vec![who, other], vec![m]),
        Action::Share { m } | Action::Sweep { m } => funded(vec![m], vec![]),
        Action::Stake { .. } | Action::PayOut { .. } | Action::Give { .. } => funded(vec![], money),
        Action::Unstake { .. } | Action::CheckGlobal => funded(vec![], vec![]),
        Action::Buy { who, keeper, collateral, .. } => Touched { records: vec![collateral], ..of(vec![who, keeper], all(who)) },
        Action::Pledge { who, collateral, .. }
        | Action::Reclaim { who, collateral, .. }
        | Action::Forfeit { who, collateral } => Touched { records: vec![collateral], ..of(vec![who], vec![]) },
        Action::Reprice { collateral, .. } => Touched { records: vec![collateral], ..Touched::default() },
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
