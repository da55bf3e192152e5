//! One of each instruction, as the Rust client builds it. The TypeScript tests build the same from the same arguments.

use super::{hex, key};
use anchor_lang::{prelude::Pubkey, solana_program::instruction::Instruction, Discriminator};
use base64::{engine::general_purpose::STANDARD, Engine};
use bytemuck::Zeroable;
use firebreak_client::{
    instruction::{self as ix, Group},
    needs::Needs,
    program::{instructions::AccountKind, state::MarginAccount},
    risk::{
        account::MAX_POSITIONS,
        balance::Balance,
        order::{Order, TOP_UP},
        trade::QuoteTerms,
        BaseQty, Position, Price, Ratio,
    },
};
use serde_json::{json, Value};

/// An account with positions in markets 1 and 7, one that only remembers a loss in market 4, and two collaterals.
fn holder() -> MarginAccount {
    let mut account = MarginAccount::zeroed();
    let position = |market, base, result| Position { base: BaseQty(base), result, market, used: 1, ..Position::EMPTY };
    account.engine.positions[0] = position(1, -5, 0);
    account.engine.positions[2] = position(7, 0, 6);
    account.engine.positions[3] = Position { lost: 9, ..position(4, 0, 0) };
    let balance = |collateral| Balance { amount: 1, collateral, used: 1, ..Balance::EMPTY };
    account.engine.collateral[1] = balance(3);
    account.engine.collateral[2] = balance(2);
    account.engine.collaterals = 2;
    account
}

/// The same as a node gives it.
pub fn holder_text() -> String {
    STANDARD.encode([MarginAccount::DISCRIMINATOR, bytemuck::bytes_of(&holder())].concat())
}

/// The token of collateral `index`.
fn mint_of(index: u16) -> Pubkey {
    key(60 + index as u8)
}

fn needs(named: Option<u16>) -> Needs {
    Needs::of(&holder().engine, named, mint_of)
}

/// Only the records.
fn needs_without_markets() -> Needs {
    let mut account = holder();
    account.engine.positions = [Position::EMPTY; MAX_POSITIONS];
    Needs::of(&account.engine, None, mint_of)
}

/// Every builder of traders, keepers and insurers, and proposals for the generated ones.
pub fn all() -> Value {
    let (owner, account, maker, keeper, from, mint) = (key(1), key(2), key(3), key(4), key(5), key(6));
    let groups = || {
        vec![Group { account: key(11), needs: (&[1, 2, 9, 2]).into() }, Group { account: key(12), needs: (&[9, 4, 7]).into() }]
    };
    let shown = || vec![Group { account: key(13), needs: (&[4, 5]).into() }];
    let terms = QuoteTerms {
        bid_size: 1,
        ask_size: 2,
        bid_offset: Ratio(3),
        ask_offset: Ratio(4),
        max_bid: Price(5),
        min_ask: Price(6),
        expires: u64::MAX,
        reserved: 0,
    };
    let order = Order {
        size: 1,
        step: 2,
        reward: 3,
        expires: 4,
        ready: 5,
        level: Ratio(6),
        slip: Ratio(7),
        cooldown: 8,
        market: 9,
        source: 10,
        kind: TOP_UP,
        reserved: [0; 15],
    };
    let built: Vec<(&str, Instruction)> = vec![
        ("openAccount", ix::open_account(owner, 258)),
        ("openAccountIsolated", ix::open_account_of(owner, 1, AccountKind::Isolated)),
        ("closeAccount", ix::close_account(owner, account)),
        ("deposit", ix::deposit(owner, account, from, mint, 1 << 60)),
        ("withdraw", ix::withdraw(owner, account, from, mint, 5, &[3, 1])),
        ("withdrawHolding", ix::withdraw(owner, account, from, mint, 5, needs(None))),
        ("takeHolding", ix::take(owner, account, maker, 7, -5, 6, needs(Some(7)).then(needs(Some(7))))),
        ("recoverHolding", ix::recover(account, 7, Needs::from(&[1, 7, 4]).then(needs_without_markets()))),
        ("declareBankruptHolding", ix::declare_bankrupt(account, needs(None))),
        ("settleHolding", ix::settle(owner, account, 7, needs(Some(7)))),
        ("refreshCollateral", ix::refresh_collateral(mint, &[key(20), key(21)])),
        ("depositCollateral", ix::deposit_collateral(owner, account, from, mint, 1 << 60)),
        ("withdrawCollateral", ix::withdraw_collateral(owner, account, from, mint, 5, needs(None))),
        ("liquidateCollateral", ix::liquidate_collateral(owner, keeper, account, (513, 5), (needs(None), needs(None)))),
        ("forfeitCollateral", ix::forfeit_collateral(account, mint, needs(None))),
        ("buyForfeited", ix::buy_forfeited(owner, keeper, (mint, key(22)), 5, needs(None))),
        ("setCollateralCap", ix::set_collateral_cap(owner, mint, 5)),
        ("migrate", ix::migrate(owner, account)),
        ("transfer", ix::transfer(owner, account, maker, 5, &[3, 1])),
        ("postQuote", ix::post_quote(owner, account, 7, terms)),
        ("removeQuote", ix::remove_quote(owner, 1, 7)),
        ("take", ix::take(owner, account, maker, 7, -5, 6, &[3, 1])),
        ("matchTrade", ix::match_trade((owner, account), (key(8), maker), 7, -5, 6, &[3])),
        ("convert", ix::convert(owner, account, 7, &[3])),
        ("placeOrder", ix::place_order(owner, account, 513, order)),
        ("cancelOrder", ix::cancel_order(owner, 1, 513)),
        ("refreshMarket", ix::refresh_market(7, &[key(20), key(21)])),
        ("accrue", ix::accrue(7)),
        ("settle", ix::settle(owner, account, 7, &[3])),
        ("flag", ix::flag(account, &[3, 1])),
        ("flagRaised", ix::flag_raised(account, &[3, 1])),
        ("liquidate", ix::liquidate(owner, keeper, account, 7, 5, &[3])),
        ("liquidateIntoQuotes", ix::liquidate_into_quotes((keeper, maker, account), 7, 5, &[3])),
        ("showing", ix::showing(ix::liquidate(owner, keeper, account, 7, 5, &[3, 4]), 7, &[3, 4], &shown())),
        ("runOrder", ix::run_order(account, 513, 7, maker, keeper, &[3])),
        ("runTopUp", ix::run_top_up(account, 513, maker, keeper, &[3])),
        ("deleverage", ix::deleverage(account, 7, &[3], &groups(), &shown())),
        ("rank", ix::rank(7, &groups())),
        ("closeDust", ix::close_dust(account, 7, &[3], groups().pop(), &shown())),
        ("closeDustAlone", ix::close_dust(account, 7, &[3], None, &[])),
        ("declareBankrupt", ix::declare_bankrupt(account, &[3, 1])),
        ("recover", ix::recover(account, 7, &[7, 3])),
        ("shareLoss", ix::share_loss(7)),
        ("enterSettlement", ix::enter_settlement(7)),
        ("publishReport", ix::publish_report(owner, 7)),
        ("checkGlobal", ix::check_global(mint)),
        ("stake", ix::stake(owner, 1, from, mint, 5)),
        ("requestUnstake", ix::request_unstake(owner, 1, 5)),
        ("unstake", ix::unstake(owner, 1, from, mint, &[0, 3])),
        ("holdUnstake", ix::hold_unstake(owner, 1, mint, &[0, 3])),
        ("closeStake", ix::close_stake(owner, 1)),
        ("fundInsurance", ix::fund_insurance(owner, from, mint, 5)),
        ("sweepFees", ix::sweep_fees(7)),
        ("allot", ix::allot(7)),
        ("collectTreasury", ix::collect_treasury(7, from, mint)),
        ("skim", ix::skim(mint)),
        ("proposeAuthority", ix::propose_authority(owner, 3, key(9))),
        ("cancelChange", ix::cancel_change(owner, 3, key(9))),
        ("pause", ix::pause(owner, 5)),
        ("upgradeProgram", ix::upgrade_program(3, key(9), key(8))),
    ];
    built
        .iter()
        .map(|(name, instruction)| {
            let accounts: Vec<_> =
                instruction.accounts.iter().map(|a| json!([a.pubkey.to_string(), a.is_signer, a.is_writable])).collect();
            json!({ "name": name, "accounts": accounts, "data": hex(&instruction.data) })
        })
        .collect()
}
