//! Winding an account that cannot pay down, sharing what is left, and the boards.

use super::liquidators::acted_on;
use super::*;
use firebreak_client::risk::{
    ops,
    price::Action,
    rank::{side_of, EITHER, LONG, SHORT},
};

impl Native {
    pub(super) fn apply_keeping(&mut self, scene: &Scene, step: &Step) -> Done {
        let (t, now) = (&scene.traders, scene.w.now());
        match *step {
            Step::Declare(a) => {
                let (mut account, mut given) = (self.account(&t[a])?, self.to_change(&t[a], false));
                ops::declare(&mut account, &mut given, &self.clock(scene))?;
                self.set_account(&t[a], account);
                self.changed(&given);
                Ok(())
            }
            Step::Recover(a, m) => {
                let (mut account, mut given) = (self.account(&t[a])?, self.to_change(&t[a], true));
                ops::recover(&mut account, m, &mut given, &self.setting(scene))?;
                self.set_account(&t[a], account);
                self.changed(&given);
                Ok(())
            }
            Step::ShareLoss(m) => {
                let mut market = self.market(m);
                self.insurance.engine.share_loss(&mut market, now)?;
                self.set_market(m, market);
                Ok(())
            }
            Step::Rank(a, m) => {
                let (market, account) = (self.market(m), self.account(&t[a])?);
                market.require(Action::Liquidate.least(), now)?;
                let ranked = ops::rank((m, &market), &account, &self.given(&[&t[a]], Some(m)), now)?;
                self.winner(m, &t[a].account, ranked.side, ranked.winner);
                self.worst(m, &t[a].account, ranked.worst);
                Ok(())
            }
            Step::Deleverage(a, m, n) => self.deleverage(scene, &t[a], m, &scene.parties(a, m, n)),
            Step::Dust(a, m, party) => self.dust(scene, &t[a], m, party.map(|p| &t[p])),
            _ => self.apply_liquidation(scene, step),
        }
    }

    fn winner(&mut self, m: u16, key: &Pubkey, side: u8, score: u64) {
        self.markets.get_mut(&m).expect("listed").winners.0.put(&key.to_bytes(), side, score);
    }

    fn deleverage(&mut self, scene: &Scene, who: &Trader, m: u16, others: &[Trader]) -> Done {
        require((1..=8).contains(&others.len()), E::PartyCount)?;
        let (mut market, mut account, setting) = (self.market(m), self.account(who)?, self.setting(scene));
        let mut given = self.given(&[who], Some(m));
        let mut engines = vec![];
        for other in others {
            let engine = self.account(other)?;
            given.add(self, &engine, Some(m), false);
            engines.push(engine);
        }
        let side = if account.position(m)?.base.is_long() { SHORT } else { LONG };
        let shown: Vec<_> = others.iter().map(|p| acted_on(&p.account)).collect();
        let floor = self.markets[&m].winners.floor(side, &shown);
        let mut sides: Vec<ops::Party> = engines.iter_mut().map(ops::Party::new).collect();
        ops::deleverage_all((m, &mut market), &mut account, &mut sides, floor, &given, &setting)?;
        let steps: Vec<_> = sides.into_iter().map(|side| (side.score, side.closed)).collect();
        self.set_market(m, market);
        for ((other, engine), (score, step)) in others.iter().zip(&engines).zip(&steps) {
            let (side, score) = match engine.position(m) {
                Ok(position) if step.lots == 0 => (side_of(position), *score),
                Ok(position) if !position.base.is_flat() => {
                    let ranked = ops::rank((m, &market), engine, &given, setting.now)?;
                    (ranked.side, ranked.winner)
                }
                _ => (side, 0),
            };
            self.winner(m, &other.account, side, score);
            self.set_account(other, *engine);
        }
        let worst = ops::rank((m, &market), &account, &given, setting.now)?.worst;
        self.worst(m, &who.account, worst);
        self.set_account(who, account);
        Ok(())
    }

    fn dust(&mut self, scene: &Scene, who: &Trader, m: u16, party: Option<&Trader>) -> Done {
        let (mut market, mut account, setting) = (self.market(m), self.account(who)?, self.setting(scene));
        let mut given = self.given(&[who], Some(m));
        let held = account.position(m).map(|p| p.base).unwrap_or_default();
        let Some(party) = party else {
            let book = ops::Among::new(m, &market, &given);
            ops::clear(&mut account, &book)?;
            self.set_account(who, account);
            return Ok(());
        };
        // Without exposure a counterparty is one account too many.
        require(!held.is_flat(), E::MarketsMismatch)?;
        require(party.account != who.account, E::SelfTrade)?;
        let mut other = self.account(party)?;
        given.add(self, &other, Some(m), false);
        let side = if held.is_long() { SHORT } else { LONG };
        let floor = self.markets[&m].winners.floor(side, &[acted_on(&party.account)]);
        ops::close_dust((m, &mut market), (&mut account, &mut other), floor, &given, &setting)?;
        let ranked = ops::rank((m, &market), &other, &given, setting.now)?;
        self.winner(m, &party.account, ranked.side, ranked.winner);
        let worst = ops::rank((m, &market), &account, &given, setting.now)?.worst;
        self.markets.get_mut(&m).expect("listed").worst.0.put(&who.account.to_bytes(), EITHER, worst);
        self.set_market(m, market);
        self.set_account(who, account);
        self.set_account(party, other);
        Ok(())
    }
}
