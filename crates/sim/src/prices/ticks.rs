//! Bars into ticks.
//!
//! Each bar is played open → nearer extreme → other extreme → close at quarters of its length, never closes only: what kills
//! leveraged accounts is inside the bar. Venues are played on one timeline, the finest of them; a venue whose bar is absent
//! republishes its last close.

use super::Venue;

/// What every venue says at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// Unix milliseconds.
    pub time_ms: i64,
    /// Price of each venue in 10^-8 USD, in the order of the venues.
    pub prices: Vec<i64>,
}

/// All ticks of the time that all venues cover.
pub fn play(venues: &[Venue]) -> Vec<Tick> {
    let start = venues.iter().filter_map(|v| v.bars.first()).map(|b| b.time_ms).max().unwrap_or(0);
    let end = venues.iter().filter_map(|v| v.bars.last().map(|b| b.time_ms + step(v))).min().unwrap_or(0);
    let quarter = (venues.iter().map(step).min().unwrap_or(60_000) / 4).max(1);
    let mut cursors: Vec<Cursor> = venues.iter().map(Cursor::new).collect();
    let mut ticks = Vec::new();
    let mut time_ms = start;
    while time_ms < end {
        let prices = cursors.iter_mut().map(|c| c.at(time_ms)).collect();
        ticks.push(Tick { time_ms, prices });
        time_ms += quarter;
    }
    ticks
}

/// Bars that a venue's file does not have between its first and its last: the last close is carried over them.
pub fn carried(venue: &Venue) -> u64 {
    let step = step(venue).max(1);
    venue.bars.windows(2).map(|w| ((w[1].time_ms - w[0].time_ms) / step - 1).max(0) as u64).sum()
}

/// Length of a venue's bars: the smallest distance between two.
fn step(venue: &Venue) -> i64 {
    venue.bars.windows(2).map(|w| w[1].time_ms - w[0].time_ms).min().unwrap_or(60_000)
}

struct Cursor<'a> {
    venue: &'a Venue,
    step: i64,
    next: usize,
}

impl<'a> Cursor<'a> {
    fn new(venue: &'a Venue) -> Self {
        Self { venue, step: step(venue), next: 0 }
    }

    /// The venue's price at `time_ms`; times only grow.
    fn at(&mut self, time_ms: i64) -> i64 {
        while self.venue.bars.get(self.next).is_some_and(|b| b.time_ms <= time_ms) {
            self.next += 1;
        }
        let Some(bar) = self.next.checked_sub(1).and_then(|i| self.venue.bars.get(i)) else {
            return self.venue.bars.first().map_or(0, |b| b.open);
        };
        let near_low = (bar.open - bar.low).abs() <= (bar.high - bar.open).abs();
        let (near, far) = if near_low { (bar.low, bar.high) } else { (bar.high, bar.low) };
        match (time_ms - bar.time_ms) * 4 / self.step {
            0 => bar.open,
            1 => near,
            2 => far,
            _ => bar.close, // the last quarter, and every quarter of an absent bar
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Bar, *};

    fn venue(bars: &[(i64, i64, i64, i64, i64)]) -> Venue {
        let bars = bars.iter().map(|&(t, open, high, low, close)| Bar { time_ms: t * 60_000, open, high, low, close }).collect();
        Venue { name: "v".into(), bars }
    }

    #[test]
    fn a_bar_is_played_through_its_nearer_extreme_first() {
        let ticks = play(&[venue(&[(0, 10, 20, 9, 15), (1, 15, 16, 5, 6)])]);
        let prices: Vec<i64> = ticks.iter().map(|t| t.prices[0]).collect();
        assert_eq!(prices, [10, 9, 20, 15, 15, 16, 5, 6]);
        assert_eq!(ticks[1].time_ms, 15_000);
    }

    #[test]
    fn an_absent_bar_republishes_the_last_close() {
        let full = venue(&[(0, 1, 1, 1, 1), (1, 2, 2, 2, 2), (2, 3, 3, 3, 3)]);
        let gap = venue(&[(0, 5, 5, 5, 7), (2, 9, 9, 9, 9)]);
        let mut gap = play(&[full, gap]).into_iter().map(|t| t.prices[1]).collect::<Vec<_>>();
        gap.dedup();
        assert_eq!(gap, [5, 7, 9]);
    }

    #[test]
    fn only_the_time_that_all_venues_cover_is_played() {
        let a = venue(&[(0, 1, 1, 1, 1), (1, 1, 1, 1, 1), (2, 1, 1, 1, 1)]);
        let b = venue(&[(1, 1, 1, 1, 1), (2, 1, 1, 1, 1), (3, 1, 1, 1, 1)]);
        let ticks = play(&[a, b]);
        assert_eq!((ticks[0].time_ms, ticks.len()), (60_000, 8));
    }
}
