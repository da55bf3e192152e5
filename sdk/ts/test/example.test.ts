// The README's program, run against a local network as its reader would.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Localnet } from './support/localnet.js';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

test('the example trades on a local network', { timeout: 240_000 }, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'firebreak-example-'));
  const net = await Localnet.start();
  try {
    const wallet = path.join(folder, 'wallet.json');
    await writeFile(wallet, JSON.stringify([...net.wallet.key]));
    const args = [here('../examples/trade.js'), net.rpc, net.ws, wallet, net.mint, net.wallet.tokens];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const [bought, free, liquidatable, refused, ...rest] = stdout.trim().split('\n');
    assert.match(bought!, /^bought 10 at \d+\.\d+ USD, fee \d+\.\d+ USD$/);
    assert.match(free!, /^free to open more: \d{4}(\.\d+)? USD$/);
    assert.match(liquidatable!, /^not liquidatable at any price$/);
    assert.match(refused!, /^refused: the account's capital is less than the amount$/);
    assert.deepEqual(rest, []);
  } finally {
    assert.equal(await net.stop(), 0);
    await rm(folder, { recursive: true, force: true });
  }
});

test('the README shows the example as it is', async () => {
  const readme = await readFile(here('../../README.md'), 'utf8');
  const example = await readFile(here('../../examples/trade.ts'), 'utf8');
  assert.ok(readme.includes(`\`\`\`ts\n${example}\`\`\``), 'copy examples/trade.ts into README.md');
});
