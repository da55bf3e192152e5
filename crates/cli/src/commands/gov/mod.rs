//! `firebreak gov`: proposals, their execution, and the guardian's means.

mod collateral;
mod guard;
mod propose;
mod settle;
mod show;
mod upgrade;

use crate::user::{
    error::Bad,
    fields,
    options::Options,
    rpc,
    session::Session,
    units::{name, show_seconds},
};
use anyhow::Result;
use bytemuck::Pod;
use firebreak_client::{
    address,
    program::state::{ChangeKind, ParamChange},
    risk::layout::FieldType,
};
use serde_json::{json, Value};

/// Arguments of `firebreak gov`.
#[derive(Debug, clap::Args)]
pub struct GovArgs {
    #[command(flatten)]
    pub options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Proposes a change, which waits: 48 hours, or 7 days for what begins to count from nothing or binds to something else.
    #[command(subcommand)]
    Propose(propose::Propose),
    /// Lists the changes that wait.
    List,
    /// Shows one change: what was, what shall be, when.
    Show {
        /// Its number.
        id: u64,
    },
    /// Puts a change into force once its time has come; anybody may. A new authority signs for itself.
    Execute {
        /// Its number.
        id: u64,
    },
    /// Withdraws a change; the authority and the guardian may.
    Cancel {
        /// Its number.
        id: u64,
    },
    /// Tightens a market's parameters or rules at once; the guardian may, within a daily budget.
    Tighten {
        /// The market.
        market: String,
        /// What changes, as in maint=32000. Fields, their units and numbers: `firebreak market params`.
        #[arg(required = true, value_name = "FIELD=NUMBER")]
        changes: Vec<String>,
    },
    /// Shows a collateral's terms, or those of all.
    Terms {
        /// The token: its mint, or its number.
        token: Option<String>,
    },
    /// Tightens a collateral's terms at once; the guardian may, within a daily budget.
    TightenCollateral {
        /// The token: its mint, or its number.
        token: String,
        /// What changes, as in params.cap=1000000. Fields, their units and numbers: `firebreak gov terms`.
        #[arg(required = true, value_name = "FIELD=NUMBER")]
        changes: Vec<String>,
    },
    /// Lowers at once how much of a collateral may be deposited in all; the authority may.
    LowerCap {
        /// The token: its mint, or its number.
        token: String,
        /// Smallest units of the token.
        cap: u64,
    },
    /// Pauses for half an hour what takes on risk or takes money out; the guardian may.
    Pause {
        /// What is paused.
        #[arg(required = true, value_enum)]
        actions: Vec<guard::Pausable>,
    },
}

pub fn run(args: &GovArgs) -> Result<()> {
    let session = Session::open(&args.options)?;
    let out = match &args.command {
        Command::Propose(proposal) => propose::propose(&session, proposal)?,
        Command::List => show::list(&session)?,
        Command::Show { id } => show::show(&session, *id)?,
        Command::Execute { id } => settle::execute(&session, *id)?,
        Command::Cancel { id } => settle::cancel(&session, *id)?,
        Command::Tighten { market, changes } => guard::tighten(&session, market, changes)?,
        Command::Terms { token } => collateral::show(&session, token.as_deref())?,
        Command::TightenCollateral { token, changes } => guard::tighten_collateral(&session, token, changes)?,
        Command::LowerCap { token, cap } => collateral::lower_cap(&session, token, *cap)?,
        Command::Pause { actions } => guard::pause(&session, actions)?,
    };
    session.print(&out);
    Ok(())
}

/// Change number `id`.
fn change(session: &Session, id: u64) -> Result<ParamChange> {
    let found: Option<ParamChange> = rpc::read(&session.rpc, &address::change(id))?;
    Ok(found.ok_or_else(|| Bad(format!("There is no change {id} waiting: `firebreak gov list` shows those that there are")))?)
}

/// What a change changes.
fn kind(change: &ParamChange) -> Result<ChangeKind> {
    use ChangeKind as K;
    let all = [
        K::Params,
        K::Rules,
        K::Sources,
        K::Listing,
        K::Settings,
        K::Authority,
        K::Upgrade,
        K::Terms,
        K::CollateralSources,
        K::CollateralListing,
    ];
    let found = all.into_iter().find(|kind| *kind as u8 == change.kind);
    Ok(found.ok_or_else(|| Bad(format!("Change {} is of a kind that this `firebreak` does not know", change.id)))?)
}

/// The kind's name.
fn word(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Params => "params",
        ChangeKind::Rules => "rules",
        ChangeKind::Sources => "sources",
        ChangeKind::Listing => "listing",
        ChangeKind::Settings => "settings",
        ChangeKind::Authority => "authority",
        ChangeKind::Upgrade => "upgrade",
        ChangeKind::Terms => "terms",
        ChangeKind::CollateralSources => "collateral-sources",
        ChangeKind::CollateralListing => "collateral-listing",
    }
}

/// What every listing says of a change.
fn summary(session: &Session, change: &ParamChange) -> Result<Value> {
    let kind = kind(change)?;
    let of_market = matches!(kind, ChangeKind::Params | ChangeKind::Rules | ChangeKind::Sources);
    let of_collateral = matches!(kind, ChangeKind::Terms | ChangeKind::CollateralSources);
    let market = session.book.markets.get(&change.market).filter(|_| of_market).map(name);
    Ok(json!({
        "id": change.id,
        "kind": word(kind),
        "market": market,
        "collateral": of_collateral.then_some(change.market),
        "class": match change.class { 1 => "tighten", 2 => "loosen", 3 => "list", _ => "neutral" },
        "proposed_time": change.proposed,
        "earliest_time": (!change.is_incomplete()).then_some(change.earliest),
        "lapses_time": (!change.is_incomplete()).then_some(change.lapses),
        "ready_in_seconds": (!change.is_incomplete()).then_some((change.earliest - session.now.time).max(0)),
        "proposer": change.proposer.to_string(),
    }))
}

/// When it may be executed, in words.
fn when(session: &Session, change: &ParamChange) -> String {
    let now = session.now.time;
    match () {
        _ if change.is_incomplete() => "once it is complete".into(),
        _ if now > change.lapses => "never: it has lapsed".into(),
        _ if now >= change.earliest => format!("now, for {} more", show_seconds(change.lapses - now)),
        _ => format!("in {}", show_seconds(change.earliest - now)),
    }
}

/// Fields that differ, as text lines and as JSON.
fn differences<T: Pod + FieldType>(old: &T, new: &T) -> (String, Value) {
    let moved: Vec<_> = fields::leaves::<T>().into_iter().filter(|leaf| leaf.get(old) != leaf.get(new)).collect();
    let text = moved.iter().map(|l| format!("  {}: {} -> {}\n", l.path, l.get(old), l.get(new))).collect();
    let json =
        moved.iter().map(|l| json!({ "field": l.path, "old": l.get(old).to_string(), "new": l.get(new).to_string() })).collect();
    (text, json)
}
