// Between what people write and what the program stores. Decimal texts and whole numbers, never floats.

/** Digits after the point of the settlement token. */
export const SETTLEMENT_DECIMALS = 6;

const LARGEST = 2n ** 63n - 1n;

/** A text is not a number of the unit asked for. */
export class UnitError extends Error {
  override name = 'UnitError';
}

/** Parses a decimal text into units of 10^-decimals, exactly. */
export function parseUnits(text: string, decimals: number): bigint {
  const found = /^(\d*)(?:\.(\d*))?$/.exec(text);
  const [whole, fraction] = [found?.[1] ?? '', (found?.[2] ?? '').replace(/0+$/, '')];
  if (!found || (whole === '' && (found[2] ?? '') === '')) throw new UnitError(`'${text}' is not a decimal number`);
  if (fraction.length > decimals) throw new UnitError(`'${text}' has more than ${decimals} digits after the point`);
  const units = BigInt(whole + fraction.padEnd(decimals, '0') || '0');
  if (units > LARGEST) throw new UnitError(`'${text}' is larger than the protocol can hold`);
  return units;
}

/** Formats units of 10^-decimals as a decimal text without trailing zeros. */
export function formatUnits(units: bigint, decimals: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const fraction = digits.slice(point).replace(/0+$/, '');
  return (units < 0n ? '-' : '') + digits.slice(0, point) + (fraction === '' ? '' : `.${fraction}`);
}

/** Digits after the point of a size in base units, in a market whose prices have `decimals`. */
export const lotDecimals = (decimals: number): number => Math.max(0, 18 - decimals);

/** What of a market says how its numbers are written. */
export type Scaled = { engine: { params: { decimals: number } } };

/** Atoms of an amount in the settlement token. */
export const parseAmount = (text: string): bigint => parseUnits(text, SETTLEMENT_DECIMALS);
/** An amount in the settlement token. */
export const formatAmount = (atoms: bigint): string => formatUnits(atoms, SETTLEMENT_DECIMALS);
/** Ticks of a price in USD. */
export const parsePrice = (text: string, market: Scaled): bigint => parseUnits(text, market.engine.params.decimals);
/** A price in USD. */
export const formatPrice = (ticks: bigint, market: Scaled): string => formatUnits(ticks, market.engine.params.decimals);
/** Lots of a size in base units. */
export const parseSize = (text: string, market: Scaled): bigint => parseUnits(text, lotDecimals(market.engine.params.decimals));
/** A size in base units. */
export const formatSize = (lots: bigint, market: Scaled): string => formatUnits(lots, lotDecimals(market.engine.params.decimals));
