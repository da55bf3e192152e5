// Instructions of traders and makers. Where one names `markets` or `others`, `needsOf` says which.
import type { Address, TransactionSigner } from '@solana/kit';
import { accountAddress, marketAddress, orderAddress, quoteAddress } from '../addresses.js';
import * as ix from '../generated/instructions/index.js';
import { AccountKind, type EngineOrderArgs, type QuoteTermsArgs } from '../generated/types/index.js';
import { Rest, type Need } from './remaining.js';

type Amount = bigint | number;

/** Opens margin account `subId` of `owner`. */
export const openAccount = async (o: { owner: TransactionSigner; subId?: number; kind?: AccountKind }) =>
  ix.getOpenAccountInstructionAsync({
    owner: o.owner,
    account: await accountAddress(o.owner.address, o.subId ?? 0),
    subId: o.subId ?? 0,
    kind: o.kind ?? AccountKind.Cross,
  });

/** Closes an empty margin account. */
export const closeAccount = (o: { owner: TransactionSigner; account: Address }) => ix.getCloseAccountInstructionAsync(o);

/** Deposits `amount` atoms from token account `from`. */
export const deposit = (o: { payer: TransactionSigner; account: Address; from: Address; mint: Address; amount: Amount }) =>
  ix.getDepositInstructionAsync(o);

/** Withdraws `amount` atoms to token account `to`. `markets`: those of the account's positions. */
export async function withdraw(o: {
  owner: TransactionSigner;
  account: Address;
  to: Address;
  mint: Address;
  amount: Amount;
  markets: readonly Need[];
}) {
  return (await new Rest().read(o.markets)).after(await ix.getWithdrawInstructionAsync(o));
}

/** Moves `amount` atoms between two accounts of `owner`. `markets`: those of the first one's positions. */
export async function transfer(o: {
  owner: TransactionSigner;
  from: Address;
  to: Address;
  amount: Amount;
  markets: readonly Need[];
}) {
  return (await new Rest().read(o.markets)).after(await ix.getTransferInstructionAsync(o));
}

/** Posts or changes the quote of `account` in a market. */
export const postQuote = async (o: {
  owner: TransactionSigner;
  account: Address;
  market: number;
  terms: Omit<QuoteTermsArgs, 'reserved'>;
}) =>
  ix.getPostQuoteInstructionAsync({
    owner: o.owner,
    account: o.account,
    market: await marketAddress(o.market),
    terms: { ...o.terms, reserved: 0 },
  });

/** Removes the quote of account `subId` of `owner` in a market. */
export async function removeQuote(o: { owner: TransactionSigner; subId?: number; market: number }) {
  const [subId, market] = [o.subId ?? 0, await marketAddress(o.market)];
  const account = await accountAddress(o.owner.address, subId);
  return ix.getRemoveQuoteInstructionAsync({ owner: o.owner, account, subId, quote: await quoteAddress(account, market) });
}

/**
 * Trades `base` lots (negative: sells) against the quote of `maker`, at `limit` ticks or better. `others`: markets of the taker's other
 * positions, then of the maker's.
 */
export async function take(o: {
  owner: TransactionSigner;
  taker: Address;
  maker: Address;
  market: number;
  base: Amount;
  limit: Amount;
  others: readonly Need[];
}) {
  const instruction = await ix.getTakeInstructionAsync({ ...o, market: await marketAddress(o.market) });
  return (await new Rest().read(o.others)).after(instruction);
}

/**
 * Fills two signers: the taker buys `base` lots (negative: sells) at `price` ticks. `others`: markets of the taker's other positions, then
 * of the maker's.
 */
export async function matchTrade(o: {
  takerOwner: TransactionSigner;
  makerOwner: TransactionSigner;
  taker: Address;
  maker: Address;
  market: number;
  base: Amount;
  price: Amount;
  others: readonly Need[];
}) {
  const instruction = await ix.getMatchTradeInstructionAsync({ ...o, market: await marketAddress(o.market) });
  return (await new Rest().read(o.others)).after(instruction);
}

/** Converts the warm part of the claim of `account` in a market. `others`: markets of its other positions. */
export async function convert(o: { owner: TransactionSigner; account: Address; market: number; others: readonly Need[] }) {
  const instruction = await ix.getConvertInstructionAsync({ ...o, market: await marketAddress(o.market) });
  return (await new Rest().read(o.others)).after(instruction);
}

/** Places order `id` of `account`. */
export const placeOrder = (o: {
  owner: TransactionSigner;
  account: Address;
  id: number;
  terms: Omit<EngineOrderArgs, 'reserved'>;
}) => ix.getPlaceOrderInstructionAsync({ ...o, terms: { ...o.terms, reserved: new Uint8Array(15) } });

/** Cancels order `id` of account `subId` of `owner`. */
export async function cancelOrder(o: { owner: TransactionSigner; subId?: number; id: number }) {
  const account = await accountAddress(o.owner.address, o.subId ?? 0);
  const order = await orderAddress(account, o.id);
  return ix.getCancelOrderInstructionAsync({ owner: o.owner, account, subId: o.subId ?? 0, order });
}
