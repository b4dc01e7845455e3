import { escapePart, partsOf, unescapePart } from '../stacks/url-state';
import type { TickRange } from '../stacks/view-state';

/** In which order a table is: by a column's key. */
export interface Order {
  readonly column: string;
  readonly descending: boolean;
}

/** How one distribution is looked at. */
export interface PartView {
  /** The id of the only key that is shown; null for all. */
  readonly key: number | null;
  /** First and last bucket of what is selected; null for all. */
  readonly buckets: readonly [number, number] | null;
  readonly hidden: readonly number[];
  readonly order: Order | null;
  readonly find: string;
  /** Beyond what -T asked for. */
  readonly all: boolean;
}

/** What is compared with. */
export type Base =
  | { readonly kind: 'range'; readonly range: TickRange }
  | { readonly kind: 'session'; readonly id: string };

/** All that decides what is to be seen. Never altered: what changes is a new one. */
export interface DistView {
  /** Null: everything, live. */
  readonly range: TickRange | null;
  readonly base: Base | null;
  readonly norm: 'second' | 'total';
  /** Every bucket has its own bar. */
  readonly fine: boolean;
  readonly logBars: boolean;
  readonly cumulative: boolean;
  readonly logColors: boolean;
  /** Tables keep their order while they change. */
  readonly hold: boolean;
  readonly parts: readonly PartView[];
}

export const plainPart: PartView = { key: null, buckets: null, hidden: [], order: null, find: '', all: false };

export function plainView(distributions: number): DistView {
  return {
    range: null, base: null, norm: 'second', fine: false, logBars: false, cumulative: true, logColors: true, hold: false,
    parts: Array.from({ length: distributions }, () => plainPart),
  };
}

/** A view as the fragment of an address: only what is not as at the beginning. */
export function encodeView(view: DistView): string {
  const words: string[] = [];
  const put = (key: string, value: string) => words.push(`${key}=${value}`);
  if (view.range) put('ticks', `${view.range.from}-${view.range.to}`);
  if (view.base) put('base', view.base.kind === 'range' ? `${view.base.range.from}-${view.base.range.to}` : `s:${escapePart(view.base.id)}`);
  if (view.norm !== 'second') put('norm', view.norm);
  if (view.fine) put('fine', '1');
  if (view.logBars) put('axis', 'log');
  if (!view.cumulative) put('line', '0');
  if (!view.logColors) put('colors', 'linear');
  if (view.hold) put('hold', '1');
  view.parts.forEach((part, i) => {
    if (part.key !== null) put(`key${i}`, String(part.key));
    if (part.buckets) put(`buckets${i}`, part.buckets.join('..'));
    if (part.hidden.length > 0) put(`hide${i}`, part.hidden.join(','));
    if (part.order) put(`sort${i}`, `${part.order.descending ? '-' : ''}${escapePart(part.order.column)}`);
    if (part.find !== '') put(`find${i}`, escapePart(part.find));
    if (part.all) put(`all${i}`, '1');
  });
  return words.join('&');
}

/** The view of a fragment. What it does not say, or says in a way nobody can read, is as at the beginning. */
export function decodeView(fragment: string, distributions: number): DistView {
  const words = partsOf(fragment);
  const text = (key: string) => unescapePart(words.get(key) ?? '');
  return {
    range: decodeRange(text('ticks')),
    base: decodeBase(text('base')),
    norm: text('norm') === 'total' ? 'total' : 'second',
    fine: text('fine') === '1',
    logBars: text('axis') === 'log',
    cumulative: text('line') !== '0',
    logColors: text('colors') !== 'linear',
    hold: text('hold') === '1',
    parts: Array.from({ length: distributions }, (_, i) => decodePart(key => text(`${key}${i}`))),
  };
}

function decodePart(text: (key: string) => string): PartView {
  const [, low, high] = /^(-?\d{1,6})\.\.(-?\d{1,6})$/.exec(text('buckets')) ?? [];
  const order = text('sort');
  return {
    key: decodeId(text('key')),
    buckets: low !== undefined && Number(low) <= Number(high) ? [Number(low), Number(high)] : null,
    hidden: text('hide').split(',').map(decodeId).filter(id => id !== null),
    order: order === '' ? null : { column: order.replace(/^-/, ''), descending: order.startsWith('-') },
    find: text('find'),
    all: text('all') === '1',
  };
}

function decodeBase(text: string): Base | null {
  if (text.startsWith('s:')) {
    return { kind: 'session', id: text.slice(2) };
  }
  const range = decodeRange(text);
  return range && { kind: 'range', range };
}

function decodeRange(text: string): TickRange | null {
  const [, from, to] = /^(\d{1,15})-(\d{1,15})$/.exec(text) ?? [];
  return from !== undefined && Number(from) < Number(to) ? { from: Number(from), to: Number(to) } : null;
}

function decodeId(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
