//! Key files. A key is read once, held in memory, and shown nowhere: `Debug` prints the address.

use super::{ConfigError, Wallets};
use firebreak_client::Pubkey;
use solana_keypair::Keypair;
use solana_signer::Signer;
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Holds the key itself, as the JSON array of a key file.
const KEY_VARIABLE: &str = "FIREBREAK_KEEPER_KEY";
/// Names the key file; Anchor's tools use the same.
const FILE_VARIABLE: &str = "ANCHOR_WALLET";

/// A key that is not printed.
#[derive(Clone)]
pub struct Key(Arc<Keypair>);

impl Key {
    /// The address.
    pub fn address(&self) -> Pubkey {
        self.0.pubkey()
    }

    /// For signing, and for nothing else.
    pub fn signer(&self) -> &Keypair {
        &self.0
    }

    fn from_json(text: &str, source: &str) -> Result<Self, ConfigError> {
        // The parser's own words could repeat a part of the text, so they are not passed on.
        let bad = || ConfigError::Key(format!("{source} holds no key: a JSON array of 64 bytes is needed"));
        let bytes: Vec<u8> = serde_json::from_str(text.trim()).map_err(|_| bad())?;
        Keypair::try_from(bytes.as_slice()).map(Self::from).map_err(|_| bad())
    }

    fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|why| ConfigError::Key(format!("the key file {} cannot be read: {why}", path.display())))?;
        Self::from_json(&text, &format!("the key file {}", path.display()))
    }
}

impl From<Keypair> for Key {
    fn from(key: Keypair) -> Self {
        Self(Arc::new(key))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}, secret not shown)", self.address())
    }
}

/// Who acts and who pays.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The keeper's owner: signs for its margin account.
    pub owner: Key,
    /// Pay fees in turn; never empty.
    pub payers: Vec<Key>,
}

impl Keys {
    /// Reads the keys that `wallets` names: the owner's from its file, else from the environment: the variable `FIREBREAK_KEEPER_KEY` holds
    /// it, `ANCHOR_WALLET` names its file, the Solana tools' configuration names theirs.
    ///
    /// # Errors
    /// When a file is missing or holds no key.
    pub fn load(wallets: &Wallets) -> Result<Self, ConfigError> {
        let owner = match &wallets.keypair {
            Some(path) => Key::read(path)?,
            None => Self::load_owner(|name| std::env::var(name).ok())?,
        };
        let mut payers = wallets.payers.iter().map(|path| Key::read(path)).collect::<Result<Vec<_>, _>>()?;
        if payers.is_empty() {
            payers.push(owner.clone());
        }
        Ok(Self { owner, payers })
    }

    pub(super) fn load_owner(variable: impl Fn(&str) -> Option<String>) -> Result<Key, ConfigError> {
        if let Some(text) = variable(KEY_VARIABLE) {
            return Key::from_json(&text, &format!("the variable {KEY_VARIABLE}"));
        }
        if let Some(path) = variable(FILE_VARIABLE) {
            return Key::read(Path::new(&path));
        }
        let home = variable("HOME").map(PathBuf::from).unwrap_or_default();
        let solana = home.join(".config/solana");
        // One line of the Solana tools' YAML is all that is asked of it.
        let named = std::fs::read_to_string(solana.join("cli/config.yml")).ok().and_then(|text| {
            let line = text.lines().find_map(|l| l.strip_prefix("keypair_path:"))?;
            Some(PathBuf::from(line.trim().trim_matches(['"', '\''])))
        });
        Key::read(&named.unwrap_or_else(|| solana.join("id.json")))
    }
}
