//! What the screen shows, and where it comes from.

use crate::{
    commands::market::report,
    user::{
        book::{level, quality},
        session::Session,
        units::{asset, name, show_lots, show_percent, show_price, show_seconds, show_usd},
    },
};
use anyhow::{Context, Result};
use firebreak_client::{address, event::Event, risk::margin::health, Pubkey};
use serde_json::{json, Value};
use solana_rpc_client::rpc_client::GetConfirmedSignaturesForAddress2Config;
use solana_transaction::Signature;
use std::collections::BTreeMap;

/// Accounts shown at most.
const WORST: usize = 12;
/// Transactions looked into at one look at most: a public server would refuse more.
const LOOKED_INTO: usize = 25;

/// A market's line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarketLine {
    pub name: String,
    pub price: String,
    pub quality: &'static str,
    pub level: &'static str,
    /// How long the highest trigger still holds, if one does.
    pub until: Option<String>,
    pub interest: String,
    pub sigma: String,
    pub deficit: String,
    pub whole: bool,
}

/// An account's line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountLine {
    pub account: String,
    pub notional: String,
    /// Equity as a part of the maintenance requirement, per cent: 100 is the line.
    pub ratio: i64,
    pub maint: String,
    pub state: &'static str,
}

/// A keeper's line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeeperLine {
    pub keeper: String,
    pub wins: u64,
    pub earned: i128,
}

/// One look at the chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    pub url: String,
    pub slot: u64,
    pub global: &'static str,
    pub insurance: String,
    pub accounts: usize,
    pub markets: Vec<MarketLine>,
    pub worst: Vec<AccountLine>,
    pub keepers: Vec<KeeperLine>,
    /// Why the last look failed.
    pub trouble: Option<String>,
}

impl View {
    /// For programs.
    pub fn json(&self) -> Value {
        json!({
            "slot": self.slot,
            "global_level": self.global,
            "insurance_usd": self.insurance,
            "accounts": self.accounts,
            "markets": self.markets.iter().map(|m| json!({
                "market": m.name, "price_usd": m.price, "quality": m.quality, "level": m.level, "open_interest": m.interest,
                "deficit_usd": m.deficit, "whole": m.whole,
            })).collect::<Vec<_>>(),
            "worst": self.worst.iter().map(|a| json!({
                "account": a.account, "notional_usd": a.notional, "maint_percent": a.ratio, "maint_usd": a.maint, "state": a.state,
            })).collect::<Vec<_>>(),
            "keepers": self.keepers.iter().map(|k| json!({
                "keeper": k.keeper, "wins": k.wins, "earned_usd": show_usd(k.earned),
            })).collect::<Vec<_>>(),
        })
    }
}

/// Looks at the chain again and again, and remembers who won what.
pub struct Watcher {
    session: Session,
    /// The last look.
    pub view: View,
    wins: BTreeMap<Pubkey, (u64, i128)>,
    newest: Option<Signature>,
}

impl Watcher {
    /// Has not looked yet.
    pub fn new(session: Session) -> Self {
        Self { session, view: View::default(), wins: BTreeMap::new(), newest: None }
    }

    /// One look.
    pub fn look(&mut self) -> Result<()> {
        self.session.refresh()?;
        self.count_wins()?;
        let session = &self.session;
        let setting = session.setting();
        let (accounts, worst) = self.worst()?;
        self.view = View {
            url: session.rpc.url(),
            slot: session.now.slot,
            global: level(setting.global.level),
            insurance: show_usd(session.insurance.engine.fund.assets),
            accounts,
            markets: session.book.markets.values().map(|m| self.market(m)).collect::<Result<_>>()?,
            worst,
            keepers: self.keepers(),
            trouble: None,
        };
        Ok(())
    }

    fn market(&self, market: &firebreak_client::program::state::Market) -> Result<MarketLine> {
        let session = &self.session;
        let report = report(session, market)?;
        let until = market.engine.breaker.tripped.iter().filter(|t| t.level != 0).map(|t| t.until - session.now.time).max();
        Ok(MarketLine {
            name: name(market),
            price: show_price(market, report.spot),
            quality: quality(market, session.now),
            level: level(market.engine.level(session.setting().global)),
            until: until.map(show_seconds),
            interest: format!("{} {}", show_lots(market, report.open_interest), asset(market)),
            sigma: show_percent(report.sigma),
            deficit: show_usd(report.deficit),
            whole: report.whole == 1,
        })
    }

    /// How many accounts there are, and those nearest to their line.
    fn worst(&self) -> Result<(usize, Vec<AccountLine>)> {
        let accounts = self.session.accounts(None)?;
        let mut found = vec![];
        for held in accounts.iter().filter(|held| held.account.engine.has_exposure()) {
            let Ok(health) = health(&held.account.engine, &self.session.book, self.session.now) else { continue };
            let required = i128::from(health.maint_required).max(1);
            let ratio = (i128::from(health.maint) + required) * 100 / required;
            let state = match (held.account.engine.bankrupt, held.account.engine.flagged, health.maint) {
                (1.., ..) => "bankrupt",
                (_, 1.., _) => "liquidating",
                (.., i64::MIN..=-1) => "below",
                _ => "healthy",
            };
            found.push(AccountLine {
                account: held.key.to_string(),
                notional: show_usd(health.notional),
                ratio: i64::try_from(ratio).unwrap_or(i64::MAX),
                maint: show_usd(health.maint),
                state,
            });
        }
        found.sort_by_key(|line| line.ratio);
        found.truncate(WORST);
        Ok((accounts.len(), found))
    }

    fn keepers(&self) -> Vec<KeeperLine> {
        let mut lines: Vec<KeeperLine> = self
            .wins
            .iter()
            .map(|(keeper, (wins, earned))| KeeperLine { keeper: keeper.to_string(), wins: *wins, earned: *earned })
            .collect();
        lines.sort_by_key(|line| std::cmp::Reverse((line.wins, line.earned)));
        lines
    }

    /// Counts what keepers did since the last look. Every take-over names the protocol; refreshing a market does not.
    fn count_wins(&mut self) -> Result<()> {
        let config = GetConfirmedSignaturesForAddress2Config { until: self.newest, limit: Some(200), ..Default::default() };
        let found = self
            .session
            .rpc
            .get_signatures_for_address_with_config(&address::protocol(), config)
            .context("The server does not list transactions")?;
        for status in found.iter().filter(|status| status.err.is_none()).take(LOOKED_INTO) {
            let Ok(signature) = status.signature.parse() else { continue };
            for event in self.session.events(&signature) {
                let (keeper, earned) = match event {
                    Event::Liquidated(l) => (l.keeper, i128::from(l.discount) + i128::from(l.reward)),
                    Event::LiquidatedIntoQuote(l) => (l.keeper, i128::from(l.reward)),
                    _ => continue,
                };
                let entry = self.wins.entry(keeper).or_default();
                *entry = (entry.0 + 1, entry.1 + earned);
            }
        }
        if let Some(newest) = found.first() {
            self.newest = newest.signature.parse().ok();
        }
        Ok(())
    }
}
