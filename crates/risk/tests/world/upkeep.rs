//! What anybody may do to what is left over: dust, empty slots, limits of insurance, requests that wait.

use super::*;

impl World {
    /// Closes `who`'s dust against `other`. Returns the lots.
    pub fn dust(&mut self, who: usize, other: usize, m: usize) -> Result<u64> {
        if who == other {
            return Err(RiskError::SelfTrade);
        }
        let floor = self.floor(who, m);
        let mut market = self.markets[m];
        let (mut account, mut by) = (self.accounts[who], self.accounts[other]);
        let both = (&mut account, &mut by);
        let (closed, _) = engine::close_dust((m as u16, &mut market), both, floor, &Book(&self.markets), &self.setting())?;
        self.put(who, account);
        self.put(other, by);
        self.markets[m] = market;
        Ok(closed.lots)
    }

    /// Frees what an account holds nothing in any more.
    pub fn clear(&mut self, who: usize) -> Result<u64> {
        let mut account = self.accounts[who];
        let freed = engine::clear(&mut account, &Book(&self.markets))?;
        self.put(who, account);
        Ok(freed)
    }

    /// Gives a market what governance voted for it, as far as the fund has it.
    pub fn allot(&mut self, m: usize) -> Result<u64> {
        let (mut market, mut insurance) = (self.markets[m], self.insurance);
        let (granted, _) = engine::allot(&mut insurance, &mut market)?;
        (self.markets[m], self.insurance) = (market, insurance);
        Ok(granted)
    }

    /// Keeps a request that cannot be paid from lapsing.
    pub fn hold(&mut self, who: usize) -> Result<()> {
        let mut stake = self.stakes[who];
        let drawing = self.markets.iter().filter(|m| m.limit.granted > 0);
        let vault = (&self.outflow, &self.outflow_rules);
        engine::hold_unstake(&self.insurance, (Self::tranche_of(who), &mut stake), drawing, vault, &self.setting())?;
        self.stakes[who] = stake;
        Ok(())
    }
}
