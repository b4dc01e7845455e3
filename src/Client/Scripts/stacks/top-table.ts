import { make, setText } from '../dom';
import { formatCount, formatShare } from '../format';
import { visibleText } from '../visible-text';
import { changeOf, comparing, type Comparison } from './change';
import { frameColor, changeColor } from './frame-colors';
import { functionTotals, type FunctionTotals } from './function-totals';
import { baseName } from './ledger';
import { comparedWords, share, type Scene } from './scene';
import { parseSearch } from './search';
import type { StackDefinitions } from './stack-definitions';
import { isUnknown } from './stack-fold';

export type TopKey = 'name' | 'self' | 'total' | 'change';

export interface TopSort {
  key: TopKey;
  descending: boolean;
}

/** More rows than this nobody reads; what they add up to is told. */
const pageOfRows = 200;

const columns: readonly [key: TopKey, label: string, className: string][] = [
  ['name', 'Function', ''], ['self', 'Self', 'ct-number'], ['total', 'Total', 'ct-number'], ['change', 'Change', 'ct-number'],
];

/** The functions under the zoom that the search finds: by what was counted in each itself, and with what it calls. */
export class TopTable {
  readonly element: HTMLElement;
  readonly #body = make('tbody');
  readonly #headers = new Map<TopKey, HTMLTableCellElement>();
  readonly #note = make('p', { className: 'sv-note' });
  readonly #more = make('button', { type: 'button', className: 'small', hidden: true, onclick: () => this.#showMore() }, 'Show more');
  readonly #table: HTMLTableElement;
  readonly #rows = new Map<number, Row>();
  #sort: TopSort = { key: 'self', descending: true };
  #most = pageOfRows;
  #scene: Scene | null = null;

  constructor(label: string, private readonly pick: (name: string) => void) {
    this.#table = make('table', { className: 'ct-table sv-top', 'aria-label': label },
      make('thead', {}, make('tr', {}, ...columns.map(column => this.#header(...column)))), this.#body);
    this.element = make('div', { className: 'sv-table' },
      make('div', { className: 'sv-table-scroll', tabIndex: 0, role: 'region', 'aria-label': label }, this.#table, this.#more), this.#note);
    this.#body.addEventListener('keydown', event => this.#key(event));
  }

  draw(scene: Scene): void {
    this.#scene = scene;
    const { tree, totals, zoom } = scene;
    const sums = functionTotals(tree, totals, zoom.node);
    const changes = changesOf(scene, sums);
    const names = shownNames(scene, sums, changes, this.#sort);
    this.#table.classList.toggle('sv-compares', changes !== null);
    this.#place(names.slice(0, this.#most).map(name => {
      const row = this.#rows.get(name) ?? new Row(tree.definitions, name, this.pick);
      this.#rows.set(name, row);
      row.show(scene, sums, changes, name);
      return row;
    }));
    this.#more.hidden = names.length <= this.#most;
    setText(this.#note, noteOn(scene, names.length, Math.min(names.length, this.#most)));
  }

  #showMore(): void {
    this.#most += pageOfRows;
    this.draw(this.#scene!);
  }

  /** Puts the rows into the page, in order, moving none that is where it belongs. */
  #place(rows: readonly Row[]): void {
    const wanted = new Set(rows);
    for (const [name, row] of this.#rows) {
      if (!wanted.has(row)) {
        row.element.remove();
        this.#rows.delete(name);
      }
    }
    rows.forEach((row, index) => {
      const there = this.#body.children[index] ?? null;
      if (there !== row.element) {
        const hadFocus = row.element.contains(document.activeElement);
        this.#body.insertBefore(row.element, there);
        if (hadFocus) row.focus();
      }
    });
  }

  #header(key: TopKey, label: string, className: string): HTMLTableCellElement {
    const onclick = () => {
      const isSame = this.#sort.key === key;
      this.#sort = { key, descending: isSame ? !this.#sort.descending : key !== 'name' };
      this.#markSorted();
      this.draw(this.#scene!);
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

/** One function. It writes to the page only what differs from what is there. */
class Row {
  readonly element: HTMLTableRowElement;
  readonly #swatch = make('span', { className: 'sv-swatch' });
  readonly #name: HTMLButtonElement;
  readonly #self = make('td', { className: 'ct-number' });
  readonly #total = make('td', { className: 'ct-number' });
  readonly #change = make('td', { className: 'ct-number sv-change' });
  #color = '';

  constructor(definitions: StackDefinitions, name: number, pick: (name: string) => void) {
    const text = definitions.nameTexts[name]!;
    const module = moduleOf(definitions, name);
    this.#name = make('button', { type: 'button', className: 'sv-function', onclick: () => pick(text) }, visibleText(text));
    this.element = make('tr', { title: `${visibleText(text)}\n${visibleText(module)}` },
      make('th', { scope: 'row' }, this.#swatch, this.#name, make('span', { className: 'ct-place' }, visibleText(baseName(module)))),
      this.#self, this.#total, this.#change);
  }

  focus(): void {
    this.#name.focus({ preventScroll: true });
  }

  show(scene: Scene, sums: FunctionTotals, changes: Comparison | null, name: number): void {
    const { tree, totals, view, theme, zoom } = scene;
    const whole = totals.total[zoom.node]!;
    const frame = tree.definitions.frames[tree.definitions.nameFrames.at(name)]!;
    const change = changes && changeOf(changes, name);
    this.#paint(change ? changeColor(change.tone, theme) : frameColor(frame, view.colors, theme));
    fill(this.#self, sums.self[name]!, whole);
    fill(this.#total, sums.total[name]!, whole);
    const difference = change ? change.now - change.then : 0;
    const words = change ? comparedWords(changes!.norm, Math.abs(difference)) : '';
    setText(this.#change, change ? `${difference < 0 ? '−' : '+'}${words}` : '');
    const isSubject = view.subject !== null && view.subject === tree.definitions.nameTexts[name];
    this.element.classList.toggle('sv-subject', isSubject);
    this.#name.setAttribute('aria-pressed', String(isSubject));
  }

  #paint(color: string): void {
    if (color !== this.#color) {
      this.#swatch.style.background = this.#color = color;
    }
  }
}

function fill(cell: HTMLElement, count: number, whole: number): void {
  const part = share(count, whole);
  setText(cell, formatShare(part));
  const title = `${formatCount(count)} events`;
  if (cell.title !== title) {
    cell.title = title;
    cell.style.setProperty('--share', part.toFixed(3));
  }
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

function moduleOf(definitions: StackDefinitions, name: number): string {
  const frame = definitions.frames[definitions.nameFrames.at(name)]!;
  const isShared = definitions.nameIsShared.at(name) === 1;
  return isShared ? (isUnknown(frame.kind) ? 'several' : `${frame.module ?? 'unknown'} and others`) : frame.module ?? '';
}

function noteOn({ view }: Scene, found: number, shown: number): string {
  const where = view.zoom.length > 0 ? ', in and under the zoomed frame' : '';
  const which = view.search.trim() === '' ? '' : ' found';
  return `${formatCount(found)} ${found === 1 ? 'function' : 'functions'}${which}${where}`
    + (shown < found ? `; the first ${formatCount(shown)} are listed` : '');
}
