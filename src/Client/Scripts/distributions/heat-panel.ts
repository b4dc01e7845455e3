import { make, Painter, setText } from '../dom';
import { formatCount, formatSeconds } from '../format';
import type { Point } from '../popup';
import { SizeWatch } from '../stacks/size-watch';
import { sameRange, type TickRange } from '../stacks/view-state';
import { Buckets } from './buckets';
import { heatColors, markOf } from './ds-colors';
import { gridOf, paintAxes, paintCells, xOf, yOf, type Box, type GridColumn, type HeatGrid } from './heat-paint';
import type { HeatColumn } from './heat-model';
import { unitOf, type Scene } from './scene';
import { formatSpan, spanExactly } from './values';

const gutter = 72;
const narrowGutter = 60;
const below = 22;

export interface HeatEvents {
  /** A cell: a bar in a column. */
  pick(range: TickRange, buckets: readonly [number, number], at: Point): void;
  brush(range: TickRange | null): void;
}

/** How many columns to the right and rows up a key goes. */
const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
  PageUp: [0, 5], PageDown: [0, -5], Home: [-Infinity, 0], End: [Infinity, 0],
};

interface Cell {
  column: number;
  bar: number;
}

/** A histogram over time: a column for each stretch of time, a row for each bar, a colour for how many. */
export class HeatPanel {
  readonly element: HTMLElement;
  readonly #canvas = make('canvas', { className: 'ds-heat-canvas', 'aria-hidden': 'true' });
  readonly #pane: HTMLElement;
  readonly #brush = make('div', { className: 'ds-heat-brush', hidden: true });
  readonly #tip = make('div', { className: 'fg-tip ds-tip', hidden: true });
  readonly #legend = make('p', { className: 'ds-heat-legend' });
  readonly #colors = make('span', { className: 'ds-ramp', 'aria-hidden': 'true' });
  readonly #least = make('span');
  readonly #most = make('span');
  readonly #columnWords = make('span');
  readonly #told = make('p', { className: 'visually-hidden', role: 'status' });
  readonly #size: SizeWatch;
  /** What the pointer does is drawn by the frame. */
  readonly #painter = new Painter(() => this.#paint(), 0);
  #scene: Scene | null = null;
  #grid: HeatGrid = gridOf([], new Buckets({}));
  #cursor: Cell | null = null;
  /** By ticks: columns may be joined before the end of a drag. */
  #dragFrom: { tick: number; x: number } | null = null;
  #anchor: number | null = null;

  constructor(private readonly events: HeatEvents) {
    this.#pane = make('div', {
      className: 'ds-heat-pane', tabIndex: 0, role: 'application', 'aria-roledescription': 'heat map',
      'aria-label': 'Histogram over time',
    }, this.#canvas, this.#brush);
    this.#legend.append(
      this.#least, this.#colors, this.#most, make('span', {}, ' in a cell'), this.#columnWords);
    this.element = make('div', { className: 'ds-heat' }, this.#pane, this.#legend, this.#tip, this.#told);
    this.#size = new SizeWatch(this.#pane, () => this.#painter.ask());
    this.#listen();
  }

  dispose(): void {
    this.#size.stop();
    this.#painter.stop();
  }

  get width(): number {
    return this.#size.measure().width || 800;
  }

  /** `isLate`: the columns are of what was shown before. */
  draw(scene: Scene, columns: readonly HeatColumn[], isLate: boolean): void {
    const before = this.#grid;
    this.#scene = scene;
    this.#grid = gridOf(columns, scene.buckets!);
    this.#keepCursor(before);
    this.#pane.setAttribute('aria-label', this.#words());
    this.element.setAttribute('aria-busy', String(isLate));
    this.#drawLegend(scene.isDark);
    this.#paint();
  }

  /** Columns and rows may have been joined meanwhile, or be of other keys. */
  #keepCursor({ columns, bars }: HeatGrid): void {
    const { columns: { length }, lowest, rows } = this.#grid;
    const under = columns[this.#cursor?.column ?? -1];
    this.#cursor = !this.#cursor || !under || length === 0 ? null : {
      column: this.#columnAt(under.from),
      bar: clamp(this.#grid.bars.barOf(bars.bucketsOf(this.#cursor.bar)[0]), lowest, lowest + Math.max(rows, 1) - 1),
    };
  }

  #drawLegend(isDark: boolean): void {
    const { columns: { length }, startMs, endMs, peak } = this.#grid;
    setText(this.#least, peak > 0 ? '1' : '');
    setText(this.#most, formatCount(peak));
    setText(this.#columnWords, length > 0 ? `each column about ${formatSeconds((endMs - startMs) / length)} · drag to choose a time, click a cell for what is in it` : '');
    if (this.#colors.dataset.theme !== String(isDark)) {
      this.#colors.dataset.theme = String(isDark);
      this.#colors.style.background = `linear-gradient(90deg, ${heatColors(isDark).filter((_, i) => i % 9 === 0).join(', ')})`;
    }
    this.#legend.hidden = peak === 0;
  }

  /** In pixels of the page. */
  get #box(): Box {
    const { width } = this;
    const left = width < 600 ? narrowGutter : gutter;
    const rows = Math.max(1, this.#grid.rows);
    return { x: left, y: 4, width: Math.max(40, width - left - 8), height: Math.max(140, Math.min(320, rows * 12)) };
  }

  #paint(): void {
    const scene = this.#scene;
    if (!scene) {
      return;
    }
    const box = this.#box;
    const [width, height] = [this.width, box.height + below + 4];
    const ratio = window.devicePixelRatio || 1;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.#canvas.width !== wide || this.#canvas.height !== high) {
      Object.assign(this.#canvas, { width: wide, height: high });
      this.#canvas.style.height = this.#pane.style.height = `${height}px`;
    }
    const pen = this.#canvas.getContext('2d')!;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    paintCells(pen, this.#grid, box, scene.view.logColors, scene.isDark);
    if (this.#grid.rows > 0) {
      paintAxes(pen, this.#grid, box, {
        buckets: scene.buckets!, unit: unitOf(scene), isDark: scene.isDark, font: '11px system-ui, sans-serif',
      });
    }
    this.#paintMarks(pen, box, scene);
  }

  #paintMarks(pen: CanvasRenderingContext2D, box: Box, { view, part, isDark }: Scene): void {
    if (view.range && this.#dragFrom === null) {
      this.#paintRange(pen, box, view.range, isDark);
    }
    pen.strokeStyle = markOf(isDark);
    pen.lineWidth = 1.5;
    if (part.buckets && this.#grid.rows > 0) {
      const [low, high] = [this.#grid.bars.barOf(part.buckets[0]), this.#grid.bars.barOf(part.buckets[1])].map(bar =>
        Math.max(this.#grid.lowest, Math.min(this.#grid.lowest + this.#grid.rows - 1, bar)));
      const [top, bottom] = [yOf(high!, this.#grid, box), yOf(low! - 1, this.#grid, box)];
      pen.strokeRect(box.x + 0.75, top + 0.75, box.width - 1.5, bottom - top - 1.5);
    }
    const cell = this.#cursor && this.#grid.columns[this.#cursor.column];
    if (cell && document.activeElement === this.#pane) {
      const [left, right] = [xOf(cell.startMs, this.#grid, box), xOf(cell.endMs, this.#grid, box)];
      const [top, bottom] = [yOf(this.#cursor!.bar, this.#grid, box), yOf(this.#cursor!.bar - 1, this.#grid, box)];
      pen.strokeRect(left - 1, top - 1, Math.max(3, right - left) + 2, bottom - top + 2);
    }
  }

  /** What is not in the stretch that is shown is veiled. */
  #paintRange(pen: CanvasRenderingContext2D, box: Box, range: TickRange, isDark: boolean): void {
    const inside = this.#grid.columns.filter(column => column.to > range.from && column.from < range.to);
    const [first, last] = [inside[0], inside.at(-1)];
    if (first && last) {
      const [left, right] = [xOf(first.startMs, this.#grid, box), xOf(last.endMs, this.#grid, box)];
      pen.fillStyle = isDark ? 'rgb(16 20 26 / 62%)' : 'rgb(255 255 255 / 66%)';
      pen.fillRect(box.x, box.y, left - box.x, box.height);
      pen.fillRect(right, box.y, box.x + box.width - right, box.height);
    }
  }

  #listen(): void {
    this.#listenToPointer();
    const pane = this.#pane;
    pane.addEventListener('keydown', event => this.#key(event));
    pane.addEventListener('focus', () => {
      this.#cursor ??= this.#fullest();
      this.#tell();
      this.#painter.ask();
    });
    pane.addEventListener('blur', () => {
      this.#tip.hidden = true;
      this.#painter.ask();
    });
  }

  #listenToPointer(): void {
    const pane = this.#pane;
    pane.addEventListener('pointermove', event => this.#move(event));
    pane.addEventListener('pointerleave', () => this.#tip.hidden = true);
    pane.addEventListener('pointerdown', event => {
      const cell = this.#cellAt(event);
      if (event.button === 0 && cell) {
        pane.setPointerCapture(event.pointerId);
        this.#dragFrom = { tick: this.#grid.columns[cell.column]!.from, x: event.clientX };
      }
    });
    pane.addEventListener('pointerup', event => this.#drop(event));
    pane.addEventListener('pointercancel', () => this.#endDrag());
    pane.addEventListener('contextmenu', event => {
      const cell = this.#cellAt(event);
      if (cell) {
        event.preventDefault();
        this.#pick(cell, { x: event.clientX, y: event.clientY });
      }
    });
  }

  #move(event: PointerEvent): void {
    const cell = this.#cellAt(event);
    if (this.#dragFrom && cell) {
      this.#showBrush(this.#columnAt(this.#dragFrom.tick), cell.column);
    }
    if (cell) {
      this.#showTip(cell, event.clientX + 14, event.clientY + 14);
    } else {
      this.#tip.hidden = true;
    }
  }

  #drop(event: PointerEvent): void {
    const from = this.#dragFrom;
    const cell = this.#cellAt(event);
    this.#endDrag();
    if (!from || !cell) {
      return;
    }
    this.#tip.hidden = true;
    if (Math.abs(event.clientX - from.x) < 4) {
      this.#cursor = cell;
      this.#pick(cell, { x: event.clientX, y: event.clientY });
    } else {
      this.events.brush(this.#rangeOf(this.#columnAt(from.tick), cell.column));
    }
  }

  #endDrag(): void {
    this.#dragFrom = null;
    this.#brush.hidden = true;
  }

  #showBrush(a: number, b: number): void {
    const [first, last] = [this.#grid.columns[Math.min(a, b)]!, this.#grid.columns[Math.max(a, b)]!];
    const box = this.#box;
    const [left, right] = [xOf(first.startMs, this.#grid, box), xOf(last.endMs, this.#grid, box)];
    Object.assign(this.#brush.style, { left: `${left}px`, width: `${right - left}px`, top: `${box.y}px`, height: `${box.height}px` });
    this.#brush.hidden = false;
  }

  /** Which column a tick is in. */
  #columnAt(tick: number): number {
    return Math.max(0, this.#grid.columns.findIndex(column => column.to > tick));
  }

  #rangeOf(a: number, b: number): TickRange {
    const [first, last] = [this.#grid.columns[Math.min(a, b)]!, this.#grid.columns[Math.max(a, b)]!];
    return { from: first.from, to: last.to };
  }

  #pick({ column, bar }: Cell, at: Point): void {
    this.events.pick(this.#rangeOf(column, column), this.#grid.bars.bucketsOf(bar), at);
  }

  #cellAt({ clientX, clientY }: { clientX: number; clientY: number }): Cell | null {
    const { left, top } = this.#pane.getBoundingClientRect();
    const [box, grid] = [this.#box, this.#grid];
    const ms = grid.startMs + ((clientX - left - box.x) / box.width) * (grid.endMs - grid.startMs);
    const row = Math.floor(((clientY - top - box.y) / box.height) * grid.rows);
    const column = grid.columns.findIndex(each => ms < each.endMs);
    if (ms < grid.startMs || column < 0 || row < 0 || row >= grid.rows) {
      return null;
    }
    return { column, bar: grid.lowest + grid.rows - 1 - row };
  }

  /** Where the keys begin: at the cell with most in it. */
  #fullest(): Cell | null {
    let [fullest, most] = [null as Cell | null, 0];
    this.#grid.columns.forEach(({ counts }, column) => {
      for (const [bar, count] of counts) {
        if (count > most) {
          [fullest, most] = [{ column, bar }, count];
        }
      }
    });
    return fullest;
  }

  #key(event: KeyboardEvent): void {
    const cursor = this.#cursor ??= this.#fullest();
    if (event.ctrlKey || event.altKey || event.metaKey || !cursor || this.#grid.rows === 0) {
      return;
    }
    const by = steps[event.key];
    if (by) {
      this.#go(cursor, by, event.shiftKey);
    } else if (event.key === 'Enter' || (event.key === 'F10' && event.shiftKey) || event.key === 'ContextMenu') {
      this.#tip.hidden = true;
      this.#pick(cursor, this.#placeOf(cursor));
    } else {
      return;
    }
    event.preventDefault();
  }

  /** Goes some cells further; with `isChoosing` the time up to there is chosen. */
  #go(cursor: Cell, [right, up]: readonly [number, number], isChoosing: boolean): void {
    const { columns, lowest, rows } = this.#grid;
    this.#anchor = isChoosing ? this.#anchor ?? columns[cursor.column]!.from : null;
    cursor.column = clamp(cursor.column + right, 0, columns.length - 1);
    cursor.bar = clamp(cursor.bar + up, lowest, lowest + rows - 1);
    if (this.#anchor !== null) {
      const range = this.#rangeOf(this.#columnAt(this.#anchor), cursor.column);
      if (!sameRange(range, this.#scene?.view.range)) {
        this.events.brush(range);
      }
    }
    this.#tell();
    this.#painter.ask();
  }

  #placeOf({ column, bar }: Cell): Point {
    const { left, top } = this.#pane.getBoundingClientRect();
    const { endMs } = this.#grid.columns[column]!;
    return { x: left + xOf(endMs, this.#grid, this.#box) + 8, y: top + yOf(bar - 1, this.#grid, this.#box) + 8 };
  }

  #tell(): void {
    if (this.#cursor && this.#grid.columns[this.#cursor.column]) {
      const [time, values, count] = this.#cellWords(this.#cursor);
      setText(this.#told, `${time}, ${values}: ${count}`);
      const { x, y } = this.#placeOf(this.#cursor);
      this.#showTip(this.#cursor, x, y);
    }
  }

  #showTip(cell: Cell, x: number, y: number): void {
    const [time, values, count, exactly] = this.#cellWords(cell);
    this.#tip.replaceChildren(
      make('strong', {}, values), make('dl', {},
        ...[['Exactly', exactly], ['Time', time], ['Count', count]].map(([name, text]) =>
          make('div', {}, make('dt', {}, name!), make('dd', {}, text!)))));
    this.#tip.hidden = false;
    const { offsetWidth, offsetHeight } = this.#tip;
    this.#tip.style.left = `${clamp(x, 4, innerWidth - offsetWidth - 4)}px`;
    this.#tip.style.top = `${y + offsetHeight > innerHeight ? Math.max(4, y - offsetHeight - 28) : y}px`;
  }

  #cellWords({ column, bar }: Cell): [time: string, values: string, count: string, exactly: string] {
    const { startMs, endMs, counts } = this.#grid.columns[column]!;
    const span = this.#scene!.buckets!.spanOf(...this.#grid.bars.bucketsOf(bar));
    const unit = unitOf(this.#scene!);
    return [timeWords({ startMs, endMs }), formatSpan(span, unit), formatCount(counts.get(bar) ?? 0), spanExactly(span, unit)];
  }

  #words(): string {
    const { columns, startMs, endMs, peak, rows } = this.#grid;
    const fullest = this.#fullest();
    const what = `Histogram over time, ${counted(columns.length, 'column')} from ${timeWords({ startMs, endMs })}, ${counted(rows, 'row')}.`;
    if (!fullest || peak === 0 || !this.#scene) {
      return `${what} Nothing is in it.`;
    }
    const [time, values, count] = this.#cellWords(fullest);
    return `${what} The fullest cell has ${count}: ${values}, ${time}. Arrow keys go from cell to cell, Shift with them chooses a time, Enter opens a cell. `
      + 'The table of bars has the same for the time that is shown.';
  }
}

function timeWords({ startMs, endMs }: Pick<GridColumn, 'startMs' | 'endMs'>): string {
  return `${formatSeconds(startMs)} – ${formatSeconds(endMs)}`;
}

function counted(count: number, of: string): string {
  return `${formatCount(count)} ${of}${count === 1 ? '' : 's'}`;
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
