//! One market's price is led to where the gambler overreaches, so that there is somebody to liquidate from time to time.

use super::people::People;
use anyhow::Result;
use firebreak_client::Pubkey;

/// Seconds of calm before the price is led away.
const CALM: u64 = 15;
/// Seconds for which it stays there at most.
const HELD: u64 = 180;
/// How far it is led in a second, in ppm.
const SPEED: i64 = 4_000;

/// Where the play stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    /// Since this second.
    Calm(u64),
    /// Toward the gambler's line.
    Leading,
    /// There, since this second.
    There(u64),
    /// Back to where it began.
    Back,
}

/// The play of one market.
pub struct Drama {
    act: Act,
    home: i64,
    long: bool,
}

impl Drama {
    /// Begins calm, at `home`.
    pub fn new(home: i64) -> Self {
        Self { act: Act::Calm(0), home, long: true }
    }

    /// Where the price goes this second; `None`: wherever it likes.
    pub fn lead(&mut self, price: i64, elapsed: u64, people: &People, feeds: &[Pubkey]) -> Result<Option<i64>> {
        match self.act {
            Act::Calm(since) if elapsed < since + CALM => return Ok(None),
            Act::Calm(_) => {
                if people.gamble(feeds, self.long)? {
                    self.act = Act::Leading;
                } else {
                    // The other side next time: one side may be crowded.
                    (self.act, self.long) = (Act::Calm(elapsed), !self.long);
                }
                return Ok(None);
            }
            Act::Leading => {
                if people.is_in_distress()? {
                    self.act = Act::There(elapsed);
                } else if let Some(fatal) = people.fatal_price()? {
                    return Ok(Some(toward(price, fatal)));
                } else {
                    self.act = Act::Back;
                }
            }
            Act::There(since) if elapsed < since + HELD && people.is_in_distress()? => return Ok(Some(price)),
            Act::There(_) => self.act = Act::Back,
            Act::Back if (price - self.home).abs() <= step(price) => self.act = Act::Calm(elapsed),
            Act::Back => {}
        }
        Ok(Some(if self.act == Act::Back { toward(price, self.home) } else { price }))
    }
}

fn step(price: i64) -> i64 {
    (i128::from(price) * i128::from(SPEED) / 1_000_000) as i64
}

fn toward(price: i64, target: i64) -> i64 {
    price + (target - price).clamp(-step(price), step(price))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_led_step_by_step_and_not_beyond() {
        assert_eq!(toward(1_000_000, 2_000_000), 1_004_000);
        assert_eq!(toward(1_000_000, 0), 996_000);
        assert_eq!(toward(1_000_000, 1_000_001), 1_000_001);
    }
}
