//! A source of extreme, contradictory and corrupt values of every state type.

use firebreak_risk::{
    collateral::{Balance, MAX_COLLATERALS},
    index::LossIndex,
    margin::Health,
    price::{Accepted, Quality, RobustPrice},
    Account, BaseQty, Ledger, Market, MarketParams, Now, Position, Price, Ratio, MAX_POSITIONS,
};

/// Draws mostly from the ends of every type.
pub struct Wild(pub u64);

impl Wild {
    pub fn u64(&mut self) -> u64 {
        const ENDS: [u64; 16] = [
            0,
            1,
            2,
            3,
            1_000_000,
            u32::MAX as u64,
            u32::MAX as u64 + 1,
            1_000_000_000_000,
            1 << 61,
            1 << 62,
            i64::MAX as u64 - 1,
            i64::MAX as u64,
            i64::MAX as u64 + 1,
            u64::MAX - 1,
            u64::MAX,
            1_700_000_000,
        ];
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        match self.0 >> 60 {
            0..=9 => ENDS[(self.0 >> 20) as usize % ENDS.len()],
            10..=12 => self.0 >> (self.0 % 64),
            _ => self.0 % 1_000,
        }
    }
    pub fn i64(&mut self) -> i64 {
        self.u64() as i64
    }
    pub fn u32(&mut self) -> u32 {
        self.u64() as u32
    }
    pub fn u8(&mut self) -> u8 {
        self.u64() as u8 % 4
    }
    pub fn bool(&mut self) -> bool {
        self.u64().is_multiple_of(2)
    }
    pub fn ratio(&mut self) -> Ratio {
        Ratio(self.u32())
    }
    pub fn price(&mut self) -> Price {
        Price(self.u64())
    }
    pub fn base(&mut self) -> BaseQty {
        BaseQty(self.i64())
    }
    pub fn now(&mut self) -> Now {
        Now { slot: self.u64(), time: self.i64() }
    }
    pub fn quality(&mut self) -> Quality {
        Quality::from_u8(self.u8())
    }
    pub fn index(&mut self) -> LossIndex {
        LossIndex { mantissa: self.u64(), exponent: self.u64() }
    }
    pub fn params(&mut self) -> MarketParams {
        MarketParams {
            max_open_interest: self.u64(),
            dust_notional: self.u64(),
            insurance_limit: self.u64(),
            claim_warmup: self.i64(),
            loss_window: self.i64(),
            twap_window: self.i64(),
            activation_time: self.i64(),
            price_max_age: self.u32(),
            trade_price_slots: self.u32(),
            activation_updates: self.u32(),
            init: self.ratio(),
            liq_end: self.ratio(),
            maint: self.ratio(),
            transfer_floor: self.ratio(),
            taker_fee: self.ratio(),
            maker_share: self.ratio(),
            pot_share: self.ratio(),
            insurance_share: self.ratio(),
            max_penalty: self.ratio(),
            keeper_share: self.ratio(),
            ramp_start: self.ratio(),
            ramp_slots: self.u32(),
            two_source_bound: self.ratio(),
            twap_band: self.ratio(),
            confirm_slots: self.u32(),
            degraded_slots: self.u32(),
            stable_speed: self.ratio(),
            stable_hour: self.ratio(),
            small_loss: self.ratio(),
            cover_multiple: self.u32(),
            decimals: self.u8(),
            reserved: [self.u8(); 27],
        }
    }
    pub fn robust(&mut self) -> RobustPrice {
        RobustPrice {
            spot: self.price(),
            low: self.price(),
            high: self.price(),
            twap: self.price(),
            stable: self.price(),
            stable_anchor: self.price(),
            stable_hour: self.i64(),
            slot: self.u64(),
            time: self.i64(),
            first_time: self.i64(),
            out_of_band_since: self.u64(),
            degraded_since: self.u64(),
            lows: [self.price(), self.price()],
            highs: [self.price(), self.price()],
            period: self.i64(),
            updates: self.u32(),
            quality: self.u8(),
            reserved: [0; 27],
        }
    }
    pub fn ledger(&mut self) -> Ledger {
        Ledger {
            long_base: self.u64(),
            short_base: self.u64(),
            long_entry: self.i64(),
            short_entry: self.i64(),
            pool: self.u64(),
            pot: self.u64(),
            insurance_fees: self.u64(),
            treasury_fees: self.u64(),
            claims: self.u64(),
            debt: self.u64(),
            deficit: self.u64(),
            window_deficit: self.u64(),
            window_ends: self.i64(),
            insured_deficit: self.u64(),
            insurance_drawn: self.u64(),
            loss_shared: self.u64(),
            index: self.index(),
            fills: self.u64(),
            bankruptcies: self.u64(),
            liquidations: self.u64(),
            liquidated_base: self.u64(),
            event_drawn: self.u64(),
        }
    }
    /// Half of the markets have a usable price, so that what comes after the first check is reached too.
    pub fn market(&mut self, now: Now) -> Market {
        let params = self.params();
        let mut market = self.states(params);
        if self.bool() {
            market.rules = firebreak_risk::Rules::plain(&params);
        }
        if self.bool() {
            (market.price.time, market.price.quality) = (now.time, 2);
            (market.price.out_of_band_since, market.price.degraded_since) = (0, 0);
        }
        if self.bool() {
            market.settlement.price = Price(0);
        }
        if self.bool() {
            (market.margin.slot, market.margin.cap) = (now.slot, u64::MAX);
            (market.depth.slot, market.volatility.slot, market.throttle.window.start) = (0, 0, 0);
            market.breaker = firebreak_risk::breaker::Breaker::NEW;
        }
        if self.bool() {
            let base = self.u64() >> 1;
            (market.ledger.long_base, market.ledger.short_base) = (base, base);
        }
        market
    }
    pub fn position(&mut self) -> Position {
        Position {
            base: self.base(),
            entry: self.i64(),
            result: self.i64(),
            index: self.index(),
            cold: self.u64(),
            cold_since: self.i64(),
            cold_until: self.i64(),
            cover: self.u64(),
            settled: self.i64(),
            funding: self.i64(),
            lost: self.u64(),
            insured: self.u64(),
            accepted: self.ratio(),
            size_term: self.ratio(),
            market: self.u64() as u16 % 3,
            used: self.u8() % 2,
            reserved: [0; 5],
        }
    }
    pub fn account(&mut self) -> Account {
        let mut account = Account { capital: self.u64(), bond: self.u64(), ..Account::NEW };
        (account.flagged, account.freed, account.bankrupt) = (self.u64(), self.u64(), self.u8() % 2);
        let n = self.u64() as usize % (MAX_POSITIONS + 1);
        account.positions.iter_mut().take(n).for_each(|p| *p = self.position());
        account
    }
    /// The same with collateral, as [`Wild::account`] has none: whoever passes none can judge it then.
    pub fn owner(&mut self) -> Account {
        let mut account = self.account();
        let n = self.u64() as usize % (MAX_COLLATERALS + 1);
        account.collateral.iter_mut().take(n).for_each(|b| *b = self.balance());
        account.collaterals = account.collateral.iter().filter(|b| b.used != 0).count() as u8;
        account
    }
    pub fn balance(&mut self) -> Balance {
        Balance {
            amount: self.u64(),
            cold: self.u64(),
            cold_since: self.i64(),
            cold_until: self.i64(),
            collateral: self.u64() as u16 % 3,
            used: self.u8() % 2,
            ..Balance::EMPTY
        }
    }
    pub fn accepted(&mut self) -> Option<Accepted> {
        let some = Accepted { price: self.price(), confidence: self.price(), weight: self.u32() };
        self.bool().then_some(some)
    }
    pub fn health(&mut self) -> Health {
        let mut h = Health { maint: self.i64(), liq_end: self.i64(), solvency: self.i64(), ..Health::default() };
        (h.notional, h.maint_required, h.unpriced) = (self.u64(), self.u64(), self.u32());
        h
    }
    pub fn slot(&mut self) -> usize {
        self.u64() as usize % (MAX_POSITIONS + 1)
    }
}
