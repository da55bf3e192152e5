//! What the fuzzer asks of the readers; `fuzz/fuzz_targets/decoders.rs` and the smoke run both call it.

use firebreak_oracle::{read, Kind};

/// Reads `data` as each kind of account, as it is and patched to pass the first checks. A reader may refuse; it may not panic, and what
/// it accepts must be sane at every scale.
pub fn decode(data: &[u8]) {
    for kind in Kind::ALL {
        check(kind, data);
        for (discriminator, length) in KNOWN {
            let mut patched = data.to_vec();
            patched.resize(length, 0);
            patched[..8].copy_from_slice(&discriminator);
            check(kind, &patched);
        }
    }
}

/// First eight bytes and length of each layout, so that random bytes get past the door.
const KNOWN: [([u8; 8], usize); 4] = [
    (firebreak_oracle::pyth_update::DISCRIMINATOR, firebreak_oracle::pyth_update::LEN),
    (firebreak_oracle::switchboard_ondemand::DISCRIMINATOR, firebreak_oracle::switchboard_ondemand::LEN),
    (firebreak_oracle::switchboard_v2::DISCRIMINATOR, firebreak_oracle::switchboard_v2::LEN),
    ([0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 0, 0], firebreak_oracle::pyth_legacy::LEN),
];

fn check(kind: Kind, data: &[u8]) {
    let Ok(reading) = read(kind, data) else { return };
    assert!(reading.mantissa > 0 && reading.publish_time > 0, "{kind:?}: an accepted price must be positive and dated");
    for decimals in 0..=20 {
        if let Ok((price, _)) = reading.scaled(decimals) {
            assert!(price > 0, "{kind:?}: a scaled price must not be zero");
        }
    }
}
