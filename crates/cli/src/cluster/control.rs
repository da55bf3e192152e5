//! What only the process that runs the cluster can do: plant accounts, set the clock, stop and close blocks.

use std::{
    sync::{MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::{anyhow, bail, ensure, Result};
use crossbeam_channel::{bounded, Receiver};
use solana_account::Account;
use solana_clock::Clock;
use solana_transaction::{Address as Pubkey, Hash};
use surfpool_core::surfnet::svm::SurfnetSvm;
use surfpool_types::{BlockProductionMode, SerialVmMutationResult, SerialVmMutationTask, SimnetCommand};
use tokio::runtime::{Handle, RuntimeFlavor};

use super::{history::History, Cluster};

/// How long the run loop may take for one command. Far more than any needs; it only ends a wait for a dead loop.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// What the driver of the cluster knows about it.
pub(super) struct Control {
    paused: bool,
    history: History,
}

impl Control {
    pub(super) fn new(kept_transactions: usize) -> Self {
        Self { paused: false, history: History::new(kept_transactions) }
    }
}

impl Cluster {
    /// Puts `account` at `address`, in place of what was there. Subscribers over the websocket are told.
    ///
    /// # Errors
    /// When the virtual machine refuses the account, for instance a sysvar that does not decode.
    pub fn set_account(&self, address: &Pubkey, account: Account) -> Result<()> {
        self.write(|svm| svm.set_account(address, account).map_err(text))?
            .map_err(|error| anyhow!("The account {address} could not be set: {error}"))
    }

    /// The account at `address` as of the last transaction.
    ///
    /// # Errors
    /// When the cluster's store fails.
    pub fn get_account(&self, address: &Pubkey) -> Result<Option<Account>> {
        self.read(|svm| svm.get_account(address).map_err(text))?
            .map_err(|error| anyhow!("The account {address} could not be read: {error}"))
    }

    /// The accounts at `addresses`, all as of one moment.
    ///
    /// # Errors
    /// When the cluster's store fails.
    pub fn get_accounts(&self, addresses: &[Pubkey]) -> Result<Vec<Option<Account>>> {
        self.read(|svm| addresses.iter().map(|address| svm.get_account(address).map_err(text)).collect::<Result<_, _>>())?
            .map_err(|error| anyhow!("The accounts could not be read: {error}"))
    }

    /// Gives `address` so many lamports, at once. The faucet starts with a million SOL.
    ///
    /// # Errors
    /// When the amount is less than the rent of an empty account, or more than the faucet has left.
    pub fn airdrop(&self, address: &Pubkey, lamports: u64) -> Result<()> {
        let given = self.write(|svm| match svm.airdrop(address, lamports) {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(failed)) => Err(failed.err.to_string()),
            Err(refused) => Err(format!("{refused:?}")),
        })?;
        given.map_err(|error| anyhow!("The airdrop of {lamports} lamports to {address} failed: {error}"))
    }

    /// The newest blockhash. It serves for 150 blocks, however far the clock is set in between.
    ///
    /// # Errors
    /// When called from a single-threaded runtime.
    pub fn latest_blockhash(&self) -> Result<Hash> {
        self.read(|svm| svm.latest_blockhash())
    }

    /// Hash of the first block: the same for every cluster of this kind.
    ///
    /// # Errors
    /// When called from a single-threaded runtime.
    pub fn genesis_hash(&self) -> Result<Hash> {
        self.read(|svm| svm.genesis_config.hash())
    }

    /// The clock that programs see: slot and Unix time in seconds.
    ///
    /// # Errors
    /// When called from a single-threaded runtime.
    pub fn clock(&self) -> Result<Clock> {
        self.read(|svm| svm.inner.get_sysvar::<Clock>())
    }

    /// Stops producing blocks: slot and time stand still until [`Self::set_clock`]. A
    /// transaction is executed at once, but is not confirmed before the next block closes.
    ///
    /// # Errors
    /// When the cluster has stopped.
    pub fn pause_blocks(&self) -> Result<()> {
        self.produce(BlockProductionMode::Manual)
    }

    /// Produces blocks by the slot time again, from the clock as it stands.
    ///
    /// # Errors
    /// When the cluster has stopped.
    pub fn resume_blocks(&self) -> Result<()> {
        self.produce(BlockProductionMode::Clock)
    }

    /// Closes the current block, which confirms its transactions, and opens one at exactly `slot` and
    /// `unix_timestamp` (seconds). Slots only grow; the time may be anywhere from 1970 on, also before the present one.
    ///
    /// # Errors
    /// When blocks are not paused, when `slot` is not after the current one, when the time is negative, and when the
    /// cluster has stopped.
    pub fn set_clock(&self, slot: u64, unix_timestamp: i64) -> Result<()> {
        let mut control = self.control();
        self.open_block(&mut control, slot, unix_timestamp)
    }

    fn open_block(&self, control: &mut Control, slot: u64, unix_timestamp: i64) -> Result<()> {
        ensure!(control.paused, "The clock can be set only while blocks are paused.");
        ensure!(unix_timestamp >= 0, "The clock cannot be set to {unix_timestamp}: times before 1970 are not supported.");
        let (current, slots_in_epoch) = self.read(|svm| {
            let info = &svm.latest_epoch_info;
            (info.absolute_slot, info.slots_in_epoch.max(1))
        })?;
        ensure!(slot > current, "The clock cannot be set to slot {slot}: the chain is at slot {current}, and slots only grow.");
        let clock = Clock {
            slot,
            // Surfpool starts offline with epochs of one length, so a division tells the epoch.
            epoch: slot / slots_in_epoch,
            leader_schedule_epoch: slot / slots_in_epoch,
            epoch_start_timestamp: unix_timestamp,
            unix_timestamp,
        };
        let (answer_tx, answer) = bounded(1);
        self.node.command(SimnetCommand::UpdateInternalClockWithConfirmation(None, clock, answer_tx))?;
        self.answer(&answer)?;
        self.write(|svm| control.history.close_block(svm, current))
    }

    fn produce(&self, mode: BlockProductionMode) -> Result<()> {
        check_context()?;
        let mut control = self.control();
        let paused = mode == BlockProductionMode::Manual;
        self.node.command(SimnetCommand::UpdateBlockProductionMode(mode))?;
        // The command above has no answer. One that does, behind it in the queue, tells that it took effect.
        let (answer_tx, answer) = bounded(1);
        let marker = SerialVmMutationTask::new(move || {
            Box::pin(async move {
                let _ = answer_tx.send(());
                SerialVmMutationResult::NoBlock
            })
        });
        self.node.command(SimnetCommand::ProcessSerialVmMutation(marker))?;
        self.answer(&answer)?;
        control.paused = paused;
        Ok(())
    }

    /// Waits for what the run loop answers to a command.
    pub(super) fn answer<T>(&self, answer: &Receiver<T>) -> Result<T> {
        answer.recv_timeout(ANSWER_TIMEOUT).map_err(|_| self.node.gone())
    }

    pub(super) fn read<T>(&self, reader: impl FnOnce(&SurfnetSvm) -> T + Send + Sync) -> Result<T> {
        check_context()?;
        Ok(self.svm.with_svm_reader(reader))
    }

    fn write<T: Send + 'static>(&self, writer: impl FnOnce(&mut SurfnetSvm) -> T + Send + Sync) -> Result<T> {
        check_context()?;
        Ok(self.svm.with_svm_writer(writer))
    }

    fn control(&self) -> MutexGuard<'_, Control> {
        self.control.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Surfpool's locks panic in a single-threaded runtime; an error is kinder.
pub(super) fn check_context() -> Result<()> {
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::CurrentThread) => {
            bail!("The cluster cannot be driven from a single-threaded runtime; use a multi-threaded one or a plain thread.")
        }
        _ => Ok(()),
    }
}

fn text(error: surfpool_core::error::SurfpoolError) -> String {
    error.to_string()
}
