//! Keys as the Solana tools keep them: a JSON array of 64 numbers, in a file or on standard input.

use super::error::{bad, Bad};
use anyhow::Result;
use solana_keypair::Keypair;
use std::{
    fs::OpenOptions,
    io::{Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// Reads a key. A key's contents are never part of a message.
pub fn read(source: &str) -> Result<Keypair> {
    if source.contains("://") {
        return bad(format!("'{source}' asks for a key that is not in a file: export it, or name a file or - with --keypair"));
    }
    let (text, name) = if source == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(|why| Bad(format!("Standard input cannot be read: {why}")))?;
        (text, "Standard input".to_string())
    } else {
        let text = std::fs::read_to_string(source).map_err(|why| {
            Bad(format!("The key {source} cannot be read: {why}; `firebreak key new` makes one, --keypair names another"))
        })?;
        (text, format!("The file {source}"))
    };
    parse(&text)
        .ok_or_else(|| Bad(format!("{name} holds no key: it must be a JSON array of 64 numbers that belong together")).into())
}

fn parse(text: &str) -> Option<Keypair> {
    let bytes: Vec<u8> = serde_json::from_str(text).ok()?;
    // The second half must be the public key of the first.
    Keypair::try_from(bytes.as_slice()).ok()
}

/// Makes a key and writes it where only its owner may read it. Never over another.
pub fn create(path: &Path) -> Result<Keypair> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|why| Bad(format!("The folder {} cannot be made: {why}", folder.display())))?;
    }
    let key = Keypair::new();
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|why| match why.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Bad(format!("There is a key at {} already; --outfile names another place", path.display()))
        }
        _ => Bad(format!("The key cannot be written to {}: {why}", path.display())),
    })?;
    let bytes = serde_json::to_string(&key.to_bytes().to_vec())?;
    file.write_all(bytes.as_bytes()).map_err(|why| Bad(format!("The key cannot be written to {}: {why}", path.display())))?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use solana_signer::Signer;

    #[test]
    fn a_key_that_was_made_is_read_again_and_never_replaced() {
        let folder = std::env::temp_dir().join(format!("firebreak-key-{}", std::process::id()));
        let path = folder.join("deep/id.json");
        let made = create(&path).unwrap();
        assert_eq!(read(path.to_str().unwrap()).unwrap().pubkey(), made.pubkey());
        let again = create(&path).unwrap_err().to_string();
        assert!(again.contains("already"), "{again}");
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_is_no_key_is_said_without_showing_it() {
        let good = Keypair::new().to_bytes().to_vec();
        let mut wrong = good.clone();
        wrong[40] ^= 1;
        for text in ["", "hello", "[1,2,3]", &serde_json::to_string(&wrong).unwrap()] {
            assert!(parse(text).is_none(), "{text}");
        }
        assert!(parse(&serde_json::to_string(&good).unwrap()).is_some());
        let absent = read("/nowhere/id.json").unwrap_err().to_string();
        assert!(absent.contains("/nowhere/id.json") && absent.contains("firebreak key new"), "{absent}");
        assert!(read("usb://ledger").unwrap_err().to_string().contains("usb://ledger"));
    }
}
