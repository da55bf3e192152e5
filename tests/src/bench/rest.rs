//! Everything else.

use super::{cu, Row, OTHERWISE};
use crate::{defaults::params, initial, prices::Feed, scenes::Wide, stakers::JUNIOR, terms, World, USD};
use firebreak_client::{
    instruction,
    oracle::Kind,
    program::{
        instructions::{InitialiseArgs, ListMarketArgs},
        state::EngineParams,
    },
    risk::MarketParams,
};
use solana_signer::Signer;

pub fn rows() -> Vec<Row> {
    let own = [initialise(), list_market(), open_account(), convert(), declare_bankrupt(), insurer(), staker(), keeper()];
    own.concat().into_iter().map(|(name, size, cu)| Row::new(name, size, cu, OTHERWISE)).collect()
}

type Measured = Vec<(&'static str, &'static str, u64)>;

fn initialise() -> Measured {
    let mut w = World::bare();
    let payer = w.payer();
    let ix = instruction::initialise(payer.pubkey(), w.mint, initial());
    vec![("initialise", "two accounts created", cu(w.act(&[ix], &[&payer])))]
}

fn list_market() -> Measured {
    let mut w = World::new();
    let payer = w.payer();
    let sources = (0..5).map(|n| Feed::new(Kind::PythUpdate, n, 100).source()).collect();
    let args = ListMarketArgs { index: 0, name: [b'X'; 16], params: EngineParams(params()), sources };
    vec![("list_market", "5 sources", cu(w.act(&[instruction::list_market(payer.pubkey(), args)], &[&payer])))]
}

/// An address derived anew costs a search whose length is luck: the worst of 16 owners counts.
fn open_account() -> Measured {
    let mut w = World::with_market();
    let (mut open, mut create, mut change) = (0, 0, 0);
    for _ in 0..16 {
        let owner = w.trader(0);
        open = open.max(cu(w.act(&[instruction::open_account(owner.owner(), 1)], &[&owner.key])));
        create = create.max(cu(w.quote_with(&owner, 0, terms(1))));
        change = change.max(cu(w.quote_with(&owner, 0, terms(2))));
    }
    vec![
        ("open_account", "worst of 16 owners", open),
        ("post_quote", "a new quote, worst of 16 owners", create),
        ("post_quote", "a changed quote, worst of 16 owners", change),
    ]
}

fn convert() -> Measured {
    let mut s = Wide::new(8, 0);
    s.w.crash(102_00000000, 5);
    s.w.settle(&s.maker, &s.maker, 7).expect("pays");
    s.w.settle(&s.holder, &s.holder, 7).expect("earns");
    s.w.pass(1_500);
    vec![("convert", "8 positions", cu(s.w.convert(&s.holder, 7)))]
}

fn declare_bankrupt() -> Measured {
    let mut s = Wide::new(8, 0).insolvent();
    vec![("declare_bankrupt", "8 positions", cu(s.w.declare_bankrupt(&s.holder)))]
}

fn keeper() -> Measured {
    let mut s = Wide::new(8, 0);
    let rank = cu(s.w.rank(7, &[&s.holder]));
    s.w.take_lots(&s.holder, &s.maker, 7, -10 * crate::UNIT).expect("closes");
    s.w.crash(96_00000000, 5);
    s.w.flag(&s.holder).expect("flags");
    s.w.crash(100_00000000, 5);
    for market in 0..7 {
        s.w.publish(market);
        s.w.refresh(market).expect("refreshes");
        s.w.take_lots(&s.holder, &s.maker, market, -10 * crate::UNIT).expect("closes");
    }
    let clear = cu(s.w.close_dust(&s.holder, 7, None));
    let mut w = World::with_market();
    let (maker, tiny) = (w.trader(10_000), w.trader(2));
    w.quote(&maker, 0, 100);
    w.take_lots(&tiny, &maker, 0, crate::UNIT / 10).expect("takes");
    w.price(0, 90_10000000, 5);
    w.flag(&tiny).expect("flags");
    let dust = cu(w.close_dust(&tiny, 0, Some(&maker)));
    w.send_to_vault(1);
    let skim = cu(w.skim());
    w.vm.pass(217_000);
    let end = cu(w.enter_settlement(0));
    vec![
        ("rank", "1 account at 8 positions", rank),
        ("close_dust", "marks of an empty account", clear),
        ("close_dust", "1 position against 1 counterparty", dust),
        ("skim", "1 vault", skim),
        ("enter_settlement", "1 market", end),
    ]
}

fn insurer() -> Measured {
    let mut s = Wide::new(1, 0).insolvent();
    let fund = cu(s.w.fund_insurance(&s.keeper, 1_000 * USD));
    let sweep = cu(s.w.sweep_fees(0));
    s.w.declare_bankrupt(&s.holder).expect("declares");
    s.w.liquidate(&s.keeper, &s.holder, 0).expect("takes over");
    s.w.settle(&s.maker, &s.maker, 0).expect("settles");
    s.w.vm.pass(155);
    let share = cu(s.w.share_loss(0));
    vec![
        ("fund_insurance", "1 transfer", fund),
        ("sweep_fees", "1 market", sweep),
        ("share_loss", "pot, insurance and claims", share),
    ]
}

/// Eight insured markets: each has to show that it holds nobody back.
fn staker() -> Measured {
    let mut w = World::with(InitialiseArgs { cooldown: 60, ..initial() });
    for _ in 0..8 {
        w.list(MarketParams { insurance_limit: USD, ..params() }, 100);
    }
    w.pass(1);
    let (maker, taker) = (w.trader(1_000), w.trader(1_000));
    w.quote(&maker, 0, 10);
    w.take(&taker, &maker, 0, 1).expect("fees for the treasury");
    let (mut create, mut add, mut request) = (0, 0, 0);
    for _ in 0..16 {
        let owner = w.trader(10);
        create = create.max(cu(w.stake(&owner, JUNIOR, USD)));
        add = add.max(cu(w.stake(&owner, JUNIOR, USD)));
        request = request.max(cu(w.request_all(&owner, JUNIOR)));
    }
    for market in 0..8 {
        w.allot(market).expect("allots");
    }
    let owner = w.trader(10);
    w.stake(&owner, JUNIOR, USD).expect("stakes");
    w.request_all(&owner, JUNIOR).expect("asks");
    w.pass(200);
    let mut stale = w.clone();
    stale.vm.pass(100);
    let hold = cu(stale.hold_unstake(&owner, JUNIOR, &[0]));
    let pay = cu(w.unstake(&owner, JUNIOR));
    let close = cu(w.close_stake(&owner, JUNIOR));
    let allot = cu(w.allot(0));
    let treasury = cu(w.collect_treasury(0));
    let global = cu(w.check_global());
    vec![
        ("stake", "a new stake, worst of 16 owners", create),
        ("stake", "more of it, worst of 16 owners", add),
        ("request_unstake", "1 stake", request),
        ("unstake", "8 insured markets", pay),
        ("hold_unstake", "1 market", hold),
        ("close_stake", "1 stake", close),
        ("allot", "1 market", allot),
        ("collect_treasury", "1 transfer", treasury),
        ("check_global", "9 triggers", global),
    ]
}
