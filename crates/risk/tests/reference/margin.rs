//! `margin`, `liquidation`, `trade`, `waterfall`: the lines of health, sizes, penalties and splits.

use crate::{any_size, ceil_of, config, exact, over, world, Exact};
use firebreak_risk::{
    liquidation::{penalty_down, plan},
    margin::{health, init_health, Health, Valued},
    num::{ratio_down, Result, NOTIONAL_SCALE, PPM},
    trade::{charge_fee, cost},
    waterfall::{drawable_down, pay_pro_rata},
    Account, BaseQty, Ledger, Market, Now, Position, Price, Ratio,
};
use proptest::{collection::vec, prelude::*};

const NOW: Now = Now { slot: 100_000, time: 1_700_000_000 };

/// A market whose price has any quality, and a position in it.
#[derive(Clone, Debug)]
struct Held {
    market: Market,
    position: Position,
}

fn held() -> impl Strategy<Value = Held> {
    let sizes = (any_size(48), any_size(44), any_size(58), any_size(50), any_size(50));
    (sizes, any::<(bool, bool, bool)>(), 0u8..4, 0u32..100_000, any_size(50)).prop_map(
        |((price, lots, entry, result, stable), (long, gain, claim), quality, width, claims)| {
            let mut market = world::market(world::params());
            let spot = price.max(1_000);
            let half = (spot as u128 * width as u128 / PPM as u128) as u64;
            let p = &mut market.price;
            (p.spot, p.low, p.high) = (Price(spot), Price((spot - half).max(1)), Price(spot + half));
            (p.twap, p.stable) = (Price(spot), Price(stable.max(1)));
            (p.quality, p.slot) = (quality.min(2), NOW.slot);
            p.time = if quality == 3 { NOW.time - 10_000 } else { NOW.time }; // too old
            let sign = if long { 1 } else { -1 };
            let base = BaseQty(sign * lots as i64);
            let value = firebreak_risk::num::value_down(Price(spot), base).unwrap();
            let entry = value + if gain { -1 } else { 1 } * (entry % (lots / 8 + 2)) as i64;
            let result = if claim { result as i64 } else { -(result as i64) };
            market.ledger = Ledger { claims: claims.max(result.max(0) as u64), ..Ledger::NEW };
            Held {
                market,
                position: Position { base, entry: if lots == 0 { 0 } else { entry }, result, used: 1, ..Position::EMPTY },
            }
        },
    )
}

/// (notional, result, weight) by the words of design section 6.
fn value(held: &Held, init: bool) -> (Exact, Exact, Exact) {
    let (m, p) = (&held.market, &held.position);
    if p.base.is_flat() {
        return (exact(0), exact(p.result), exact(1));
    }
    let usable = m.price.quality > 0 && NOW.time - m.price.time <= m.params.price_max_age as i64;
    let long = p.base.is_long();
    let price = if !usable {
        m.price.spot.0
    } else if init && long {
        m.price.low.0.min(m.price.stable.0)
    } else if init {
        m.price.high.0.max(m.price.stable.0)
    } else if m.price.quality == 2 {
        m.price.spot.0
    } else if long {
        m.price.high.0
    } else {
        m.price.low.0
    };
    let notional = over(price, NOTIONAL_SCALE) * exact(p.base.abs());
    let worth = over(price, NOTIONAL_SCALE) * exact(p.base.0);
    let result = exact(p.result) + worth - exact(p.entry);
    if usable {
        (notional, result, exact(1))
    } else {
        (notional, result.min(exact(0)), exact(2))
    }
}

fn charge(valued: &(Exact, Exact, Exact), ratio: u32, profit_covers: bool) -> Exact {
    let (notional, result, weight) = valued;
    let required = notional * over(ratio, PPM) * weight;
    if *result < exact(0) {
        required - result
    } else if profit_covers {
        (required - result).max(exact(0))
    } else {
        required
    }
}

fn ratio(x: Ratio) -> Exact {
    over(x.0, PPM)
}

/// `got` is `want` rounded against the account, by at most `atoms`.
fn below(got: i64, want: &Exact, atoms: u64) -> bool {
    exact(got) <= *want && *want <= exact(got) + exact(atoms)
}

/// Finds each position's own market.
struct Book<'a>(&'a [Held]);

impl firebreak_risk::margin::Markets for Book<'_> {
    fn market(&self, index: u16) -> Result<&Market> {
        Ok(&self.0[index as usize].market)
    }
}

fn account(capital: u64, all: &[Held]) -> Account {
    let mut account = Account { capital, ..Account::NEW };
    for (i, held) in all.iter().enumerate() {
        account.positions[i] = Position { market: i as u16, ..held.position };
    }
    account
}

proptest! {
    #![proptest_config(config())]

    /// The lines of an account with up to sixteen positions: never above the exact figure, below it by a few atoms a position at most.
    #[test]
    fn lines_of_health(capital in any_size(60), all in vec(held(), 0..16)) {
        let (account, n) = (account(capital, &all), all.len() as u64);
        let sum = |f: &dyn Fn(&Held) -> Exact| all.iter().fold(exact(capital), |x, h| x - f(h));
        let got = health(&account, &Book(&all), NOW).unwrap();
        let line = |r: fn(&Market) -> Ratio| sum(&|h: &Held| charge(&value(h, false), r(&h.market).0, true));
        // A weight of 2 doubles the rounding of a requirement: at most 4 atoms for it, the notional and the result.
        prop_assert!(below(got.maint, &line(|m| m.params.maint), 4 * n), "{got:?}");
        prop_assert!(below(got.liq_end, &line(|m| m.params.liq_end), 4 * n), "{got:?}");
        let solvency = sum(&|h: &Held| exact(0) - value(h, false).1.min(exact(0)));
        prop_assert!(below(got.solvency, &solvency, n), "{got:?}");
        prop_assert_eq!(got.unpriced as usize, all.iter().filter(|h| value(h, false).2 > exact(1)).count());
        for (withdrawing, floor) in [(false, 0), (true, world::params().transfer_floor.0)] {
            let want = sum(&|h: &Held| charge(&value(h, true), h.market.params.init.0.max(floor), false));
            let got = init_health(&account, &Book(&all), withdrawing, NOW).unwrap();
            prop_assert!(below(got, &want, 4 * n), "{got} and {want}");
        }
    }

    /// The penalty: max × (depth + half of the ramp)², at most 95 % of solvency over notional; rounded down by a few ppm.
    #[test]
    fn penalty(required in any_size(50), part in 0u64..1_200_000, solvency in any_size(50), elapsed in any_size(12), notional in any_size(50)) {
        let market = world::market(world::params());
        let short = (required as u128 * part as u128 / PPM as u128) as i64;
        let lines = Health { maint: -short, liq_end: -short, solvency: solvency as i64, ..Health::default() };
        let health = Health { notional, maint_required: required, ..lines };
        let got = ratio(penalty_down(&health, &market, elapsed).unwrap());
        if solvency == 0 || notional == 0 {
            prop_assert_eq!(got, exact(0));
            return Ok(());
        }
        let p = &market.params;
        let depth = if required == 0 { exact(1) } else { over(short, required) };
        let time = over(elapsed.min(p.ramp_slots as u64), 2 * p.ramp_slots as u64);
        let x = (depth + time).min(exact(1));
        let cap = exact(solvency) * over(95, 100) / exact(notional);
        let want = (ratio(p.max_penalty) * &x * &x).min(cap.clone());
        prop_assert!(got <= want, "{got} above {want}");
        // 95 % of the solvency is rounded down to an atom before it is divided.
        let slack = over(3, PPM) + over(1, notional);
        prop_assert!(&want - &got <= slack, "{got} far below {want}");
    }

    /// The size of a take-over from a losing position is s / (liq_end - penalty) × the ramp's share, rounded up by at most one atom of
    /// notional and one lot.
    #[test]
    fn size(lots in 10_000_000_000u64..100_000_000_000_000, price in 1_000_000u64..100_000_000_000, cut in 1u64..999_999, elapsed in 0u64..40) {
        let mut market = world::market(world::params());
        let p = &mut market.price;
        (p.spot, p.low, p.high, p.twap) = (Price(price), Price(price), Price(price), Price(price));
        (p.quality, p.slot, p.time) = (2, NOW.slot, NOW.time);
        let base = BaseQty(lots as i64);
        let entry = firebreak_risk::num::value_down(Price(price), base).unwrap() + 1;
        let notional = over(price, NOTIONAL_SCALE) * exact(lots);
        prop_assume!(notional > exact(world::USD * 50));
        // Capital anywhere between bankruptcy and LiqEnd.
        let capital = ratio_down((entry as u128 * 40_000 / PPM as u128) as u64, Ratio(cut as u32)).unwrap();
        let mut account = Account { capital, flagged: NOW.slot - elapsed, ..Account::NEW };
        account.positions[0] = Position { base, entry, used: 1, ..Position::EMPTY };
        let health = health(&account, &&market, NOW).unwrap();
        prop_assume!(health.solvency > 0 && health.liq_end < 0);
        let plan = plan(&account, 0, &market, &health, NOW).unwrap();
        let p = &market.params;
        let share = over(p.ramp_start.0, PPM)
            + (exact(1) - over(p.ramp_start.0, PPM)) * over(elapsed.min(p.ramp_slots as u64), p.ramp_slots);
        let shortage = exact(-health.liq_end);
        let small = shortage <= over(p.dust_notional, 1) * ratio(p.liq_end);
        let freed = if small { shortage } else { shortage * share };
        let want = freed / (ratio(p.liq_end) - ratio(plan.penalty)) * over(NOTIONAL_SCALE, price);
        let got = exact(plan.base.abs());
        let dust = exact(p.dust_notional) * over(NOTIONAL_SCALE, price);
        if plan.base == base {
            let rest = exact(lots) - &want;
            prop_assert!(rest <= dust + over(2 * NOTIONAL_SCALE, price) + exact(2), "closed {got} of {lots}, needed {want}");
        } else {
            // The permitted shortage is rounded down to an atom and a ppm of it; that atom weighs 1 / (liq_end - penalty).
            let atom = over(NOTIONAL_SCALE, price);
            let per = ratio(p.liq_end) - ratio(plan.penalty);
            let ppm = exact(-health.liq_end) * over(2, PPM) / &per * &atom;
            prop_assert!(got <= &want + &atom + exact(2), "closed {got}, needed {want}");
            prop_assert!(want <= &got + &atom * (exact(2) / per) + ppm, "closed {got}, needed {want}");
        }
    }

    /// A fee is rounded up, capped by capital, and split without a rest.
    #[test]
    fn fees(notional in any_size(62), capital in any_size(62), shares in (0u32..400_000, 0u32..300_000, 0u32..300_000)) {
        let mut market = world::market(firebreak_risk::MarketParams {
            maker_share: Ratio(shares.0), pot_share: Ratio(shares.1), insurance_share: Ratio(shares.2), ..world::params()
        });
        let (mut taker, mut maker) = (Account { capital, ..Account::NEW }, Account::NEW);
        taker.positions[0].used = 1;
        let rate = market.params.taker_fee;
        let fee = charge_fee(&mut market, &mut taker, 0, &mut maker, notional, rate).unwrap();
        let want = ceil_of(&(exact(notional) * ratio(market.params.taker_fee))).unwrap().min(capital);
        prop_assert_eq!((fee.charged, taker.capital, maker.capital), (want, capital - want, fee.maker));
        let l = &market.ledger;
        prop_assert_eq!(fee.maker + l.pot + l.insurance_fees + l.treasury_fees, want);
        for (got, share) in [(fee.maker, shares.0), (l.pot, shares.1), (l.insurance_fees, shares.2)] {
            prop_assert!(below(got as i64, &(exact(want) * over(share, PPM)), 1));
        }
    }

    /// What a taker pays is rounded against it.
    #[test]
    fn costs(price in any_size(50), lots in any_size(50)) {
        let x = over(price, NOTIONAL_SCALE) * exact(lots);
        prop_assert_eq!(cost(Price(price), BaseQty(lots as i64)).map(|c| c as u64), crate::ceil_of(&x));
        prop_assert_eq!(cost(Price(price), BaseQty(-(lots as i64))).map(|c| -c as u64), crate::floor_of(&x));
    }

    /// Pro rata: nobody gets more than an atom beyond his part or than his debt, everything is paid, and only the last get less.
    #[test]
    fn pro_rata(debts in vec(any_size(58), 1..16), part in 0u64..1_000_000) {
        let owed: u64 = debts.iter().sum();
        prop_assume!(owed > 0);
        let capital = (owed as u128 * part as u128 / PPM as u128) as u64;
        let (mut left, mut ledger) = (capital, Ledger { debt: owed, ..Ledger::NEW });
        let last = debts.iter().filter(|d| **d > 0).count();
        let (mut seen, n) = (0, exact(debts.len() as u64));
        for debt in &debts {
            let mut position = Position { result: -(*debt as i64), used: 1, ..Position::EMPTY };
            seen += (*debt > 0) as usize;
            let paid = pay_pro_rata(&mut ledger, &mut left, &mut position, capital, owed, *debt > 0 && seen == last).unwrap();
            let want = exact(*debt) * over(capital, owed);
            prop_assert!(exact(paid) < &want + exact(1) && exact(paid) + &n >= want && paid <= *debt, "{paid} of {want}");
        }
        prop_assert_eq!((left, ledger.pool, ledger.debt), (0, capital, owed - capital));
    }

    /// Insurance pays the least of its caps.
    #[test]
    fn insurance(caps in vec(any_size(50), 9), event in 0u32..=1_000_000, day in 0u32..=1_000_000, same_day in any::<bool>()) {
        let mut world = world::World::new();
        let limit = caps[0].saturating_sub(caps[3]);
        let l = &mut world.markets[0].ledger;
        (l.deficit, l.insured_deficit, l.insurance_drawn, l.event_drawn) = (caps[1], caps[2].min(caps[1]), caps[3], caps[4]);
        let f = &mut world.insurance.fund;
        (f.assets, f.floor, f.day_assets, f.day_drawn) = (caps[5], caps[6], caps[7], caps[8]);
        (f.event_cap, f.day_cap) = (Ratio(event), Ratio(day));
        f.day_start = world.now.time - if same_day { 86_399 } else { 86_400 };
        let (assets, drawn) = if same_day { (caps[7], caps[8]) } else { (caps[5], 0) };
        let want = [
            exact(caps[1]),
            exact(caps[2]),
            exact(limit),
            (exact(caps[5]) + exact(caps[4])) * over(event, PPM) - exact(caps[4]),
            exact(assets) * over(day, PPM) - exact(drawn),
            exact(caps[5]) - exact(caps[6]),
        ].into_iter().min().unwrap().max(exact(0));
        prop_assert_eq!(drawable_down(&world.insurance.fund, &world.markets[0].ledger, limit, world.now), crate::floor_of(&want));
    }

    /// A position's own figures.
    #[test]
    fn a_position_valued(held in held()) {
        let got = Valued::new(&held.position, &held.market, firebreak_risk::price::Use::Maint, NOW).unwrap();
        let (notional, result, _) = value(&held, false);
        prop_assert_eq!(got.notional, ceil_of(&notional).unwrap());
        prop_assert!(below(got.result, &result, 1));
    }
}
