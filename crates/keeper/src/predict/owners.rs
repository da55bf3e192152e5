//! Steps on an account that is not in distress: settling, converting, recovering, trading, standing orders.

use super::{units, Desk, Given, No, Taken};
use firebreak_client::{
    address, instruction,
    risk::{num::add, ops, BaseQty},
    Pubkey,
};

fn sound(market: &firebreak_client::program::state::Market) -> Result<(), No> {
    market.invariant().map_err(|_| No::Rule("a market's totals would contradict each other"))
}

pub fn settle(desk: &mut Desk, key: &Pubkey, index: u16) -> Result<Taken, No> {
    let (place, mut market) = desk.market(index)?;
    let mut account = desk.account(key)?;
    let mut given = Given::default();
    desk.read(&mut given, &account, Some(index))?;
    let by_owner = desk.wallet.owner == account.owner;
    let setting = desk.clock();
    ops::settle((index, &mut market.engine), &mut account.engine, by_owner, &given, &setting)?;
    sound(&market)?;
    desk.put(&place, &market);
    desk.put(key, &account);
    let compute = units(9_000, 2 * given.passed.len());
    Taken::plain(instruction::settle(desk.wallet.owner, *key, index, &given.needs), compute)
}

pub fn recover(desk: &mut Desk, key: &Pubkey, index: u16) -> Result<Taken, No> {
    let mut account = desk.account(key)?;
    let mut given = Given::default();
    desk.read_all(&mut given, &account)?;
    let setting = desk.setting()?;
    ops::recover(&mut account.engine, index, &mut given, &setting)?;
    desk.put_given(&given)?;
    desk.put(key, &account);
    let compute = units(15_000, 2 * given.passed.len());
    Taken::plain(instruction::recover(*key, index, &given.needs), compute)
}

pub fn convert(desk: &mut Desk, index: u16) -> Result<Taken, No> {
    let (own, mut account) = desk.own()?;
    let (place, mut market) = desk.market(index)?;
    let mut given = Given::default();
    desk.read(&mut given, &account, Some(index))?;
    let setting = desk.setting()?;
    let (_, amount) = ops::convert((index, &mut market.engine), &mut account.engine, &given, &setting)?;
    sound(&market)?;
    desk.put(&place, &market);
    desk.put(&own, &account);
    let compute = units(12_000, 2 * given.passed.len());
    let instruction = instruction::convert(desk.wallet.owner, own, index, &given.needs);
    Ok(Taken { instruction, earned: amount, compute, lots: 0 })
}

pub fn take(desk: &mut Desk, index: u16, maker_key: &Pubkey, base: i64, limit: u64) -> Result<Taken, No> {
    let (own, mut taker) = desk.own()?;
    if own == *maker_key || base == 0 || base == i64::MIN {
        return Err(No::Rule("a trade is between two accounts, of at least one lot"));
    }
    let (place, mut market) = desk.market(index)?;
    let mut maker = desk.account(maker_key)?;
    let quote_key = address::quote(maker_key, &place);
    let mut quote = desk.quote(&quote_key)?;
    quote.require_for(&maker, index).map_err(|_| No::Rule("the quote belongs to another account or market"))?;
    let mut given = Given::default();
    desk.read(&mut given, &taker, Some(index))?;
    desk.read(&mut given, &maker, Some(index))?;
    let setting = desk.setting()?;
    let size = BaseQty(base);
    let (price, available) = quote.terms.offer(&market.engine, size, desk.now)?;
    if size.abs() > available {
        return Err(No::Rule("the quote offers less"));
    }
    if if size.is_long() { price.0 > limit } else { price.0 < limit } {
        return Err(No::Rule("the quote's price is outside the limit"));
    }
    quote.terms.consume(size)?;
    let sides = (&mut taker.engine.0, &mut maker.engine.0);
    let traded = ops::trade((index, &mut market.engine), sides, (size, price), &given, &setting)?;
    let filled = market.filled((&taker, &maker), price, traded.cost, desk.now);
    filled.map_err(|_| No::Rule("the market cannot note the fill"))?;
    sound(&market)?;
    desk.put(&place, &market);
    desk.put(&quote_key, &quote);
    desk.put(&own, &taker);
    desk.put(maker_key, &maker);
    let compute = units(22_000, given.passed.len());
    let instruction = instruction::take(desk.wallet.owner, own, *maker_key, index, base, limit, &given.needs);
    Ok(Taken { instruction, earned: 0, compute, lots: size.abs() })
}

pub fn run_order(desk: &mut Desk, order_key: &Pubkey, maker_key: &Pubkey) -> Result<Taken, No> {
    let mut order = desk.order(order_key)?;
    let (own, key, index) = (desk.own()?.0, order.account, order.engine.market);
    if key == *maker_key || key == own {
        return Err(No::Rule("the order's account is neither its own maker nor its keeper"));
    }
    let (place, mut market) = desk.market(index)?;
    let (mut account, mut maker) = (desk.account(&key)?, desk.account(maker_key)?);
    order.require_for(&key, &account).map_err(|_| No::Rule("the order belongs to another account"))?;
    let quote_key = address::quote(maker_key, &place);
    let mut quote = desk.quote(&quote_key)?;
    quote.require_for(&maker, index).map_err(|_| No::Rule("the quote belongs to another account or market"))?;
    if account.owner == maker.owner {
        return Err(No::Rule("the owner's own quote would pay the reward and change nothing"));
    }
    let mut given = Given::default();
    desk.read(&mut given, &account, Some(index))?;
    desk.read(&mut given, &maker, Some(index))?;
    let setting = desk.setting()?;
    let sides = (&mut account.engine.0, &mut maker.engine.0);
    let terms = (&mut order.engine.0, &mut quote.terms.0);
    let done = ops::run_reduce((index, &mut market.engine), sides, terms, &given, &setting)?;
    let filled = market.filled((&account, &maker), done.price, done.traded.cost, desk.now);
    filled.map_err(|_| No::Rule("the market cannot note the fill"))?;
    sound(&market)?;
    desk.put(&place, &market);
    desk.put(&quote_key, &quote);
    desk.put(order_key, &order);
    desk.put(&key, &account);
    desk.put(maker_key, &maker);
    // The keeper may be the maker.
    let (_, mut keeper) = desk.own()?;
    keeper.engine.capital = add(keeper.engine.capital, done.reward)?;
    desk.put(&own, &keeper);
    let compute = units(40_000, 3 * given.passed.len());
    let instruction = instruction::run_order(key, order.id, index, *maker_key, own, &given.needs);
    Ok(Taken { instruction, earned: done.reward, compute, lots: done.base.abs() })
}

pub fn run_top_up(desk: &mut Desk, order_key: &Pubkey, source_key: &Pubkey) -> Result<Taken, No> {
    let mut order = desk.order(order_key)?;
    let ((own, mut keeper), key) = (desk.own()?, order.account);
    if key == own || *source_key == key || *source_key == own {
        return Err(No::Rule("account, source and keeper are three"));
    }
    let (mut account, mut source) = (desk.account(&key)?, desk.account(source_key)?);
    order.require_for(&key, &account).map_err(|_| No::Rule("the order belongs to another account"))?;
    if source.owner != account.owner || source.sub_id != order.engine.source {
        return Err(No::Rule("the order's top-up comes from another sub-account of the same owner"));
    }
    let mut given = Given::default();
    desk.read(&mut given, &account, None)?;
    desk.read(&mut given, &source, None)?;
    let setting = desk.setting()?;
    let done = ops::run_top_up((&mut account.engine.0, &mut source.engine.0), &mut order.engine.0, &given, &setting)?;
    keeper.engine.capital = add(keeper.engine.capital, done.reward)?;
    desk.put(order_key, &order);
    desk.put(&key, &account);
    desk.put(source_key, &source);
    desk.put(&own, &keeper);
    let compute = units(18_000, 2 * given.passed.len());
    let instruction = instruction::run_top_up(key, order.id, *source_key, own, &given.needs);
    Ok(Taken { instruction, earned: done.reward, compute, lots: 0 })
}
