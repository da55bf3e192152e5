//! A run as the charts need it: series of samples, the range they span, their course in words.

use super::super::outcome::Point;
use super::{
    charts::{Layer, Plot, Unit},
    series::Sample,
    time,
};

/// A run, or a part of it.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// Its ticks; at least one.
    pub points: &'a [Point],
    /// First and last moment of a time axis.
    pub span: (i64, i64),
    /// Length of the whole run, also for a part of it: it decides whether moments need a date.
    whole: i64,
    /// Take-overs and bankruptcies before the first of these points.
    pub before: [u64; 2],
}

impl<'a> Run<'a> {
    /// All of it; nothing without ticks.
    pub fn of(points: &'a [Point]) -> Option<Self> {
        let times = points.iter().map(|p| p.time_ms);
        let (from, to) = (times.clone().min()?, times.max()?);
        // A single tick is put into the middle.
        let span = if to > from { (from, to) } else { (from - 30_000, to + 30_000) };
        Some(Self { points, span, whole: to - from, before: [0; 2] })
    }

    /// The part of the run that holds nine tenths of the take-overs, with as much again around it; nothing when that is a large
    /// part anyway. A crash lasts minutes, and in a chart of days it is a vertical line.
    pub fn focus(&self) -> Option<Self> {
        let taken = |p: &Point| p.liquidations;
        let total = self.points.last().map(taken)?;
        let reaches = |parts: u64| {
            let enough = (u128::from(total) * u128::from(parts)).div_ceil(20);
            self.points.iter().position(|p| u128::from(taken(p)) >= enough)
        };
        let (first, last) = (reaches(1)?, reaches(19)?);
        let width = (self.points[last].time_ms - self.points[first].time_ms).max(self.whole / 100);
        let (from, to) = (self.points[first].time_ms - width / 2, self.points[last].time_ms + width / 2);
        if total == 0 || (to - from).checked_mul(3)? > self.whole {
            return None;
        }
        let begin = self.points.iter().position(|p| p.time_ms >= from)?;
        let end = self.points.iter().rposition(|p| p.time_ms <= to)?;
        let before = begin.checked_sub(1).map_or([0; 2], |n| [self.points[n].liquidations, self.points[n].bankruptcies]);
        Some(Self { whole: self.whole, before, ..Self::of(self.points.get(begin..=end)?)? })
    }

    /// A figure over time.
    pub fn samples(&self, value: impl Fn(&Point) -> f64) -> Vec<Sample> {
        self.points.iter().map(|p| (p.time_ms, Some(value(p)).filter(|v| v.is_finite()))).collect()
    }

    /// Prices only: what is not positive is no price.
    pub fn prices(&self, value: impl Fn(&Point) -> Option<f64>) -> Vec<Sample> {
        let positive = |v: &f64| v.is_finite() && *v > 0.0;
        self.points.iter().map(|p| (p.time_ms, value(p).filter(positive))).collect()
    }

    /// A chart over the time of the run.
    pub fn plot(&self, alt: String, range: (f64, f64), unit: Unit, layers: Vec<Layer>) -> Plot {
        Plot { alt, span: self.span, range, unit, layers }
    }

    /// A moment in words.
    pub fn at(&self, ms: i64) -> String {
        time::moment(ms, self.whole)
    }
}

/// The values that are there.
pub fn values(samples: &[Sample]) -> Vec<f64> {
    samples.iter().filter_map(|s| s.1).collect()
}

/// The lowest and the highest sample.
pub fn extremes(samples: &[Sample]) -> Option<((i64, f64), (i64, f64))> {
    let mut present = samples.iter().filter_map(|s| s.1.map(|v| (s.0, v)));
    let first = present.next()?;
    Some(present.fold((first, first), |(low, high), p| (if p.1 < low.1 { p } else { low }, if p.1 > high.1 { p } else { high })))
}

/// A figure's course in words.
pub fn first_and_last(run: &Run<'_>, samples: &[Sample], show: impl Fn(f64) -> String) -> String {
    let present = values(samples);
    let (Some(first), Some(last), Some((low, high))) = (present.first(), present.last(), extremes(samples)) else {
        return "No figures.".into();
    };
    if low.1 == high.1 {
        return format!("{} throughout.", show(*first));
    }
    let mut text = format!("{} at the start, {} at the end", show(*first), show(*last));
    if low.1 < first.min(*last) {
        text.push_str(&format!("; lowest {} at {}", show(low.1), run.at(low.0)));
    }
    if high.1 > first.max(*last) {
        text.push_str(&format!("; highest {} at {}", show(high.1), run.at(high.0)));
    }
    text + "."
}

/// A range that holds all values with some air; from zero when asked, or when zero is near anyway.
pub fn range_of(values: &[f64], from_zero: bool) -> (f64, f64) {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !low.is_finite() || !high.is_finite() {
        return (0.0, 1.0);
    }
    let zero = from_zero || (low >= 0.0 && low < 0.1 * high);
    let low = if zero { low.min(0.0) } else { low };
    // Differences near the limits of a float would give an axis whose labels are all alike.
    let flat = high - low <= high.abs().max(low.abs()) * 1e-6;
    let air = match (flat, high == 0.0) {
        (false, _) => (high - low) * 0.06,
        (true, true) => 1.0,
        (true, false) => high.abs() * 0.01,
    };
    (if zero { low } else { low - air }, high + air)
}
