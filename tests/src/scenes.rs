//! Accounts with positions in many markets, for measurements and for tests of the largest sizes.

use crate::{collateral::COIN, defaults::UNIT, Trader, World};

/// `n` markets at 100 USD; a holder and a keeper with positions in them, all against one maker.
#[derive(Clone)]
pub struct Wide {
    /// The world.
    pub w: World,
    /// Quotes 1 000 units everywhere.
    pub maker: Trader,
    /// Long 10 units in each market, with 60 USD for each.
    pub holder: Trader,
    /// Long 10 units in the first `keeper` markets, and rich.
    pub keeper: Trader,
    /// Belongs to nothing.
    pub stranger: Trader,
}

impl Wide {
    /// The holder in `n` markets, the keeper in the first `keeper` of them.
    pub fn new(n: u16, keeper: u16) -> Self {
        let mut w = World::with_markets(n);
        let (maker, rich, stranger) = (w.trader(1_000_000), w.trader(1_000_000), w.trader(0));
        let holder = w.trader(60 * n as u64);
        for market in 0..n {
            w.quote(&maker, market, 1_000);
        }
        let mut wide = Self { w, maker, holder, keeper: rich, stranger };
        for market in 0..n {
            wide.take(&wide.holder.clone(), market);
        }
        for market in 0..keeper {
            wide.take(&wide.keeper.clone(), market);
        }
        wide
    }

    /// The same, the holder and the keeper with a hundredth of each of so many collaterals at 100 USD, all warm.
    pub fn with_collaterals(n: u16, keeper: u16, tokens: (u16, u16)) -> Self {
        let mut wide = Self::new(n, keeper);
        let Self { w, holder, keeper, .. } = &mut wide;
        for _ in 0..tokens.0.max(tokens.1) {
            w.list_major(100);
        }
        for (who, held) in [(holder, tokens.0), (keeper, tokens.1)] {
            for index in 1..=held {
                w.deposit_collateral(who, index, COIN / 100).expect("deposits");
            }
        }
        w.pass(200);
        wide
    }

    fn take(&mut self, who: &Trader, market: u16) {
        self.w.publish(market);
        self.w.refresh(market).expect("refreshes");
        self.w.take_lots(who, &self.maker.clone(), market, 10 * UNIT).expect("takes");
    }

    /// The holder below Maint and solvent, flagged, its ramp over.
    pub fn flagged(mut self) -> Self {
        self.w.crash(96_00000000, 5);
        self.w.flag(&self.holder).expect("flags");
        self.w.pass(25);
        self
    }

    /// The holder owes more than it has.
    pub fn insolvent(mut self) -> Self {
        self.w.crash(90_00000000, 5);
        self
    }
}

/// Two longs in distress at 97 with their ramps over, the second one half larger; a keeper.
#[derive(Clone)]
pub struct Queue {
    /// The world.
    pub w: World,
    /// Holds the other side.
    pub maker: Trader,
    /// Long 10 units.
    pub small: Trader,
    /// Long 15 units.
    pub large: Trader,
    /// Rich.
    pub keeper: Trader,
}

impl Queue {
    /// The scene.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        let mut w = World::with_market();
        let (maker, small, large, keeper) = (w.trader(100_000), w.trader(60), w.trader(90), w.trader(100_000));
        w.quote(&maker, 0, 1_000);
        w.take(&small, &maker, 0, 10).expect("takes");
        w.take(&large, &maker, 0, 15).expect("takes");
        w.price(0, 97_00000000, 5);
        for t in [&small, &large] {
            w.flag(t).expect("flags");
        }
        w.pass(25);
        Self { w, maker, small, large, keeper }
    }
}
