//! Reads the chain beside the subscription: everything at the start, after a gap and now and then; the clock and the newest slot all the time.

use crate::{
    rpc::{Reading, Rpc, RpcFailure},
    watch::{View, CLOCK},
    Pubkey,
};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// A server acknowledges a subscription a moment before it is in force.
const SETTLE: Duration = Duration::from_millis(100);
/// A reading that failed is tried again after so long.
const AGAIN: Duration = Duration::from_millis(500);
/// The newest slot is asked for as often, so that a subscription that lags is found out.
const TIP: Duration = Duration::from_secs(1);
/// A clock that was asked for so long ago is not waited for.
const CLOCK_LATE: Duration = Duration::from_millis(300);
/// The clock is not asked for more often, whatever the answers are.
const CLOCK_AGAIN: Duration = Duration::from_millis(20);
/// Balances and the like.
const SELDOM: Duration = Duration::from_secs(15);

/// What the node answered.
pub enum Answer {
    /// The program's accounts.
    Program(Result<Reading, RpcFailure>),
    /// Accounts of other programs.
    Watched(Result<Reading, RpcFailure>),
    /// The clock.
    Clock(Result<Reading, RpcFailure>),
    /// The newest slot.
    Tip(Result<u64, RpcFailure>),
}

/// Asks, and keeps in mind what was asked.
pub struct Sync {
    rpc: Rpc,
    answers: mpsc::UnboundedSender<Answer>,
    every: Duration,
    /// When everything is to be read next, and why.
    next: Option<(Instant, &'static str)>,
    reading: bool,
    clock_asked: Option<Instant>,
    clock_next: Option<Instant>,
    tip_asked: Option<Instant>,
    seldom: Option<Instant>,
}

impl Sync {
    /// Nothing is asked yet.
    pub fn new(rpc: Rpc, answers: mpsc::UnboundedSender<Answer>, every: Duration) -> Self {
        Self {
            rpc,
            answers,
            every,
            next: None,
            reading: false,
            clock_asked: None,
            clock_next: None,
            tip_asked: None,
            seldom: None,
        }
    }

    /// Everything is to be read.
    pub fn soon(&mut self, why: &'static str) {
        self.next = Some((Instant::now() + SETTLE, why));
        self.reading = false;
    }

    /// What is being read is no longer wanted: the subscription it was to complete has ended.
    pub fn drop_reading(&mut self) {
        self.next = None;
        self.reading = false;
    }

    /// The accounts of other programs are to be read.
    pub fn watched_soon(&mut self) {
        if self.next.is_none_or(|(at, _)| at > Instant::now() + SETTLE) {
            self.next = Some((Instant::now() + SETTLE, "watched"));
        }
    }

    /// Asks for what is due. Says whether everything is read now.
    pub fn due(&mut self, view: &mut View) -> bool {
        let now = Instant::now();
        if self.tip_asked.is_none_or(|at| at.elapsed() > TIP) {
            self.tip_asked = Some(now);
            self.ask(|rpc| async move { Answer::Tip(rpc.slot().await) });
        }
        let Some((at, why)) = self.next else { return false };
        if at > now || self.reading {
            return false;
        }
        self.reading = true;
        view.asked();
        view.count_resync(why);
        self.ask(|rpc| async move { Answer::Program(rpc.program_accounts(&firebreak_client::ID).await) });
        true
    }

    /// Asks for the clock, unless that was asked already.
    pub fn ask_clock(&mut self) {
        let now = Instant::now();
        if self.clock_asked.is_none() && self.clock_next.is_none_or(|at| at <= now) {
            self.clock_asked = Some(now);
            self.clock_next = Some(now + CLOCK_AGAIN);
            self.ask(|rpc| async move { Answer::Clock(rpc.accounts(&[CLOCK]).await) });
        }
    }

    /// Whether the clock was asked for long ago: time to go by one's own.
    pub fn clock_overdue(&self) -> bool {
        self.clock_asked.is_some_and(|at| at.elapsed() > CLOCK_LATE)
    }

    /// Whether it is time for what is done seldom.
    pub fn seldom(&mut self) -> bool {
        let due = self.seldom.is_none_or(|at| at.elapsed() > SELDOM);
        if due {
            self.seldom = Some(Instant::now());
        }
        due
    }

    /// Takes an answer in. Says whether a plan could depend on it.
    pub fn take(&mut self, answer: Answer, view: &mut View) -> bool {
        match answer {
            Answer::Tip(tip) => {
                if let Ok(slot) = tip {
                    view.hear(slot);
                }
                false
            }
            Answer::Clock(clock) => {
                self.clock_asked = None;
                if clock.is_err() {
                    self.clock_next = Some(Instant::now() + AGAIN);
                }
                clock.is_ok_and(|reading| view.read(&reading, false).is_ok())
            }
            // An answer that is no longer wanted.
            Answer::Program(_) | Answer::Watched(_) if !self.reading => false,
            Answer::Program(reading) => match self.believe(reading, view, true) {
                true => {
                    let wanted: Vec<Pubkey> = view.book.watched().into_iter().chain([CLOCK]).collect();
                    self.ask(|rpc| async move { Answer::Watched(rpc.accounts(&wanted).await) });
                    false
                }
                false => false,
            },
            Answer::Watched(reading) => {
                if self.believe(reading, view, false) {
                    self.reading = false;
                    self.next = Some((Instant::now() + self.every, "periodic"));
                    view.set_synced();
                    return true;
                }
                false
            }
        }
    }

    /// Takes a reading in, or notes why not and asks again later.
    fn believe(&mut self, reading: Result<Reading, RpcFailure>, view: &mut View, program: bool) -> bool {
        let result = reading.map_err(|why| why.to_string()).and_then(|reading| view.read(&reading, program));
        match result {
            Ok(0) => true,
            Ok(missed) => {
                tracing::warn!(missed, "the subscription had not told of everything");
                true
            }
            Err(why) => {
                tracing::warn!(why, "the accounts could not be read");
                view.count_failed_resync();
                self.reading = false;
                self.next = Some((Instant::now() + AGAIN, "again"));
                false
            }
        }
    }

    fn ask<F: std::future::Future<Output = Answer> + Send + 'static>(&self, work: impl FnOnce(Rpc) -> F) {
        let (answers, work) = (self.answers.clone(), work(self.rpc.clone()));
        tokio::spawn(async move {
            // Whoever asked is gone.
            let _ = answers.send(work.await);
        });
    }
}
