import { make, setText } from '../dom';
import { formatRate, formatSeconds } from '../format';
import { stripPath, type TimelineModel } from './timeline-model';
import { SizeWatch } from './size-watch';
import type { TickRange } from './view-state';

const svg = 'http://www.w3.org/2000/svg';
const height = 44;

/** Pixels a drag is long at least: less is a slip of the hand. */
const leastDrag = 4;

/** How many points a key moves a handle by. */
const keySteps: Readonly<Record<string, number>> = {
  ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -Infinity, End: Infinity,
};

/** Events over the session's time. Dragging over it, or the two handles, choose the stretch that is shown. */
export class TimeStrip {
  readonly element: HTMLElement;
  readonly #size: SizeWatch;
  readonly #plot = make('div', { className: 'ts-plot' });
  readonly #line = document.createElementNS(svg, 'path');
  readonly #drawing = document.createElementNS(svg, 'svg');
  readonly #brush = make('div', { className: 'ts-brush', hidden: true });
  readonly #mark = make('div', { className: 'ts-baseline', hidden: true });
  readonly #handles: readonly [HTMLElement, HTMLElement];
  readonly #said = make('span', { className: 'ts-said' });
  readonly #follow = make('button', {
    type: 'button', className: 'small', hidden: true, 'data-shortcut': 'l', title: 'Show everything again, live (l)',
  });
  #range: TickRange | null = null;
  #dragFrom: number | null = null;
  #redraw = () => {};

  constructor(private readonly timeline: TimelineModel, private readonly choose: (range: TickRange | null) => void) {
    this.#handles = [this.#handle('from', 'Start of the stretch shown'), this.#handle('to', 'End of the stretch shown')];
    this.#drawing.append(this.#line);
    this.#drawing.setAttribute('aria-hidden', 'true');
    this.#drawing.setAttribute('preserveAspectRatio', 'none');
    this.#plot.append(this.#drawing, this.#mark, this.#brush, ...this.#handles);
    this.#follow.onclick = () => this.choose(null);
    this.element = make('div', { className: 'ts', role: 'group', 'aria-label': 'Events over time' },
      this.#plot, make('p', { className: 'ts-line' }, this.#said, this.#follow));
    this.#size = new SizeWatch(this.#plot, () => this.#redraw());
    this.#listen();
  }

  dispose(): void {
    this.#size.stop();
  }

  /** `isLive` decides what leaving the chosen stretch is called; `baselineMs` is the stretch that is compared with. */
  draw(range: TickRange | null, isLive: boolean, baselineMs: readonly [number, number] | null): void {
    this.#range = range;
    this.#redraw = () => this.draw(range, isLive, baselineMs);
    const { points, endMs } = this.timeline;
    const width = this.#size.measure().width || 600;
    const { path, peak } = stripPath(points, endMs, width, height);
    this.#drawing.setAttribute('viewBox', `0 0 ${Math.ceil(width)} ${height}`);
    if (this.#line.getAttribute('d') !== path) {
      this.#line.setAttribute('d', path);
    }
    this.#place(this.#mark, baselineMs);
    this.#showRange(range);
    this.#tell(range);
    setText(this.#follow, isLive ? 'Follow live' : 'Show all');
    this.#follow.hidden = range === null;
    const rate = `0 – ${formatSeconds(endMs)}, up to ${formatRate(peak)} events/s`;
    setText(this.#said, range ? this.#words(range) : `${rate} · drag to choose a stretch of time`);
  }

  /** The chosen stretch, for the export menu. */
  #tell(range: TickRange | null): void {
    const { dataset } = this.element;
    if (range) {
      dataset.ticks = `${range.from}-${range.to}`;
      dataset.range = this.timeline.endMs > 0 ? this.#span(range) : ''; // the times of ticks come a moment later
    } else {
      delete dataset.ticks;
      delete dataset.range;
    }
  }

  #words(range: TickRange): string {
    const length = this.timeline.msOf(range.to) - this.timeline.msOf(range.from);
    return `Showing ${this.#span(range)} (${formatSeconds(length)} of ${formatSeconds(this.timeline.endMs)})`;
  }

  #span({ from, to }: TickRange): string {
    return `${formatSeconds(this.timeline.msOf(from))} – ${formatSeconds(this.timeline.msOf(to))}`;
  }

  #showRange(range: TickRange | null): void {
    const ms = range && ([this.timeline.msOf(range.from), this.timeline.msOf(range.to)] as const);
    this.#place(this.#brush, ms);
    this.#handles.forEach((handle, side) => {
      const at = ms ? ms[side]! : side * this.timeline.endMs;
      handle.style.left = `${this.#percent(at)}%`;
      handle.setAttribute('aria-valuemin', '0');
      handle.setAttribute('aria-valuemax', String(Math.round(this.timeline.endMs)));
      handle.setAttribute('aria-valuenow', String(Math.round(at)));
      handle.setAttribute('aria-valuetext', formatSeconds(at));
    });
    this.#plot.classList.toggle('ts-chosen', range !== null);
  }

  #place(element: HTMLElement, ms: readonly [number, number] | null): void {
    element.hidden = ms === null;
    if (ms) {
      element.style.left = `${this.#percent(ms[0])}%`;
      element.style.width = `${Math.max(0.2, this.#percent(ms[1]) - this.#percent(ms[0]))}%`;
    }
  }

  #percent(ms: number): number {
    return this.timeline.endMs > 0 ? Math.min(100, (100 * ms) / this.timeline.endMs) : 0;
  }

  #handle(side: keyof TickRange, label: string): HTMLElement {
    const handle = make('div', { className: `ts-handle ts-${side}`, role: 'slider', tabIndex: 0, 'aria-label': label });
    handle.addEventListener('keydown', event => this.#key(event, side));
    return handle;
  }

  #key(event: KeyboardEvent, side: keyof TickRange): void {
    const all = this.#all;
    const by = keySteps[event.key];
    if (by === undefined || !all) {
      if (event.key === 'Escape' && this.#range) {
        event.preventDefault();
        event.stopPropagation();
        this.choose(null);
      }
      return;
    }
    event.preventDefault();
    const range = this.#range ?? all;
    const moved = { ...range, [side]: this.timeline.step(range[side], event.shiftKey ? by * 10 : by) };
    if (moved.from < moved.to) {
      this.choose(moved);
    }
  }

  get #all(): TickRange | null {
    const { points } = this.timeline;
    return points.length > 0 ? { from: points[0]!.from, to: points.at(-1)!.to } : null;
  }

  #listen(): void {
    const plot = this.#plot;
    plot.addEventListener('pointerdown', event => {
      if (event.button === 0) {
        plot.setPointerCapture(event.pointerId);
        this.#dragFrom = this.#grab(event);
      }
    });
    plot.addEventListener('pointermove', event => this.#dragFrom !== null && this.#drag(event));
    plot.addEventListener('pointerup', event => this.#drop(event));
    plot.addEventListener('pointercancel', () => this.#dragFrom = null);
  }

  /** Where a drag began: at the pointer; or, from a handle, at the other one. */
  #grab(event: PointerEvent): number {
    const side = this.#handles.indexOf((event.target as HTMLElement));
    if (side >= 0 && this.#range) {
      return this.timeline.msOf(side === 0 ? this.#range.to : this.#range.from);
    }
    return this.#msAt(event);
  }

  #drag(event: PointerEvent): void {
    const range = this.#dragged(event);
    if (range) {
      this.#showRange(range);
      setText(this.#said, this.#words(range));
    }
  }

  #drop(event: PointerEvent): void {
    const range = this.#dragFrom === null ? null : this.#dragged(event);
    this.#dragFrom = null;
    if (range) {
      this.choose(range);
    }
  }

  #dragged(event: PointerEvent): TickRange | null {
    const [a, b] = [this.#dragFrom!, this.#msAt(event)];
    const pixels = (Math.abs(a - b) / (this.timeline.endMs || 1)) * this.#size.width;
    return pixels < leastDrag ? null : this.timeline.ticksBetween(Math.min(a, b), Math.max(a, b));
  }

  #msAt({ clientX }: PointerEvent): number {
    const { left, width } = this.#plot.getBoundingClientRect();
    return (Math.max(0, Math.min(width, clientX - left)) / (width || 1)) * this.timeline.endMs;
  }
}
