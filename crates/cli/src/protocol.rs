//! The protocol on a fresh local cluster: program deployed, token minted, market listed. The demo and the local network share it.

use crate::feeds::Feed;
use anyhow::{anyhow, Context, Result};
use firebreak_client::{
    program::{
        instructions::{InitialiseArgs, ListCollateralArgs, ListMarketArgs},
        state::{EngineCollateralTerms, EngineParams},
    },
    risk::{
        collateral::{CollateralParams, OF_NO_MARKET},
        collateral_rules::CollateralRules,
        governance::collateral::CollateralTerms,
        outflow::OutflowRules,
        volatility::VolatilityParams,
        MarketParams, Rules,
    },
    Pubkey,
};
use firebreak_migrations::{deploy, hand_over, initialise, test_mint};
use solana_commitment_config::CommitmentConfig;
use solana_keypair::Keypair;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_signer::Signer;

/// Atoms of one USD.
pub const USD: u64 = 1_000_000;
use crate::cluster::Cluster;

/// Keys of a local protocol. They are made from fixed seeds, so that a restarted network has the same addresses; they guard nothing.
pub struct Keys {
    /// Deploys, governs and mints.
    pub authority: Keypair,
    /// The settlement token.
    pub mint: Keypair,
    /// A token that stands for SOL.
    pub sol: Keypair,
}

impl Keys {
    /// The keys of every local network.
    pub fn local() -> Self {
        Self {
            authority: Keypair::new_from_array([1; 32]),
            mint: Keypair::new_from_array([2; 32]),
            sol: Keypair::new_from_array([5; 32]),
        }
    }
}

/// The development key of the program's address. A mainnet deployment has its own.
fn program_key() -> Result<Keypair> {
    let bytes: Vec<u8> = serde_json::from_str(include_str!("../../../programs/firebreak/dev-keypair.json"))
        .context("The program's development key is damaged")?;
    Keypair::try_from(bytes.as_slice()).map_err(|e| anyhow!("The program's development key is damaged: {e}"))
}

/// Deploys the program through the loader, as `solana program deploy` does. Reports bytes written.
pub fn deploy(cluster: &Cluster, keys: &Keys, so: &[u8], progress: impl Fn(usize, usize)) -> Result<()> {
    cluster.airdrop(&keys.authority.pubkey(), 500_000_000_000)?;
    run(cluster, async |rpc| {
        deploy::deploy_program(rpc, &keys.authority, &program_key()?, so, progress).await?;
        Ok(())
    })
}

/// Mints the token, initialises the protocol, lists `markets`, each with its feeds, and hands the program's upgrade authority to the program.
pub fn list(cluster: &Cluster, keys: &Keys, markets: &[(&str, MarketParams, Rules, &[Feed])]) -> Result<()> {
    let args = InitialiseArgs {
        keeper_bond: 2 * USD,
        keeper_reward: USD / 4,
        insurance_floor: 10_000 * USD,
        event_cap: 250_000,
        day_cap: 500_000,
        cooldown: 604_800,
        senior_share: 300_000,
        treasury: Default::default(),
        bootstrap_seconds: 604_800,
    };
    run(cluster, async |rpc| {
        test_mint::create(rpc, &keys.authority, &keys.mint, test_mint::DECIMALS).await?;
        initialise::initialise(rpc, &keys.authority, keys.mint.pubkey(), args).await?;
        initialise::list_collateral(rpc, &keys.authority, keys.mint.pubkey(), settlement(limits())).await?;
        for (index, (name, params, rules, feeds)) in markets.iter().enumerate() {
            let mut padded = [0; 16];
            for (place, byte) in padded.iter_mut().zip(name.bytes()) {
                *place = byte;
            }
            let args = ListMarketArgs {
                index: index as u16,
                name: padded,
                params: EngineParams(*params),
                sources: feeds.iter().map(|f| f.source(60)).collect(),
            };
            initialise::list_market(rpc, &keys.authority, args, *rules).await?;
        }
        hand_over::hand_over(rpc, &keys.authority).await
    })
}

/// What a local vault is expected to hold: everything its members bring.
const EXPECTED_USD: u64 = 50_000_000;
/// What every account may withdraw a day, whatever the others do.
const FREE_USD: u64 = 100;

/// The price accounts of the settlement token: a market's numbers end long before theirs.
pub fn settlement_feeds() -> Vec<Feed> {
    ["spot-a", "spot-b"].iter().enumerate().map(|(n, venue)| Feed::new(u16::MAX, n, venue)).collect()
}

/// What may leave the vault of a local network.
fn limits() -> OutflowRules {
    OutflowRules::for_vault(EXPECTED_USD * USD, FREE_USD * USD)
}

/// How the settlement token is listed. While its feeds are silent it counts one for one.
pub fn settlement(outflow: OutflowRules) -> ListCollateralArgs {
    let terms = CollateralTerms {
        params: CollateralParams::STABLE.for_token(6, OF_NO_MARKET, 0, 1),
        measured: VolatilityParams::MAJOR,
        rules: CollateralRules::STABLE,
        outflow,
    };
    ListCollateralArgs { terms: EngineCollateralTerms(terms), sources: settlement_feeds().iter().map(|f| f.source(60)).collect() }
}

/// Decimals of the token that stands for SOL.
const SOL_DECIMALS: u8 = 9;
/// One token of it in its smallest units.
pub const SOL: u64 = 1_000_000_000;
/// What all accounts may pledge of it, and what of that Init counts in full.
const SOL_CAP: u64 = 1_000_000 * SOL;
const SOL_COUNTED: u64 = 100_000 * SOL;

/// The price accounts of the token that stands for SOL.
pub fn sol_feeds() -> Vec<Feed> {
    ["spot-a", "spot-b", "perp"].iter().enumerate().map(|(n, venue)| Feed::new(u16::MAX - 1, n, venue)).collect()
}

/// Mints a token that stands for SOL and lists it as collateral: beside a long in `market` it counts nothing.
pub fn list_sol(cluster: &Cluster, keys: &Keys, market: u16) -> Result<()> {
    let terms = CollateralTerms {
        params: CollateralParams::MAJOR.for_token(SOL_DECIMALS, market + 1, SOL_CAP, SOL_COUNTED),
        measured: VolatilityParams::MAJOR,
        rules: CollateralRules::MAJOR,
        outflow: OutflowRules::for_vault(SOL_COUNTED, SOL),
    };
    let sources = sol_feeds().iter().map(|f| f.source(60)).collect();
    let args = ListCollateralArgs { terms: EngineCollateralTerms(terms), sources };
    run(cluster, async |rpc| {
        test_mint::create(rpc, &keys.authority, &keys.sol, SOL_DECIMALS).await?;
        initialise::list_collateral(rpc, &keys.authority, keys.sol.pubkey(), args).await
    })
}

/// Gives each wallet `amount` smallest units of the token that stands for SOL.
pub fn grant_sol(cluster: &Cluster, keys: &Keys, owners: &[Pubkey], amount: u64) -> Result<()> {
    let grants: Vec<(Pubkey, u64)> = owners.iter().map(|o| (*o, amount)).collect();
    run(cluster, async |rpc| {
        test_mint::mint_to(rpc, &keys.authority, &keys.sol.pubkey(), &grants).await?;
        Ok(())
    })
}

/// Runs `work` with a client of the cluster on a runtime of its own.
pub fn run(cluster: &Cluster, work: impl AsyncFnOnce(&RpcClient) -> Result<()>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let rpc = RpcClient::new_with_commitment(cluster.rpc_url(), CommitmentConfig::confirmed());
    runtime.block_on(work(&rpc))
}

/// Gives each wallet 100 SOL and `atoms` of the settlement token.
pub fn fund(cluster: &Cluster, keys: &Keys, owners: &[Pubkey], atoms: u64) -> Result<()> {
    for owner in owners {
        cluster.airdrop(owner, 100_000_000_000)?;
    }
    let grants: Vec<(Pubkey, u64)> = owners.iter().map(|o| (*o, atoms)).collect();
    run(cluster, async |rpc| {
        test_mint::mint_to(rpc, &keys.authority, &keys.mint.pubkey(), &grants).await?;
        Ok(())
    })
}
