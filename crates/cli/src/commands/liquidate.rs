//! `firebreak liquidate`: by hand what a keeper does by itself.
//!
//! It plans as the program decides: the engine's own operations run on copies, and what they refuse is not sent.

use crate::user::{
    book::{source_keys, Book},
    error::{bad, Refused},
    options::{Mine, Options},
    out::{Out, Table},
    session::{Held, Session},
    units::{self, asset, name, show_lots, show_price, show_usd},
};
use anyhow::Result;
use firebreak_client::{
    event::Event,
    instruction,
    risk::{
        self, liquidation,
        margin::{health, Health},
        ops, Price, RiskError,
    },
    Pubkey,
};
use serde_json::json;
use solana_instruction::Instruction;
use std::{
    thread::sleep,
    time::{Duration, Instant},
};

/// Arguments of `firebreak liquidate`.
#[derive(Debug, clap::Args)]
pub struct LiquidateArgs {
    /// The margin account in distress. Without it, and without --worst, those that there are are listed.
    account: Option<Pubkey>,
    /// Takes the account that is furthest below its line.
    #[arg(long, conflicts_with = "account")]
    worst: bool,
    /// In this market [default: where most is to be closed].
    #[arg(long, value_name = "MARKET")]
    market: Option<String>,
    /// Not more than so much, in units of the asset.
    #[arg(long, value_name = "SIZE", requires = "market")]
    size: Option<String>,
    /// Tries for so many seconds: until an account is in distress, its price confirmed and its ramp far enough.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    wait: u64,
    #[command(flatten)]
    mine: Mine,
    #[command(flatten)]
    pub options: Options,
}

/// An account below its line.
struct Distressed {
    held: Held,
    health: Health,
}

pub fn run(args: &LiquidateArgs) -> Result<()> {
    let mut session = Session::open(&args.options)?;
    if args.account.is_none() && !args.worst {
        session.print(&list(&session)?);
        return Ok(());
    }
    let keeper = session.mine(args.mine.sub)?;
    if let Some(account) = args.account {
        session.held(account, None)?;
    }
    let started = Instant::now();
    loop {
        match attempt(&session, args, &keeper) {
            Ok(out) => {
                session.print(&out);
                return Ok(());
            }
            // What the program or its engine refuses now it may permit in a moment.
            Err(why) if why.is::<Refused>() && started.elapsed() < Duration::from_secs(args.wait) => {}
            Err(why) => return Err(why),
        }
        sleep(Duration::from_millis(500));
        session.refresh()?;
    }
}

/// Accounts that can be liquidated now, the worst first.
fn distressed(session: &Session) -> Result<Vec<Distressed>> {
    let mut found: Vec<Distressed> = session
        .accounts(None)?
        .into_iter()
        .filter(|held| held.account.engine.has_exposure())
        .filter_map(|held| Some(Distressed { health: health(&held.account.engine, &session.book, session.now).ok()?, held }))
        .filter(|d| d.health.maint < 0 || (d.held.account.engine.flagged != 0 && d.health.liq_end < 0))
        .collect();
    found.sort_by_key(|d| d.health.liq_end);
    Ok(found)
}

fn list(session: &Session) -> Result<Out> {
    let mut table = Table::new(&["account", "worth USD", "maint USD", "liq-end USD", "bankrupt USD", "markets", "flagged"]);
    let mut all = vec![];
    for Distressed { held, health } in distressed(session)? {
        let engine = &held.account.engine;
        let exposed = engine.used().filter(|p| !p.base.is_flat());
        let markets: Vec<String> = exposed.map(|p| session.book.number(p.market).map(name)).collect::<Result<_>>()?;
        let flagged = if engine.flagged != 0 { engine.flagged.to_string() } else { "-".into() };
        let usd = [health.maint, health.liq_end, health.solvency].map(show_usd);
        let [maint, liq_end, bankrupt] = usd;
        all.push(json!({
            "account": held.key.to_string(),
            "owner": held.account.owner.to_string(),
            "notional_usd": show_usd(health.notional),
            "maint_usd": maint,
            "liq_end_usd": liq_end,
            "bankrupt_usd": bankrupt,
            "markets": markets,
            "flagged_slot": (engine.flagged != 0).then_some(engine.flagged),
        }));
        let notional = show_usd(health.notional);
        table.row([held.key.to_string(), notional, maint, liq_end, bankrupt, markets.join(" "), flagged]);
    }
    let text = if all.is_empty() { "Nobody can be liquidated now.".to_string() } else { table.text() };
    Ok(Out::new(text, json!({ "slot": session.now.slot, "accounts": all })))
}

fn refused(why: RiskError) -> anyhow::Error {
    Refused { name: Some(format!("{why:?}")), sentence: why.to_string() }.into()
}

/// A refusal of the engine is one that may pass.
fn as_refusal(why: anyhow::Error) -> anyhow::Error {
    match why.downcast::<RiskError>() {
        Ok(why) => refused(why),
        Err(other) => other,
    }
}

/// One transaction: refresh, and of flagging, declaring and closing whatever is due and permitted now.
fn attempt(session: &Session, args: &LiquidateArgs, keeper: &Held) -> Result<Out> {
    let keeper = session.held(keeper.key, Some(args.mine.sub))?;
    let target = match args.account {
        Some(account) => session.held(account, None)?,
        None => match distressed(session)?.into_iter().find(|d| d.held.key != keeper.key) {
            Some(d) => d.held,
            None => return Err(refused(RiskError::NotLiquidatable)),
        },
    };
    if target.key == keeper.key {
        return bad("An account cannot take itself over: `firebreak take MARKET close` closes your own position");
    }
    let mut plan = Plan::new(session, &target);
    plan.start()?;
    // Where nothing may be closed yet, the clock at least is started.
    let (index, waits) = match plan.close(args, &keeper).map_err(as_refusal) {
        Ok(index) => (Some(index), None),
        Err(why) if plan.steps.is_empty() || !why.is::<Refused>() => return Err(why),
        Err(why) => (None, Some(why)),
    };
    let mut instructions = vec![];
    if let Some(index) = index {
        let market = session.book.number(index)?;
        instructions.push(instruction::refresh_market(index, &source_keys(market)));
        instructions.push(instruction::accrue(index));
    }
    instructions.append(&mut plan.steps);
    let sent = session.send(&instructions, &session.key()?)?;
    if let (Some(why), true) = (waits, args.wait > 0) {
        return Err(why);
    }
    told(session, &target, &sent)
}

fn told(session: &Session, target: &Held, sent: &crate::user::send::Sent) -> Result<Out> {
    let taken = sent.events.iter().find_map(|e| if let Event::Liquidated(l) = e { Some(l) } else { None });
    let signature = sent.signature.to_string();
    let Some(taken) = taken else {
        let text = format!("Flagged {}: its clock runs, nothing may be closed yet\nSignature {signature}", target.key);
        return Ok(Out::new(text, json!({ "signature": signature, "account": target.key.to_string(), "taken": null })));
    };
    let market = session.book.number(taken.market)?;
    let (size, price) = (show_lots(market, taken.base.unsigned_abs()), show_price(market, Price(taken.price)));
    let side = if taken.base > 0 { "long" } else { "short" };
    let earned = i128::from(taken.discount) + i128::from(taken.reward);
    let text = format!(
        "Took {size} {} {side} in {} over from {} at {price} USD and earned {} USD\nSignature {signature}",
        asset(market),
        name(market),
        target.key,
        show_usd(earned),
    );
    let json = json!({
        "signature": signature,
        "account": target.key.to_string(),
        "taken": {
            "market": name(market),
            "side": side,
            "size": size,
            "price_usd": price,
            "penalty_usd": show_usd(taken.penalty),
            "discount_usd": show_usd(taken.discount),
            "reward_usd": show_usd(taken.reward),
        },
    });
    Ok(Out::new(text, json))
}

/// Copies on which the operations run before they are sent.
struct Plan<'a> {
    session: &'a Session,
    target: &'a Held,
    account: risk::Account,
    book: Book,
    steps: Vec<Instruction>,
}

impl<'a> Plan<'a> {
    fn new(session: &'a Session, target: &'a Held) -> Self {
        Self { session, target, account: target.account.engine.0, book: session.book.clone(), steps: vec![] }
    }

    fn health(&self) -> Result<Health> {
        health(&self.account, &self.book, self.session.now).map_err(refused)
    }

    /// Flags and declares, if that is due.
    fn start(&mut self) -> Result<()> {
        let needs = self.session.book.needs(&self.target.account, None);
        if self.account.flagged == 0 {
            let budgets = |book: &Book| -> Vec<_> { book.markets.values().map(|m| m.engine.margin.raise).collect() };
            let before = budgets(&self.book);
            ops::flag(&mut self.account, &mut self.book, &self.session.setting()).map_err(refused)?;
            let raised = budgets(&self.book) != before;
            self.steps.push(match raised {
                true => instruction::flag_raised(self.target.key, &needs),
                false => instruction::flag(self.target.key, &needs),
            });
        }
        if self.health()?.solvency < 0 && self.account.bankrupt == 0 {
            ops::declare(&mut self.account, &mut self.book, &self.session.setting()).map_err(refused)?;
            self.steps.push(instruction::declare_bankrupt(self.target.key, &needs));
        }
        Ok(())
    }

    /// Takes over as much as is permitted and the keeper can carry: half of it when the whole is too much, and so on. Returns the market.
    fn close(&mut self, args: &LiquidateArgs, keeper: &Held) -> Result<u16> {
        let (session, health) = (self.session, self.health()?);
        let index = self.choose(args, &health)?;
        let market = session.book.number(index)?;
        let plan = liquidation::plan(&self.account, index, &self.book.number(index)?.engine, &health, session.now)?;
        let most = args.size.as_ref().map_or(Ok(u64::MAX), |size| units::some_size(market, size))?;
        let mut lots = plan.base.abs().min(most);
        loop {
            let (mut copy, mut theirs, mut mine) = (self.book.number(index)?.engine.0, self.account, keeper.account.engine.0);
            let done = ops::liquidate((index, &mut copy), (&mut theirs, &mut mine), lots, 0, &self.book, &session.setting());
            match done {
                Ok(_) => break,
                Err(RiskError::BelowInit | RiskError::Throttled) if lots > 1 => lots /= 2,
                Err(why) => return Err(why.into()),
            }
        }
        let mut needs = session.book.needs(&self.target.account, Some(index));
        needs.extend(session.book.needs(&keeper.account, Some(index)));
        let owner = keeper.account.owner;
        self.steps.push(instruction::liquidate(owner, keeper.key, self.target.key, index, lots, &needs));
        Ok(index)
    }

    /// The market named, or the one in which most is to be closed.
    fn choose(&self, args: &LiquidateArgs, health: &Health) -> Result<u16> {
        if let Some(text) = &args.market {
            return Ok(self.session.book.named(text)?.index);
        }
        let (mut best, mut why) = (None, RiskError::NoPosition);
        for position in self.account.used().filter(|p| !p.base.is_flat()) {
            let market = self.book.number(position.market)?;
            match liquidation::plan(&self.account, position.market, &market.engine, health, self.session.now) {
                Ok(plan) => {
                    let notional = risk::num::notional_down(plan.price, plan.base.abs())?;
                    best = best.max(Some((notional, position.market)));
                }
                Err(refusal) => why = refusal,
            }
        }
        best.map(|(_, index)| index).ok_or_else(|| why.into())
    }
}
