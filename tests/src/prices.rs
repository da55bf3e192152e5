//! Price accounts in the real layouts.

use crate::vm::Vm;
use anchor_lang::prelude::Pubkey;
use firebreak_client::{
    oracle::{
        pyth_legacy, pyth_update, switchboard_ondemand, switchboard_v2,
        write::{
            write_pyth_legacy, write_pyth_update, write_switchboard_on_demand, write_switchboard_v2, AggregatorV2, OnDemandFeed,
            PythLegacy, PythUpdate,
        },
        Kind,
    },
    program::state::{EngineSourceRule, PriceSource, VENUE},
    risk::{price::SourceRule, Ratio},
};

/// Pyth's receiver program on mainnet.
pub const PYTH_RECEIVER: Pubkey = Pubkey::from_str_const("rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ");
/// Switchboard On-Demand on mainnet.
pub const SWITCHBOARD: Pubkey = Pubkey::from_str_const("SBondMDrcV3K4kxZR1HNVT7osZxAHVHgYXL5Ze1oMUv");

/// Pyth's oracle program of before 2024.
pub const PYTH_LEGACY: Pubkey = Pubkey::from_str_const("FsJ3A3u2vn5cTVofAjvy6y5kwABJAqYWpe4975bi2epH");
/// Switchboard V2 on mainnet.
pub const SWITCHBOARD_V2: Pubkey = Pubkey::from_str_const("SW1TCH7qEPTdLsDHRgPuMQjbQxKdH2aBStViMFnt64f");

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
            Kind::SwitchboardOnDemand => SWITCHBOARD,
            Kind::PythLegacy => PYTH_LEGACY,
            Kind::SwitchboardV2 => SWITCHBOARD_V2,
        }
    }

    /// The pinned source of this feed: 30 seconds of age, 2 % of confidence, weight 1.
    pub fn source(&self) -> PriceSource {
        PriceSource {
            key: self.key,
            owner: self.owner(),
            feed_id: self.id,
            rule: EngineSourceRule(SourceRule { weight: 1, max_age: 30, max_confidence: Ratio(20_000), reserved: 0 }),
            kind: self.kind as u8,
            reserved: [0; 7],
        }
    }

    /// The account's bytes at `publish_time` and `slot`.
    pub fn bytes(&self, publish_time: i64, slot: u64) -> Vec<u8> {
        match self.kind {
            Kind::PythUpdate => {
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
                filled([0; pyth_update::LEN], |data| write_pyth_update(data, &fields))
            }
            Kind::SwitchboardOnDemand => {
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
                filled([0; switchboard_ondemand::LEN], |data| write_switchboard_on_demand(data, &fields))
            }
            Kind::PythLegacy => {
                let fields = PythLegacy {
                    product: self.id,
                    price: self.price,
                    confidence: self.confidence,
                    exponent: -8,
                    publish_time,
                    slot,
                    status: pyth_legacy::TRADING,
                    quoters: 5,
                    min_publishers: 3,
                };
                filled([0; pyth_legacy::LEN], |data| write_pyth_legacy(data, &fields))
            }
            Kind::SwitchboardV2 => {
                let fields = AggregatorV2 {
                    name: [0; 32],
                    queue: self.id,
                    result: (self.price as i128, 8),
                    std_deviation: (self.confidence as i128, 8),
                    num_success: 3,
                    min_oracle_results: 2,
                    slot,
                    publish_time,
                };
                filled([0; switchboard_v2::LEN], |data| write_switchboard_v2(data, &fields))
            }
        }
    }

    /// Publishes the feed as of a time and slot.
    pub fn publish_at(&self, vm: &mut Vm, time: i64, slot: u64) {
        vm.plant(self.key, self.owner(), self.bytes(time, slot));
    }

    /// Publishes the feed as of the chain's clock.
    pub fn publish(&self, vm: &mut Vm) {
        let clock = vm.clock();
        self.publish_at(vm, clock.unix_timestamp, clock.slot);
    }
}

/// The market's own fills as a source of this weight.
pub fn venue(weight: u32) -> PriceSource {
    let rule = SourceRule { weight, max_age: 0, max_confidence: Ratio(20_000), reserved: 0 };
    PriceSource { kind: VENUE, rule: EngineSourceRule(rule), ..PriceSource::EMPTY }
}

fn filled<const N: usize>(mut data: [u8; N], write: impl FnOnce(&mut [u8; N])) -> Vec<u8> {
    write(&mut data);
    data.to_vec()
}
