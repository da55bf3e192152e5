//! The protocol is created once, by whoever deployed the program.

use anchor_lang::prelude::{
    bpf_loader_upgradeable::{self, UpgradeableLoaderState},
    Pubkey,
};
use firebreak_client::{address, instruction, program::instructions::InitialiseArgs};
use firebreak_tests::{initial, runtime, Expect, Outcome, World, E};
use solana_keypair::Keypair;
use solana_signer::Signer;

fn initialise(w: &mut World, args: InitialiseArgs) -> Outcome {
    let payer = w.payer();
    w.act(&[instruction::initialise(payer.pubkey(), w.mint, args)], &[&payer])
}

#[test]
fn the_protocol_holds_what_it_was_given() {
    let mut w = World::bare();
    initialise(&mut w, InitialiseArgs { insurance_floor: 5, ..initial() }).expect("initialises");
    let protocol = w.protocol();
    assert_eq!(protocol.version, 1);
    assert_eq!(protocol.market_count, 0);
    assert_eq!(protocol.authority, w.payer().pubkey());
    assert_eq!(protocol.mint, w.mint);
    assert_eq!(protocol.vault, Pubkey::default(), "it comes with the settlement token's listing");
    assert!(w.vm.svm.get_account(&address::vault(&w.mint)).is_none());
    assert_eq!((protocol.keeper_bond, protocol.keeper_reward), (1_000_000, 100_000));
    let fund = w.insurance().engine.fund;
    assert_eq!((fund.assets, fund.floor, fund.event_cap.0, fund.day_cap.0), (0, 5, 500_000, 800_000));
    assert_eq!((fund.day_drawn, fund.drawn), (0, 0));
}

#[test]
fn a_stranger_cannot_initialise() {
    let mut w = World::bare();
    let stranger = Keypair::new_from_array([9; 32]);
    w.vm.svm.airdrop(&stranger.pubkey(), 10_000_000_000).expect("airdrop");
    let ix = instruction::initialise(stranger.pubkey(), w.mint, initial());
    w.act(std::slice::from_ref(&ix), &[&stranger]).refused(E::NotUpgradeAuthority);

    // A record of an upgrade authority at another address, even one that the loader itself wrote for another program.
    let fake = Pubkey::new_from_array([77; 32]);
    let state = UpgradeableLoaderState::ProgramData { slot: 0, upgrade_authority_address: Some(stranger.pubkey()) };
    let data = bincode::serialize(&state).expect("serialises");
    w.vm.plant(fake, bpf_loader_upgradeable::ID, data);
    let mut forged = ix.clone();
    forged.accounts[2].pubkey = fake;
    w.act(&[forged], &[&stranger]).refused(E::NotUpgradeAuthority);
}

#[test]
fn nobody_initialises_a_program_whose_authority_was_burned() {
    let mut w = World::bare();
    w.vm.set_upgrade_authority(None);
    initialise(&mut w, initial()).refused(E::NotUpgradeAuthority);
}

#[test]
fn the_upgrade_authority_must_sign() {
    let mut w = World::bare();
    let mut ix = instruction::initialise(w.payer().pubkey(), w.mint, initial());
    w.vm.set_upgrade_authority(Some(address::protocol()));
    ix.accounts[0].pubkey = address::protocol();
    ix.accounts[0].is_signer = false;
    w.act(&[ix], &[]).refused_as("AccountNotSigner");
}

#[test]
fn the_protocol_is_initialised_once() {
    let mut w = World::new();
    initialise(&mut w, initial()).refused_as(runtime::ALREADY_IN_USE).says("already in use");
    // Not for another token either: there is one protocol.
    let other = Pubkey::new_from_array([51; 32]);
    w.plant_mint(other, 6);
    let payer = w.payer();
    let ix = instruction::initialise(payer.pubkey(), other, initial());
    w.act(&[ix], &[&payer]).refused_as(runtime::ALREADY_IN_USE);
}

#[test]
fn the_settlement_token_has_six_decimals() {
    for decimals in [0, 5, 7, 9, 255] {
        let mut w = World::bare();
        w.plant_mint(w.mint, decimals);
        initialise(&mut w, initial()).refused(E::WrongDecimals);
    }
}

#[test]
fn a_fake_mint_is_refused() {
    let mut w = World::bare();
    let real = w.vm.svm.get_account(&w.mint).expect("the mint exists");
    w.vm.plant(w.mint, Pubkey::new_from_array([66; 32]), real.data);
    initialise(&mut w, initial()).refused_as("AccountOwnedByWrongProgram");

    let mut w = World::bare();
    let token_account = w.token_account(w.payer().pubkey(), w.mint, 0);
    let account = w.vm.svm.get_account(&token_account).expect("exists");
    w.vm.plant(w.mint, account.owner, account.data);
    initialise(&mut w, initial()).refused_as("InvalidAccountData");
}

#[test]
fn figures_out_of_bounds_are_refused_by_name() {
    let cases: [(InitialiseArgs, &str); 7] = [
        (InitialiseArgs { event_cap: 1_000_001, ..initial() }, "event_cap must be at most 1 000 000 ppm"),
        (InitialiseArgs { day_cap: u32::MAX, ..initial() }, "day_cap must be at most 1 000 000 ppm"),
        (InitialiseArgs { keeper_reward: 1_000_001, ..initial() }, "keeper_reward must be at most keeper_bond"),
        (InitialiseArgs { keeper_bond: 1_000_000_001, ..initial() }, "keeper_bond must be at most 1 000 000 000 atoms"),
        (InitialiseArgs { senior_share: 1_000_001, ..initial() }, "senior_share must be at most 1 000 000 ppm"),
        (InitialiseArgs { cooldown: -1, ..initial() }, "cooldown must be at least zero"),
        (InitialiseArgs { bootstrap_seconds: 604_801, ..initial() }, "bootstrap_seconds must be at most 604 800"),
    ];
    for (args, says) in cases {
        let mut w = World::bare();
        initialise(&mut w, args).refused(E::ParameterOutOfBounds).says(says);
    }
    let edge = InitialiseArgs {
        keeper_bond: 1_000_000_000,
        keeper_reward: 1_000_000_000,
        insurance_floor: u64::MAX,
        event_cap: 1_000_000,
        day_cap: 1_000_000,
        cooldown: i64::MAX,
        senior_share: 1_000_000,
        treasury: firebreak_tests::TREASURY,
        bootstrap_seconds: 604_800,
    };
    initialise(&mut World::bare(), edge).expect("the bounds themselves are allowed");
    let nothing = InitialiseArgs {
        keeper_bond: 0,
        keeper_reward: 0,
        insurance_floor: 0,
        event_cap: 0,
        day_cap: 0,
        cooldown: 0,
        senior_share: 0,
        treasury: Default::default(),
        bootstrap_seconds: 0,
    };
    initialise(&mut World::bare(), nothing).expect("zero is the strictest reading, not an error");
}
