import { formatCount } from '../format';
import type { Column } from './columns';
import type { RowInfo } from './row-data';

/** How many events are equal: in front of the columns in which they are. */
const countColumn: Column = {
  key: 'count', label: 'COUNT', title: 'How many events are equal in the columns that are seen, the most first', isNumber: true,
  isFilterable: false, isUsual: true, isSortable: false, cell: ({ count }) => ({ text: formatCount(count ?? 0) }),
};

/** The columns of a table of equal events: those that are seen, but for the time, in which no two events are equal. */
export function groupColumns(seen: readonly Column[], all: readonly Column[]): Column[] {
  const equal = seen.filter(({ key }) => key !== 'time');
  const by = equal.length > 0 ? equal : all.filter(({ key }) => key === 'func');
  return [countColumn, ...by.map(column => ({ ...column, isSortable: false }))];
}

/** By which columns the server is asked to count. BCC's -A takes the stacks along, where events have any. */
export function groupBy(columns: readonly Column[], { countEqual, hasStacks }: Pick<RowInfo, 'countEqual' | 'hasStacks'>): string[] {
  return [...columns.slice(1).map(({ key }) => key), ...(countEqual && hasStacks ? ['stack'] : [])];
}
