//! Any book: deleveraging takes nothing; any board; totality.

use super::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(600), failure_persistence: None, ..ProptestConfig::default() })]

    /// Closed exactly the bankrupt's size, took nothing from any counterparty, broke neither I2 nor I14, and what remains of the loss is
    /// the market's deficit.
    #[test]
    fn i14_deleverage_takes_nothing_and_keeps_the_book_matched(
        long: bool,
        sizes in prop::collection::vec(1u64..1_000_000_000_000, 1..6),
        entries in prop::collection::vec(1u64..1_000_000, 6),
        spot in 1u64..20_000_000,
        extra in 0u64..1_000_000_000,
    ) {
        let entries: Vec<u64> = entries.into_iter().map(|e| e * 10_000 + 7).collect();
        let (mut m, mut loser, mut others) = scene(long, &sizes, &entries, spot * 1_003);
        // The last counterparty has more than the bankrupt's size, against somebody who is none of its business.
        let mut x = Account::NEW;
        if extra > 0 {
            let base = BaseQty(if long { extra as i64 } else { -(extra as i64) });
            let paid = cost(m.price.spot, base).unwrap();
            let (a, other) = (x.slot(0).unwrap(), others.last_mut().unwrap());
            fill(&mut m, &mut x, a, base, paid, NOW).unwrap();
            fill(&mut m, other, 0, BaseQty(-base.0), -paid, NOW).unwrap();
        }
        let Some(h) = bankrupt(&mut m, &mut loser) else { return Ok(()) };
        let size = loser.positions[0].base.abs();
        let mut closing = begin(&m, &loser, 0, &h, NOW).unwrap();
        let mut closed = 0;
        for other in &mut others {
            let before = wealth(&m, other);
            let solvency = health(other, &&m, NOW).unwrap().solvency;
            let had = other.positions[0].base.abs();
            let party = Counterparty { account: other, slot: 0, solvency, score: 0 };
            let step = against(&mut m, (&mut loser, 0), party, &mut closing, 0, NOW).unwrap();
            closed += step.lots;
            prop_assert!(step.lots <= had);
            prop_assert!(wealth(&m, other) >= before);
            prop_assert!(wealth(&m, other) <= before + 2);
            m.invariant().unwrap();
        }
        prop_assert_eq!(closed, size);
        prop_assert_eq!(closing.left, 0);
        prop_assert!(loser.positions[0].base.is_flat());
        prop_assert_eq!(m.ledger.long_base, extra);
        close_bankrupt(&mut m, &mut loser, 0, NOW).unwrap();
        m.invariant().unwrap();
        prop_assert_eq!(loser.capital, 0);
        prop_assert_eq!(m.ledger.debt, 0);
    }

    /// Extreme numbers are answered or refused, never a panic; and whatever is refused before a fill changed nothing.
    #[test]
    fn deleverage_is_total(base: i64, entry: i64, result: i64, cap: u64, solvency: i64, score: u64, floor: u64, left: u64, spot: u64, long: bool) {
        let mut m = market(spot.max(1));
        let position = Position { base: BaseQty(base), entry, result, used: 1, ..Position::EMPTY };
        let mut a = Account::NEW;
        a.positions[0] = position;
        a.bankrupt = 1;
        a.capital = cap;
        let mut b = a;
        let h = Health { solvency, ..Health::default() };
        let _ = begin(&m, &a, 0, &h, NOW);
        let _ = winner_score_down(&position, &m, solvency, score);
        let mut closing = firebreak_risk::deleverage::Deleverage { left, price: Price(spot), long };
        let party = Counterparty { account: &mut b, slot: 0, solvency, score };
        let _ = against(&mut m, (&mut a, 0), party, &mut closing, floor, NOW);
    }

    /// Whatever was put: no address twice, at most 16, the highest of those put last is on it; the floor is the highest live entry.
    #[test]
    fn board_keeps_the_highest(puts in prop::collection::vec((0u8..40, 0u64..50, 1u8..3), 1..120)) {
        let mut board = Board::NEW;
        let mut truth = std::collections::HashMap::new();
        for (who, score, side) in puts {
            board.put(&[who; 32], side, score);
            truth.insert(who, (score, side));
        }
        let live: Vec<_> = board.entries.iter().filter(|e| e.score > 0).collect();
        for e in &live {
            prop_assert_eq!(truth[&e.key[0]], (e.score, e.side));
            prop_assert_eq!(live.iter().filter(|o| o.key == e.key).count(), 1);
        }
        // Nobody outside it was refused for a lower entry at the time it was put last, unless entries have left since.
        let floor = board.floor(LONG, &[]);
        prop_assert_eq!(floor, live.iter().filter(|e| e.side == LONG).map(|e| e.score).max().unwrap_or(0));
    }
}
