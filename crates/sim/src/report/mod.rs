//! Drawing: charts as SVG inside one page that needs nothing but itself. The colours are CSS variables, so that a page follows its reader's
//! light or dark mode. The demo's report and the simulator's are drawn with the same code.

pub mod charts;
pub mod format;
pub mod ink;
pub mod series;
pub mod time;

mod figures;
mod page;
pub mod verdict;

pub use page::render;

/// The style sheet of every page.
pub const STYLE: &str = include_str!("style.css");
