// Reads what belongs together from one node.
import {
  fetchEncodedAccounts,
  assertAccountsExist,
  getBase58Decoder,
  getBase64Encoder,
  type Base58EncodedBytes,
  type Address,
  type GetAccountInfoApi,
  type GetMultipleAccountsApi,
  type GetProgramAccountsApi,
  type Rpc,
} from '@solana/kit';
import { getSysvarClockDecoder, SYSVAR_CLOCK_ADDRESS } from '@solana/sysvars';
import { collateralAddress, marketAddress } from './addresses.js';
import {
  COLLATERAL_DISCRIMINATOR,
  decodeCollateral,
  decodeMarginAccount,
  decodeMarket,
  fetchMarginAccount,
  getCollateralDecoder,
  type Collateral,
  type MarginAccount,
  type Market,
} from './generated/accounts/index.js';
import { FIREBREAK_PROGRAM_ADDRESS } from './generated/programs/index.js';
import type { Engine, Health, Now } from './engine.js';
import { collateralsOf, marketsOf } from './instructions/remaining.js';

/** What is asked of a node here. */
type Node = Rpc<GetAccountInfoApi & GetMultipleAccountsApi & GetProgramAccountsApi>;

/** The records of every collateral, by number; the first is the settlement token's. `needsOf` wants their tokens. */
export async function fetchCollaterals(rpc: Rpc<GetProgramAccountsApi>): Promise<Collateral[]> {
  const bytes = getBase58Decoder().decode(COLLATERAL_DISCRIMINATOR) as Base58EncodedBytes;
  const found = await rpc
    .getProgramAccounts(FIREBREAK_PROGRAM_ADDRESS, {
      encoding: 'base64',
      filters: [{ memcmp: { offset: 0n, bytes, encoding: 'base58' } }],
    })
    .send();
  const records = found.map(({ account }) => getCollateralDecoder().decode(getBase64Encoder().encode(account.data[0])));
  return records.sort((a, b) => a.index - b.index);
}

/** A margin account with what is needed to judge it, all of the same slot. */
export type Portfolio = { address: Address; account: MarginAccount; markets: Market[]; collaterals: Collateral[]; now: Now };

/** Reads margin account `address`, the markets of its positions, the records of its collateral and the clock. */
export async function fetchPortfolio(rpc: Node, address: Address): Promise<Portfolio> {
  let { data: seen } = await fetchMarginAccount(rpc, address);
  let known: Collateral[] = [];
  for (;;) {
    const [held, numbers] = [marketsOf(seen), collateralsOf(seen)];
    // A token never changes its number: only new ones have to be looked up.
    if (numbers.some((index) => !known.some((record) => record.index === index))) known = await fetchCollaterals(rpc);
    const mints = known.filter((record) => numbers.includes(record.index)).map((record) => record.mint);
    const addresses = await Promise.all([...held.map(marketAddress), ...mints.map(collateralAddress)]);
    const found = await fetchEncodedAccounts(rpc, [address, SYSVAR_CLOCK_ADDRESS, ...addresses]);
    assertAccountsExist(found);
    const [own, clock, ...rest] = found;
    const account = decodeMarginAccount(own!).data;
    const { slot, unixTimestamp } = getSysvarClockDecoder().decode(clock!.data);
    const now = { slot, time: BigInt(unixTimestamp) };
    // Positions and balances may have come or gone since the first look.
    const complete =
      marketsOf(account).every((index) => held.includes(index)) &&
      collateralsOf(account).every((index) => numbers.includes(index));
    if (complete) {
      const markets = rest.slice(0, held.length).map((market) => decodeMarket(market).data);
      const collaterals = rest.slice(held.length).map((record) => decodeCollateral(record).data);
      return { address, account, markets, collaterals, now };
    }
    seen = account;
  }
}

/** Health of margin account `address` at this moment. */
export async function fetchHealth(rpc: Node, engine: Engine, address: Address): Promise<Health & { portfolio: Portfolio }> {
  const portfolio = await fetchPortfolio(rpc, address);
  const { account, markets, now, collaterals } = portfolio;
  return { ...engine.health(account, markets, now, collaterals), portfolio };
}
