// What a transaction did, from the program's calls to itself: unlike logs they are never cut off.
import { getBase58Encoder, type Address, type ReadonlyUint8Array } from '@solana/kit';
import { EVENTS, type FirebreakEvent } from './generated/events.js';
import { FIREBREAK_PROGRAM_ADDRESS } from './generated/programs/index.js';

export type { FirebreakEvent };

/** Anchor's mark of an event in a self-call. */
const TAG = 'e445a52e51cb9a1d';

const hex = (bytes: ReadonlyUint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');

/** Decodes the data of an inner instruction of the program; `undefined` when it is no event that this version knows. */
export function decodeEvent(data: ReadonlyUint8Array): FirebreakEvent | undefined {
  if (data.length < 16 || hex(data.slice(0, 8)) !== TAG) return undefined;
  const known = EVENTS[hex(data.slice(8, 16))];
  if (!known) return undefined;
  try {
    return { name: known.name, data: known.decoder().decode(data.slice(16)) } as FirebreakEvent;
  } catch {
    return undefined; // Too short for this version's event of that name.
  }
}

/** What of an RPC answer to `getTransaction` is read: of encoding `json`, or of `jsonParsed`. */
export type SeenTransaction = {
  transaction: { message: { accountKeys: readonly (string | { pubkey: string })[] } };
  meta: {
    err: unknown;
    innerInstructions?:
      | readonly { index: number; instructions: readonly { programIdIndex?: number; programId?: string; data?: string }[] }[]
      | null;
    loadedAddresses?: { writable: readonly string[]; readonly: readonly string[] } | null;
  } | null;
};

/** An event, and which of the transaction's instructions brought it about. */
export type SeenEvent = FirebreakEvent & { instruction: number };

/** Events of a transaction, in the order in which they happened. One that failed did nothing and so has none. */
export function parseEvents(seen: SeenTransaction, program: Address = FIREBREAK_PROGRAM_ADDRESS): SeenEvent[] {
  if (!seen.meta || seen.meta.err !== null) return [];
  const loaded = seen.meta.loadedAddresses;
  const own = seen.transaction.message.accountKeys.map((key) => (typeof key === 'string' ? key : key.pubkey));
  // In parsed answers the loaded addresses are among the keys, but instructions name their program themselves.
  const keys = [...own, ...(loaded?.writable ?? []), ...(loaded?.readonly ?? [])];
  return (seen.meta.innerInstructions ?? []).flatMap(({ index, instructions }) =>
    instructions.flatMap((inner) => {
      const called = inner.programId ?? keys[inner.programIdIndex ?? -1];
      if (called !== program || inner.data === undefined) return [];
      const event = decodeEvent(getBase58Encoder().encode(inner.data));
      return event ? [{ ...event, instruction: index }] : [];
    }),
  );
}
