// Instructions anybody may send. Where one names `markets` or `others`, `needsOf` says which.
import { AccountRole, type Address, type Instruction, type TransactionSigner } from '@solana/kit';
import { collateralAddress, marketAddress, orderAddress } from '../addresses.js';
import type { Market } from '../generated/accounts/index.js';
import * as ix from '../generated/instructions/index.js';
import type { PriceSource } from '../generated/types/index.js';
import { reading, Rest, type Group, type Need } from './remaining.js';

type Amount = bigint | number;

/** Kind of the source that is the market's own fills: it has no account. */
const VENUE = 200;

/** The accounts of price sources, those apart that have none. */
export const sourceKeys = (sources: readonly PriceSource[]): Address[] =>
  sources.filter((source) => source.kind !== VENUE).map((source) => source.key);

/** The price accounts of a market, as `refreshMarket` takes them. */
export const sourcesOf = (market: Market): Address[] => sourceKeys(market.sources.slice(0, market.sourceCount));

/** Refreshes a market's price from `sources`: all of them, in the market's order. */
export const refreshMarket = async (o: { market: number; sources: readonly Address[] }) =>
  reading(await ix.getRefreshMarketInstructionAsync({ market: await marketAddress(o.market) }), o.sources);

/** Brings a market's risk state up to its last price. */
export const accrue = async (o: { market: number }) => ix.getAccrueInstructionAsync({ market: await marketAddress(o.market) });

/** Price and risk state of a market, brought up to this moment: what a trade that increases has to follow. */
export const bringUpToDate = async (market: Market) => [
  await refreshMarket({ market: market.index, sources: sourcesOf(market) }),
  await accrue({ market: market.index }),
];

/** Settles the position of `account` in a market. `others`: markets of its other positions. */
export async function settle(o: { caller: TransactionSigner; account: Address; market: number; others: readonly Need[] }) {
  const instruction = await ix.getSettleInstructionAsync({ ...o, market: await marketAddress(o.market) });
  return (await new Rest().read(o.others)).after(instruction);
}

/** Flags `account`, or clears its flag. `markets`: those of its positions. */
export const flag = async (o: { account: Address; markets: readonly Need[] }) =>
  (await new Rest().read(o.markets)).after(await ix.getFlagInstructionAsync(o));

/** Flags an account that only raised margin makes liquidatable: each of its markets has a budget for that. */
export const flagRaised = async (o: { account: Address; markets: readonly Need[] }) =>
  (await new Rest().write(o.markets)).after(await ix.getFlagInstructionAsync(o));

/**
 * Takes over at most `lots` of the position of `account` in a market into `keeper`. `others`: markets of the account's other positions,
 * then of the keeper's.
 */
export async function liquidate(o: {
  owner: TransactionSigner;
  keeper: Address;
  account: Address;
  market: number;
  lots: Amount;
  others: readonly Need[];
}) {
  const instruction = await ix.getLiquidateInstructionAsync({ ...o, market: await marketAddress(o.market) });
  return (await new Rest().read(o.others)).after(instruction);
}

/**
 * Closes at most `lots` of the position of `account` in a market against the quote of `maker`; the reward goes to `keeper`. `others`:
 * markets of the account's other positions, then of the maker's.
 */
export async function liquidateIntoQuotes(o: {
  keeper: Address;
  maker: Address;
  account: Address;
  market: number;
  lots: Amount;
  others: readonly Need[];
}) {
  const instruction = await ix.getLiquidateIntoQuotesInstructionAsync({ ...o, market: await marketAddress(o.market) });
  return (await new Rest().read(o.others)).after(instruction);
}

/** Shows accounts to a board in an instruction that takes them: their scores then count as they are now. `others`: as it was given. */
export async function showing<I extends Instruction>(
  instruction: I,
  o: { market: number; others: readonly Need[]; shown: readonly Group[] },
) {
  return (await new Rest().knowing(o.others).groups(o.shown, o.market, AccountRole.READONLY)).after(instruction);
}

/**
 * Runs order `id` of `account`, which reduces in a market, against the quote of `maker`; `keeper` is paid. `others`: markets of the
 * account's other positions, then of the maker's.
 */
export async function runOrder(o: {
  account: Address;
  id: number;
  market: number;
  maker: Address;
  keeper: Address;
  others: readonly Need[];
}) {
  const instruction = await ix.getRunOrderInstructionAsync({
    ...o,
    order: await orderAddress(o.account, o.id),
    market: await marketAddress(o.market),
  });
  return (await new Rest().read(o.others)).after(instruction);
}

/**
 * Runs order `id` of `account`, which tops up from `source`; `keeper` is paid. `markets`: those of the account's positions, then of the
 * source's.
 */
export async function runTopUp(o: { account: Address; id: number; source: Address; keeper: Address; markets: readonly Need[] }) {
  const instruction = await ix.getRunTopUpInstructionAsync({ ...o, order: await orderAddress(o.account, o.id) });
  return (await new Rest().read(o.markets)).after(instruction);
}

/**
 * Closes the bankrupt position of `account` in a market against `parties`, highest score first. `others`: markets of the account's other
 * positions. `shown`: winners that are left out because they cannot be acted on or score less by now.
 */
export async function deleverage(o: {
  account: Address;
  market: number;
  others: readonly Need[];
  parties: readonly Group[];
  shown?: readonly Group[];
}) {
  const instruction = await ix.getDeleverageInstructionAsync({
    account: o.account,
    market: await marketAddress(o.market),
    parties: o.parties.length,
  });
  const rest = await new Rest().read(o.others);
  await rest.groups(o.parties, o.market, AccountRole.WRITABLE);
  return (await rest.groups(o.shown ?? [], o.market, AccountRole.READONLY)).after(instruction);
}

/** Puts accounts on the boards of a market, or takes them off. */
export async function rank(o: { market: number; shown: readonly Group[] }) {
  const instruction = await ix.getRankInstructionAsync({ market: await marketAddress(o.market) });
  return (await new Rest().groups(o.shown, o.market, AccountRole.READONLY)).after(instruction);
}

/**
 * Closes the dust position of `account` in a market against `party`; without one, frees the account's empty slots. `others`: markets of
 * the account's other positions.
 */
export async function closeDust(o: {
  account: Address;
  market: number;
  others: readonly Need[];
  party?: Group;
  shown?: readonly Group[];
}) {
  const instruction = await ix.getCloseDustInstructionAsync({ account: o.account, market: await marketAddress(o.market) });
  const rest = await new Rest().read(o.others);
  await rest.groups(o.party ? [o.party] : [], o.market, AccountRole.WRITABLE);
  return (await rest.groups(o.shown ?? [], o.market, AccountRole.READONLY)).after(instruction);
}

/** Declares `account` bankrupt. `markets`: those of all its positions. */
export const declareBankrupt = async (o: { account: Address; markets: readonly Need[] }) =>
  (await new Rest().write(o.markets)).after(await ix.getDeclareBankruptInstructionAsync(o));

/** Converts what `account`, which left a loss, holds in a market. `all`: `everyNeedOf` it. */
export const recover = async (o: { account: Address; market: number; all: readonly Need[] }) =>
  (await new Rest().write(o.all)).after(await ix.getRecoverInstructionAsync(o));

/** Covers and shares the deficit of a market. */
export const shareLoss = async (o: { market: number }) =>
  ix.getShareLossInstructionAsync({ market: await marketAddress(o.market) });

/** Ends a market that has long had no usable price. */
export const enterSettlement = async (o: { market: number }) =>
  ix.getEnterSettlementInstructionAsync({ market: await marketAddress(o.market) });

/** Brings the public record of a market up to date. */
export const publishReport = async (o: { payer: TransactionSigner; market: number }) =>
  ix.getPublishReportInstructionAsync({ payer: o.payer, market: await marketAddress(o.market) });

/** Trips and releases the global breaker; `mint` is the settlement token. */
export const checkGlobal = async (o: { mint: Address }) =>
  ix.getCheckGlobalInstructionAsync({ collateral: await collateralAddress(o.mint) });

/** Brings an account that an older program wrote up to the program's layout; `payer` pays for what it grows by. */
export const migrate = (o: { payer: TransactionSigner; account: Address }) => ix.getMigrateInstructionAsync(o);
