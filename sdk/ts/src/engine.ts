// The risk engine itself, compiled to WebAssembly: health here is not a second copy of its formulas. sdk/engine says what is exported.
import { getEngineAccountEncoder, getEngineCollateralEncoder, getEngineMarketEncoder } from './generated/types/index.js';
import type { Collateral, MarginAccount, Market } from './generated/accounts/index.js';
import { FIREBREAK_ERROR__OVERFLOW } from './generated/errors/index.js';
import { refusal } from './errors.js';
import { collateralsOf, marketsOf } from './instructions/remaining.js';

/** The chain's clock. */
export type Now = { slot: bigint; time: bigint };

/** Prices, in ticks, between which a line is held, both included; `null`: however low, however high. */
export type Span = { from: bigint | null; to: bigint | null };

/** The lines of health. */
export type Line = 'init' | 'liqEnd' | 'maint' | 'solvency';

/** One position, as the liquidation lines value it. */
export type PositionHealth = {
  market: number;
  /** Lots, negative for short. */
  base: bigint;
  /** The price it is valued at, in ticks. */
  price: bigint;
  /** Whether that price is usable; if not, the position counts its loss and twice its requirement. */
  usable: boolean;
  /** Atoms of the size at that price. */
  notional: bigint;
  /** What it has won or lost since it was last paid, in atoms. */
  result: bigint;
  /** What each line requires of notional, in parts per million. */
  requires: { init: number; liqEnd: number; maint: number };
  /**
   * On which prices of this market each line is held, everything else as it is; `null`: on none. `null` altogether: without exposure no
   * price matters.
   */
  spans: Record<Line, Span | null> | null;
};

/** Health of an account in atoms: it stands above a line when the number is not negative. */
export type Health = {
  /** Open: below, the account may only reduce. */
  init: bigint;
  /** Withdraw: Init or the transfer floor, whichever asks for more. */
  withdraw: bigint;
  /** A liquidation stops here. */
  liqEnd: bigint;
  /** Below, the account is liquidatable. */
  maint: bigint;
  /** Below, it is bankrupt. */
  solvency: bigint;
  /** Sum of notional. */
  notional: bigint;
  /** Sum of Maint requirements. */
  maintRequired: bigint;
  /** Positions without a usable price. */
  unpriced: number;
  /** What collateral counts, included in the liquidation lines. */
  collateral: bigint;
  positions: PositionHealth[];
};

/** The engine refused to judge: the sentence is the program's. */
export class EngineRefusal extends Error {
  override name = 'EngineRefusal';
  constructor(
    /** Name of the refusal in the program. */
    readonly refusal: string,
    sentence: string,
  ) {
    super(sentence);
  }
}

type Exports = {
  memory: WebAssembly.Memory;
  input(): number;
  output(): number;
  size_of_kind?(kind: number): number;
  measure(): number;
};

const LINES: readonly Line[] = ['init', 'liqEnd', 'maint', 'solvency'];
const [ACCOUNT, MARKET, COLLATERAL] = [0, 1, 2];

type Given<T extends { index: number; engine: unknown }> = Pick<T, 'index' | 'engine'>;

/** The engine, loaded. */
export class Engine {
  readonly #exports: Exports;

  /** Takes an instance of `engine.wasm`; refuses one of another version. */
  constructor(instance: WebAssembly.Instance) {
    this.#exports = instance.exports as unknown as Exports;
    for (const [kind, encoder] of [
      [ACCOUNT, getEngineAccountEncoder()],
      [MARKET, getEngineMarketEncoder()],
      [COLLATERAL, getEngineCollateralEncoder()],
    ] as const) {
      if (this.#exports.size_of_kind?.(kind) !== encoder.fixedSize)
        throw new Error('engine.wasm is of another version than this package: build it again with `cargo xtask sdk`');
    }
  }

  /**
   * Health of `account`, whose positions' markets are all in `markets` and whose collateral's records, and the settlement token's, are all
   * in `collaterals`.
   */
  health(
    account: Pick<MarginAccount, 'engine'>,
    markets: Iterable<Given<Market>>,
    now: Now,
    collaterals: Iterable<Given<Collateral>> = [],
  ): Health {
    const held = pick(marketsOf(account), markets, (index) => `a position in market ${index}`);
    const records = pick(collateralsOf(account), collaterals, (index) =>
      index === 0 ? "collateral, which is judged with the settlement token's record" : `collateral ${index}`,
    );
    this.#write(account, held, records, now);
    const status = this.#exports.measure();
    if (status !== 0) throw refused(status);
    return this.#read();
  }

  #write(
    account: Pick<MarginAccount, 'engine'>,
    markets: readonly Given<Market>[],
    collaterals: readonly Given<Collateral>[],
    now: Now,
  ) {
    const { memory, input } = this.#exports;
    const view = new DataView(memory.buffer, input());
    const bytes = new Uint8Array(memory.buffer, input());
    let at = 0;
    const word = (x: bigint) => {
      view.setBigInt64(at, BigInt.asIntN(64, x), true);
      at += 8;
    };
    const put = (x: ArrayLike<number>) => {
      bytes.set(x, at);
      at += x.length;
    };
    word(now.slot);
    word(now.time);
    word(BigInt(markets.length));
    word(BigInt(collaterals.length));
    put(getEngineAccountEncoder().encode(account.engine));
    for (const market of markets) {
      word(BigInt(market.index));
      put(getEngineMarketEncoder().encode(market.engine));
    }
    for (const collateral of collaterals) {
      word(BigInt(collateral.index));
      put(getEngineCollateralEncoder().encode(collateral.engine));
    }
  }

  #read(): Health {
    const { memory, output } = this.#exports;
    const view = new DataView(memory.buffer, output());
    let at = -8;
    const next = () => view.getBigInt64((at += 8), true);
    const small = () => Number(next());
    const price = () => next() || null;
    const [init, withdraw, liqEnd, maint, solvency] = [next(), next(), next(), next(), next()];
    const [notional, maintRequired, unpriced, collateral] = [next(), next(), small(), next()];
    const positions = Array.from({ length: small() }, (): PositionHealth => {
      const [market, base, mark, usable, worth, result] = [small(), next(), next(), small() === 1, next(), next()];
      const requires = { init: small(), liqEnd: small(), maint: small() };
      const exposed = small() === 1;
      const spans = Object.fromEntries(
        LINES.map((line) => {
          const held = small() === 1;
          const span: Span = { from: price(), to: price() };
          return [line, held ? span : null];
        }),
      );
      return {
        market,
        base,
        price: mark,
        usable,
        notional: worth,
        result,
        requires,
        spans: exposed ? (spans as Record<Line, Span | null>) : null,
      };
    });
    return { init, withdraw, liqEnd, maint, solvency, notional, maintRequired, unpriced, collateral, positions };
  }
}

/** Those of `given` that `indices` name, in that order. */
function pick<T extends { index: number }>(indices: readonly number[], given: Iterable<T>, what: (index: number) => string): T[] {
  const all = [...given];
  return indices.map((index) => {
    const found = all.find((one) => one.index === index);
    if (!found) throw new Error(`the account holds ${what(index)}, which was not given`);
    return found;
  });
}

/** The engine's refusals have the program's last numbers, in the engine's order, which begins with Overflow. */
function refused(status: number): Error {
  const known = refusal(FIREBREAK_ERROR__OVERFLOW + status - 1);
  return known
    ? new EngineRefusal(known.name, known.sentence)
    : new Error(`the engine refused with the unknown number ${status}`);
}

/** Loads the engine: from beside this package, or from bytes that the caller has. */
export async function loadEngine(bytes?: BufferSource): Promise<Engine> {
  const { instance } = await WebAssembly.instantiate(bytes ?? (await own()), {});
  return new Engine(instance);
}

async function own(): Promise<BufferSource> {
  const url = new URL('../../engine.wasm', import.meta.url);
  if (url.protocol === 'file:') return (await import('node:fs/promises')).readFile(url);
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`engine.wasm could not be loaded from ${url}: status ${answer.status}`);
  return answer.arrayBuffer();
}
