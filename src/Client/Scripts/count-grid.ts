import { CountRow, describeTarget, type Target } from './count-row';
import { make, setText } from './dom';
import type { FoldModel } from './fold-model';
import type { Numbers } from './fold';
import { KeyedRows } from './keyed-rows';
import type { RowFilter } from './row-filter';
import { clickedSort, defaultSort, holdOrder, sortRows, type Sort, type SortKey } from './row-order';
import { visibleText } from './visible-text';

/** Up to this many rows all are in the page; beyond, only those in sight. */
const allInPage = 500;
const overscan = 20;

const columns: readonly [key: SortKey | null, label: string, className: string][] = [
  ['name', 'Function', ''],
  ['count', 'Count', 'ct-number'],
  ['rate', 'Rate /s', 'ct-number'],
  ['share', 'Share', 'ct-number ct-share'],
  [null, 'Last minute', 'ct-spark'],
];

/** What is to be seen: the numbers, and the minute behind them if there is one. */
export interface GridView {
  numbers: Numbers;
  history: FoldModel;
  filter: RowFilter;
  showZero: boolean;
}

/** The table: which rows, in which order, and only those cells that changed. */
export class CountGrid {
  readonly element: HTMLElement;
  /** Rows left by the filter and the zero toggle, of all. */
  shown = 0;

  readonly #body = make('tbody');
  readonly #above = make('tr', { 'aria-hidden': 'true', className: 'ct-space' }, make('td'));
  readonly #below = make('tr', { 'aria-hidden': 'true', className: 'ct-space' }, make('td'));
  readonly #detail = make('p', { className: 'ct-detail' });
  readonly #headers = new Map<SortKey, HTMLTableCellElement>();
  readonly #table: HTMLTableElement;
  readonly #scroll: HTMLElement;
  readonly #rows = new KeyedRows<number, CountRow>(
    this.#body, this.#above, slot => new CountRow(this.#bySlot.get(slot)!, this.#showPlaces)); // of those that were set
  #bySlot: ReadonlyMap<number, Target> = new Map();
  #targets: readonly Target[] = [];
  #order: readonly Target[] = [];
  #sort: Sort = defaultSort;
  #showPlaces = false;
  #sparkSecond = -1;
  #pointed = false;
  #held = false;
  #rowHeight = 28;

  constructor(private readonly changed: () => void) {
    this.#body.append(this.#above, this.#below);
    this.#table = make('table', { className: 'ct-table' }, make('thead', {}, this.#headerRow()), this.#body);
    this.#scroll = make('div', { className: 'ct-scroll', tabIndex: 0, role: 'region', 'aria-label': 'Counts' }, this.#table);
    this.element = make('div', { className: 'ct-grid' }, this.#scroll, this.#detail);
    this.#listen();
  }

  setTargets(targets: readonly Target[]): void {
    this.#targets = targets;
    this.#showPlaces = new Set(targets.map(target => target.where)).size > 1;
    for (const target of targets) {
      this.#rows.get(target.slot)?.describe(target, this.#showPlaces);
    }
    this.#bySlot = new Map(targets.map(target => [target.slot, target]));
    this.#order = this.#order.flatMap(({ slot }) => this.#bySlot.get(slot) ?? []);
  }

  /** The heading of the rate: a rate now, or the average of what ended. */
  set rateLabel(label: string) {
    setText(this.#headers.get('rate')!.querySelector('button')!, label);
  }

  show(view: GridView): void {
    const visible = this.#targets.filter(target =>
      (view.showZero || view.numbers.count(target.slot) > 0) && view.filter.matches(target.name));
    const sorted = sortRows(visible, view.numbers, this.#sort);
    this.#order = this.#held ? holdOrder(this.#order, sorted) : sorted;
    this.shown = sorted.length;
    this.#table.setAttribute('aria-rowcount', String(sorted.length + 1));
    const most = visible.reduce((most, target) => Math.max(most, view.numbers.count(target.slot)), 0);
    const { placed, added } = this.#place();
    const newSecond = this.#sparkSecond !== view.history.fullSeconds;
    this.#sparkSecond = view.history.fullSeconds;
    for (const { slot } of placed) {
      const row = this.#rows.get(slot)!; // it was placed
      row.show(slot, view.numbers, most);
      if (newSecond || added.has(slot)) {
        row.drawSpark(view.history.lastMinute(slot));
      }
    }
    this.#tell();
  }

  /** Puts the rows in sight into the page, in order, and tells those that were not in it. */
  #place(): { placed: readonly Target[]; added: ReadonlySet<number> } {
    const [from, to] = this.#rangeInSight();
    const focused = Number((document.activeElement as HTMLElement | null)?.dataset.slot ?? -1);
    const placed = this.#order.slice(from, to);
    const added = new Set(placed.map(({ slot }) => slot).filter(slot => !this.#rows.has(slot)));
    this.#rows.place(placed.map(({ slot }) => slot)).forEach((row, index) =>
      row.element.setAttribute('aria-rowindex', String(from + index + 2)));
    this.#space(this.#above, from);
    this.#space(this.#below, this.#order.length - to);
    this.#refocus(focused);
    return { placed, added };
  }

  #rangeInSight(): [from: number, to: number] {
    if (this.#order.length <= allInPage) {
      return [0, this.#order.length];
    }
    this.#rowHeight = this.#rows.any?.element.offsetHeight || this.#rowHeight;
    const first = Math.floor(this.#scroll.scrollTop / this.#rowHeight) - overscan;
    const count = Math.ceil(this.#scroll.clientHeight / this.#rowHeight) + 2 * overscan;
    const from = Math.max(0, Math.min(first, this.#order.length - count));
    return [from, Math.min(this.#order.length, from + count)];
  }

  #space(row: HTMLTableRowElement, missing: number): void {
    row.hidden = missing === 0;
    row.style.height = `${missing * this.#rowHeight}px`;
  }

  /** Moving an element takes the focus from it. */
  #refocus(slot: number): void {
    const row = this.#rows.get(slot)?.element;
    if (row && document.activeElement !== row) {
      row.focus({ preventScroll: true });
    }
  }

  #headerRow(): HTMLTableRowElement {
    return make('tr', {}, ...columns.map(([key, label, className]) => {
      const cell = make('th', { scope: 'col', className });
      cell.append(key ? make('button', { type: 'button', onclick: () => this.#sortBy(key) }, label) : label);
      if (key) {
        this.#headers.set(key, cell);
      }
      this.#markSorted();
      return cell;
    }));
  }

  #sortBy(key: SortKey): void {
    this.#sort = clickedSort(this.#sort, key);
    this.#held = false;
    this.#markSorted();
    this.changed();
    this.#updateHold();
  }

  #markSorted(): void {
    for (const [key, cell] of this.#headers) {
      const direction = this.#sort.descending ? 'descending' : 'ascending';
      cell.setAttribute('aria-sort', key === this.#sort.key ? direction : 'none');
    }
  }

  #listen(): void {
    this.#body.addEventListener('pointerenter', event => this.#point(event.pointerType === 'mouse'));
    this.#body.addEventListener('pointerleave', () => this.#point(false));
    this.#body.addEventListener('focusin', () => {
      this.#updateHold();
      this.#tell();
    });
    this.#body.addEventListener('focusout', event => this.#updateHold(event.relatedTarget as Node | null));
    this.#scroll.addEventListener('scroll', () => this.#order.length > allInPage && this.changed(), { passive: true });
    this.#scroll.addEventListener('keydown', event => this.#moveFocus(event));
    this.#body.addEventListener('click', event => (event.target as Element).closest<HTMLElement>('tr')?.focus());
    this.#body.addEventListener('pointerover', () => this.#tell());
  }

  #point(pointed: boolean): void {
    this.#pointed = pointed;
    this.#updateHold();
  }

  /** While the pointer is over the rows, or one has the focus, none moves under the user's hand. */
  #updateHold(focused: Node | null = document.activeElement): void {
    const held = this.#pointed || this.#body.contains(focused);
    if (held !== this.#held) {
      this.#held = held;
      this.changed();
    }
  }

  #moveFocus(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') {
      (document.activeElement as HTMLElement | null)?.blur();
    }
    if (!step) {
      return;
    }
    event.preventDefault();
    const slot = Number((document.activeElement as HTMLElement).dataset.slot ?? -1);
    const at = this.#order.findIndex(target => target.slot === slot);
    const target = this.#order[at < 0 ? 0 : Math.max(0, Math.min(this.#order.length - 1, at + step))];
    this.#rows.get(target?.slot ?? null)?.element.focus();
  }

  /** The line under the table: what is known of the row in hand, or why the order stands still. */
  #tell(): void {
    const row = this.#body.querySelector<HTMLElement>('tr:focus') ?? this.#body.querySelector<HTMLElement>('tr:hover');
    const target = this.#order.find(each => String(each.slot) === row?.dataset.slot);
    const detail = target ? `${visibleText(target.name)} · ${describeTarget(target)}` : '';
    setText(this.#detail, this.#held ? `${detail}${detail ? ' · ' : ''}order held while you point here` : '');
  }
}
