//! The colours of the charts: roles, whose values the style sheet holds.

use plotters::style::RGBColor;

/// A role of colour. Each has a variable of the same name in the style sheet, with a light and a dark value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Labels.
    Muted,
    /// Lines behind the data.
    Grid,
    /// The base line.
    Axis,
    /// The series that matters most.
    Main,
    /// The range around it.
    Band,
    /// Degraded price.
    Degraded,
    /// Frozen price.
    Frozen,
    /// One of several series.
    Series(u8),
}

/// Colours of `Ink::Series`.
pub const SERIES: u8 = 5;

impl Ink {
    const FIXED: [(Self, &'static str); 7] = [
        (Self::Muted, "muted"),
        (Self::Grid, "grid"),
        (Self::Axis, "axis"),
        (Self::Main, "main"),
        (Self::Band, "band"),
        (Self::Degraded, "degraded"),
        (Self::Frozen, "frozen"),
    ];

    /// The value to use in CSS and SVG.
    pub fn css(self) -> String {
        match self {
            Self::Series(n) => format!("var(--s{})", n % SERIES),
            _ => format!("var(--{})", Self::FIXED[self.place()].1),
        }
    }

    fn place(self) -> usize {
        Self::FIXED.iter().position(|(ink, _)| *ink == self).unwrap_or(0)
    }

    /// A colour that nothing else uses and that stands for this role until the drawing is finished.
    pub fn stand_in(self) -> RGBColor {
        match self {
            Self::Series(n) => RGBColor(1, 2, n % SERIES),
            _ => RGBColor(1, 1, self.place() as u8),
        }
    }

    /// Every role.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::FIXED.into_iter().map(|(ink, _)| ink).chain((0..SERIES).map(Self::Series))
    }
}
