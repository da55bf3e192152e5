//! Draws charts as SVG whose colours are the page's CSS variables.

use super::{
    format,
    ink::Ink,
    series::{self, Sample, Stretch},
    time,
};
use anyhow::{anyhow, Result};
use plotters::{
    coord::{
        ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter},
        types::RangedCoordf64,
        Shift,
    },
    prelude::*,
};
use std::ops::Range;

/// The backend's coordinates are whole pixels. Drawing larger and letting the view box shrink it gives fractions, without
/// which slow series turn into staircases.
const ZOOM: u32 = 4;

/// What the vertical axis counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// USD for one unit of the asset.
    Price,
    /// USD.
    Money,
    /// Things.
    Count,
    /// A part of one.
    Share,
}

/// One layer of a chart, the lowest first.
#[derive(Clone, Debug)]
pub enum Layer {
    /// Stretches of impaired price over the full height.
    Shade(Vec<Stretch>),
    /// A range: time, low, high.
    Band(Vec<(i64, f64, f64)>),
    /// A line and its width in pixels.
    Line(Vec<Sample>, Ink, f64),
    /// A line with the area below it filled.
    Area(Vec<Sample>, Ink),
    /// Bars: from, to, height.
    Bars(Vec<(i64, i64, f64)>, Ink),
}

/// A chart without its frame.
#[derive(Clone, Debug)]
pub struct Plot {
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// First and last moment.
    pub span: (i64, i64),
    /// Range of the vertical axis.
    pub range: (f64, f64),
    /// Its unit.
    pub unit: Unit,
    /// What is drawn.
    pub layers: Vec<Layer>,
}

/// Proportions of a chart.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    width: u32,
    height: u32,
    /// Points a series may have.
    budget: usize,
    /// Labels of the time axis.
    labels: i64,
}

impl Size {
    /// As wide as the page.
    pub const fn wide(height: u32) -> Self {
        Self { width: 1_000, height, budget: 1_500, labels: 12 }
    }

    /// Half of the page, or all of a phone.
    pub const fn narrow(height: u32) -> Self {
        Self { width: 440, height, budget: 700, labels: 5 }
    }
}

/// The chart as an `<svg>` element with these CSS classes.
pub fn draw(plot: &Plot, size: Size, classes: &str) -> Result<String> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (size.width * ZOOM, size.height * ZOOM)).into_drawing_area();
        draw_on(&area, plot, size).map_err(|e| anyhow!("cannot draw a chart: {e}"))?;
        area.present().map_err(|e| anyhow!("cannot draw a chart: {e}"))?;
    }
    Ok(themed(&svg, plot, size, classes))
}

/// Swaps the stand-in colours for variables, and the root element, whose fixed pixels would not fit a phone, for one that scales.
fn themed(svg: &str, plot: &Plot, size: Size, classes: &str) -> String {
    let mut body = svg.split_once('>').map_or("", |(_, body)| body).replace('\n', "");
    for ink in Ink::all() {
        let RGBColor(r, g, b) = ink.stand_in();
        body = body.replace(&format!("\"#{r:02X}{g:02X}{b:02X}\""), &format!("\"{}\"", ink.css()));
    }
    // What the style sheet says for all of them.
    for noise in [" font-family=\"sans-serif\"", " opacity=\"1\"", " stroke=\"none\""] {
        body = body.replace(noise, "");
    }
    format!(
        "<svg class=\"{classes}\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {} {}\">{body}",
        format::escape(&plot.alt),
        size.width * ZOOM,
        size.height * ZOOM,
    )
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type DrawError = DrawingAreaErrorKind<std::io::Error>;

fn draw_on(area: &Area<'_>, plot: &Plot, size: Size) -> Result<(), DrawError> {
    let zoomed = |pixels: f64| (pixels * f64::from(ZOOM)).round() as u32;
    let (from, to) = plot.span;
    let step = time::step(to - from, size.labels);
    let axis = TimeAxis { from, to, step };
    let mut chart = ChartBuilder::on(area)
        .margin_top(zoomed(8.0))
        // Half of a label that stands at the last moment, as in 12:00.
        .margin_right(zoomed(24.0))
        .x_label_area_size(zoomed(24.0))
        // Wide enough for 115,000.
        .y_label_area_size(zoomed(64.0))
        .build_cartesian_2d(axis, plot.range.0..plot.range.1)?;

    // Below the mesh, so that the grid stays visible through it.
    for layer in &plot.layers {
        if let Layer::Shade(stretches) = layer {
            for &(start, end, quality) in stretches {
                let ink = if quality == 0 { Ink::Frozen } else { Ink::Degraded };
                // A stretch of a few ticks in a long run would be thinner than a pixel.
                let end = end.max(start + (to - from) / 500).min(to);
                let corners = [(start, plot.range.0), (end, plot.range.1)];
                chart.draw_series([Rectangle::new(corners, ink.stand_in().filled())])?;
            }
        }
    }

    // The library puts its labels on round numbers; their distance decides how many decimals they need.
    let labels = 5;
    let marks = RangedCoordf64::from(plot.range.0..plot.range.1).key_points(labels);
    let gap = marks.windows(2).map(|w| w[1] - w[0]).next().unwrap_or(plot.range.1 - plot.range.0);
    let label = ("sans-serif", zoomed(12.0 * 1.24)).into_font().color(&Ink::Muted.stand_in());
    let value_label = |v: &f64| value_label(plot.unit, *v, gap);
    let time_label = |t: &i64| time::label(*t, step, to - from);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .max_light_lines(0)
        .bold_line_style(Ink::Grid.stand_in().stroke_width(zoomed(1.0)))
        .axis_style(Ink::Axis.stand_in().stroke_width(zoomed(1.0)))
        .set_all_tick_mark_size(zoomed(4.0))
        .x_labels(usize::try_from(size.labels).unwrap_or(1) + 1)
        .y_labels(labels)
        .label_style(label)
        .x_label_formatter(&time_label)
        .y_label_formatter(&value_label)
        .draw()?;

    for layer in &plot.layers {
        match layer {
            Layer::Shade(_) => {}
            Layer::Band(band) => {
                let kept = series::envelope(band, size.budget);
                let top = kept.iter().map(|b| (b.0, b.2));
                let bottom = kept.iter().rev().map(|b| (b.0, b.1));
                let outline: Vec<_> = top.chain(bottom).collect();
                chart.draw_series([Polygon::new(outline, Ink::Band.stand_in().filled())])?;
            }
            Layer::Line(samples, ink, width) => {
                let style = ink.stand_in().stroke_width(zoomed(*width));
                for run in series::runs(samples, size.budget) {
                    if let [point] = run[..] {
                        chart.draw_series([Circle::new(point, zoomed(width + 0.6), ink.stand_in().filled())])?;
                    } else {
                        chart.draw_series(LineSeries::new(run, style))?;
                    }
                }
            }
            Layer::Area(samples, ink) => {
                let style = ink.stand_in().stroke_width(zoomed(1.6));
                for run in series::runs(samples, size.budget) {
                    if let [point] = run[..] {
                        chart.draw_series([Circle::new(point, zoomed(2.2), ink.stand_in().filled())])?;
                    } else {
                        let fill = ink.stand_in().mix(0.16);
                        chart.draw_series(AreaSeries::new(run.iter().copied(), plot.range.0, fill))?;
                        chart.draw_series(LineSeries::new(run, style))?;
                    }
                }
            }
            Layer::Bars(bars, ink) => {
                let bars = bars.iter().filter(|b| b.2 > 0.0);
                chart.draw_series(bars.map(|b| Rectangle::new([(b.0, plot.range.0), (b.1, b.2)], ink.stand_in().filled())))?;
            }
        }
    }
    Ok(())
}

fn value_label(unit: Unit, value: f64, gap: f64) -> String {
    match unit {
        Unit::Price => format::grouped(value, format::decimals_for(gap)),
        Unit::Money => format::axis_money(value, gap),
        // Between whole things there is nothing to name.
        Unit::Count if (value - value.round()).abs() > 1e-9 => String::new(),
        Unit::Count => format::grouped(value, 0),
        Unit::Share => format!("{} %", format::grouped(value * 100.0, format::decimals_for(gap * 100.0))),
    }
}

/// A time axis with ticks where clocks have them; the library's own for integers prefers round milliseconds.
struct TimeAxis {
    from: i64,
    to: i64,
    step: i64,
}

impl Ranged for TimeAxis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = i64;

    fn map(&self, value: &i64, limit: (i32, i32)) -> i32 {
        let part = (value - self.from) as f64 / (self.to - self.from).max(1) as f64;
        limit.0 + (part * f64::from(limit.1 - limit.0)).round() as i32
    }

    fn key_points<H: KeyPointHint>(&self, _: H) -> Vec<i64> {
        time::ticks(self.from, self.to, self.step)
    }

    fn range(&self) -> Range<i64> {
        self.from..self.to
    }
}

impl ValueFormatter<i64> for TimeAxis {
    fn format_ext(&self, value: &i64) -> String {
        time::label(*value, self.step, self.to - self.from)
    }
}
