//! What an owner does with accounts, quotes and orders, and what others do for him.

use super::{cu, Row, OTHERWISE};
use crate::{scenes::Wide, stop, terms, top_up, World, UNIT, USD};
use firebreak_client::{
    program::instructions::AccountKind,
    risk::{order::Order, Ratio},
};

/// A fill, the health before and after it, two events: what `take` and twice `flag`'s health cost.
const RUN_ORDER: u64 = 50_000;

pub fn rows() -> Vec<Row> {
    [hot(), cold()].concat()
}

fn hot() -> Vec<Row> {
    let mut s = Wide::new(4, 4);
    s.w.pass(1);
    let (holder, keeper) = (s.holder.clone(), s.keeper.clone());
    let matched = cu(s.w.match_trade(&holder, &keeper, 3, -UNIT, 100_00000000));
    let mut rows = vec![Row::new("match_trade", "both accounts at 4 positions", matched, 30_000)];

    let mut s = Wide::new(8, 0);
    let (holder, stranger, maker) = (s.holder.clone(), s.stranger.clone(), s.maker.clone());
    let always = Ratio(100_000_000);
    s.w.place_order(&holder, 0, Order { level: always, market: 7, ..stop(1) }).expect("places");
    s.w.place_order(&holder, 1, Order { level: always, ..top_up(1, 1) }).expect("places");
    let source = s.w.open(&holder, 1, AccountKind::Cross);
    s.w.deposit(&source, 10 * USD).expect("deposits");
    s.w.pass(1);
    rows.push(Row::new(
        "run_order",
        "both accounts at 8 positions",
        cu(s.w.run_order(&stranger, &holder, 0, 7, &maker)),
        RUN_ORDER,
    ));
    rows.push(Row::new("run_top_up", "8 positions", cu(s.w.run_top_up(&stranger, &holder, 1, &source)), 32_000));
    s.w.deposit(&holder, 400 * USD).expect("deposits");
    rows.push(Row::new("transfer", "8 positions", cu(s.w.transfer(&holder, &source, USD)), OTHERWISE));
    rows
}

/// Addresses derived anew cost a search whose length is luck: the worst of 16 owners counts.
fn cold() -> Vec<Row> {
    let mut w = World::with_market();
    let mut worst = [0; 4];
    for _ in 0..16 {
        let owner = w.trader(0);
        w.quote_with(&owner, 0, terms(1)).expect("quotes");
        let place = cu(w.place_order(&owner, 0, stop(1)));
        let cancel = cu(w.cancel_order(&owner, 0));
        let remove = cu(w.remove_quote(&owner, 0));
        w.vm.pass(1);
        let close = cu(w.close(&owner));
        for (most, now) in worst.iter_mut().zip([place, cancel, remove, close]) {
            *most = now.max(*most);
        }
    }
    let [place, cancel, remove, close] = worst;
    let (create, update) = (cu(w.publish_report(0)), cu(w.publish_report(0)));
    let rows = [
        ("place_order", "worst of 16 owners", place),
        ("cancel_order", "worst of 16 owners", cancel),
        ("remove_quote", "worst of 16 owners", remove),
        ("close_account", "worst of 16 owners", close),
        ("publish_report", "a new record", create),
        ("publish_report", "an old record", update),
    ];
    rows.map(|(name, size, cu)| Row::new(name, size, cu, OTHERWISE)).to_vec()
}
