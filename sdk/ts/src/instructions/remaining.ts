// Accounts an instruction is given beyond those it names: what the health of accounts needs, and other margin accounts with theirs.
import { AccountRole, type AccountMeta, type Address, type Instruction } from '@solana/kit';
import { collateralAddress, marketAddress } from '../addresses.js';
import type { MarginAccount } from '../generated/accounts/index.js';

/** One account that the health of a margin account needs: a market, by its number, or the record of a collateral, by its token. */
export type Need = number | Address;

/** Which token a collateral's number means; 0 is the settlement token. */
export type MintOf = (collateral: number) => Address;

type Held = Pick<MarginAccount, 'engine'>;

const records = (account: Held, mintOf: MintOf): Need[] => collateralsOf(account).map((index) => mintOf(index));

/** Indices of the markets an instruction on `account` must be given, in the order of its positions; `named` left out. */
export function marketsOf(account: Held, named?: number): number[] {
  return account.engine.positions
    .filter((p) => p.used !== 0 && (p.base !== 0n || p.result !== 0n) && p.market !== named)
    .map((p) => p.market);
}

/** Numbers of the collateral records that judge `account`: its balances in slot order, then the settlement token; none without a balance. */
export function collateralsOf(account: Held): number[] {
  const { collaterals, collateral } = account.engine;
  if (collaterals === 0) return [];
  return [...collateral.filter((balance) => balance.used !== 0).map((balance) => balance.collateral), 0];
}

/** What an instruction on `account` must be given: `marketsOf` it, then the records of its collateral. */
export const needsOf = (account: Held, mintOf: MintOf, named?: number): Need[] => [
  ...marketsOf(account, named),
  ...records(account, mintOf),
];

/** The same of several accounts, one after the other: what an instruction takes that names two. What both need is there twice. */
export const needsOfAll = (accounts: readonly Held[], mintOf: MintOf, named?: number): Need[] =>
  accounts.flatMap((account) => needsOf(account, mintOf, named));

/** What `recover` takes: also the markets in which the account only remembers a loss. */
export const everyNeedOf = (account: Held, mintOf: MintOf): Need[] => [
  ...account.engine.positions.filter((p) => p.used !== 0).map((p) => p.market),
  ...records(account, mintOf),
];

/** A margin account given beyond those an instruction names, with what its health needs. */
export type Group = { account: Address; markets: readonly Need[] };

/** Metas in the order in which the program reads them. */
export class Rest {
  readonly #metas: AccountMeta[] = [];
  readonly #passed = new Set<Need>();

  /** What the instruction has already. */
  knowing(needs: readonly Need[]): this {
    needs.forEach((need) => this.#passed.add(need));
    return this;
  }

  /** Needs to read, in this order. */
  async read(needs: readonly Need[]): Promise<this> {
    return this.#push(needs, AccountRole.READONLY);
  }

  /** Needs of which the markets are changed, in this order. No instruction changes a record that it does not name. */
  async write(needs: readonly Need[]): Promise<this> {
    return this.#push(needs, AccountRole.WRITABLE);
  }

  /** Accounts, each followed by those of its needs that are neither market `named` nor passed before. */
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

  async #push(needs: readonly Need[], markets: AccountRole): Promise<this> {
    for (const need of needs) {
      this.#passed.add(need);
      this.#metas.push(
        typeof need === 'number'
          ? { address: await marketAddress(need), role: markets }
          : { address: await collateralAddress(need), role: AccountRole.READONLY },
      );
    }
    return this;
  }
}

/** Addresses to read at the end of an instruction. */
export function reading<I extends Instruction>(instruction: I, addresses: readonly Address[]): I {
  const metas = addresses.map((address) => ({ address, role: AccountRole.READONLY }));
  return { ...instruction, accounts: [...(instruction.accounts ?? []), ...metas] } as I;
}
