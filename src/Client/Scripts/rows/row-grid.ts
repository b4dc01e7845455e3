import { make } from '../dom';
import type { Point } from '../popup';
import { SizeWatch } from '../stacks/size-watch';
import { ColumnWidths } from './column-widths';
import type { Column } from './columns';
import type { RowView } from './row-data';
import { RowElement } from './row-element';
import { RowHead } from './row-head';
import { ScrollMap } from './scroll-map';
import { TouchScroll } from './touch-scroll';

/** As in the style sheet, in pixels. */
const rowHeight = 26;
const headHeight = 30;

/** What is to be seen. */
export interface GridView {
  /** Index of the first row, and the one behind the last. */
  origin: number;
  end: number;
  /** Whether the server let go of a row. */
  isGone(index: number): boolean;
  row(index: number): RowView | undefined;
  columns: readonly Column[];
  sortBy: string | null;
  descending: boolean;
  /** Whether the end is kept in sight. */
  isFollowing: boolean;
  selected: number | null;
  activeColumn: number;
}

export interface GridEvents {
  /** The user scrolled: what is in sight has changed. */
  scrolled(isAtEnd: boolean): void;
  /** More may be in sight than before. */
  resized(): void;
  sort(key: string): void;
  /** A cell was clicked. */
  pick(index: number, column: number): void;
  menu(index: number, column: number, at: Point): void;
  key(event: KeyboardEvent): void;
}

let grids = 0;

/**
 * The table: only the rows in sight are in the page. They lie on a layer that does not scroll up and down, and are
 * put where they belong: the browser's own scrolling then never shows what is not there.
 */
export class RowGrid {
  readonly element = make('div', { className: 'rw-scroll', tabIndex: 0, role: 'grid', 'aria-label': 'Events', 'aria-readonly': 'true' });
  readonly #prefix = `rw${++grids}`;
  readonly #head: RowHead;
  readonly #rows = make('div', { className: 'rw-rows', role: 'rowgroup' });
  readonly #layer: HTMLElement;
  readonly #sizer: HTMLElement;
  readonly #widths = new ColumnWidths();
  readonly #elements = new Map<number, RowElement>();
  readonly #spare: RowElement[] = [];
  readonly #size: SizeWatch;
  readonly #touch: TouchScroll;
  #map = new ScrollMap(0, 0);
  /** Which pixel of the list is on top, from its origin. */
  #offset = 0;
  /** Where this put the scroll bar: what else it says, the user did. */
  #put = 0;
  #origin = 0;
  #template = '';

  constructor(private readonly events: GridEvents) {
    this.#head = new RowHead(key => events.sort(key));
    this.#layer = make('div', { className: 'rw-layer', role: 'presentation' }, make('div', { role: 'rowgroup' }, this.#head.element), this.#rows);
    this.#sizer = make('div', { className: 'rw-sizer', role: 'presentation' }, this.#layer);
    this.element.append(this.#sizer);
    this.#size = new SizeWatch(this.element, () => events.resized());
    this.#touch = new TouchScroll(this.element, { isScaled: () => this.#map.isScaled, moveBy: pixels => this.#moveBy(pixels) });
    this.#listen();
  }

  /** Indices of the rows in sight. */
  get sight(): { from: number; to: number } {
    const from = this.#origin + Math.floor(this.#offset / rowHeight);
    return { from, to: from + Math.ceil(this.#height / rowHeight) + 1 };
  }

  /** How many whole rows are in sight. */
  get page(): number {
    return Math.max(1, Math.floor(this.#height / rowHeight) - 1);
  }

  show(view: GridView): void {
    this.#size.measure();
    this.#place(view);
    this.#drawHead(view);
    this.#drawRows(view);
  }

  /** Scrolls as little as it takes for a row to be seen whole. */
  reveal(index: number, isMiddle = false): void {
    const top = (index - this.#origin) * rowHeight;
    const lowest = top + rowHeight - this.#height;
    this.#offset = isMiddle ? top - this.#height / 2 : Math.max(lowest, Math.min(top, this.#offset));
  }

  /** Back to the first row. */
  toTop(): void {
    this.#offset = 0;
  }

  focus(): void {
    this.element.focus({ preventScroll: true });
  }

  /** Where a cell is on the screen. */
  placeOf(index: number, column: number): Point {
    const cell = document.getElementById(this.#idOf(index, column)) ?? this.element;
    const { left, bottom } = cell.getBoundingClientRect();
    return { x: left, y: bottom };
  }

  /** Brings a cell into sight sideways. */
  revealColumn(index: number, column: number): void {
    document.getElementById(this.#idOf(index, column))?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  dispose(): void {
    this.#touch.stop();
    this.#size.stop();
  }

  get #height(): number {
    return Math.max(rowHeight, this.#size.height - headHeight);
  }

  #idOf(index: number, column: number): string {
    return `${this.#prefix}-${index}-${column}`;
  }

  /** Keeps the rows in sight where they are while the list grows, or its end in sight. */
  #place({ origin, end, isFollowing }: GridView): void {
    this.#map = new ScrollMap((end - origin) * rowHeight, this.#height);
    if (!isFollowing && origin !== this.#origin) {
      this.#offset += (this.#origin - origin) * rowHeight;
    }
    this.#origin = origin;
    this.#offset = isFollowing ? this.#map.last : this.#map.clamp(this.#offset);
    const height = `${this.#map.height + headHeight}px`;
    if (this.#sizer.style.height !== height) {
      this.#sizer.style.height = height;
    }
    this.#layer.style.height = `${this.#height + headHeight}px`;
    this.#touch.adapt();
    this.#putBar();
  }

  #putBar(): void {
    const wanted = Math.round(this.#map.toScroll(this.#offset));
    if (Math.abs(this.element.scrollTop - wanted) >= 1) {
      this.element.scrollTop = wanted;
    }
    this.#put = this.element.scrollTop;
  }

  #drawHead({ columns, sortBy, descending, end, origin, row }: GridView): void {
    const { from, to } = this.sight;
    for (let index = from; index < Math.min(to, end); index++) {
      const known = row(index);
      if (known) {
        this.#widths.see(known, columns);
      }
    }
    this.#head.show(columns, sortBy, descending);
    const template = this.#widths.template(columns);
    if (template !== this.#template) {
      this.#template = template;
      this.#layer.style.setProperty('--columns', template);
    }
    this.element.setAttribute('aria-rowcount', String(end - origin + 1));
    this.element.setAttribute('aria-colcount', String(columns.length));
  }

  #drawRows(view: GridView): void {
    const from = Math.max(view.origin, this.sight.from);
    const to = Math.min(view.end, this.sight.to);
    for (const [index, element] of this.#elements) {
      if (index < from || index >= to) {
        element.element.remove();
        this.#elements.delete(index);
        this.#spare.push(element);
      }
    }
    let before: Element | null = null;
    for (let index = from; index < to; index++) {
      before = this.#drawRow(index, before, view);
    }
    const { selected, activeColumn } = view;
    if (selected !== null && this.#elements.has(selected)) {
      this.element.setAttribute('aria-activedescendant', this.#idOf(selected, activeColumn));
    } else {
      this.element.removeAttribute('aria-activedescendant');
    }
  }

  /** In the page as on the screen: screen readers read in the order of the page. */
  #drawRow(index: number, before: Element | null, view: GridView): Element {
    const row = this.#elements.get(index) ?? this.#spare.pop() ?? new RowElement(this.#prefix);
    this.#elements.set(index, row);
    const { element } = row;
    const next = before ? before.nextElementSibling : this.#rows.firstElementChild;
    if (next !== element) {
      this.#rows.insertBefore(element, next);
    }
    element.style.transform = `translateY(${(index - view.origin) * rowHeight - this.#offset}px)`;
    row.show({
      index, row: view.row(index), isGone: view.isGone(index), activeColumn: index === view.selected ? view.activeColumn : null,
    }, view.columns, view.origin);
    return element;
  }

  #listen(): void {
    const { element } = this;
    element.addEventListener('scroll', () => this.#scrolled());
    element.addEventListener('wheel', event => this.#wheel(event), { passive: false });
    element.addEventListener('keydown', event => event.target === element && this.events.key(event));
    this.#rows.addEventListener('click', event => this.#at(event, (index, column) => this.events.pick(index, column)));
    this.#rows.addEventListener('contextmenu', event => this.#at(event, (index, column) => {
      event.preventDefault();
      this.events.menu(index, column, { x: event.clientX, y: event.clientY });
    }));
  }

  #at(event: MouseEvent, act: (index: number, column: number) => void): void {
    const target = event.target as HTMLElement;
    const row = target.closest<HTMLElement>('[data-row]')?.dataset.row;
    if (row !== undefined && getSelection()?.isCollapsed !== false) {
      act(Number(row), Number(target.closest<HTMLElement>('[data-col]')?.dataset.col ?? 0));
    }
  }

  #scrolled(): void {
    const { scrollTop } = this.element;
    if (Math.abs(scrollTop - this.#put) < 1) {
      return; // this did it itself, or it went sideways
    }
    this.#put = scrollTop;
    if (this.#size.read()) { // a window that was made smaller scrolls before its size is told
      this.#map = this.#map.seenIn(this.#height);
    }
    this.#moveTo(this.#map.toOffset(scrollTop));
  }

  /** Where a pixel of the bar is several of the list, a wheel would pass over rows. */
  #wheel(event: WheelEvent): void {
    if (!this.#map.isScaled || event.deltaY === 0 || event.ctrlKey || event.shiftKey) {
      return;
    }
    event.preventDefault();
    const unit = [1, rowHeight, this.#height][event.deltaMode] ?? 1;
    this.#moveBy(event.deltaY * unit);
  }

  /** Scrolls by pixels of the list; what is left is behind one of its ends. */
  #moveBy(pixels: number): number {
    const wanted = this.#offset + pixels;
    const reached = this.#map.clamp(wanted);
    this.#moveTo(reached);
    this.#putBar();
    return wanted - reached;
  }

  #moveTo(offset: number): void {
    this.#offset = offset;
    this.events.scrolled(offset >= this.#map.last - 1);
  }
}
