//! Margin accounts that an instruction is given beyond those it names: counterparties of a deleveraging, and accounts shown to a board.
//!
//! They come after the markets of the named accounts, one group an account: the account itself, then the markets of its other positions
//! in slot order, without those that were passed before. Counterparties, whose number is an argument, come first and are written;
//! whatever follows is shown: a board counts it as it stands now, and forgets it when it is dead.

use super::markets::Given;
use crate::{
    errors::{FirebreakError, Named},
    state::{Laid, MarginAccount, Market},
};
use anchor_lang::{prelude::*, system_program, Discriminator};
use firebreak_risk::{
    self as risk,
    margin::Health,
    ops::{self, Ranked},
    rank::{worst_score, Board, Shown, EITHER},
    Now,
};
use std::{
    cell::{Ref, RefMut},
    slice::Iter,
};

/// A counterparty, borrowed for writing.
pub struct Party<'a> {
    /// Its address.
    pub key: Pubkey,
    /// The account.
    pub account: RefMut<'a, MarginAccount>,
}

/// An account that was shown, as it stands now.
pub struct Seen {
    /// Its address.
    pub key: Pubkey,
    /// Its place; nothing when it no longer exists.
    pub ranked: Ranked,
}

/// Takes `count` counterparties in market `named` from `rest`, none of them the account at `not`.
pub fn take<'a>(
    count: u8,
    (named, not): (u16, &Pubkey),
    given: &mut Given<'a>,
    rest: &mut Iter<'a, AccountInfo<'a>>,
) -> Result<Vec<Party<'a>>> {
    let mut parties = Vec::with_capacity(count.into());
    for _ in 0..count {
        let info = rest.next().ok_or(FirebreakError::AccountsMismatch)?;
        require!(info.key != not, FirebreakError::SelfTrade);
        require!(info.is_writable && is_ours(info), FirebreakError::AccountsMismatch);
        // One that cannot be borrowed was passed before.
        let data = info.try_borrow_mut_data().map_err(|_| FirebreakError::AccountsMismatch)?;
        require!(is_account(&data)?, FirebreakError::AccountsMismatch);
        let account: RefMut<MarginAccount> =
            RefMut::map(data, |bytes| bytemuck::from_bytes_mut(&mut bytes[8..MarginAccount::SPACE]));
        given.read_new(&account, named, rest)?;
        parties.push(Party { key: *info.key, account });
    }
    Ok(parties)
}

/// Ranks every account that is left in `rest` in `market`. What is neither a margin account nor a dead entry of a board is surplus.
pub fn shown<'a>(market: &Market, given: &mut Given<'a>, rest: &mut Iter<'a, AccountInfo<'a>>, now: Now) -> Result<Vec<Seen>> {
    let mut seen = Vec::new();
    while let Some(info) = rest.next() {
        let boards = [&market.winners, &market.worst];
        if info.owner == &system_program::ID && boards.iter().any(|board| is_on(board, info.key)) {
            seen.push(Seen { key: *info.key, ranked: Ranked::default() });
            continue;
        }
        require!(is_ours(info), FirebreakError::MarketsMismatch);
        let data = info.try_borrow_data().map_err(|_| FirebreakError::AccountsMismatch)?;
        require!(is_account(&data)?, FirebreakError::MarketsMismatch);
        let account: Ref<MarginAccount> = Ref::map(data, |bytes| bytemuck::from_bytes(&bytes[8..MarginAccount::SPACE]));
        given.read_new(&account, market.index, rest)?;
        let ranked = ops::rank((market.index, &market.engine), &account.engine, given, now).named()?;
        seen.push(Seen { key: *info.key, ranked });
    }
    Ok(seen)
}

/// Shown accounts as the winners board counts them, for a counterparty of `side`.
pub fn winners(seen: &[Seen], side: u8) -> Vec<Shown> {
    let counts = |s: &Seen| s.ranked.can_close && s.ranked.side == side;
    seen.iter().map(|s| Shown { key: s.key.to_bytes(), score: s.ranked.winner, actionable: counts(s) }).collect()
}

/// Shown accounts as the worst board counts them.
pub fn worst(seen: &[Seen]) -> Vec<Shown> {
    seen.iter().map(|s| Shown { key: s.key.to_bytes(), score: s.ranked.worst, actionable: s.ranked.can_take }).collect()
}

/// What is acted on in the same step counts for nothing.
pub fn acted_on(key: &Pubkey) -> Shown {
    Shown { key: key.to_bytes(), score: 0, actionable: false }
}

/// Writes down what the worst board has learnt: of those shown, and of the account that has been acted on.
pub fn note_worst(market: &mut Market, seen: &[Seen], (key, account): (&Pubkey, &risk::Account), after: &Health) {
    for shown in seen {
        market.worst.put(&shown.key.to_bytes(), EITHER, shown.ranked.worst);
    }
    // Without exposure here nobody can act on it here.
    let exposed = account.position(market.index).is_ok_and(|p| !p.base.is_flat());
    market.worst.put(&key.to_bytes(), EITHER, if exposed { worst_score(account, after) } else { 0 });
}

fn is_on(board: &Board, key: &Pubkey) -> bool {
    board.entries.iter().any(|e| e.score != 0 && e.key == key.to_bytes())
}

fn is_ours(info: &AccountInfo) -> bool {
    info.owner == &crate::ID
}

/// Whether these are a margin account's bytes; one of another layout is refused by name, also if it is shorter.
fn is_account(data: &[u8]) -> Result<bool> {
    if !data.starts_with(MarginAccount::DISCRIMINATOR) {
        return Ok(false);
    }
    require!(data.get(8) == Some(&MarginAccount::VERSION), FirebreakError::WrongVersion);
    Ok(data.len() >= MarginAccount::SPACE)
}
