// The same addresses, units, events, sentences and health as the Rust client and the engine have.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getAddressDecoder, getBase16Encoder, getBase64Encoder } from '@solana/kit';
import * as sdk from '../src/index.js';
import { plain, vectors } from './support/vectors.js';

const told = vectors();
const key = (n: number) => getAddressDecoder().decode(new Uint8Array(32).fill(n));

test('addresses are those of the Rust client', async () => {
  const { addresses } = told;
  assert.equal(await sdk.protocolAddress(), addresses.protocol);
  assert.equal(await sdk.insuranceAddress(), addresses.insurance);
  assert.equal(await sdk.upgradeAuthorityAddress(), addresses.upgradeAuthority);
  assert.equal(await sdk.eventAuthorityAddress(), addresses.eventAuthority);
  assert.equal(await sdk.vaultAddress(key(7)), addresses.vault);
  assert.equal(await sdk.collateralAddress(key(7)), addresses.collateral);
  assert.equal(await sdk.quoteAddress(key(7), key(9)), addresses.quote);
  assert.equal(await sdk.reportAddress(key(7)), addresses.report);
  for (const [i, at] of addresses.market) assert.equal(await sdk.marketAddress(i), at);
  for (const [i, at] of addresses.account) assert.equal(await sdk.accountAddress(key(7), i), at);
  for (const [i, at] of addresses.order) assert.equal(await sdk.orderAddress(key(7), i), at);
  for (const [i, at] of addresses.stake) assert.equal(await sdk.stakeAddress(key(7), i), at);
  for (const [i, at] of addresses.change) assert.equal(await sdk.changeAddress(BigInt(i)), at);
});

test('accounts have the sizes that the program gives them', () => {
  const encoders = {
    collateral: sdk.getCollateralEncoder(),
    insurance: sdk.getInsuranceEncoder(),
    marginAccount: sdk.getMarginAccountEncoder(),
    market: sdk.getMarketEncoder(),
    order: sdk.getOrderEncoder(),
    protocol: sdk.getProtocolEncoder(),
    quote: sdk.getQuoteEncoder(),
    riskReport: sdk.getRiskReportEncoder(),
    stake: sdk.getStakeEncoder(),
  };
  const sizes = Object.fromEntries(Object.entries(encoders).map(([name, encoder]) => [name, encoder.fixedSize]));
  assert.deepEqual(sizes, told.sizes);
});

test('units are read and written alike', () => {
  assert.equal(sdk.SETTLEMENT_DECIMALS, told.settlementDecimals);
  for (const { text, decimals, units, error } of told.units.parsed) {
    if (error === undefined) assert.equal(sdk.parseUnits(text, decimals).toString(), units);
    else assert.throws(() => sdk.parseUnits(text, decimals), { name: 'UnitError', message: error });
  }
  for (const { units, decimals, text } of told.units.written) assert.equal(sdk.formatUnits(BigInt(units), decimals), text);
  for (const [decimals, digits] of told.units.lotDecimals) assert.equal(sdk.lotDecimals(decimals), digits);
});

test('events are decoded field by field', () => {
  for (const { call, name, data } of told.events) {
    const event = sdk.decodeEvent(getBase16Encoder().encode(call));
    assert.deepEqual(plain(event), { name, data });
    assert.equal(sdk.decodeEvent(getBase16Encoder().encode(call.slice(0, -2))), undefined);
  }
  assert.equal(sdk.decodeEvent(new Uint8Array(16)), undefined);
  assert.equal(sdk.decodeEvent(new Uint8Array(3)), undefined);
});

test('every refusal of the engine has its number, name and sentence', () => {
  assert.ok(told.refusals.length > 70);
  for (const { code, name, sentence } of told.refusals) {
    assert.deepEqual(sdk.refusal(code), { code, name, sentence });
    assert.equal(sdk.errorSentence(code), sentence);
  }
  assert.equal(sdk.refusal(5999), undefined);
  assert.equal(sdk.errorSentence(5999), "the program refused with number 5999, which is none of Firebreak's own");
});

test("health is the engine's, to the atom, in every account and for every refusal", async () => {
  const engine = await sdk.loadEngine();
  const bytes = (text: string) => getBase64Encoder().encode(text);
  let [judged, backed, refused] = [0, 0, 0];
  for (const world of told.worlds) {
    const now = { slot: BigInt(world.slot), time: BigInt(world.time) };
    const markets = world.markets.map((text, index) => ({ index, engine: sdk.getEngineMarketDecoder().decode(bytes(text)) }));
    const collaterals = world.collaterals.map((text, index) => ({
      index,
      engine: sdk.getEngineCollateralDecoder().decode(bytes(text)),
    }));
    for (const { bytes: text, health } of world.accounts) {
      const account = { engine: sdk.getEngineAccountDecoder().decode(bytes(text)) };
      if ('refusal' in health) {
        const { refusal, sentence } = health;
        assert.throws(() => engine.health(account, markets, now, collaterals), {
          name: 'EngineRefusal',
          refusal,
          message: sentence,
        });
        refused += 1;
      } else {
        assert.deepEqual(plain(engine.health(account, markets, now, collaterals)), health);
        judged += 1;
        if (account.engine.collaterals > 0) backed += 1;
      }
    }
  }
  assert.ok(judged > 3_000 && backed > 500 && refused > 50, `${judged} judged, ${backed} with collateral, ${refused} refused`);
});

test('a market that was not given is named', async () => {
  const engine = await sdk.loadEngine();
  const world = told.worlds[0]!;
  const held = world.accounts
    .map((a) => ({ engine: sdk.getEngineAccountDecoder().decode(getBase64Encoder().encode(a.bytes)) }))
    .find((a) => a.engine.positions[0]!.base !== 0n)!;
  const index = held.engine.positions[0]!.market;
  assert.throws(() => engine.health(held, [], { slot: 1n, time: 1n }), { message: new RegExp(`position in market ${index}`) });
});

test('a collateral record that was not given is named', async () => {
  const engine = await sdk.loadEngine();
  const now = { slot: 1n, time: 1n };
  const bytes = (text: string) => getBase64Encoder().encode(text);
  const world = told.worlds[0]!;
  const all = world.accounts.map((a) => sdk.getEngineAccountDecoder().decode(bytes(a.bytes)));
  const held = all.find((engine) => engine.collaterals === 1)!;
  const account = { engine: { ...held, positions: held.positions.map((p) => ({ ...p, used: 0 })) } };
  const [index] = sdk.collateralsOf(account);
  assert.throws(() => engine.health(account, [], now), { message: new RegExp(`holds collateral ${index}, which was not given`) });
  const given = [{ index: index!, engine: sdk.getEngineCollateralDecoder().decode(bytes(world.collaterals[index!]!)) }];
  assert.throws(() => engine.health(account, [], now, given), { message: /settlement token's record, which was not given/ });
});

test('a file of another engine is refused', async () => {
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  await assert.rejects(sdk.loadEngine(empty), { message: /another version/ });
});
