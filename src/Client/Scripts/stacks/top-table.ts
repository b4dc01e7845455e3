import { make, setText } from '../dom';
import { formatCount } from '../format';
import { KeyedRows } from '../keyed-rows';
import { visibleText } from '../visible-text';
import { changeOf, comparing, type Comparison } from './change';
import { functionTotals, type FunctionTotals } from './function-totals';
import type { Scene } from './scene';
import { parseSearch } from './search';
import { SizeWatch } from './size-watch';
import { TopRow } from './top-row';

export type TopKey = 'name' | 'self' | 'total' | 'change';

export interface TopSort {
  key: TopKey;
  descending: boolean;
}

/** Rows beyond those in sight, on either side, that are in the page as well. */
const overscan = 10;

/** Pixels of a row, until it is known. */
const usualRow = 28;

const columns: readonly [key: TopKey, label: string, className: string][] = [
  ['name', 'Function', ''], ['self', 'Self', 'ct-number'], ['total', 'Total', 'ct-number'], ['change', 'Change', 'ct-number'],
];

/** The functions under the zoom that the search finds: by what was counted in each itself, and with what it calls. */
export class TopTable {
  readonly element: HTMLElement;
  readonly #body = make('tbody');
  readonly #headers = new Map<TopKey, HTMLTableCellElement>();
  readonly #note = make('p', { className: 'sv-note' });
  readonly #above = make('tr', { 'aria-hidden': 'true', className: 'ct-space' }, make('td'));
  readonly #below = make('tr', { 'aria-hidden': 'true', className: 'ct-space' }, make('td'));
  readonly #scroll: HTMLElement;
  readonly #size: SizeWatch;
  readonly #table: HTMLTableElement;
  readonly #rows = new KeyedRows<number, TopRow>(
    this.#body, this.#above, name => new TopRow(this.#scene!.tree.definitions, name, this.pick));
  #sort: TopSort = { key: 'self', descending: true };
  #scene: Scene | null = null;
  #draws: Drawing | null = null;
  #subject: string | null = null;
  /** Pixels; 0 until it has been measured. */
  #rowHeight = 0;
  /** Pixels scrolled down, as far as told: to ask makes the browser lay out the page. */
  #top = 0;

  constructor(label: string, private readonly pick: (name: string) => void) {
    this.#table = make('table', { className: 'ct-table sv-top', 'aria-label': label },
      make('thead', {}, make('tr', {}, ...columns.map(column => this.#header(...column)))), this.#body);
    this.#body.append(this.#above, this.#below);
    this.#scroll = make('div', { className: 'sv-table-scroll', tabIndex: 0, role: 'region', 'aria-label': label }, this.#table);
    this.element = make('div', { className: 'sv-table' }, this.#scroll, this.#note);
    this.#size = new SizeWatch(this.#scroll, () => this.#resized());
    this.#scroll.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    this.#body.addEventListener('keydown', event => this.#key(event));
  }

  draw(scene: Scene): void {
    this.#scene = scene;
    const { tree, totals, zoom } = scene;
    const sums = functionTotals(tree, totals, zoom.node);
    const changes = changesOf(scene, sums);
    const names = shownNames(scene, sums, changes, this.#sort);
    this.#draws = { scene, sums, changes, names };
    this.#table.classList.toggle('sv-compares', changes !== null);
    this.#table.setAttribute('aria-rowcount', String(names.length + 1));
    this.#goTo(scene, names);
    this.#place();
    setText(this.#note, noteOn(scene, names.length));
  }

  #resized(): void {
    this.#rowHeight = 0;
    this.#scrolled();
  }

  #scrolled(): void {
    this.#top = this.#scroll.scrollTop;
    this.#place();
  }

  /** Rows are higher on narrow screens; to ask for it makes the browser lay out the page, so it is done once a size. */
  #measureRow(): void {
    const first = this.#rows.any;
    if (this.#rowHeight === 0 && first) {
      this.#rowHeight = first.element.offsetHeight;
    }
  }

  /** A function that has just been chosen, here or elsewhere, is brought into sight. */
  #goTo({ view, tree }: Scene, names: readonly number[]): void {
    if (view.subject === this.#subject) {
      return;
    }
    this.#subject = view.subject;
    const at = view.subject === null ? -1 : names.indexOf(tree.definitions.nameId(view.subject) ?? -1);
    const { height } = this.#size.measure();
    const top = at * (this.#rowHeight || usualRow);
    if (at >= 0 && (top < this.#top || top > this.#top + height - 2 * usualRow)) {
      this.#scroll.scrollTop = Math.max(0, top - height / 2);
    }
  }

  dispose(): void {
    this.#size.stop();
  }

  /** Puts the rows in sight into the page, in order, moving none that is where it belongs. */
  #place(): void {
    if (!this.#draws) {
      return;
    }
    const { scene, sums, changes, names } = this.#draws;
    const [from, to] = this.#rangeInSight(names.length);
    const inSight = names.slice(from, to);
    const { focused } = this.#rows;
    this.#rows.place(inSight).forEach((row, index) => row.show(scene, sums, changes, inSight[index]!, from + index));
    this.#measureRow();
    this.#space(this.#above, from);
    this.#space(this.#below, names.length - to);
    if (focused?.element.isConnected && !focused.element.contains(document.activeElement)) {
      focused.focus(); // to move an element takes the focus from it
    }
  }

  #rangeInSight(rows: number): [from: number, to: number] {
    const { height } = this.#size.measure();
    const rowHeight = this.#rowHeight || usualRow;
    const count = Math.ceil((height || 600) / rowHeight) + 2 * overscan;
    const first = Math.floor(this.#top / rowHeight) - overscan;
    const from = Math.max(0, Math.min(first, rows - count));
    return [from, Math.min(rows, from + count)];
  }

  #space(row: HTMLTableRowElement, missing: number): void {
    row.hidden = missing === 0;
    row.style.height = `${missing * this.#rowHeight}px`;
  }

  #header(key: TopKey, label: string, className: string): HTMLTableCellElement {
    const onclick = () => {
      const isSame = this.#sort.key === key;
      this.#sort = { key, descending: isSame ? !this.#sort.descending : key !== 'name' };
      this.#markSorted();
      if (this.#scene) this.draw(this.#scene);
    };
    const cell = make('th', { scope: 'col', className: `${className} sv-${key}` }, make('button', { type: 'button', onclick }, label));
    this.#headers.set(key, cell);
    this.#markSorted();
    return cell;
  }

  #markSorted(): void {
    for (const [key, cell] of this.#headers) {
      cell.setAttribute('aria-sort', key !== this.#sort.key ? 'none' : this.#sort.descending ? 'descending' : 'ascending');
    }
  }

  #key(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = (document.activeElement as HTMLElement | null)?.closest('tr');
    const next = step === 1 ? row?.nextElementSibling : step === -1 ? row?.previousElementSibling : null;
    if (next) {
      event.preventDefault();
      next.querySelector('button')?.focus();
    }
  }
}

/** What the rows are made of, when others come into sight. */
interface Drawing {
  scene: Scene;
  sums: FunctionTotals;
  changes: Comparison | null;
  /** In the order of the table. */
  names: readonly number[];
}

/** Functions compared with the baseline, if there is one. Shares are of all, on both sides. */
function changesOf({ comparison, tree, zoom }: Scene, now: FunctionTotals): Comparison | null {
  if (!comparison) {
    return null;
  }
  const { total } = comparison.then;
  const then = functionTotals(tree, { self: total, total }, zoom.node); // only what is in and below is compared
  return comparing(comparison, now.total, then.total);
}

function shownNames(scene: Scene, { self, total }: FunctionTotals, changes: Comparison | null, sort: TopSort): number[] {
  const { nameTexts } = scene.tree.definitions;
  const search = parseSearch(scene.view.search);
  const names: number[] = [];
  for (let name = 0; name < nameTexts.length; name++) {
    const isThere = total[name]! > 0 || (changes?.then.total[name] ?? 0) > 0;
    if (isThere && (!search || search.matches(visibleText(nameTexts[name]!)))) {
      names.push(name);
    }
  }
  const difference = (name: number) => {
    const change = changeOf(changes!, name);
    return Math.abs(change.now - change.then);
  };
  const key = sort.key === 'change' && !changes ? 'total' : sort.key;
  const value = (name: number) => (key === 'change' ? difference(name) : key === 'self' ? self[name]! : total[name]!);
  const direction = sort.descending ? -1 : 1;
  const byName = (a: number, b: number) => (nameTexts[a]! < nameTexts[b]! ? -1 : nameTexts[a] === nameTexts[b] ? a - b : 1);
  return names.sort((a, b) => direction * (key === 'name' ? byName(a, b) : value(a) - value(b)) || byName(a, b));
}

function noteOn({ view }: Scene, found: number): string {
  const where = view.zoom.length > 0 ? ', in and under the zoomed frame' : '';
  const which = view.search.trim() === '' ? '' : ' found';
  return `${formatCount(found)} ${found === 1 ? 'function' : 'functions'}${which}${where}`;
}
