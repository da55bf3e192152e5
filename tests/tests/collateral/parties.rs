//! Whoever holds collateral is a party like anybody: in a match, a transfer, an order, a quote, a deleveraging, a crumb's end.

use super::scene;
use firebreak_client::{
    address, instruction,
    program::{
        events::{Deleveraged, DustClosed, Filled, LiquidatedIntoQuote, OrderRan},
        instructions::AccountKind,
    },
};
use firebreak_tests::{collateral::COIN, events, stop, top_up, Expect, Gap, Trader, World, E, UNIT, USD};

/// Gives each of them one warm coin.
fn pledge(w: &mut World, all: &[&Trader]) -> u16 {
    let coin = w.list_major(100);
    for trader in all {
        w.deposit_warm(trader, coin, COIN);
    }
    coin
}

#[test]
fn winners_with_collateral_are_ranked_and_deleveraged() {
    let Gap { mut w, losers, winners, .. } = Gap::new(1);
    let coin = pledge(&mut w, &[&winners[0], &winners[1]]);
    w.price(0, 10_00000000, 3);
    for loser in &losers {
        w.declare_bankrupt(loser).expect("declares");
    }
    w.rank(0, &[&winners[0], &winners[1]]).expect("ranks");
    let parties = w.opposite(&losers[1], 0, &winners);
    let ix = w.deleveraging(&losers[1], 0, &parties.iter().collect::<Vec<_>>(), &[]);
    // What both need is passed once.
    let of_coin = address::collateral(&w.mint_of(coin));
    assert_eq!(ix.accounts.iter().filter(|meta| meta.pubkey == of_coin).count(), 1);
    let meta = w.act(&[ix], &[]).expect("closes");
    assert_eq!(events::<Deleveraged>(&meta)[0].parties.iter().map(|p| p.lots).sum::<u64>(), 7 * UNIT as u64);
    for winner in &winners {
        assert_eq!(w.engine(winner).collateral[0].amount, COIN, "its coin is its own");
    }
}

#[test]
fn a_party_cannot_leave_its_collateral_out() {
    let Gap { mut w, losers, winners, .. } = Gap::new(1);
    pledge(&mut w, &[&winners[0], &winners[1]]);
    w.price(0, 10_00000000, 3);
    w.declare_bankrupt(&losers[1]).expect("declares");
    w.rank(0, &[&winners[0], &winners[1]]).expect("ranks");
    let bare: Vec<_> = w
        .opposite(&losers[1], 0, &winners)
        .iter()
        .map(|party| instruction::Group { account: party.account, needs: (&[]).into() })
        .collect();
    let ix = instruction::deleverage(losers[1].account, 0, &[], &bare, &[]);
    w.act(&[ix], &[]).refused(E::CollateralsMismatch);
}

#[test]
fn both_sides_of_a_match_and_both_accounts_of_an_owner_may_hold_some() {
    let mut s = scene();
    let (coin, maker, debtor) = (s.coin, s.maker.clone(), s.debtor.clone());
    s.w.deposit_warm(&maker, coin, COIN);
    let spot = s.w.market(0).engine.price.spot.0;
    let meta = s.w.match_trade(&debtor, &maker, 0, UNIT, spot).expect("matches");
    assert_eq!(events::<Filled>(&meta).len(), 1);
    super::top_up(&mut s.w, &debtor, 200);
    let second = s.w.open(&debtor, 1, AccountKind::Cross);
    s.w.transfer(&debtor, &second, USD).expect("moves");
    assert_eq!(s.w.engine(&second).capital, USD);
}

#[test]
fn orders_of_whoever_holds_some_are_run() {
    let mut s = scene();
    let (coin, maker, debtor) = (s.coin, s.maker.clone(), s.debtor.clone());
    let keeper = s.w.trader(0);
    let source = s.w.open(&debtor, 1, AccountKind::Cross);
    s.w.deposit_warm(&source, coin, COIN);
    super::top_up(&mut s.w, &source, 200);
    s.w.place_order(&debtor, 0, stop(1)).expect("places");
    s.w.place_order(&debtor, 1, top_up(20, 1)).expect("places");
    s.w.price(0, 91_80000000, 5);
    s.w.refresh_tokens();
    let meta = s.w.run_top_up(&keeper, &debtor, 1, &source).expect("tops up");
    assert_eq!(events::<OrderRan>(&meta)[0].done, 20 * USD);
    s.w.price(0, 89_50000000, 5);
    s.w.refresh_tokens();
    let meta = s.w.run_order(&keeper, &debtor, 0, 0, &maker).expect("reduces");
    assert!(events::<OrderRan>(&meta)[0].done > 0);
}

#[test]
fn a_maker_with_collateral_takes_over_and_takes_a_crumb() {
    let mut s = scene();
    let (coin, debtor) = (s.coin, s.debtor.clone());
    let (bidder, collector, crumb) = (s.w.trader(10_000), s.w.trader(0), s.w.trader(2));
    s.w.quote(&bidder, 0, 100);
    s.w.take_lots(&crumb, &bidder, 0, UNIT / 10).expect("takes");
    s.w.deposit_warm(&bidder, coin, COIN);
    s.w.price(0, 90_10000000, 5);
    s.w.refresh_tokens();
    s.w.flag(&debtor).expect("flags");
    s.w.flag(&crumb).expect("flags");
    let meta = s.w.close_dust(&crumb, 0, Some(&bidder)).expect("closes");
    assert_eq!(events::<DustClosed>(&meta).len(), 1);
    s.w.pass(25);
    s.w.refresh_tokens();
    let meta = s.w.into_quotes(&collector, &bidder, &debtor, 0, u64::MAX / 4).expect("liquidates");
    assert_eq!(events::<LiquidatedIntoQuote>(&meta)[0].maker, bidder.account);
}
