import { hash } from './frame-colors';
import type { Grouping } from './shape';
import { plainView, type TickRange, type ViewState } from './view-state';

/** Longer paths are written as hashes of the names. */
const longestPath = 1200;

const tabs = ['graph', 'table', 'sandwich', 'tree'] as const;
const groupings = ['none', 'process', 'thread', 'cpu', 'comm'] as const;
const colorings = ['kind', 'module', 'name'] as const;

/**
 * A view as the fragment of an address: only what differs from `start`, the view that a session begins with. The
 * fragment is not sent to servers, and none of them limits its length.
 */
export function encodeView(view: ViewState, start: ViewState = plainView): string {
  const parts: string[] = [];
  const put = (key: string, value: string) => parts.push(`${key}=${value}`);
  const { shape } = view;
  if (view.tab !== start.tab) put('tab', view.tab);
  if (view.zoom.length > 0) put('zoom', encodePath(view.zoom));
  if (view.rest > 0) put('rest', String(view.rest));
  if (view.search !== '') put('find', escapePart(view.search));
  if (view.range) put('ticks', `${view.range.from}-${view.range.to}`);
  if (view.icicle !== start.icicle) put('grow', view.icicle ? 'down' : 'up');
  if (view.order !== start.order) put('order', view.order);
  if (view.colors !== start.colors) put('colors', view.colors);
  if (shape.group !== start.shape.group) put('group', shape.group);
  if (shape.callers) put('callers', '1');
  if (shape.focus !== null) put('focus', escapePart(shape.focus));
  if (shape.merged.length > 0) put('merge', encodeNames(shape.merged));
  if (shape.dropped.length > 0) put('drop', encodeNames(shape.dropped));
  if (shape.recursion.length > 0) put('flat', encodeNames(shape.recursion));
  if (view.subject !== null) put('of', escapePart(view.subject));
  if (view.norm !== start.norm) put('norm', view.norm);
  if (view.baseline) put('base', `${view.baseline.from}-${view.baseline.to}`);
  return parts.join('&');
}

/** The view of a fragment. What it does not say, or says in a way nobody can read, is as in `start`. */
export function decodeView(fragment: string, start: ViewState = plainView): ViewState {
  const parts = partsOf(fragment);
  const text = (key: string) => unescapePart(parts.get(key) ?? '');
  const names = (key: string) => decodeNames(parts.get(key) ?? '');
  const rest = Number(parts.get('rest') ?? 0);
  return {
    tab: oneOf(tabs, text('tab')) ?? start.tab,
    zoom: names('zoom'),
    rest: Number.isInteger(rest) && rest > 0 && rest < 100 ? rest : 0,
    search: text('find'),
    range: decodeRange(parts.get('ticks') ?? ''),
    icicle: oneOf(['up', 'down'] as const, text('grow')) === undefined ? start.icicle : text('grow') === 'down',
    order: oneOf(['name', 'weight'] as const, text('order')) ?? start.order,
    colors: oneOf(colorings, text('colors')) ?? start.colors,
    shape: {
      group: oneOf<Grouping>(groupings, text('group')) ?? start.shape.group,
      callers: parts.get('callers') === '1',
      focus: text('focus') || null,
      merged: names('merge'),
      dropped: names('drop'),
      recursion: names('flat'),
    },
    subject: text('of') || null,
    norm: oneOf(['second', 'total'] as const, text('norm')) ?? start.norm,
    baseline: decodeRange(parts.get('base') ?? ''),
  };
}

/** The parts of a fragment by their keys, still escaped. */
export function partsOf(fragment: string): ReadonlyMap<string, string> {
  return new Map(fragment.replace(/^#/, '').split('&').map(part => {
    const at = part.indexOf('=');
    return [part.slice(0, at), part.slice(at + 1)] as const;
  }));
}

/** How a path of an address names a frame: `~` and a hash, where the names themselves would be too long. */
export function hashedName(name: string): string {
  return `~${hash(name).toString(36)}`;
}

export function isHashed(path: readonly string[]): boolean {
  return path.length > 0 && path.every(name => /^~[0-9a-z]{1,7}$/.test(name));
}

function encodePath(path: readonly string[]): string {
  const names = encodeNames(path);
  return names.length <= longestPath || isHashed(path) ? names : encodeNames(path.map(hashedName));
}

function encodeNames(names: readonly string[]): string {
  return names.map(escapePart).join(';');
}

function decodeNames(text: string): string[] {
  return text === '' ? [] : text.split(';').map(unescapePart).filter(name => name !== '');
}

function decodeRange(text: string): TickRange | null {
  const [, from, to] = /^(\d{1,15})-(\d{1,15})$/.exec(text) ?? [];
  return from !== undefined && Number(from) < Number(to) ? { from: Number(from), to: Number(to) } : null;
}

/** As `encodeURIComponent` (which spares no sign that parts are told by), but names stay legible. */
export function escapePart(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd')).replace(/%(?:3A|2C|40|2F|3F|5B|5D)/g, decodeURIComponent);
}

export function unescapePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function oneOf<T extends string>(values: readonly T[], text: string): T | undefined {
  return values.find(value => value === text);
}
