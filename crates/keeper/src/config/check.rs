//! Bounds of the values, one sentence each.

use super::{Config, ConfigError, Endpoint};
use crate::webhook::Event;
use firebreak_client::{Pubkey, ID};

/// Hash of the first block of `firebreak localnet`.
pub const LOCALNET: &str = "9PVReQoFqBoTLJ2v5MtYsZthzts3HH5iju11LMZQNpNB";
/// Names of clusters and the hashes of their first blocks.
const CLUSTERS: [(&str, &str); 4] = [
    ("localnet", LOCALNET),
    ("mainnet-beta", "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d"),
    ("devnet", "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG"),
    ("testnet", "4uhcVJyU9pJkvQyS88uRDiswHXSCkY3zQawwpjk2NsNY"),
];
/// Beyond it the chain has long moved on.
const MAX_AGE_SLOTS: u64 = 150;
/// A compute unit was never worth more.
const MAX_PRICE: u64 = 1_000_000_000;
impl Config {
    /// The hash that the cluster must have.
    pub fn genesis_hash(&self) -> &str {
        let given = self.cluster.genesis_hash.as_str();
        CLUSTERS.iter().find(|(name, _)| *name == given).map_or(given, |(_, hash)| hash)
    }

    /// The websocket's address.
    ///
    /// # Errors
    /// When it is neither given nor follows from the RPC's.
    pub fn ws_url(&self) -> Result<Endpoint, ConfigError> {
        if let Some(url) = &self.cluster.ws_url {
            return Ok(url.clone());
        }
        derived(&self.cluster.url.0).map(Endpoint).ok_or_else(|| ConfigError::OutOfBounds {
            key: "cluster.ws_url",
            bound: format!("must be given: it does not follow from '{}'", self.cluster.url),
        })
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let c = self;
        let within = |ok: bool, key: &'static str, bound: String| match ok {
            true => Ok(()),
            false => Err(ConfigError::OutOfBounds { key, bound }),
        };
        let url = |it: &Endpoint, schemes: [&str; 2]| {
            schemes.iter().any(|s| it.0.strip_prefix(s).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/')))
        };
        within(
            url(&c.cluster.url, ["http://", "https://"]),
            "cluster.url",
            format!("must start with http:// or https://, it is '{}'", c.cluster.url),
        )?;
        let ws = self.ws_url()?;
        within(url(&ws, ["ws://", "wss://"]), "cluster.ws_url", format!("must start with ws:// or wss://, it is '{ws}'"))?;
        let hash = self.genesis_hash();
        // A hash has as many bytes as an address and is written the same way.
        within(
            hash.parse::<Pubkey>().is_ok(),
            "cluster.genesis_hash",
            format!("must be localnet, mainnet-beta, devnet, testnet or a hash in base 58, it is '{hash}'"),
        )?;
        if let Some(program) = &c.cluster.program {
            within(
                *program == ID.to_string(),
                "cluster.program",
                format!("must be {ID}, the program this keeper was built for; it is '{program}'"),
            )?;
        }
        within(
            (1..=MAX_AGE_SLOTS).contains(&c.view.max_age_slots),
            "view.max_age_slots",
            format!("must be from 1 to {MAX_AGE_SLOTS}, it is {}", c.view.max_age_slots),
        )?;
        within(
            (1..=3_600).contains(&c.view.resync_seconds),
            "view.resync_seconds",
            format!("must be from 1 to 3600, it is {}", c.view.resync_seconds),
        )?;
        within(
            c.fees.max_price <= MAX_PRICE,
            "fees.max_price",
            format!("must be at most {MAX_PRICE} millionths of a lamport, it is {}", c.fees.max_price),
        )?;
        within(
            c.fees.min_price <= c.fees.max_price,
            "fees.min_price",
            format!("must be at most fees.max_price, which is {}; it is {}", c.fees.max_price, c.fees.min_price),
        )?;
        within(c.profit.sol_price.0 > 0, "profit.sol_price", "must be more than 0".into())?;
        within(
            c.inventory.max_per_market <= c.inventory.max_total,
            "inventory.max_per_market",
            "must be at most inventory.max_total".into(),
        )?;
        let percents = [
            ("inventory.max_margin_percent", c.inventory.max_margin_percent),
            ("inventory.unwind_above_percent", c.inventory.unwind_above_percent),
            ("inventory.unwind_step_percent", c.inventory.unwind_step_percent),
            ("fees.percentile", c.fees.percentile),
            ("fees.profit_percent", c.fees.profit_percent),
            ("fees.compute_margin_percent", c.fees.compute_margin_percent),
        ];
        for (key, value) in percents {
            within(value <= 100, key, format!("must be at most 100, it is {value}"))?;
        }
        within(
            c.inventory.unwind_cost_ppm <= 100_000,
            "inventory.unwind_cost_ppm",
            format!("must be at most 100000, it is {}", c.inventory.unwind_cost_ppm),
        )?;
        within(c.inventory.unwind_step_percent > 0, "inventory.unwind_step_percent", "must be from 1 to 100, it is 0".into())?;
        within(
            c.inventory.unwind_slippage_ppm <= 100_000,
            "inventory.unwind_slippage_ppm",
            format!("must be at most 100000, it is {}", c.inventory.unwind_slippage_ppm),
        )?;
        within(
            (1..=64).contains(&c.planning.threads),
            "planning.threads",
            format!("must be from 1 to 64, it is {}", c.planning.threads),
        )?;
        let seconds = [
            ("planning.funding_seconds", c.planning.funding_seconds),
            ("planning.report_seconds", c.planning.report_seconds),
            ("planning.refresh_seconds", c.planning.refresh_seconds),
        ];
        for (key, value) in seconds {
            within((1..=86_400).contains(&value), key, format!("must be from 1 to 86400, it is {value}"))?;
        }
        within(
            (1..=10_000).contains(&c.planning.max_actions),
            "planning.max_actions",
            format!("must be from 1 to 10000, it is {}", c.planning.max_actions),
        )?;
        if let Some(account) = c.planning.excluded.iter().find(|a| a.parse::<Pubkey>().is_err()) {
            within(false, "planning.excluded", format!("must hold addresses in base 58; '{account}' is not one"))?;
        }
        within(c.sending.retries <= 10, "sending.retries", format!("must be at most 10, it is {}", c.sending.retries))?;
        within(
            (1..=120).contains(&c.sending.confirm_seconds),
            "sending.confirm_seconds",
            format!("must be from 1 to 120, it is {}", c.sending.confirm_seconds),
        )?;
        within(
            (1..=256).contains(&c.sending.in_flight),
            "sending.in_flight",
            format!("must be from 1 to 256, it is {}", c.sending.in_flight),
        )?;
        within(
            (1..=60).contains(&c.sending.rpc_seconds),
            "sending.rpc_seconds",
            format!("must be from 1 to 60, it is {}", c.sending.rpc_seconds),
        )?;
        if let Some(table) = c.sending.lookup_tables.iter().find(|t| t.parse::<Pubkey>().is_err()) {
            within(false, "sending.lookup_tables", format!("must hold addresses in base 58; '{table}' is not one"))?;
        }
        if let Some(hook) = &c.webhook.url {
            within(
                url(hook, ["http://", "https://"]),
                "webhook.url",
                format!("must start with http:// or https://, it is '{hook}'"),
            )?;
        }
        let events = Event::ALL.map(Event::name);
        if let Some(event) = c.webhook.events.iter().find(|e| !events.contains(&e.as_str())) {
            within(false, "webhook.events", format!("must be of {}; '{event}' is not", events.join(", ")))?;
        }
        within(
            c.log.level.parse::<tracing::Level>().is_ok(),
            "log.level",
            format!("must be error, warn, info, debug or trace, it is '{}'", c.log.level),
        )
    }
}

/// The websocket address that belongs to an RPC address by convention.
fn derived(url: &str) -> Option<String> {
    let (scheme, rest) = match url.strip_prefix("https://") {
        Some(rest) => ("wss", rest),
        None => ("ws", url.strip_prefix("http://")?),
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let slash = if path.is_empty() { "" } else { "/" };
    match host.rsplit_once(':') {
        Some((name, port)) => {
            let next = port.parse::<u16>().ok()?.checked_add(1)?;
            Some(format!("{scheme}://{name}:{next}{slash}{path}"))
        }
        None if scheme == "wss" => Some(format!("{scheme}://{host}{slash}{path}")),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::derived;

    #[test]
    fn a_websocket_address_follows_from_the_rpc_address() {
        assert_eq!(derived("http://127.0.0.1:8899").as_deref(), Some("ws://127.0.0.1:8900"));
        assert_eq!(derived("https://host.example/key").as_deref(), Some("wss://host.example/key"));
        assert_eq!(derived("https://host.example:443/key").as_deref(), Some("wss://host.example:444/key"));
        assert_eq!(derived("http://host.example"), None);
        assert_eq!(derived("http://host:65535"), None);
    }
}
