//! Our byte readers and the providers' own crates agree, field by field, on the same account bytes: accounts from our
//! writers, accounts from their structs, and real ones when they are at hand. The discontinued layouts are compared in
//! `tests/legacy-oracles`, whose crates do not fit this lock file.

use std::cell::RefCell;

use anchor_lang::prelude::Clock;
use anchor_lang::{AccountDeserialize, AccountSerialize, Discriminator};
use base64::Engine;
use firebreak_oracle::write::{write_pyth_update, write_switchboard_on_demand, OnDemandFeed, PythUpdate};
use firebreak_oracle::{pyth_update, read, switchboard_ondemand, Kind, Refusal};
use proptest::prelude::*;
use pyth_solana_receiver_sdk::price_update::{PriceFeedMessage, PriceUpdateV2, VerificationLevel};
use switchboard_on_demand::PullFeedAccountData;

/// Our reading of a Pyth account against the crate's struct and its checked getter.
fn pyth_agrees(data: &[u8]) {
    let theirs = PriceUpdateV2::try_deserialize(&mut &data[..]).expect("the crate reads the account");
    let message = theirs.price_message;
    let ours = match read(Kind::PythUpdate, data) {
        Ok(ours) => ours,
        Err(Refusal::NotFullyVerified(0)) => {
            return assert!(matches!(theirs.verification_level, VerificationLevel::Partial { .. }));
        }
        Err(refusal) => panic!("{refusal}"),
    };
    assert_eq!(ours.mantissa, message.price.into());
    assert_eq!(ours.confidence, message.conf.into());
    assert_eq!(ours.exponent, message.exponent);
    assert_eq!(ours.publish_time, message.publish_time);
    assert_eq!(ours.slot, theirs.posted_slot);
    assert_eq!(ours.oldest_slot, 0);
    assert_eq!(ours.feed_id, message.feed_id);

    let clock = Clock { unix_timestamp: ours.publish_time, ..Clock::default() };
    let price = theirs.get_price_no_older_than(&clock, 0, &ours.feed_id).expect("full, fresh, of this feed");
    assert_eq!((ours.mantissa, ours.confidence, ours.exponent), (price.price.into(), price.conf.into(), price.exponent));
}

/// The crate's view of a Switchboard account. Its `parse` wants the struct, eight bytes into the account, on a multiple
/// of sixteen; account data is only ever on a multiple of eight. Hence a copy that starts at eight modulo sixteen.
fn with_feed<T>(data: &[u8], then: impl FnOnce(&PullFeedAccountData) -> T) -> T {
    let mut words = vec![0_u128; data.len().div_ceil(16) + 1];
    let bytes = bytemuck::cast_slice_mut::<u128, u8>(&mut words);
    bytes[8..8 + data.len()].copy_from_slice(data);
    let cell = RefCell::new(&mut bytes[8..8 + data.len()]);
    let feed = PullFeedAccountData::parse(cell.borrow()).expect("the crate reads the account");
    then(&feed)
}

/// Our reading of a Switchboard account against the crate's struct.
fn switchboard_agrees(data: &[u8]) {
    with_feed(data, |theirs| {
        let result = theirs.result;
        let ours = match read(Kind::SwitchboardOnDemand, data) {
            Ok(ours) => ours,
            Err(Refusal::NoResult) => return assert_eq!(result.value(), None),
            Err(refusal) => panic!("{refusal}"),
        };
        assert_eq!(ours.mantissa, result.value);
        assert_eq!(Ok(ours.confidence), u128::try_from(result.std_dev));
        assert_eq!(ours.exponent, -(switchboard_on_demand::PRECISION as i32));
        assert_eq!(ours.publish_time, theirs.last_update_timestamp);
        assert_eq!(Some(ours.slot), result.result_slot());
        assert_eq!(Some(ours.oldest_slot), result.min_slot());
        assert_eq!(ours.feed_id, theirs.feed_hash);
        // As the crate presents it: a decimal number.
        let shown = result.value().expect("a result");
        assert_eq!((shown.mantissa(), shown.scale()), (ours.mantissa, 18));
    });
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pyth_reads_ours(
        (write_authority, feed_id) in any::<([u8; 32], [u8; 32])>(),
        (price, confidence, exponent) in (1..=i64::MAX, any::<u64>(), -18..=0_i32),
        (publish_time, prev_publish_time) in (1..=i64::MAX, any::<i64>()),
        (ema_price, ema_confidence, posted_slot) in any::<(i64, u64, u64)>(),
    ) {
        let fields = PythUpdate {
            write_authority, feed_id, price, confidence, exponent, publish_time, prev_publish_time, ema_price,
            ema_confidence, posted_slot,
        };
        let mut data = [0; pyth_update::LEN];
        write_pyth_update(&mut data, &fields);
        pyth_agrees(&data);
        // The fields that are written but not read.
        let theirs = PriceUpdateV2::try_deserialize(&mut &data[..]).expect("reads");
        let message = theirs.price_message;
        prop_assert_eq!(theirs.write_authority.to_bytes(), write_authority);
        prop_assert_eq!(theirs.verification_level, VerificationLevel::Full);
        prop_assert_eq!(message.prev_publish_time, prev_publish_time);
        prop_assert_eq!((message.ema_price, message.ema_conf), (ema_price, ema_confidence));
    }

    #[test]
    fn we_read_pyths(
        (write_authority, feed_id) in any::<([u8; 32], [u8; 32])>(),
        (price, conf, exponent) in (1..=i64::MAX, any::<u64>(), -18..=0_i32),
        (publish_time, prev_publish_time) in (1..=i64::MAX, any::<i64>()),
        (ema_price, ema_conf, posted_slot) in any::<(i64, u64, u64)>(),
        partial in proptest::option::of(any::<u8>()),
        slack in any::<u8>(),
    ) {
        let update = PriceUpdateV2 {
            write_authority: write_authority.into(),
            verification_level: match partial {
                Some(num_signatures) => VerificationLevel::Partial { num_signatures },
                None => VerificationLevel::Full,
            },
            price_message: PriceFeedMessage {
                feed_id, price, conf, exponent, publish_time, prev_publish_time, ema_price, ema_conf,
            },
            posted_slot,
        };
        let mut data = Vec::new();
        update.try_serialize(&mut data).expect("serialises");
        data.resize(PriceUpdateV2::LEN, slack);
        prop_assert_eq!(read(Kind::PythUpdate, &data).is_ok(), partial.is_none());
        pyth_agrees(&data);
    }

    #[test]
    fn switchboard_reads_ours(
        (authority, queue, feed_hash) in any::<([u8; 32], [u8; 32], [u8; 32])>(),
        name in any::<[u8; 32]>(),
        // The crate's decimal type holds 96 bits.
        (value, std_dev) in (1..1_i128 << 94, 0..1_i128 << 94),
        (num_samples, min_sample_size) in (1..=32_u8).prop_flat_map(|count| (Just(count), 0..=count)),
        (slot, back) in (1_000..u64::MAX, 0..200_u64),
        (publish_time, max_staleness) in (1..=i64::MAX, 200..900_u32),
    ) {
        let oldest_slot = if num_samples == 1 { slot } else { slot - back };
        let fields = OnDemandFeed {
            authority, queue, feed_hash, name, value, std_dev, num_samples, min_sample_size, slot, oldest_slot,
            publish_time, max_staleness,
        };
        let mut data = [0; switchboard_ondemand::LEN];
        write_switchboard_on_demand(&mut data, &fields);
        prop_assert!(read(Kind::SwitchboardOnDemand, &data).is_ok());
        switchboard_agrees(&data);
        with_feed(&data, |theirs| {
            assert_eq!(theirs.authority.to_bytes(), authority);
            assert_eq!(theirs.queue.to_bytes(), queue);
            assert_eq!(theirs.name, name);
            assert_eq!(theirs.min_sample_size, min_sample_size);
            assert_eq!(theirs.permit_write_by_authority, 0);
            assert_eq!(theirs.max_staleness, max_staleness);
            assert_eq!(theirs.result.max_slot(), Some(slot));
            // What consumers of the crate call: freshness, the median recomputed from submissions, its time.
            assert!(theirs.is_result_vaild(slot));
            assert_eq!(theirs.valid_samples(slot).len(), usize::from(num_samples));
            let median = theirs
                .get_value(slot, max_staleness.into(), num_samples.into(), true)
                .expect("a value");
            assert_eq!(median.mantissa(), value);
            assert_eq!(theirs.result_submission().value, value);
            assert_eq!(theirs.result_submission().slot, slot);
            assert_eq!(theirs.result_ts(), publish_time);
            let oldest = theirs.valid_samples(slot).iter().map(|s| s.slot).min();
            assert_eq!(oldest, Some(oldest_slot));
        });
    }

    #[test]
    fn we_read_switchboards(
        noise in proptest::collection::vec(any::<u8>(), size_of::<PullFeedAccountData>()),
        (value, std_dev) in (1..1_i128 << 94, 0..1_i128 << 94),
        (slot, older, newer) in (1_000..1_u64 << 60, 0..1_000_u64, 0..1_000_u64),
        (samples, timestamp) in (1..=255_u8, 1..=i64::MAX),
        empty in any::<bool>(),
    ) {
        // Their struct full of noise, so that a wrong offset meets a wrong value; then the fields that are judged.
        let mut feed: PullFeedAccountData = bytemuck::pod_read_unaligned(&noise);
        feed.result.value = value;
        feed.result.std_dev = std_dev;
        feed.result.num_samples = samples;
        feed.result.slot = if empty { 0 } else { slot };
        feed.result.min_slot = (slot - older).max(1);
        feed.result.max_slot = slot + newer;
        feed.min_sample_size = samples;
        feed.permit_write_by_authority = 0;
        feed.last_update_timestamp = timestamp;
        let mut data = switchboard_ondemand::DISCRIMINATOR.to_vec();
        data.extend(bytemuck::bytes_of(&feed));
        prop_assert_eq!(read(Kind::SwitchboardOnDemand, &data).is_ok(), !empty);
        switchboard_agrees(&data);
    }
}

#[test]
fn constants_are_the_crates() {
    assert_eq!(pyth_update::DISCRIMINATOR, PriceUpdateV2::DISCRIMINATOR);
    assert_eq!(pyth_update::LEN, PriceUpdateV2::LEN);
    assert_eq!(switchboard_ondemand::DISCRIMINATOR, <PullFeedAccountData as switchboard_on_demand::Discriminator>::DISCRIMINATOR);
    assert_eq!(switchboard_ondemand::LEN, 8 + size_of::<PullFeedAccountData>());
}

#[test]
fn real_accounts_agree() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/oracle-accounts");
    let Ok(entries) = std::fs::read_dir(folder) else {
        eprintln!("skipped: no real price accounts beside the repository (../shared/data/oracle-accounts)");
        return;
    };
    let mut compared = 0;
    for path in entries.map(|entry| entry.expect("readable folder").path()) {
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let check = match &name {
            name if name.starts_with("pyth_v2") => pyth_agrees,
            name if name.starts_with("sb_od") => switchboard_agrees,
            _ => continue,
        };
        let text = std::fs::read_to_string(&path).expect("readable file");
        let account: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let data = base64::engine::general_purpose::STANDARD
            .decode(account["account"]["data"][0].as_str().expect("data"))
            .expect("base64");
        check(&data);
        compared += 1;
    }
    println!("{compared} real accounts compared");
}
