//! `firebreak insurance`: the fund, and a staker's part in it.

use crate::user::{
    error::bad,
    options::Options,
    out::{pairs, Out, Table},
    rpc,
    session::Session,
    units::{self, show_percent, show_seconds, show_usd},
};
use anyhow::{Context, Result};
use firebreak_client::{
    address, instruction,
    program::state::Stake,
    risk::{shares::EXIT_WINDOW, tranches::Seniority},
    Pubkey,
};
use firebreak_migrations::test_mint::holding;
use serde_json::{json, Value};
use solana_keypair::Keypair;
use solana_signer::Signer;
use spl_associated_token_account_interface::instruction::create_associated_token_account_idempotent;

/// Arguments of `firebreak insurance`.
#[derive(Debug, clap::Args)]
pub struct InsuranceArgs {
    #[command(flatten)]
    pub options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// The fund, and your part in it.
    Show {
        /// Whose part, instead of yours.
        #[arg(long, value_name = "ADDRESS")]
        owner: Option<Pubkey>,
    },
    /// Puts money into the fund: it earns fees and bears losses.
    Stake {
        /// How much, in USD.
        amount: String,
        #[command(flatten)]
        tranche: Which,
    },
    /// Asks money back, waits, takes it.
    #[command(subcommand)]
    Unstake(Unstake),
}

#[derive(Debug, clap::Subcommand)]
enum Unstake {
    /// Asks money back and starts the wait. It replaces an earlier request; what is asked back still bears losses.
    Request {
        /// How much, in USD, or `all`.
        amount: String,
        #[command(flatten)]
        tranche: Which,
    },
    /// Takes the request back.
    Cancel {
        #[command(flatten)]
        tranche: Which,
    },
    /// Takes what was asked for, once the wait is over.
    Complete {
        #[command(flatten)]
        tranche: Which,
    },
}

#[derive(Clone, Copy, Debug, clap::Args)]
struct Which {
    /// Junior bears losses first and gets more of the fees.
    #[arg(long, value_enum, default_value = "senior")]
    tranche: Tranche,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Tranche {
    Junior,
    Senior,
}

impl Tranche {
    const ALL: [Self; 2] = [Self::Junior, Self::Senior];

    fn word(self) -> &'static str {
        match self {
            Self::Junior => "junior",
            Self::Senior => "senior",
        }
    }

    fn of(self, session: &Session) -> &firebreak_client::risk::shares::Tranche {
        session.insurance.engine.tranche_of(match self {
            Self::Junior => Seniority::Junior,
            Self::Senior => Seniority::Senior,
        })
    }
}

pub fn run(args: &InsuranceArgs) -> Result<()> {
    let mut session = Session::open(&args.options)?;
    let out = match &args.command {
        Command::Show { owner } => show(&session, *owner)?,
        Command::Stake { amount, tranche } => stake(&mut session, amount, tranche.tranche)?,
        Command::Unstake(Unstake::Request { amount, tranche }) => request(&mut session, amount, tranche.tranche)?,
        Command::Unstake(Unstake::Cancel { tranche }) => cancel(&session, tranche.tranche)?,
        Command::Unstake(Unstake::Complete { tranche }) => complete(&session, tranche.tranche)?,
    };
    session.print(&out);
    Ok(())
}

/// An owner's part, as its shares stand after the tranche's losses.
fn part(session: &Session, owner: &Pubkey, tranche: Tranche) -> Result<Option<Stake>> {
    let found: Option<Stake> = rpc::read(&session.rpc, &address::stake(owner, tranche as u8))?;
    found
        .map(|mut stake| {
            stake.engine.touch(tranche.of(session)).context("The stake cannot be read")?;
            Ok(stake)
        })
        .transpose()
}

fn mine(session: &Session, key: &Keypair, tranche: Tranche) -> Result<Stake> {
    match part(session, &key.pubkey(), tranche)? {
        Some(stake) => Ok(stake),
        None => {
            let word = tranche.word();
            bad(format!(
                "You have nothing in the {word} tranche: `firebreak insurance stake AMOUNT --tranche {word}` puts something in"
            ))
        }
    }
}

fn cooldown(session: &Session) -> i64 {
    use firebreak_client::risk::shares::LONGEST_COOLDOWN;
    match session.insurance.engine.cooldown {
        set if set <= 0 => LONGEST_COOLDOWN,
        set => set.min(LONGEST_COOLDOWN),
    }
}

/// A part as JSON.
fn describe(session: &Session, stake: &Stake, tranche: Tranche) -> Result<Value> {
    let worth = tranche.of(session).assets_down(stake.engine.shares).context("The stake has no value")?;
    let ready = stake.engine.requested_at.saturating_add(cooldown(session));
    let asked = stake.engine.requested > 0;
    Ok(json!({
        "tranche": tranche.word(),
        "shares": stake.engine.shares,
        "worth_usd": show_usd(worth),
        "requested_usd": asked.then(|| show_usd(stake.engine.requested_value)),
        "ready_time": asked.then_some(ready),
        "ready_in_seconds": asked.then_some((ready - session.now.time).max(0)),
        "lapses_time": asked.then_some(ready.saturating_add(EXIT_WINDOW)),
    }))
}

fn show(session: &Session, owner: Option<Pubkey>) -> Result<Out> {
    let (engine, fund) = (&session.insurance.engine, &session.insurance.engine.fund);
    let owner = owner.or_else(|| session.key().ok().map(|key| key.pubkey()));
    let rows = [
        ("assets", format!("{} USD", show_usd(fund.assets))),
        ("junior", format!("{} USD, bears losses first", show_usd(engine.junior.assets))),
        ("senior", format!("{} USD, gets {} of the fees", show_usd(engine.senior.assets), show_percent(engine.senior_share))),
        ("floor", format!("{} USD, never paid out for losses", show_usd(fund.floor))),
        ("promised", format!("{} USD to {} markets", show_usd(engine.limits), engine.markets)),
        ("wait", show_seconds(cooldown(session))),
    ];
    let mut table = Table::new(&["your part", "worth USD", "asked back USD", "ready in"]);
    let mut parts = vec![];
    for tranche in Tranche::ALL {
        let Some(owner) = owner else { continue };
        let Some(stake) = part(session, &owner, tranche)? else { continue };
        let json = describe(session, &stake, tranche)?;
        let text = |key: &str| json[key].as_str().unwrap_or("-").to_string();
        let ready = json["ready_in_seconds"].as_i64().map_or("-".into(), show_seconds);
        table.row([tranche.word().into(), text("worth_usd"), text("requested_usd"), ready]);
        parts.push(json);
    }
    let text = if parts.is_empty() { pairs(&rows) } else { format!("{}\n{}", pairs(&rows), table.text()) };
    let json = json!({
        "assets_usd": show_usd(fund.assets),
        "junior_usd": show_usd(engine.junior.assets),
        "senior_usd": show_usd(engine.senior.assets),
        "senior_share_ppm": engine.senior_share.0,
        "floor_usd": show_usd(fund.floor),
        "limits_usd": show_usd(engine.limits),
        "markets": engine.markets,
        "cooldown_seconds": cooldown(session),
        "owner": owner.map(|o| o.to_string()),
        "stakes": parts,
    });
    Ok(Out::new(text, json))
}

fn stake(session: &mut Session, amount: &str, tranche: Tranche) -> Result<Out> {
    let (amount, key, mint) = (units::some_usd(amount)?, session.key()?, session.protocol.mint);
    let from = holding(&key.pubkey(), &mint);
    session.require_tokens(&from, amount)?;
    let sent = session.send(&[instruction::stake(key.pubkey(), tranche as u8, from, mint, amount)], &key)?;
    session.refresh()?;
    let mut json = describe(session, &mine(session, &key, tranche)?, tranche)?;
    let (usd, worth) = (show_usd(amount), json["worth_usd"].as_str().unwrap_or_default().to_string());
    let text = format!(
        "Staked {usd} USD in the {} tranche; your part is worth {worth} USD\nSignature {}",
        tranche.word(),
        sent.signature
    );
    json["signature"] = sent.signature.to_string().into();
    json["amount_usd"] = usd.into();
    Ok(Out::new(text, json))
}

fn request(session: &mut Session, amount: &str, tranche: Tranche) -> Result<Out> {
    let asked = if amount == "all" { None } else { Some(units::some_usd(amount)?) };
    let key = session.key()?;
    let held = mine(session, &key, tranche)?.engine.shares;
    let shares = match asked {
        None => held,
        Some(atoms) => {
            let worth = tranche.of(session).assets_down(held).context("The stake has no value")?;
            if atoms > worth {
                return bad(format!("Your part is worth {} USD, less than that: `all` asks for all of it", show_usd(worth)));
            }
            tranche.of(session).shares_down(atoms).context("The amount has no shares")?
        }
    };
    if shares == 0 {
        return bad("That is less than one share, or your part is empty");
    }
    let sent = session.send(&[instruction::request_unstake(key.pubkey(), tranche as u8, shares)], &key)?;
    session.refresh()?;
    let mut json = describe(session, &mine(session, &key, tranche)?, tranche)?;
    let text = format!(
        "Asked {} USD back from the {word} tranche: `firebreak insurance unstake complete --tranche {word}` pays it in {}, and for {} after\nSignature {}",
        json["requested_usd"].as_str().unwrap_or_default(),
        show_seconds(cooldown(session)),
        show_seconds(EXIT_WINDOW),
        sent.signature,
        word = tranche.word(),
    );
    json["signature"] = sent.signature.to_string().into();
    Ok(Out::new(text, json))
}

fn cancel(session: &Session, tranche: Tranche) -> Result<Out> {
    let key = session.key()?;
    mine(session, &key, tranche)?;
    let sent = session.send(&[instruction::request_unstake(key.pubkey(), tranche as u8, 0)], &key)?;
    let text = format!("Nothing is asked back from the {} tranche any more\nSignature {}", tranche.word(), sent.signature);
    Ok(Out::new(text, json!({ "signature": sent.signature.to_string(), "tranche": tranche.word() })))
}

fn complete(session: &Session, tranche: Tranche) -> Result<Out> {
    let (key, mint) = (session.key()?, session.protocol.mint);
    let stake = mine(session, &key, tranche)?;
    if stake.engine.requested == 0 {
        return bad("Nothing was asked back: `firebreak insurance unstake request` asks");
    }
    let owner = key.pubkey();
    let to = holding(&owner, &mint);
    let insured: Vec<u16> = session.book.markets.values().filter(|m| m.engine.limit.granted > 0).map(|m| m.index).collect();
    let instructions = [
        create_associated_token_account_idempotent(&owner, &owner, &mint, &spl_token_interface::ID),
        instruction::unstake(owner, tranche as u8, to, mint, &insured),
    ];
    let sent = session.send(&instructions, &key)?;
    let paid = sent.events.iter().find_map(|e| match e {
        firebreak_client::event::Event::Unstaked(u) => Some(show_usd(u.amount)),
        _ => None,
    });
    let paid = paid.unwrap_or_else(|| show_usd(stake.engine.requested_value));
    let text = format!("{paid} USD from the {} tranche are in your token account\nSignature {}", tranche.word(), sent.signature);
    Ok(Out::new(text, json!({ "signature": sent.signature.to_string(), "tranche": tranche.word(), "amount_usd": paid })))
}
