//! The page as a whole, from an imitated crash.

use super::super::outcome::{KeeperScore, LevelTicks, Outcome, Point, QualityTicks, Trace};
use super::{figures, format, page, verdict, write};

mod parts;

/// 10 October 2025, 12:00 UTC.
const START: i64 = 1_760_097_600_000;

/// A run of `bars` minutes with four ticks each, a crash of 20 minutes in the middle, and a third source that goes astray in it.
fn crash(bars: i64) -> Trace {
    let ticks = bars * 4;
    let middle = ticks / 2;
    let points = (0..ticks)
        .map(|n| {
            let since = (n - middle).clamp(0, 80);
            let spot = 28.0 - since as f64 * 0.137 + (n % 7) as f64 * 0.01;
            let astray = (20..40).contains(&since);
            Point {
                time_ms: START + n * 15_000,
                sources: vec![spot, spot * 1.001, if astray { 6.0 + (n % 3) as f64 } else { spot * 0.999 }],
                spot,
                low: spot * if astray { 0.9 } else { 0.998 },
                high: spot * if astray { 1.1 } else { 1.002 },
                level: u8::from((20..60).contains(&since)),
                quality: if (38..40).contains(&since) { 0 } else { 2 - u8::from(astray) },
                open_interest: 400_000.0 - since as f64 * 4_000.0,
                liquidations: since as u64 * 3,
                bankruptcies: since as u64 / 20,
                insurance: 150_000.0 - since as f64 * 10.0,
                pot: 300.0 + since.min(60) as f64 - if since > 70 { 250.0 } else { 0.0 },
                deficit: if (30..60).contains(&since) { 4_321.0 } else { 0.0 },
                payable_share: if (30..60).contains(&since) { 0.62 } else { 1.0 },
            }
        })
        .collect();
    Trace {
        sources: ["coinbase-spot (Pyth)", "binance-coinm (Switchboard)", "gemini-spot (Pyth)"].map(String::from).into(),
        points,
    }
}

fn outcome() -> Outcome {
    Outcome {
        class: "Mid".into(),
        pot_paid: 300_750_000,
        scenario: "AVAX of October".into(),
        seed: 90_210,
        route: "bundled".into(),
        accounts: 211,
        ticks: 2_881,
        quality_ticks: QualityTicks { primary: 2_853, degraded: 21, frozen: 7 },
        transactions: 48_213,
        failed_transactions: [("NotLiquidatable".to_string(), 1_412), ("DustLeft".to_string(), 33)].into(),
        liquidations: 1_240,
        bankruptcies: 17,
        deleveraged: 4,
        reopened: true,
        breaker_ticks: LevelTicks { normal: 460, caution: 20, ..LevelTicks::default() },
        keepers: vec![
            KeeperScore { name: "swift".into(), wins: 1_201, reward: 2_312_400_000, deleveraged: 4 },
            KeeperScore { name: "patient".into(), wins: 39, reward: 77_110_000, deleveraged: 0 },
        ],
        insurance_before: 150_000_000_000,
        insurance_after: 147_121_050_000,
        insurance_drawn: 2_878_950_000,
        bystander_loss: 0,
        losses_shared: 5_120_900_000,
        index_cuts: 3,
        deficit: 1_033_200_000,
        deficit_worst: 6_612_000_000,
        payable_share: 0.875,
        payable_share_worst: 0.6134,
        conservation_error_atoms: 0,
        conservation_checks: 2_893,
        max_cu: [("take".to_string(), 24_112), ("refresh_market".to_string(), 7_021)].into(),
        seconds: 84.3,
    }
}

fn render(outcome: &Outcome, trace: &Trace) -> String {
    page::render(outcome, trace).unwrap()
}

/// What a reader sees, roughly: no elements, no-break spaces as spaces.
fn text(page: &str) -> String {
    let body = page.split_once("<body>").unwrap().1;
    let mut out = String::new();
    let mut inside = false;
    for c in body.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            '\u{a0}' => out.push(' '),
            _ if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

#[test]
fn the_page_holds_every_figure() {
    let text = text(&render(&outcome(), &crash(720)));
    for figure in [
        "AVAX of October",
        "90210",
        "bundled",
        "211",
        "2,881",
        "2,853",
        "21 Degraded",
        "7 Frozen",
        "48,213",
        "NotLiquidatable",
        "1,412",
        "DustLeft",
        "33",
        "1,445 refused",
        "1,240",
        "17",
        "4 positions",
        "3 cuts of the index",
        "above Normal for 10 min",
        "460",
        "swift",
        "1,201",
        "96.85 %",
        "$2,312.40",
        "patient",
        "$77.11",
        "$150,000.00",
        "$147,121.05",
        "$2,878.95",
        "$5,120.90",
        "$1,033.20",
        "$6,612.00",
        "87.5 %",
        "61.34 %",
        "Every atom accounted for at 2,893 checks",
        "0 atoms",
        "refresh_market",
        "7,021",
        "24,112",
        "84.3 s",
        "optimistic",
        "coinbase-spot (Pyth)",
        "binance-coinm (Switchboard)",
        "gemini-spot (Pyth)",
        "10 October 2025",
    ] {
        assert!(text.contains(figure), "{figure} is not on the page");
    }
}

#[test]
fn the_page_needs_nothing_but_itself() {
    let page = render(&outcome(), &crash(720));
    for outside in ["http:", "https:", "src=", "url(", "@import", "<script", "<link", "xmlns"] {
        assert!(!page.contains(outside), "{outside}");
    }
    // Every stand-in colour has become a variable that the style sheet defines.
    assert!(!page.contains("\"#01"));
    for name in page.split("var(--").skip(1).filter_map(|rest| rest.split([')', ',']).next()) {
        assert!(page.contains(&format!("--{name}:")), "--{name}");
    }
    let figures = page.matches("<figcaption><strong>").count();
    assert_eq!(figures, 7);
    assert_eq!(page.matches("<svg").count(), page.matches("role=\"img\" aria-label=\"").count());
    assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
}

#[test]
fn a_run_of_days_stays_small() {
    let page = render(&outcome(), &crash(2_880));
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
}

#[test]
fn text_from_outside_is_escaped() {
    let hostile = "<script>alert(\"x\")</script>&'";
    let mut run = outcome();
    run.scenario = hostile.into();
    run.route = hostile.into();
    run.keepers[0].name = hostile.into();
    run.failed_transactions.insert(hostile.into(), 1);
    run.max_cu.insert(hostile.into(), 1);
    let mut trace = crash(60);
    trace.sources[1] = hostile.into();
    let page = render(&run, &trace);
    assert!(!page.contains("<script"));
    assert!(!page.contains("alert(\"x\")"));
    let escaped = "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;";
    assert_eq!(format::escape(hostile), escaped);
    // Title, heading, parameters (scenario, source, route), route, two legends, keeper, error, instruction.
    assert!(page.matches(escaped).count() >= 9);
}

#[test]
fn odd_traces_are_drawn_or_left_out() {
    let one = Trace { sources: vec!["a".into()], points: crash(1).points[..1].to_vec() };
    let zeros = Trace { sources: vec![], points: vec![Point::default(); 3] };
    let mut gaps = crash(60);
    for (n, point) in gaps.points.iter_mut().enumerate() {
        point.sources.truncate(n % 4);
        if n % 3 == 0 {
            point.spot = f64::NAN;
            point.low = f64::INFINITY;
            point.pot = f64::NEG_INFINITY;
            point.payable_share = f64::NAN;
        }
    }
    let mut backward = crash(10);
    backward.points.reverse();
    let mut tiny = crash(10);
    for point in &mut tiny.points {
        (point.spot, point.low, point.high) = (1e-9, 1e-9, 1e-9);
        point.sources = vec![1e-9 + 1e-22; 7];
        point.insurance = 1e13;
    }
    for trace in [one, zeros, gaps, backward, tiny] {
        let page = render(&Outcome::default(), &trace);
        assert!(page.contains("</svg>"));
        assert!(!page.contains("NaN"));
    }
    let empty = render(&Outcome::default(), &Trace::default());
    assert!(empty.contains("nothing to draw") && !empty.contains("<svg"));
}

#[test]
fn a_short_crash_gets_a_close_up() {
    assert_eq!(figures::all(&crash(720)).len(), 7);
    // Here the crash is all there is.
    assert_eq!(figures::all(&crash(30)).len(), 6);
    let mut calm = crash(720);
    for point in &mut calm.points {
        point.liquidations = 0;
    }
    assert_eq!(figures::all(&calm).len(), 6);
}

#[test]
fn the_verdict_says_what_the_figures_say() {
    let quiet = Outcome { conservation_checks: 1, payable_share: 1.0, payable_share_worst: 1.0, ..Default::default() };
    let good = verdict::of(&quiet);
    assert_eq!((good.tone, &good.headline[..]), (verdict::Tone::Good, "Every atom accounted for at 1 check"));
    assert!(good.answers[1].1.starts_with("No. Whoever lost could pay"));

    let owed = verdict::of(&outcome());
    assert_eq!(owed.tone, verdict::Tone::Caution);
    assert!(owed.answers[1].1.contains("$5,120.90") && owed.answers[3].1.starts_with("Yes, $1,033.20"));

    let bad = verdict::of(&Outcome { conservation_error_atoms: 3, ..outcome() });
    assert_eq!(bad.tone, verdict::Tone::Bad);
    assert!(bad.headline.contains("3 atoms") && !bad.answers[1].1.contains("No deposit"));

    let unchecked = verdict::of(&Outcome::default());
    assert_eq!(unchecked.tone, verdict::Tone::Caution);
}

#[test]
fn bystanders_that_lost_anything_are_the_first_thing_said() {
    let hurt = verdict::of(&Outcome { bystander_loss: 1_500_000, ..outcome() });
    assert!(hurt.answers[1].1.starts_with("Yes: accounts without any position lost $1.50"), "{}", hurt.answers[1].1);
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let error = write(std::path::Path::new("no-such-folder/report.html"), &outcome(), &Trace::default()).unwrap_err();
    assert!(error.to_string().contains("no-such-folder/report.html"));
}
