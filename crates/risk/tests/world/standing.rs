//! What is done against a standing quote or by a standing order, and between two accounts of one owner.

use super::*;
use firebreak_risk::{
    num::{add, mul_div_up},
    order::{Order, MOST_LEVEL, REDUCE, TOP_UP},
    trade::QuoteTerms,
    BaseQty,
};

impl World {
    /// A quote that both buys and sells as much as anybody wants, `away` ppm from the robust price on both sides.
    pub fn quote(&self, away: u32) -> QuoteTerms {
        QuoteTerms {
            bid_size: u64::MAX >> 2,
            ask_size: u64::MAX >> 2,
            bid_offset: Ratio(away),
            ask_offset: Ratio(away),
            max_bid: Price(u64::MAX >> 8),
            min_ask: Price(0),
            expires: self.now.slot,
            reserved: 0,
        }
    }

    /// An order whose step is the whole of it, due at any health, that pays its runner a tenth of a USD.
    fn order(&self, kind: u8, m: usize, size: u64, reward: u64) -> Result<Order> {
        let order = Order {
            size,
            step: size,
            reward,
            expires: self.now.slot,
            ready: 0,
            level: Ratio(MOST_LEVEL),
            slip: Ratio(if kind == REDUCE { 50_000 } else { 0 }),
            cooldown: 1,
            market: m as u16,
            source: 0,
            kind,
            reserved: [0; 15],
        };
        order.validate().map_err(|_| RiskError::ZeroAmount)?;
        Ok(order)
    }

    /// Like [`World::trade`], at a price that both sides have signed. Returns the fee.
    pub fn match_trade(&mut self, taker: usize, maker: usize, m: usize, base: i64, worse: i64) -> Result<u64> {
        if taker == maker {
            return Err(RiskError::SelfTrade);
        }
        let mut market = self.markets[m];
        let (mut a, mut b) = (self.accounts[taker], self.accounts[maker]);
        let spot = market.price.spot.0 as i128;
        let fill = (BaseQty(base), Price((spot + spot * worse as i128 / 1_000_000) as u64));
        let setting = self.setting();
        let traded = engine::match_trade((m as u16, &mut market), (&mut a, &mut b), fill, &Book(&self.markets), &setting)?;
        self.put(taker, a);
        self.put(maker, b);
        self.markets[m] = market;
        Ok(traded.fee.charged)
    }

    /// Closes at most `lots` of `who`'s position against a quote of `maker`, on behalf of `keeper`.
    pub fn quoted_step(&mut self, [who, maker, keeper]: [usize; 3], m: usize, lots: u64, away: u32) -> Result<engine::IntoQuote> {
        if who == maker || who == keeper || maker == keeper {
            return Err(RiskError::SelfTrade);
        }
        let (mut market, mut terms) = (self.markets[m], self.quote(away));
        let [mut a, mut b, mut k] = [who, maker, keeper].map(|i| self.accounts[i]);
        let three = (&mut a, &mut b, &mut k);
        let (book, setting) = (Book(&self.markets), self.setting());
        let done = engine::liquidate_into_quote((m as u16, &mut market), three, &mut terms, (lots, 0), &book, &setting)?;
        self.put(who, a);
        self.put(maker, b);
        self.put(keeper, k);
        self.markets[m] = market;
        Ok(done)
    }

    /// Runs an order that reduces `who`'s position by `lots` against a quote of `maker`, who runs it and has the reward.
    pub fn run_reduce(&mut self, who: usize, maker: usize, m: usize, lots: u64, away: u32) -> Result<engine::Reduced> {
        if who == maker {
            return Err(RiskError::SelfTrade);
        }
        let (mut market, mut quote) = (self.markets[m], self.quote(away));
        let mut order = self.order(REDUCE, m, lots, USD / 10)?;
        let (mut a, mut b) = (self.accounts[who], self.accounts[maker]);
        let (book, setting) = (Book(&self.markets), self.setting());
        let both = (&mut order, &mut quote);
        let done = engine::run_reduce((m as u16, &mut market), (&mut a, &mut b), both, &book, &setting)?;
        b.capital = add(b.capital, done.reward)?;
        self.put(who, a);
        self.put(maker, b);
        self.markets[m] = market;
        Ok(done)
    }

    /// Runs an order that moves `atoms` from `source` into `who`; the market maker runs it and has the reward.
    pub fn run_top_up(&mut self, who: usize, source: usize, atoms: u64) -> Result<engine::ToppedUp> {
        if who == source || who == MAKER || source == MAKER {
            return Err(RiskError::SelfTrade);
        }
        let mut order = self.order(TOP_UP, 0, atoms, (atoms / 10).min(USD / 10))?;
        let (mut a, mut b) = (self.accounts[who], self.accounts[source]);
        let done = engine::run_top_up((&mut a, &mut b), &mut order, &Book(&self.markets), &self.setting())?;
        self.put(who, a);
        self.put(source, b);
        self.accounts[MAKER].capital = add(self.accounts[MAKER].capital, done.reward)?;
        Ok(done)
    }

    /// Moves capital between two accounts, as if one owner had both.
    pub fn transfer(&mut self, from: usize, to: usize, atoms: u64) -> Result<()> {
        if from == to {
            return Err(RiskError::SelfTrade);
        }
        let (mut a, mut b) = (self.accounts[from], self.accounts[to]);
        engine::transfer(&mut a, &mut b, atoms, &Book(&self.markets), &self.setting())?;
        (self.accounts[from], self.accounts[to]) = (a, b);
        Ok(())
    }

    /// `share` ppm of a size, rounded up.
    pub fn part(of: u64, share: u64) -> Result<u64> {
        mul_div_up(of, share, 1_000_000)
    }
}
