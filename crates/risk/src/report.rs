//! A market's state for other programs: 256 bytes at fixed offsets.
//!
//! A reader needs no code of this protocol. It checks the account's owner, its eight bytes of discriminator, [`Report::version`], and that
//! [`Report::slot`] is recent, and reads what it needs. All numbers are little-endian; the first field lies at byte 8 of the account.
//! What a published report says was true in its slot; [`Report::price_time`] plus [`Report::price_max_age`] says how long its price may be
//! acted on.

use crate::{
    layout,
    levels::Level,
    num::{Price, Ratio, Result},
    settle::gap_up,
    settlement, Market, Now,
};

/// Version of the layout below. Another number is another layout; fields may come out of `reserved` under the same one.
pub const VERSION: u8 = 1;

layout! {
    /// The public record of a market. Prices in ticks of 10^-decimals USD, sizes in lots of 10^-(18 - decimals) units, amounts in atoms of
    /// the settlement token, fractions in ppm. Pairs are longs, then shorts.
    pub struct Report [256] {
        /// Version of this layout: 1.
        pub version: u8,
        /// Bump of the account's address.
        pub bump: u8,
        /// The market's index.
        pub market: u16,
        /// Ticks are 10^-decimals USD.
        pub decimals: u8,
        /// 2 Primary, 1 Degraded, 0 Frozen: what the price was worth in `slot`.
        pub quality: u8,
        /// The breaker's level, the market's or the global one, whichever is higher: 0 Normal, 1 Caution, 2 ReduceOnly, 3 Halt, 4 Settlement.
        pub level: u8,
        /// 1 while the pool covers claims, debt, deficit and gap: only then are claims paid.
        pub whole: u8,
        /// A bit for each trigger of the market's own breaker that is tripped: return, disagreement, staleness, confidence, liquidations,
        /// insurance, open interest, outflow, peg.
        pub reasons: u16,
        /// The global breaker's level alone.
        pub global_level: u8,
        /// 1 once the market has seen enough prices to take positions.
        pub active: u8,
        /// The payable share h: pool ÷ claims, at most 1 000 000. For readers; nothing is paid by it.
        pub payable: Ratio,
        /// Slot of publication.
        pub slot: u64,
        /// Unix time of publication.
        pub time: i64,
        /// Slot of the last accepted price.
        pub price_slot: u64,
        /// Its unix time.
        pub price_time: i64,
        /// Robust price.
        pub spot: Price,
        /// What an owned thing is surely worth.
        pub low: Price,
        /// What an owed thing may cost.
        pub high: Price,
        /// Time-weighted average of spot.
        pub twap: Price,
        /// The price with a speed limit, for opening and withdrawing.
        pub stable: Price,
        /// The price at which the market has ended; 0 while it goes on.
        pub settlement: Price,
        /// Maint of both sides, before a position's size.
        pub maint: [Ratio; 2],
        /// LiqEnd of both sides.
        pub liq_end: [Ratio; 2],
        /// Init of both sides, after open interest.
        pub init: [Ratio; 2],
        /// σ over the horizon, the larger of both directions.
        pub sigma: Ratio,
        /// Seconds after `price_time` for which the price serves any action.
        pub price_max_age: u32,
        /// Open interest, one side.
        pub open_interest: u64,
        /// What it may grow to.
        pub cap: u64,
        /// What losers have paid in.
        pub pool: u64,
        /// What winners are owed.
        pub claims: u64,
        /// What losers still owe.
        pub debt: u64,
        /// Loss that nobody has paid or borne yet.
        pub deficit: u64,
        /// What the pool must hold beyond these for the market to be whole.
        pub gap: u64,
        /// The market's own insurance.
        pub pot: u64,
        /// What it may still draw from shared insurance.
        pub limit: u64,
        /// Funding rate in 10^-9 per day; positive: longs pay.
        pub funding_rate: i64,
        /// When the running loss window ends, unix seconds.
        pub window_ends: i64,
        /// Room to grow; zero.
        pub reserved: [u8; 40],
    }
}

impl Report {
    /// What market number `index` is at `now`, with the global breaker at `global`. `limit`: what it may still draw of shared insurance.
    pub fn of(market: &Market, (index, bump): (u16, u8), limit: u64, global: Level, now: Now) -> Result<Self> {
        let (price, ledger, margin) = (&market.price, &market.ledger, &market.margin);
        let gap = gap_up(market)?;
        let [long, short] = &margin.lines;
        // Of an ended market, closed positions stay in the totals.
        let open = match market.ended() {
            None => ledger.long_base,
            Some(_) => settlement::open(market).map(|(long, short)| long.max(short))?,
        };
        Ok(Self {
            version: VERSION,
            bump,
            market: index,
            decimals: market.params.decimals,
            quality: market.quality(now) as u8,
            level: market.level(global) as u8,
            whole: ledger.is_whole(gap)? as u8,
            reasons: market.breaker.reasons(),
            global_level: global as u8,
            active: price.is_active(&market.params, now) as u8,
            payable: Ratio(ledger.payable_share_down()?),
            slot: now.slot,
            time: now.time,
            price_slot: price.slot,
            price_time: price.time,
            spot: price.spot,
            low: price.low,
            high: price.high,
            twap: price.twap,
            stable: price.stable,
            settlement: market.settlement.price,
            maint: [long.maint, short.maint],
            liq_end: [long.liq_end, short.liq_end],
            init: [margin.crowded_up(long.init)?, margin.crowded_up(short.init)?],
            sigma: margin.sigma,
            price_max_age: market.params.price_max_age,
            open_interest: open,
            cap: market.params.max_open_interest.min(margin.cap),
            pool: ledger.pool,
            claims: ledger.claims,
            debt: ledger.debt,
            deficit: ledger.deficit,
            gap,
            pot: ledger.pot,
            limit,
            funding_rate: market.funding.rate,
            window_ends: if ledger.window_deficit > 0 { ledger.window_ends } else { 0 },
            reserved: [0; 40],
        })
    }
}
