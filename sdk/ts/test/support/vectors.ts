// What the Rust client and the engine say, written by `sdk_vectors`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { built } from './built.js';

type Told = { code: number; name: string; sentence: string };
type Numbered = [number, string][];

export type Vectors = {
  settlementDecimals: number;
  sizes: Record<string, number>;
  addresses: Record<
    'protocol' | 'insurance' | 'upgradeAuthority' | 'eventAuthority' | 'vault' | 'collateral' | 'quote' | 'report',
    string
  > &
    Record<'market' | 'account' | 'order' | 'stake', Numbered> & { change: [string, string][] };
  holder: string;
  instructions: { name: string; accounts: [string, boolean, boolean][]; data: string }[];
  events: { call: string; name: string; data: unknown }[];
  refusals: Told[];
  units: {
    parsed: { text: string; decimals: number; units?: string; error?: string }[];
    written: { units: string; decimals: number; text: string }[];
    lotDecimals: [number, number][];
  };
  worlds: {
    slot: string;
    time: string;
    markets: string[];
    collaterals: string[];
    accounts: { bytes: string; health: { refusal: string; sentence: string } | Record<string, unknown> }[];
  }[];
};

export function vectors(): Vectors {
  const folder = mkdtempSync(path.join(tmpdir(), 'firebreak-vectors-'));
  try {
    const file = path.join(folder, 'vectors.json');
    execFileSync(built('sdk_vectors'), [file], { stdio: ['ignore', 'inherit', 'inherit'] });
    return JSON.parse(readFileSync(file, 'utf8')) as Vectors;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whole numbers as texts, as the vectors have them. */
export function plain(x: unknown): unknown {
  return JSON.parse(JSON.stringify(x, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)));
}
