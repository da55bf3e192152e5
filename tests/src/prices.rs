//! Price accounts in the real layouts.

use crate::vm::Vm;
use anchor_lang::prelude::Pubkey;
use firebreak_client::{
    oracle::{
        write::{write_pyth_update, write_switchboard_on_demand, OnDemandFeed, PythUpdate},
        Kind,
    },
    program::state::{Laid, PriceSource},
    risk::{price::SourceRule, Ratio},
};

/// Pyth's receiver program on mainnet.
pub const PYTH_RECEIVER: Pubkey = Pubkey::from_str_const("rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ");
/// Switchboard On-Demand on mainnet.
pub const SWITCHBOARD: Pubkey = Pubkey::from_str_const("SBondMDrcV3K4kxZR1HNVT7osZxAHVHgYXL5Ze1oMUv");

/// One price account and what it says.
#[derive(Clone, Debug)]
pub struct Feed {
    /// Its address.
    pub key: Pubkey,
    /// Its layout.
    pub kind: Kind,
    /// Its feed id.
    pub id: [u8; 32],
    /// Price in 10^-8 USD.
    pub price: i64,
    /// Confidence in 10^-8 USD.
    pub confidence: u64,
}

impl Feed {
    /// A feed of `kind` numbered `n`, at `usd`.
    pub fn new(kind: Kind, n: u8, usd: i64) -> Self {
        let key = Pubkey::new_from_array([n.wrapping_add(100); 32]);
        Self { key, kind, id: [n.wrapping_add(1); 32], price: usd * 100_000_000, confidence: 1_000 }
    }

    /// The program that must own it.
    pub fn owner(&self) -> Pubkey {
        match self.kind {
            Kind::PythUpdate => PYTH_RECEIVER,
            _ => SWITCHBOARD,
        }
    }

    /// The pinned source of this feed: 30 seconds of age, 2 % of confidence, weight 1.
    pub fn source(&self) -> PriceSource {
        PriceSource {
            key: self.key,
            owner: self.owner(),
            feed_id: self.id,
            rule: Laid(SourceRule { weight: 1, max_age: 30, max_confidence: Ratio(20_000), reserved: 0 }),
            kind: self.kind as u8,
            reserved: [0; 7],
        }
    }

    /// The account's bytes at `publish_time` and `slot`.
    pub fn bytes(&self, publish_time: i64, slot: u64) -> Vec<u8> {
        match self.kind {
            Kind::PythUpdate => {
                let mut data = [0; 134];
                let fields = PythUpdate {
                    write_authority: self.key.to_bytes(),
                    feed_id: self.id,
                    price: self.price,
                    confidence: self.confidence,
                    exponent: -8,
                    publish_time,
                    prev_publish_time: publish_time - 1,
                    ema_price: self.price,
                    ema_confidence: self.confidence,
                    posted_slot: slot,
                };
                write_pyth_update(&mut data, &fields);
                data.to_vec()
            }
            _ => {
                let mut data = [0; 3208];
                let fields = OnDemandFeed {
                    authority: [1; 32],
                    queue: [2; 32],
                    feed_hash: self.id,
                    name: [0; 32],
                    value: self.price as i128 * 10_000_000_000,
                    std_dev: self.confidence as i128 * 10_000_000_000,
                    num_samples: 3,
                    min_sample_size: 1,
                    slot,
                    oldest_slot: slot,
                    publish_time,
                    max_staleness: 150,
                };
                write_switchboard_on_demand(&mut data, &fields);
                data.to_vec()
            }
        }
    }

    /// Publishes the feed as of the chain's clock.
    pub fn publish(&self, vm: &mut Vm) {
        let clock = vm.clock();
        vm.plant(self.key, self.owner(), self.bytes(clock.unix_timestamp, clock.slot));
    }
}
