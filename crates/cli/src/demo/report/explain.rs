//! Why a transaction of a demo is refused, for readers who do not know the program.

use firebreak_risk::RiskError;

/// One sentence about a refusal: why it happens in a run where that is not obvious, otherwise the engine's own sentence.
pub fn refusal(name: &str) -> String {
    if let Some(sentence) = expected(name) {
        return sentence.into();
    }
    let engine = RiskError::ALL.iter().find(|e| format!("{e:?}") == name).map(|e| e.to_string());
    engine.map_or_else(
        || "The program or the cluster refused it under this name; a refused transaction changes nothing.".into(),
        |text| {
            let mut chars = text.chars();
            chars.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), chars.as_str()))
        },
    )
}

fn expected(name: &str) -> Option<&'static str> {
    Some(match name {
        "NotLiquidatable" => {
            "The account was no longer below its maintenance line: the price came back, or another keeper was first."
        }
        "NotFlagged" => "The account had not been flagged, or its flag was gone because another keeper had already helped it.",
        "AboveStopLine" => "Another keeper was first and had already brought the account back to its stop line.",
        "MarketsMismatch" => "The account no longer had the position when the transaction arrived: another keeper was first.",
        "NoPosition" => "Nothing was left to take over: another keeper was first.",
        "RampNotReached" => {
            "The part that may be liquidated grows with time since the flag; this keeper asked for more than it allows yet."
        }
        "WaitingForConfirmation" => {
            "Liquidations wait a bounded time while a price is doubtful, so that a spike liquidates nobody."
        }
        "QualityTooLow" => "Too few price sources agreed at that moment for this action.",
        "PriceTooOld" => "The market’s price had not been refreshed recently enough for this action.",
        "SourcesDisagree" => {
            "The sources were too far apart while the last price was still fresh: that refresh could only have made it worse."
        }
        "SourceStale" => "A source had not been updated for longer than the market allows.",
        "SourceBackward" => "A source offered a price older than the one already accepted.",
        "SourceContradiction" => "A source offered two different prices for one moment.",
        "SourceUnconfident" => "A source was less sure of its own price than the market allows.",
        "BelowInit" => "The account, trader or keeper, would have ended with too little capital for the position.",
        "OnlyReduce" => "An account with too little capital tried to enlarge a position; it may only reduce it.",
        "MarketReduceOnly" => "The market carried a deficit; until it is paid or shared, positions may only be reduced.",
        "OpenInterestCap" => "The position would have taken open interest beyond the market’s cap.",
        "MarketNotActive" => "The market had not yet seen enough accepted price updates to take positions.",
        "MustDeclareBankrupt" => "The account owed more than it had, so it goes to bankruptcy and not to liquidation.",
        "NotBankrupt" => {
            "The account could still pay what it owed: it is a case for liquidation, or another keeper had already closed it."
        }
        "AccountBankrupt" => "The account is bankrupt; it can only be resolved.",
        "AccountInDebt" => "The account owed a debt, which is due first.",
        "SettleNotPermitted" => "Nobody but the owner had a reason to settle this position at that moment.",
        "MarketNotWhole" => "A winner asked for profit that losers had not paid in yet; nobody is paid before all can be.",
        "NothingWarm" => "A winner asked for profit that is still within its waiting time.",
        "LossWindowOpen" => "A loss is shared only when its window has ended, so that all claims of that time share it.",
        "NoDeficit" => "There was no loss left to share: another keeper was first.",
        "InsufficientCapital" => "The account had less capital than the amount asked for.",
        "LimitPrice" => "The price had moved beyond the limit that the sender had set.",
        _ => return None,
    })
}
