//! The bounds of a scenario's figures.

use super::{CollateralPlan, Crowd, InsurancePlan, KeeperPlan, MarketPlan, Scenario};
use thiserror::Error;

/// A figure beyond its bounds.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{why}")]
pub struct Bound {
    /// The key, as `market.0.path.2`: tables by name, places in a list by number.
    pub key: String,
    /// What must hold of it.
    pub why: String,
}

type Checked = Result<(), Bound>;

fn ensure(ok: bool, key: &str, why: &str) -> Checked {
    if ok {
        Ok(())
    } else {
        Err(Bound { key: key.into(), why: why.into() })
    }
}

fn share(x: f64, key: &str, name: &str) -> Checked {
    ensure((0.0..=1.0).contains(&x), key, &format!("{name} must be between 0 and 1"))
}

fn positive(x: f64, key: &str, name: &str) -> Checked {
    ensure((0.0..=1e12).contains(&x), key, &format!("{name} must be 0 to 1 000 000 000 000"))
}

/// Slots rise, values are above zero.
fn path(points: &[(u64, f64)], key: &str, name: &str) -> Checked {
    if let Some(n) = points.windows(2).position(|w| w[1].0 <= w[0].0) {
        let why = format!("{name}: slot {} is not after {} before it", points[n + 1].0, points[n].0);
        return Err(Bound { key: format!("{key}.{}", n + 1), why });
    }
    match points.iter().position(|p| !(p.1 > 0.0 && p.1 <= 1e6)) {
        Some(n) => {
            let why = format!("{name}: {} at slot {} must be greater than zero and at most 1 000 000", points[n].1, points[n].0);
            Err(Bound { key: format!("{key}.{n}"), why })
        }
        None => Ok(()),
    }
}

fn spans(outages: &[(u64, u64)], key: &str, name: &str) -> Checked {
    match outages.iter().position(|o| o.0 >= o.1) {
        Some(n) => Err(Bound { key: format!("{key}.{n}"), why: format!("{name}: an outage must end after it begins") }),
        None => Ok(()),
    }
}

impl Scenario {
    /// Checks every figure.
    pub fn check(&self) -> Result<(), Bound> {
        ensure(self.slots > 0 && self.slots <= 50_000_000, "slots", "slots must be 1 to 50 000 000")?;
        ensure(self.step > 0 && self.step <= 25, "step", "step must be 1 to 25")?;
        let markets = !self.markets.is_empty() && self.markets.len() <= 16;
        ensure(markets, "market", "there must be 1 to 16 [[market]]")?;
        for (n, m) in self.markets.iter().enumerate() {
            market(m, &format!("market.{n}"))?;
        }
        path(&self.settlement, "settlement", "settlement")?;
        crowd(&self.crowd)?;
        insurance(&self.insurance)?;
        keepers(&self.keepers)?;
        ensure(self.agents.makers <= 64, "agents.makers", "agents.makers must be at most 64")?;
        let legs = self.agents.hedgers == 0 || self.markets.len() > 1;
        ensure(legs, "agents.hedgers", "agents.hedgers need a second [[market]]")?;
        self.collateral.as_ref().map_or(Ok(()), |c| self.pledged(c))
    }

    fn pledged(&self, c: &CollateralPlan) -> Checked {
        share(c.share, "collateral.share", "collateral.share")?;
        path(&c.path, "collateral.path", "collateral.path")?;
        spans(&c.outages, "collateral.outages", "collateral.outages")?;
        let time = c.for_sale.is_none_or(|seconds| (1..=604_800).contains(&seconds));
        ensure(time, "collateral.for_sale", "collateral.for_sale must be 1 to 604 800 seconds")?;
        match &c.market {
            Some(name) => {
                let known = self.markets.iter().any(|m| m.name == *name);
                ensure(known, "collateral.market", &format!("collateral.market: no [[market]] is named '{name}'"))?;
                ensure(
                    c.path.is_empty(),
                    "collateral.path",
                    "collateral.path: with a market it has that market's price and no path",
                )
            }
            None => ensure(!c.path.is_empty(), "collateral", "collateral.path must have a point, or collateral.market a name"),
        }
    }
}

fn market(m: &MarketPlan, at: &str) -> Checked {
    let name = &m.name;
    let key = |what: &str| format!("{at}.{what}");
    let price = m.price > 0.0 && m.price <= 1e7;
    ensure(price, &key("price"), &format!("market '{name}': price must be above 0 and at most 10 000 000"))?;
    positive(m.depth, &key("depth"), &format!("market '{name}': depth"))?;
    share(m.depth_floor, &key("depth_floor"), &format!("market '{name}': depth_floor"))?;
    let noise = (0.0..0.2).contains(&m.noise);
    ensure(noise, &key("noise"), &format!("market '{name}': noise must be from 0 to below 0.2"))?;
    ensure(m.venues.len() <= 5, &key("venue"), &format!("market '{name}' takes at most 5 [[market.venue]]"))?;
    path(&m.path, &key("path"), &format!("market '{name}': path"))?;
    path(&m.depth_path, &key("depth_path"), &format!("market '{name}': depth_path"))?;
    for (n, v) in m.venues.iter().enumerate() {
        let key = |what: &str| format!("{at}.venue.{n}.{what}");
        path(&v.path, &key("path"), &format!("venue '{}': path", v.name))?;
        spans(&v.outages, &key("outages"), &format!("venue '{}'", v.name))?;
        share(v.confidence, &key("confidence"), &format!("venue '{}': confidence", v.name))?;
    }
    Ok(())
}

fn crowd(c: &Crowd) -> Checked {
    ensure(c.accounts >= 2 && c.accounts <= 200_000, "crowd.accounts", "crowd.accounts must be 2 to 200 000")?;
    for (key, range) in [("crowd.leverage", Some(c.leverage)), ("crowd.shorts", c.shorts)] {
        let ok = range.is_none_or(|(low, high)| low > 0.0 && low <= high && high <= 100.0);
        ensure(ok, key, &format!("{key} must be above 0, at most 100, lowest first"))?;
    }
    share(c.longs, "crowd.longs", "crowd.longs")?;
    share(c.activity, "crowd.activity", "crowd.activity")?;
    let deposit = c.deposit.0 >= 1.0 && c.deposit.0 <= c.deposit.1 && c.deposit.1 <= 1e9;
    ensure(deposit, "crowd.deposit", "crowd.deposit must be at least 1 USD, at most 1 000 000 000 USD, lowest first")
}

fn insurance(i: &InsurancePlan) -> Checked {
    let shares = [
        (i.share, "share"),
        (i.floor, "floor"),
        (i.junior, "junior"),
        (i.event_cap, "event_cap"),
        (i.day_cap, "day_cap"),
        (i.runners, "runners"),
    ];
    shares.iter().try_for_each(|(x, name)| share(*x, &format!("insurance.{name}"), &format!("insurance.{name}")))
}

fn keepers(k: &KeeperPlan) -> Checked {
    share(k.inclusion, "keepers.inclusion", "keepers.inclusion")?;
    ensure(k.count <= 64, "keepers.count", "keepers.count must be at most 64")?;
    ensure((0.0..=1e3).contains(&k.capital), "keepers.capital", "keepers.capital must be 0 to 1 000")?;
    positive(k.cost, "keepers.cost", "keepers.cost")?;
    ensure(k.outage.is_none_or(|o| o.0 < o.1), "keepers.outage", "keepers.outage must end after it begins")
}
