//! What a node that lies, or one that is behind, may send: none of it enters the book.

use super::scene::{key, margin, market, put, put_market, NOW, USD};
use bytemuck::Zeroable;
use firebreak_client::{
    address,
    program::{
        constants::LAYOUT_VERSION,
        state::{EngineSourceRule, Insurance, MarginAccount, PriceSource, Protocol, Quote},
    },
    risk::{price::SourceRule, Account, Ratio},
    ID,
};
use firebreak_keeper::{
    book::{self, Refused},
    plan::{Planner, Settings},
    Book, Change, Inventory, Pubkey, Wallet,
};
use proptest::prelude::*;

fn account(capital: u64) -> MarginAccount {
    margin(Account { capital, ..Account::NEW })
}

#[test]
fn owner_type_length_and_version_are_checked() {
    let mut book = Book::new();
    let good = book::write(&account(5 * USD));
    let stranger = key(99);
    assert_eq!(book.apply(&key(1), &stranger, 5, &good), Err(Refused::Owner(stranger)));
    let mut bad = good.clone();
    bad[0] ^= 1;
    assert_eq!(book.apply(&key(1), &ID, 5, &bad), Err(Refused::Type));
    assert_eq!(book.apply(&key(1), &ID, 5, &[]), Err(Refused::Type));
    let needed = MarginAccount::SPACE;
    assert_eq!(book.apply(&key(1), &ID, 5, &good[..needed - 1]), Err(Refused::Length { got: needed - 1, needed }));
    let long = [&good[..], &[0]].concat();
    assert_eq!(book.apply(&key(1), &ID, 5, &long), Err(Refused::Length { got: needed + 1, needed }));
    let mut newer = account(1);
    newer.version = LAYOUT_VERSION + 1;
    let known = LAYOUT_VERSION;
    assert_eq!(book.apply(&key(1), &ID, 5, &book::write(&newer)), Err(Refused::Version { got: known + 1, known }));
    assert_eq!((book.count(), book.slot()), (0, 0), "nothing has changed");
    assert_eq!(book.apply(&key(1), &ID, 5, &good), Ok(Change::Account));
    assert_eq!(book.apply(&key(1), &ID, 6, &good), Ok(Change::Nothing));
    assert_eq!(book.slot(), 6);
}

#[test]
fn what_is_older_than_what_is_known_is_refused() {
    let mut book = Book::new();
    put(&mut book, key(1), 10, &account(10 * USD));
    let older = book.apply(&key(1), &ID, 9, &book::write(&account(20 * USD)));
    assert_eq!(older, Err(Refused::Older { got: 9, known: 10 }));
    assert_eq!(book.account(&key(1)).expect("there").engine.capital, 10 * USD);
    // Said again later, the same state is as young as that.
    book.apply(&key(1), &ID, 12, &book::write(&account(10 * USD))).expect("the same");
    assert!(book.apply(&key(1), &ID, 11, &book::write(&account(20 * USD))).is_err());
    put_market(&mut book, &market(0, 100));
    let older = book.apply(&address::market(0), &ID, NOW.slot - 1, &book::write(&market(0, 50)));
    assert_eq!(older, Err(Refused::Older { got: NOW.slot - 1, known: NOW.slot }));
}

#[test]
fn what_was_closed_does_not_come_back_from_the_past() {
    let mut book = Book::new();
    put(&mut book, key(1), 10, &account(10 * USD));
    assert!(!book.remove(&key(1), 9), "news of before it was seen");
    assert!(book.remove(&key(1), 20));
    assert!(!book.remove(&key(1), 21), "it is gone");
    assert_eq!(book.apply(&key(1), &ID, 20, &book::write(&account(1))), Err(Refused::Older { got: 20, known: 21 }));
    assert_eq!(book.apply(&key(1), &ID, 21, &book::write(&account(1))), Ok(Change::Account), "opened again");
}

#[test]
fn a_full_view_forgets_what_it_does_not_hold() {
    let mut book = Book::new();
    for n in 0..5 {
        put(&mut book, key(n), 10 + n, &account(USD));
    }
    let present = [key(0), key(2)].into_iter().collect();
    assert_eq!(book.forget_missing(13, &present), 2, "1 and 3; 4 is younger than the view");
    let mut left: Vec<Pubkey> = book.keys().copied().collect();
    left.sort_unstable();
    assert_eq!(left, [key(0), key(2), key(4)]);
}

#[test]
fn markets_and_the_protocol_lie_where_they_belong() {
    let mut book = Book::new();
    let refused = book.apply(&key(1), &ID, 5, &book::write(&market(3, 100)));
    assert_eq!(refused, Err(Refused::Address(key(1))));
    assert_eq!(book.apply(&address::market(3), &ID, 5, &book::write(&market(3, 100))), Ok(Change::Market(3)));
    let protocol = Protocol { version: LAYOUT_VERSION, ..Protocol::zeroed() };
    assert_eq!(book.apply(&key(1), &ID, 5, &book::write(&protocol)), Err(Refused::Address(key(1))));
    let insurance = Insurance { version: LAYOUT_VERSION, ..Insurance::zeroed() };
    assert_eq!(book.apply(&key(1), &ID, 5, &book::write(&insurance)), Err(Refused::Address(key(1))));
    let mut broken = market(3, 100);
    broken.engine.ledger.long_base = 1;
    assert!(matches!(book.apply(&address::market(3), &ID, 6, &book::write(&broken)), Err(Refused::Broken(_))));
}

#[test]
fn other_programs_accounts_enter_only_when_a_market_names_them_and_their_owner() {
    let (feed, provider) = (key(50), key(51));
    let mut book = Book::new();
    assert_eq!(book.apply(&feed, &provider, 5, &[1, 2, 3]), Err(Refused::Owner(provider)));
    let mut market = market(0, 100);
    let rule = EngineSourceRule(SourceRule { weight: 1, max_age: 30, max_confidence: Ratio(1), reserved: 0 });
    market.sources[0] = PriceSource { key: feed, owner: provider, rule, kind: 1, ..PriceSource::EMPTY };
    market.source_count = 1;
    put_market(&mut book, &market);
    assert_eq!(book.watched(), [feed]);
    assert_eq!(book.apply(&feed, &key(52), 5, &[1, 2, 3]), Err(Refused::Owner(key(52))));
    assert_eq!(book.apply(&feed, &provider, 5, &[1, 2, 3]), Ok(Change::Watched));
    assert_eq!(book.apply(&feed, &provider, 4, &[4]), Err(Refused::Older { got: 4, known: 5 }));
    assert_eq!(book.apply(&feed, &provider, 6, &[1, 2, 3]), Ok(Change::Nothing));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// Whatever bytes arrive under whatever type: the book takes them in or refuses them, and a plan on them ends.
    #[test]
    fn no_bytes_stop_a_keeper(kinds in proptest::collection::vec((0u8..6, any::<u64>(), proptest::collection::vec(any::<u8>(), 0..64)), 1..20)) {
        let mut book = Book::new();
        put_market(&mut book, &market(0, 100));
        for (kind, n, noise) in kinds {
            let mut data = match kind {
                0 => book::write(&account(n)),
                1 => book::write(&market(1, 100)),
                2 => book::write(&Quote { version: LAYOUT_VERSION, ..Quote::zeroed() }),
                3 => book::write(&Protocol { version: LAYOUT_VERSION, ..Protocol::zeroed() }),
                4 => book::write(&Insurance { version: LAYOUT_VERSION, ..Insurance::zeroed() }),
                _ => noise.clone(),
            };
            let len = data.len().max(1);
            for (i, byte) in noise.iter().enumerate() {
                let at = (n as usize).wrapping_mul(31).wrapping_add(i * 7) % len;
                if at > 8 && at < data.len() {
                    data[at] = *byte;
                }
            }
            let place = match kind { 1 => address::market(1), 3 => address::protocol(), 4 => address::insurance(), _ => key(n % 8) };
            let _ = book.apply(&place, &ID, n % 1_000, &data);
        }
        let wallet = Wallet { payer: key(1), owner: key(2), account: Some(key(3)) };
        let inventory = Inventory::of(&book, wallet, Default::default(), NOW);
        Planner::default().plan(&book, NOW, &Settings::default(), &inventory);
    }
}
