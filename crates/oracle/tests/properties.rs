//! Properties over arbitrary bytes and over accounts of our own writers.

use firebreak_oracle::write::{
    write_pyth_legacy, write_pyth_update, write_switchboard_on_demand, write_switchboard_v2, AggregatorV2, OnDemandFeed,
    PythLegacy, PythUpdate,
};
use firebreak_oracle::{pyth_legacy, pyth_update, read, switchboard_ondemand, switchboard_v2, Kind, Reading, Refusal};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

/// Failing cases are kept beside this file.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    }
}

/// A readable account of each kind and what it must read as.
fn account() -> impl Strategy<Value = (Kind, Vec<u8>, Reading)> {
    let numbers = (1..=i64::MAX, any::<u64>(), -18..=0_i32, 1..=i64::MAX, 1..=u64::MAX);
    (0..4_usize, numbers, any::<[u8; 32]>(), 1..=40_u8).prop_map(
        |(kind, (price, confidence, exponent, publish_time, slot), feed_id, count)| {
            let kind = Kind::ALL[kind];
            let mut reading = Reading {
                mantissa: price.into(),
                confidence: confidence.into(),
                exponent,
                publish_time,
                slot,
                oldest_slot: 0,
                feed_id,
            };
            let data = match kind {
                Kind::PythUpdate => {
                    let mut buf = [0; pyth_update::LEN];
                    let fields = PythUpdate {
                        write_authority: [7; 32],
                        feed_id,
                        price,
                        confidence,
                        exponent,
                        publish_time,
                        posted_slot: slot,
                        ..PythUpdate::default()
                    };
                    write_pyth_update(&mut buf, &fields);
                    buf.to_vec()
                }
                Kind::PythLegacy => {
                    let mut buf = [0; pyth_legacy::LEN];
                    let fields = PythLegacy {
                        product: feed_id,
                        price,
                        confidence,
                        exponent,
                        publish_time,
                        slot,
                        status: pyth_legacy::TRADING,
                        quoters: count.into(),
                        min_publishers: count,
                    };
                    write_pyth_legacy(&mut buf, &fields);
                    buf.to_vec()
                }
                Kind::SwitchboardOnDemand => {
                    reading.exponent = -18;
                    reading.oldest_slot = slot.div_ceil(2);
                    reading.mantissa *= 1_000_003;
                    let mut buf = [0; switchboard_ondemand::LEN];
                    let fields = OnDemandFeed {
                        feed_hash: feed_id,
                        value: reading.mantissa,
                        std_dev: confidence.into(),
                        num_samples: count,
                        min_sample_size: count,
                        slot,
                        oldest_slot: reading.oldest_slot,
                        publish_time,
                        ..OnDemandFeed::default()
                    };
                    write_switchboard_on_demand(&mut buf, &fields);
                    buf.to_vec()
                }
                Kind::SwitchboardV2 => {
                    reading.oldest_slot = slot;
                    let scale = exponent.unsigned_abs();
                    let mut buf = [0; switchboard_v2::LEN];
                    let fields = AggregatorV2 {
                        queue: feed_id,
                        result: (price.into(), scale),
                        std_deviation: (confidence.into(), scale),
                        num_success: count.into(),
                        min_oracle_results: count.into(),
                        slot,
                        publish_time,
                        ..AggregatorV2::default()
                    };
                    write_switchboard_v2(&mut buf, &fields);
                    buf.to_vec()
                }
            };
            (kind, data, reading)
        },
    )
}

/// Where each layout says what it is.
fn marked(kind: Kind) -> usize {
    if kind == Kind::PythLegacy {
        4
    } else {
        8
    }
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn never_panics_on_noise(data in prop::collection::vec(any::<u8>(), 0..4000)) {
        for kind in Kind::ALL {
            // Almost always the discriminator; what lies behind it is tested below.
            let _ = read(kind, &data);
        }
    }

    #[test]
    fn never_panics_behind_the_discriminator(
        (kind, mut data, _) in account(),
        noise in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..200),
        decimals in any::<u8>(),
    ) {
        for (at, byte) in noise {
            let at = at.index(data.len());
            data[at] = byte;
        }
        if let Ok(reading) = read(kind, &data) {
            prop_assert!(reading.mantissa > 0 && reading.publish_time > 0);
            prop_assert!((-28..=0).contains(&reading.exponent));
            if let Ok((price, _)) = reading.scaled(decimals) {
                prop_assert!(price > 0);
            }
        }
    }

    #[test]
    fn reads_what_was_written((kind, mut data, reading) in account(), slack in 0..100_usize) {
        prop_assert_eq!(read(kind, &data), Ok(reading));
        data.resize(data.len() + slack, 0xff);
        prop_assert_eq!(read(kind, &data), Ok(reading));
    }

    #[test]
    fn refuses_other_kinds((kind, data, _) in account()) {
        let mut data = data;
        data.resize(5000, 0);
        for other in Kind::ALL.into_iter().filter(|other| *other != kind) {
            prop_assert_eq!(read(other, &data), Err(Refusal::WrongDiscriminator));
        }
    }

    #[test]
    fn scales_as_plain_integers_do(
        mantissa in prop_oneof![1..=i128::from(u64::MAX), 1..=(1_i128 << 90), 1..=i128::MAX >> 1],
        confidence in prop_oneof![0..=u128::from(u64::MAX), 0..=(1_u128 << 90), 0..=u128::MAX >> 1],
        exponent in -28..=0_i32,
        decimals in 0..=20_u8,
    ) {
        let reading = Reading {
            mantissa, confidence, exponent,
            publish_time: 1, slot: 1, oldest_slot: 0, feed_id: [0; 32],
        };
        let shift = exponent + i32::from(decimals);
        let unit = 10_u128.pow(shift.unsigned_abs());
        let exact = |value: u128, bias: u128| if shift >= 0 {
            value.checked_mul(unit)
        } else {
            Some((value + bias) / unit)
        };
        let small = |value: Option<u128>| value.and_then(|value| u64::try_from(value).ok());
        let price = small(exact(mantissa.unsigned_abs(), unit / 2));
        let width = small(exact(confidence, unit - 1));
        let expected = match (price, width) {
            (None, _) => Err(Refusal::PriceTooLarge),
            (Some(0), _) => Err(Refusal::BelowOneTick),
            (Some(_), None) => Err(Refusal::ConfidenceTooLarge),
            (Some(price), Some(width)) => Ok((price, width)),
        };
        prop_assert_eq!(reading.scaled(decimals), expected);
    }
}

proptest! {
    // Each case walks a whole account.
    #![proptest_config(config(8))]

    #[test]
    fn refuses_every_truncation((kind, data, _) in account()) {
        for len in 0..data.len() {
            let refused = matches!(read(kind, &data[..len]), Err(Refusal::TooShort { .. }));
            prop_assert!(refused, "{:?} cut to {}", kind, len);
        }
    }

    #[test]
    fn refuses_every_flip_of_the_discriminator((kind, mut data, _) in account()) {
        for bit in 0..marked(kind) * 8 {
            data[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(read(kind, &data), Err(Refusal::WrongDiscriminator));
            data[bit / 8] ^= 1 << (bit % 8);
        }
    }
}

#[test]
fn zero_is_no_kind() {
    assert_eq!(Kind::try_from(0), Err(Refusal::UnknownKind(0)));
    assert_eq!(Kind::try_from(5), Err(Refusal::UnknownKind(5)));
    for kind in Kind::ALL {
        assert_eq!(Kind::try_from(kind as u8), Ok(kind));
    }
}
