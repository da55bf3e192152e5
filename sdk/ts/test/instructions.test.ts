// Every instruction as the Rust client builds it: the same accounts in the same order with the same rights, the same data.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createNoopSigner,
  getAddressDecoder,
  getBase16Decoder,
  getBase64Encoder,
  isSignerRole,
  isWritableRole,
  type Instruction,
} from '@solana/kit';
import * as sdk from '../src/index.js';
import { vectors } from './support/vectors.js';

const key = (n: number) => getAddressDecoder().decode(new Uint8Array(32).fill(n));
const signer = (n: number) => createNoopSigner(key(n));
const [owner, account, maker, keeper, from, mint] = [signer(1), key(2), key(3), key(4), key(5), key(6)];
const groups = [
  { account: key(11), markets: [1, 2, 9, 2] },
  { account: key(12), markets: [9, 4, 7] },
];
const shown = [{ account: key(13), markets: [4, 5] }];
const terms = { bidSize: 1, askSize: 2, bidOffset: 3, askOffset: 4, maxBid: 5, minAsk: 6, expires: 2n ** 64n - 1n };
const order = {
  size: 1,
  step: 2,
  reward: 3,
  expires: 4,
  ready: 5,
  level: 6,
  slip: 7,
  cooldown: 8,
  market: 9,
  source: 10,
  kind: 2,
};
const reduce = { account, market: 7, others: [3] };

// An account with positions, one of which only remembers a loss, and with collateral.
const told = vectors();
const holder = sdk.getMarginAccountDecoder().decode(getBase64Encoder().encode(told.holder));
const mintOf = (index: number) => key(60 + index);
const needs = sdk.needsOf(holder, mintOf);
const others = sdk.needsOf(holder, mintOf, 7);

const BUILT: Record<string, () => Promise<Instruction> | Instruction> = {
  openAccount: () => sdk.openAccount({ owner, subId: 258 }),
  openAccountIsolated: () => sdk.openAccount({ owner, subId: 1, kind: sdk.AccountKind.Isolated }),
  closeAccount: () => sdk.closeAccount({ owner, account }),
  deposit: () => sdk.deposit({ payer: owner, account, from, mint, amount: 1n << 60n }),
  withdraw: () => sdk.withdraw({ owner, account, to: from, mint, amount: 5, markets: [3, 1] }),
  withdrawHolding: () => sdk.withdraw({ owner, account, to: from, mint, amount: 5, markets: needs }),
  takeHolding: () =>
    sdk.take({
      owner,
      taker: account,
      maker,
      market: 7,
      base: -5,
      limit: 6,
      others: sdk.needsOfAll([holder, holder], mintOf, 7),
    }),
  recoverHolding: () => sdk.recover({ account, market: 7, all: sdk.everyNeedOf(holder, mintOf) }),
  declareBankruptHolding: () => sdk.declareBankrupt({ account, markets: needs }),
  settleHolding: () => sdk.settle({ caller: owner, account, market: 7, others }),
  refreshCollateral: () => sdk.refreshCollateral({ mint, sources: [key(20), key(21)] }),
  depositCollateral: () => sdk.depositCollateral({ owner, account, from, mint, amount: 1n << 60n }),
  withdrawCollateral: () => sdk.withdrawCollateral({ owner, account, to: from, mint, amount: 5, needs }),
  liquidateCollateral: () =>
    sdk.liquidateCollateral({ owner, keeper, account, collateral: 513, amount: 5, needs, keeperNeeds: needs }),
  forfeitCollateral: () => sdk.forfeitCollateral({ account, mint, needs }),
  buyForfeited: () => sdk.buyForfeited({ owner, keeper, mint, settlement: key(22), amount: 5, keeperNeeds: needs }),
  setCollateralCap: async () =>
    sdk.getSetCollateralCapInstructionAsync({ authority: owner, collateral: await sdk.collateralAddress(mint), cap: 5 }),
  migrate: () => sdk.migrate({ payer: owner, account }),
  transfer: () => sdk.transfer({ owner, from: account, to: maker, amount: 5, markets: [3, 1] }),
  postQuote: () => sdk.postQuote({ owner, account, market: 7, terms }),
  removeQuote: () => sdk.removeQuote({ owner, subId: 1, market: 7 }),
  take: () => sdk.take({ owner, taker: account, maker, market: 7, base: -5, limit: 6, others: [3, 1] }),
  matchTrade: () =>
    sdk.matchTrade({
      takerOwner: owner,
      makerOwner: signer(8),
      taker: account,
      maker,
      market: 7,
      base: -5,
      price: 6,
      others: [3],
    }),
  convert: () => sdk.convert({ owner, ...reduce }),
  placeOrder: () => sdk.placeOrder({ owner, account, id: 513, terms: order }),
  cancelOrder: () => sdk.cancelOrder({ owner, subId: 1, id: 513 }),
  refreshMarket: () => sdk.refreshMarket({ market: 7, sources: [key(20), key(21)] }),
  accrue: () => sdk.accrue({ market: 7 }),
  settle: () => sdk.settle({ caller: owner, ...reduce }),
  flag: () => sdk.flag({ account, markets: [3, 1] }),
  flagRaised: () => sdk.flagRaised({ account, markets: [3, 1] }),
  liquidate: () => sdk.liquidate({ owner, keeper, lots: 5, ...reduce }),
  liquidateIntoQuotes: () => sdk.liquidateIntoQuotes({ keeper, maker, lots: 5, ...reduce }),
  showing: async () => {
    const instruction = await sdk.liquidate({ owner, keeper, account, market: 7, lots: 5, others: [3, 4] });
    return sdk.showing(instruction, { market: 7, others: [3, 4], shown });
  },
  runOrder: () => sdk.runOrder({ id: 513, maker, keeper, ...reduce }),
  runTopUp: () => sdk.runTopUp({ account, id: 513, source: maker, keeper, markets: [3] }),
  deleverage: () => sdk.deleverage({ ...reduce, parties: groups, shown }),
  rank: () => sdk.rank({ market: 7, shown: groups }),
  closeDust: () => sdk.closeDust({ ...reduce, party: groups[1]!, shown }),
  closeDustAlone: () => sdk.closeDust(reduce),
  declareBankrupt: () => sdk.declareBankrupt({ account, markets: [3, 1] }),
  recover: () => sdk.recover({ account, market: 7, all: [7, 3] }),
  shareLoss: () => sdk.shareLoss({ market: 7 }),
  enterSettlement: () => sdk.enterSettlement({ market: 7 }),
  publishReport: () => sdk.publishReport({ payer: owner, market: 7 }),
  checkGlobal: () => sdk.checkGlobal({ mint }),
  stake: () => sdk.stake({ owner, tranche: 1, from, mint, amount: 5 }),
  requestUnstake: () => sdk.requestUnstake({ owner, tranche: 1, shares: 5 }),
  unstake: () => sdk.unstake({ owner, tranche: 1, to: from, mint, insured: [0, 3] }),
  holdUnstake: () => sdk.holdUnstake({ owner: owner.address, tranche: 1, mint, holding: [0, 3] }),
  closeStake: () => sdk.closeStake({ owner, tranche: 1 }),
  fundInsurance: () => sdk.fundInsurance({ payer: owner, from, mint, amount: 5 }),
  sweepFees: () => sdk.sweepFees({ market: 7 }),
  allot: () => sdk.allot({ market: 7 }),
  collectTreasury: () => sdk.collectTreasury({ market: 7, treasury: from, mint }),
  skim: () => sdk.skim({ mint }),
  proposeAuthority: async () =>
    sdk.getProposeAuthorityInstructionAsync({ authority: owner, change: await sdk.changeAddress(3), new: key(9) }),
  cancelChange: async () =>
    sdk.getCancelChangeInstructionAsync({ canceller: owner, change: await sdk.changeAddress(3), proposer: key(9) }),
  pause: () => sdk.getPauseInstructionAsync({ guardian: owner, gates: 5 }),
  upgradeProgram: async () =>
    sdk.getUpgradeProgramInstructionAsync({ change: await sdk.changeAddress(3), proposer: key(9), buffer: key(8) }),
};

for (const { name, accounts, data } of told.instructions) {
  test(`${name} is built as the Rust client builds it`, async () => {
    const build = BUILT[name];
    assert.ok(build, `sdk_vectors has ${name}, this test has not`);
    const built = await build();
    assert.equal(built.programAddress, sdk.FIREBREAK_PROGRAM_ADDRESS);
    const got = (built.accounts ?? []).map((a) => [a.address, isSignerRole(a.role), isWritableRole(a.role)]);
    assert.deepEqual(got, accounts);
    assert.equal(getBase16Decoder().decode(built.data!), data);
  });
}
