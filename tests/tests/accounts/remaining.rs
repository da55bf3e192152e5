//! The accounts after the named ones: the markets of the account's positions, or the market's sources; all, in order, and no other.

use super::cases::{cast, Cast};
use anchor_lang::{prelude::AccountMeta, solana_program::instruction::Instruction};
use firebreak_client::{
    address, instruction,
    oracle::Kind,
    program::{errors::FirebreakError, instructions::AccountKind},
    risk::{order::Order, Ratio},
};
use firebreak_tests::{params, stop, top_up, Expect, Feed, Trader, World, E, UNIT, USD};
use solana_keypair::Keypair;

/// Every way to get a list of accounts wrong: one left out, a surplus one, one twice, two exchanged, one replaced.
fn spoiled(list: &[AccountMeta], replacements: &[AccountMeta]) -> Vec<Vec<AccountMeta>> {
    let mut all = vec![];
    for i in 0..list.len() {
        let mut shorter = list.to_vec();
        shorter.remove(i);
        all.push(shorter);
        let mut twice = list.to_vec();
        twice.insert(i, list[i].clone());
        all.push(twice);
        for j in 0..i {
            let mut exchanged = list.to_vec();
            exchanged.swap(i, j);
            all.push(exchanged);
        }
        for meta in replacements {
            let mut replaced = list.to_vec();
            replaced[i] = meta.clone();
            all.push(replaced);
        }
    }
    for meta in replacements {
        let mut longer = list.to_vec();
        longer.push(meta.clone());
        all.push(longer.clone());
        longer.rotate_right(1);
        all.push(longer);
    }
    all.retain(|l| l.iter().map(|m| m.pubkey).ne(list.iter().map(|m| m.pubkey)));
    all
}

fn refuse_all(
    w: &mut World,
    good: &Instruction,
    fixed: usize,
    signers: &[&Keypair],
    others: &[AccountMeta],
    why: FirebreakError,
) {
    let list = good.accounts[fixed..].to_vec();
    assert!(!list.is_empty());
    for wrong in spoiled(&list, others) {
        let mut ix = good.clone();
        ix.accounts.truncate(fixed);
        ix.accounts.extend(wrong);
        w.act(&[ix], signers).refused(why);
    }
    w.act(std::slice::from_ref(good), signers).expect("the right ones");
}

/// Four markets; an account long 10 in 0, 2 and 3; a keeper long 10 in 1 and 3; all with the same maker.
struct Scene {
    w: World,
    maker: Trader,
    long: Trader,
    keeper: Trader,
    replacements: Vec<AccountMeta>,
}

fn scene() -> Scene {
    let mut w = World::with_markets(5);
    let (maker, long, keeper) = (w.trader(100_000), w.trader(200), w.trader(10_000));
    for market in 0..4 {
        w.quote(&maker, market, 100);
    }
    for market in [0, 2, 3] {
        w.take(&long, &maker, market, 10).expect("takes");
    }
    for market in [1, 3] {
        w.take(&keeper, &maker, market, 10).expect("takes");
    }
    let fake = address::market(99);
    let bytes = w.vm.svm.get_account(&address::market(2)).expect("exists").data;
    w.vm.plant(fake, firebreak_client::Pubkey::new_from_array([66; 32]), bytes);
    let replacements = [address::market(4), address::market(0), fake, long.account, address::insurance(), w.mint]
        .map(|key| AccountMeta::new(key, false))
        .to_vec();
    Scene { w, maker, long, keeper, replacements }
}

#[test]
fn withdraw_takes_the_markets_of_all_positions() {
    let Scene { mut w, long, replacements, .. } = scene();
    w.deposit(&long, 200 * USD).expect("deposits");
    let ix = instruction::withdraw(long.owner(), long.account, long.wallet, w.mint, USD, &[0, 2, 3]);
    refuse_all(&mut w, &ix, 10, &[&long.key], &replacements, E::MarketsMismatch);
}

#[test]
fn take_takes_the_other_markets_of_both_sides() {
    let Scene { mut w, maker, long, replacements, .. } = scene();
    // The taker's 0 and 3, then the maker's 0, 3 and 1, in the order of its slots.
    let ix = instruction::take(long.owner(), long.account, maker.account, 2, -UNIT, 0, &[0, 3, 0, 3, 1]);
    refuse_all(&mut w, &ix, 8, &[&long.key], &replacements, E::MarketsMismatch);
}

#[test]
fn settle_and_convert_take_the_other_markets() {
    let Scene { mut w, maker, long, replacements, .. } = scene();
    let ix = instruction::settle(long.owner(), long.account, 2, &[0, 3]);
    refuse_all(&mut w, &ix, 5, &[&long.key], &replacements, E::MarketsMismatch);
    w.crash(101_00000000, 5);
    w.settle(&maker, &maker, 2).expect("pays");
    w.settle(&long, &long, 2).expect("earns");
    w.pass(1_500);
    let ix = instruction::convert(long.owner(), long.account, 2, &[0, 3]);
    refuse_all(&mut w, &ix, 6, &[&long.key], &replacements, E::MarketsMismatch);
}

#[test]
fn flag_and_liquidate_take_the_markets_of_both_accounts() {
    let Scene { mut w, long, keeper, replacements, .. } = scene();
    w.crash(96_00000000, 5);
    let ix = instruction::flag(long.account, &[0, 2, 3]);
    refuse_all(&mut w, &ix, 3, &[], &replacements, E::MarketsMismatch);
    let ix = instruction::liquidate(keeper.owner(), keeper.account, long.account, 2, u64::MAX, &[0, 3, 1, 3]);
    // What follows the markets is shown to the board: not what is held for writing already.
    let held = [long.account];
    for key in held {
        let mut shown = ix.clone();
        shown.accounts.push(AccountMeta::new(key, false));
        w.act(&[shown], &[&keeper.key]).refused(E::AccountsMismatch);
    }
    let others: Vec<_> = replacements.into_iter().filter(|m| !held.contains(&m.pubkey)).collect();
    refuse_all(&mut w, &ix, 7, &[&keeper.key], &others, E::MarketsMismatch);
}

#[test]
fn declare_bankrupt_takes_all_markets_and_writes_them() {
    let Scene { mut w, long, replacements, .. } = scene();
    w.crash(90_00000000, 5);
    let ix = instruction::declare_bankrupt(long.account, &[0, 2, 3]);
    let mut read_only = ix.clone();
    read_only.accounts[4].is_writable = false;
    w.act(&[read_only], &[]).refused(E::MarketReadOnly);
    refuse_all(&mut w, &ix, 3, &[], &replacements, E::MarketsMismatch);
}

#[test]
fn a_market_of_a_later_layout_is_not_read() {
    let Scene { mut w, long, .. } = scene();
    let key = address::market(2);
    let mut market = w.vm.svm.get_account(&key).expect("exists");
    market.data[8] = 2;
    w.vm.plant(key, firebreak_client::ID, market.data);
    let ix = instruction::settle(long.owner(), long.account, 0, &[2, 3]);
    w.act(&[ix], &[&long.key]).refused(E::WrongVersion);
}

#[test]
fn instructions_without_remaining_accounts_refuse_none_they_ignore() {
    // What takes no remaining accounts must not let anyone smuggle meaning in: they are ignored, whatever they are.
    let Cast { mut w, bystander, .. } = cast();
    let mut ix = instruction::deposit(bystander.owner(), bystander.account, bystander.wallet, w.mint, USD);
    ix.accounts.push(AccountMeta::new_readonly(address::market(1), false));
    w.act(&[ix], &[&bystander.key]).expect("deposits");
    assert_eq!(w.engine(&bystander).capital, 1_001 * USD);
}

#[test]
fn refresh_takes_all_sources_in_their_order_by_their_keys() {
    let mut w = World::new();
    let feeds: Vec<Feed> = [0, 1, 2].map(|n| Feed::new(Kind::PythUpdate, n, 100)).to_vec();
    w.list_with(params(), feeds.clone());
    // Better prices than the pinned ones: the same feed at another address, and another market's source.
    let twin = Feed { key: firebreak_client::Pubkey::new_from_array([200; 32]), ..feeds[1].clone() };
    let stranger = Feed::new(Kind::PythUpdate, 9, 100);
    let replacements = [twin, stranger, feeds[0].clone()].map(|feed| {
        feed.publish(&mut w.vm);
        AccountMeta::new_readonly(feed.key, false)
    });
    w.pass(5);
    let keys: Vec<_> = feeds.iter().map(|f| f.key).collect();
    let ix = instruction::refresh_market(0, &keys);
    refuse_all(&mut w, &ix, 3, &[], &replacements, E::SourcesMismatch);
}

#[test]
fn match_and_transfer_take_the_markets_of_both_sides_and_of_the_source() {
    let Scene { mut w, maker, long, replacements, .. } = scene();
    // The taker's 0 and 3, then the maker's 0, 3 and 1, in the order of its slots.
    let (a, b) = ((long.owner(), long.account), (maker.owner(), maker.account));
    let ix = instruction::match_trade(a, b, 2, -UNIT, 100_00000000, &[0, 3, 0, 3, 1]);
    refuse_all(&mut w, &ix, 8, &[&long.key, &maker.key], &replacements, E::MarketsMismatch);
    let second = w.open(&long, 1, AccountKind::Cross);
    w.deposit(&long, 200 * USD).expect("deposits");
    let ix = instruction::transfer(long.owner(), long.account, second.account, USD, &[0, 2, 3]);
    refuse_all(&mut w, &ix, 6, &[&long.key], &replacements, E::MarketsMismatch);
}

#[test]
fn orders_take_the_markets_of_both_accounts() {
    let Scene { mut w, maker, long, keeper, replacements } = scene();
    let always = Ratio(100_000_000);
    w.place_order(&long, 0, Order { level: always, market: 2, ..stop(1) }).expect("places");
    let ix = instruction::run_order(long.account, 0, 2, maker.account, keeper.account, &[0, 3, 0, 3, 1]);
    refuse_all(&mut w, &ix, 9, &[], &replacements, E::MarketsMismatch);
    let source = w.open(&long, 1, AccountKind::Cross);
    w.deposit(&source, 100 * USD).expect("deposits");
    w.take(&source, &maker, 1, 1).expect("takes");
    w.place_order(&long, 1, Order { level: always, ..top_up(1, 1) }).expect("places");
    let ix = instruction::run_top_up(long.account, 1, source.account, keeper.account, &[0, 2, 3, 1]);
    refuse_all(&mut w, &ix, 7, &[], &replacements, E::MarketsMismatch);
}

#[test]
fn a_market_that_another_instruction_writes_may_be_shared_by_both_sides() {
    let Scene { mut w, long, keeper, .. } = scene();
    w.crash(96_00000000, 5);
    w.flag(&long).expect("flags");
    w.vm.pass(25);
    w.pass(0);
    // Both have a position in market 3, which the second instruction names and so makes writable for the first.
    let step = |market, others: &[u16]| {
        instruction::liquidate(keeper.owner(), keeper.account, long.account, market, UNIT as u64, others)
    };
    w.act(&[step(2, &[0, 3, 1, 3]), step(3, &[0, 2, 1, 2])], &[&keeper.key]).expect("takes over in both");
}
