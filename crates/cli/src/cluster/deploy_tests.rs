//! Real deployments and a real mint on the embedded cluster, over its RPC.

use std::cell::Cell;

use anyhow::{Context, Result};
use firebreak_migrations::{
    deploy::{deploy_program, Deployment},
    test_mint,
};
use solana_commitment_config::CommitmentConfig;
use solana_keypair::Keypair;
use solana_program_pack::Pack;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_signer::Signer;
use solana_transaction::{Address as Pubkey, Instruction, Message, Transaction};
use spl_token_interface::state::{Account as TokenAccount, Mint};

use super::{Cluster, ClusterConfig};

const SOL: u64 = 1_000_000_000;
const MEMO: Pubkey = Pubkey::from_str_const("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");

fn funded() -> Result<(Cluster, RpcClient, Keypair)> {
    let cluster = Cluster::start(ClusterConfig::default())?;
    let payer = Keypair::new();
    cluster.airdrop(&payer.pubkey(), 1_000 * SOL)?;
    let rpc = RpcClient::new_with_commitment(cluster.rpc_url(), CommitmentConfig::confirmed());
    Ok((cluster, rpc, payer))
}

/// The bytes of a small program that every cluster has, as something to deploy.
fn memo_elf(cluster: &Cluster) -> Result<Vec<u8>> {
    let account = cluster.get_account(&MEMO)?.context("the memo program")?;
    if account.data.starts_with(b"\x7fELF") {
        return Ok(account.data);
    }
    let data = Pubkey::new_from_array(account.data[4..36].try_into()?);
    let data = cluster.get_account(&data)?.context("the memo program's data")?;
    Ok(data.data[45..].to_vec())
}

/// Calls the deployed copy of the memo program.
fn invoke(cluster: &Cluster, payer: &Keypair, program: &Pubkey) -> Result<()> {
    let memo = Instruction::new_with_bytes(*program, b"hello", vec![]);
    let message = Message::new(&[memo], Some(&payer.pubkey()));
    let result = cluster.send(&Transaction::new(&[payer], message, cluster.latest_blockhash()?))?;
    assert_eq!(result.error, None, "{:?}", result.logs);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_deployed_once_and_upgraded_when_it_changes() -> Result<()> {
    let (cluster, rpc, payer) = funded()?;
    let program = Keypair::new();
    let elf = memo_elf(&cluster)?;
    let written = Cell::new((0, 0));
    let progress = |done, total| {
        assert!(written.get().0 <= done && done <= total);
        written.set((done, total));
    };

    let first = deploy_program(&rpc, &payer, &program, &elf, progress).await?;
    assert_eq!(first, Deployment::Deployed);
    assert_eq!(written.get(), (elf.len(), elf.len()));
    invoke(&cluster, &payer, &program.pubkey())?;

    let second = deploy_program(&rpc, &payer, &program, &elf, |_, _| {}).await?;
    assert_eq!(second, Deployment::Unchanged);

    // Longer than the space that was set aside, so that it has to be extended first.
    let mut longer = elf.clone();
    longer.extend([1; 3_000]);
    let third = deploy_program(&rpc, &payer, &program, &longer, |_, _| {}).await?;
    assert_eq!(third, Deployment::Upgraded);
    invoke(&cluster, &payer, &program.pubkey())?;

    let stranger = Keypair::new();
    cluster.airdrop(&stranger.pubkey(), 1_000 * SOL)?;
    let refused = deploy_program(&rpc, &stranger, &program, &elf, |_, _| {}).await;
    let error = refused.expect_err("not its authority").to_string();
    assert!(error.contains(&payer.pubkey().to_string()), "{error}");
    cluster.stop()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_deployment_gives_the_rent_back() -> Result<()> {
    let (cluster, rpc, payer) = funded()?;
    let mut broken = memo_elf(&cluster)?;
    broken.truncate(broken.len() / 2);
    let refused = deploy_program(&rpc, &payer, &Keypair::new(), &broken, |_, _| {}).await;
    let error = format!("{:#}", refused.expect_err("half a program"));
    assert!(error.contains("could not be deployed"), "{error}");
    let left = cluster.get_account(&payer.pubkey())?.context("the payer")?.lamports;
    assert!(left > 999 * SOL + SOL / 2, "{left} lamports are left");

    let text = deploy_program(&rpc, &payer, &Keypair::new(), b"no program", |_, _| {}).await;
    assert!(text.is_err_and(|error| error.to_string().contains("ELF")));
    cluster.stop()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mint_gives_each_owner_its_tokens() -> Result<()> {
    let (cluster, rpc, authority) = funded()?;
    let mint = Keypair::new();
    test_mint::create(&rpc, &authority, &mint, test_mint::DECIMALS).await?;
    let grants: Vec<(Pubkey, u64)> = (1..=12).map(|n| (Pubkey::new_unique(), n * 1_000_000)).collect();
    let holdings = test_mint::mint_to(&rpc, &authority, &mint.pubkey(), &grants).await?;
    // Again to one who has an account already.
    test_mint::mint_to(&rpc, &authority, &mint.pubkey(), &[(grants[0].0, 5)]).await?;

    for (holding, (owner, atoms)) in holdings.iter().zip(&grants).skip(1) {
        let account = cluster.get_account(holding)?.context("a token account")?;
        let account = TokenAccount::unpack(&account.data)?;
        assert_eq!((account.owner, account.mint, account.amount), (*owner, mint.pubkey(), *atoms));
    }
    let data = cluster.get_account(&mint.pubkey())?.context("the mint")?.data;
    let state = Mint::unpack(&data)?;
    let total: u64 = grants.iter().map(|(_, atoms)| atoms).sum();
    assert_eq!((state.decimals, state.supply), (6, total + 5));
    cluster.stop()
}
