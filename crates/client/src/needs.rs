//! What an account's health needs: the remaining accounts of every instruction that judges it, in the program's fixed order.

use crate::address;
use anchor_lang::prelude::{AccountMeta, Pubkey};
use firebreak::state::MarginAccount;

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
    /// Those of `account`: the markets of its positions that hold anything in slot order, `named` left out; if it holds collateral, the record of each balance
    /// in slot order and the settlement token's. `mint` says which token a collateral number is, 0 being the settlement token.
    pub fn of(account: &MarginAccount, named: Option<u16>, mint: impl Fn(u16) -> Pubkey) -> Self {
        let markets = account.engine.active().map(|p| p.market).filter(|m| Some(*m) != named);
        Self::with(account, markets, mint)
    }

    /// The same for what also wants the markets in which the account only left a loss.
    pub fn of_used(account: &MarginAccount, mint: impl Fn(u16) -> Pubkey) -> Self {
        Self::with(account, account.engine.used().map(|p| p.market), mint)
    }

    fn with(account: &MarginAccount, markets: impl Iterator<Item = u16>, mint: impl Fn(u16) -> Pubkey) -> Self {
        let held = account.engine.collateral_used().map(|b| b.collateral);
        let settlement = (account.engine.collaterals > 0).then_some(0);
        Self(markets.map(Need::Market).chain(held.chain(settlement).map(|index| Need::Record(mint(index)))).collect())
    }

    /// These, then `more`.
    #[must_use]
    pub fn then(mut self, more: impl Into<Self>) -> Self {
        self.0.extend(more.into().0);
        self
    }

    /// Adds those of `more` that are neither `named` nor here already, and returns them.
    pub(crate) fn add_new(&mut self, more: &Self, named: u16) -> Self {
        let mut new = vec![];
        for need in &more.0 {
            if *need != Need::Market(named) && !self.0.contains(need) {
                self.0.push(*need);
                new.push(*need);
            }
        }
        Self(new)
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

impl From<Vec<u16>> for Needs {
    fn from(markets: Vec<u16>) -> Self {
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
