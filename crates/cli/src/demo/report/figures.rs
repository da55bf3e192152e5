//! What the charts show: series, captions and legends, from the trace.

use super::super::outcome::{Point, Trace};
use super::{
    charts::{Ink, Layer, Plot, Unit, SERIES},
    format, series, time,
};

/// How a series looks in the legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A line.
    Line,
    /// A filled patch.
    Patch,
}

/// A chart or two with a common caption. All text is plain: the page escapes it.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Its heading.
    pub title: &'static str,
    /// Sentences below it.
    pub caption: String,
    /// Colour, mark and name of each series.
    pub legend: Vec<(Ink, Key, String)>,
    /// Charts with their headings.
    pub panels: Vec<(&'static str, Plot)>,
    /// Height in pixels where it fills the page's width; nothing for halves.
    pub wide: Option<u32>,
}

/// All figures, in the order of the story; none without ticks.
pub fn all(trace: &Trace) -> Vec<Figure> {
    let points = &trace.points[..];
    let Some(run) = Run::of(points) else {
        return Vec::new();
    };
    let focus = run.focus();
    let mut all = vec![prices(&run, &trace.sources)];
    if let Some(focus) = &focus {
        let mut close = prices(focus, &trace.sources);
        close.title = "The crash, close up: where most liquidations happened";
        all.push(close);
    }
    all.push(open_interest(&run));
    all.push(liquidations(&run, focus.as_ref().unwrap_or(&run)));
    all.extend([cover(&run), deficit(&run), payable(&run)]);
    all
}

struct Run<'a> {
    points: &'a [Point],
    span: (i64, i64),
    /// Length of the whole run, also for a part of it: it decides whether moments need a date.
    whole: i64,
    /// Take-overs and bankruptcies before the first of these points.
    before: [u64; 2],
}

impl<'a> Run<'a> {
    fn of(points: &'a [Point]) -> Option<Self> {
        let times = points.iter().map(|p| p.time_ms);
        let (from, to) = (times.clone().min()?, times.max()?);
        // A single tick is put into the middle.
        let span = if to > from { (from, to) } else { (from - 30_000, to + 30_000) };
        Some(Self { points, span, whole: to - from, before: [0; 2] })
    }

    /// The part of the run that holds nine tenths of the take-overs, with as much again around it; nothing when that is a large
    /// part anyway. A crash lasts minutes, and in a chart of days it is a vertical line.
    fn focus(&self) -> Option<Self> {
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

    fn samples(&self, value: impl Fn(&Point) -> f64) -> Vec<(i64, Option<f64>)> {
        self.points.iter().map(|p| (p.time_ms, Some(value(p)).filter(|v| v.is_finite()))).collect()
    }

    /// Prices only: what is not positive is no price.
    fn prices(&self, value: impl Fn(&Point) -> Option<f64>) -> Vec<(i64, Option<f64>)> {
        let positive = |v: &f64| v.is_finite() && *v > 0.0;
        self.points.iter().map(|p| (p.time_ms, value(p).filter(positive))).collect()
    }

    fn plot(&self, alt: String, range: (f64, f64), unit: Unit, layers: Vec<Layer>) -> Plot {
        Plot { alt, span: self.span, range, unit, layers }
    }

    fn at(&self, ms: i64) -> String {
        time::moment(ms, self.whole)
    }
}

fn prices(run: &Run<'_>, names: &[String]) -> Figure {
    let mut layers = vec![Layer::Shade(series::impaired(run.points, 600))];
    let mut legend = vec![(Ink::Main, Key::Line, "Robust price".to_string()), (Ink::Band, Key::Patch, "its low to high".into())];
    let band: Vec<_> = run
        .points
        .iter()
        .filter(|p| p.low.is_finite() && p.high.is_finite() && p.low > 0.0 && p.high >= p.low)
        .map(|p| (p.time_ms, p.low, p.high))
        .collect();
    let spot = run.prices(|p| Some(p.spot));
    let mut values: Vec<f64> = band.iter().flat_map(|b| [b.1, b.2]).chain(spot.iter().filter_map(|s| s.1)).collect();
    layers.push(Layer::Band(band));
    let widest = run.points.iter().map(|p| p.sources.len()).max().unwrap_or(0);
    for n in 0..names.len().max(widest) {
        let line = run.prices(|p| p.sources.get(n).copied());
        values.extend(line.iter().filter_map(|s| s.1));
        let ink = Ink::Series((n % usize::from(SERIES)) as u8);
        layers.push(Layer::Line(line, ink, 1.1));
        legend.push((ink, Key::Line, names.get(n).cloned().unwrap_or_else(|| format!("Source {}", n + 1))));
    }
    let mut caption = String::new();
    if let Some((low, high)) = extremes(&spot) {
        let fall = if high.0 < low.0 { format!(", {} lower", format::ratio(1.0 - low.1 / high.1)) } else { String::new() };
        caption = format!(
            "The robust price was highest at {} ({}) and lowest at {} ({}){fall}. ",
            format::price(high.1),
            run.at(high.0),
            format::price(low.1),
            run.at(low.0)
        );
    }
    let alt = format!("Line chart of the price in USD. {caption}");
    layers.push(Layer::Line(spot, Ink::Main, 2.0));
    let has = |quality| run.points.iter().any(|p| p.quality == quality);
    if has(1) {
        legend.push((Ink::Degraded, Key::Patch, "Degraded".into()));
        caption.push_str("Degraded: too few sources agree; positions may only be reduced and liquidations wait. ");
    }
    if has(0) {
        legend.push((Ink::Frozen, Key::Patch, "Frozen".into()));
        caption.push_str("Frozen: no usable price; nothing that needs one is done. ");
    }
    if !has(1) && !has(0) {
        caption.push_str("The sources agreed at every tick. ");
    }
    let plot = run.plot(alt, range_of(&values, false), Unit::Price, layers);
    Figure { title: "Price by source and the robust price, USD", caption, legend, panels: vec![("", plot)], wide: Some(340) }
}

fn open_interest(run: &Run<'_>) -> Figure {
    let samples = run.samples(|p| p.open_interest);
    let caption = first_and_last(run, &samples, |v| dollars(v));
    let alt = format!("Area chart of open interest in USD. {caption}");
    let range = range_of(&values(&samples), true);
    let plot = run.plot(alt, range, Unit::Money, vec![Layer::Area(samples, Ink::Series(0))]);
    Figure {
        title: "Open interest, one side",
        caption: format!("{caption} It is valued at the robust price, so it falls with the price as well as with every closed position."),
        legend: Vec::new(),
        panels: vec![("", plot)],
        wide: Some(220),
    }
}

/// Sums over the whole run; bars where most of it happened.
fn liquidations(run: &Run<'_>, focus: &Run<'_>) -> Figure {
    let (blue, red) = (Ink::Series(0), Ink::Series(1));
    let last = run.points.last();
    let (taken, closed) = last.map_or((0, 0), |p| (p.liquidations, p.bankruptcies));
    let total = format!("{} and {}", format::counted(taken, "take-over"), plural(closed, "bankruptcy", "bankruptcies"));

    let sums = [run.samples(|p| p.liquidations as f64), run.samples(|p| p.bankruptcies as f64)];
    let range = range_of(&[values(&sums[0]), values(&sums[1])].concat(), true);
    let [first, second] = sums;
    let layers = vec![Layer::Area(first, blue), Layer::Line(second, red, 1.6)];
    let cumulative = run.plot(format!("Line chart: {total} in all, counted up over time."), range, Unit::Count, layers);

    let (from, to) = focus.span;
    let step = time::step(to - from, 45);
    let counters: [fn(&Point) -> u64; 2] = [|p| p.liquidations, |p| p.bankruptcies];
    let gains = [0, 1].map(|n| {
        let counter: Vec<_> = focus.points.iter().map(|p| (p.time_ms, counters[n](p))).collect();
        series::gains(focus.before[n], &counter, step)
    });
    let heights: Vec<f64> = gains.iter().flatten().map(|g| g.1 as f64).collect();
    // Side by side inside their interval, with air between intervals. The first and last may reach beyond the run.
    let bars = |gains: &[(i64, u64)], begin: i64, end: i64| {
        let inside = |t: i64| t.clamp(from, to);
        gains.iter().map(|g| (inside(g.0 + step * begin / 100), inside(g.0 + step * end / 100), g.1 as f64)).collect()
    };
    let layers = vec![Layer::Bars(bars(&gains[0], 8, 56), blue), Layer::Bars(bars(&gains[1], 56, 92), red)];
    let interval = time::interval(step);
    let mut busiest = String::new();
    if let Some(most) = gains[0].iter().rev().max_by_key(|g| g.1).filter(|g| g.1 > 0) {
        let many = format::counted(most.1, "take-over");
        busiest = format!(" The busiest interval began at {} and had {many}.", run.at(most.0.max(from)));
    }
    let period = format!("steps of {interval} from {} to {}", run.at(from), run.at(to));
    let alt = format!("Bar chart of take-overs and bankruptcies in {period}.{busiest}");
    let each = focus.plot(alt, range_of(&heights, true), Unit::Count, layers);

    Figure {
        title: "Liquidations and bankruptcies",
        caption: format!("{total}. The bars count {period}.{busiest}"),
        legend: vec![
            (blue, Key::Patch, "Take-overs by keepers".into()),
            (red, Key::Patch, "Bankruptcies: accounts closed with a debt".into()),
        ],
        panels: vec![("In all so far", cumulative), ("Interval by interval", each)],
        wide: None,
    }
}

fn cover(run: &Run<'_>) -> Figure {
    let (fund, pot) = (run.samples(|p| p.insurance), run.samples(|p| p.pot));
    let (fund_range, pot_range) = (range_of(&values(&fund), false), range_of(&values(&pot), true));
    let says = [first_and_last(run, &fund, dollars), first_and_last(run, &pot, dollars)];
    let mut caption = format!("Insurance fund: {} Market’s pot: {}", says[0], says[1]);
    if fund_range.0 > 0.0 {
        caption.push_str(" The fund’s axis does not start at zero.");
    }
    let panel = |what: &str, text: &str, samples, range: (f64, f64), ink| {
        // A filled area says "this much"; above a base line that is not zero it would lie.
        let layer = if range.0 > 0.0 { Layer::Line(samples, ink, 1.6) } else { Layer::Area(samples, ink) };
        run.plot(format!("Chart of {what} in USD. {text}"), range, Unit::Money, vec![layer])
    };
    let left = panel("the insurance fund", &says[0], fund, fund_range, Ink::Series(2));
    let right = panel("the market’s pot", &says[1], pot, pot_range, Ink::Series(3));
    Figure {
        title: "What stands behind the market",
        caption,
        legend: Vec::new(),
        panels: vec![("Insurance fund", left), ("The market’s own pot", right)],
        wide: None,
    }
}

fn deficit(run: &Run<'_>) -> Figure {
    let samples = run.samples(|p| p.deficit);
    let caption = match extremes(&samples) {
        Some((_, high)) if high.1 > 0.0 => {
            let last = samples.iter().rev().find_map(|s| s.1).unwrap_or(0.0);
            format!("Loss that nobody has paid yet. Largest at the end of a tick: {} at {}; after the last {}.", dollars(high.1), run.at(high.0), dollars(last))
        }
        _ => "Loss that nobody has paid yet. There was none at any tick.".into(),
    };
    let range = range_of(&values(&samples), true);
    let plot = run.plot(format!("Area chart. {caption}"), range, Unit::Money, vec![Layer::Area(samples, Ink::Series(1))]);
    Figure { title: "Deficit", caption, legend: Vec::new(), panels: vec![("", plot)], wide: None }
}

fn payable(run: &Run<'_>) -> Figure {
    let samples = run.samples(|p| p.payable_share);
    let about = "The part of the winners’ claims that losers have paid in so far.";
    let caption = match extremes(&samples) {
        Some((low, _)) if low.1 < 1.0 => format!("{about} Lowest: {} at {}.", format::ratio(low.1), run.at(low.0)),
        Some(_) => format!("{about} It never fell below 100 %."),
        None => about.into(),
    };
    let alt = format!("Area chart. {caption}");
    let plot = run.plot(alt, (0.0, 1.04), Unit::Share, vec![Layer::Area(samples, Ink::Series(4))]);
    Figure { title: "h, the payable share", caption, legend: Vec::new(), panels: vec![("", plot)], wide: None }
}

fn plural(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", format::count(n), if n == 1 { one } else { many })
}

fn dollars(value: f64) -> String {
    // Saturates; amounts of the chain are below 2^63 atoms.
    format::money((value.max(0.0) * 1e6).round() as u64)
}

fn values(samples: &[(i64, Option<f64>)]) -> Vec<f64> {
    samples.iter().filter_map(|s| s.1).collect()
}

fn extremes(samples: &[(i64, Option<f64>)]) -> Option<((i64, f64), (i64, f64))> {
    let mut present = samples.iter().filter_map(|s| s.1.map(|v| (s.0, v)));
    let first = present.next()?;
    Some(present.fold((first, first), |(low, high), p| (if p.1 < low.1 { p } else { low }, if p.1 > high.1 { p } else { high })))
}

fn first_and_last(run: &Run<'_>, samples: &[(i64, Option<f64>)], show: impl Fn(f64) -> String) -> String {
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
fn range_of(values: &[f64], from_zero: bool) -> (f64, f64) {
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
