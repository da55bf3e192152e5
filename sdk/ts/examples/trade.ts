// Opens two accounts, trades between them, looks at health, and withdraws. Runs against `firebreak localnet`:
//
//   firebreak localnet --fund <address of the wallet>
//   node dist/examples/trade.js http://127.0.0.1:8899 ws://127.0.0.1:8900 wallet.json <token> <token account>
//
// `wallet.json` is a key as `solana-keygen` writes it; the last two are what localnet prints as Token and Funded.
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import {
  address,
  appendTransactionMessageInstructions,
  assertIsTransactionWithBlockhashLifetime,
  createKeyPairSignerFromBytes,
  createSolanaRpc,
  createSolanaRpcSubscriptions,
  createTransactionMessage,
  getSignatureFromTransaction,
  pipe,
  sendAndConfirmTransactionFactory,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  signTransactionMessageWithSigners,
  type Address,
  type Instruction,
  type Signature,
  type TransactionSigner,
} from '@solana/kit';
import * as firebreak from '../src/index.js';

/** Where a node is, and who pays. */
export type Connection = { rpc: ReturnType<typeof createSolanaRpc>; payer: TransactionSigner; send: Send };
type Send = (instructions: readonly Instruction[]) => Promise<Signature>;

export function connect(rpcUrl: string, wsUrl: string, payer: TransactionSigner): Connection {
  const rpc = createSolanaRpc(rpcUrl);
  const confirm = sendAndConfirmTransactionFactory({ rpc, rpcSubscriptions: createSolanaRpcSubscriptions(wsUrl) });
  const send: Send = async (instructions) => {
    const { value: blockhash } = await rpc.getLatestBlockhash().send();
    const message = pipe(
      createTransactionMessage({ version: 0 }),
      (m) => setTransactionMessageFeePayerSigner(payer, m),
      (m) => setTransactionMessageLifetimeUsingBlockhash(blockhash, m),
      (m) => appendTransactionMessageInstructions(instructions, m),
    );
    const transaction = await signTransactionMessageWithSigners(message);
    assertIsTransactionWithBlockhashLifetime(transaction);
    await confirm(transaction, { commitment: 'confirmed' });
    return getSignatureFromTransaction(transaction);
  };
  return { rpc, payer, send };
}

/** The whole story. Returns what was said on the way. */
export async function trade({ rpc, payer: owner, send }: Connection, mint: Address, tokens: Address): Promise<string[]> {
  const said: string[] = [];
  const engine = await firebreak.loadEngine();
  const index = 1;
  const marketAt = await firebreak.marketAddress(index);
  const market = (await firebreak.fetchMarket(rpc, marketAt)).data;

  // Two accounts of one wallet: 0 trades, 1 makes the market.
  const [trader, maker] = [await firebreak.accountAddress(owner.address, 0), await firebreak.accountAddress(owner.address, 1)];
  const amount = firebreak.parseAmount('10000');
  for (const [subId, account] of [trader, maker].entries()) {
    await send([
      await firebreak.openAccount({ owner, subId }),
      await firebreak.deposit({ payer: owner, account, from: tokens, mint, amount }),
    ]);
  }

  // The maker quotes 20 on either side, a tenth of a per cent from the price.
  const size = firebreak.parseSize('20', market);
  const ever = 2n ** 63n;
  const terms = { bidSize: size, askSize: size, bidOffset: 1_000, askOffset: 1_000, maxBid: ever, minAsk: 0, expires: ever };
  await send([await firebreak.postQuote({ owner, account: maker, market: index, terms })]);

  // The trader buys 10 at 1 % above the last price or better. Price and margin are brought up to date in the same transaction.
  const limit = (market.engine.price.spot * 101n) / 100n;
  const base = firebreak.parseSize('10', market);
  const signature = await send([
    ...(await firebreak.bringUpToDate(market)),
    await firebreak.take({ owner, taker: trader, maker, market: index, base, limit, others: [] }),
  ]);

  // What happened, from the transaction itself.
  const seen = await rpc
    .getTransaction(signature, { commitment: 'confirmed', encoding: 'json', maxSupportedTransactionVersion: 0 })
    .send();
  for (const event of firebreak.parseEvents(seen!)) {
    if (event.name !== 'filled') continue;
    const { base: filled, price, fee } = event.data;
    const at = firebreak.formatPrice(price, market);
    said.push(`bought ${firebreak.formatSize(filled, market)} at ${at} USD, fee ${firebreak.formatAmount(fee)} USD`);
  }

  // How the account stands, by the engine that the program runs.
  const health = await firebreak.fetchHealth(rpc, engine, trader);
  said.push(`free to open more: ${firebreak.formatAmount(health.init)} USD`);
  for (const position of health.positions) {
    const from = position.spans?.maint?.from ?? null;
    said.push(`not liquidatable ${from === null ? 'at any price' : `down to ${firebreak.formatPrice(from, market)} USD`}`);
  }

  // A tenth of the deposit back. Refusals are sentences.
  const markets = firebreak.marketsOf(health.portfolio.account);
  const withdraw = (atoms: bigint) => firebreak.withdraw({ owner, account: trader, to: tokens, mint, amount: atoms, markets });
  await send([await withdraw(amount / 10n)]);
  try {
    await send([await withdraw(amount)]);
  } catch (error) {
    said.push(`refused: ${firebreak.refusalOf(error)?.sentence ?? error}`);
  }
  return said;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [rpcUrl, wsUrl, wallet, mint, tokens] = process.argv.slice(2);
  if (!rpcUrl || !wsUrl || !wallet || !mint || !tokens) {
    console.error('usage: trade RPC_URL WEBSOCKET_URL WALLET_JSON TOKEN TOKEN_ACCOUNT');
    process.exit(2);
  }
  const bytes = new Uint8Array(JSON.parse(await readFile(wallet, 'utf8')) as number[]);
  const signer = await createKeyPairSignerFromBytes(bytes);
  for (const line of await trade(connect(rpcUrl, wsUrl, signer), address(mint), address(tokens))) console.log(line);
}
