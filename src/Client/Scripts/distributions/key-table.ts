import { make, setText } from '../dom';
import { formatCount } from '../format';
import { KeyedRows } from '../keyed-rows';
import type { Point } from '../popup';
import { parseFilter, type RowFilter } from '../row-filter';
import { columnsOf, KeyNumbers, usualOrder, type Column } from './key-columns';
import { KeyRow } from './key-row';
import { hiddenOf, searchedText, type Scene } from './scene';
import type { Order, PartView } from './view-state';

const overscan = 8;

/** More rows than these are not ordered at every drawing. */
const manyRows = 10_000;

export interface KeyTableEvents {
  set(change: Partial<PartView>): void;
  /** A row was chosen. */
  pick(key: number, at: Point): void;
}

/** The keys of a distribution with their numbers; of many thousands only those in sight are in the page. */
export class KeyTable {
  readonly element: HTMLElement;
  readonly #find = make('input', {
    type: 'search', placeholder: 'text, text* or /regex/', spellcheck: false, autocomplete: 'off', 'aria-label': 'Filter values',
    'data-shortcut': '/', title: 'Filter by the text of the values (/)',
  });
  readonly #said = make('span', { className: 'ct-muted', role: 'status' });
  readonly #all = make('button', { type: 'button', className: 'small', hidden: true });
  readonly #head = make('tr');
  readonly #body = make('tbody');
  readonly #above = make('tr', { 'aria-hidden': 'true', className: 'ct-space' }, make('td'));
  readonly #below = make('tr', { 'aria-hidden': 'true', className: 'ct-space' }, make('td'));
  readonly #table: HTMLTableElement;
  readonly #scroll: HTMLElement;
  readonly #empty = make('p', { className: 'ct-empty', hidden: true });
  readonly #rows = new KeyedRows<number, KeyRow>(this.#body, this.#above, key => new KeyRow(key, this.#columns));
  readonly #heads = new Map<string, HTMLTableCellElement>();
  readonly #matches = new MatchMemory();
  #columns: readonly Column[] = [];
  #headShown = '';
  #order: number[] = [];
  #scene: Scene | null = null;
  #numbers: KeyNumbers | null = null;
  /** What the keys act on, and its place. */
  #active = -1;
  #activeAt = 0;
  #pointed = false;
  #typing = 0;
  #drawnOrder = '';
  #asked = '';
  #ordered = -Infinity;
  #found = 0;
  /** In pixels; on a narrow page they are higher. */
  #rowHeight = 28;

  constructor(private readonly events: KeyTableEvents) {
    this.#body.append(this.#above, this.#below);
    this.#table = make('table', { className: 'ct-table ds-keys', role: 'grid', 'aria-label': 'Values' }, make('thead', {}, this.#head), this.#body);
    this.#scroll = make('div', { className: 'ds-keys-scroll', tabIndex: 0, role: 'region', 'aria-label': 'Values, scrolled' }, this.#table, this.#empty);
    this.element = make('div', { className: 'ds-table' },
      make('div', { className: 'ds-table-tools' }, this.#find, this.#said, this.#all), this.#scroll);
    this.#listen();
  }

  draw(scene: Scene): void {
    this.#scene = scene;
    this.#numbers = new KeyNumbers(scene);
    this.#drawHead(scene);
    if (document.activeElement !== this.#find && this.#find.value !== scene.part.find) {
      this.#find.value = scene.part.find;
    }
    const filter = parseFilter(this.#find.value);
    this.#find.setAttribute('aria-invalid', String(filter.error !== undefined));
    if (this.#isOrderDue(scene)) {
      const found = this.#visible(scene, filter);
      this.#sort(scene, this.#top(scene, found));
      this.#found = found.length;
    }
    this.#drawRows();
    this.#drawSaid(scene, filter, this.#found);
  }

  /** To order very many takes so long that what comes by itself is ordered once a second; what the user does at once. */
  #isOrderDue({ part, view, state }: Scene): boolean {
    const asked = JSON.stringify([this.#find.value, part, view.range, view.base, view.hold, state]);
    const isDue = this.#order.length < manyRows || asked !== this.#asked || performance.now() - this.#ordered > 1000;
    if (isDue) {
      [this.#asked, this.#ordered] = [asked, performance.now()];
    }
    return isDue;
  }

  /** Nothing is there yet, or nothing is left: why. */
  set emptyWords(words: string) {
    const isEmpty = this.#order.length === 0;
    this.#empty.hidden = !isEmpty;
    setText(this.#empty, !isEmpty ? '' : this.#find.value !== '' ? 'No value matches the filter.' : words);
  }

  /** What is in the page, for a picture or a copy. */
  get order(): readonly number[] {
    return this.#order;
  }

  #visible(scene: Scene, filter: RowFilter): number[] {
    const hidden = hiddenOf(scene);
    const counts = this.#numbers!.counts;
    const matches = this.#matches.of(this.#find.value, filter, scene);
    return (scene.definitions.keysOf[scene.index] ?? []).filter(key =>
      key < scene.moment.keyCount && (counts[key]! > 0 || (this.#numbers!.baseCount(key) > 0)) && !hidden.has(key) && matches(key));
  }

  /** Those that -T asked for: the ones with most. */
  #top({ part, top }: Scene, keys: number[]): number[] {
    this.#all.hidden = top === null || keys.length <= top;
    setText(this.#all, part.all ? `Only the top ${top}` : `Show all ${formatCount(keys.length)}`);
    if (top === null || part.all || keys.length <= top) {
      return keys;
    }
    const counts = this.#numbers!.counts;
    return [...keys].sort((a, b) => counts[b]! - counts[a]! || a - b).slice(0, top);
  }

  #sort(scene: Scene, keys: number[]): void {
    const order = this.#usable(scene.part.order);
    const column = this.#columns.find(each => each.key === order.column)!;
    const wanted = JSON.stringify(order);
    const isHeld = (scene.view.hold || this.#isHeld) && wanted === this.#drawnOrder;
    this.#drawnOrder = wanted;
    const present = new Set(keys);
    // What stood in order a moment ago nearly does so now, which the sort makes use of.
    const before = this.#order.filter(key => present.delete(key));
    const now = [...before, ...[...present].sort((a, b) => this.#numbers!.counts[b]! - this.#numbers!.counts[a]!)];
    if (isHeld) {
      this.#order = now;
      return;
    }
    const values = new Map(now.map(key => [key, column.value!(this.#numbers!, key)]));
    const sign = order.descending ? -1 : 1;
    this.#order = now.sort((a, b) => {
      const [x, y] = [values.get(a)!, values.get(b)!];
      return x < y ? -sign : x > y ? sign : a - b;
    });
  }

  #usable(order: Order | null): Order {
    const found = order && this.#columns.find(column => column.key === order.column && column.value);
    return found ? order : usualOrder;
  }

  #drawHead(scene: Scene): void {
    const columns = columnsOf(scene);
    const shown = columns.map(column => `${column.key} ${column.label}`).join('\n');
    if (shown !== this.#headShown) {
      this.#headShown = shown;
      this.#columns = columns;
      this.#heads.clear();
      this.#head.replaceChildren(...columns.map(column => this.#headCell(column)));
      this.#rows.clear();
    }
    const order = this.#usable(scene.part.order);
    for (const [key, cell] of this.#heads) {
      cell.setAttribute('aria-sort', key !== order.column ? 'none' : order.descending ? 'descending' : 'ascending');
    }
  }

  #headCell(column: Column): HTMLTableCellElement {
    const cell = make('th', { scope: 'col', className: column.className, title: headTitle(column) });
    if (!column.value) {
      cell.append(column.label);
      return cell;
    }
    cell.append(make('button', { type: 'button', onclick: () => this.#sortBy(column) }, column.label));
    this.#heads.set(column.key, cell);
    return cell;
  }

  #sortBy(column: Column): void {
    const order = this.#usable(this.#scene!.part.order);
    const descending = order.column === column.key ? !order.descending : column.isNumber;
    this.#scroll.scrollTop = 0;
    this.events.set({ order: { column: column.key, descending } });
  }

  #drawRows(): void {
    const hasFocus = this.#rows.get(this.#active)?.element === document.activeElement;
    const [from, to] = this.#inSight();
    this.#keepActive();
    this.#place(this.#order.slice(from, to), from);
    this.#table.setAttribute('aria-rowcount', String(this.#order.length + 1));
    this.#space(this.#above, from);
    this.#space(this.#below, this.#order.length - to);
    if (hasFocus) {
      this.#rows.get(this.#active)?.element.focus({ preventScroll: true }); // what is moved, or gone, has lost it
    }
  }

  /** Of a row that is gone, what the keys act on is the one in its place. */
  #keepActive(): void {
    const at = this.#order.indexOf(this.#active);
    this.#activeAt = at >= 0 ? at : Math.max(0, Math.min(this.#activeAt, this.#order.length - 1));
    this.#active = this.#order[this.#activeAt] ?? -1;
  }

  #place(keys: readonly number[], from: number): void {
    this.#rows.place(keys).forEach((row, index) => {
      row.element.setAttribute('aria-rowindex', String(from + index + 2));
      row.element.tabIndex = keys[index] === this.#active ? 0 : -1;
      row.draw(this.#numbers!, this.#scene!.part.key === keys[index]);
    });
  }

  #inSight(): [from: number, to: number] {
    this.#rowHeight = this.#rows.any?.element.offsetHeight || this.#rowHeight;
    const height = this.#scroll.clientHeight || 400;
    const count = Math.ceil(height / this.#rowHeight) + 2 * overscan;
    const first = Math.max(0, Math.min(Math.floor(this.#scroll.scrollTop / this.#rowHeight) - overscan, this.#order.length - count));
    return [first, Math.min(this.#order.length, first + count)];
  }

  #space(row: HTMLTableRowElement, missing: number): void {
    row.hidden = missing === 0;
    row.style.height = `${missing * this.#rowHeight}px`;
  }

  #drawSaid({ view, part, top }: Scene, filter: RowFilter, found: number): void {
    const shown = this.#order.length;
    const limit = top !== null && !part.all && found > top ? `top ${formatCount(shown)} of ${formatCount(found)} (-T)` : `${formatCount(shown)} ${shown === 1 ? 'value' : 'values'}`;
    setText(this.#said, filter.error ?? `${limit}${view.hold ? ' · order held' : this.#isHeld ? ' · order held while you point here' : ''}`);
  }

  /** While the pointer is over the rows, or one has the focus, none moves under the user's hand. */
  get #isHeld(): boolean {
    return this.#pointed || this.#body.contains(document.activeElement);
  }

  #listen(): void {
    this.#listenToFind();
    this.#all.onclick = () => this.events.set({ all: !this.#scene!.part.all });
    this.#body.addEventListener('pointerenter', event => this.#pointed = event.pointerType === 'mouse');
    this.#body.addEventListener('pointerleave', () => this.#pointed = false);
    this.#body.addEventListener('click', event => this.#picked(event));
    this.#body.addEventListener('contextmenu', event => {
      event.preventDefault();
      this.#picked(event);
    });
    this.#scroll.addEventListener('scroll', () => this.#scene && this.#drawRows(), { passive: true });
    this.#scroll.addEventListener('keydown', event => this.#key(event));
  }

  #listenToFind(): void {
    this.#find.addEventListener('input', () => {
      clearTimeout(this.#typing);
      this.#typing = window.setTimeout(() => this.events.set({ find: this.#find.value }), 120);
    });
    this.#find.addEventListener('keydown', event => {
      if (event.key === 'Escape') {
        event.stopPropagation(); // one Esc, one thing
        this.#find.value = '';
        this.#find.blur();
        this.events.set({ find: '' });
      } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
        event.preventDefault();
        this.#go(0);
      }
    });
  }

  #picked(event: MouseEvent): void {
    const key = keyOf(event.target);
    if (key !== null) {
      this.#active = key;
      this.#rows.get(key)?.element.focus({ preventScroll: true });
      this.events.pick(key, { x: event.clientX, y: event.clientY });
    }
  }

  #key(event: KeyboardEvent): void {
    if ((event.target as Element).closest('thead')) {
      return;
    }
    const at = this.#order.indexOf(this.#active);
    const to = { ArrowDown: keyOf(event.target) === null ? at : at + 1, ArrowUp: at - 1, PageDown: at + 10, PageUp: at - 10, Home: 0, End: this.#order.length - 1 }[event.key];
    if (to !== undefined) {
      this.#go(to);
    } else if ((event.key === 'Enter' || event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) && keyOf(event.target) !== null) {
      const { left, bottom } = (event.target as Element).getBoundingClientRect();
      this.events.pick(this.#active, { x: left + 40, y: bottom });
    } else {
      return;
    }
    event.preventDefault();
  }

  /** Puts a row under the keys, and into sight. */
  #go(to: number): void {
    const place = Math.max(0, Math.min(this.#order.length - 1, to));
    const key = this.#order[place];
    if (key === undefined) {
      return;
    }
    this.#active = key;
    const top = place * this.#rowHeight;
    const room = this.#scroll.clientHeight - 2 * this.#rowHeight;
    if (top < this.#scroll.scrollTop || top > this.#scroll.scrollTop + room) {
      this.#scroll.scrollTop = top < this.#scroll.scrollTop ? top : top - room;
      this.#drawRows();
    }
    this.#rows.get(key)?.element.focus({ preventScroll: true });
  }
}

/** Which keys the filter lets through: those that are new are looked at, the others remembered. */
class MatchMemory {
  #text = '';
  #known: boolean[] = [];

  of(text: string, filter: RowFilter, { definitions }: Scene): (key: number) => boolean {
    if (text.trim() === '') {
      return () => true;
    }
    if (text !== this.#text) {
      [this.#text, this.#known] = [text, []];
    }
    return key => this.#known[key] ??= filter.matches(searchedText(definitions, key));
  }
}

function headTitle({ key, label }: Column): string {
  return key === 'p50' || key === 'p99' || key === 'max'
    ? `${label}: with ≈ estimated from buckets. Choose a row to see how exactly.`
    : key === 'shape' ? 'The histogram of the key, over the values of all keys' : label;
}

function keyOf(target: EventTarget | null): number | null {
  const row = (target as Element | null)?.closest<HTMLElement>('tr[data-key]');
  return row ? Number(row.dataset.key) : null;
}
