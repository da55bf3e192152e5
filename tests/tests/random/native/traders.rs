//! Money and papers of an owner.

use super::super::play::steps::{COIN_INDEX, VISITOR};
use super::*;
use bytemuck::Zeroable;
use firebreak_client::risk::{ops, order::TOP_UP};

impl Native {
    /// Does `step` to this copy. What a refused step leaves is thrown away.
    pub(super) fn apply(&mut self, scene: &Scene, step: &Step) -> Done {
        let t = &scene.traders;
        match *step {
            Step::Deposit(a, x) => self.deposit(scene, &t[a], x),
            Step::Withdraw(a, x) => self.withdraw(scene, &t[a], x),
            Step::DepositCoin(a, x) => self.deposit_coin(scene, &t[a], x),
            Step::WithdrawCoin(a, x) => self.withdraw_coin(scene, &t[a], x),
            Step::Transfer(a, b, x) => self.transfer(scene, &t[a], &t[b], x),
            Step::Quote(a, m, terms) => self.quote(&t[a], m, terms),
            Step::Unquote(a, m) => {
                let account = address::account(&t[a].owner(), 0);
                self.quotes.remove(&address::quote(&account, &address::market(m))).map(|_| ()).ok_or_else(absent)
            }
            Step::Place(a, id, order) => self.place(&t[a], id, order),
            Step::Cancel(a, id) => {
                let account = address::account(&t[a].owner(), 0);
                self.orders.remove(&address::order(&account, id)).map(|_| ()).ok_or_else(absent)
            }
            Step::Open(a) => self.open(scene, &scene.visitor(a)),
            Step::Close(a) => self.close(scene, &scene.visitor(a)),
            _ => self.apply_trade(scene, step),
        }
    }

    fn deposit(&mut self, scene: &Scene, who: &Trader, x: u64) -> Done {
        let mut account = self.account(who)?;
        account.deposit(x)?;
        self.set_account(who, account);
        self.enter(scene, who, x)
    }

    fn withdraw(&mut self, scene: &Scene, who: &Trader, x: u64) -> Done {
        let (mut account, setting) = (self.account(who)?, self.setting(scene));
        ops::withdraw(&mut account, x, &self.given(&[who], None), &setting)?;
        let vault = self.vault();
        ops::count_outflow(&mut account, &mut vault.outflow, &vault.outflow_rules, x, &setting)?;
        vault.booked = num::sub(vault.booked, x)?;
        self.set_account(who, account);
        Ok(())
    }

    fn deposit_coin(&mut self, scene: &Scene, who: &Trader, x: u64) -> Done {
        let (mut account, setting) = (self.account(who)?, self.clock(scene));
        let Collateral { engine, outflow, .. } = self.records.get_mut(&COIN_INDEX).expect("listed");
        ops::deposit_collateral(&mut account, (COIN_INDEX, engine, outflow), x, &setting)?;
        self.set_account(who, account);
        Ok(())
    }

    fn withdraw_coin(&mut self, scene: &Scene, who: &Trader, x: u64) -> Done {
        let (mut account, setting) = (self.account(who)?, self.setting(scene));
        let mut given = self.given(&[who], None);
        given.collateral(COIN_INDEX)?;
        let Collateral { engine, outflow, outflow_rules, .. } = self.records.get_mut(&COIN_INDEX).expect("listed");
        ops::take_collateral(&mut account, (COIN_INDEX, engine, outflow), outflow_rules, x, &setting)?;
        given.records.insert(COIN_INDEX, engine.0);
        ops::may_leave(&account, &given, &setting)?;
        self.set_account(who, account);
        Ok(())
    }

    fn transfer(&mut self, scene: &Scene, from: &Trader, to: &Trader, x: u64) -> Done {
        require(from.owner() == to.owner(), E::NotSameOwner)?;
        require(from.account != to.account, E::SameAccount)?;
        let (mut a, mut b) = (self.account(from)?, self.account(to)?);
        ops::transfer(&mut a, &mut b, x, &self.given(&[from], None), &self.setting(scene))?;
        self.set_account(from, a);
        self.set_account(to, b);
        Ok(())
    }

    fn quote(&mut self, who: &Trader, market: u16, terms: risk::trade::QuoteTerms) -> Done {
        require(terms.bid_size <= i64::MAX as u64 / 2 && terms.ask_size <= i64::MAX as u64 / 2, E::SizeOutOfBounds)?;
        require(terms.bid_offset.0 <= 500_000 && terms.ask_offset.0 <= 500_000, E::QuoteOutOfBounds)?;
        let opened = self.accounts[&who.account].opened;
        let quote = self.quotes.entry(quote_key(who, market)).or_insert_with(Quote::zeroed);
        (quote.version, quote.market, quote.account, quote.opened) = (1, market, who.account, opened);
        quote.terms.0 = terms;
        Ok(())
    }

    fn place(&mut self, who: &Trader, id: u16, terms: risk::order::Order) -> Done {
        require(terms.validate().is_ok(), E::ParameterOutOfBounds)?;
        let account = &self.accounts[&who.account];
        require(terms.kind != TOP_UP || terms.source != account.sub_id, E::SameAccount)?;
        let mut order = Order::zeroed();
        (order.version, order.id, order.account, order.opened) = (1, id, who.account, account.opened);
        order.engine.0 = terms;
        self.orders.insert(address::order(&who.account, id), order);
        Ok(())
    }

    fn open(&mut self, scene: &Scene, visitor: &Trader) -> Done {
        let mut account = MarginAccount::zeroed();
        (account.version, account.sub_id, account.owner) = (1, VISITOR, visitor.owner());
        account.opened = scene.w.now().slot;
        account.engine.0 = risk::Account { isolated: 1, ..risk::Account::NEW };
        self.accounts.insert(visitor.account, account);
        Ok(())
    }

    fn close(&mut self, scene: &Scene, visitor: &Trader) -> Done {
        let (account, now) = (self.accounts.remove(&visitor.account).ok_or_else(absent)?, scene.w.now());
        require(account.opened < now.slot, E::ClosedTooSoon)?;
        Ok(account.engine.require_empty(now)?)
    }
}
