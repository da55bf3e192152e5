//! Steps that close positions against the other side, and the boards that say whose.

use super::{
    shown::{acted_on, group, note_winners, note_worst_shown, show, winners},
    units, Desk, Given, No, Taken,
};
use firebreak_client::{
    instruction::{self, Group},
    program::{instructions::MOST_PARTIES, state::MarginAccount},
    risk::{
        self, ops,
        price::Action,
        rank::{side_of, EITHER, LONG, SHORT},
    },
    Pubkey,
};

type Parties = (Vec<(Pubkey, MarginAccount)>, Vec<Group>);

fn parties(desk: &mut Desk, (index, not): (u16, &Pubkey), given: &mut Given, keys: &[Pubkey]) -> Result<Parties, No> {
    let (mut found, mut groups) = (vec![], vec![]);
    for key in keys {
        if key == not {
            return Err(No::Rule("an account is not its own counterparty"));
        }
        let account = desk.account(key)?;
        desk.read_new(given, &account, index)?;
        groups.push(group(desk, key, &account));
        found.push((*key, account));
    }
    Ok((found, groups))
}

pub fn deleverage(desk: &mut Desk, key: &Pubkey, index: u16, keys: &[Pubkey], shown: &[Pubkey]) -> Result<Taken, No> {
    if keys.is_empty() || keys.len() > usize::from(MOST_PARTIES) {
        return Err(No::Rule("a deleveraging takes 1 to 8 counterparties"));
    }
    let (place, mut market) = desk.market(index)?;
    let mut account = desk.account(key)?;
    let mut given = Given::default();
    desk.read(&mut given, &account, Some(index))?;
    let others = given.needs.clone();
    let (mut found, groups) = parties(desk, (index, key), &mut given, keys)?;
    let (seen, shown) = show(desk, &market, &mut given, shown)?;
    let setting = desk.setting()?;
    let side = if account.engine.position(index)?.base.is_long() { SHORT } else { LONG };
    let mut counted = winners(&seen, side);
    counted.extend(keys.iter().map(acted_on));
    let floor = market.winners.floor(side, &counted);
    let mut sides: Vec<ops::Party> = found.iter_mut().map(|(_, party)| ops::Party::new(&mut party.engine.0)).collect();
    ops::deleverage_all((index, &mut market.engine), &mut account.engine, &mut sides, floor, &given, &setting)?;
    let steps: Vec<(u64, u64)> = sides.into_iter().map(|side| (side.score, side.closed.lots)).collect();
    note_winners(&mut market, &seen);
    for ((party, state), (score, lots)) in found.iter().zip(&steps) {
        let (side, score) = match state.engine.position(index) {
            Ok(position) if *lots == 0 => (side_of(position), *score),
            Ok(position) if !position.base.is_flat() => {
                let ranked = ops::rank((index, &market.engine), &state.engine, &given, desk.now)?;
                (ranked.side, ranked.winner)
            }
            _ => (side, 0),
        };
        market.winners.put(&party.to_bytes(), side, score);
    }
    let worst = ops::rank((index, &market.engine), &account.engine, &given, desk.now)?.worst;
    market.worst.put(&key.to_bytes(), EITHER, worst);
    market.invariant().map_err(|_| No::Rule("a market's totals would contradict each other"))?;
    desk.put(&place, &market);
    desk.put(key, &account);
    let compute = units(20_000 + 13_000 * found.len() as u32, given.passed.len() + seen.len());
    for (party, state) in &found {
        desk.put(party, state);
    }
    let lots = steps.iter().map(|(_, lots)| *lots).fold(0, u64::saturating_add);
    let instruction = instruction::deleverage(*key, index, &others, &groups, &shown);
    Ok(Taken { instruction, earned: 0, compute, lots })
}

pub fn close_dust(desk: &mut Desk, key: &Pubkey, index: u16, party: Option<Pubkey>, shown: &[Pubkey]) -> Result<Taken, No> {
    let (place, mut market) = desk.market(index)?;
    let mut account = desk.account(key)?;
    let mut given = Given::default();
    desk.read(&mut given, &account, Some(index))?;
    let others = given.needs.clone();
    let held = account.engine.position(index).map(|p| p.base).unwrap_or_default();
    let compute = units(35_000, given.passed.len() + shown.len());
    if held.is_flat() {
        let book = ops::Among::new(index, &market.engine, &given);
        ops::clear(&mut account.engine, &book)?;
        desk.put(key, &account);
        return Taken::plain(instruction::close_dust(*key, index, &others, None, &[]), compute);
    }
    let (mut found, groups) = parties(desk, (index, key), &mut given, party.as_slice())?;
    let (party_key, other) = found.first_mut().ok_or(No::Rule("exposure is closed against somebody"))?;
    let (seen, shown) = show(desk, &market, &mut given, shown)?;
    let side = if held.is_long() { SHORT } else { LONG };
    let mut counted = winners(&seen, side);
    counted.push(acted_on(party_key));
    let floor = market.winners.floor(side, &counted);
    let setting = desk.setting()?;
    let sides: (&mut risk::Account, &mut risk::Account) = (&mut account.engine, &mut other.engine);
    let (closed, _) = ops::close_dust((index, &mut market.engine), sides, floor, &given, &setting)?;
    note_winners(&mut market, &seen);
    let ranked = ops::rank((index, &market.engine), &other.engine, &given, desk.now)?;
    market.winners.put(&party_key.to_bytes(), ranked.side, ranked.winner);
    let worst = ops::rank((index, &market.engine), &account.engine, &given, desk.now)?.worst;
    market.worst.put(&key.to_bytes(), EITHER, worst);
    market.invariant().map_err(|_| No::Rule("a market's totals would contradict each other"))?;
    desk.put(&place, &market);
    desk.put(key, &account);
    desk.put(party_key, &*other);
    let instruction = instruction::close_dust(*key, index, &others, groups.into_iter().next(), &shown);
    Ok(Taken { instruction, earned: 0, compute, lots: closed.lots })
}

pub fn rank(desk: &mut Desk, index: u16, keys: &[Pubkey]) -> Result<Taken, No> {
    if keys.is_empty() {
        return Err(No::Rule("somebody is ranked"));
    }
    let (place, mut market) = desk.market(index)?;
    market.engine.require(Action::Liquidate.least(), desk.now)?;
    let mut given = Given::default();
    let (seen, groups) = show(desk, &market, &mut given, keys)?;
    note_winners(&mut market, &seen);
    note_worst_shown(&mut market, &seen);
    desk.put(&place, &market);
    let compute = units(8_000 + 10_000 * keys.len() as u32, 2 * given.passed.len());
    Taken::plain(instruction::rank(index, &groups), compute)
}
