//! What may happen beyond the common sequences: insurers, sub-accounts, matches, standing orders, what is collected and removed.

use super::ops::{self, Cast, Op};
use firebreak_client::program::instructions::AccountKind;
use firebreak_tests::{initial, stop, top_up, Trader, UNIT, USD};
use proptest::prelude::*;

const TRADERS: usize = 5;
const MARKETS: u16 = 2;

/// One step. Traders and markets by number.
#[derive(Clone, Copy, Debug)]
pub enum More {
    /// As in every sequence.
    Common(Op),
    /// Stakes in a tranche; asks so many ppm of it back; has it paid after the cooldown; keeps the request; closes what is empty.
    Stake(usize, u8, u64),
    Request(usize, u8, u64),
    PayOut(usize, u8),
    Hold(usize, u8),
    CloseStake(usize, u8),
    /// Between the two accounts of a trader; back if told so.
    Transfer(usize, bool, u64),
    /// Opens and closes a third account.
    OpenThird(usize),
    CloseThird(usize),
    /// Two sign at the robust price.
    Match(usize, usize, u16, i64),
    /// A reduction or a top-up from the second account, placed; run; cancelled.
    PlaceStop(usize),
    PlaceTopUp(usize),
    RunStop(usize),
    RunTopUp(usize),
    Cancel(usize, u16),
    RemoveQuote(usize, u16),
    Collect(u16),
    Allot(u16),
    /// Somebody sends tokens past the program; they are moved into insurance.
    Skim(u64),
    Recover(usize, u16),
}

/// As in every sequence, and a second account of everybody.
pub fn cast() -> Cast {
    let mut cast = Cast::new();
    for trader in cast.traders.clone() {
        cast.w.second_account(&trader, 5);
    }
    cast
}

pub fn any() -> impl Strategy<Value = More> {
    let (t, m, tranche) = (|| 0..TRADERS, || 0..MARKETS, || 0..2u8);
    let some = || 1..20 * USD;
    prop_oneof![
        40 => ops::any().prop_map(More::Common),
        2 => (t(), tranche(), some()).prop_map(|(a, k, x)| More::Stake(a, k, x)),
        2 => (t(), tranche(), prop_oneof![Just(1_000_000), 0..1_000_000u64]).prop_map(|(a, k, x)| More::Request(a, k, x)),
        2 => (t(), tranche()).prop_map(|(a, k)| More::PayOut(a, k)),
        1 => (t(), tranche()).prop_map(|(a, k)| More::Hold(a, k)),
        2 => (t(), tranche()).prop_map(|(a, k)| More::CloseStake(a, k)),
        2 => (t(), proptest::bool::ANY, some()).prop_map(|(a, back, x)| More::Transfer(a, back, x)),
        1 => t().prop_map(More::OpenThird),
        1 => t().prop_map(More::CloseThird),
        2 => (t(), t(), m(), -5..5i64).prop_map(|(a, b, k, x)| More::Match(a, b, k, x * UNIT)),
        1 => t().prop_map(More::PlaceStop),
        1 => t().prop_map(More::PlaceTopUp),
        3 => t().prop_map(More::RunStop),
        3 => t().prop_map(More::RunTopUp),
        1 => (t(), 0..2u16).prop_map(|(a, id)| More::Cancel(a, id)),
        1 => (t(), m()).prop_map(|(a, k)| More::RemoveQuote(a, k)),
        1 => m().prop_map(More::Collect),
        1 => m().prop_map(More::Allot),
        1 => some().prop_map(More::Skim),
        1 => (t(), m()).prop_map(|(a, k)| More::Recover(a, k)),
    ]
}

/// An account of the same owner.
fn other(trader: &Trader, sub_id: u16) -> Trader {
    Trader { account: firebreak_client::address::account(&trader.owner(), sub_id), ..trader.clone() }
}

impl More {
    /// Does it, however it ends.
    pub fn run(&self, cast: &mut Cast) {
        if let Self::Common(op) = self {
            cast.run(op);
            return;
        }
        let Cast { w, traders } = cast;
        let trader = |t: usize| traders[t].clone();
        let stake = |w: &firebreak_tests::World, t: usize, tranche: u8| {
            let key = firebreak_client::address::stake(&traders[t].owner(), tranche);
            w.vm.svm.get_account(&key).filter(|a| !a.data.is_empty()).map(|_| w.stake_of(&traders[t], tranche))
        };
        match *self {
            Self::Common(_) => unreachable!("done above"),
            Self::Stake(t, tranche, x) => drop(w.stake(&trader(t), tranche, x)),
            Self::Request(t, tranche, ppm) => {
                let Some(held) = stake(w, t, tranche) else { return };
                let shares = (u128::from(held.engine.shares) * u128::from(ppm) / 1_000_000) as u64;
                w.request_unstake(&trader(t), tranche, shares).ok();
            }
            Self::PayOut(t, tranche) => {
                let Some(held) = stake(w, t, tranche).filter(|held| held.engine.requested > 0) else { return };
                let cooled = held.engine.requested_at + initial().cooldown - w.now().time;
                if cooled > 0 {
                    w.wait(cooled);
                    for m in 0..MARKETS {
                        w.publish(m);
                        w.refresh(m).ok();
                    }
                }
                w.unstake(&trader(t), tranche).ok();
            }
            Self::Hold(t, tranche) => {
                let holding = w.insured();
                if stake(w, t, tranche).is_some() {
                    w.hold_unstake(&trader(t), tranche, &holding).ok();
                }
            }
            Self::CloseStake(t, tranche) => drop(stake(w, t, tranche).map(|_| w.close_stake(&trader(t), tranche))),
            Self::Transfer(t, back, x) => {
                let (first, second) = (trader(t), other(&traders[t], 1));
                let (from, to) = if back { (&second, &first) } else { (&first, &second) };
                w.transfer(from, to, x).ok();
            }
            Self::OpenThird(t) => drop(w.try_open(&trader(t), 2, AccountKind::Isolated)),
            Self::CloseThird(t) => {
                w.vm.pass(1);
                w.close(&other(&traders[t], 2)).ok();
            }
            Self::Match(a, b, m, lots) => {
                let price = w.market(m).engine.price.spot.0;
                w.match_trade(&trader(a), &trader(b), m, lots, price).ok();
            }
            Self::PlaceStop(t) => drop(w.place_order(&trader(t), 0, stop(2))),
            Self::PlaceTopUp(t) => drop(w.place_order(&trader(t), 1, top_up(3, 1))),
            Self::RunStop(t) => {
                let maker = trader(if t == 0 { 4 } else { 0 });
                w.run_order(&trader(if t == 4 { 0 } else { 4 }), &trader(t), 0, 0, &maker).ok();
            }
            Self::RunTopUp(t) => {
                w.run_top_up(&trader(if t == 4 { 0 } else { 4 }), &trader(t), 1, &other(&traders[t], 1)).ok();
            }
            Self::Cancel(t, id) => drop(w.cancel_order(&trader(t), id)),
            Self::RemoveQuote(t, m) => drop(w.remove_quote(&trader(t), m)),
            Self::Collect(m) => drop(w.collect_treasury(m)),
            Self::Allot(m) => drop(w.allot(m)),
            Self::Skim(x) => {
                w.send_to_vault(x);
                w.skim().ok();
            }
            Self::Recover(t, m) => drop(w.recover(&trader(t), m)),
        }
    }
}
