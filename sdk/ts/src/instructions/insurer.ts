// Instructions of insurers.
import type { Address, TransactionSigner } from '@solana/kit';
import { collateralAddress, marketAddress, stakeAddress, vaultAddress } from '../addresses.js';
import * as ix from '../generated/instructions/index.js';
import { Rest } from './remaining.js';

type Amount = bigint | number;

/** Stakes `amount` atoms from token account `from` into a tranche (0 junior, 1 senior). */
export const stake = (o: { owner: TransactionSigner; tranche: number; from: Address; mint: Address; amount: Amount }) =>
  ix.getAddStakeInstructionAsync(o);

/** Asks `shares` of the owner's stake in a tranche back; zero takes an earlier request back. */
export const requestUnstake = async (o: { owner: TransactionSigner; tranche: number; shares: Amount }) =>
  ix.getRequestUnstakeInstructionAsync({ ...o, stake: await stakeAddress(o.owner.address, o.tranche) });

/** Pays the owner's cooled request to token account `to`. `insured`: every market with a limit, by ascending index. */
export async function unstake(o: {
  owner: TransactionSigner;
  tranche: number;
  to: Address;
  mint: Address;
  insured: readonly number[];
}) {
  const instruction = await ix.getUnstakeInstructionAsync({ ...o, stake: await stakeAddress(o.owner.address, o.tranche) });
  return (await new Rest().read(o.insured)).after(instruction);
}

/**
 * Keeps the request of `owner` from lapsing. `mint`: the settlement token. `holding`: markets with a limit that hold its pay-out back, by
 * ascending index.
 */
export async function holdUnstake(o: { owner: Address; tranche: number; mint: Address; holding: readonly number[] }) {
  const instruction = await ix.getHoldUnstakeInstructionAsync({
    stake: await stakeAddress(o.owner, o.tranche),
    collateral: await collateralAddress(o.mint),
  });
  return (await new Rest().read(o.holding)).after(instruction);
}

/** Closes the owner's empty stake in a tranche. */
export const closeStake = async (o: { owner: TransactionSigner; tranche: number }) =>
  ix.getCloseStakeInstructionAsync({ owner: o.owner, stake: await stakeAddress(o.owner.address, o.tranche) });

/** Gives `amount` atoms from token account `from` to the insurance fund. */
export const fundInsurance = (o: { payer: TransactionSigner; from: Address; mint: Address; amount: Amount }) =>
  ix.getFundInsuranceInstructionAsync(o);

/** Moves the insurance fees collected in a market into the fund. */
export const sweepFees = async (o: { market: number }) =>
  ix.getSweepFeesInstructionAsync({ market: await marketAddress(o.market) });

/** Gives a market its voted part of shared insurance. */
export const allot = async (o: { market: number }) => ix.getAllotInstructionAsync({ market: await marketAddress(o.market) });

/** Pays a market's treasury fees to `treasury`, which must be the protocol's. */
export const collectTreasury = async (o: { market: number; treasury: Address; mint: Address }) =>
  ix.getCollectTreasuryInstructionAsync({ ...o, market: await marketAddress(o.market) });

/** Moves what was sent to the vault of `mint` past the program into the insurance fund. */
export const skim = async (o: { mint: Address }) =>
  ix.getSkimInstructionAsync({ collateral: await collateralAddress(o.mint), vault: await vaultAddress(o.mint) });
