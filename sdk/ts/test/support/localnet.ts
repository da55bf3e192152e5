// `firebreak localnet`, started for a test and stopped after it.
import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createKeyPairSignerFromBytes, type Address, type KeyPairSigner } from '@solana/kit';
import { built } from './built.js';

/** A new wallet's key, as `solana-keygen` writes it. */
export function newKey(): Uint8Array {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return new Uint8Array(Buffer.concat([Buffer.from(d!, 'base64url'), Buffer.from(x!, 'base64url')]));
}

export class Localnet {
  private constructor(
    private readonly child: ChildProcess,
    readonly rpc: string,
    readonly ws: string,
    /** The settlement token. */
    readonly mint: Address,
    /** The funded wallet, its key and its token account. */
    readonly wallet: { signer: KeyPairSigner; key: Uint8Array; tokens: Address },
  ) {}

  static async start(...more: string[]): Promise<Localnet> {
    const key = newKey();
    const signer = await createKeyPairSignerFromBytes(key);
    const args = ['localnet', '--port', '0', '--slot-ms', '100', '--fund', signer.address, ...more];
    const child = spawn(built('firebreak'), args, { stdio: ['ignore', 'pipe', 'inherit'] });
    // A test that is cut short leaves nothing behind.
    process.once('exit', () => child.kill('SIGKILL'));
    const said: string[] = [];
    for await (const line of createInterface({ input: child.stdout! })) {
      if (line.startsWith('Ctrl-C')) {
        child.stdout!.resume();
        break;
      }
      said.push(line);
    }
    const value = (name: string, pick: (words: string[]) => string | undefined = (words) => words[1]) => {
      const found = said.find((line) => line.startsWith(name));
      const word = found && pick(found.trim().split(/\s+/));
      if (!word) throw new Error(`localnet names no ${name}: ${said.join('\n')}`);
      return word;
    };
    const tokens = value('Funded', (words) => words.at(-1)) as Address;
    return new Localnet(child, value('RPC'), value('Websocket'), value('Token') as Address, { signer, key, tokens });
  }

  /** Interrupts it as a person would, and waits for its end. */
  async stop(): Promise<number | null> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGINT');
    const [code] = (await ended) as [number | null];
    return code;
  }
}
