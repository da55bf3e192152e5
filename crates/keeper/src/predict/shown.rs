//! Accounts shown to a market's boards, as the program ranks them.

use super::{Desk, Given, No};
use firebreak_client::{
    instruction::Group,
    needs::Needs,
    program::state::{MarginAccount, Market},
    risk::{
        self,
        margin::Health,
        ops::{self, Ranked},
        rank::{worst_score, Shown, EITHER},
    },
    Pubkey,
};

/// An account that is shown, as it stands now.
pub struct Seen {
    key: Pubkey,
    ranked: Ranked,
}

/// Ranks `keys` in market number `index`. One that the book does not hold is taken for closed, if a board still names it. Returns what
/// the board sees and the groups to pass.
pub fn show(desk: &mut Desk, market: &Market, given: &mut Given, keys: &[Pubkey]) -> Result<(Vec<Seen>, Vec<Group>), No> {
    let (mut seen, mut groups) = (vec![], vec![]);
    for key in keys {
        match desk.account(key) {
            Ok(account) => {
                desk.read_new(given, &account, market.index)?;
                let ranked = ops::rank((market.index, &market.engine), &account.engine, given, desk.now)?;
                seen.push(Seen { key: *key, ranked });
                groups.push(group(desk, key, &account));
            }
            Err(_) if is_named(market, key) => {
                seen.push(Seen { key: *key, ranked: Ranked::default() });
                groups.push(Group { account: *key, needs: Needs::default() });
            }
            Err(why) => return Err(why),
        }
    }
    Ok((seen, groups))
}

/// An account with what its health needs.
pub fn group(desk: &Desk, key: &Pubkey, account: &MarginAccount) -> Group {
    Group { account: *key, needs: desk.needs(account, None) }
}

fn is_named(market: &Market, key: &Pubkey) -> bool {
    let boards = [&market.winners, &market.worst];
    boards.iter().any(|board| board.entries.iter().any(|entry| entry.score != 0 && entry.key == key.to_bytes()))
}

/// Shown accounts as the winners board counts them, for a counterparty of `side`.
pub fn winners(seen: &[Seen], side: u8) -> Vec<Shown> {
    let counts = |s: &Seen| s.ranked.can_close && s.ranked.side == side;
    seen.iter().map(|s| Shown { key: s.key.to_bytes(), score: s.ranked.winner, actionable: counts(s) }).collect()
}

/// Shown accounts as the worst board counts them, and the account that is acted on.
pub fn worst(seen: &[Seen], acted: &Pubkey) -> Vec<Shown> {
    let mut shown: Vec<Shown> =
        seen.iter().map(|s| Shown { key: s.key.to_bytes(), score: s.ranked.worst, actionable: s.ranked.can_take }).collect();
    shown.push(acted_on(acted));
    shown
}

/// What is acted on in the same step counts for nothing.
pub fn acted_on(key: &Pubkey) -> Shown {
    Shown { key: key.to_bytes(), score: 0, actionable: false }
}

/// Writes down what the winners board has learnt of those shown.
pub fn note_winners(market: &mut Market, seen: &[Seen]) {
    for shown in seen {
        market.winners.put(&shown.key.to_bytes(), shown.ranked.side, shown.ranked.winner);
    }
}

/// Writes down what the worst board has learnt of those shown.
pub fn note_worst_shown(market: &mut Market, seen: &[Seen]) {
    for shown in seen {
        market.worst.put(&shown.key.to_bytes(), EITHER, shown.ranked.worst);
    }
}

/// Writes down what the worst board has learnt: of those shown, and of the account that has been acted on.
pub fn note_worst(market: &mut Market, seen: &[Seen], (key, account): (&Pubkey, &risk::Account), after: &Health) {
    note_worst_shown(market, seen);
    let exposed = account.position(market.index).is_ok_and(|p| !p.base.is_flat());
    market.worst.put(&key.to_bytes(), EITHER, if exposed { worst_score(account, after) } else { 0 });
}
