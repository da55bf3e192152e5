//! Taking accounts in: each is checked before it changes anything, and what is older than what is known is refused.

use super::{
    decode::{is, is_older, read, Known},
    others::{Held, Kept, Watched},
    Book, Change, Refused,
};
use anchor_lang::ZeroCopy;
use firebreak_client::{
    address,
    program::state::{Collateral, Insurance, MarginAccount, Market, Order, ParamChange, Protocol, Quote, RiskReport, Stake},
    Pubkey, ID,
};
use std::collections::HashSet;

/// Accounts that were closed are remembered for this many slots: news of before may still come.
const REMEMBERED: u64 = 1_000;

fn older(got: u64, known: u64) -> Result<(), Refused> {
    if got < known {
        return Err(Refused::Older { got, known });
    }
    Ok(())
}

fn at(key: &Pubkey, belongs: Pubkey) -> Result<(), Refused> {
    if *key != belongs {
        return Err(Refused::Address(*key));
    }
    Ok(())
}

/// Puts `state` into `place`; says whether it is another than before.
fn put<T: ZeroCopy>(place: &mut Option<Held<T>>, new: Held<T>) -> Result<bool, Refused> {
    if let Some(old) = place {
        older(new.slot, old.slot)?;
        if bytemuck::bytes_of(&*old.state) == bytemuck::bytes_of(&*new.state) {
            old.slot = new.slot;
            return Ok(false);
        }
    }
    *place = Some(new);
    Ok(true)
}

fn keep<T: ZeroCopy>(kept: &mut Kept<T>, new: Held<T>) -> Result<bool, Refused> {
    let key = new.key;
    let mut place = kept.remove(&key);
    let result = put(&mut place, new);
    if let Some(held) = place {
        kept.insert(key, held);
    }
    result
}

impl Book {
    /// Takes an account in as it was at `slot`.
    ///
    /// # Errors
    /// Names what is wrong with it; the book is then unchanged.
    pub fn apply(&mut self, key: &Pubkey, owner: &Pubkey, slot: u64, data: &[u8]) -> Result<Change, Refused> {
        if let Some(closed) = self.gone.get(key) {
            older(slot, closed.saturating_add(1))?;
        }
        let version = self.version.wrapping_add(1);
        let change = match self.owner_of(key) {
            Some(wanted) if wanted != ID => self.watch(key, (owner, wanted), slot, data, version),
            _ if *owner != ID => Err(Refused::Owner(*owner)),
            _ => self.own(key, slot, data, version),
        }?;
        self.slot = self.slot.max(slot);
        self.gone.remove(key);
        if change != Change::Nothing {
            self.version = version;
        }
        Ok(change)
    }

    fn watch(
        &mut self,
        key: &Pubkey,
        (owner, wanted): (&Pubkey, Pubkey),
        slot: u64,
        data: &[u8],
        version: u64,
    ) -> Result<Change, Refused> {
        if *owner != wanted {
            return Err(Refused::Owner(*owner));
        }
        let new = Watched { slot, version, owner: *owner, data: data.to_vec() };
        if let Some(old) = self.watched.get_mut(key) {
            older(slot, old.slot)?;
            if old.data == new.data {
                old.slot = slot;
                return Ok(Change::Nothing);
            }
        }
        self.watched.insert(*key, new);
        Ok(Change::Watched)
    }

    fn own(&mut self, key: &Pubkey, slot: u64, data: &[u8], version: u64) -> Result<Change, Refused> {
        fn held<T: Known>(key: &Pubkey, slot: u64, data: &[u8], version: u64) -> Result<Held<T>, Refused> {
            Ok(Held { key: *key, slot, version, state: Box::new(read(data)?) })
        }
        let (changed, change) = if is_older::<MarginAccount>(data) || is_older::<Quote>(data) || is_older::<Order>(data) {
            // Until somebody has brought it up to the program's layout, the program refuses it as well.
            (true, Change::Other)
        } else if is::<MarginAccount>(data) {
            (self.margin(key, slot, data, version)?, Change::Account)
        } else if is::<Market>(data) {
            let new: Held<Market> = held(key, slot, data, version)?;
            let index = new.state.index;
            at(key, self.market_address(index))?;
            if new.state.engine.invariant().is_err() {
                return Err(Refused::Broken("the market's totals contradict each other"));
            }
            let place = usize::from(index);
            if self.markets.len() <= place {
                self.markets.resize_with(place.saturating_add(1), || None);
            }
            (self.markets.get_mut(place).map_or(Ok(false), |market| put(market, new))?, Change::Market(index))
        } else if is::<Quote>(data) {
            (keep(&mut self.quotes, held(key, slot, data, version)?)?, Change::Quote)
        } else if is::<Order>(data) {
            (keep(&mut self.orders, held(key, slot, data, version)?)?, Change::Order)
        } else if is::<Protocol>(data) {
            at(key, self.protocol.as_ref().map_or_else(address::protocol, |held| held.key))?;
            (put(&mut self.protocol, held(key, slot, data, version)?)?, Change::Global)
        } else if is::<Insurance>(data) {
            at(key, self.insurance.as_ref().map_or_else(address::insurance, |held| held.key))?;
            (put(&mut self.insurance, held(key, slot, data, version)?)?, Change::Global)
        } else if is::<Collateral>(data) {
            let new: Held<Collateral> = held(key, slot, data, version)?;
            let (index, mint) = (new.state.index, new.state.mint);
            let known = self.collateral(index).filter(|held| held.state.mint == mint).map(|held| held.key);
            at(key, known.unwrap_or_else(|| address::collateral(&mint)))?;
            let place = usize::from(index);
            if self.collaterals.len() <= place {
                self.collaterals.resize_with(place.saturating_add(1), || None);
            }
            (self.collaterals.get_mut(place).map_or(Ok(false), |record| put(record, new))?, Change::Collateral(index))
        } else if is::<RiskReport>(data) {
            (keep(&mut self.reports, held(key, slot, data, version)?)?, Change::Report)
        } else if is::<Stake>(data) || is::<ParamChange>(data) {
            (true, Change::Other)
        } else {
            return Err(Refused::Type);
        };
        Ok(if changed { change } else { Change::Nothing })
    }

    fn margin(&mut self, key: &Pubkey, slot: u64, data: &[u8], version: u64) -> Result<bool, Refused> {
        let state: MarginAccount = read(data)?;
        if let Some(id) = self.accounts.id(key) {
            older(slot, self.accounts.slot(id))?;
            if self.account_data(id).as_deref() == Some(data) {
                self.accounts.confirm(id, slot);
                return Ok(false);
            }
        }
        let put = self.accounts.put(&mut self.hot, key, slot, data, &state, version);
        put.map(|()| true).ok_or(Refused::Broken("the book has no room for another account"))
    }

    /// Forgets an account that was closed at `slot`. Says whether there was one.
    pub fn remove(&mut self, key: &Pubkey, slot: u64) -> bool {
        let known = self.accounts.id(key).map(|id| self.accounts.slot(id));
        let known = known
            .or_else(|| self.quotes.get(key).map(|held| held.slot))
            .or_else(|| self.orders.get(key).map(|held| held.slot))
            .or_else(|| self.reports.get(key).map(|held| held.slot))
            .or_else(|| self.watched.get(key).map(|held| held.slot));
        let Some(known) = known.filter(|known| *known <= slot) else { return false };
        let _ = known;
        self.accounts.remove(&mut self.hot, key);
        self.quotes.remove(key);
        self.orders.remove(key);
        self.reports.remove(key);
        self.watched.remove(key);
        self.slot = self.slot.max(slot);
        self.version = self.version.wrapping_add(1);
        let oldest = self.slot.saturating_sub(REMEMBERED);
        self.gone.retain(|_, closed| *closed >= oldest);
        self.gone.insert(*key, slot);
        true
    }

    /// After everything of the program was fetched at `slot`: forgets what is older and was not among it. Returns how many.
    pub fn forget_missing(&mut self, slot: u64, present: &HashSet<Pubkey>) -> usize {
        let own = self.keys().chain(self.quotes.keys()).chain(self.orders.keys()).chain(self.reports.keys());
        let missing: Vec<Pubkey> = own.filter(|key| !present.contains(key)).copied().collect();
        missing.into_iter().filter(|key| self.remove(key, slot)).count()
    }
}
