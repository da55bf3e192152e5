//! Price accounts of the local cluster, in the real layouts of Pyth and Switchboard.

use firebreak_client::{
    oracle::{
        write::{write_pyth_update, write_switchboard_on_demand, OnDemandFeed, PythUpdate},
        Kind,
    },
    program::state::{EngineSourceRule, PriceSource},
    risk::{price::SourceRule, Ratio},
    Pubkey,
};
use solana_account::Account;

/// Pyth's receiver program on mainnet.
const PYTH_RECEIVER: Pubkey = Pubkey::from_str_const("rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ");
/// Switchboard On-Demand on mainnet.
const SWITCHBOARD: Pubkey = Pubkey::from_str_const("SBondMDrcV3K4kxZR1HNVT7osZxAHVHgYXL5Ze1oMUv");
/// Confidence that the pusher states, as a fraction of the price: what Pyth's majors show in calm times.
const CONFIDENCE_PPM: i64 = 500;

/// One price account of one venue.
#[derive(Clone, Debug)]
pub struct Feed {
    /// Venue it stands for.
    pub venue: String,
    /// Its address.
    pub key: Pubkey,
    /// Its layout: Pyth for even numbers, Switchboard On-Demand for odd ones.
    pub kind: Kind,
    id: [u8; 32],
}

impl Feed {
    /// Feed number `n` of market `market`. Addresses are fixed, so that tools find them again.
    pub fn new(market: u16, n: usize, venue: &str) -> Self {
        let mark =
            |what: &[u8]| Pubkey::find_program_address(&[what, &market.to_le_bytes(), &[n as u8]], &firebreak_client::ID).0;
        let kind = if n.is_multiple_of(2) { Kind::PythUpdate } else { Kind::SwitchboardOnDemand };
        Self { venue: venue.into(), key: mark(b"local-feed"), kind, id: mark(b"local-feed-id").to_bytes() }
    }

    /// Venue and provider, for people.
    pub fn label(&self) -> String {
        let provider = if self.kind == Kind::PythUpdate { "Pyth" } else { "Switchboard" };
        format!("{} ({provider})", self.venue)
    }

    /// The program that owns the account.
    pub fn owner(&self) -> Pubkey {
        if self.kind == Kind::PythUpdate {
            PYTH_RECEIVER
        } else {
            SWITCHBOARD
        }
    }

    /// The source a market pins: at most `max_age` seconds old, confidence at most 2 %, weight 1.
    pub fn source(&self, max_age: u32) -> PriceSource {
        self.source_under(SourceRule { weight: 1, max_age, max_confidence: Ratio(20_000), reserved: 0 })
    }

    /// The source a market pins under a rule.
    pub fn source_under(&self, rule: SourceRule) -> PriceSource {
        PriceSource {
            key: self.key,
            owner: self.owner(),
            feed_id: self.id,
            rule: EngineSourceRule(rule),
            kind: self.kind as u8,
            reserved: [0; 7],
        }
    }

    /// The account as a publisher leaves it: `price` in 10^-8 USD, published at `time` (Unix seconds) in `slot`.
    pub fn account(&self, price: i64, time: i64, slot: u64) -> Account {
        let confidence = (price as i128 * CONFIDENCE_PPM as i128 / 1_000_000).max(1);
        self.saying(price, confidence as u64, time, slot)
    }

    /// The same with a confidence of its own, in 10^-8 USD.
    pub fn saying(&self, price: i64, confidence: u64, time: i64, slot: u64) -> Account {
        let data = if self.kind == Kind::PythUpdate {
            let mut data = [0; 134];
            let fields = PythUpdate {
                write_authority: self.key.to_bytes(),
                feed_id: self.id,
                price,
                confidence,
                exponent: -8,
                publish_time: time,
                prev_publish_time: time - 1,
                ema_price: price,
                ema_confidence: confidence,
                posted_slot: slot,
            };
            write_pyth_update(&mut data, &fields);
            data.to_vec()
        } else {
            let mut data = [0; 3208];
            let fields = OnDemandFeed {
                authority: self.key.to_bytes(),
                queue: [1; 32],
                feed_hash: self.id,
                name: [0; 32],
                value: price as i128 * 10_000_000_000,
                std_dev: i128::from(confidence) * 10_000_000_000,
                num_samples: 3,
                min_sample_size: 1,
                slot,
                oldest_slot: slot,
                publish_time: time,
                max_staleness: 150,
            };
            write_switchboard_on_demand(&mut data, &fields);
            data.to_vec()
        };
        Account { lamports: 100_000_000, data, owner: self.owner(), executable: false, rent_epoch: u64::MAX }
    }
}
