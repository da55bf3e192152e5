//! From a failed transaction to the program's own sentence.

use super::error::Refused;
use firebreak_client::ID;
use solana_transaction::TransactionError;
use std::{collections::BTreeMap, sync::OnceLock};

/// The program's interface names every refusal.
const IDL: &str = include_str!("../../../../idl/firebreak.json");

/// Name and sentence of error number `code` of the program.
fn known(code: u32) -> Option<&'static (String, String)> {
    static ERRORS: OnceLock<BTreeMap<u32, (String, String)>> = OnceLock::new();
    let errors = ERRORS.get_or_init(|| {
        let idl: serde_json::Value = serde_json::from_str(IDL).unwrap_or_default();
        let entry = |e: &serde_json::Value| {
            let code = u32::try_from(e["code"].as_u64()?).ok()?;
            Some((code, (e["name"].as_str()?.to_string(), e["msg"].as_str()?.to_string())))
        };
        idl["errors"].as_array().into_iter().flatten().filter_map(entry).collect()
    });
    errors.get(&code)
}

/// What a failed transaction says, from its error and its log.
pub fn explain(error: &TransactionError, logs: &[String]) -> Refused {
    let (name, sentence) = match code(error) {
        Some(code) if failed_here(logs) => match known(code) {
            Some((name, sentence)) => (Some(name.clone()), with_detail(name, sentence, logs)),
            None => framework(logs).map_or_else(|| plain(error, logs), |(name, sentence)| (Some(name), sentence)),
        },
        Some(code) => (None, other_program(code, logs).unwrap_or_else(|| plain(error, logs).1)),
        None => plain(error, logs),
    };
    Refused { name, sentence }
}

/// The number of a program's own error.
fn code(error: &TransactionError) -> Option<u32> {
    // The error's text is its one stable form across the versions of its type: "… custom program error: 0x1770".
    let text = error.to_string();
    let (_, hex) = text.rsplit_once("custom program error: 0x")?;
    u32::from_str_radix(hex.trim(), 16).ok()
}

/// Whether it was this program that failed first, not one that it called. Without a log it is assumed.
fn failed_here(logs: &[String]) -> bool {
    let failed = logs.iter().find(|l| l.starts_with("Program ") && l.contains(" failed: "));
    failed.is_none_or(|line| line.contains(&ID.to_string()))
}

/// Some refusals say more in the log.
fn with_detail(name: &str, sentence: &str, logs: &[String]) -> String {
    let detail = || {
        let lines = logs.iter().rev().filter_map(|l| l.strip_prefix("Program log: "));
        lines.into_iter().find(|l| !l.starts_with("AnchorError") && !l.starts_with("Instruction:")).map(str::to_string)
    };
    match name {
        "ParameterOutOfBounds" | "SourceUnreadable" => detail().unwrap_or_else(|| sentence.to_string()),
        _ => sentence.to_string(),
    }
}

/// A check that the framework made.
fn framework(logs: &[String]) -> Option<(String, String)> {
    let line = logs.iter().rev().find(|l| l.contains("Error Code: "))?;
    let (_, rest) = line.split_once("Error Code: ")?;
    let (name, rest) = rest.split_once(". ")?;
    let (_, message) = rest.split_once("Error Message: ")?;
    let account = line.split_once("caused by account: ").and_then(|(_, rest)| rest.split_once('.')).map(|(account, _)| account);
    let message = message.trim_end_matches('.');
    let sentence = account.map_or(message.to_string(), |account| format!("{message} ({account})"));
    Some((name.to_string(), sentence))
}

/// Common refusals of the programs that ours calls.
fn other_program(code: u32, logs: &[String]) -> Option<String> {
    let failed = logs.iter().find(|l| l.starts_with("Program ") && l.contains(" failed: "))?;
    let token = failed.contains("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
    let system = failed.contains("Program 11111111111111111111111111111111 ");
    match (token, system, code) {
        (true, _, 1) => Some("your token account holds less than the amount".into()),
        (true, _, 17) => Some("the token account is frozen".into()),
        (_, true, 0) => Some("the account exists already".into()),
        (_, true, 1) => Some("the key that pays has too little SOL for fee and rent".into()),
        _ => None,
    }
}

/// Everything else in the words of the chain.
fn plain(error: &TransactionError, logs: &[String]) -> (Option<String>, String) {
    let sentence = match error {
        TransactionError::AccountNotFound => "the key that pays has no SOL".to_string(),
        TransactionError::InsufficientFundsForFee | TransactionError::InsufficientFundsForRent { .. } => {
            "the key that pays has too little SOL for fee and rent".to_string()
        }
        other => framework(logs).map_or_else(|| other.to_string(), |(_, sentence)| sentence),
    };
    (None, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use solana_instruction::error::InstructionError;

    fn custom(code: u32) -> TransactionError {
        TransactionError::InstructionError(0, InstructionError::Custom(code))
    }

    fn log(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|l| l.to_string()).collect()
    }

    #[test]
    fn every_refusal_of_the_engine_has_its_sentence_here() {
        use firebreak_client::{program::errors::FirebreakError, risk::RiskError};
        for refusal in RiskError::ALL {
            let code = u32::from(FirebreakError::from(*refusal));
            let Refused { name, sentence } = explain(&custom(code), &[]);
            assert_eq!((name, sentence), (Some(format!("{refusal:?}")), refusal.to_string()));
        }
    }

    #[test]
    fn the_log_says_which_parameter() {
        use firebreak_client::program::errors::FirebreakError;
        let ours = format!("Program {ID} failed: custom program error: 0x1");
        let logs = log(&["Program log: Instruction: ProposeParams", "Program log: maint must be greater than zero", &ours]);
        let said = explain(&custom(FirebreakError::ParameterOutOfBounds.into()), &logs);
        assert_eq!(said.sentence, "maint must be greater than zero");
    }

    #[test]
    fn checks_of_the_framework_and_of_other_programs_are_told_apart() {
        let ours = format!("Program {ID} failed: custom program error: 0xbc4");
        let line =
            "Program log: AnchorError caused by account: stake. Error Code: AccountNotInitialized. Error Number: 3012. Error \
                    Message: The program expected this account to be already initialized.";
        let said = explain(&custom(3012), &log(&[line, &ours]));
        assert_eq!(said.name.as_deref(), Some("AccountNotInitialized"));
        assert_eq!(said.sentence, "The program expected this account to be already initialized (stake)");
        let token = "Program TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA failed: custom program error: 0x1";
        assert!(explain(&custom(1), &log(&[token])).sentence.contains("token account"));
        assert!(explain(&TransactionError::AccountNotFound, &[]).sentence.contains("SOL"));
    }
}
