//! Fills, claims, standing orders.

use super::*;
use firebreak_client::risk::{ops, BaseQty, Now, Price};

impl Native {
    pub(super) fn apply_trade(&mut self, scene: &Scene, step: &Step) -> Done {
        let t = &scene.traders;
        match *step {
            Step::Take(a, b, m, x) => self.take(scene, (&t[a], &t[b]), m, x),
            Step::Match(a, b, m, x, price) => self.match_trade(scene, (&t[a], &t[b]), m, (BaseQty(x), Price(price))),
            Step::Settle(by, a, m) => {
                let (mut market, mut account) = (self.market(m), self.account(&t[a])?);
                let given = self.given(&[&t[a]], Some(m));
                let owner = t[by].owner() == t[a].owner();
                ops::settle((m, &mut market), &mut account, owner, &given, &self.clock(scene))?;
                self.set_market(m, market);
                self.set_account(&t[a], account);
                Ok(())
            }
            Step::Convert(a, m) => {
                let (mut market, mut account) = (self.market(m), self.account(&t[a])?);
                let given = self.given(&[&t[a]], Some(m));
                ops::convert((m, &mut market), &mut account, &given, &self.setting(scene))?;
                self.set_market(m, market);
                self.set_account(&t[a], account);
                Ok(())
            }
            Step::RunOrder(k, a, id, m, b) => self.run_order(scene, &t[k], (&t[a], &t[b]), id, m),
            Step::RunTopUp(k, a, id, source) => self.run_top_up(scene, &t[k], (&t[a], &t[source]), id),
            _ => self.apply_price(scene, step),
        }
    }

    fn take(&mut self, scene: &Scene, sides: (&Trader, &Trader), m: u16, lots: i64) -> Done {
        let key = quote_key(sides.1, m);
        let mut terms = self.quotes.get(&key).ok_or_else(absent)?.terms.0;
        require(sides.0.account != sides.1.account, E::SelfTrade)?;
        require(lots != 0 && lots != i64::MIN, E::SizeOutOfBounds)?;
        let (mut market, base, setting) = (self.market(m), BaseQty(lots), self.setting(scene));
        let (price, available) = terms.offer(&market, base, setting.now)?;
        require(base.abs() <= available, E::SizeOutOfBounds)?;
        terms.consume(base)?;
        let (mut a, mut b) = (self.account(sides.0)?, self.account(sides.1)?);
        let given = self.given(&[sides.0, sides.1], Some(m));
        let done = ops::trade((m, &mut market), (&mut a, &mut b), (base, price), &given, &setting)?;
        self.set_market(m, market);
        self.set_account(sides.0, a);
        self.set_account(sides.1, b);
        self.quotes.get_mut(&key).expect("is there").terms.0 = terms;
        self.filled(sides, m, price, done.cost, setting.now)
    }

    fn match_trade(&mut self, scene: &Scene, sides: (&Trader, &Trader), m: u16, (base, price): (BaseQty, Price)) -> Done {
        require(sides.0.account != sides.1.account, E::SelfTrade)?;
        require(base.0 != 0 && base.0.unsigned_abs() <= i64::MAX as u64 / 2, E::SizeOutOfBounds)?;
        let (mut market, setting) = (self.market(m), self.setting(scene));
        let (mut a, mut b) = (self.account(sides.0)?, self.account(sides.1)?);
        let given = self.given(&[sides.0, sides.1], Some(m));
        let done = ops::match_trade((m, &mut market), (&mut a, &mut b), (base, price), &given, &setting)?;
        self.set_market(m, market);
        self.set_account(sides.0, a);
        self.set_account(sides.1, b);
        self.filled(sides, m, price, done.cost, setting.now)
    }

    /// A trade with oneself says nothing about a price.
    fn filled(&mut self, sides: (&Trader, &Trader), m: u16, price: Price, cost: i64, now: Now) -> Done {
        let market = self.markets.get_mut(&m).expect("listed");
        if sides.0.owner() != sides.1.owner() {
            market.venue.0.fill(&market.engine.0, price, cost.unsigned_abs(), now)?;
        }
        Ok(())
    }

    fn run_order(&mut self, scene: &Scene, keeper: &Trader, sides: (&Trader, &Trader), id: u16, m: u16) -> Done {
        let (key, quote) = (address::order(&sides.0.account, id), quote_key(sides.1, m));
        let mut order = self.orders.get(&key).ok_or_else(absent)?.engine.0;
        let mut terms = self.quotes.get(&quote).ok_or_else(absent)?.terms.0;
        require(sides.0.account != sides.1.account && sides.0.account != keeper.account, E::SelfTrade)?;
        require(sides.0.owner() != sides.1.owner(), E::SelfTrade)?;
        let (mut market, setting) = (self.market(m), self.setting(scene));
        let (mut a, mut b) = (self.account(sides.0)?, self.account(sides.1)?);
        let given = self.given(&[sides.0, sides.1], Some(m));
        let done = ops::run_reduce((m, &mut market), (&mut a, &mut b), (&mut order, &mut terms), &given, &setting)?;
        self.set_market(m, market);
        self.set_account(sides.0, a);
        self.set_account(sides.1, b);
        self.orders.get_mut(&key).expect("is there").engine.0 = order;
        self.quotes.get_mut(&quote).expect("is there").terms.0 = terms;
        self.filled(sides, m, done.price, done.traded.cost, setting.now)?;
        self.reward(keeper, done.reward)
    }

    fn run_top_up(&mut self, scene: &Scene, keeper: &Trader, sides: (&Trader, &Trader), id: u16) -> Done {
        let key = address::order(&sides.0.account, id);
        let mut order = self.orders.get(&key).ok_or_else(absent)?.engine.0;
        let keys = (sides.0.account, sides.1.account, keeper.account);
        require(keys.0 != keys.2, E::SameAccount)?;
        require(keys.1 != keys.0 && keys.1 != keys.2, E::WrongSource)?;
        let named = sides.0.owner() == sides.1.owner() && self.accounts[&keys.1].sub_id == order.source;
        require(named, E::WrongSource)?;
        let (mut a, mut b) = (self.account(sides.0)?, self.account(sides.1)?);
        let given = self.given(&[sides.0, sides.1], None);
        let done = ops::run_top_up((&mut a, &mut b), &mut order, &given, &self.setting(scene))?;
        self.set_account(sides.0, a);
        self.set_account(sides.1, b);
        self.orders.get_mut(&key).expect("is there").engine.0 = order;
        self.reward(keeper, done.reward)
    }

    fn reward(&mut self, keeper: &Trader, reward: u64) -> Done {
        let mut account = self.account(keeper)?;
        account.capital = num::add(account.capital, reward)?;
        self.set_account(keeper, account);
        Ok(())
    }
}
