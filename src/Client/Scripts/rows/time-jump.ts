import type { RowPage } from './row-data';

/**
 * The place among the matching events of the first at or after a time, by halving: some twenty questions for a million
 * events. Null where there are none; behind the last event it is the last one's.
 */
export async function placeAt(ms: number, ask: (from: number) => Promise<RowPage>): Promise<number | null> {
  const start = await ask(0);
  let [low, high] = [0, start.matches];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = (await ask(middle)).rows[0];
    if (row && row.ms < ms) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return start.matches === 0 ? null : Math.min(low, start.matches - 1);
}
