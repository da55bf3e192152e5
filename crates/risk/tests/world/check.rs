//! The invariants, as checks of a step.

use super::{run::Step, strategy::Op, *};
use firebreak_risk::{
    liquidation::plan,
    num::{notional_up, ratio_up},
    price::Quality,
    Ledger, Position,
};

pub type Checked = std::result::Result<(), String>;

pub fn ensure(ok: bool, what: impl FnOnce() -> String) -> Checked {
    if ok {
        Ok(())
    } else {
        Err(what())
    }
}

impl World {
    pub fn positions(&self, m: usize) -> impl Iterator<Item = &Position> {
        self.accounts.iter().flat_map(|a| a.used()).filter(move |p| p.market as usize == m)
    }

    /// Everything that the ledger says is in the vault.
    pub fn held(&self) -> u64 {
        let accounts: u64 = self.accounts.iter().map(|a| a.holdings().unwrap()).sum();
        let markets: u64 = self.markets.iter().map(|m| m.ledger.holdings().unwrap()).sum();
        accounts + markets + self.insurance.fund.assets
    }

    pub fn conservation(&self) -> Checked {
        ensure(self.insurance.invariant().is_ok(), || format!("i1: insurance {:?}", self.insurance))?;
        ensure(self.held() == self.vault, || format!("i1: ledger {} and vault {} differ", self.held(), self.vault))
    }

    pub fn matched(&self) -> Checked {
        for (m, market) in self.markets.iter().enumerate() {
            let l = &market.ledger;
            let totals = [(l.long_base, l.long_entry), (l.short_base, l.short_entry)];
            ensure(l.long_base == l.short_base, || format!("i2: {} long, {} short in market {m}", l.long_base, l.short_base))?;
            let done = [market.settlement.long_done, market.settlement.short_done];
            for (i, sign) in [1, -1].into_iter().enumerate() {
                let (mut base, mut entry, mut touches) = (done[i], self.ended[m][i], self.touches[m][i]);
                for p in self.positions(m).filter(|p| p.base.0.signum() == sign) {
                    base += p.base.abs();
                    entry += p.entry;
                    if p.funding != market.funding.index {
                        entry += market.funding.owed_up(p.base, p.funding).unwrap();
                        touches += 1;
                    }
                }
                // Accrual moves whole atoms and carries the rest; a position takes its part in rounded up, whoever it is. So what
                // positions have taken in is at least what was moved, and by at most an atom for each time that one did.
                let over = entry - totals[i].1;
                ensure(base == totals[i].0, || format!("i2: {base} lots, total {} in market {m}", totals[i].0))?;
                ensure(over >= 0 && over as u64 <= touches, || format!("i2: {over} over {touches} touches in market {m}"))?;
            }
        }
        Ok(())
    }

    pub fn backed(&self) -> Checked {
        for (m, flow) in self.flows.iter().enumerate() {
            let pool = self.markets[m].ledger.pool;
            ensure(flow.converted + pool == flow.paid + flow.covered, || format!("i3: market {m}: {flow:?}, pool {pool}"))?;
        }
        Ok(())
    }

    pub fn sourced(&self) -> Checked {
        for (m, market) in self.markets.iter().enumerate() {
            market.invariant().map_err(|_| format!("i14: totals of market {m}: {:?}", market.ledger))?;
            let results: Vec<i64> = self.positions(m).map(|p| p.result_now_down(&market.ledger).unwrap()).collect();
            let claims: i64 = results.iter().filter(|r| **r > 0).sum();
            let debts: i64 = results.iter().filter(|r| **r < 0).sum();
            let l = &market.ledger;
            ensure(claims as u64 <= l.claims, || format!("i14: claims {claims} above the total {} in market {m}", l.claims))?;
            ensure(debts.unsigned_abs() == l.debt, || format!("i14: debts {debts}, total {} in market {m}", l.debt))?;
            for p in self.positions(m) {
                ensure(p.cold <= p.result.max(0) as u64, || format!("i14: more cold than claimed: {p:?}"))?;
                let left = p.cold_until - self.now.time;
                ensure(p.cold == 0 || left <= market.params.claim_warmup, || format!("i14: warms for {left} s: {p:?}"))?;
            }
        }
        Ok(())
    }
}

/// I4: whoever is not a party to an operation keeps every atom, and nobody pays when a loss is shared.
pub fn principal_first(step: &Step, after: &World) -> Checked {
    let parties: &[usize] = match &step.op {
        Op::Trade { taker, maker, .. } | Op::Close { taker, maker, .. } => &[*taker, *maker],
        Op::Liquidate { who, keeper, .. } => &[*who, *keeper],
        Op::Deleverage { who, other, m } => {
            closed_at_no_loss(step, after, *other, *m)?;
            &[*who, *other]
        }
        Op::Dust { who, other, m } => {
            closed_at_no_loss(step, after, *other, *m)?;
            &[*who, *other]
        }
        Op::Match { taker, maker, .. } => &[*taker, *maker],
        Op::IntoQuote { who, maker, keeper, .. } => &[*who, *maker, *keeper],
        Op::Reduce { who, maker, .. } => &[*who, *maker],
        Op::TopUp { who, source, .. } => &[*who, *source, MAKER],
        Op::Transfer { from, to, .. } => &[*from, *to],
        Op::Clear { who } => &[*who],
        Op::Settle { who, .. } | Op::Convert { who, .. } | Op::Declare { who } => &[*who],
        Op::Recover { who, .. } | Op::Stake { who, .. } | Op::Request { who, .. } | Op::PayOut { who } => &[*who],
        Op::Deposit { who, .. } | Op::Withdraw { who, .. } | Op::Flag { who } => &[*who],
        _ => &[],
    };
    for who in (0..ACCOUNTS).filter(|who| !parties.contains(who)) {
        let (was, is) = (&step.before.accounts[who], &after.accounts[who]);
        ensure(was == is, || format!("i4: {:?} changed account {who}", step.op))?;
    }
    Ok(())
}

/// What an account is worth in a market at spot, with its capital and its bond.
fn worth(world: &World, who: usize, m: usize) -> i64 {
    let account = &world.accounts[who];
    let market = &world.markets[m];
    let standing = account.position(m as u16).map_or(0, |p| p.standing_down(market, market.price.spot).unwrap());
    account.holdings().unwrap() as i64 + standing
}

/// Whoever a bankrupt position is closed against loses exposure, not money.
fn closed_at_no_loss(step: &Step, after: &World, other: usize, m: usize) -> Checked {
    let (was, is) = (worth(&step.before, other, m), worth(after, other, m));
    ensure(is >= was, || format!("i4: {:?} took {} from the counterparty", step.op, was - is))
}

/// I5: an operation changes the market it names and no other; a bankruptcy changes of a market in which nothing is owed only the
/// claim of the bankrupt's own position.
pub fn isolated(step: &Step, after: &World) -> Checked {
    let named = match step.op {
        Op::Trade { m, .. } | Op::Close { m, .. } | Op::Settle { m, .. } | Op::Convert { m, .. } => Some(m),
        Op::Liquidate { m, .. } | Op::Share { m } | Op::Sweep { m } => Some(m),
        Op::Accrue { m } | Op::Deleverage { m, .. } | Op::End { m } | Op::Treasury { m } => Some(m),
        Op::Tighten { m, .. } | Op::Apply { m } | Op::Allot { m } => Some(m),
        Op::Match { m, .. } | Op::IntoQuote { m, .. } | Op::Reduce { m, .. } | Op::Dust { m, .. } => Some(m),
        Op::Refresh { .. } | Op::Declare { .. } | Op::Recover { .. } | Op::Flag { .. } => None,
        _ => Some(MARKETS),
    };
    for m in 0..MARKETS {
        let (was, is) = (&step.before.markets[m], &after.markets[m]);
        if let Some(named) = named {
            ensure(m == named || was == is, || format!("i5: {:?} changed market {m}", step.op))?;
        } else if let Op::Refresh { .. } = step.op {
            let still = |market: &Market| Ledger { long_entry: 0, short_entry: 0, ..market.ledger };
            let moved = |market: &Market| market.ledger.long_entry + market.ledger.short_entry;
            let same = still(was) == still(is) && moved(was) == moved(is);
            ensure(same, || format!("i5: a price changed the totals of market {m}"))?;
        } else if let Op::Flag { .. } = step.op {
            let budget = Market { margin: is.margin, ..*was };
            ensure(budget == *is, || format!("i5: {:?} changed market {m}", step.op))?;
        } else if let Op::Recover { who, m: from } = step.op {
            let lost = step.before.accounts[who].position(m as u16).is_ok_and(|p| p.lost > 0);
            ensure(lost || m == from || was == is, || format!("i5: {:?} reached market {m}", step.op))?;
        } else if let Op::Declare { who } = step.op {
            let owed = step.before.accounts[who].position(m as u16).ok().map(|p| {
                let mark = was.ended().unwrap_or(was.price.better_for(p.base.is_long()));
                p.result_now_down(&was.ledger).unwrap().min(p.standing_down(was, mark).unwrap())
            });
            let same = (was.ledger.pool, was.ledger.debt, was.ledger.deficit, was.ledger.pot, was.ledger.insured_deficit)
                == (is.ledger.pool, is.ledger.debt, is.ledger.deficit, is.ledger.pot, is.ledger.insured_deficit);
            ensure(owed.is_some_and(|owed| owed < 0) || same, || format!("i5: {:?} reached market {m}", step.op))?;
        }
    }
    Ok(())
}

/// I7: a take-over raises (never lowers) the health of the account on every line, stops at the stop line or at a whole position, and
/// leaves a solvent account solvent.
pub fn liquidation_helps(step: &Step, after: &World) -> Checked {
    let (Op::Liquidate { who, m, .. } | Op::IntoQuote { who, m, .. } | Op::Dust { who, m, .. }) = step.op else { return Ok(()) };
    let (was, is) = (step.before.health(who).unwrap(), after.health(who).unwrap());
    if step.before.accounts[who].bankrupt != 0 && was.solvency < 0 {
        return Ok(()); // closed whole, without penalty: nothing of its own is left to help
    }
    ensure(is.maint >= was.maint && is.liq_end >= was.liq_end, || format!("i7: {was:?} became {is:?}"))?;
    ensure(was.solvency < 0 || is.solvency >= 0, || format!("i7: insolvent by a take-over: {was:?}, {is:?}"))?;
    if let Op::IntoQuote { .. } = step.op {
        costs_no_more_than_a_take_over(step, after, who, m)?;
    }
    let whole = after.base(who, m).is_flat();
    // The step is sized at the size term that the position had: what the smaller rest needs less is the account's.
    let mut sized = after.clone();
    if let (Ok(was), Ok(is)) = (step.before.accounts[who].position(m as u16), sized.accounts[who].position_mut(m as u16)) {
        is.size_term = was.size_term;
    }
    let is = sized.health(who).unwrap();
    // One lot and one atom at most on top of what is needed, in each of the roundings up; against a quote its cost is counted in ppm,
    // rounded up too.
    let more = if matches!(step.op, Op::IntoQuote { .. }) { was.notional / 100_000 } else { 0 };
    ensure(whole || is.liq_end <= 5 + more as i64, || format!("i7: closed beyond the stop line: {was:?}, {is:?}"))?;
    Ok(())
}

/// Against a quote, price, fee and penalty together cost an account at most the penalty of a take-over of as much.
fn costs_no_more_than_a_take_over(step: &Step, after: &World, who: usize, m: usize) -> Checked {
    let (was, is) = (step.before.health(who).unwrap(), after.health(who).unwrap());
    let plan = plan(&step.before.accounts[who], m as u16, &step.before.markets[m], &was, step.before.now).unwrap();
    let closed = step.before.base(who, m).abs() - after.base(who, m).abs();
    let penalty = ratio_up(notional_up(plan.price, closed).unwrap(), plan.penalty).unwrap();
    // An atom of rounding in each: notional, price, fee, penalty.
    let cost = was.solvency - is.solvency;
    ensure(cost <= penalty as i64 + 4, || format!("i7: {:?} cost {cost}, a take-over costs {penalty}", step.op))
}

/// I13: what needs a price happened at a price that its quality permits; what was refused by every rule changed nothing.
pub fn good_prices(step: &Step, after: &World) -> Checked {
    let quality = |m: usize| step.before.markets[m].quality(step.before.now);
    let exposed = |who: usize, m: usize| !step.before.base(who, m).is_flat();
    if let Op::Trade { taker, maker, m, .. } | Op::Close { taker, maker, m } | Op::Match { taker, maker, m, .. } = step.op {
        let more = |who: usize| after.base(who, m).abs() > step.before.base(who, m).abs();
        let primary = quality(m) == Quality::Primary;
        ensure(primary || !more(taker) && !more(maker), || format!("i13: {:?} opened on {:?}", step.op, quality(m)))?;
    }
    // The one stated exception: an ended market settles at its fixed price.
    let usable = |m: usize| quality(m) > Quality::Frozen || step.before.markets[m].ended().is_some();
    match step.op {
        Op::Trade { m, .. } | Op::Close { m, .. } | Op::Match { m, .. } | Op::Reduce { m, .. } => {
            ensure(quality(m) > Quality::Frozen, || format!("i13: {:?} on a frozen price", step.op))
        }
        Op::Settle { m, .. } | Op::Convert { m, .. } | Op::Recover { m, .. } => {
            ensure(usable(m), || format!("i13: {:?} on a frozen price", step.op))
        }
        Op::End { m } => {
            let silent = step.before.now.time - step.before.markets[m].price.time;
            ensure(quality(m) == Quality::Frozen && silent >= 3_600, || format!("i13: {:?} after {silent} s", step.op))
        }
        Op::Liquidate { m, .. } | Op::Deleverage { m, .. } | Op::IntoQuote { m, .. } | Op::Dust { m, .. } => {
            let p = &step.before.markets[m];
            let waits = p.price.require_confirmed(&p.params, step.before.now).is_err();
            ensure(quality(m) > Quality::Frozen && !waits, || format!("i13: {:?} before the price is confirmed", step.op))
        }
        Op::Declare { who } => (0..MARKETS)
            .filter(|m| exposed(who, *m))
            .try_for_each(|m| ensure(usable(m), || format!("i13: {:?} on a frozen price", step.op))),
        Op::Withdraw { who, .. } | Op::Transfer { from: who, .. } | Op::TopUp { source: who, .. } => (0..MARKETS)
            .filter(|m| exposed(who, *m))
            .try_for_each(|m| ensure(usable(m), || format!("i13: {:?} on a frozen price", step.op))),
        Op::PayOut { .. } => (0..MARKETS).filter(|m| step.before.markets[*m].limit.granted > 0).try_for_each(|m| {
            let primary = quality(m) == Quality::Primary;
            ensure(primary, || format!("i13: {:?} while market {m} is {:?}", step.op, quality(m)))
        }),
        Op::Refresh { .. } => (0..MARKETS).try_for_each(|m| {
            let better = after.markets[m].quality(after.now) >= quality(m);
            ensure(better, || format!("i13: {:?} lowered the quality of market {m}", step.op))
        }),
        _ => Ok(()),
    }
}
