//! Taking over what an account can no longer hold.

use super::super::play::steps::COIN_INDEX;
use super::*;
use firebreak_client::risk::{
    margin::Health,
    ops::{self, Ranked},
    rank::{worst_score, Shown, EITHER},
};

/// What is acted on counts for nothing on the boards.
pub(super) fn acted_on(key: &Pubkey) -> Shown {
    Shown { key: key.to_bytes(), score: 0, actionable: false }
}

impl Native {
    pub(super) fn apply_liquidation(&mut self, scene: &Scene, step: &Step) -> Done {
        let t = &scene.traders;
        match *step {
            Step::Flag(a, raised) => {
                let (mut account, mut given) = (self.account(&t[a])?, self.to_change(&t[a], false));
                if !raised {
                    given.writable.clear();
                }
                ops::flag(&mut account, &mut given, &self.clock(scene))?;
                self.set_account(&t[a], account);
                self.changed(&given);
                Ok(())
            }
            Step::Liquidate(k, a, m, lots, show) => {
                let shown = if show { scene.shown(m, [k, a]) } else { vec![] };
                self.liquidate(scene, (&t[a], &t[k]), m, lots, &shown)
            }
            Step::IntoQuotes(k, b, a, m, lots) => self.sell_into(scene, [&t[a], &t[b], &t[k]], m, lots),
            Step::SellCoin(k, a, x) => self.sell_coin(scene, &t[a], &t[k], x),
            Step::Forfeit(a) => self.forfeit(scene, &t[a]),
            _ => self.apply_insurer(scene, step),
        }
    }

    fn liquidate(&mut self, scene: &Scene, (who, keeper): (&Trader, &Trader), m: u16, lots: u64, shown: &[&Trader]) -> Done {
        require(who.account != keeper.account, E::SelfTrade)?;
        let mut given = self.given(&[who, keeper], Some(m));
        let (mut market, setting) = (self.market(m), self.setting(scene));
        let mut seen: Vec<(Pubkey, Ranked)> = vec![];
        for other in shown {
            let account = self.account(other)?;
            given.add(self, &account, Some(m), false);
            seen.push((other.account, ops::rank((m, &market), &account, &given, setting.now)?));
        }
        let counts = |(key, is): &(Pubkey, Ranked)| Shown { key: key.to_bytes(), score: is.worst, actionable: is.can_take };
        let mut board: Vec<Shown> = seen.iter().map(counts).collect();
        board.push(acted_on(&who.account));
        let floor = self.markets[&m].worst.floor(EITHER, &board);
        let (mut a, mut k) = (self.account(who)?, self.account(keeper)?);
        let done = ops::liquidate((m, &mut market), (&mut a, &mut k), lots, floor, &given, &setting)?;
        self.set_market(m, market);
        for (key, ranked) in &seen {
            self.worst(m, key, ranked.worst);
        }
        self.note(m, who, &a, &done.after);
        self.set_account(who, a);
        self.set_account(keeper, k);
        Ok(())
    }

    fn sell_into(&mut self, scene: &Scene, [who, maker, keeper]: [&Trader; 3], m: u16, lots: u64) -> Done {
        let key = quote_key(maker, m);
        let mut terms = self.quotes.get(&key).ok_or_else(absent)?.terms.0;
        require(who.account != maker.account, E::SelfTrade)?;
        require(keeper.account != who.account && keeper.account != maker.account, E::AccountsMismatch)?;
        require(who.owner() != maker.owner(), E::SameOwner)?;
        let floor = self.markets[&m].worst.floor(EITHER, &[acted_on(&who.account)]);
        let (mut market, given) = (self.market(m), self.given(&[who, maker], Some(m)));
        let (mut a, mut b, mut k) = (self.account(who)?, self.account(maker)?, self.account(keeper)?);
        let sides = (&mut a, &mut b, &mut k);
        let setting = self.setting(scene);
        let done = ops::liquidate_into_quote((m, &mut market), sides, &mut terms, (lots, floor), &given, &setting)?;
        self.set_market(m, market);
        self.note(m, who, &a, &done.after);
        for (trader, account) in [(who, a), (maker, b), (keeper, k)] {
            self.set_account(trader, account);
        }
        self.quotes.get_mut(&key).expect("is there").terms.0 = terms;
        Ok(())
    }

    /// What the worst board has learnt of the account that was acted on.
    fn note(&mut self, m: u16, who: &Trader, account: &risk::Account, after: &Health) {
        let exposed = account.position(m).is_ok_and(|p| !p.base.is_flat());
        self.worst(m, &who.account, if exposed { worst_score(account, after) } else { 0 });
    }

    pub(super) fn worst(&mut self, m: u16, key: &Pubkey, score: u64) {
        self.markets.get_mut(&m).expect("listed").worst.0.put(&key.to_bytes(), EITHER, score);
    }

    fn sell_coin(&mut self, scene: &Scene, who: &Trader, keeper: &Trader, units: u64) -> Done {
        require(who.account != keeper.account, E::SelfTrade)?;
        let mut given = self.to_change(who, false);
        given.add(self, &self.accounts[&keeper.account].engine, None, false);
        given.collateral(COIN_INDEX)?;
        let rules = self.records[&COIN_INDEX].feed.rules;
        let (mut a, mut k) = (self.account(who)?, self.account(keeper)?);
        ops::sell_collateral((COIN_INDEX, &rules), (&mut a, &mut k), units, &mut given, &self.setting(scene))?;
        self.changed(&given);
        self.set_account(who, a);
        self.set_account(keeper, k);
        Ok(())
    }

    fn forfeit(&mut self, scene: &Scene, who: &Trader) -> Done {
        let given = self.given(&[who], None);
        given.collateral(COIN_INDEX)?;
        let (mut account, rules) = (self.account(who)?, self.records[&COIN_INDEX].feed.rules);
        let setting = self.setting(scene);
        let amount = ops::forfeit(&mut account, (COIN_INDEX, &rules), &given, &setting)?;
        self.set_account(who, account);
        let record = self.records.get_mut(&COIN_INDEX).expect("listed");
        record.engine.total = num::sub(record.engine.total, amount)?;
        record.forfeited = num::add(record.forfeited, amount)?;
        if amount > 0 {
            record.forfeited_slot = setting.now.slot;
        }
        Ok(())
    }
}
