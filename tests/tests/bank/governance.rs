//! Initialising and listing in a real bank.

use super::{feeds, FEE};
use firebreak_client::{
    address, instruction,
    program::state::{Insurance, Protocol},
};
use firebreak_tests::{
    bank::Bank,
    collateral::{settlement, OPEN},
    initial, params, runtime, Expect, E,
};
use solana_account::Account;
use solana_keypair::Keypair;
use solana_signer::Signer;

#[tokio::test]
async fn only_the_upgrade_authority_initialises_and_lists() {
    let mut bank = Bank::bare().await;
    let stranger = Keypair::new_from_array([9; 32]);
    bank.plant(stranger.pubkey(), Account { lamports: 10_000_000_000, ..Account::default() });
    let forged = instruction::initialise(stranger.pubkey(), bank.mint, initial());
    let (payer, before) = (bank.payer.pubkey(), bank.lamports(&bank.payer.pubkey()).await);
    bank.act(&[forged], &[&stranger]).await.refused(E::NotUpgradeAuthority);
    assert_eq!(bank.lamports(&payer).await, before - 2 * FEE, "a refusal costs its fee and nothing else");
    assert_eq!(bank.lamports(&stranger.pubkey()).await, 10_000_000_000);

    let real = instruction::initialise(payer, bank.mint, initial());
    bank.act(std::slice::from_ref(&real), &[]).await.expect("initialises");
    let protocol: Protocol = bank.read(&address::protocol()).await;
    assert_eq!((protocol.authority, protocol.mint, protocol.market_count), (payer, bank.mint, 0));
    let fund: Insurance = bank.read(&address::insurance()).await;
    assert_eq!(fund.engine.fund.assets, 0);
    bank.act(&[real], &[]).await.refused_as(runtime::ALREADY_IN_USE);

    // The vault comes with the settlement token's listing.
    assert!(bank.get(&address::vault(&bank.mint)).await.is_none());
    let list = instruction::list_collateral(payer, bank.mint, settlement(OPEN));
    bank.act(&[list], &[]).await.expect("lists the settlement token");
    bank.list(params(), feeds()).await;
    let market = bank.market(0).await;
    assert_eq!((market.index, market.source_count, market.engine.price.spot.0), (0, 2, 100_00000000));
    // Every account it made can stay: it is free of rent.
    for key in [address::protocol(), address::insurance(), address::market(0), address::vault(&bank.mint)] {
        let account = bank.get(&key).await.expect("exists");
        let rent = bank.context.banks_client.get_rent().await.expect("rent");
        assert!(account.lamports >= rent.minimum_balance(account.data.len()));
    }
}
