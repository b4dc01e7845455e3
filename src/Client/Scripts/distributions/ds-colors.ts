/**
 * Colours from few to many. Each is lighter, or darker, than all before it, so that they are told apart without seeing
 * colour, and the first is near the ground it lies on.
 */
const light = ['#dcebf4', '#9fcbe1', '#5aa2cb', '#2b72ae', '#174a86', '#0a2552'];
const dark = ['#1d3350', '#21567c', '#1f7f95', '#35a99b', '#8ed081', '#f3f0a0'];
const steps = 64;

export const groundOf = (isDark: boolean) => (isDark ? '#10141a' : '#f3f5f8');
export const inkOf = (isDark: boolean) => (isDark ? '#e3e8ef' : '#1b2330');
export const mutedOf = (isDark: boolean) => (isDark ? '#9aa6b6' : '#596577');
export const lineOf = (isDark: boolean) => (isDark ? '#2d3643' : '#d8dde4');
export const surfaceOf = (isDark: boolean) => (isDark ? '#1a2028' : '#ffffff');
export const barOf = (isDark: boolean) => (isDark ? '#3fb8aa' : '#0b6e66');
export const baseOf = (isDark: boolean) => (isDark ? '#f0a04b' : '#b35c00');
export const markOf = (isDark: boolean) => (isDark ? '#ff8fc0' : '#c2185b');

const tables = new Map<boolean, readonly string[]>();

/** The colours of cells, fewest first. */
export function heatColors(isDark: boolean): readonly string[] {
  let table = tables.get(isDark);
  if (!table) {
    tables.set(isDark, table = Array.from({ length: steps }, (_, i) => mix(isDark ? dark : light, i / (steps - 1))));
  }
  return table;
}

/** The place of a count among the colours; the smallest count has the first colour, not none. */
export function heatStep(count: number, peak: number, isLog: boolean): number {
  const share = isLog ? (peak > 1 ? Math.log(count) / Math.log(peak) : 1) : count / (peak || 1);
  return Math.max(0, Math.min(steps - 1, Math.round(share * (steps - 1))));
}

function mix(colors: readonly string[], at: number): string {
  const place = at * (colors.length - 1);
  const first = Math.min(colors.length - 2, Math.floor(place));
  const part = place - first;
  const [a, b] = [rgb(colors[first]!), rgb(colors[first + 1]!)];
  return `rgb(${a.map((value, i) => Math.round(value + (b[i]! - value) * part)).join(' ')})`;
}

function rgb(color: string): number[] {
  return [1, 3, 5].map(at => parseInt(color.slice(at, at + 2), 16));
}
