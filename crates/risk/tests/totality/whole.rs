//! Whole operations, and what a market does by itself, on states of which nothing fits together.

use crate::{rounds, wild::Wild};
use firebreak_risk::{
    breaker::Reason,
    deleverage as close_against,
    fees::split_down,
    governance::{review, Change, Delays, Guardian},
    levels::{init_up, permit, require_in_band, Gate, Global, Level},
    live_margin::side,
    margin::{accepted_health, collateral_down, increase_health, Markets},
    num::Result,
    ops::{self, MarketsMut, Setting},
    rank::{ordered_reward_down, side_of, winner_score_down, worst_score},
    recovery::{earn_pot, heal, part_up, recover},
    settlement::{close, close_unpaid, enter, open},
    Account, BaseQty, Market, Price, RiskError,
};

/// Three markets, as the positions of a wild account name them.
struct Three([Market; 3]);

impl Markets for Three {
    fn market(&self, index: u16) -> Result<&Market> {
        self.0.get(index as usize).ok_or(RiskError::NoPosition)
    }
}

impl MarketsMut for Three {
    fn with<T>(&mut self, index: u16, f: impl FnOnce(&mut Market) -> Result<T>) -> Result<T> {
        f(self.0.get_mut(index as usize).ok_or(RiskError::NoPosition)?)
    }
}

fn scene(w: &mut Wild) -> (Three, Setting) {
    let now = w.now();
    let global = Level::from_u8(w.u8() % 6);
    let markets = [w.market(now), w.market(now), w.market(now)];
    (Three(markets), Setting { now, global: Global { level: global, paused: w.u64() }, bond: w.u64(), reward: w.u64() })
}

#[test]
fn operations() {
    rounds(|w| {
        let (mut book, setting) = scene(w);
        let (mut market, now, other) = (book.0[1], setting.now, Three(book.0));
        let (mut a, mut b) = (w.account(), w.account());
        let seen = [w.accepted(), w.accepted(), w.accepted(), w.accepted(), w.accepted()];
        let venue = w.bool().then_some(w.slot());
        let states = market.sources;
        let _ = ops::refresh(&mut market, seen, &states, venue, now);
        let _ = ops::accrue(&mut market, w.u64(), now);
        let fill = (w.base(), w.price());
        let _ = ops::trade((1, &mut market), (&mut a, &mut b), fill, &other, &setting);
        let _ = ops::settle((1, &mut market), &mut a, w.bool(), &other, &setting);
        let _ = ops::convert((1, &mut market), &mut a, &other, &setting);
        let _ = ops::flag(&mut a, &mut book, &setting);
        let _ = ops::liquidate((1, &mut market), (&mut a, &mut b), w.u64(), w.u64(), &other, &setting);
        let _ = ops::deleverage((1, &mut market), (&mut a, &mut b), w.u64(), &other, &setting);
        let _ = ops::declare(&mut a, &mut book, &setting);
        let _ = ops::recover(&mut b, 1, &mut book, &setting);
    });
}

#[test]
fn what_a_market_does_by_itself() {
    rounds(|w| {
        let (mut book, setting) = scene(w);
        let (now, position, params) = (setting.now, w.position(), w.params());
        let market = &mut book.0[0];
        let _ = (market.ended(), market.require_or_ended(w.quality(), now), market.level(setting.global), market.crowd());
        let _ = (market.rules.validate(&params), params.validate(), split_down(w.u64(), &params));
        let _ = Gate::ALL.map(|gate| (market.permit(gate, setting.global), permit(setting.global.level, gate)));
        let _ = (init_up(setting.global.level, w.ratio()), require_in_band(w.price(), w.price(), w.ratio()));
        let _ = (position.standing_down(market, w.price()), { position }.refresh(market));
        let margin = w.live_margin();
        let lines = margin.of(&position);
        assert!(lines.maint.0 <= 1_000_000 && lines.liq_end.0 <= 1_000_000 && lines.init.0 <= 1_000_000);
        let _ = (margin.accepted(&position), margin.raised(&position), margin.crowded_up(w.ratio()), margin.accept(w.base()));
        let _ = (side(w.bool()), market.rules.fees.fee_up(w.ratio(), w.ratio(), w.i64(), w.base(), setting.global.level));
        market.breaker.trip(Reason::Peg, &market.rules.breaker, now);
        let _ = (market.breaker.level(), market.breaker.reasons());
        let _ = (enter(market, w.bool(), now), open(market), close(market, &mut w.u64(), &mut w.position(), now));
        let _ = close_unpaid(market, &mut w.position(), now);
        let mut capital = w.u64();
        let _ = (part_up(w.u64(), w.u64(), w.u64(), w.u64()), recover(market, &mut capital, &mut w.position(), w.u64()));
        let _ = (heal(&mut market.ledger, w.u64()), earn_pot(&mut market.ledger, w.u64()));
    });
}

#[test]
fn accounts_insurance_and_governance() {
    rounds(|w| {
        let (book, setting) = scene(w);
        let (now, mut account, health) = (setting.now, w.account(), w.health());
        let _ = (accepted_health(&account, &book, now), increase_health(&account, &book, setting.global.level, now));
        let _ = collateral_down(&account, &book, firebreak_risk::price::Use::Maint, now);
        let _ = (account.unrecovered(), account.is_long_in(w.u64() as u16), worst_score(&account, &health));
        let market = book.0[0];
        let _ = (side_of(&w.position()), winner_score_down(&w.position(), &market, w.i64(), w.u64()));
        let _ = ordered_reward_down(w.u64(), w.u64(), w.u64());
        let _ = close_against::begin(&market, &account, w.slot(), &health, now);
        account.forget_losses();
        account.release_collateral();
        let (mut insurance, mut market) = (w.insurance(), market);
        let _ = (insurance.grant(&mut market.limit, w.u64()), insurance.set_floor(w.u64()), insurance.invariant());
        let _ = (insurance.pending_down(&market), insurance.pending([&market].into_iter()));
        let _ = (insurance.earn(w.u64()), insurance.give(w.u64()), insurance.share_loss(&mut market, now));
        let (old, new) = (w.params(), w.params());
        let delays = Delays { loosen: w.i64(), list: w.i64() };
        let mut guardian = Guardian { paused_until: w.i64(), pauses: [w.i64(), w.i64(), w.i64()], ..Guardian::NEW };
        let _ = (review(&old, &new), guardian.tighten(&old, &new, now.time), guardian.pause(now.time));
        if let Ok(change) = Change::propose(&old, &new, &delays, now.time) {
            let _ = change.apply(&mut { old }, w.i64());
        }
        let _ = (Account::NEW.holdings(), BaseQty(w.i64()).negated(), Price(w.u64()));
    });
}
