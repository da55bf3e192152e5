//! A market's public record says what the market says, at the bytes that are promised.

use firebreak_client::{
    address, instruction,
    program::{events::ReportPublished, state::RiskReport},
    risk::{
        layout::{Field, FieldType, Type},
        price::Quality,
        report::Report,
    },
};
use firebreak_tests::{events, params, tripping, Expect, Trader, World, USD};

fn scene() -> (World, Trader, Trader) {
    let mut w = World::with_market();
    let (maker, thin) = (w.trader(10_000), w.trader(60));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.fund_insurance(&maker, 1_000 * USD).expect("gives");
    (w, maker, thin)
}

#[test]
fn it_says_what_the_market_says() {
    let (mut w, ..) = scene();
    let meta = w.publish_report(0).expect("publishes");
    let (report, market, now) = (w.report(0), w.market(0), w.now());
    let (price, ledger) = (&market.engine.price, &market.engine.ledger);
    assert_eq!((report.version, report.market, report.decimals), (1, 0, 8));
    assert_eq!((report.quality, report.level, report.reasons, report.whole, report.active), (2, 0, 0, 1, 1));
    assert_eq!((report.slot, report.time, report.price_slot, report.price_time), (now.slot, now.time, price.slot, price.time));
    assert_eq!(
        (report.spot, report.low, report.high, report.twap, report.stable),
        (price.spot, price.low, price.high, price.twap, price.stable)
    );
    assert_eq!((report.maint.map(|r| r.0), report.liq_end.map(|r| r.0)), ([30_000; 2], [40_000; 2]));
    assert_eq!(report.init.map(|r| r.0), [50_000; 2]);
    assert_eq!((report.open_interest, report.pool, report.claims), (ledger.long_base, 0, 0));
    assert_eq!((report.debt, report.deficit, report.pot), (0, 0, ledger.pot));
    assert_eq!((report.payable.0, report.settlement.0, report.limit), (1_000_000, 0, 1_000 * USD));
    assert_eq!(report.cap, market.engine.margin.cap.min(params().max_open_interest));
    let event = &events::<ReportPublished>(&meta)[0];
    assert_eq!((event.market, event.slot, event.quality, event.level, event.whole), (0, now.slot, 2, 0, true));
}

#[test]
fn it_follows_a_loss_through() {
    let (mut w, maker, thin) = scene();
    w.price(0, 80_00000000, 5);
    w.declare_bankrupt(&thin).expect("declares");
    w.liquidate(&maker, &thin, 0).expect("the maker closes what it is short");
    w.publish_report(0).expect("publishes");
    let (report, ledger) = (w.report(0), w.ledger(0));
    assert!(ledger.deficit > 0 && ledger.claims > 0);
    assert_eq!((report.whole, report.claims, report.pool, report.deficit), (0, ledger.claims, ledger.pool, ledger.deficit));
    assert_eq!(u64::from(report.payable.0), ledger.pool * 1_000_000 / ledger.claims);
    assert_eq!(report.window_ends, ledger.window_ends);
    assert_eq!(report.open_interest, 0);
}

#[test]
fn it_follows_quality_and_breaker() {
    let mut w = World::new();
    w.list_ruled(params(), tripping(3), 100);
    w.publish_report(0).expect("creates");
    w.price(0, 103_00000000, 5);
    w.publish_report(0).expect("updates");
    let report = w.report(0);
    assert_eq!((report.level, report.reasons, report.quality), (3, 1, 2));
    w.bring(0, Quality::Degraded);
    w.publish_report(0).expect("updates");
    assert_eq!(w.report(0).quality, 1);
    w.bring(0, Quality::Frozen);
    w.publish_report(0).expect("updates");
    assert_eq!(w.report(0).quality, 0);
}

#[test]
fn a_market_without_a_price_has_a_record_too() {
    let mut w = World::new();
    w.list_silent(params(), vec![firebreak_tests::Feed::new(firebreak_client::oracle::Kind::PythUpdate, 0, 100)]);
    w.publish_report(0).expect("publishes");
    let report = w.report(0);
    assert_eq!((report.quality, report.active, report.cap, report.init.map(|r| r.0)), (0, 0, 0, [1_000_000; 2]));
}

#[test]
fn anybody_may_and_it_lies_at_its_address() {
    let (mut w, _, thin) = scene();
    let ix = instruction::publish_report(thin.owner(), 0);
    w.act(std::slice::from_ref(&ix), &[&thin.key]).expect("creates");
    w.vm.pass(1);
    w.act(std::slice::from_ref(&ix), &[&thin.key]).expect("updates");
    assert_eq!(w.report(0).slot, w.now().slot);
    w.list(params(), 100);
    let mut wrong = ix;
    wrong.accounts[4].pubkey = address::report(&address::market(1));
    w.act(&[wrong], &[&thin.key]).refused_as("ConstraintSeeds");
}

/// What other programs read by number.
const PUBLISHED: [(&str, usize); 35] = [
    ("version", 8),
    ("bump", 9),
    ("market", 10),
    ("decimals", 12),
    ("quality", 13),
    ("level", 14),
    ("whole", 15),
    ("reasons", 16),
    ("global_level", 18),
    ("active", 19),
    ("payable", 20),
    ("slot", 24),
    ("time", 32),
    ("price_slot", 40),
    ("price_time", 48),
    ("spot", 56),
    ("low", 64),
    ("high", 72),
    ("twap", 80),
    ("stable", 88),
    ("settlement", 96),
    ("maint", 104),
    ("liq_end", 112),
    ("init", 120),
    ("sigma", 128),
    ("price_max_age", 132),
    ("open_interest", 136),
    ("cap", 144),
    ("pool", 152),
    ("claims", 160),
    ("debt", 168),
    ("deficit", 176),
    ("gap", 184),
    ("pot", 192),
    ("limit", 200),
];

#[test]
fn the_bytes_are_where_they_were_promised() {
    fn size(ty: &Type) -> usize {
        match ty {
            Type::Int(name) => name[1..].parse::<usize>().expect("bits") / 8,
            Type::Array(item, n) => size(item) * n,
            Type::Struct(_, fields) => fields.iter().map(|f: &Field| size(&f.ty)).sum(),
        }
    }
    let Type::Struct("Report", fields) = Report::TYPE else { panic!("a struct") };
    let mut at = 8;
    let mut found = vec![];
    for field in fields {
        found.push((field.name, at));
        at += size(&field.ty);
    }
    assert_eq!(at, RiskReport::SPACE);
    assert_eq!(found[..PUBLISHED.len()], PUBLISHED);
    assert_eq!(found[PUBLISHED.len()..], [("funding_rate", 208), ("window_ends", 216), ("reserved", 224)]);

    let (mut w, ..) = scene();
    w.publish_report(0).expect("publishes");
    let data = w.vm.svm.get_account(&address::report(&address::market(0))).expect("exists").data;
    let word = |at: usize| u64::from_le_bytes(data[at..at + 8].try_into().expect("eight bytes"));
    assert_eq!((word(24), word(56), word(200)), (w.now().slot, 100_00000000, 1_000 * USD));
    assert!(data[224..].iter().all(|b| *b == 0));
}
