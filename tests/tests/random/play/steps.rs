//! One step: an instruction, sent to the compiled program.

use super::scene::Scene;
use firebreak_client::{
    instruction,
    program::instructions::AccountKind,
    risk::{order::Order, trade::QuoteTerms},
};
use firebreak_tests::{Outcome, Trader};

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

impl Scene {
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
