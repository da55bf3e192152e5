//! The tables of `keeper.toml`, with what is meant when a key is left out.

use firebreak_client::units;
use serde::{Deserialize, Deserializer};
use solana_commitment_config::CommitmentConfig;
use std::{collections::BTreeSet, fmt, net::SocketAddr, path::PathBuf};

/// USD in atoms of the settlement token, written as a decimal text: `"12.5"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(pub u64);

impl Amount {
    const fn usd(usd: u64) -> Self {
        Self(usd * 1_000_000)
    }
}

/// The same, and it may be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signed(pub i64);

impl<'de> Deserialize<'de> for Signed {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let (sign, digits) = text.strip_prefix('-').map_or((1, text.as_str()), |rest| (-1, rest));
        let amount = units::parse(digits, units::SETTLEMENT_DECIMALS).map_err(serde::de::Error::custom)?;
        // The parser goes up to 2^63 - 1.
        i64::try_from(amount).map(|a| Self(sign * a)).map_err(serde::de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        units::parse(&text, units::SETTLEMENT_DECIMALS).map(Self).map_err(serde::de::Error::custom)
    }
}

macro_rules! table {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $ty:ty = $default:expr,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name { $($(#[$field_doc])* pub $field: $ty,)* }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }
    };
}

/// An address on the network. Providers put access keys into it, so all that is ever shown is the host.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Endpoint(pub String);

impl Endpoint {
    /// Scheme and host.
    pub fn host(&self) -> &str {
        let start = self.0.find("://").map_or(0, |at| at + 3);
        let end = self.0[start..].find(['/', '?']).map_or(self.0.len(), |at| start + at);
        // What stands before an @ is a user's name and password.
        match self.0[start..end].rfind('@') {
            Some(at) => &self.0[start + at + 1..end],
            None => &self.0[..end],
        }
    }

    /// `text` with this address cut down to its host wherever it occurs: clients' errors repeat the whole address.
    pub fn hide_in(&self, text: &str) -> String {
        let bare = self.0.trim_end_matches('/');
        text.replace(&format!("{bare}/"), self.host()).replace(bare, self.host())
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.host())
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.host())
    }
}

/// Where the chain is, and which chain it must be.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// JSON-RPC endpoint; by default what the variable `FIREBREAK_URL` says, then the local network.
    #[serde(default = "endpoint")]
    pub url: Endpoint,
    /// Websocket endpoint; by default the one that belongs to `url`: the next port, or `wss` for `https` without a port.
    pub ws_url: Option<Endpoint>,
    /// Hash of the first block: `localnet`, `mainnet-beta`, `devnet`, `testnet`, or the hash itself. A keeper never acts on another chain.
    pub genesis_hash: String,
    /// `processed`, `confirmed` or `finalized`: how sure a change must be before the keeper acts on it. Processed is the quickest, and a
    /// keeper that acts on what is later dropped loses a fee at most.
    #[serde(default)]
    pub commitment: Commitment,
    /// Address of the program; by default the one this keeper was built for, and it must be that one.
    pub program: Option<String>,
}

/// Where the user commands look as well.
fn endpoint() -> Endpoint {
    Endpoint(std::env::var("FIREBREAK_URL").unwrap_or_else(|_| "http://127.0.0.1:8899".into()))
}

/// How sure a change must be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Commitment {
    /// The node has seen it.
    #[default]
    Processed,
    /// Two thirds of the stake have voted for it.
    Confirmed,
    /// It cannot be undone.
    Finalized,
}

impl From<Commitment> for CommitmentConfig {
    fn from(it: Commitment) -> Self {
        match it {
            Commitment::Processed => Self::processed(),
            Commitment::Confirmed => Self::confirmed(),
            Commitment::Finalized => Self::finalized(),
        }
    }
}

table! {
    /// Who acts and who pays.
    Wallets {
        /// Key file of the keeper's owner; by default what the environment says.
        keypair: Option<PathBuf> = None,
        /// Key files of wallets that pay fees in turn; by default the owner pays.
        payers: Vec<PathBuf> = vec![],
        /// Which of the owner's margin accounts takes positions over.
        sub_account: u16 = 0,
    }
}

table! {
    /// What is worth doing.
    Profit {
        /// Liquidations that are predicted to earn less than this, after fees, are left to others. Negative: at a loss.
        floor: Signed = Signed(0),
        /// What one SOL costs at most, in USD: fees are paid in SOL, rewards in the settlement token.
        sol_price: Amount = Amount::usd(300),
    }
}

table! {
    /// What may be held.
    Inventory {
        /// Most that is held in one market, as notional in USD.
        max_per_market: Amount = Amount::usd(50_000),
        /// Most that is held in all markets together, as notional in USD.
        max_total: Amount = Amount::usd(100_000),
        /// Most of its capital that the margin of positions may bind, in percent; the rest stays free for what comes.
        max_margin_percent: u8 = 80,
        /// Holdings beyond this share of `max_per_market` are sold down, in percent.
        unwind_above_percent: u8 = 0,
        /// What collateral bought from others may be worth altogether, in USD.
        max_collateral: Amount = Amount::usd(20_000),
        /// What selling it elsewhere is expected to cost, in ppm of its worth: a purchase must earn it first.
        collateral_cost_ppm: u32 = 1_000,
        /// How much of a holding is sold down at a time, in percent.
        unwind_step_percent: u8 = 33,
        /// A holding of less notional than this is sold whole, in USD.
        unwind_whole_below: Amount = Amount::usd(2_000),
        /// What selling down is expected to cost, in ppm of notional: a take-over must earn it first.
        unwind_cost_ppm: u32 = 0,
        /// The most that selling down may lose against the robust price, in ppm.
        unwind_slippage_ppm: u32 = 5_000,
    }
}

table! {
    /// Where and how often something is done.
    Planning {
        /// Markets to act in, by index; all when empty.
        markets: BTreeSet<u16> = BTreeSet::new(),
        /// Margin accounts that are never acted on.
        excluded: BTreeSet<String> = BTreeSet::new(),
        /// Actions in one plan at most.
        max_actions: usize = 256,
        /// Threads that judge accounts.
        threads: usize = 2,
        /// Seconds between two rounds of moving a market's funding on.
        funding_seconds: i64 = 60,
        /// Seconds between two publications of a market's record.
        report_seconds: i64 = 60,
        /// A price of this age in seconds is refreshed even when its sources have not moved.
        refresh_seconds: i64 = 5,
        /// A source that has moved by this much, in ppm, is refreshed at once.
        refresh_move_ppm: u32 = 500,
    }
}

table! {
    /// How old the view may be.
    View {
        /// Slots. Nothing is done on a view that is further behind.
        max_age_slots: u64 = 16,
        /// Seconds between two complete readings of the program's accounts, which find what the subscription did not tell.
        resync_seconds: u64 = 60,
    }
}

table! {
    /// What a transaction may cost.
    Fees {
        /// Which of the recent prioritization fees of the accounts written is paid: 50 is the median.
        percentile: u8 = 75,
        /// Least price of a compute unit, in 10^-6 lamports.
        min_price: u64 = 0,
        /// Highest price of a compute unit, in 10^-6 lamports.
        max_price: u64 = 1_000_000,
        /// Highest share of an action's predicted profit that is paid as priority fee, in percent.
        profit_percent: u8 = 50,
        /// Compute units asked for beyond what the simulation used, in percent.
        compute_margin_percent: u8 = 15,
    }
}

table! {
    /// How transactions are sent.
    Sending {
        /// How often an action is sent again, each time planned afresh, before it is left for the next round.
        retries: u8 = 3,
        /// Seconds after which a transaction that nobody has seen is given up, if its blockhash has not expired before.
        confirm_seconds: u64 = 30,
        /// Transactions under way at one time.
        in_flight: usize = 16,
        /// Seconds that one RPC call may take.
        rpc_seconds: u64 = 10,
        /// Addresses of lookup tables that transactions may use.
        lookup_tables: Vec<String> = vec![],
    }
}

table! {
    /// Where figures are shown.
    Metrics {
        /// Address of `/metrics` and `/health`; left out, none are served.
        address: Option<SocketAddr> = None,
    }
}

table! {
    /// Who is told of events.
    Webhook {
        /// Where events are posted as JSON; left out, nobody is told.
        url: Option<Endpoint> = None,
        /// Which events; all when empty.
        events: Vec<String> = vec![],
    }
}

/// How a line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

table! {
    /// How the keeper logs.
    Log {
        /// `json` or `text`.
        format: LogFormat = LogFormat::Json,
        /// `error`, `warn`, `info`, `debug` or `trace`.
        level: String = "info".into(),
    }
}
