//! The engine, run natively on the state before a step. The program runs the same code as bytecode of another compiler: both must
//! come to the same refusal, and to the same bytes.

use super::ops::{Cast, Op};
use firebreak_client::{
    program::{
        events::{Filled, Liquidated},
        state::Collateral,
    },
    risk::{
        liquidation::{plan, Plan},
        margin::{health, Markets},
        num::Result,
        ops::{self, Setting},
        trade::cost,
        tranches::Insurance,
        Account, BaseQty, Market, Now, Price,
    },
};
use firebreak_tests::{events, read::Book, Outcome, E};

/// What the engine says of a step.
pub enum Expected {
    /// Nothing: the step is not mirrored.
    Nothing,
    /// This refusal, or these bytes afterwards.
    State(Box<Result<After>>),
    /// If it is accepted, a fill at this price and cost.
    Fill(Price, i64),
    /// If it is accepted, this take-over.
    TakeOver(Plan, u64),
}

/// State after a step; what it does not touch is `None`.
#[derive(Default)]
pub struct After {
    account: Option<(usize, Account)>,
    market: Option<(u16, Market)>,
    insurance: Option<Insurance>,
}

/// Everything the engine needs to know.
struct Before {
    book: Book,
    record: Collateral,
    now: Now,
}

impl Expected {
    pub fn of(cast: &Cast, op: &Op) -> Self {
        let before = Before { book: cast.w.book(), record: cast.w.record(0), now: cast.w.now() };
        let account = |t: usize| cast.w.engine(&cast.traders[t]);
        let state = |t: usize, result: Result<(Account, Option<(u16, Market)>)>| {
            Self::State(Box::new(result.map(|(account, market)| After { account: Some((t, account)), market, insurance: None })))
        };
        match *op {
            Op::Withdraw(t, x) => state(t, before.withdraw(account(t), x)),
            Op::Settle(caller, t, m) => state(t, before.settle(account(t), m, caller == t)),
            Op::Convert(t, m) => state(t, before.convert(account(t), m)),
            Op::Flag(t) => state(t, before.flag(account(t))),
            Op::ShareLoss(m) => Self::State(Box::new(before.share_loss(m, cast.w.insurance().engine.0))),
            Op::Take(_, maker, m, lots) if lots != 0 && lots != i64::MIN => before.fill(cast, maker, m, BaseQty(lots)),
            Op::Liquidate(_, t, m, lots) => before.take_over(&account(t), m, lots),
            _ => Self::Nothing,
        }
    }

    pub fn compare(&self, cast: &Cast, op: &Op, outcome: &Outcome) {
        match (self, outcome) {
            (Self::State(expected), outcome) => match (expected.as_ref(), outcome) {
                (Ok(after), Ok(_)) => after.compare(cast, op),
                (Err(why), Err(refused)) => assert_eq!(E::from(*why).name(), refused.name, "{op:?}"),
                (Ok(_), Err(refused)) => panic!("{op:?}: the engine accepts, the program refuses with {}", refused.name),
                (Err(why), Ok(_)) => panic!("{op:?}: the engine refuses with {why:?}, the program accepts"),
            },
            (Self::Fill(price, paid), Ok(meta)) => {
                let event = &events::<Filled>(meta)[0];
                assert_eq!(event.cost, *paid, "{op:?} at {price:?}");
            }
            (Self::TakeOver(plan, most), Ok(meta)) => {
                let event = &events::<Liquidated>(meta)[0];
                let base = plan.base.abs().min(*most) as i64;
                assert_eq!((event.price, event.base.abs()), (plan.price.0, base), "{op:?}");
            }
            _ => {}
        }
    }
}

impl After {
    fn compare(&self, cast: &Cast, op: &Op) {
        if let Some((t, account)) = &self.account {
            assert_eq!(cast.w.engine(&cast.traders[*t]), *account, "{op:?}");
        }
        if let Some((m, market)) = &self.market {
            assert_eq!(cast.w.market(*m).engine.0, *market, "{op:?}");
        }
        if let Some(insurance) = &self.insurance {
            assert_eq!(cast.w.insurance().engine.0, *insurance, "{op:?}");
        }
    }
}

impl Before {
    fn setting(&self) -> Setting {
        Setting { now: self.now, ..Setting::default() }
    }

    fn withdraw(&self, mut account: Account, atoms: u64) -> Result<(Account, Option<(u16, Market)>)> {
        let mut record = self.record;
        ops::withdraw(&mut account, atoms, &self.book, &self.setting())?;
        ops::count_outflow(&mut account, &mut record.outflow, &record.outflow_rules, atoms, &self.setting())?;
        Ok((account, None))
    }

    fn settle(&self, mut account: Account, index: u16, owner: bool) -> Result<(Account, Option<(u16, Market)>)> {
        let mut market = *self.book.market(index)?;
        ops::settle((index, &mut market), &mut account, owner, &self.book, &self.setting())?;
        Ok((account, Some((index, market))))
    }

    fn convert(&self, mut account: Account, index: u16) -> Result<(Account, Option<(u16, Market)>)> {
        let mut market = *self.book.market(index)?;
        ops::convert((index, &mut market), &mut account, &self.book, &self.setting())?;
        Ok((account, Some((index, market))))
    }

    fn flag(&self, mut account: Account) -> Result<(Account, Option<(u16, Market)>)> {
        ops::flag(&mut account, &mut self.book.clone(), &self.setting())?;
        Ok((account, None))
    }

    fn share_loss(&self, index: u16, mut insurance: Insurance) -> Result<After> {
        let mut market = *self.book.market(index)?;
        insurance.share_loss(&mut market, self.now)?;
        Ok(After { account: None, market: Some((index, market)), insurance: Some(insurance) })
    }

    fn fill(&self, cast: &Cast, maker: usize, market: u16, base: BaseQty) -> Expected {
        let quote = firebreak_client::address::quote(&cast.traders[maker].account, &firebreak_client::address::market(market));
        if cast.w.vm.svm.get_account(&quote).is_none() {
            return Expected::Nothing;
        }
        let terms = cast.w.quote_of(&cast.traders[maker], market).terms;
        let offer = self.book.market(market).and_then(|m| terms.offer(m, base, self.now));
        match offer.and_then(|(price, _)| Ok((price, cost(price, base)?))) {
            Ok((price, paid)) => Expected::Fill(price, paid),
            Err(_) => Expected::Nothing,
        }
    }

    fn take_over(&self, account: &Account, index: u16, lots: u64) -> Expected {
        let planned = health(account, &self.book, self.now)
            .and_then(|health| plan(account, index, self.book.market(index)?, &health, self.now));
        planned.map_or(Expected::Nothing, |plan| Expected::TakeOver(plan, lots))
    }
}
