//! One step: an instruction, sent to the compiled program and done by the engine natively.

use firebreak_client::{
    address, instruction,
    program::instructions::AccountKind,
    risk::{order::Order, trade::QuoteTerms, BaseQty},
};
use firebreak_tests::{Outcome, Trader, World};

/// One instruction. Traders, markets, collaterals and orders by number.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    Deposit(usize, u64),
    Withdraw(usize, u64),
    DepositCoin(usize, u64),
    WithdrawCoin(usize, u64),
    Transfer(usize, usize, u64),
    Quote(usize, u16, QuoteTerms),
    Unquote(usize, u16),
    Take(usize, usize, u16, i64),
    Match(usize, usize, u16, i64, u64),
    Convert(usize, u16),
    Place(usize, u16, Order),
    Cancel(usize, u16),
    Open(usize),
    Close(usize),
    /// `refresh_market` and `accrue`, in one transaction.
    Refresh(u16),
    Accrue(u16),
    RefreshCoin,
    /// By whom, of whom.
    Settle(usize, usize, u16),
    /// The last: with the markets to be changed.
    Flag(usize, bool),
    /// By whom, whose, at most so many lots; the last: showing everybody else to the worst board.
    Liquidate(usize, usize, u16, u64, bool),
    /// To whom the reward goes, against whose quote, whose.
    IntoQuotes(usize, usize, usize, u16, u64),
    SellCoin(usize, usize, u64),
    Forfeit(usize),
    Declare(usize),
    /// Against at most so many of the other side.
    Deleverage(usize, u16, usize),
    Dust(usize, u16, Option<usize>),
    ShareLoss(u16),
    Recover(usize, u16),
    Rank(usize, u16),
    Skim,
    End(u16),
    CheckGlobal,
    Report(u16),
    /// To whom the reward goes, whose order, its number, its market, against whose quote.
    RunOrder(usize, usize, u16, u16, usize),
    /// To whom the reward goes, whose order, its number, from where.
    RunTopUp(usize, usize, u16, usize),
    Stake(usize, u8, u64),
    Request(usize, u8, u64),
    Unstake(usize, u8),
    Hold(usize, u8),
    CloseStake(usize, u8),
    Fund(usize, u64),
    Allot(u16),
    Sweep(u16),
    Treasury(u16),
}

/// Number of the coin.
pub const COIN_INDEX: u16 = 1;
/// Number of the sub-account that is opened and closed.
pub const VISITOR: u16 = 2;

impl Step {
    /// The instruction's name, with what makes it two.
    pub fn name(&self) -> &'static str {
        match self {
            Step::Deposit(..) => "deposit",
            Step::Withdraw(..) => "withdraw",
            Step::DepositCoin(..) => "deposit_collateral",
            Step::WithdrawCoin(..) => "withdraw_collateral",
            Step::Transfer(..) => "transfer",
            Step::Quote(..) => "post_quote",
            Step::Unquote(..) => "remove_quote",
            Step::Take(..) => "take",
            Step::Match(..) => "match_trade",
            Step::Convert(..) => "convert",
            Step::Place(..) => "place_order",
            Step::Cancel(..) => "cancel_order",
            Step::Open(..) => "open_account",
            Step::Close(..) => "close_account",
            Step::Refresh(..) => "refresh_market",
            Step::Accrue(..) => "accrue",
            Step::RefreshCoin => "refresh_collateral",
            Step::Settle(..) => "settle",
            Step::Flag(_, false) => "flag",
            Step::Flag(_, true) => "flag, raised",
            Step::Liquidate(.., false) => "liquidate",
            Step::Liquidate(.., true) => "liquidate, showing",
            Step::IntoQuotes(..) => "liquidate_into_quotes",
            Step::SellCoin(..) => "liquidate_collateral",
            Step::Forfeit(..) => "forfeit_collateral",
            Step::Declare(..) => "declare_bankrupt",
            Step::Deleverage(_, _, 1) => "deleverage, one",
            Step::Deleverage(..) => "deleverage, several",
            Step::Dust(_, _, Some(_)) => "close_dust",
            Step::Dust(_, _, None) => "close_dust, empty",
            Step::ShareLoss(..) => "share_loss",
            Step::Recover(..) => "recover",
            Step::Rank(..) => "rank",
            Step::Skim => "skim",
            Step::End(..) => "enter_settlement",
            Step::CheckGlobal => "check_global",
            Step::Report(..) => "publish_report",
            Step::RunOrder(..) => "run_order",
            Step::RunTopUp(..) => "run_top_up",
            Step::Stake(..) => "stake",
            Step::Request(..) => "request_unstake",
            Step::Unstake(..) => "unstake",
            Step::Hold(..) => "hold_unstake",
            Step::CloseStake(..) => "close_stake",
            Step::Fund(..) => "fund_insurance",
            Step::Allot(..) => "allot",
            Step::Sweep(..) => "sweep_fees",
            Step::Treasury(..) => "collect_treasury",
        }
    }

    /// Whether it names an amount that does not exist.
    pub fn is_absurd(&self) -> bool {
        match *self {
            Step::Deposit(_, x) | Step::Fund(_, x) | Step::DepositCoin(_, x) | Step::Stake(_, _, x) => x >= 1 << 62,
            Step::Transfer(_, _, x) => x >= 1 << 62,
            Step::Take(.., x) => x.unsigned_abs() >= 1 << 62,
            Step::Match(_, _, _, x, price) => x.unsigned_abs() >= 1 << 50 || price >= 1 << 50,
            _ => false,
        }
    }
}

/// The world and who takes part.
#[derive(Clone)]
pub struct Scene {
    pub w: World,
    pub traders: Vec<Trader>,
}

impl Scene {
    /// Those who hold the other side, best first.
    pub fn parties(&self, t: usize, market: u16, most: usize) -> Vec<Trader> {
        let mut found = self.w.opposite(&self.traders[t], market, &self.traders);
        found.truncate(most);
        found
    }

    /// Everybody with exposure in the market but these.
    pub fn shown(&self, market: u16, not: [usize; 2]) -> Vec<&Trader> {
        let exposed = |t: &Trader| self.w.engine(t).position(market).is_ok_and(|p| !p.base.is_flat());
        let others = self.traders.iter().enumerate().filter(|(i, _)| !not.contains(i));
        others.map(|(_, t)| t).filter(|t| exposed(t)).collect()
    }

    /// The sub-account that is opened and closed.
    pub fn visitor(&self, t: usize) -> Trader {
        let owner = self.traders[t].owner();
        Trader { account: address::account(&owner, VISITOR), ..self.traders[t].clone() }
    }

    /// The market whose price says what `lots` are matched at.
    pub fn spot(&self, market: u16) -> u64 {
        self.w.market(market).engine.price.spot.0
    }

    /// Lots of a trader in a market.
    pub fn held(&self, t: usize, market: u16) -> BaseQty {
        self.w.engine(&self.traders[t]).position(market).map_or(BaseQty(0), |p| p.base)
    }

    /// Sends it.
    pub fn send(&mut self, step: &Step) -> Outcome {
        let parties = match *step {
            Step::Deleverage(t, m, n) => self.parties(t, m, n),
            Step::Liquidate(k, t, m, _, true) => self.shown(m, [k, t]).into_iter().cloned().collect(),
            _ => vec![],
        };
        let parties: Vec<&Trader> = parties.iter().collect();
        let visitor = match *step {
            Step::Open(t) | Step::Close(t) => Some(self.visitor(t)),
            _ => None,
        };
        let Self { w, traders } = self;
        let t = &*traders;
        match *step {
            Step::Deposit(a, x) => w.deposit(&t[a], x),
            Step::Withdraw(a, x) => w.withdraw(&t[a], x),
            Step::DepositCoin(a, x) => w.deposit_collateral(&t[a], COIN_INDEX, x),
            Step::WithdrawCoin(a, x) => w.withdraw_collateral(&t[a], COIN_INDEX, x),
            Step::Transfer(a, b, x) => w.transfer(&t[a], &t[b], x),
            Step::Quote(a, m, terms) => w.quote_with(&t[a], m, terms),
            Step::Unquote(a, m) => w.remove_quote(&t[a], m),
            Step::Take(a, b, m, x) => w.take_lots(&t[a], &t[b], m, x),
            Step::Match(a, b, m, x, price) => w.match_trade(&t[a], &t[b], m, x, price),
            Step::Convert(a, m) => w.convert(&t[a], m),
            Step::Place(a, id, order) => w.place_order(&t[a], id, order),
            Step::Cancel(a, id) => w.cancel_order(&t[a], id),
            Step::Open(a) => w.try_open(&t[a], VISITOR, AccountKind::Isolated),
            Step::Close(_) => w.close(&visitor.expect("a visitor")),
            Step::Refresh(m) => w.refresh(m),
            Step::Accrue(m) => w.accrue(m),
            Step::RefreshCoin => w.refresh_collateral(COIN_INDEX),
            Step::Settle(a, b, m) => w.settle(&t[a], &t[b], m),
            Step::Flag(a, false) => w.flag(&t[a]),
            Step::Flag(a, true) => {
                let ix = instruction::flag_raised(t[a].account, w.needs_of(&t[a], None));
                w.act(&[ix], &[])
            }
            Step::Liquidate(k, a, m, lots, show) => {
                let others = w.needs_of(&t[a], Some(m)).then(w.needs_of(&t[k], Some(m)));
                let ix = instruction::liquidate(t[k].owner(), t[k].account, t[a].account, m, lots, &others);
                let groups: Vec<_> = parties.iter().filter(|_| show).map(|p| w.group(p)).collect();
                w.act(&[instruction::showing(ix, m, &others, &groups)], &[&t[k].key])
            }
            Step::IntoQuotes(k, b, a, m, lots) => w.into_quotes(&t[k], &t[b], &t[a], m, lots),
            Step::SellCoin(k, a, x) => w.liquidate_units(&t[k], &t[a], COIN_INDEX, x),
            Step::Forfeit(a) => w.forfeit_collateral(&t[a], COIN_INDEX),
            Step::Declare(a) => w.declare_bankrupt(&t[a]),
            Step::Deleverage(a, m, _) => w.deleverage(&t[a], m, &parties),
            Step::Dust(a, m, party) => w.close_dust(&t[a], m, party.map(|p| &t[p])),
            Step::ShareLoss(m) => w.share_loss(m),
            Step::Recover(a, m) => w.recover(&t[a], m),
            Step::Rank(a, m) => w.rank(m, &[&t[a]]),
            Step::Skim => w.skim(),
            Step::End(m) => w.enter_settlement(m),
            Step::CheckGlobal => w.check_global(),
            Step::Report(m) => w.publish_report(m),
            Step::RunOrder(k, a, id, m, b) => w.run_order(&t[k], &t[a], id, m, &t[b]),
            Step::RunTopUp(k, a, id, source) => w.run_top_up(&t[k], &t[a], id, &t[source]),
            Step::Stake(a, tranche, x) => w.stake(&t[a], tranche, x),
            Step::Request(a, tranche, shares) => w.request_unstake(&t[a], tranche, shares),
            Step::Unstake(a, tranche) => w.unstake(&t[a], tranche),
            Step::Hold(a, tranche) => {
                let holding = w.insured();
                w.hold_unstake(&t[a], tranche, &holding)
            }
            Step::CloseStake(a, tranche) => w.close_stake(&t[a], tranche),
            Step::Fund(a, x) => w.act(&[instruction::fund_insurance(t[a].owner(), t[a].wallet, w.mint, x)], &[&t[a].key]),
            Step::Allot(m) => w.allot(m),
            Step::Sweep(m) => w.sweep_fees(m),
            Step::Treasury(m) => w.collect_treasury(m),
        }
    }
}

/// How often each has to be accepted in a thousand sequences: about a third of what the seed of the ordinary run gives.
pub const LEAST: [(&str, u32); 48] = [
    ("open_account", 100),
    ("close_account", 6),
    ("deposit", 200),
    ("withdraw", 12),
    ("deposit_collateral", 100),
    ("withdraw_collateral", 40),
    ("transfer", 18),
    ("post_quote", 50),
    ("remove_quote", 40),
    ("take", 100),
    ("match_trade", 30),
    ("convert", 12),
    ("place_order", 200),
    ("cancel_order", 3),
    ("run_order", 50),
    ("run_top_up", 30),
    ("refresh_market", 8_900),
    ("accrue", 80),
    ("refresh_collateral", 4_400),
    ("settle", 900),
    ("flag", 400),
    ("flag, raised", 20),
    ("liquidate", 30),
    ("liquidate, showing", 13),
    ("liquidate_into_quotes", 60),
    ("liquidate_collateral", 20),
    ("forfeit_collateral", 20),
    ("declare_bankrupt", 100),
    ("deleverage, one", 9),
    ("deleverage, several", 70),
    ("close_dust", 60),
    ("close_dust, empty", 20),
    ("share_loss", 9),
    ("recover", 50),
    ("rank", 200),
    ("skim", 80),
    ("enter_settlement", 20),
    ("check_global", 100),
    ("publish_report", 80),
    ("stake", 300),
    ("request_unstake", 200),
    ("unstake", 20),
    ("hold_unstake", 14),
    ("close_stake", 3),
    ("fund_insurance", 20),
    ("allot", 300),
    ("sweep_fees", 50),
    ("collect_treasury", 60),
];
