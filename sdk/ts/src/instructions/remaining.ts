// Accounts an instruction is given beyond those it names: markets of positions, and other margin accounts with theirs.
import { AccountRole, type AccountMeta, type Address, type Instruction } from '@solana/kit';
import { marketAddress } from '../addresses.js';
import type { MarginAccount } from '../generated/accounts/index.js';

/** Indices of the markets an instruction on `account` must be given, in the order of its positions; `named` left out. */
export function marketsOf(account: MarginAccount, named?: number): number[] {
  return account.engine.positions
    .filter((p) => p.used !== 0 && (p.base !== 0n || p.result !== 0n) && p.market !== named)
    .map((p) => p.market);
}

/** Markets of several accounts, one after the other: what an instruction takes that names two of them. None is passed twice. */
export function marketsOfAll(accounts: readonly MarginAccount[], named?: number): number[] {
  return [...new Set(accounts.flatMap((account) => marketsOf(account, named)))];
}

/** A margin account given beyond those an instruction names, with the markets of its positions. */
export type Group = { account: Address; markets: readonly number[] };

/** Metas in the order in which the program reads them. */
export class Rest {
  readonly #metas: AccountMeta[] = [];
  readonly #passed = new Set<number>();

  /** Markets that the instruction has already. */
  knowing(markets: readonly number[]): this {
    markets.forEach((market) => this.#passed.add(market));
    return this;
  }

  /** Markets to read, in this order. */
  async read(markets: readonly number[]): Promise<this> {
    return this.#markets(markets, AccountRole.READONLY);
  }

  /** Markets to change, in this order. */
  async write(markets: readonly number[]): Promise<this> {
    return this.#markets(markets, AccountRole.WRITABLE);
  }

  /** Accounts, each followed by those of its markets that are neither `named` nor passed before. */
  async groups(groups: readonly Group[], named: number, role: AccountRole): Promise<this> {
    for (const group of groups) {
      this.#metas.push({ address: group.account, role });
      await this.read(group.markets.filter((m, i) => m !== named && !this.#passed.has(m) && group.markets.indexOf(m) === i));
    }
    return this;
  }

  /** The instruction with these accounts at its end. */
  after<I extends Instruction>(instruction: I): I & { accounts: readonly AccountMeta[] } {
    return { ...instruction, accounts: [...(instruction.accounts ?? []), ...this.#metas] } as I & {
      accounts: readonly AccountMeta[];
    };
  }

  async #markets(markets: readonly number[], role: AccountRole): Promise<this> {
    for (const market of markets) {
      this.#passed.add(market);
      this.#metas.push({ address: await marketAddress(market), role });
    }
    return this;
  }
}

/** Addresses to read at the end of an instruction. */
export function reading<I extends Instruction>(instruction: I, addresses: readonly Address[]): I {
  const metas = addresses.map((address) => ({ address, role: AccountRole.READONLY }));
  return { ...instruction, accounts: [...(instruction.accounts ?? []), ...metas] } as I;
}
