import { visibleText } from '../visible-text';
import type { RowCell } from '../rows/row-data';
import type { Span } from './buckets';
import type { Estimate } from './histogram';

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const threeDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

type Steps = readonly (readonly [size: number, sign: string])[];

const times: Steps = [[1e9, ' s'], [1e6, ' ms'], [1e3, ' µs'], [1, ' ns']];
const bytes: Steps = [[2 ** 40, ' TiB'], [2 ** 30, ' GiB'], [2 ** 20, ' MiB'], [1024, ' KiB'], [1, ' B']];
const counts: Steps = [[1e18, ' E'], [1e15, ' P'], [1e12, ' T'], [1e9, ' G'], [1e6, ' M'], [1, '']];

/** A value as people read it, by its unit: 1234567 ns → "1.23 ms", 4096 bytes → "4 KiB", 1234567 → "1.23 M". */
export function formatValue(value: number, unit: string | null = null): string {
  if (!Number.isFinite(value)) {
    return value > 0 ? '∞' : '−∞';
  }
  const [size, sign] = stepOf(Math.abs(value), unit);
  return `${minus(scaled(Math.abs(value), size), value < 0)}${sign}`;
}

/** The same with every digit: "1,234,567 ns". */
export function formatExactly(value: number | bigint, unit: string | null = null): string {
  const isWhole = typeof value === 'bigint' || Number.isInteger(value);
  const text = isWhole ? grouped.format(value) : new Intl.NumberFormat('en', { maximumFractionDigits: 3 }).format(value);
  return text + (unit === 'bytes' ? ' bytes' : unit ? ` ${unit}` : '');
}

/** The values of a bar: "4 – 7", "1.02 – 2.05 µs", "< −100", "≥ 4,000". */
export function formatSpan({ low, high }: Span, unit: string | null): string {
  if (low === null || high === null) {
    return low === null ? `< ${formatValue(Number(high! + 1n), unit)}` : `≥ ${formatValue(Number(low), unit)}`;
  }
  if (low === high) {
    return formatValue(Number(low), unit);
  }
  const [a, b] = [formatValue(Number(low), unit), formatValue(Number(high), unit)];
  if (a === b) {
    return `${formatExactly(low)} – ${formatExactly(high, unit)}`;
  }
  const sign = stepOf(Math.max(Math.abs(Number(low)), Math.abs(Number(high))), unit)[1];
  // One unit is enough, if both have it.
  return `${sign !== '' && a.endsWith(sign) && b.endsWith(sign) ? a.slice(0, -sign.length) : a} – ${b}`;
}

/** The same with every digit. */
export function spanExactly({ low, high }: Span, unit: string | null): string {
  return low === null ? `less than ${formatExactly(high! + 1n, unit)}`
    : high === null ? `${formatExactly(low, unit)} or more`
    : low === high ? formatExactly(low, unit)
    : `${formatExactly(low)} to ${formatExactly(high, unit)}`;
}

/** "1.23 ms" where it is known, "≈ 1.2 ms ±6 %" where it is estimated, "≈ 150 ±25" within equal buckets. */
export function formatEstimate(estimate: Estimate | null, unit: string | null, isLinear = false): string {
  if (!estimate) {
    return '–';
  }
  const { low, high, value, error } = estimate;
  if (low === high) {
    return formatValue(value, unit);
  }
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    return Number.isFinite(low) ? `≥ ${formatValue(low, unit)}` : `≤ ${formatValue(high, unit)}`;
  }
  const isNearZero = Math.abs(value) < error * 2;
  const within = isLinear || isNearZero ? formatValue(error, unit) : `${threeDigits.format(Number(percent(error / Math.abs(value))))} %`;
  return `≈ ${formatValue(value, unit)} ±${within}`;
}

/** Rounded up, so that what is promised holds. */
function percent(share: number): string {
  const exact = share * 100;
  return (exact < 1 ? Math.ceil(exact * 10) / 10 : Math.ceil(exact)).toString();
}

function stepOf(size: number, unit: string | null): readonly [number, string] {
  const steps = unit === 'ns' ? times : unit === 'bytes' ? bytes : counts;
  return steps.find(([step]) => size >= step) ?? steps.at(-1)!;
}

function scaled(value: number, size: number): string {
  return size === 1 && value >= 1000 ? grouped.format(value) : threeDigits.format(value / size);
}

function minus(text: string, isNegative: boolean): string {
  return isNegative ? `−${text}` : text;
}

/** The text of a key's value, with what is not seen made visible. */
export function cellText({ text }: RowCell): string {
  return visibleText(text);
}

/** A key in one line: "fd = 3, comm = curl". */
export function keyText(cells: readonly RowCell[], labels: readonly string[]): string {
  return cells.length === 0 ? 'all calls' : cells.map((cell, i) => `${visibleText(labels[i] ?? '')} = ${cellText(cell)}`).join(', ');
}

/** A specifier in a few words: a long path would leave no room for what tells it from the others. */
export function withoutFolders(specifier: string): string {
  return specifier.replace(/(?:\/[^\s/:'"]+)+\/(?=[^\s/:'"]+:)/, '');
}
