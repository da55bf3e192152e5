// The risk engine itself, compiled to WebAssembly: health here is not a second copy of its formulas. sdk/engine says what is exported.
import { getEngineAccountEncoder, getEngineMarketEncoder } from './generated/types/index.js';
import type { MarginAccount, Market } from './generated/accounts/index.js';
import { FIREBREAK_ERROR__OVERFLOW } from './generated/errors/index.js';
import { refusal } from './errors.js';

/** The chain's clock. */
export type Now = { slot: bigint; time: bigint };

/** Prices, in ticks, at which the account stands on the line's other side; `null`: at none. */
export type Crossing = { below: bigint | null; above: bigint | null };

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
  /** Where each line is crossed as this market's price moves and everything else stays. */
  crossings: Record<Line, Crossing>;
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
const [ACCOUNT, MARKET] = [0, 1];

/** The engine, loaded. */
export class Engine {
  readonly #exports: Exports;

  /** Takes an instance of `engine.wasm`; refuses one of another version. */
  constructor(instance: WebAssembly.Instance) {
    this.#exports = instance.exports as unknown as Exports;
    for (const [kind, encoder] of [
      [ACCOUNT, getEngineAccountEncoder()],
      [MARKET, getEngineMarketEncoder()],
    ] as const) {
      if (this.#exports.size_of_kind?.(kind) !== encoder.fixedSize)
        throw new Error('engine.wasm is of another version than this package: build it again with `cargo xtask sdk`');
    }
  }

  /** Health of `account`, whose positions' markets are all in `markets`. */
  health(account: Pick<MarginAccount, 'engine'>, markets: Iterable<Pick<Market, 'index' | 'engine'>>, now: Now): Health {
    const all = [...markets];
    const held = account.engine.positions.filter((p) => p.used !== 0 && (p.base !== 0n || p.result !== 0n)).map((p) => p.market);
    const passed = held.map((index) => {
      const market = all.find((m) => m.index === index);
      if (!market) throw new Error(`the account holds a position in market ${index}, which was not given`);
      return market;
    });
    this.#write(account, passed, now);
    const status = this.#exports.measure();
    if (status !== 0) throw refused(status);
    return this.#read();
  }

  #write(account: Pick<MarginAccount, 'engine'>, markets: readonly Pick<Market, 'index' | 'engine'>[], now: Now) {
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
    word(0n); // collaterals
    put(getEngineAccountEncoder().encode(account.engine));
    for (const market of markets) {
      word(BigInt(market.index));
      put(getEngineMarketEncoder().encode(market.engine));
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
      const crossings = Object.fromEntries(LINES.map((line) => [line, { below: price(), above: price() }]));
      return {
        market,
        base,
        price: mark,
        usable,
        notional: worth,
        result,
        requires,
        crossings: crossings as Record<Line, Crossing>,
      };
    });
    return { init, withdraw, liqEnd, maint, solvency, notional, maintRequired, unpriced, collateral, positions };
  }
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
