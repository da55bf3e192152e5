//! A market with a limit, stakers in both tranches, and an account that a fall to 90 USD bankrupts.

use firebreak_client::{program::instructions::InitialiseArgs, risk::MarketParams};
use firebreak_tests::{initial, params, stakers::*, Trader, World, USD};

/// Cooldown in seconds, and in slots.
pub const COOLDOWN: i64 = 600;
pub const COOLDOWN_SLOTS: u64 = 1_500;

/// What the bankrupt account's fees cover at a multiple of one hundred: 15 USD.
pub const COVER: u64 = 15 * USD;

#[derive(Clone)]
pub struct Scene {
    pub w: World,
    /// Staked 10 USD.
    pub junior: Trader,
    /// Staked 20 USD.
    pub senior: Trader,
    /// Short 10 units.
    pub winner: Trader,
    /// Long 10 units with 60 USD.
    pub thin: Trader,
    pub keeper: Trader,
}

pub fn initial_cooling() -> InitialiseArgs {
    InitialiseArgs { cooldown: COOLDOWN, ..initial() }
}

pub fn scene() -> Scene {
    scene_with(World::with(initial_cooling()), MarketParams { cover_multiple: 100_000_000, ..params() })
}

pub fn scene_with(mut w: World, params: MarketParams) -> Scene {
    w.list(params, 100);
    let (winner, thin, keeper) = (w.trader(10_000), w.trader(60), w.trader(10_000));
    let (junior, senior) = (w.trader(10), w.trader(20));
    w.quote(&winner, 0, 100);
    w.take(&thin, &winner, 0, 10).expect("takes");
    w.stake(&junior, JUNIOR, 10 * USD).expect("stakes");
    w.stake(&senior, SENIOR, 20 * USD).expect("stakes");
    w.allot(0).expect("allots");
    Scene { w, junior, senior, winner, thin, keeper }
}

impl Scene {
    /// The thin account leaves a deficit of 40.6 USD, of which 15 are insured; nothing is drawn yet.
    pub fn deficit(&mut self) {
        let Self { w, winner, thin, keeper, .. } = self;
        w.price(0, 90_00000000, 5);
        w.declare_bankrupt(thin).expect("declares");
        w.liquidate(keeper, thin, 0).expect("takes over");
        w.settle(winner, winner, 0).expect("settles");
        assert!(w.ledger(0).deficit > COVER);
    }

    /// And it is drawn, and the rest shared.
    pub fn shared(&mut self) {
        self.w.share_loss(0).expect("pot and insurance");
        self.w.pass(160);
        self.w.share_loss(0).expect("claims");
        assert_eq!(self.w.ledger(0).deficit, 0);
    }

    /// What both tranches hold.
    pub fn assets(&self) -> [u64; 2] {
        let engine = self.w.insurance().engine.0;
        [engine.junior.assets, engine.senior.assets]
    }

    /// Asks for everything and waits until it has cooled.
    pub fn cooled(&mut self, who: &Trader, tranche: u8) {
        self.w.request_all(who, tranche).expect("asks");
        self.w.pass(COOLDOWN_SLOTS);
    }
}
