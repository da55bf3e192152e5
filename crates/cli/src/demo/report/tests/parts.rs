//! The parts that the page is made of.

use super::super::{explain, format, series, time};
use super::START;

#[test]
fn fewer_points_keep_the_extremes() {
    let mut samples: Vec<_> = (0..50_000).map(|n| (n, Some((n % 10) as f64))).collect();
    samples[0].1 = Some(3.5);
    samples[12_345].1 = Some(-90.0);
    samples[30_001].1 = Some(900.0);
    samples[49_999].1 = Some(7.25);
    let runs = series::runs(&samples, 1_500);
    let [run] = &runs[..] else { panic!("{} runs", runs.len()) };
    assert!(run.len() <= 1_502, "{} points", run.len());
    for kept in [(0, 3.5), (12_345, -90.0), (30_001, 900.0), (49_999, 7.25)] {
        assert!(run.contains(&kept), "{kept:?}");
    }
    assert!(run.windows(2).all(|w| w[0].0 <= w[1].0));

    let few: Vec<_> = (0..10).map(|n| (n, (n != 4).then_some(n as f64))).collect();
    let runs = series::runs(&few, 1_500);
    assert_eq!(runs.iter().map(Vec::len).collect::<Vec<_>>(), [4, 5]);
    assert!(series::runs(&[], 10).is_empty());
    assert!(series::runs(&[(1, None), (2, Some(f64::NAN))], 10).is_empty());

    let band: Vec<_> =
        (0..50_000).map(|n| (n, if n == 777 { -5.0 } else { 1.0 }, if n == 40_404 { 50.0 } else { 2.0 })).collect();
    let kept = series::envelope(&band, 1_500);
    assert!(kept.len() <= 1_501, "{} points", kept.len());
    assert!(kept.iter().any(|b| b.1 == -5.0) && kept.iter().any(|b| b.2 == 50.0));
    assert_eq!(kept.last().unwrap().0, 49_999);
}

#[test]
fn impaired_ticks_survive_downsampling() {
    let mut points: Vec<(i64, u8)> = (0..20_000).map(|n| (n, 2)).collect();
    points[5_000].1 = 0;
    points[9_000].1 = 1;
    let found = series::impaired(&points, 600);
    assert_eq!(found.iter().map(|s| s.2).collect::<Vec<_>>(), [0, 1]);
    assert!(found[0].0 <= 5_000 && 5_000 < found[0].1);
}

#[test]
fn bars_add_up_to_the_counter() {
    let counter: Vec<_> = (0..1_000).map(|n| (n * 7_000, 40 + (n / 3) as u64)).collect();
    let gains = series::gains(40, &counter, 60_000);
    assert_eq!(gains.iter().map(|g| g.1).sum::<u64>(), 333);
    assert!(gains.windows(2).all(|w| w[0].0 < w[1].0));
}

#[test]
fn numbers_read_well() {
    assert_eq!(format::money(0), "$0.00");
    assert_eq!(format::money(1), "<\u{a0}$0.01");
    assert_eq!(format::money(1_234_567_895_000), "$1,234,567.90");
    assert_eq!(format::money(u64::MAX), "$18,446,744,073,709.55");
    assert_eq!(format::ratio(1.0), "100\u{a0}%");
    assert_eq!(format::ratio(0.999_999), "99.99\u{a0}%");
    assert_eq!(format::ratio(0.29), "29\u{a0}%");
    assert_eq!(format::ratio(f64::NAN), "–");
    assert_eq!(format::share(1, 0), "–");
    assert_eq!(format::price(0.000_012_345_6), "0.00001235");
    assert_eq!(format::price(28.3), "28.30");
    assert_eq!(format::axis_money(150_000.0, 50_000.0), "$150k");
    assert_eq!(format::axis_money(2_500.0, 500.0), "$2,500");
    assert_eq!(format::axis_money(1_250_000.0, 250_000.0), "$1.25M");
    assert_eq!(format::axis_money(0.0, 50_000.0), "$0");
}

#[test]
fn times_are_utc() {
    assert_eq!(time::date(START), "10 October 2025");
    assert_eq!(time::clock(START + 61_000), "12:01");
    assert_eq!(time::date(0), "1 January 1970");
    assert_eq!(time::date(951_782_400_000), "29 February 2000");
    assert_eq!(time::date(-1), "31 December 1969");
    assert_eq!(time::dates(1_667_692_800_000, 1_668_211_020_000), "6 to 11 November 2022");
    assert_eq!(time::dates(START, START + 60_000), "10 October 2025");
    assert_eq!(time::dates(START, START + 30 * time::DAY), "10 October to 9 November 2025");
    let step = time::step(12 * 3_600_000, 12);
    assert_eq!(step, 3_600_000);
    assert_eq!(time::ticks(START + 1, START + 7_200_000, step), [START + 3_600_000, START + 7_200_000]);
    assert_eq!(time::label(START, step, time::DAY), "12:00");
}

#[test]
fn every_refusal_has_a_sentence() {
    for error in firebreak_risk::RiskError::ALL {
        let sentence = explain::refusal(&format!("{error:?}"));
        assert!(sentence.ends_with('.') && sentence.chars().next().unwrap().is_uppercase(), "{sentence}");
    }
    assert!(explain::refusal("Custom(7)").contains("changes nothing"));
}
