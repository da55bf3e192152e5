// Why the program refused: a number on the wire, a sentence for people.
import { isSolanaError, SOLANA_ERROR__INSTRUCTION_ERROR__CUSTOM } from '@solana/kit';
import * as generated from './generated/errors/index.js';

/** A refusal of the program. */
export type Refusal = {
  /** Its number. */
  code: number;
  /** Its name in the program. */
  name: string;
  /** What a user is told. */
  sentence: string;
  /** Which of the transaction's instructions refused, where that is known. */
  instruction?: number;
};

const PREFIX = 'FIREBREAK_ERROR__';
const NAMES = new Map(
  Object.entries(generated)
    .filter(([key]) => key.startsWith(PREFIX))
    .map(([key, code]) => [code as number, pascal(key.slice(PREFIX.length))]),
);

function pascal(shouted: string): string {
  return shouted.toLowerCase().replace(/(^|_)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
}

/** The program's refusal number `code`; `undefined` when the program has none of that number. */
export function refusal(code: number): Refusal | undefined {
  const name = NAMES.get(code);
  return name === undefined
    ? undefined
    : { code, name, sentence: generated.getFirebreakErrorMessage(code as generated.FirebreakError) };
}

/** The sentence of refusal number `code`, also when it is none of the program's. */
export function errorSentence(code: number): string {
  return refusal(code)?.sentence ?? `the program refused with number ${code}, which is none of Firebreak's own`;
}

/**
 * What the program refused in `error`: anything that Kit throws, or the `err` of a transaction's status. `undefined` when the error is of
 * another kind: a blockhash that has expired, a node that is down.
 */
export function refusalOf(error: unknown): Refusal | undefined {
  for (let e = error, depth = 0; e !== null && typeof e === 'object' && depth < 10; depth += 1) {
    if (isSolanaError(e, SOLANA_ERROR__INSTRUCTION_ERROR__CUSTOM)) return found(Number(e.context.code), Number(e.context.index));
    const failed = (e as { InstructionError?: [number | bigint, { Custom?: number | bigint }] }).InstructionError;
    if (failed?.[1]?.Custom !== undefined) return found(Number(failed[1].Custom), Number(failed[0]));
    e = (e as { cause?: unknown }).cause;
  }
  return undefined;
}

function found(code: number, instruction: number): Refusal | undefined {
  const known = refusal(code);
  return known && { ...known, instruction };
}
