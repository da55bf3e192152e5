//! What the charts show: series, captions and legends, from the trace.

use super::super::outcome::{Point, Trace};
use super::{
    charts::{Layer, Plot, Unit},
    format,
    ink::{Ink, SERIES},
    run::{extremes, first_and_last, range_of, values, Run},
    series, time,
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

fn prices(run: &Run<'_>, names: &[String]) -> Figure {
    let mut layers =
        vec![Layer::Shade(series::impaired(&run.points.iter().map(|p| (p.time_ms, p.quality)).collect::<Vec<_>>(), 600))];
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
        caption.push_str("Enough sources agreed at every tick. ");
    }
    let plot = run.plot(alt, range_of(&values, false), Unit::Price, layers);
    Figure { title: "Price by source and the robust price, USD", caption, legend, panels: vec![("", plot)], wide: Some(340) }
}

fn open_interest(run: &Run<'_>) -> Figure {
    let samples = run.samples(|p| p.open_interest);
    let caption = first_and_last(run, &samples, dollars);
    let alt = format!("Area chart of open interest in USD. {caption}");
    let range = range_of(&values(&samples), true);
    let plot = run.plot(alt, range, Unit::Money, vec![Layer::Area(samples, Ink::Series(0))]);
    Figure {
        title: "Open interest, one side",
        caption: format!(
            "{caption} It is valued at the robust price, so it falls with the price as well as with every closed position."
        ),
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
            format!(
                "Loss that nobody has paid yet. Largest at the end of a tick: {} at {}; after the last {}.",
                dollars(high.1),
                run.at(high.0),
                dollars(last)
            )
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
