// Reads what belongs together from one node.
import {
  fetchEncodedAccounts,
  assertAccountsExist,
  type Address,
  type GetAccountInfoApi,
  type GetMultipleAccountsApi,
  type Rpc,
} from '@solana/kit';
import { getSysvarClockDecoder, SYSVAR_CLOCK_ADDRESS } from '@solana/sysvars';
import { marketAddress } from './addresses.js';
import {
  decodeMarginAccount,
  decodeMarket,
  fetchMarginAccount,
  type MarginAccount,
  type Market,
} from './generated/accounts/index.js';
import type { Engine, Health, Now } from './engine.js';
import { marketsOf } from './instructions/remaining.js';

/** A margin account with what is needed to judge it, all of the same slot. */
export type Portfolio = { address: Address; account: MarginAccount; markets: Market[]; now: Now };

/** Reads margin account `address`, the markets of its positions and the clock. */
export async function fetchPortfolio(rpc: Rpc<GetAccountInfoApi & GetMultipleAccountsApi>, address: Address): Promise<Portfolio> {
  let held = marketsOf((await fetchMarginAccount(rpc, address)).data);
  for (;;) {
    const addresses = await Promise.all(held.map((index) => marketAddress(index)));
    const found = await fetchEncodedAccounts(rpc, [address, SYSVAR_CLOCK_ADDRESS, ...addresses]);
    assertAccountsExist(found);
    const [own, clock, ...markets] = found;
    const account = decodeMarginAccount(own!).data;
    const { slot, unixTimestamp } = getSysvarClockDecoder().decode(clock!.data);
    const now = { slot, time: BigInt(unixTimestamp) };
    const needed = marketsOf(account);
    // A position may have been opened or closed since the first look.
    if (needed.every((index) => held.includes(index)))
      return { address, account, markets: markets.map((market) => decodeMarket(market).data), now };
    held = needed;
  }
}

/** Health of margin account `address` at this moment. */
export async function fetchHealth(
  rpc: Rpc<GetAccountInfoApi & GetMultipleAccountsApi>,
  engine: Engine,
  address: Address,
): Promise<Health & { portfolio: Portfolio }> {
  const portfolio = await fetchPortfolio(rpc, address);
  return { ...engine.health(portfolio.account, portfolio.markets, portfolio.now), portfolio };
}
