//! What an account's health needs: the remaining accounts of every instruction that judges it, in the program's fixed order.

use crate::address;
use anchor_lang::prelude::{AccountMeta, Pubkey};
use firebreak_risk::Account;

/// One remaining account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// The market of this number.
    Market(u16),
    /// The record of the collateral with this mint.
    Record(Pubkey),
}

/// Markets and collateral records of one account, or of several one after the other. A list of market numbers is one too: of an account
/// without collateral.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs(Vec<Need>);

impl Needs {
    /// Those of `account`: the markets of its positions that hold anything in slot order, `named` left out; if it holds collateral, the
    /// record of each balance in slot order and the settlement token's. `mint` says which token a collateral number is, 0 being the
    /// settlement token.
    pub fn of(account: &Account, named: Option<u16>, mint: impl Fn(u16) -> Pubkey) -> Self {
        Self::listed(account.active().map(|p| p.market).filter(|m| Some(*m) != named), account, mint)
    }

    /// The same with every slot in use, also one that only remembers a loss: what `recover` takes.
    pub fn of_used(account: &Account, mint: impl Fn(u16) -> Pubkey) -> Self {
        Self::listed(account.used().map(|p| p.market), account, mint)
    }

    fn listed(markets: impl Iterator<Item = u16>, account: &Account, mint: impl Fn(u16) -> Pubkey) -> Self {
        let held = account.collateral_used().map(|b| b.collateral);
        let settlement = (account.collaterals > 0).then_some(0);
        Self(markets.map(Need::Market).chain(held.chain(settlement).map(|index| Need::Record(mint(index)))).collect())
    }

    /// These, then `more`.
    #[must_use]
    pub fn then(mut self, more: impl Into<Self>) -> Self {
        self.0.extend(more.into().0);
        self
    }

    /// Adds what is in `more`, is not market number `named` and is not here yet; returns what was added.
    pub(crate) fn add_new(&mut self, more: &Self, named: u16) -> Self {
        let mut new = Self::default();
        for need in &more.0 {
            if *need != Need::Market(named) && !self.0.contains(need) {
                self.0.push(*need);
                new.0.push(*need);
            }
        }
        new
    }

    /// How many accounts they are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The accounts, the markets writable if the instruction changes them. No instruction changes a record that it does not name.
    pub(crate) fn metas(&self, markets_writable: bool) -> Vec<AccountMeta> {
        let meta = |need: &Need| match need {
            Need::Market(index) if markets_writable => AccountMeta::new(address::market(*index), false),
            Need::Market(index) => AccountMeta::new_readonly(address::market(*index), false),
            Need::Record(mint) => AccountMeta::new_readonly(address::collateral(mint), false),
        };
        self.0.iter().map(meta).collect()
    }
}

impl From<&[u16]> for Needs {
    fn from(markets: &[u16]) -> Self {
        Self(markets.iter().copied().map(Need::Market).collect())
    }
}

impl From<&Vec<u16>> for Needs {
    fn from(markets: &Vec<u16>) -> Self {
        markets.as_slice().into()
    }
}

impl<const N: usize> From<&[u16; N]> for Needs {
    fn from(markets: &[u16; N]) -> Self {
        markets.as_slice().into()
    }
}

impl From<&Needs> for Needs {
    fn from(needs: &Needs) -> Self {
        needs.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruction::{deleverage, Group};
    use firebreak_risk::{collateral::Balance, Position};

    fn mint(index: u16) -> Pubkey {
        Pubkey::new_from_array([index as u8 + 1; 32])
    }

    fn account(markets: &[u16], collateral: &[u16]) -> Account {
        let mut account = Account::NEW;
        for (place, market) in account.positions.iter_mut().zip(markets) {
            *place = Position { market: *market, used: 1, ..Position::EMPTY };
            place.base.0 = 5;
        }
        for (place, index) in account.collateral.iter_mut().zip(collateral) {
            *place = Balance { collateral: *index, used: 1, amount: 1, ..Balance::EMPTY };
        }
        account.collaterals = collateral.len() as u8;
        account
    }

    #[test]
    fn collateral_brings_its_records_and_the_settlement_tokens() {
        let needs = Needs::of(&account(&[3, 4], &[2]), Some(4), mint);
        assert_eq!(needs.0, [Need::Market(3), Need::Record(mint(2)), Need::Record(mint(0))]);
        assert_eq!(Needs::of(&account(&[3], &[]), None, mint), (&[3u16]).into());
    }

    #[test]
    fn what_was_passed_before_is_not_passed_again() {
        let (debtor, winner) = (account(&[7], &[1]), account(&[7, 8], &[1, 2]));
        let key = Pubkey::new_from_array([9; 32]);
        let party = Group { account: key, needs: Needs::of(&winner, None, mint) };
        let ix = deleverage(key, 7, Needs::of(&debtor, Some(7), mint), &[party], &[]);
        let rest: Vec<Pubkey> = ix.accounts.iter().rev().take(5).rev().map(|meta| meta.pubkey).collect();
        let record = |index| address::collateral(&mint(index));
        assert_eq!(rest, [record(1), record(0), key, address::market(8), record(2)]);
    }
}
