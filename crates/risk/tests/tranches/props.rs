//! Sequences of stakes, exits, losses, fees and gifts.

use super::*;

#[derive(Clone, Debug)]
enum Op {
    Stake(usize, u64),
    Leave(usize, u8),
    Draw(u8),
    Fee(u64),
    Gift(u64),
}

fn op() -> impl Strategy<Value = Op> {
    let amount = prop_oneof![1u64..50, 1u64..1_000_000, 1u64..1_000_000_000_000];
    prop_oneof![
        4 => (0usize..4, amount.clone()).prop_map(|(w, a)| Op::Stake(w, a)),
        3 => (0usize..4, 1u8..=100).prop_map(|(w, p)| Op::Leave(w, p)),
        2 => (1u8..=100).prop_map(Op::Draw),
        1 => amount.clone().prop_map(Op::Fee),
        1 => amount.prop_map(Op::Gift),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(1_500), failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the sequence: the tranches are the fund; no step makes any staker richer but a fee, and a fee not by more than itself;
    /// stakes are never worth more than the tranche; the order of losses is junior first.
    #[test]
    fn no_sequence_earns_from_rounding(ops in prop::collection::vec(op(), 1..40)) {
        let mut ins = fund(0);
        let mut stakes = [(Stake::NEW, false), (Stake::NEW, false), (Stake::NEW, true), (Stake::NEW, true)];
        let mut t = 1_000_000;
        for op in ops {
            let (before, was) = (ins, stakes);
            let worths: Vec<u64> = stakes.iter().map(|s| worth(&ins, &[*s])).collect();
            let (mut actor, mut paid_in, mut paid_out, mut earned) = (usize::MAX, 0, 0, 0);
            match op {
                Op::Stake(who, atoms) => {
                    let which = if stakes[who].1 { Senior } else { Junior };
                    match ins.stake(which, &mut stakes[who].0, atoms) {
                        Ok(_) => (actor, paid_in) = (who, atoms),
                        Err(why) => {
                            prop_assert!(matches!(why, RiskError::AmountTooSmall | RiskError::Overflow), "{why:?}");
                            prop_assert_eq!((ins.junior, ins.senior, ins.fund), (before.junior, before.senior, before.fund));
                        }
                    }
                }
                Op::Leave(who, part) => {
                    let which = if stakes[who].1 { Senior } else { Junior };
                    let tranche = *ins.tranche(which);
                    stakes[who].0.touch(&tranche).unwrap();
                    let shares = (stakes[who].0.shares as u128 * part as u128 / 100) as u64;
                    stakes[who].0.request(&tranche, shares, t).unwrap();
                    t += COOL;
                    if shares > 0 {
                        paid_out = ins.pay_out(which, &mut stakes[who].0, 0, now(t)).unwrap();
                        actor = who;
                    }
                }
                Op::Draw(part) => {
                    let amount = (ins.fund.assets as u128 * part as u128 / 100) as u64;
                    if amount > 0 {
                        t += DAY;
                        draw(&mut ins, amount, t);
                        let junior = amount.min(before.junior.assets);
                        prop_assert_eq!(before.junior.assets - ins.junior.assets, junior);
                        prop_assert_eq!(before.senior.assets - ins.senior.assets, amount - junior);
                    }
                }
                Op::Fee(atoms) => {
                    ins.earn(atoms).unwrap();
                    earned = atoms;
                }
                Op::Gift(atoms) => ins.give(atoms).unwrap(),
            }
            ins.invariant().unwrap();
            for who in 0..4 {
                let is = worth(&ins, &[stakes[who]]);
                // Rounding of others may leave each share a little more, never more than an atom per share-step of the tranche.
                let tranche = if stakes[who].1 { ins.senior } else { ins.junior };
                let slack = tranche.assets / (tranche.shares / 16 + 1) + 1;
                if who == actor {
                    prop_assert!(is + paid_out <= worths[who] + paid_in + 1, "{op:?}: {is} + {paid_out} > {} + {paid_in}", worths[who]);
                } else {
                    prop_assert!(is <= worths[who] + earned + slack, "{op:?}: {is} > {} + {earned}, slack {slack}", worths[who]);
                }
            }
            prop_assert!(worth(&ins, &stakes[..2]) <= ins.junior.assets);
            prop_assert!(worth(&ins, &stakes[2..]) <= ins.senior.assets);
            let _ = was;
        }
    }

    /// First depositor: an attacker stakes a little, inflates as he can (gift or fees), a victim stakes, the attacker leaves. He
    /// never profits.
    #[test]
    fn nobody_profits_from_inflating(first in 1u64..1_000, gift in 0u64..1_000_000_000_000, fee in 0u64..1_000_000_000_000, victim in 1u64..1_000_000_000_000) {
        let mut ins = fund(0);
        let (mut a, mut b) = (Stake::NEW, Stake::NEW);
        ins.stake(Junior, &mut a, first).unwrap();
        ins.give(gift).unwrap();
        ins.earn(fee).unwrap();
        let entered = ins.stake(Junior, &mut b, victim).is_ok();
        prop_assert!(worth(&ins, &[(a, false)]) <= first + gift + fee);
        // A gift moves no price, and so little a stake earns no fees: the victim loses less than an atom and a share.
        prop_assert!(entered);
        prop_assert!(worth(&ins, &[(b, false)]) + 2 >= victim);
        prop_assert!(worth(&ins, &[(a, false)]) <= first + 1);
    }

    /// Whatever stakers ask and are paid, all limits together stay within the assets above the floor, and every market is shrunk alike.
    #[test]
    fn limits_never_exceed_what_is_above_the_floor(
        stakes in prop::collection::vec(1_000u64..1_000_000_000, 1..5),
        grants in prop::collection::vec(1u64..400_000_000, 1..5),
        leaves in prop::collection::vec(1u8..=100, 1..5),
        draws in prop::collection::vec(1u64..100_000_000, 0..4),
        floor in 0u64..500_000_000,
    ) {
        let mut ins = fund(floor);
        let mut held: Vec<Stake> = stakes.iter().map(|a| { let mut s = Stake::NEW; ins.stake(Junior, &mut s, *a).unwrap(); s }).collect();
        let mut limits = Vec::new();
        for g in grants {
            let mut limit = Limit::NONE;
            match ins.grant(&mut limit, g) {
                Ok(()) => limits.push(limit),
                Err(why) => prop_assert_eq!(why, RiskError::LimitsExceedAssets),
            }
        }
        let mut t = 1_000_000;
        let count = held.len();
        for (i, part) in leaves.into_iter().enumerate() {
            let stake = &mut held[i % count];
            let shares = (stake.shares as u128 * part as u128 / 100) as u64;
            stake.request(&ins.junior, shares, t).unwrap();
            t += COOL;
            if shares > 0 {
                ins.pay_out(Junior, stake, 0, now(t)).unwrap();
            }
            ins.invariant().unwrap();
            if let (Some(d), false) = (draws.get(i), limits.is_empty()) {
                let which = i % limits.len();
                let left = limits[which].now_down(&ins).unwrap();
                let mut m = limited(*d, limits[which]);
                ins.fund.day_start = t - DAY;
                if let Ok(covered) = ins.share_loss(&mut m, now(t)) {
                    limits[which] = m.limit;
                    prop_assert!(covered.insurance <= left);
                    prop_assert!(covered.insurance == 0 || ins.fund.assets >= floor);
                    prop_assert_eq!(limits[which].now_down(&ins).unwrap(), left - covered.insurance);
                }
            }
            let sum: u64 = limits.iter().map(|l| l.now_down(&ins).unwrap()).sum();
            prop_assert!(sum <= ins.limits);
            ins.invariant().unwrap();
        }
    }

    #[test]
    fn tranches_are_total(assets: u64, shares: u64, unowned: u64, held: u64, asked: u64, value: u64, at: i64, cooldown: i64, t: i64, amount: u64, share: u32, caps: [u32; 2], floor: u64, limits: u64) {
        let tranche = Tranche { assets, shares, unowned, ..Tranche::NEW };
        let mut ins = fund(floor);
        (ins.fund.assets, ins.fund.event_cap, ins.fund.day_cap) = (amount, Ratio(caps[0]), Ratio(caps[1]));
        (ins.junior, ins.senior, ins.cooldown, ins.senior_share, ins.limits) = (tranche, tranche, cooldown, Ratio(share), limits);
        let mut stake = Stake { shares: held, requested: asked, requested_value: value, requested_at: at, ..Stake::NEW };
        let mut m = limited(asked, Limit { left: value, granted: held, ..Limit::NONE });
        let _ = (ins.earn(amount), ins.give(amount), ins.stake(Junior, &mut stake, amount), ins.invariant());
        let _ = stake.request(&tranche, asked, t);
        let _ = (stake.is_cooled(cooldown, t), stake.hold(cooldown, t), ins.pay_out(Senior, &mut stake, 0, now(t)));
        let _ = (ins.grant(&mut m.limit, amount), ins.pending_down(&m), ins.share_loss(&mut m, now(t)));
    }
}
