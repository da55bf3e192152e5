//! States for the rows to work on. They lie on the heap: a frame of the virtual machine has 4 KiB, and sixteen markets have ten.

use firebreak_risk::{
    collateral::{Balance, Collateral, CollateralParams, MAX_COLLATERALS},
    defaults::MAJOR,
    glide::Glide,
    index::LossIndex,
    margin::Markets,
    num::{BaseQty, Ratio, Result},
    ops::accrue,
    price::{Quality, RobustPrice},
    trade::{cost, fill},
    volatility::{Volatility, VolatilityParams},
    Account, Market, Now, Price, RiskError, Rules, MAX_POSITIONS,
};

pub const NOW: Now = Now { slot: 1_000_000, time: 1_700_000_000 };
pub const USD: u64 = 1_000_000;
/// Lots of a unit and ticks of a USD at 8 decimals.
pub const UNIT: i64 = 10_000_000_000;
pub const TICKS: u64 = 100_000_000;

/// A major's rules. Its breaker would warn of the narrow anchors that a single state has.
pub const RULES: Rules = Rules::MAJOR.for_asset(1_000_000 * UNIT as u64, 10_000_000 * USD, 1_000_000 * UNIT as u64);

/// The heap of the virtual machine has 32 KiB: 16 markets would fill it, so two positions share one.
const MARKETS: usize = 8;

/// Markets and collaterals by number. The program looks for them among the accounts it was given; that search is not the engine's.
pub struct Book {
    pub markets: Vec<Market>,
    pub collaterals: Vec<Collateral>,
}

impl Markets for Book {
    fn market(&self, index: u16) -> Result<&Market> {
        self.markets.get(usize::from(index) % MARKETS).ok_or(RiskError::NoPosition)
    }
    fn collateral(&self, index: u16) -> Result<&Collateral> {
        self.collaterals.get(usize::from(index)).ok_or(RiskError::NoCollateral)
    }
    fn settlement(&self) -> Result<&Collateral> {
        self.collateral(0)
    }
}

impl Book {
    #[inline(never)]
    pub fn new() -> Self {
        let mut markets = Vec::with_capacity(MARKETS);
        markets.extend((0..MARKETS as u64).map(market));
        let mut collaterals = Vec::with_capacity(MAX_COLLATERALS);
        collaterals.extend((0..MAX_COLLATERALS as u64).map(collateral));
        Self { markets, collaterals }
    }
}

fn robust(ticks: u64) -> RobustPrice {
    let half = ticks / 2_000;
    let (spot, low, high) = (Price(ticks), Price(ticks - half), Price(ticks + half));
    // A range of a tenth: wider than Maint, so that converting looks at what is unrealised.
    let (lows, highs) = ([Price(ticks / 10 * 9), spot], [spot, high]);
    RobustPrice {
        spot,
        low,
        high,
        twap: Price(ticks - half / 3),
        stable: Price(ticks - half / 2),
        stable_anchor: Price(ticks - half * 2),
        stable_hour: NOW.time - 1_000,
        slot: NOW.slot,
        time: NOW.time,
        first_time: 1,
        lows,
        highs,
        period: NOW.time - 1_000,
        updates: 1_000,
        quality: Quality::Primary as u8,
        ..RobustPrice::NEW
    }
}

/// Market number `i`, of a price without round figures. A loss was shared in it: claims from before are rescaled when they are read.
#[inline(never)]
pub fn market(i: u64) -> Market {
    let mut market = Market::new(MAJOR.for_asset(8, u64::MAX / 4), RULES);
    market.price = robust((100 + 13 * i) * TICKS + 12_345);
    market.volatility = volatility();
    market.ledger.index = LossIndex { mantissa: LossIndex::NEW.mantissa / 9 * 7, exponent: 0 };
    // Refused, it would leave every line at 100 %: as much to compute.
    let _ = accrue(&mut market, 1_000_000 * USD, NOW);
    market
}

pub fn volatility() -> Volatility {
    Volatility {
        fast_rise: 8_100_000_000,
        fast_fall: 9_100_000_000,
        slow_rise: 4_200_000_000,
        slow_fall: 4_600_000_000,
        jump_rise: 2_000_000,
        jump_fall: 3_000_000,
        last: Price(100 * TICKS),
        slot: NOW.slot - 3,
        since: 5,
        horizon: 300 * 1_024,
        updates: 1_000,
        ..Volatility::NEW
    }
}

/// Collateral number `i`: the settlement token, a stable token below its peg, then floating ones; all crowded.
#[inline(never)]
pub fn collateral(i: u64) -> Collateral {
    let params = match i {
        0 | 1 => CollateralParams::STABLE.for_token(6, u16::MAX, u64::MAX, 1_000_000 * USD),
        _ => CollateralParams::MAJOR.for_token(9, 1_000, u64::MAX, 1_000_000 * USD),
    };
    let price = match i {
        0 => robust(1_000_000_000_000),
        1 => robust(985_000_000_001),
        _ => robust(170_000_000_000 + i * 1_234_567),
    };
    let haircut = Glide { live: 110_000 << 32, slot: NOW.slot };
    let (measured, volatility) = (VolatilityParams::MAJOR, volatility());
    Collateral { params, measured, price, volatility, haircut, total: 3_000_000 * USD, raised: 0, reserved: [0; 72] }
}

/// An account with `positions` and `collaterals`. Every second position is short; every third has a claim, or every one with
/// `claims`, from before the loss. Every collateral is half warm.
#[inline(never)]
pub fn account(positions: usize, collaterals: usize, claims: bool, book: &Book) -> Result<Box<Account>> {
    let mut account = Box::new(Account { capital: 2_000 * USD * positions as u64, ..Account::NEW });
    for i in 0..positions.min(MAX_POSITIONS) {
        let (slot, market) = (account.slot(i as u16)?, book.market(i as u16)?);
        let base = BaseQty(if i % 2 == 0 { 30 * UNIT } else { -20 * UNIT } + 777 * i as i64);
        let entry = cost(market.price.spot, base)? + 1_000_000 * (i as i64 % 5 - 2);
        let p = account.positions.get_mut(slot).ok_or(RiskError::NoPosition)?;
        (p.base, p.entry) = (base, entry);
        (p.size_term, p.accepted) = (Ratio(1_234), Ratio(30_000));
        (p.result, p.index) = if claims || i % 3 == 0 { (5 * USD as i64, LossIndex::NEW) } else { (0, market.ledger.index) };
    }
    for i in 0..collaterals as u16 {
        *account.collateral_slot(i)? = Balance {
            amount: 123_456_789,
            cold: 20_000_000,
            cold_since: NOW.time - 1_000,
            cold_until: NOW.time + 1_000,
            collateral: i,
            used: 1,
            ..Balance::EMPTY
        };
    }
    Ok(account)
}

#[inline(never)]
fn empty() -> Box<Account> {
    Box::new(Account::NEW)
}

/// A market with a long of 30 units and a short against it, both at `entry` USD a unit while spot is 100.
pub struct Traded {
    pub market: Box<Market>,
    pub long: Box<Account>,
    pub short: Box<Account>,
}

/// Both sides have a claim from before the loss, a part of it cold, and the market holds enough to pay them.
#[inline(never)]
pub fn traded(entry: u64) -> Result<Traded> {
    let mut scene = Traded { market: Box::new(market(0)), long: empty(), short: empty() };
    let Traded { market, long, short } = &mut scene;
    let base = BaseQty(30 * UNIT + 777);
    let paid = cost(Price(entry * TICKS), base)?;
    for (account, base, paid) in [(long, base, paid), (short, base.negated()?, -paid)] {
        account.capital = 5_000 * USD;
        // The only position of an account without one has the first slot.
        let slot = account.slot(0)?;
        fill(market, account, slot, base, paid, NOW)?;
        let (_, p) = account.split(slot)?;
        (p.result, p.index) = (500 * USD as i64, LossIndex::NEW);
        (p.cold, p.cold_since, p.cold_until) = (100 * USD, NOW.time - 1_000, NOW.time + 1_000);
    }
    market.ledger.claims = 1_000 * USD;
    market.ledger.pool = 1_000_000 * USD;
    Ok(scene)
}
