//! A signature over a durable nonce can be used on any later day: no privileged instruction accepts one.

use anchor_lang::{prelude::Pubkey, solana_program::system_instruction};
use firebreak_client::{
    instruction,
    risk::{collateral_rules::CollateralRules, governance::LOOSEN_DELAY, levels::Gate, MarketParams, Ratio, Rules},
};
use firebreak_client::{oracle::Kind, program::instructions::ListMarketArgs, program::state::EngineParams};
use firebreak_tests::{
    collateral::{feeds_of, listing, major, OPEN},
    nonce::{create, send_later},
    params,
    prices::Feed,
    World, E,
};
use solana_keypair::Keypair;
use solana_signer::Signer;

#[test]
fn no_privileged_instruction_accepts_a_durable_nonce() {
    let mut w = World::with_market();
    let coin = w.list_major(100);
    let guardian = w.appoint();
    let payer = w.payer();
    let nonce = create(&mut w);
    let advance = system_instruction::advance_nonce_account(&nonce.pubkey(), &payer.pubkey());
    let sources = vec![Feed::new(Kind::PythUpdate, 40, 100).source()];
    let args = ListMarketArgs { index: 1, name: [b'N'; 16], params: EngineParams(params()), sources: sources.clone() };
    let looser = MarketParams { dust_notional: 9_000_000, ..params() };
    let tight = MarketParams { init: Ratio(51_000), ..params() };
    let mut rules = Rules::plain(&params());
    rules.dynamic.uninsured -= 1;
    w.propose_params(0, looser).expect("something to cancel");
    w.propose_listing(args.clone()).expect("something to complete");
    w.propose_authority(guardian.pubkey()).expect("something to accept");
    let (me, id) = (payer.pubkey(), w.next());
    w.wait(700_000);
    let settings = firebreak_client::risk::governance::settings::Settings { keeper_bond: 1_100_000, ..w.settings() };
    let (mint, fresh) = (w.mint_of(coin), Pubkey::new_from_array([221; 32]));
    w.plant_mint(fresh, 9);
    let collateral = listing(major(), CollateralRules::MAJOR, OPEN, &feeds_of(9, 100));
    let mut terms = w.terms(coin);
    terms.params.warmup += 1;
    let privileged = vec![
        ("list_collateral", instruction::list_collateral(me, fresh, collateral.clone())),
        ("set_collateral_cap", instruction::set_collateral_cap(me, mint, 1)),
        ("propose_collateral_listing", instruction::propose_collateral_listing(me, id, fresh, collateral)),
        ("propose_collateral_terms", instruction::propose_collateral_terms(me, id, mint, terms)),
        ("propose_collateral_sources", instruction::propose_collateral_sources(me, id, mint, sources.clone())),
        ("tighten_collateral", instruction::tighten_collateral(guardian.pubkey(), mint, terms)),
        ("list_market", instruction::list_market(me, args.clone())),
        ("set_rules", instruction::set_rules(me, 0, rules)),
        ("seal", instruction::seal(me)),
        ("propose_params", instruction::propose_params(me, id, 0, looser)),
        ("propose_rules", instruction::propose_rules(me, id, 0, rules)),
        ("propose_sources", instruction::propose_sources(me, id, 0, sources)),
        ("propose_listing", instruction::propose_listing(me, id, args)),
        ("complete_listing", instruction::complete_listing(me, id - 2, rules)),
        ("propose_settings", instruction::propose_settings(me, id, settings)),
        ("propose_authority", instruction::propose_authority(me, id, Pubkey::new_from_array([5; 32]))),
        ("cancel_change", instruction::cancel_change(me, id - 3, me)),
        ("accept_authority", instruction::accept_authority(guardian.pubkey(), id - 1, me)),
        ("tighten_params", instruction::tighten_params(guardian.pubkey(), 0, tight)),
        ("tighten_rules", instruction::tighten_rules(guardian.pubkey(), 0, rules)),
        ("pause", instruction::pause(guardian.pubkey(), Gate::PAUSABLE)),
    ];
    for (name, ix) in privileged {
        let signers: Vec<&Keypair> =
            [&guardian].into_iter().filter(|k| ix.accounts.iter().any(|m| m.is_signer && m.pubkey == k.pubkey())).collect();
        let refused = send_later(&mut w.clone(), &nonce.pubkey(), vec![advance.clone(), ix], &signers);
        assert_eq!(refused, Some(E::DurableNonce.name()), "{name}");
    }
}

#[test]
fn a_nonce_serves_everybody_else_and_an_advance_elsewhere_is_no_durable_one() {
    let mut w = World::with_market();
    let (payer, taker) = (w.payer(), w.trader(100));
    let nonce = create(&mut w);
    let advance = system_instruction::advance_nonce_account(&nonce.pubkey(), &payer.pubkey());
    w.vm.svm.expire_blockhash();
    // The transaction is a durable one indeed: it is accepted long after its blockhash.
    let withdraw = instruction::withdraw(taker.owner(), taker.account, taker.wallet, w.mint, 5, &[]);
    assert_eq!(send_later(&mut w, &nonce.pubkey(), vec![advance.clone(), withdraw], &[&taker.key]), None);

    // A proposal beside an advance that is not the first instruction expires like any other.
    let looser = MarketParams { dust_notional: 9_000_000, ..params() };
    let propose = instruction::propose_params(payer.pubkey(), 0, 0, looser);
    w.vm.svm.expire_blockhash();
    w.act(&[propose, advance.clone()], &[&payer]).expect("proposes");
    // And executing is nobody's privilege.
    w.wait(LOOSEN_DELAY);
    let execute = instruction::execute_change(0, 0, payer.pubkey());
    w.vm.svm.expire_blockhash();
    assert_eq!(send_later(&mut w, &nonce.pubkey(), vec![advance, execute], &[]), None);
    assert_eq!(w.market(0).engine.params, looser);
}

#[test]
fn another_account_does_not_show_the_instructions() {
    let mut w = World::new();
    let fake = Pubkey::new_from_array([67; 32]);
    w.vm.plant(fake, Pubkey::from_str_const("Sysvar1111111111111111111111111111111111111"), vec![0; 64]);
    let mut ix = instruction::seal(w.payer().pubkey());
    ix.accounts[2].pubkey = fake;
    assert_eq!(w.govern(ix).err().map(|r| r.name), Some("ConstraintAddress".into()));
}
