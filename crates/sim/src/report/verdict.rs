//! The verdict in plain words.

use super::format::{count, counted, money, ratio};
use crate::Outcome;

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As promised, and everybody was paid in full.
    Good,
    /// As promised; some bore a loss.
    Caution,
    /// A promise broke, or something is left unpaid.
    Bad,
}

/// A headline and the answers that people ask for first.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// How it went.
    pub tone: Tone,
    /// One sentence.
    pub headline: String,
    /// Question and answer.
    pub answers: Vec<(&'static str, String)>,
}

/// The verdict on a run.
pub fn of(o: &Outcome) -> Verdict {
    let tone = match (o.invariants_broken, o.deficit, o.loss_shared) {
        (0, 0, 0) => Tone::Good,
        (0, 0, _) => Tone::Caution,
        _ => Tone::Bad,
    };
    let headline = if o.invariants_broken > 0 {
        format!("A promise broke: {}", o.first_break.as_deref().unwrap_or("see the counts below"))
    } else if o.deficit > 0 {
        format!("Not solvent: {} is left that nobody has paid", money(o.deficit))
    } else if o.deficit_booked == 0 {
        "Solvent: every loser could pay, and every winner was paid in full".into()
    } else if o.loss_shared == 0 {
        format!(
            "Solvent: losers could not pay {}; pots and insurance did, and no winner gave anything up",
            money(o.deficit_booked)
        )
    } else {
        format!("Solvent: winners gave up {} of profit that losers could not pay; nobody lost a deposit", money(o.loss_shared))
    };
    Verdict { tone, headline, answers: answers(o) }
}

fn answers(o: &Outcome) -> Vec<(&'static str, String)> {
    let unpaid =
        if o.deficit == 0 { String::from("nothing is left unpaid") } else { format!("{} is left unpaid", money(o.deficit)) };
    let mut answers = vec![
        (
            "Who paid?",
            format!(
                "{} became bankrupt and left {}. The markets’ pots paid {}, junior insurance {}, senior insurance {}, winners’ claims \
                 bore {}; {unpaid}.",
                counted(o.bankruptcies, "account"),
                money(o.deficit_booked),
                money(o.pot_used),
                money(o.insurance_used_junior),
                money(o.insurance_used_senior),
                money(o.loss_shared),
            ),
        ),
        (
            "How much of their profit could winners count on?",
            format!("h was {} at its worst and {} at the end.", ratio(o.payable_share_worst), ratio(o.payable_share)),
        ),
        (
            "What did the fund pay?",
            format!(
                "{} of {}; {} is left, its floor is {}.",
                money(o.insurance_used),
                money(o.insurance_before),
                money(o.insurance_after),
                money(o.insurance_floor)
            ),
        ),
        (
            "What was liquidated?",
            format!(
                "{} in {}, and {} closed against the other side ({} more than needed). Forced flow moved the price by up to {}; depth fell \
                 to {} of normal.",
                money(o.liquidated_notional),
                counted(o.liquidations, "step"),
                money(o.deleveraged_notional),
                money(o.adl_excess_atoms),
                ratio(o.liquidation_impact),
                ratio(o.depth_worst)
            ),
        ),
        (
            "Was it necessary?",
            format!(
                "{} of {} liquidated would have stood a quarter of an hour later without it.",
                ratio(o.wrongful_share),
                counted(o.wrongful_judged, "account")
            ),
        ),
        (
            "Were the promises kept?",
            format!(
                "{} checks after {}, {} broken; vault and ledger never differed by more than {}.",
                count(o.invariants_checked),
                counted(o.actions.values().sum(), "action"),
                count(o.invariants_broken),
                counted(o.conservation_error_atoms, "atom")
            ),
        ),
        (
            "Was it worth it for keepers?",
            format!(
                "They earned {} in discounts and rewards; with what they held meanwhile and what transactions cost, their profit is {}.",
                money(o.keeper_earned),
                signed(o.keeper_profit)
            ),
        ),
    ];
    if o.bars_carried > 0 {
        let carried = format!("{} absent from the files: the last close was carried over.", counted(o.bars_carried, "bar"));
        answers.push(("Was the history whole?", carried));
    }
    if o.actions.contains_key("pledge") {
        let forfeited = match o.collateral_forfeited {
            0 => "none was left without a buyer".to_string(),
            units => format!("{} units that nobody bought within their time for sale were forfeited", count(units)),
        };
        let text =
            format!("Keepers paid {} for it in {}; {forfeited}.", money(o.collateral_sold), counted(o.collateral_sales, "sale"));
        answers.push(("What became of pledged collateral?", text));
    }
    if let Some(d) = &o.differential {
        answers.push((
            "Did the compiled program agree?",
            format!(
                "{} carried out and {} refused by engine and program alike, {} without an instruction; {} compared byte by byte, {} differed.",
                counted(d.accepted, "action"),
                count(d.refused),
                count(d.unmirrored),
                counted(d.compared, "state"),
                count(d.differences)
            ),
        ));
    }
    answers
}

/// Atoms, signed, as dollars and cents.
pub fn signed(atoms: i64) -> String {
    // Joined, so that no line ends between sign and amount.
    format!("{}{}", if atoms < 0 { "−\u{2060}" } else { "" }, money(atoms.unsigned_abs()))
}
