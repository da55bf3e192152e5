//! The charts of a run.

use super::{
    charts::{Layer, Plot, Unit},
    ink::Ink,
    series, time,
};
use crate::{outcome::Sample, Run};

/// Title, caption, chart.
pub(super) type Picture = (&'static str, &'static str, Plot);

/// Every chart of a run.
pub(super) fn figures(run: &Run) -> Vec<Picture> {
    let points = &run.series;
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Vec::new() };
    let span = (first.time_ms, last.time_ms.max(first.time_ms + 1));
    let line = |f: fn(&Sample) -> f64| points.iter().map(|p| (p.time_ms, Some(f(p)))).collect::<Vec<_>>();
    let quality: Vec<(i64, u8)> = points.iter().map(|p| (p.time_ms, p.quality)).collect();
    let plot = |alt: &str, unit: Unit, least: f64, layers: Vec<Layer>| {
        let values: Vec<f64> = layers.iter().flat_map(values).filter(|v| v.is_finite()).collect();
        let low = values.iter().copied().fold(f64::INFINITY, f64::min).min(least);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max).max(low + 1e-6);
        Plot { alt: alt.into(), span, range: (low, high + (high - low) * 0.06), unit, layers }
    };
    let mut prices = vec![
        Layer::Shade(series::impaired(&quality, 600)),
        Layer::Band(points.iter().filter(|p| p.low > 0.0).map(|p| (p.time_ms, p.low, p.high)).collect()),
    ];
    for n in 0..run.venues.len() {
        let samples = points.iter().map(|p| (p.time_ms, p.venues.get(n).copied())).collect();
        prices.push(Layer::Line(samples, Ink::Series(n as u8), 1.0));
    }
    prices.push(Layer::Line(line(|p| p.price), Ink::Main, 1.6));
    let step = time::step(span.1 - span.0, 120);
    let bars = |f: fn(&Sample) -> u64| {
        let counter: Vec<(i64, u64)> = points.iter().map(|p| (p.time_ms, f(p))).collect();
        series::gains(0, &counter, step).into_iter().map(|(at, n)| (at, at + step, n as f64)).collect::<Vec<_>>()
    };
    vec![
        (
            "Prices",
            "The robust price (dark), its low to high (band) and what each venue prints. Shaded: not all sources agreed.",
            plot("Prices over time", Unit::Price, f64::INFINITY, prices),
        ),
        (
            "Liquidations",
            "Take-overs per interval.",
            plot("Liquidations over time", Unit::Count, 0.0, vec![Layer::Bars(bars(|p| p.liquidations), Ink::Series(1))]),
        ),
        (
            "Depth and impact",
            "What is left of the book (filled) and what forced flow has moved the price by (line).",
            plot(
                "Depth and impact over time",
                Unit::Share,
                0.0,
                vec![Layer::Area(line(|p| p.depth), Ink::Series(0)), Layer::Line(line(|p| p.impact), Ink::Series(1), 1.4)],
            ),
        ),
        (
            "Open interest",
            "What stands in all markets, at the price of the moment.",
            plot("Open interest over time", Unit::Money, 0.0, vec![Layer::Area(line(|p| p.open_interest), Ink::Series(2))]),
        ),
        (
            "Maintenance margin",
            "The line in force for longs, as it follows volatility.",
            plot("Maintenance margin over time", Unit::Share, 0.0, vec![Layer::Line(line(|p| p.maint), Ink::Series(3), 1.6)]),
        ),
        (
            "Insurance and deficit",
            "The shared fund (filled) and the deficit that nobody has paid yet (line).",
            plot(
                "Insurance and deficit over time",
                Unit::Money,
                0.0,
                vec![Layer::Area(line(|p| p.insurance), Ink::Series(2)), Layer::Line(line(|p| p.deficit), Ink::Series(1), 1.6)],
            ),
        ),
        (
            "Payable share h",
            "min(1, pool / claims) as published. It also falls while losers have not been settled yet; the worst figure above counts it when a \
             loss is shared.",
            plot("Payable share over time", Unit::Share, 0.0, vec![Layer::Area(line(|p| p.payable_share), Ink::Series(4))]),
        ),
    ]
}

fn values(layer: &Layer) -> Vec<f64> {
    match layer {
        Layer::Shade(_) => Vec::new(),
        Layer::Band(band) => band.iter().flat_map(|b| [b.1, b.2]).collect(),
        Layer::Line(samples, ..) | Layer::Area(samples, _) => samples.iter().filter_map(|s| s.1).collect(),
        Layer::Bars(bars, _) => bars.iter().map(|b| b.2).collect(),
    }
}
