//! An action in the making.

use super::{Round, Subject};
use crate::{
    action::{Action, Job},
    predict::{Desk, No, Step, Taken},
};
use firebreak_client::{risk::num::mul_div_up, Pubkey};
use solana_instruction::Instruction;

/// Lamports in a SOL.
const SOL: u64 = 1_000_000_000;
/// Compute units of what every transaction has besides its actions.
const OVERHEAD: u32 = 1_000;

/// Steps that the desk has accepted so far.
pub struct Draft {
    /// What it was begun for.
    pub subject: Subject,
    /// What it has come to.
    pub job: Job,
    pub market: Option<u16>,
    pub account: Option<Pubkey>,
    steps: Vec<Step>,
    instructions: Vec<Instruction>,
    compute: u32,
    earned: u64,
    /// What unwinding is expected to cost, in atoms.
    pub burden: u64,
}

impl Draft {
    /// An action without steps.
    pub fn new(job: Job, market: Option<u16>, account: Option<Pubkey>) -> Self {
        Self {
            subject: (job, market, account),
            job,
            market,
            account,
            steps: vec![],
            instructions: vec![],
            compute: OVERHEAD,
            earned: 0,
            burden: 0,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Takes a step on the desk. One that is refused leaves the desk as it was.
    pub fn add(&mut self, desk: &mut Desk, step: Step) -> Result<u64, No> {
        let taken = try_step(desk, &step)?;
        let lots = taken.lots;
        self.push(step, taken);
        Ok(lots)
    }

    /// Notes a step that the desk has accepted.
    pub fn push(&mut self, step: Step, taken: Taken) {
        self.steps.push(step);
        self.instructions.push(taken.instruction);
        self.compute = self.compute.saturating_add(taken.compute);
        self.earned = self.earned.saturating_add(taken.earned);
    }

    /// Closes the draft on the desk.
    pub fn into_action(self, round: &mut Round) -> Action {
        let outcome = round.desk.commit();
        let signed = |x: u64| i64::try_from(x).unwrap_or(i64::MAX);
        let markets: Vec<u16> = round.refreshed.iter().copied().collect();
        let looked = |index: &u16| {
            let key = round.book.market(*index).map(|market| market.key);
            self.job != Job::Refresh && outcome.before.iter().any(|snapshot| Some(snapshot.key) == key)
        };
        Action {
            job: self.job,
            market: self.market,
            account: self.account,
            needs: markets.into_iter().filter(looked).collect(),
            cost: cost(round, self.compute),
            steps: self.steps,
            instructions: self.instructions,
            compute: self.compute,
            gain: signed(self.earned).saturating_sub(signed(self.burden)),
            wallet: round.inventory.wallet,
            now: round.now,
            before: outcome.before,
            expected: outcome.after,
        }
    }
}

/// Takes a step on the desk. One that is refused leaves the desk as it was.
pub fn try_step(desk: &mut Desk, step: &Step) -> Result<Taken, No> {
    let mark = desk.mark();
    let taken = step.take(desk);
    if taken.is_err() {
        desk.back_to(mark);
    }
    taken
}

/// Atoms that a transaction of its own with so many compute units costs.
pub fn cost(round: &Round, compute: u32) -> u64 {
    let settings = round.settings;
    let priority = mul_div_up(settings.lamports_per_million_cu, compute.into(), 1_000_000).unwrap_or(u64::MAX);
    let lamports = settings.lamports_per_signature.saturating_mul(2).saturating_add(priority);
    mul_div_up(lamports, settings.atoms_per_sol, SOL).unwrap_or(u64::MAX)
}
