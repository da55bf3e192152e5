//! What is shared among many: insurance tranches and their stakers, recoveries, scores, a change's step.

use crate::{any_size, ceil_of, config, exact, floor_of, over, world, Exact};
use firebreak_risk::{
    governance::step_up,
    num::{NOTIONAL_SCALE, PPM},
    rank::{ordered_reward_down, winner_score_down},
    recovery::part_up,
    shares::{Stake, Tranche, SHARES_PER_ATOM},
    tranches::{Insurance, Seniority},
    waterfall::InsuranceFund,
    BaseQty, Now, Position, Price, Ratio,
};
use proptest::{collection::vec, prelude::*};

proptest! {
    #![proptest_config(config())]

    /// A share is worth (assets + 1) ÷ (shares + 16): minting and paying are both rounded down, so a stake that is paid at once never gains.
    #[test]
    fn shares_of_a_tranche(assets in any_size(60), shares in any_size(60), amount in any_size(60)) {
        let tranche = Tranche { assets, shares, ..Tranche::NEW };
        let worth = over(assets + 1, shares + SHARES_PER_ATOM);
        prop_assert_eq!(tranche.shares_down(amount), floor_of(&(exact(amount) / &worth)));
        prop_assert_eq!(tranche.assets_down(amount), floor_of(&(exact(amount) * &worth)));
        let mut after = tranche;
        if let Ok(minted) = Stake::NEW.clone().stake(&mut after, amount) {
            prop_assert!(after.assets_down(minted).unwrap() <= amount);
            // Nobody else's shares lose by it.
            prop_assert!(over(after.assets + 1, after.shares + SHARES_PER_ATOM) >= worth);
        }
    }

    /// Fees: the senior tranche's share rounded down, the junior has the rest. Payments shrink all limits alike, each rounded down.
    #[test]
    fn earnings_and_limits(fees in any_size(58), share in 0u32..=1_000_000, limits in vec(any_size(50), 1..8), leaves in 0u32..=1_000_000) {
        let caps = InsuranceFund { event_cap: Ratio(PPM as u32), day_cap: Ratio(PPM as u32), ..world::NO_CAPS };
        let mut fund = Insurance::new(caps, 1, Ratio(share));
        fund.earn(fees).unwrap();
        prop_assert_eq!(Ok(fund.senior.assets), floor_of(&(exact(fees) * over(share, PPM))));
        prop_assert_eq!(fund.senior.assets + fund.junior.assets, fees);

        let total: u64 = limits.iter().sum();
        let mut fund = Insurance::new(caps, 1, Ratio(0));
        let mut stake = Stake::NEW;
        prop_assume!(fund.stake(Seniority::Junior, &mut stake, total).is_ok());
        let mut parts = vec![firebreak_risk::tranches::Limit::NONE; limits.len()];
        for (part, limit) in parts.iter_mut().zip(&limits) {
            fund.grant(part, *limit).unwrap();
        }
        let asked = (stake.shares as u128 * leaves as u128 / PPM as u128) as u64;
        prop_assume!(asked > 0 && stake.request(&fund.junior, asked, 0).is_ok());
        let paid = fund.pay_out(Seniority::Junior, &mut stake, 0, Now { slot: 0, time: 1 }).unwrap();
        let kept = over(total - paid, total.max(1));
        for (part, limit) in parts.iter().zip(&limits) {
            let (got, want) = (part.now_down(&fund).unwrap(), exact(*limit) * &kept);
            // The index keeps 62 bits of what is left: one part in 2^61 of the limit, and an atom.
            prop_assert!(exact(got) <= want && exact(got) + exact(2) + over(*limit, 1u64 << 60) >= want, "{got} of {want}");
        }
        prop_assert_eq!(fund.limits, total - paid);
    }

    /// Markets that bore a loss get their part of what an account comes to, rounded up while there is something left.
    #[test]
    fn recoveries(losses in vec(any_size(55), 1..16), amount in any_size(60)) {
        let total: u64 = losses.iter().sum();
        let mut left = amount;
        for lost in &losses {
            let got = part_up(*lost, total, amount, left).unwrap();
            let want = if total == 0 { exact(0) } else { exact(amount.min(total)) * over(*lost, total) };
            prop_assert!(got == ceil_of(&want).unwrap().min(*lost) || got == left, "{got} for {want}");
            left -= got;
        }
        prop_assert_eq!(left, amount.saturating_sub(total), "nothing stays with the account while it owes");
    }

    /// A winner's score: profit × leverage, in units of one atom at one part in 4 295, rounded down twice.
    #[test]
    fn scores(price in 1_000_000u64..1 << 45, lots in any_size(40), profit in any_size(45), solvency in any_size(45)) {
        let mut market = world::market(world::params());
        market.price.spot = Price(price);
        let value = firebreak_risk::num::value_down(Price(price), BaseQty(lots as i64)).unwrap();
        let position = Position { base: BaseQty(lots as i64), entry: value - profit as i64, used: 1, ..Position::EMPTY };
        let got = winner_score_down(&position, &market, solvency as i64, 0).unwrap();
        if profit == 0 || lots == 0 {
            prop_assert_eq!(got, 0);
            return Ok(());
        }
        let notional = (exact(lots) * over(price, NOTIONAL_SCALE)).floor();
        let leverage = (notional / exact(solvency + profit) * exact(PPM)).floor().min(exact(u32::MAX));
        let want = exact(profit) * leverage / exact(u32::MAX);
        prop_assert_eq!(exact(got), want.floor());
    }

    /// 30 % for who skips a worse account; a step is measured by the smaller of the two values.
    #[test]
    fn rewards_and_steps(reward in any_size(60), score in any_size(60), floor in any_size(60), old in any_size(63), new in any_size(63)) {
        let share: Exact = if score >= floor { exact(1) } else { over(3, 10) };
        prop_assert_eq!(ordered_reward_down(reward, score, floor), floor_of(&(exact(reward) * share)));
        let want = match old.min(new) {
            _ if old == new => exact(0),
            0 => exact(u64::MAX),
            least => over(old.abs_diff(new), least) * exact(PPM),
        };
        prop_assert_eq!(exact(step_up(old, new)), want.ceil().min(exact(u64::MAX)));
    }
}
