//! A market with somebody for every row of the matrices, brought to a level by what really trips it.

use firebreak_client::{
    oracle::Kind,
    program::instructions::InitialiseArgs,
    risk::{
        breaker::{Reason, TriggerRule},
        levels::Level,
        MarketParams, Ratio, Rules,
    },
};
use firebreak_tests::{initial, params, stakers::JUNIOR, Feed, Trader, World, USD};

/// Seconds of a trip's timer.
pub const TIMER: i64 = 300;
/// 5.2 % above where everything began.
pub const MOVED: i64 = 105_20000000;

/// Market 0 is the one under test; in market 1 insurance is drawn.
#[derive(Clone)]
pub struct Scene {
    pub w: World,
    /// Short against `long`; quotes 1 000 units.
    pub maker: Trader,
    /// Long against `thin`; quotes 1 000 units.
    pub buyer: Trader,
    /// Long 10 units with 1 000 USD; holds a claim, part of it warm.
    pub long: Trader,
    /// Short 10 units, below Maint once the price has moved, flagged.
    pub thin: Trader,
    /// 70 USD, no position: enough for 10 units at Init, not at 1.5 times Init.
    pub edge: Trader,
    /// 1 000 USD, no position.
    pub flat: Trader,
    /// 10 000 USD, no position.
    pub keeper: Trader,
    /// Has staked 1 USD and asked for it; cooled.
    pub staker: Trader,
}

/// Rules under which only `reason` trips: above `bound`, to `level`, for [`TIMER`].
pub fn tripping(reason: Reason, bound: u64, level: Level) -> Rules {
    let mut rules = Rules::plain(&params());
    rules.breaker.triggers[reason as usize] = TriggerRule { bound, timer: TIMER as u32, level: level as u8, reserved: [0; 3] };
    rules.breaker.least_return = Ratio(20_000);
    (rules.throttle.window_slots, rules.throttle.exempt_sigmas) = (150, 0);
    rules.breaker.halt_band = Ratio(20_000);
    rules
}

/// Rules under which nothing trips by itself.
pub fn calm() -> Rules {
    Rules { breaker: tripping(Reason::Peg, u64::MAX, Level::Halt).breaker, ..Rules::plain(&params()) }
}

/// A world with market 0 under `rules` and market 1 under plain ones, at 100 USD.
pub fn world(rules: Rules) -> World {
    let mut w = World::with(InitialiseArgs { cooldown: 60, ..initial() });
    let feeds = vec![Feed::new(Kind::PythUpdate, 0, 100), Feed::new(Kind::SwitchboardOnDemand, 1, 100)];
    w.list_silent(MarketParams { insurance_limit: USD / 20, ..params() }, feeds);
    w.set_rules(0, rules).expect("takes its rules");
    for slots in [0, 5] {
        w.vm.pass(slots);
        w.publish(0);
        w.refresh(0).expect("refreshes");
    }
    w.list(MarketParams { insurance_limit: USD * 9 / 10, ..params() }, 100);
    w.pass(1);
    w
}

/// Everybody in place at 101 USD; nothing has tripped.
pub fn base(rules: Rules) -> Scene {
    let mut w = world(rules);
    let (maker, buyer) = (w.trader(10_000), w.trader(10_000));
    let (long, thin, edge, flat) = (w.trader(1_000), w.trader(72), w.trader(70), w.trader(1_000));
    let (keeper, staker) = (w.trader(10_000), w.trader(1));
    for quoting in [&maker, &buyer] {
        w.quote(quoting, 0, 1_000);
    }
    w.take(&long, &maker, 0, 10).expect("takes");
    w.take(&thin, &buyer, 0, -10).expect("takes");
    w.stake(&staker, JUNIOR, USD).expect("stakes");
    for market in 0..2 {
        w.allot(market).expect("allots");
    }
    w.price(0, 101_00000000, 5);
    for who in [&maker, &long] {
        w.settle(who, who, 0).expect("settles");
    }
    w.still(1_500);
    Scene { w, maker, buyer, long, thin, edge, flat, keeper, staker }
}

impl Scene {
    /// The staker asks for everything and waits; the price moves; everybody settles; the thin account is flagged.
    pub fn moved(mut self) -> Self {
        let w = &mut self.w;
        w.request_all(&self.staker, JUNIOR).expect("asks");
        w.still(200);
        w.price(0, MOVED, 3);
        w.publish(1);
        w.refresh(1).expect("refreshes");
        for who in [&self.maker, &self.buyer, &self.thin, &self.long] {
            w.settle(who, who, 0).expect("settling is open at every level");
        }
        w.flag(&self.thin).expect("the clock starts at every level");
        self
    }

    /// Level of market 0: its own or the global one, whichever is higher.
    pub fn level(&self) -> Level {
        self.w.market(0).engine.level(self.w.protocol().breaker.level())
    }
}

/// Market 0 at `level`, by its own breaker or (`Settlement`) its end.
pub fn own(level: Level) -> Scene {
    let rules = match level {
        Level::Normal | Level::Settlement => calm(),
        _ => tripping(Reason::Return, 0, level),
    };
    let mut scene = base(rules).moved();
    if level == Level::Settlement {
        scene.w.end(0);
    }
    assert_eq!(scene.level(), level);
    assert_eq!(scene.w.protocol().breaker.level(), Level::Normal);
    scene
}

/// The global breaker at `level`, by insurance drawn on as many days in a row; market 0's own stays Normal.
pub fn global(level: Level) -> Scene {
    let mut scene = base(calm());
    let mut days = Disasters::new(&mut scene.w);
    for day in 1..=level as u64 {
        days.next(&mut scene.w);
        scene.w.check_global().expect("trips");
        if day < level as u64 {
            scene.w.vm.pass(216_100);
            scene.w.pass(0);
            scene.w.check_global().expect("releases");
            assert_eq!(scene.level(), Level::Normal);
        }
    }
    let scene = scene.moved();
    assert_eq!(scene.level(), level);
    assert_eq!(scene.w.market(0).engine.breaker.level(), Level::Normal);
    scene
}

/// Accounts in market 1 of which each fall of the price bankrupts one more.
pub struct Disasters {
    pub winner: Trader,
    victims: Vec<(Trader, i64)>,
    keeper: Trader,
}

impl Disasters {
    pub fn new(w: &mut World) -> Self {
        let (winner, keeper) = (w.trader(100_000), w.trader(100_000));
        w.pass(1);
        w.quote(&winner, 1, 1_000);
        let mut victims = vec![];
        for (usd, price) in [(260, 70_00000000), (160, 80_00000000), (60, 90_00000000)] {
            let victim = w.trader(usd);
            w.take(&victim, &winner, 1, 10).expect("takes");
            victims.push((victim, price));
        }
        Self { winner, victims, keeper }
    }

    /// The next one: insurance pays what the victim's fees cover, 15 cents of what is left of one USD; the rest is shared.
    pub fn next(&mut self, w: &mut World) {
        let (victim, price) = self.victims.pop().expect("three of them");
        let before = w.insurance().engine.fund.assets;
        w.price(1, price, 3);
        w.declare_bankrupt(&victim).expect("declares");
        w.liquidate(&self.keeper, &victim, 1).expect("takes over");
        w.settle(&self.winner, &self.winner, 1).expect("settles");
        w.share_loss(1).expect("pot and insurance");
        assert_eq!(before - w.insurance().engine.fund.assets, 150_000);
        w.pass(160);
        w.share_loss(1).expect("claims");
        assert_eq!(w.ledger(1).deficit, 0);
    }
}
