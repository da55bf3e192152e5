// A trader's day on a real node: what is sent, what the events say, what the accounts hold and what the engine makes of it all agree.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Address, Signature } from '@solana/kit';
import { connect, type Connection } from '../examples/trade.js';
import * as sdk from '../src/index.js';
import { Localnet } from './support/localnet.js';

const USD = 1_000_000n;
const MARKET = 1;
let net: Localnet;
let at: Connection;
let engine: sdk.Engine;
let market: sdk.Market;
let [trader, maker]: Address[] = [];

before(async () => {
  // Nobody else refreshes prices: between two looks nothing moves.
  net = await Localnet.start('--no-refresh');
  at = connect(net.rpc, net.ws, net.wallet.signer);
  engine = await sdk.loadEngine();
  market = (await sdk.fetchMarket(at.rpc, await sdk.marketAddress(MARKET))).data;
  // The market opens a second after its first price, which the price accounts get at the next second.
  for (let tries = 0, seen = 0; seen < 2; tries += 1) {
    assert.ok(tries < 60, 'the market must get its prices');
    seen += await at.send(await sdk.bringUpToDate(market)).then(
      () => 1,
      () => 0,
    );
    await new Promise((done) => setTimeout(done, 1_200));
  }
  market = (await sdk.fetchMarket(at.rpc, await sdk.marketAddress(MARKET))).data;
  [trader, maker] = [
    await sdk.accountAddress(net.wallet.signer.address, 0),
    await sdk.accountAddress(net.wallet.signer.address, 1),
  ];
});
after(async () => assert.equal(await net.stop(), 0));

const owner = () => net.wallet.signer;
const account = async (key: Address) => (await sdk.fetchMarginAccount(at.rpc, key)).data;
const tokens = async () => BigInt((await at.rpc.getTokenAccountBalance(net.wallet.tokens).send()).value.amount);

async function events(signature: Signature, encoding: 'json' | 'jsonParsed' = 'json') {
  const seen = await at.rpc
    .getTransaction(signature, { commitment: 'confirmed', encoding: encoding as 'json', maxSupportedTransactionVersion: 0 })
    .send();
  return sdk.parseEvents(seen!);
}

function only<N extends sdk.FirebreakEvent['name']>(list: sdk.SeenEvent[], name: N) {
  const found = list.filter((event) => event.name === name);
  assert.equal(found.length, 1, `one ${name} among ${list.map((event) => event.name)}`);
  return found[0] as Extract<sdk.SeenEvent, { name: N }>;
}

/** What the program refuses, by name and sentence. */
async function refused(sending: Promise<unknown>): Promise<sdk.Refusal> {
  try {
    await sending;
  } catch (error) {
    const why = sdk.refusalOf(error);
    assert.ok(why, `a refusal of the program, not ${error}`);
    return why;
  }
  throw new assert.AssertionError({ message: 'the program should have refused' });
}

test('accounts open and are found at their addresses', async () => {
  for (const [subId, key] of [trader!, maker!].entries()) {
    const list = await events(await at.send([await sdk.openAccount({ owner: owner(), subId })]));
    assert.equal(only(list, 'accountOpened').data.account, key);
    const opened = await account(key);
    assert.deepEqual([opened.owner, opened.subId, opened.engine.capital], [owner().address, subId, 0n]);
  }
});

test('a deposit moves tokens and says so', async () => {
  for (const key of [trader!, maker!]) {
    const had = await tokens();
    const amount = 10_000n * USD;
    const { mint, wallet } = net;
    const list = await events(
      await at.send([await sdk.deposit({ payer: owner(), account: key, from: wallet.tokens, mint, amount })]),
    );
    assert.deepEqual(only(list, 'capitalMoved').data, { account: key, amount, capital: amount });
    assert.equal((await account(key)).engine.capital, amount);
    assert.equal(await tokens(), had - amount);
  }
});

test('a quote stands as it was posted', async () => {
  const size = sdk.parseSize('50', market);
  const terms = {
    bidSize: size,
    askSize: size,
    bidOffset: 500,
    askOffset: 700,
    maxBid: 2n ** 62n,
    minAsk: 0,
    expires: 2n ** 63n,
  };
  const list = await events(await at.send([await sdk.postQuote({ owner: owner(), account: maker!, market: MARKET, terms })]));
  assert.equal(only(list, 'quotePosted').data.account, maker);
  const quote = await sdk.fetchQuote(at.rpc, await sdk.quoteAddress(maker!, await sdk.marketAddress(MARKET)));
  assert.deepEqual([quote.data.account, quote.data.market], [maker, MARKET]);
  assert.deepEqual(
    { ...quote.data.terms, minAsk: Number(quote.data.terms.minAsk), reserved: undefined },
    { ...terms, reserved: undefined },
  );
});

/** Both accounts, before and after a trade of the first with the second's quote. */
async function traded(base: bigint, limit: bigint) {
  const before = { trader: await account(trader!), maker: await account(maker!) };
  const signature = await at.send([
    ...(await sdk.bringUpToDate(market)),
    await sdk.take({ owner: owner(), taker: trader!, maker: maker!, market: MARKET, base, limit, others: [] }),
  ]);
  return { before, signature, list: await events(signature) };
}

test('a trade: the event rebuilds both accounts', async () => {
  const base = sdk.parseSize('12.5', market);
  const { before, signature, list } = await traded(base, 2n ** 62n);
  assert.deepEqual(
    list.map((event) => [event.name, event.instruction]),
    [
      ['priceAccepted', 0],
      ['accrued', 1],
      ['filled', 2],
    ],
  );
  const { data: filled } = only(list, 'filled');
  const seen = only(list, 'priceAccepted').data;
  assert.deepEqual([filled.market, filled.taker, filled.maker, filled.base], [MARKET, trader, maker, base]);
  assert.equal(filled.price, seen.high + (seen.high * 700n + 999_999n) / 1_000_000n, 'the ask is 700 ppm above the high price');
  assert.ok(filled.fee > 0n && filled.makerFee <= filled.fee);

  const [taking, making] = [await account(trader!), await account(maker!)];
  for (const [after, held] of [
    [taking, filled.takerHeld],
    [making, filled.makerHeld],
  ] as const) {
    const { capital, bond, flagged, freed, bankrupt, positions } = after.engine;
    assert.deepEqual(held, { account: { capital, bond, flagged, freed, bankrupt }, position: positions[0] });
  }
  const money = ({ account }: sdk.Held) => account.capital + account.bond;
  assert.equal(money(filled.takerHeld), before.trader.engine.capital - filled.fee);
  assert.equal(money(filled.makerHeld), before.maker.engine.capital + filled.makerFee);
  const [long, short] = [taking.engine.positions[0]!, making.engine.positions[0]!];
  assert.deepEqual([long.base, long.entry, short.base, short.entry], [base, filled.cost, -base, -filled.cost]);
  assert.deepEqual(await events(signature, 'jsonParsed'), list, 'a parsed answer tells the same');
});

test('positions need their market, in order', async () => {
  assert.deepEqual(sdk.marketsOf(await account(trader!)), [MARKET]);
  assert.deepEqual(sdk.marketsOf(await account(trader!), MARKET), []);
  const [record] = await sdk.fetchCollaterals(at.rpc);
  assert.deepEqual([record!.index, record!.mint], [0, net.mint], "the settlement token's record is the first");
  const mintOf = () => net.mint;
  assert.deepEqual(sdk.needsOfAll([await account(trader!), await account(maker!)], mintOf), [MARKET, MARKET]);
});

const withdraw = (amount: bigint, markets: number[]) =>
  sdk.withdraw({ owner: owner(), account: trader!, to: net.wallet.tokens, mint: net.mint, amount, markets });

test("health is the chain's, to the atom: what is free can be withdrawn, one more cannot", async () => {
  const { portfolio, ...health } = await sdk.fetchHealth(at.rpc, engine, trader!);
  assert.ok(
    0n < health.withdraw && health.withdraw <= health.init && health.init < health.liqEnd && health.liqEnd < health.maint,
  );
  const [position] = health.positions;
  const price = portfolio.markets[0]!.engine.price.spot;
  assert.deepEqual([position!.market, position!.base, position!.price], [MARKET, sdk.parseSize('12.5', market), price]);
  assert.equal(health.notional, (price * position!.base + 999_999_999_999n) / 1_000_000_000_000n);

  const markets = sdk.marketsOf(portfolio.account);
  const free = health.withdraw;
  assert.equal((await refused(at.send([await withdraw(free + 1n, markets)]))).name, 'BelowInit');
  const had = await tokens();
  const list = await events(await at.send([await withdraw(free, markets)]));
  const capital = portfolio.account.engine.capital - free;
  assert.deepEqual(only(list, 'capitalMoved').data, { account: trader, amount: -free, capital });
  assert.equal(await tokens(), had + free);
  assert.equal((await sdk.fetchHealth(at.rpc, engine, trader!)).withdraw, 0n);
  const why = await refused(at.send([await withdraw(1n, markets)]));
  assert.deepEqual([why.name, why.sentence, why.instruction], ['BelowInit', 'the account would end below its Init line', 0]);
});

test('the engine finds on which prices the lines are held', async () => {
  const { portfolio, positions } = await sdk.fetchHealth(at.rpc, engine, trader!);
  const { spans, price } = positions[0]!;
  const [held] = portfolio.markets;
  for (const line of ['liqEnd', 'maint', 'solvency'] as const) {
    const { from, to } = spans![line]!;
    assert.ok(from! <= price && to === null);
    const moved = (spot: bigint) => {
      const there = { ...held!.engine.price, spot, low: spot, high: spot, stable: spot };
      return engine.health(portfolio.account, [{ ...held!, engine: { ...held!.engine, price: there } }], portfolio.now)[line];
    };
    // A tick of 12.5 units is less than an atom: the span ends where rounding can no longer matter.
    assert.ok(moved(from!) >= 0n && moved(from! - 1n) < 5n && moved((from! * 999n) / 1_000n) < 0n, line);
  }
  const from = (line: sdk.Line) => spans![line]!.from!;
  assert.ok(from('solvency') < from('maint') && from('maint') < from('liqEnd') && from('liqEnd') < from('init'));
});

test('refusals are sentences', async () => {
  const markets = [MARKET];
  const refusals: [() => Promise<unknown>, string, string][] = [
    [
      async () => at.send([await withdraw(10n ** 12n, markets)]),
      'InsufficientCapital',
      "the account's capital is less than the amount",
    ],
    [
      async () => at.send([await withdraw(1n, [])]),
      'MarketsMismatch',
      "a market account is missing, surplus or out of order: pass those of the account's positions, in order",
    ],
    [() => traded(1n, 1n), 'LimitPrice', "the price is outside the caller's limit"],
    [
      async () => at.send([await sdk.flag({ account: trader!, markets })]),
      'NotLiquidatable',
      "the account's health is not below its Maint line",
    ],
  ];
  for (const [sending, name, sentence] of refusals) {
    const why = await refused(sending());
    assert.deepEqual([why.name, why.sentence], [name, sentence]);
  }
  assert.equal(sdk.refusalOf(new Error('the node is down')), undefined);
});

test('the way out: reduce to nothing, withdraw everything, close', async () => {
  const held = (await account(trader!)).engine.positions[0]!;
  const { list } = await traded(-held.base, 0n);
  const { data: filled } = only(list, 'filled');
  // The round trip lost the spread. It is paid at once: nothing is left but money.
  assert.ok(held.entry + filled.cost > 0n);
  const left = await account(trader!);
  assert.deepEqual([left.engine.capital, left.engine.bond], [filled.takerHeld.account.capital, filled.takerHeld.account.bond]);
  assert.deepEqual([left.engine.bond, sdk.marketsOf(left)], [0n, []]);

  // The other side won it. A claim warms up before it is money.
  const claim = (await account(maker!)).engine.positions[0]!;
  assert.ok(claim.base === 0n && claim.result > 0n);
  const converting = await sdk.convert({ owner: owner(), account: maker!, market: MARKET, others: [] });
  assert.equal((await refused(at.send([...(await sdk.bringUpToDate(market)), converting]))).name, 'NothingWarm');

  const had = await tokens();
  await at.send([await withdraw(left.engine.capital, [])]);
  assert.equal(await tokens(), had + left.engine.capital);
  const ended = await events(await at.send([await sdk.closeAccount({ owner: owner(), account: trader! })]));
  assert.equal(only(ended, 'accountClosed').data.account, trader);
  assert.equal((await sdk.fetchMaybeMarginAccount(at.rpc, trader!)).exists, false);
});

test('staking: an insurer goes in and asks back', async () => {
  const { mint, wallet } = net;
  const amount = 500n * USD;
  const list = await events(await at.send([await sdk.stake({ owner: owner(), tranche: 0, from: wallet.tokens, mint, amount })]));
  assert.equal(only(list, 'staked').data.amount, amount);
  const staked = await sdk.fetchStake(at.rpc, await sdk.stakeAddress(owner().address, 0));
  const { shares } = staked.data.engine;
  assert.ok(shares > 0n);
  const asked = await events(await at.send([await sdk.requestUnstake({ owner: owner(), tranche: 0, shares })]));
  assert.equal(only(asked, 'unstakeRequested').data.shares, shares);
  const insured: number[] = [];
  for (const index of [0, 1, 2]) {
    const { data } = await sdk.fetchMarket(at.rpc, await sdk.marketAddress(index));
    if (data.engine.limit.granted > 0n) insured.push(index);
  }
  const unstaking = await sdk.unstake({ owner: owner(), tranche: 0, to: wallet.tokens, mint, insured });
  assert.equal((await refused(at.send([unstaking]))).name, 'CoolingDown');
});
