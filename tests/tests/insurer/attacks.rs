//! What somebody tries who wants more out of insurance than he put in.

use super::scene::{initial_cooling, scene, COOLDOWN_SLOTS, COVER};
use firebreak_client::risk::MarketParams;
use firebreak_tests::{params, stakers::*, Expect, Trader, World, E, USD};

/// Asks for everything and takes it.
fn leave(w: &mut World, who: &Trader, tranche: u8) {
    w.request_all(who, tranche).expect("asks");
    w.pass(COOLDOWN_SLOTS);
    w.unstake(who, tranche).expect("pays");
}

#[test]
fn a_first_staker_cannot_inflate_the_price_by_giving() {
    for (first, gift, second) in [(1, 100 * USD, 50 * USD), (1, 1, 1), (1_000, 99 * USD, USD + 1), (16, 100 * USD, 3)] {
        let mut w = World::with(initial_cooling());
        let (attacker, victim) = (w.trader(200), w.trader(100));
        w.stake(&attacker, JUNIOR, first).expect("stakes");
        w.fund_insurance(&attacker, gift).expect("gives");
        w.stake(&victim, JUNIOR, second).expect("stakes");
        let before = [w.tokens(&attacker.wallet), w.tokens(&victim.wallet)];
        leave(&mut w, &victim, JUNIOR);
        leave(&mut w, &attacker, JUNIOR);
        let back = [w.tokens(&attacker.wallet) - before[0], w.tokens(&victim.wallet) - before[1]];
        assert!(back[1] <= second && second - back[1] <= 1, "the victim of {first}, {gift}: {} of {second}", back[1]);
        assert!(back[0] <= first, "the attacker keeps {} of {first} and loses his gift", back[0]);
    }
}

#[test]
fn staking_and_leaving_in_crumbs_earns_nothing() {
    let mut s = scene();
    s.w.sweep_fees(0).expect("an uneven price");
    let attacker = s.w.trader(100);
    let (others, before) = (s.assets(), s.w.tokens(&attacker.wallet));
    for atoms in [1, 3, 7, 15, 16, 17, 999_999] {
        s.w.stake(&attacker, JUNIOR, atoms).expect("stakes");
        leave(&mut s.w, &attacker, JUNIOR);
    }
    assert!(s.w.tokens(&attacker.wallet) <= before);
    let left: u64 = s.assets().iter().sum();
    assert!(left >= others.iter().sum(), "what was there is there");
    s.w.close_stake(&attacker, JUNIOR).expect("nothing is left of it");
}

#[test]
fn who_comes_after_a_loss_takes_nothing_from_those_who_bore_it() {
    let mut s = scene();
    s.deficit();
    // Between the booking and the draw: the newcomer bears what is drawn, like everybody.
    let between = s.w.trader(10);
    s.w.stake(&between, JUNIOR, 10 * USD).expect("stakes");
    s.shared();
    let after = s.w.trader(10);
    s.w.stake(&after, JUNIOR, 10 * USD).expect("stakes");
    let [junior, _] = s.assets();
    assert_eq!(junior, 30 * USD - COVER, "three stakes of 10 less 15");
    for (who, value) in [(&between, 10 * USD - COVER / 2), (&after, 10 * USD), (&s.junior.clone(), 10 * USD - COVER / 2)] {
        let before = s.w.tokens(&who.wallet);
        leave(&mut s.w, who, JUNIOR);
        assert!((s.w.tokens(&who.wallet) - before).abs_diff(value) <= 1);
    }
}

#[test]
fn an_exit_prepared_in_advance_does_not_leave_before_the_loss() {
    let mut s = scene();
    let junior = s.junior.clone();
    s.cooled(&junior, JUNIOR);
    s.deficit();
    s.w.unstake(&junior, JUNIOR).refused(E::ClaimsPending);
    s.w.share_loss(0).expect("draws at once");
    assert_eq!(s.assets()[0], 0, "junior bore all it had");
    s.w.pass(160);
    s.w.share_loss(0).expect("claims");
    s.w.unstake(&junior, JUNIOR).refused(E::NothingRequested);
}

#[test]
fn a_visit_for_the_fees_is_locked_in_for_the_cooldown() {
    let mut s = scene();
    let visitor = s.w.trader(100);
    s.w.stake(&visitor, JUNIOR, 100 * USD).expect("stakes");
    s.w.sweep_fees(0).expect("fees");
    s.w.request_all(&visitor, JUNIOR).expect("asks at once");
    s.w.unstake(&visitor, JUNIOR).refused(E::CoolingDown);
    s.deficit();
    s.shared();
    s.w.pass(COOLDOWN_SLOTS);
    let before = s.w.tokens(&visitor.wallet);
    s.w.unstake(&visitor, JUNIOR).expect("pays");
    assert!(s.w.tokens(&visitor.wallet) - before < 88 * USD, "it bore ten elevenths of the loss of 15");
}

/// Long and short are the same person; the long goes bankrupt.
#[test]
fn self_made_claims_are_paid_at_most_what_their_fees_bought() {
    for multiple in [1u64, 20] {
        let mut w = World::with(initial_cooling());
        w.list(MarketParams { cover_multiple: multiple as u32 * 1_000_000, ..params() }, 100);
        let staker = w.trader(1_000);
        w.stake(&staker, JUNIOR, 1_000 * USD).expect("stakes");
        w.allot(0).expect("allots");
        let people = [w.trader(60), w.trader(10_000), w.trader(10_000)];
        let [long, short, helper] = &people;
        let wealth = |w: &World| people.iter().map(|p| w.engine(p).capital + w.engine(p).bond).sum::<u64>();
        let before = wealth(&w);
        w.quote(short, 0, 10);
        w.take(long, short, 0, 10).expect("takes");
        let fees = w.ledger(0).insurance_fees;
        w.price(0, 90_00000000, 5);
        w.declare_bankrupt(long).expect("declares");
        w.liquidate(helper, long, 0).expect("takes over");
        w.settle(short, short, 0).expect("settles");
        w.share_loss(0).expect("pot and insurance");
        w.pass(160);
        w.share_loss(0).expect("claims");
        let paid = 1_000 * USD - w.insurance().engine.fund.assets;
        assert_eq!(paid, fees * multiple, "to the atom");
        w.pass(1_500);
        w.convert(short, 0).expect("converts");
        // All else is the attacker's own money going round.
        assert!(wealth(&w) <= before + paid - fees, "{multiple}");
        if multiple == 1 {
            assert!(wealth(&w) < before);
        }
    }
}
