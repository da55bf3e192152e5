// Derived addresses of the program's accounts, one function a seed, named as in the Rust client.
import type { Address } from '@solana/kit';
import * as pda from './generated/pdas/index.js';

/** The protocol. */
export const protocolAddress = async (): Promise<Address> => (await pda.findProtocolPda())[0];

/** The insurance fund. */
export const insuranceAddress = async (): Promise<Address> => (await pda.findInsurancePda())[0];

/** The vault of `mint`. */
export const vaultAddress = async (mint: Address): Promise<Address> => (await pda.findVaultPda({ mint }))[0];

/** The record of the collateral whose token is `mint`; the settlement token has one too. */
export const collateralAddress = async (mint: Address): Promise<Address> => (await pda.findCollateralPda({ mint }))[0];

/** Market number `index`. */
export const marketAddress = async (index: number): Promise<Address> => (await pda.findMarketPda({ index }))[0];

/** Margin account `subId` of `owner`. */
export const accountAddress = async (owner: Address, subId = 0): Promise<Address> =>
  (await pda.findMarginAccountPda({ owner, subId }))[0];

/** The quote of `account` in the market at `market`. */
export const quoteAddress = async (account: Address, market: Address): Promise<Address> =>
  (await pda.findQuotePda({ account, market }))[0];

/** Order `id` of `account`. */
export const orderAddress = async (account: Address, id: number): Promise<Address> =>
  (await pda.findOrderPda({ account, id }))[0];

/** The public record of the market at `market`. */
export const reportAddress = async (market: Address): Promise<Address> => (await pda.findRiskReportPda({ market }))[0];

/** The stake of `owner` in a tranche (0 junior, 1 senior). */
export const stakeAddress = async (owner: Address, tranche: number): Promise<Address> =>
  (await pda.findStakePda({ owner, tranche }))[0];

/** Proposed change number `id`. */
export const changeAddress = async (id: bigint | number): Promise<Address> => (await pda.findParamChangePda({ id }))[0];

/** The program's own address that may upgrade it. */
export const upgradeAuthorityAddress = async (): Promise<Address> => (await pda.findUpgradeAuthorityPda())[0];

/** Signs the program's event self-calls. */
export const eventAuthorityAddress = async (): Promise<Address> => (await pda.findEventAuthorityPda())[0];
