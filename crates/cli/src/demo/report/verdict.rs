//! What the run means, in sentences. Nothing is claimed that the figures do not say.

use super::super::outcome::Outcome;
use super::format::{count, counted, money, ratio, share};

/// How the page's first lines are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As promised.
    Good,
    /// Something is left to be paid, or was not checked.
    Caution,
    /// A promise was broken.
    Bad,
}

/// The run's result in words.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Colour.
    pub tone: Tone,
    /// The first thing to know.
    pub headline: String,
    /// Questions and their answers.
    pub answers: Vec<(&'static str, String)>,
}

/// Loss beyond what those who made it could pay, by who bore it, in atoms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bearers {
    /// The market's own pot.
    pub pot: u64,
    /// Shared insurance.
    pub insurance: u64,
    /// Winners' claims.
    pub claims: u64,
    /// Nobody yet.
    pub unpaid: u64,
}

impl Bearers {
    /// From the figures of a run.
    pub fn of(outcome: &Outcome) -> Self {
        Self { pot: outcome.pot_paid, insurance: outcome.insurance_drawn, claims: outcome.losses_shared, unpaid: outcome.deficit }
    }

    /// All of it.
    pub fn total(&self) -> u64 {
        [self.insurance, self.claims, self.unpaid].into_iter().fold(self.pot, u64::saturating_add)
    }
}

/// Judges a run.
pub fn of(outcome: &Outcome) -> Verdict {
    let bearers = Bearers::of(outcome);
    let (tone, headline) = match (outcome.conservation_error_atoms, outcome.conservation_checks) {
        (0, 0) => (Tone::Caution, "The books were not checked in this run".to_string()),
        (0, checks) => {
            let tone = if outcome.deficit > 0 { Tone::Caution } else { Tone::Good };
            (tone, format!("Every atom accounted for at {}", counted(checks, "check")))
        }
        (error, checks) => {
            let text =
                format!("The books did not balance: off by up to {} in {}", counted(error, "atom"), counted(checks, "check"));
            (Tone::Bad, text)
        }
    };
    let answers = vec![
        ("Did the books balance?", books(outcome)),
        ("Was anybody hurt who did nothing?", bystanders(outcome, &bearers)),
        ("What was lost, and who bore it?", losses(outcome, &bearers)),
        ("Is anything still unpaid?", unpaid(outcome)),
        ("How much of the winners’ claims is paid in?", payable(outcome)),
    ];
    Verdict { tone, headline, answers }
}

fn books(outcome: &Outcome) -> String {
    match (outcome.conservation_error_atoms, outcome.conservation_checks) {
        (0, 0) => "Nobody looked: no check was made.".into(),
        (0, checks) => format!(
            "Yes. At {} the tokens in the vault were the sum of all deposits, pools, pots, insurance, fees and bonds, with a difference \
             of 0 atoms (millionths of a dollar).",
            if checks == 1 { "the only check".into() } else { format!("each of {} checks", count(checks)) }
        ),
        (error, _) => format!("No. Vault and ledger differed by up to {}. That is a bug; trust no other figure here.", counted(error, "atom")),
    }
}

fn bystanders(outcome: &Outcome, bearers: &Bearers) -> String {
    if outcome.conservation_error_atoms > 0 {
        return "That cannot be said while the books do not balance.".into();
    }
    if outcome.bystander_loss > 0 {
        return format!("Yes: accounts without any position lost {}.", money(outcome.bystander_loss));
    }
    const RULE: &str = "Accounts that deposited and did nothing hold exactly what they deposited.";
    match (bearers.claims, bearers.unpaid) {
        (0, 0) if bearers.total() == 0 => format!("No. Whoever lost could pay, so there was no loss to pass on. {RULE}"),
        (0, 0) => format!("No. The market’s pot and the insurance fund paid all that losers could not, and no winner gave up profit. {RULE}"),
        (0, owed) => format!(
            "No deposit was touched. Winners wait: {} of their profit has not been paid in, and nobody is paid out before that is settled. {RULE}",
            money(owed)
        ),
        (shared, 0) => format!(
            "No deposit was touched. Winners of this market gave up {} of profit that losers could not pay, all in the same proportion. {RULE}",
            money(shared)
        ),
        (shared, owed) => format!(
            "No deposit was touched. Winners of this market gave up {} of profit that losers could not pay, all in the same proportion, and \
             {} more is still open. {RULE}",
            money(shared),
            money(owed)
        ),
    }
}

fn losses(outcome: &Outcome, bearers: &Bearers) -> String {
    let total = bearers.total();
    let fund = if outcome.insurance_before == outcome.insurance_after {
        format!("The insurance fund stayed at {}.", money(outcome.insurance_after))
    } else {
        format!("The insurance fund went from {} to {}.", money(outcome.insurance_before), money(outcome.insurance_after))
    };
    let bankrupt = match outcome.bankruptcies {
        0 => "No account was closed with a debt".to_string(),
        n => {
            format!("{} closed with a debt", if n == 1 { "1 account was".into() } else { format!("{} accounts were", count(n)) })
        }
    };
    if total == 0 {
        return format!("Nothing beyond what the losers paid themselves. {bankrupt}. {fund}");
    }
    let part = |atoms| format!("{} ({})", money(atoms), share(atoms, total));
    format!(
        "{bankrupt}; {} was lost beyond what they had. The market’s pot paid {}, the insurance fund {}, winners’ claims bore {}, and {} is \
         open. {fund}",
        money(total),
        part(bearers.pot),
        part(bearers.insurance),
        part(bearers.claims),
        part(bearers.unpaid),
    )
}

fn unpaid(outcome: &Outcome) -> String {
    match (outcome.deficit, outcome.deficit_worst) {
        (0, 0) => "No. There was no deficit at any time.".into(),
        (0, worst) => format!("No. The deficit was {} at its worst and is 0 now.", money(worst)),
        (owed, worst) => format!(
            "Yes, {} (at its worst {}). Until it is paid or shared, positions in this market may only be reduced.",
            money(owed),
            money(worst.max(owed))
        ),
    }
}

fn payable(outcome: &Outcome) -> String {
    let (end, worst) = (outcome.payable_share, outcome.payable_share_worst);
    let low = if worst < end { format!(", after {} at the lowest", ratio(worst)) } else { String::new() };
    format!(
        "h, the part of all claims that the pool could pay at once, is {} at the end{low}. It only informs: a claim is paid in full or, while \
         the market is not whole, not yet.",
        ratio(end)
    )
}
