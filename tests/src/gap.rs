//! The worked example of design section 9: one slot takes the price further than the losers' margin, and nobody has capital to spare.

use crate::expect::events;
use crate::{defaults::params, initial, prices::Feed, Trader, World};
use firebreak_client::{
    oracle::Kind,
    program::{events::Deleveraged, instructions::InitialiseArgs},
    risk::{MarketParams, Ratio},
};

/// Open interest of 1 000 USD: losers of 3 and 7 units, winners of 4 and 6 with plenty, somebody flat with 77 USD.
pub struct Gap {
    /// The world.
    pub w: World,
    /// With exactly their margin.
    pub losers: [Trader; 2],
    /// With 1 000 USD each.
    pub winners: [Trader; 2],
    /// Holds nothing.
    pub flat: Trader,
}

impl Gap {
    /// Losers at 20×, on side `sign`.
    pub fn new(sign: i64) -> Self {
        Self::at(sign, 20)
    }

    /// Losers at this leverage, which divides 100.
    pub fn at(sign: i64, leverage: u64) -> Self {
        let mut w = World::with(InitialiseArgs { keeper_bond: 0, keeper_reward: 0, ..initial() });
        let exact = |kind, n| Feed { confidence: 0, ..Feed::new(kind, n, 100) };
        let free = MarketParams { taker_fee: Ratio(0), twap_band: Ratio(1_000_000), ..params() };
        w.list_with(free, vec![exact(Kind::PythUpdate, 0), exact(Kind::SwitchboardOnDemand, 1)]);
        let losers = [w.trader(300 / leverage), w.trader(700 / leverage)];
        let winners = [w.trader(1_000), w.trader(1_000)];
        let flat = w.trader(77);
        for (winner, units) in winners.iter().zip([4, 6]) {
            w.quote(winner, 0, units);
        }
        for (loser, winner, units) in [(0, 0, 3), (1, 0, 1), (1, 1, 6)] {
            w.take(&losers[loser], &winners[winner], 0, sign * units).expect("takes at exactly this leverage");
        }
        Self { w, losers, winners, flat }
    }

    /// Declares the losers and deleverages them, `order` first, against whoever ranks first by then.
    pub fn close(&mut self, order: [usize; 2]) -> Vec<Deleveraged> {
        let Self { w, losers, winners, .. } = self;
        for loser in losers.iter() {
            w.declare_bankrupt(loser).expect("declares");
        }
        let mut done = vec![];
        for i in order {
            let ranked: Vec<&Trader> = winners.iter().collect();
            w.rank(0, &ranked).ok();
            let parties = w.opposite(&losers[i], 0, winners);
            let meta = w.deleverage(&losers[i], 0, &parties.iter().collect::<Vec<_>>()).expect("closes");
            done.push(events::<Deleveraged>(&meta).remove(0));
        }
        done
    }

    /// Carries the loss to the end and pays the winners out. Returns what each won.
    pub fn pay(&mut self, order: [usize; 2]) -> [u64; 2] {
        let Self { w, winners, .. } = self;
        let before = [0, 1].map(|i| w.engine(&winners[i]).capital);
        w.pass(155);
        w.share_loss(0).expect("shares");
        assert_eq!(w.ledger(0).deficit, 0);
        w.pass(1_500);
        for i in order {
            w.convert(&winners[i], 0).expect("converts");
        }
        [0, 1].map(|i| w.engine(&winners[i]).capital - before[i])
    }
}
