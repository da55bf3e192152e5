//! What several of these tests need.

use firebreak_client::oracle::Kind;
use firebreak_tests::{prices::Feed, Trader, World};

/// Three feeds of three layouts at 100 USD.
pub fn three() -> Vec<Feed> {
    let kinds = [Kind::PythUpdate, Kind::SwitchboardOnDemand, Kind::PythLegacy];
    kinds.into_iter().enumerate().map(|(n, kind)| Feed::new(kind, n as u8, 100)).collect()
}

/// The same at `price` (10^-8 USD), two of them.
pub fn two_at(price: i64) -> Vec<Feed> {
    three().into_iter().take(2).map(|feed| Feed { price, confidence: (price / 100_000) as u64, ..feed }).collect()
}

/// Atoms that the trader may take out of its account now: the largest amount that a copy of the world accepts.
pub fn withdrawable(w: &World, who: &Trader) -> u64 {
    let (mut least, mut most) = (0, w.engine(who).capital);
    while least < most {
        let middle = least + (most - least).div_ceil(2);
        match w.clone().withdraw(who, middle) {
            Ok(_) => least = middle,
            Err(_) => most = middle - 1,
        }
    }
    least
}

/// Capital and bonds of these people together: all that they could ever take out, claims aside.
pub fn wealth(w: &World, people: &[&Trader]) -> u64 {
    people.iter().map(|t| w.engine(t).capital + w.engine(t).bond).sum()
}

/// Settles whoever may be settled, called by himself.
pub fn settle_all(w: &mut World, market: u16, people: &[&Trader]) {
    for t in people {
        if w.engine(t).position(market).is_ok() {
            w.settle(t, t, market).ok();
        }
    }
}

/// Declares whoever owes more than it has and closes it against the other side, in rank order.
pub fn resolve(w: &mut World, market: u16, people: &[Trader]) {
    for t in people {
        if w.engine(t).position(market).is_err() || w.declare_bankrupt(t).is_err() {
            continue;
        }
        while w.engine(t).position(market).is_ok_and(|p| !p.base.is_flat()) {
            let parties = w.opposite(t, market, people);
            w.deleverage(t, market, &parties.iter().collect::<Vec<_>>()).expect("a matched book has a counterparty");
        }
    }
}

/// Shares a market's loss, as many windows as it takes.
pub fn share(w: &mut World, market: u16) {
    for _ in 0..4 {
        if w.ledger(market).deficit == 0 {
            return;
        }
        w.share_loss(market).ok();
        let window = w.market(market).engine.params.loss_window as u64;
        w.still(window * 5 / 2 + 5);
        w.share_loss(market).ok();
    }
    assert_eq!(w.ledger(market).deficit, 0, "claims bore it");
}
