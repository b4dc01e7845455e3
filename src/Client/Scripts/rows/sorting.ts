import type { Column } from './columns';

export interface SortOrder {
  sortBy: string | null;
  descending: boolean;
}

/** Up, down, and back to how they came; numbers begin with the largest. */
export function nextOrder({ sortBy, descending }: SortOrder, key: string, columns: readonly Column[]): SortOrder {
  const first = columns.find(column => column.key === key)?.isNumber ?? false;
  return sortBy !== key ? { sortBy: key, descending: first }
    : descending === first ? { sortBy: key, descending: !first } : { sortBy: null, descending: false };
}

export function orderWords({ sortBy, descending }: SortOrder): string {
  return sortBy === null ? 'in the order they came' : `by ${sortBy}, ${descending ? 'largest' : 'smallest'} first`;
}
