//! Whose fault it is: what the user gave (exit 2), or what the chain said (exit 1).

use thiserror::Error;

/// Something the user gave is wrong. The sentence says what to do.
#[derive(Debug, Error)]
#[error("{0}")]
pub struct Bad(pub String);

/// The program, or another on its behalf, refused a transaction.
#[derive(Debug, Error)]
#[error("{sentence}")]
pub struct Refused {
    /// The error's name in the program's interface, such as `BelowInit`.
    pub name: Option<String>,
    /// The program's own sentence.
    pub sentence: String,
}

/// A refusal of what the user gave.
pub fn bad<T>(sentence: impl Into<String>) -> anyhow::Result<T> {
    Err(Bad(sentence.into()).into())
}

/// The exit code that an error deserves.
pub fn exit_code(error: &anyhow::Error) -> u8 {
    if error.chain().any(|cause| cause.is::<Bad>()) {
        2
    } else {
        1
    }
}

/// The error as JSON: `{"error": sentence, "refusal": name or null}`.
pub fn as_json(error: &anyhow::Error) -> serde_json::Value {
    let refusal = error.chain().find_map(|cause| cause.downcast_ref::<Refused>()).and_then(|r| r.name.clone());
    serde_json::json!({ "error": format!("{error:#}"), "refusal": refusal })
}
