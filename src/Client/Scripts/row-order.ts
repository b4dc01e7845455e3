import type { Numbers } from './fold';

export type SortKey = 'name' | 'count' | 'rate' | 'share';

export interface Sort {
  readonly key: SortKey;
  readonly descending: boolean;
}

export interface Named {
  readonly slot: number;
  readonly name: string;
}

export const defaultSort: Sort = { key: 'count', descending: true };

/** What a click on a header does: the other direction, or the column's natural one (names up, numbers down). */
export function clickedSort(current: Sort, key: SortKey): Sort {
  return { key, descending: current.key === key ? !current.descending : key !== 'name' };
}

/** The rows in order; equal ones by name, then by slot, so that rows at rest never change places. */
export function sortRows<T extends Named>(rows: readonly T[], numbers: Numbers, sort: Sort): T[] {
  const direction = sort.descending ? -1 : 1;
  const keyed = rows.map(row => ({ row, value: sortValue(row, numbers, sort.key) }));
  keyed.sort((a, b) => direction * compare(a.value, b.value) || byName(a.row, b.row));
  return keyed.map(({ row }) => row);
}

/** Keeps the rows where they are under the user's hand: what was there stays, in its order; what is new comes last. */
export function holdOrder<T extends Named>(previous: readonly T[], sorted: readonly T[]): T[] {
  const wanted = new Set(sorted.map(row => row.slot));
  const known = new Set(previous.map(row => row.slot));
  return [...previous.filter(row => wanted.has(row.slot)), ...sorted.filter(row => !known.has(row.slot))];
}

function sortValue(row: Named, numbers: Numbers, key: SortKey): number | string {
  switch (key) {
    case 'name': return row.name;
    case 'rate': return numbers.rate(row.slot);
    default: return numbers.count(row.slot);
  }
}

function byName(a: Named, b: Named): number {
  return compare(a.name, b.name) || a.slot - b.slot;
}

function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
