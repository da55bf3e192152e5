//! The reader and the writer of legacy Pyth accounts against `pyth-sdk-solana`, whose structs are `repr(C)`.

use base64::Engine;
use bytemuck::{bytes_of, Zeroable};
use firebreak_legacy_oracles::Random;
use firebreak_oracle::write::{write_pyth_legacy, PythLegacy};
use firebreak_oracle::{pyth_legacy, read, Kind, Refusal};
use pyth_sdk_solana::state::{load_price_account, AccountType, PriceStatus, PriceType, SolanaPriceAccount, MAGIC, VERSION_2};

const STATUSES: [PriceStatus; 4] = [PriceStatus::Unknown, PriceStatus::Trading, PriceStatus::Halted, PriceStatus::Auction];

/// Account bytes at an address the crate can read in place.
fn aligned(data: &[u8]) -> Vec<u64> {
    let mut words = vec![0_u64; data.len().div_ceil(8)];
    bytemuck::cast_slice_mut(&mut words)[..data.len()].copy_from_slice(data);
    words
}

/// Our reading and the crate's struct of the same bytes say the same.
fn agree(data: &[u8], theirs: &SolanaPriceAccount) {
    let ours = read(Kind::PythLegacy, data);
    match theirs.agg.status {
        PriceStatus::Trading => {}
        status => return assert_eq!(ours, Err(Refusal::NotTrading(status as u8))),
    }
    let need = u32::from(theirs.min_pub).max(1);
    if theirs.num_qt < need {
        let got = theirs.num_qt;
        return assert_eq!(ours, Err(Refusal::TooFewSamples { got, need }));
    }
    let ours = ours.expect("a trading price reads");
    let feed = theirs.to_price_feed(&Default::default());
    let price = feed.get_price_unchecked();
    assert_eq!(ours.mantissa, price.price.into());
    assert_eq!(ours.confidence, price.conf.into());
    assert_eq!(ours.exponent, price.expo);
    assert_eq!(ours.publish_time, price.publish_time);
    assert_eq!(ours.slot, theirs.agg.pub_slot);
    assert_eq!(ours.feed_id, theirs.prod.to_bytes());
}

#[test]
fn constants() {
    assert_eq!(size_of::<SolanaPriceAccount>(), pyth_legacy::LEN);
    assert_eq!(pyth_legacy::MAGIC, MAGIC.to_le_bytes());
    assert_eq!(pyth_legacy::VERSION, VERSION_2);
    assert_eq!(pyth_legacy::ACCOUNT_TYPE, AccountType::Price as u32);
    assert_eq!(pyth_legacy::PRICE_TYPE, PriceType::Price as u8);
    assert_eq!(pyth_legacy::TRADING, PriceStatus::Trading as u8);
}

#[test]
fn their_accounts_read() {
    let mut random = Random(1);
    for round in 0..2_000 {
        // Every field set, so that a wrong offset meets a wrong value.
        let mut account = SolanaPriceAccount::zeroed();
        account.magic = MAGIC;
        account.ver = VERSION_2;
        account.atype = AccountType::Price as u32;
        account.size = random.bits() as u32;
        account.ptype = PriceType::Price;
        account.expo = -((random.bits() % 19) as i32);
        account.num = random.bits() as u32;
        account.num_qt = (random.bits() % 33) as u32;
        account.last_slot = random.bits();
        account.valid_slot = random.bits();
        account.ema_price.val = random.positive();
        account.ema_conf.val = random.positive();
        account.timestamp = random.positive();
        account.min_pub = (random.bits() % 20) as u8;
        account.drv2 = 0xff;
        account.drv3 = 0xffff;
        account.drv4 = u32::MAX;
        account.prod = random.key().into();
        account.next = random.key().into();
        account.prev_slot = random.bits();
        account.prev_price = random.positive();
        account.prev_conf = random.bits();
        account.prev_timestamp = random.positive();
        account.agg.price = random.positive();
        account.agg.conf = random.bits();
        account.agg.status = STATUSES[round % 4];
        account.agg.pub_slot = random.bits();
        for component in &mut account.comp {
            component.publisher = random.key().into();
            component.agg.price = random.positive();
        }
        agree(bytes_of(&account), &account);
    }
}

#[test]
fn our_accounts_load() {
    let mut random = Random(2);
    for round in 0..2_000_u64 {
        let fields = PythLegacy {
            product: random.key(),
            price: random.positive(),
            confidence: random.bits(),
            exponent: -((random.bits() % 19) as i32),
            publish_time: random.positive(),
            slot: random.bits(),
            status: (round % 4) as u8,
            quoters: (random.bits() % 33) as u32,
            min_publishers: (random.bits() % 20) as u8,
        };
        let mut buf = [0; pyth_legacy::LEN];
        write_pyth_legacy(&mut buf, &fields);
        let words = aligned(&buf);
        let theirs: &SolanaPriceAccount = load_price_account(bytemuck::cast_slice(&words)).expect("loads");
        assert_eq!(theirs.agg.status as u8, fields.status);
        assert_eq!(theirs.agg.price, fields.price);
        assert_eq!(theirs.agg.conf, fields.confidence);
        assert_eq!(theirs.num_qt, fields.quoters);
        assert_eq!(theirs.min_pub, fields.min_publishers);
        assert_eq!(theirs.size as usize, pyth_legacy::LEN);
        agree(&buf, theirs);
    }
}

#[test]
fn real_accounts() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/oracle-accounts");
    let Ok(entries) = std::fs::read_dir(folder) else {
        eprintln!("skipped: no real price accounts beside the repository (../shared/data/oracle-accounts)");
        return;
    };
    for path in entries.map(|entry| entry.expect("readable folder").path()) {
        if !path.to_string_lossy().contains("pyth_legacy") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("readable file");
        let account: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let data = base64::engine::general_purpose::STANDARD
            .decode(account["account"]["data"][0].as_str().expect("data"))
            .expect("base64");
        let words = aligned(&data);
        let bytes = &bytemuck::cast_slice(&words)[..data.len()];
        match load_price_account::<32, ()>(bytes) {
            Ok(theirs) => agree(&data, theirs),
            Err(_) => assert!(read(Kind::PythLegacy, &data).is_err(), "{path:?}"),
        }
    }
}
