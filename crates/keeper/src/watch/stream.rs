//! The websocket: subscribes, passes on what is told, and starts again whenever the connection is cut, silent or refused.

use super::CLOCK;
use crate::{config::Endpoint, Pubkey};
use futures_util::{
    stream::{self, BoxStream, SelectAll},
    StreamExt,
};
use solana_commitment_config::CommitmentConfig;
use solana_pubsub_client::nonblocking::pubsub_client::PubsubClient;
use solana_rpc_client::api::{
    config::{RpcAccountInfoConfig, RpcProgramAccountsConfig, UiAccountEncoding},
    response::UiAccount,
};
use std::{
    collections::BTreeSet,
    future::Future,
    time::{Duration, Instant},
};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
    time,
};

/// How long connecting or subscribing may take.
const ANSWER: Duration = Duration::from_secs(5);
/// A chain is never so long without a slot.
const SILENCE: Duration = Duration::from_secs(4);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What the websocket tells.
#[derive(Debug)]
pub enum Told {
    /// Everything from here on is told.
    Up,
    /// The accounts of other programs that are wanted are told as well, all of them.
    Watching,
    /// A slot began.
    Slot(u64),
    /// An account changed.
    Account {
        /// Which subscription tells it.
        subscription: u32,
        /// Slot the notification carries.
        context: u64,
        /// Address.
        key: Pubkey,
        /// Owning program.
        owner: Pubkey,
        /// Bytes.
        data: Vec<u8>,
        /// When it arrived.
        at: Instant,
    },
    /// Something that cannot be read as what it should be.
    Garbled,
    /// Nothing is told until the next `Up`; says why.
    Down(String),
}

/// Accounts of other programs that are wanted, besides the clock.
pub type Wanted = BTreeSet<Pubkey>;

/// What is subscribed to.
struct Subject {
    url: Endpoint,
    program: Pubkey,
    account: RpcAccountInfoConfig,
}

/// Starts the task. It ends when nobody listens to `told` any more.
pub fn start(
    url: Endpoint,
    program: Pubkey,
    commitment: CommitmentConfig,
    wanted: watch::Receiver<Wanted>,
    told: mpsc::UnboundedSender<Told>,
) -> JoinHandle<()> {
    let account = RpcAccountInfoConfig {
        encoding: Some(UiAccountEncoding::Base64),
        commitment: Some(commitment),
        ..RpcAccountInfoConfig::default()
    };
    tokio::spawn(keep_up(Subject { url, program, account }, wanted, told))
}

async fn keep_up(subject: Subject, mut wanted: watch::Receiver<Wanted>, told: mpsc::UnboundedSender<Told>) {
    let mut pause = FIRST_PAUSE;
    while !told.is_closed() {
        let started = Instant::now();
        let why = match connected(&subject, &mut wanted, &told).await {
            Ok(()) => return, // nobody listens
            Err(why) => subject.url.hide_in(&why),
        };
        if told.send(Told::Down(why)).is_err() {
            return;
        }
        // What held for a while is tried again at once, what fails at once is left alone for longer and longer.
        pause = if started.elapsed() > LONGEST_PAUSE { FIRST_PAUSE } else { (pause * 2).min(LONGEST_PAUSE) };
        time::sleep(pause).await;
    }
}

type Stream<'a> = BoxStream<'a, Option<Told>>;

/// One connection, until it ends. `Ok` when nobody listens any more.
async fn connected(
    subject: &Subject,
    wanted: &mut watch::Receiver<Wanted>,
    told: &mpsc::UnboundedSender<Told>,
) -> Result<(), String> {
    let client = answer("connecting", PubsubClient::new(subject.url.0.as_str())).await?;
    // The end of one stream is the end of the connection, so each says when it has ended.
    let mut all: SelectAll<Stream> = SelectAll::new();
    let slots = answer("slotSubscribe", client.slot_subscribe()).await?.0;
    all.push(ending(slots.map(|s| Told::Slot(s.slot))));
    let config = RpcProgramAccountsConfig { account_config: subject.account.clone(), ..RpcProgramAccountsConfig::default() };
    let program = answer("programSubscribe", client.program_subscribe(&subject.program, Some(config))).await?.0;
    all.push(ending(program.map(|n| match n.value.pubkey.parse() {
        Ok(key) => account(0, n.context.slot, key, &n.value.account),
        Err(_) => Told::Garbled,
    })));
    let mut watched = Wanted::new();
    let (mut next, mut up) = (1u32, false);
    loop {
        let missing: Vec<Pubkey> = {
            let wanted = wanted.borrow_and_update();
            wanted.iter().chain([&CLOCK]).filter(|k| !watched.contains(*k)).copied().collect()
        };
        for key in missing {
            let id = next;
            next = next.saturating_add(1);
            let stream = answer("accountSubscribe", client.account_subscribe(&key, Some(subject.account.clone()))).await?.0;
            all.push(ending(stream.map(move |n| account(id, n.context.slot, key, &n.value))));
            watched.insert(key);
        }
        if told.send(if up { Told::Watching } else { Told::Up }).is_err() {
            return Ok(());
        }
        up = true;
        let mut quiet_since = Instant::now();
        loop {
            let left = SILENCE.saturating_sub(quiet_since.elapsed());
            tokio::select! {
                item = all.next() => {
                    let Some(Some(item)) = item else { return Err("the websocket was cut".into()) };
                    if matches!(item, Told::Slot(_)) {
                        quiet_since = Instant::now();
                    }
                    if told.send(item).is_err() {
                        return Ok(());
                    }
                }
                changed = wanted.changed() => match changed {
                    Ok(()) => break,
                    Err(_) => return Ok(()),
                },
                () = time::sleep(left) => return Err(format!("the websocket told no slot for {} seconds", SILENCE.as_secs())),
            }
        }
    }
}

fn ending<'a>(told: impl futures_util::Stream<Item = Told> + Send + 'a) -> Stream<'a> {
    told.map(Some).chain(stream::once(async { None })).boxed()
}

fn account(subscription: u32, context: u64, key: Pubkey, account: &UiAccount) -> Told {
    let (Ok(owner), Some(data)) = (account.owner.parse(), account.data.decode()) else { return Told::Garbled };
    Told::Account { subscription, context, key, owner, data, at: Instant::now() }
}

async fn answer<T, E: std::fmt::Display>(what: &str, work: impl Future<Output = Result<T, E>>) -> Result<T, String> {
    match time::timeout(ANSWER, work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(why)) => Err(format!("{what} failed: {why}")),
        Err(_) => Err(format!("{what} gave no answer within {} seconds", ANSWER.as_secs())),
    }
}
