//! One field wrong at a time: each check refuses alone.

use firebreak_oracle::write::{
    write_pyth_legacy, write_pyth_update, write_switchboard_on_demand, write_switchboard_v2, AggregatorV2, OnDemandFeed,
    PythLegacy, PythUpdate,
};
use firebreak_oracle::{read, Kind, Reading, Refusal};

fn pyth(change: impl FnOnce(&mut PythUpdate)) -> [u8; 134] {
    let mut fields = PythUpdate {
        price: 13_272_457_249,
        confidence: 13_518_041,
        exponent: -8,
        publish_time: 1_720_094_645,
        ..PythUpdate::default()
    };
    change(&mut fields);
    let mut buf = [0; 134];
    write_pyth_update(&mut buf, &fields);
    buf
}

#[test]
fn pyth_update() {
    let check = |data: &[u8], expected| assert_eq!(read(Kind::PythUpdate, data), Err(expected));
    assert!(read(Kind::PythUpdate, &pyth(|_| ())).is_ok());
    check(&pyth(|f| f.price = 0), Refusal::NonPositivePrice);
    check(&pyth(|f| f.price = -1), Refusal::NonPositivePrice);
    check(&pyth(|f| f.exponent = 1), Refusal::ExponentOutOfRange(1));
    check(&pyth(|f| f.exponent = -19), Refusal::ExponentOutOfRange(-19));
    check(&pyth(|f| f.publish_time = 0), Refusal::NoPublishTime);
    // Partial verification shifts every later field by one byte: refused before any of them is looked at.
    for tag in [0, 2, 255] {
        let mut data = pyth(|_| ());
        data[40] = tag;
        check(&data, Refusal::NotFullyVerified(tag));
    }
}

fn on_demand(change: impl FnOnce(&mut OnDemandFeed)) -> [u8; 3208] {
    let mut fields = OnDemandFeed {
        value: 155_594_045_270_000_000_000,
        std_dev: 240_161_790_000_000_000,
        num_samples: 3,
        min_sample_size: 3,
        slot: 282_612_970,
        oldest_slot: 282_612_820,
        publish_time: 1_723_244_190,
        ..OnDemandFeed::default()
    };
    change(&mut fields);
    let mut buf = [0; 3208];
    write_switchboard_on_demand(&mut buf, &fields);
    buf
}

#[test]
fn switchboard_on_demand() {
    let check = |data: &[u8], expected| assert_eq!(read(Kind::SwitchboardOnDemand, data), Err(expected));
    assert!(read(Kind::SwitchboardOnDemand, &on_demand(|_| ())).is_ok());
    check(&on_demand(|f| f.slot = 0), Refusal::NoResult);
    check(&on_demand(|f| f.num_samples = 2), Refusal::TooFewSamples { got: 2, need: 3 });
    // A minimum of zero is read as one.
    check(&on_demand(|f| (f.num_samples, f.min_sample_size) = (0, 0)), Refusal::TooFewSamples { got: 0, need: 1 });
    // Zero would pass for "not timed by slots" and escape the age check.
    check(&on_demand(|f| f.oldest_slot = 0), Refusal::SlotsOutOfOrder);
    check(&on_demand(|f| f.oldest_slot += 151), Refusal::SlotsOutOfOrder);
    let mut newest_before_median = on_demand(|_| ());
    newest_before_median[2384..2392].copy_from_slice(&282_612_969_u64.to_le_bytes());
    check(&newest_before_median, Refusal::SlotsOutOfOrder);
    check(&on_demand(|f| f.value = 0), Refusal::NonPositivePrice);
    check(&on_demand(|f| f.value = -1), Refusal::NonPositivePrice);
    check(&on_demand(|f| f.std_dev = -1), Refusal::NegativeConfidence);
    check(&on_demand(|f| f.publish_time = 0), Refusal::NoPublishTime);
    let mut by_authority = on_demand(|_| ());
    by_authority[2213] = 1;
    check(&by_authority, Refusal::WritableByAuthority);
}

fn legacy(change: impl FnOnce(&mut PythLegacy)) -> [u8; 3312] {
    let mut fields = PythLegacy {
        price: 13_272_457_249,
        confidence: 13_518_041,
        exponent: -8,
        publish_time: 1_720_094_645,
        slot: 275_626_831,
        status: 1,
        quoters: 10,
        min_publishers: 3,
        ..PythLegacy::default()
    };
    change(&mut fields);
    let mut buf = [0; 3312];
    write_pyth_legacy(&mut buf, &fields);
    buf
}

#[test]
fn pyth_legacy() {
    let check = |data: &[u8], expected| assert_eq!(read(Kind::PythLegacy, data), Err(expected));
    assert!(read(Kind::PythLegacy, &legacy(|_| ())).is_ok());
    for status in [0, 2, 3, 4, 255] {
        check(&legacy(|f| f.status = status), Refusal::NotTrading(status));
    }
    check(&legacy(|f| f.quoters = 2), Refusal::TooFewSamples { got: 2, need: 3 });
    check(&legacy(|f| (f.quoters, f.min_publishers) = (0, 0)), Refusal::TooFewSamples { got: 0, need: 1 });
    check(&legacy(|f| f.price = 0), Refusal::NonPositivePrice);
    check(&legacy(|f| f.exponent = 1), Refusal::ExponentOutOfRange(1));
    check(&legacy(|f| f.publish_time = -1), Refusal::NoPublishTime);
    let mut data = legacy(|_| ());
    data[4] = 1;
    check(&data, Refusal::WrongVersion(1));
    let mut data = legacy(|_| ());
    data[8] = 2;
    check(&data, Refusal::WrongAccountType(2));
    let mut data = legacy(|_| ());
    data[16] = 0;
    check(&data, Refusal::WrongAccountType(3));
}

fn v2(change: impl FnOnce(&mut AggregatorV2)) -> [u8; 3851] {
    let mut fields = AggregatorV2 {
        result: (8_129_742_876, 8),
        std_deviation: (72_919_338_998_649_734_057_505_491, 28),
        num_success: 3,
        min_oracle_results: 2,
        slot: 123_929_314,
        publish_time: 1_646_686_511,
        ..AggregatorV2::default()
    };
    change(&mut fields);
    let mut buf = [0; 3851];
    write_switchboard_v2(&mut buf, &fields);
    buf
}

#[test]
fn switchboard_v2() {
    let check = |data: &[u8], expected| assert_eq!(read(Kind::SwitchboardV2, data), Err(expected));
    // The price is extended to the deviation's 28 decimals and back without loss.
    let reading = read(Kind::SwitchboardV2, &v2(|_| ()));
    assert_eq!(
        reading,
        Ok(Reading {
            mantissa: 8_129_742_876 * 10_i128.pow(20),
            confidence: 72_919_338_998_649_734_057_505_491,
            exponent: -28,
            publish_time: 1_646_686_511,
            slot: 123_929_314,
            oldest_slot: 123_929_314,
            feed_id: [0; 32],
        })
    );
    assert_eq!(reading.and_then(|r| r.scaled(8)), Ok((8_129_742_876, 729_194)));
    check(&v2(|f| f.slot = 0), Refusal::NoResult);
    check(&v2(|f| f.num_success = 1), Refusal::TooFewSamples { got: 1, need: 2 });
    check(&v2(|f| (f.num_success, f.min_oracle_results) = (0, 0)), Refusal::TooFewSamples { got: 0, need: 1 });
    check(&v2(|f| f.result.0 = 0), Refusal::NonPositivePrice);
    check(&v2(|f| f.std_deviation.0 = -1), Refusal::NegativeConfidence);
    check(&v2(|f| f.result.1 = 29), Refusal::ScaleOutOfRange(29));
    check(&v2(|f| f.std_deviation.1 = u32::MAX), Refusal::ScaleOutOfRange(u32::MAX));
    check(&v2(|f| f.result = (i128::MAX, 8)), Refusal::PriceTooLarge);
    check(
        &v2(|f| {
            f.result.1 = 28;
            f.std_deviation = (i128::MAX, 0);
        }),
        Refusal::ConfidenceTooLarge,
    );
    check(&v2(|f| f.publish_time = 0), Refusal::NoPublishTime);
    let mut data = v2(|_| ());
    data[349] = 0;
    check(&data, Refusal::RoundNotClosed);
    let mut data = v2(|_| ());
    data[3712] = 1;
    check(&data, Refusal::SlidingWindow);
}

#[test]
fn every_refusal_is_one_sentence() {
    for refusal in [
        Refusal::UnknownKind(9),
        Refusal::TooShort { need: 134, got: 7 },
        Refusal::WrongDiscriminator,
        Refusal::WrongVersion(1),
        Refusal::WrongAccountType(2),
        Refusal::NotFullyVerified(0),
        Refusal::NotTrading(0),
        Refusal::NonPositivePrice,
        Refusal::NegativeConfidence,
        Refusal::ExponentOutOfRange(3),
        Refusal::ScaleOutOfRange(29),
        Refusal::NoPublishTime,
        Refusal::NoResult,
        Refusal::TooFewSamples { got: 0, need: 1 },
        Refusal::SlotsOutOfOrder,
        Refusal::WritableByAuthority,
        Refusal::SlidingWindow,
        Refusal::RoundNotClosed,
        Refusal::PriceTooLarge,
        Refusal::ConfidenceTooLarge,
        Refusal::BelowOneTick,
    ] {
        let text = refusal.to_string();
        assert!(text.contains("must") || text.contains("not that of"), "{text}");
        assert!(!text.contains(['\n', '.']), "{text}");
    }
    assert!(core::mem::size_of::<Refusal>() <= 12);
}
