// Instructions on collateral other than the settlement token. Where one takes `needs`, `needsOf` says which.
import type { Address, TransactionSigner } from '@solana/kit';
import { collateralAddress } from '../addresses.js';
import type { Collateral } from '../generated/accounts/index.js';
import * as ix from '../generated/instructions/index.js';
import { sourceKeys } from './keeper.js';
import { reading, Rest, type Need } from './remaining.js';

type Amount = bigint | number;

/** The price accounts of a collateral, as `refreshCollateral` takes them. */
export const sourcesOfCollateral = (collateral: Collateral): Address[] =>
  sourceKeys(collateral.sources.slice(0, collateral.sourceCount));

/** Refreshes the price of the collateral `mint` from `sources`: all of them, in its order. */
export const refreshCollateral = async (o: { mint: Address; sources: readonly Address[] }) =>
  reading(await ix.getRefreshCollateralInstructionAsync({ collateral: await collateralAddress(o.mint) }), o.sources);

/** Deposits `amount` smallest units of the collateral `mint` from token account `from`. */
export const depositCollateral = (o: {
  owner: TransactionSigner;
  account: Address;
  from: Address;
  mint: Address;
  amount: Amount;
}) => ix.getDepositCollateralInstructionAsync(o);

/** Withdraws `amount` smallest units of the collateral `mint` to token account `to`. `needs`: those of the account. */
export async function withdrawCollateral(o: {
  owner: TransactionSigner;
  account: Address;
  to: Address;
  mint: Address;
  amount: Amount;
  needs: readonly Need[];
}) {
  return (await new Rest().read(o.needs)).after(await ix.getWithdrawCollateralInstructionAsync(o));
}

/**
 * Buys at most `amount` smallest units of collateral number `collateral` of `account` for `keeper`. `needs`: those of the account, whose
 * debts are paid at once. `keeperNeeds`: those of the keeper.
 */
export async function liquidateCollateral(o: {
  owner: TransactionSigner;
  keeper: Address;
  account: Address;
  collateral: number;
  amount: Amount;
  needs: readonly Need[];
  keeperNeeds: readonly Need[];
}) {
  const rest = await (await new Rest().write(o.needs)).read(o.keeperNeeds);
  return rest.after(await ix.getLiquidateCollateralInstructionAsync(o));
}

/** Forfeits what nobody bought of the collateral `mint` of `account`. `needs`: those of the account. */
export async function forfeitCollateral(o: { account: Address; mint: Address; needs: readonly Need[] }) {
  const collateral = await collateralAddress(o.mint);
  return (await new Rest().read(o.needs)).after(
    await ix.getForfeitCollateralInstructionAsync({ account: o.account, collateral }),
  );
}

/**
 * Buys at most `amount` smallest units of the collateral `mint` that insolvent accounts forfeited; the price goes from `keeper`'s capital to
 * insurance. `keeperNeeds`: those of the keeper. `settlement`: the settlement token's mint.
 */
export async function buyForfeited(o: {
  owner: TransactionSigner;
  keeper: Address;
  mint: Address;
  settlement: Address;
  amount: Amount;
  keeperNeeds: readonly Need[];
}) {
  const { mint, settlement, keeperNeeds, ...own } = o;
  const collateral = await collateralAddress(mint);
  const rest = await new Rest().read([...keeperNeeds, mint, settlement]);
  return rest.after(await ix.getBuyForfeitedInstructionAsync({ ...own, collateral }));
}
