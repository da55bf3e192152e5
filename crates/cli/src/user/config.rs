//! The configuration file of the Solana tools, and the names of clusters.

use super::error::{bad, Bad};
use anyhow::Result;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Where `firebreak localnet` listens.
const LOCALNET: &str = "http://127.0.0.1:8899";
/// Overrides the configuration file, not the command line.
const URL_VARIABLE: &str = "FIREBREAK_URL";

/// What of the file matters here. Other keys belong to other tools.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub struct SolanaConfig {
    /// RPC server.
    #[serde(default)]
    pub json_rpc_url: String,
    /// File with the default key.
    #[serde(default)]
    pub keypair_path: String,
}

impl SolanaConfig {
    /// Reads `given`, which must exist, or the file at its usual place, which need not.
    pub fn load(given: Option<&Path>) -> Result<Self> {
        let usual = home()?.join(".config/solana/cli/config.yml");
        let path = given.unwrap_or(&usual);
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(why) if given.is_some() || why.kind() != std::io::ErrorKind::NotFound => {
                return bad(format!("The configuration file {} cannot be read: {why}", path.display()));
            }
            Err(_) => return Ok(Self::default()),
        };
        serde_yaml::from_str(&text).map_err(|why| {
            Bad(format!("The configuration file {} is not what the Solana tools write: {why}", path.display())).into()
        })
    }

    /// The key's file: `given`, the configured one, or the Solana tools' default.
    pub fn keypair(&self, given: Option<&str>) -> Result<String> {
        match given {
            Some(given) => Ok(given.to_string()),
            None if self.keypair_path.is_empty() => Ok(default_keypair()?.display().to_string()),
            None => Ok(self.keypair_path.clone()),
        }
    }

    /// The RPC server: `given`, the environment's, the configured one, or the local network.
    pub fn url(&self, given: Option<&str>) -> Result<String> {
        let variable = std::env::var(URL_VARIABLE).ok().filter(|url| !url.is_empty());
        let configured = Some(self.json_rpc_url.as_str()).filter(|url| !url.is_empty());
        resolve(given.or(variable.as_deref()).or(configured).unwrap_or(LOCALNET))
    }
}

/// The Solana tools' own place for a key.
pub fn default_keypair() -> Result<PathBuf> {
    Ok(home()?.join(".config/solana/id.json"))
}

fn home() -> Result<PathBuf> {
    match std::env::var_os("HOME") {
        Some(home) => Ok(home.into()),
        None => bad("HOME is not set: name the files with --config and --keypair"),
    }
}

/// An address from a moniker of the Solana tools, or the address itself.
fn resolve(text: &str) -> Result<String> {
    let url = match text {
        "l" | "localnet" | "localhost" => LOCALNET,
        "d" | "devnet" => "https://api.devnet.solana.com",
        "t" | "testnet" => "https://api.testnet.solana.com",
        "m" | "mainnet-beta" | "mainnet" => "https://api.mainnet-beta.solana.com",
        url if url.starts_with("http://") || url.starts_with("https://") => url,
        other => return bad(format!("'{other}' is neither localnet, devnet, testnet, mainnet-beta nor an http address")),
    };
    Ok(url.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn monikers_are_those_of_the_solana_tools() {
        for (text, url) in [("l", LOCALNET), ("localhost", LOCALNET), ("d", "https://api.devnet.solana.com")] {
            assert_eq!(resolve(text).unwrap(), url);
        }
        assert_eq!(resolve("http://10.0.0.1:1").unwrap(), "http://10.0.0.1:1");
        assert!(resolve("mainet").unwrap_err().to_string().contains("'mainet'"));
    }

    #[test]
    fn the_file_is_read_as_the_solana_tools_write_it() {
        let text = "---\njson_rpc_url: http://localhost:8899\nwebsocket_url: ''\nkeypair_path: /k.json\naddress_labels:\n  \
                    '11111111111111111111111111111111': System Program\ncommitment: confirmed\n";
        let config: SolanaConfig = serde_yaml::from_str(text).unwrap();
        assert_eq!(config, SolanaConfig { json_rpc_url: "http://localhost:8899".into(), keypair_path: "/k.json".into() });
        assert_eq!(config.keypair(Some("-")).unwrap(), "-");
        assert_eq!(config.keypair(None).unwrap(), "/k.json");
        assert_eq!(config.url(Some("d")).unwrap(), "https://api.devnet.solana.com");
    }

    #[test]
    fn a_file_that_was_named_must_be_there_and_make_sense() {
        let absent = SolanaConfig::load(Some(Path::new("/nowhere/config.yml"))).unwrap_err();
        assert!(absent.is::<Bad>() && absent.to_string().contains("/nowhere/config.yml"));
        let folder = std::env::temp_dir().join(format!("firebreak-config-{}", std::process::id()));
        std::fs::write(&folder, "- a\n- list\n").unwrap();
        let odd = SolanaConfig::load(Some(&folder)).unwrap_err();
        std::fs::remove_file(&folder).unwrap();
        assert!(odd.is::<Bad>(), "{odd}");
    }
}
