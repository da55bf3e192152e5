//! What each event says of balances.

use super::{CollateralState, Gap, MarketState, State};
use crate::{event::Event, Pubkey};
use firebreak::{
    events::{AccountState, Held, Totals},
    state::EnginePosition,
};
use firebreak_risk::{collateral::Balance, shares::Stake, Account, Position, Price};

impl State {
    /// Takes one event in. An event that says nothing of balances changes nothing.
    pub fn fold(&mut self, event: &Event) -> Result<(), Gap> {
        match event {
            Event::Initialised(e) => self.insurance = Some(e.insurance.0),
            Event::SettingsChanged(e) => self.insurance = Some(e.insurance.0),
            Event::MarketListed(e) => {
                self.markets.insert(e.market, MarketState::NEW);
            }
            Event::Accrued(e) => {
                let market = self.market(e.market)?;
                market.funding_index = e.funding_index;
                (market.ledger.long_entry, market.ledger.short_entry) = (e.long_entry, e.short_entry);
            }
            Event::SettlementEntered(e) => self.market(e.market)?.ended = Price(e.price),
            Event::AccountOpened(e) => {
                self.accounts.insert(e.account, Account { isolated: e.isolated.into(), ..Account::NEW });
            }
            Event::AccountClosed(e) => {
                self.accounts.remove(&e.account).ok_or(Gap::Account(e.account))?;
            }
            Event::CapitalMoved(e) => self.account(&e.account)?.capital = e.capital,
            Event::Transferred(e) => {
                self.account(&e.from)?.capital = e.from_capital;
                self.account(&e.to)?.capital = e.to_capital;
            }
            Event::Flagged(e) => mark(self.account(&e.account)?, &e.state),
            Event::Settled(e) => {
                self.hold_last(&e.account, e.market, &e.held)?;
                self.market(e.market)?.ledger = e.ledger.0;
            }
            Event::Converted(e) => {
                self.hold(&e.account, e.market, &e.held)?;
                self.market(e.market)?.ledger = e.ledger.0;
            }
            Event::Filled(e) => {
                self.hold(&e.taker, e.market, &e.taker_held)?;
                self.hold(&e.maker, e.market, &e.maker_held)?;
                self.market(e.market)?.ledger = e.ledger.0;
                if let Some(left) = e.quoted {
                    self.quoted(&e.maker, e.market, left)?;
                }
            }
            Event::Liquidated(e) => {
                self.hold_last(&e.account, e.market, &e.held)?;
                self.hold(&e.keeper, e.market, &e.keeper_held)?;
                self.market(e.market)?.ledger = e.ledger.0;
            }
            Event::LiquidatedIntoQuote(e) => {
                self.hold_last(&e.account, e.market, &e.held)?;
                self.hold(&e.maker, e.market, &e.maker_held)?;
                mark(self.account(&e.keeper)?, &e.keeper_state);
                self.market(e.market)?.ledger = e.ledger.0;
                self.quoted(&e.maker, e.market, e.quoted)?;
            }
            Event::Deleveraged(e) => {
                self.hold_last(&e.account, e.market, &e.held)?;
                for party in &e.parties {
                    self.hold(&party.account, e.market, &party.held)?;
                }
                self.market(e.market)?.ledger = e.ledger.0;
            }
            Event::DustClosed(e) => {
                self.all(&e.account, &e.state, &e.positions)?;
                if let Some(party) = &e.party {
                    self.hold(&party.account, e.market, &party.held)?;
                }
                self.market(e.market)?.ledger = e.ledger.0;
            }
            Event::Bankrupted(e) => {
                self.all(&e.account, &e.state, &e.positions)?;
                self.totals(&e.markets)?;
            }
            Event::Recovered(e) => {
                self.all(&e.account, &e.state, &e.positions)?;
                self.totals(&e.markets)?;
            }
            Event::LossShared(e) => {
                let market = self.market(e.market)?;
                (market.ledger, market.limit) = (e.ledger.0, e.limit.0);
                self.insurance = Some(e.fund.0);
            }
            Event::LimitAllotted(e) => {
                self.market(e.market)?.limit = e.kept.0;
                self.insurance = Some(e.insurance.0);
            }
            Event::InsuranceFunded(e) => {
                if let Some(market) = e.market {
                    self.market(market)?.ledger.insurance_fees = 0;
                }
                self.insurance = Some(e.insurance.0);
            }
            Event::Skimmed(e) => self.insurance = Some(e.insurance.0),
            Event::TreasuryCollected(e) => self.market(e.market)?.ledger.treasury_fees = 0,
            Event::Staked(e) => {
                self.stakes.insert(e.stake, e.part.0);
                self.insurance = Some(e.insurance.0);
            }
            Event::Unstaked(e) => {
                *self.stake(&e.stake)? = e.part.0;
                self.insurance = Some(e.insurance.0);
            }
            Event::UnstakeRequested(e) => *self.stake(&e.stake)? = e.part.0,
            Event::UnstakeHeld(e) => *self.stake(&e.stake)? = e.part.0,
            Event::StakeClosed(e) => {
                self.stakes.remove(&e.stake).ok_or(Gap::Missing("the stake", e.stake))?;
            }
            Event::QuotePosted(e) => {
                self.quotes.insert((e.account, e.market), e.terms.0);
            }
            Event::QuoteRemoved(e) => {
                let gone = self.quotes.remove(&(e.account, e.market));
                gone.ok_or(Gap::Missing("the quote", e.account))?;
            }
            Event::OrderPlaced(e) => {
                self.orders.insert((e.account, e.id), e.order.0);
            }
            Event::OrderCancelled(e) => {
                let gone = self.orders.remove(&(e.account, e.id));
                gone.ok_or(Gap::Missing("the order", e.account))?;
            }
            Event::OrderRan(e) => {
                let order = self.orders.get_mut(&(e.account, e.id));
                *order.ok_or(Gap::Missing("the order", e.account))? = e.order.0;
                self.account(&e.account)?.capital = e.capital;
                self.account(&e.keeper)?.capital = e.keeper_capital;
            }
            Event::CollateralListed(e) => {
                self.collaterals.insert(e.collateral, CollateralState::default());
            }
            Event::CollateralMoved(e) => {
                self.balance(&e.account, &e.balance.0)?;
                self.collateral(e.collateral)?.total = e.total;
            }
            Event::CollateralSold(e) => {
                self.balance(&e.account, &e.balance.0)?;
                self.all(&e.account, &e.state, &e.positions)?;
                self.account(&e.keeper)?.capital = e.keeper_capital;
                self.balance(&e.keeper, &e.keeper_balance.0)?;
                self.totals(&e.markets)?;
            }
            Event::CollateralForfeited(e) => {
                self.balance(&e.account, &e.balance.0)?;
                *self.collateral(e.collateral)? = CollateralState { total: e.total, forfeited: e.forfeited };
            }
            Event::ForfeitedSold(e) => {
                self.account(&e.keeper)?.capital = e.keeper_capital;
                self.balance(&e.keeper, &e.keeper_balance.0)?;
                *self.collateral(e.collateral)? = CollateralState { total: e.total, forfeited: e.forfeited };
                self.insurance = Some(e.insurance.0);
            }
            // They move nobody's balance.
            Event::CapSet(_)
            | Event::CollateralPriceAccepted(_)
            | Event::Migrated(_)
            | Event::RulesSet(_)
            | Event::PriceAccepted(_)
            | Event::ReportPublished(_)
            | Event::Ranked(_)
            | Event::GlobalChecked(_)
            | Event::ChangeProposed(_)
            | Event::ChangeCancelled(_)
            | Event::ChangeExecuted(_)
            | Event::Tightened(_)
            | Event::Paused(_)
            | Event::BootstrapSealed(_) => {}
        }
        Ok(())
    }

    fn account(&mut self, key: &Pubkey) -> Result<&mut Account, Gap> {
        self.accounts.get_mut(key).ok_or(Gap::Account(*key))
    }

    fn market(&mut self, index: u16) -> Result<&mut MarketState, Gap> {
        self.markets.get_mut(&index).ok_or(Gap::Market(index))
    }

    fn collateral(&mut self, index: u16) -> Result<&mut CollateralState, Gap> {
        self.collaterals.get_mut(&index).ok_or(Gap::Collateral(index))
    }

    /// An account after a change of one balance: it goes where it was, or into the first free slot.
    fn balance(&mut self, key: &Pubkey, left: &Balance) -> Result<(), Gap> {
        let account = self.account(key)?;
        let slots = &mut account.collateral;
        let at = slots.iter().position(|b| b.used != 0 && b.collateral == left.collateral);
        let free = slots.iter().position(|b| b.used == 0);
        let place = match (at, left.used) {
            (None, 0) => return Ok(()),
            (Some(at), _) => slots.get_mut(at),
            (None, _) => free.and_then(|at| slots.get_mut(at)),
        };
        *place.ok_or(Gap::Slots(*key, left.collateral))? = if left.used == 0 { Balance::EMPTY } else { *left };
        account.collaterals = slots.iter().filter(|b| b.used != 0).count() as u8;
        Ok(())
    }

    fn totals(&mut self, markets: &[Totals]) -> Result<(), Gap> {
        markets.iter().try_for_each(|totals| {
            self.market(totals.market)?.ledger = totals.ledger.0;
            Ok(())
        })
    }

    fn stake(&mut self, key: &Pubkey) -> Result<&mut Stake, Gap> {
        self.stakes.get_mut(key).ok_or(Gap::Missing("the stake", *key))
    }

    fn quoted(&mut self, account: &Pubkey, market: u16, left: [u64; 2]) -> Result<(), Gap> {
        let quote = self.quotes.get_mut(&(*account, market)).ok_or(Gap::Missing("the quote", *account))?;
        [quote.bid_size, quote.ask_size] = left;
        Ok(())
    }

    /// An account after a change in one market: the position goes where it was, or into the first free slot.
    fn hold(&mut self, key: &Pubkey, market: u16, held: &Held) -> Result<&mut Account, Gap> {
        let account = self.account(key)?;
        mark(account, &held.account);
        let slots = &mut account.positions;
        let held_at = slots.iter().position(|p| p.used != 0 && p.market == market);
        let position = held.position.0;
        let place = match held_at {
            Some(at) => slots.get_mut(at),
            None if position.used == 0 => return Ok(account),
            None => slots.iter_mut().find(|p| p.used == 0),
        };
        *place.ok_or(Gap::Slots(*key, market))? = position;
        Ok(account)
    }

    /// The same where an account that holds nothing any more forgets the losses it had caused.
    fn hold_last(&mut self, key: &Pubkey, market: u16, held: &Held) -> Result<(), Gap> {
        self.hold(key, market, held)?.forget_losses();
        Ok(())
    }

    /// An account after a change of all its positions: what is not among them is gone.
    fn all(&mut self, key: &Pubkey, state: &AccountState, positions: &[EnginePosition]) -> Result<(), Gap> {
        let account = self.account(key)?;
        mark(account, state);
        for slot in account.positions.iter_mut().filter(|p| p.used != 0) {
            let left = positions.iter().find(|p| p.market == slot.market);
            *slot = left.map_or(Position::EMPTY, |p| p.0);
        }
        Ok(())
    }
}

fn mark(account: &mut Account, state: &AccountState) {
    let AccountState { capital, bond, flagged, freed, bankrupt } = *state;
    (account.capital, account.bond) = (capital, bond);
    (account.flagged, account.freed, account.bankrupt) = (flagged, freed, bankrupt);
}
