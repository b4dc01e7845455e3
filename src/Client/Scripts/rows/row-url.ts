import { writeFragment } from '../address';
import { escapePart, partsOf, unescapePart } from '../stacks/url-state';
import { plainChoice, type Choice } from './row-window';

/** What of a view goes into the address of the page. */
export interface RowViewState extends Choice {
  /** Keys of the columns that are seen, in order; null for those that usually are. */
  columns: readonly string[] | null;
  /** Whether equal events are counted; null for as the command says. */
  counting: boolean | null;
}

export const plainRows: RowViewState = { ...plainChoice, columns: null, counting: null };

/** A view as the fragment of an address: only what is not as at the beginning. */
export function encodeRows({ filter, text, sortBy, descending, columns, counting }: RowViewState): string {
  const parts: string[] = [];
  if (filter.trim() !== '') parts.push(`filter=${escapePart(filter.trim())}`);
  if (text !== '') parts.push(`find=${escapePart(text)}`);
  if (sortBy !== null) parts.push(`sort=${descending ? '-' : ''}${escapePart(sortBy)}`);
  if (columns) parts.push(`cols=${columns.map(escapePart).join(',')}`);
  if (counting !== null) parts.push(`equal=${counting ? 'counted' : 'single'}`);
  return parts.join('&');
}

export function decodeRows(fragment: string): RowViewState {
  const parts = partsOf(fragment);
  const text = (key: string) => unescapePart(parts.get(key) ?? '');
  const sort = text('sort');
  const columns = (parts.get('cols') ?? '').split(',').map(unescapePart).filter(key => key !== '');
  return {
    filter: text('filter'), text: text('find'),
    sortBy: sort.replace(/^-/, '') || null, descending: sort.startsWith('-'),
    columns: columns.length > 0 ? columns : null,
    counting: { counted: true, single: false }[text('equal')] ?? null,
  };
}

/** Writes the view into the address. */
export function writeAddress(view: RowViewState): void {
  writeFragment(encodeRows(view));
}
