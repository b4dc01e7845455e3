import { make, setText } from '../dom';
import { formatCount, formatRate, formatShare } from '../format';
import { KeyedRows } from '../keyed-rows';
import type { Point } from '../popup';
import type { Histogram } from './histogram';
import { baseHistogram, divisor, unitOf, type Scene } from './scene';
import { formatSpan, spanExactly } from './values';

/** A run of more empty bars than this is one line. */
const longestRun = 8;

const svg = 'http://www.w3.org/2000/svg';

/** One line of the histogram: a bar, or a run of empty ones. */
export interface Line {
  readonly id: string;
  readonly label: string;
  readonly title: string;
  readonly buckets: readonly [from: number, to: number];
  readonly count: number;
  readonly baseCount: number;
  /** How many empty bars it stands for; 0 for a bar. */
  readonly gap: number;
}

/** The bars from the first that is not empty to the last, of both that are compared. */
export function linesOf(scene: Scene, shown: Histogram, base: Histogram | null): Line[] {
  const { barOf } = scene.bars!;
  const [counts, baseCounts] = [countBars(shown, barOf), base ? countBars(base, barOf) : new Map<number, number>()];
  const filled = [...new Set([...counts.keys(), ...baseCounts.keys()])].sort((a, b) => a - b);
  return filled.flatMap((bar, i) => {
    const empty = (filled[i - 1] ?? bar - 1) + 1; // the first behind the one before
    const gap = bar - empty > longestRun ? [lineOf(scene, empty, bar - 1, 0, 0)]
      : Array.from({ length: bar - empty }, (_, at) => lineOf(scene, empty + at, empty + at, 0, 0));
    return [...gap, lineOf(scene, bar, bar, counts.get(bar) ?? 0, baseCounts.get(bar) ?? 0)];
  });
}

function lineOf({ bars, buckets, info }: Scene, first: number, last: number, count: number, baseCount: number): Line {
  const [from, to] = [bars!.bucketsOf(first)[0], bars!.bucketsOf(last)[1]];
  const span = buckets!.spanOf(from, to);
  const unit = info.histogram?.unit ?? null;
  return {
    id: `${first}`, label: formatSpan(span, unit), title: spanExactly(span, unit), buckets: [from, to], count, baseCount,
    gap: last > first ? last - first + 1 : 0,
  };
}

function countBars(histogram: Histogram, barOf: (bucket: number) => number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { bucket, count } of histogram.bins) {
    const bar = barOf(bucket);
    counts.set(bar, (counts.get(bar) ?? 0) + count);
  }
  return counts;
}

/** How long bars are, 0 to 1: in proportion, or by logarithm. `least` is what the smallest count is drawn for. */
function lengthOf(value: number, most: number, least: number, isLog: boolean): number {
  return most <= 0 ? 0 : isLog ? Math.log1p(value / least) / Math.log1p(most / least) : value / most;
}

export interface HistogramEvents {
  /** `isMore`: what is selected is to grow up to there. */
  select(buckets: readonly [number, number], isMore: boolean, at: Point): void;
}

/** The bars of a histogram, one line for each, as a table that can be read without seeing them. */
export class HistogramPanel {
  readonly element: HTMLElement;
  readonly #head = make('div', { className: 'ds-bar-row ds-bar-head', role: 'row' });
  readonly #axis = make('span', { className: 'ds-axis', 'aria-hidden': 'true' });
  readonly #countHead = make('span', { role: 'columnheader', className: 'ct-number' }, 'Count');
  readonly #baseHead = make('span', { role: 'columnheader', className: 'ct-number ds-base' });
  readonly #body = make('div', { className: 'ds-bar-body', role: 'rowgroup' });
  readonly #curve = document.createElementNS(svg, 'svg');
  readonly #path = document.createElementNS(svg, 'polyline');
  readonly #table: HTMLElement;
  readonly #rows = new KeyedRows<string, BarRow>(this.#body, null, id => new BarRow(id));
  #lines: readonly Line[] = [];
  #active: string | null = null;
  #axisShown = '';

  constructor(private readonly events: HistogramEvents) {
    this.#curve.append(this.#path);
    this.#curve.setAttribute('class', 'ds-curve');
    this.#curve.setAttribute('preserveAspectRatio', 'none');
    this.#curve.setAttribute('aria-hidden', 'true');
    this.#head.append(
      make('span', { role: 'columnheader' }, 'Values'), this.#countHead, this.#baseHead,
      make('span', { role: 'columnheader', className: 'ct-number' }, 'Share'),
      make('span', { role: 'columnheader', className: 'ct-number' }, 'Up to here'),
      make('span', { role: 'presentation', className: 'ds-axis-cell' }, this.#axis));
    this.#table = make('div', { className: 'ds-bars', role: 'grid', 'aria-label': 'Histogram', 'aria-multiselectable': 'true' },
      make('div', { role: 'rowgroup' }, this.#head), this.#body, this.#curve);
    this.element = make('div', { className: 'ds-histogram' }, this.#table);
    this.#listen();
  }

  draw(scene: Scene, histogram: Histogram): void {
    const base = baseHistogram(scene);
    this.#lines = linesOf(scene, histogram, base);
    const scale = new Scale(scene, histogram, base, this.#lines);
    this.#table.classList.toggle('ds-compares', base !== null);
    this.#table.setAttribute('aria-rowcount', String(this.#lines.length + 1));
    setText(this.#countHead, base ? `Shown${scale.heading}` : 'Count');
    setText(this.#baseHead, base ? `Baseline${scale.heading}` : '');
    this.#place();
    let upTo = 0;
    for (const line of this.#lines) {
      upTo += line.count;
      this.#rows.get(line.id)?.draw(line, scale, upTo, isSelected(scene, line));
    }
    this.#drawCurve(scene.view.cumulative, histogram.count);
    this.#drawAxis(scale);
  }

  #place(): void {
    const rows = this.#rows.place(this.#lines.map(line => line.id));
    if (this.#active === null || !this.#rows.has(this.#active)) {
      this.#active = this.#lines[0]?.id ?? null;
    }
    rows.forEach(({ element }, index) => {
      element.setAttribute('aria-rowindex', String(index + 2));
      element.tabIndex = element.dataset.bar === this.#active ? 0 : -1;
    });
  }

  #drawCurve(isShown: boolean, total: number): void {
    this.#curve.toggleAttribute('hidden', !isShown || total === 0);
    this.#curve.setAttribute('viewBox', `0 0 1000 ${Math.max(1, this.#lines.length)}`);
    let upTo = 0;
    const points = this.#lines.map(({ count }, i) => {
      upTo += count;
      return `${Math.round((upTo / (total || 1)) * 1000)},${i + 0.5}`;
    });
    const text = points.join(' ');
    if (this.#path.getAttribute('points') !== text) {
      this.#path.setAttribute('points', text);
    }
  }

  #drawAxis(scale: Scale): void {
    const marks = scale.marks();
    const shown = JSON.stringify(marks);
    if (shown !== this.#axisShown) {
      this.#axisShown = shown;
      this.#axis.replaceChildren(...marks.map(([at, text]) => {
        const mark = make('span', {}, text);
        mark.style.left = `${at * 100}%`;
        return mark;
      }));
    }
  }

  #listen(): void {
    this.#body.addEventListener('click', event => {
      const row = (event.target as Element).closest<HTMLElement>('[data-bar]');
      if (row) {
        this.#focus(row.dataset.bar!);
        this.#select(row.dataset.bar!, event.shiftKey, { x: event.clientX, y: event.clientY });
      }
    });
    this.#body.addEventListener('contextmenu', event => {
      const row = (event.target as Element).closest<HTMLElement>('[data-bar]');
      if (row) {
        event.preventDefault();
        this.#focus(row.dataset.bar!);
        this.#select(row.dataset.bar!, false, { x: event.clientX, y: event.clientY });
      }
    });
    this.#body.addEventListener('keydown', event => this.#key(event));
    this.#body.addEventListener('focusin', event => {
      this.#active = (event.target as Element).closest<HTMLElement>('[data-bar]')?.dataset.bar ?? this.#active;
    });
  }

  #key(event: KeyboardEvent): void {
    const at = this.#lines.findIndex(line => line.id === this.#active);
    const last = this.#lines.length - 1;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last, PageDown: at + 10, PageUp: at - 10 }[event.key];
    if (to !== undefined) {
      const next = this.#lines[Math.max(0, Math.min(last, to))];
      this.#focus(next?.id ?? null);
    } else if (event.key === 'Enter' || (event.key === 'F10' && event.shiftKey) || event.key === 'ContextMenu') {
      const { left, bottom } = this.#rows.get(this.#active)?.element.getBoundingClientRect() ?? { left: 0, bottom: 0 };
      this.#select(this.#active!, event.key === 'Enter' && event.shiftKey, { x: left + 40, y: bottom });
    } else {
      return;
    }
    event.preventDefault();
  }

  #focus(id: string | null): void {
    if (id !== null) {
      this.#rows.get(this.#active)?.element.setAttribute('tabindex', '-1');
      this.#active = id;
      const row = this.#rows.get(id)?.element;
      row?.setAttribute('tabindex', '0');
      row?.focus();
    }
  }

  #select(id: string, isMore: boolean, at: Point): void {
    const line = this.#lines.find(each => each.id === id);
    if (line) {
      this.events.select(line.buckets, isMore, at);
    }
  }
}

function isSelected({ part: { buckets } }: Scene, line: Line): boolean {
  return buckets !== null && line.buckets[1] >= buckets[0] && line.buckets[0] <= buckets[1];
}

/** How numbers become bars. */
export class Scale {
  readonly #divisor: number;
  readonly #baseDivisor: number;
  readonly #most: number;
  readonly #least: number;
  readonly compares: boolean;

  constructor(readonly scene: Scene, readonly histogram: Histogram, base: Histogram | null, lines: readonly Line[]) {
    this.compares = base !== null;
    this.#divisor = base ? divisor(scene, scene.summary, histogram.count) : 1;
    this.#baseDivisor = base ? divisor(scene, scene.base!.summary, base.count) : 1;
    this.#most = lines.reduce((most, line) => Math.max(most, this.value(line), this.baseValue(line)), 0);
    this.#least = 1 / Math.max(this.#divisor, this.#baseDivisor);
  }

  get heading(): string {
    return this.scene.view.norm === 'second' ? ' /s' : ' %';
  }

  value({ count }: Line): number {
    return count / this.#divisor;
  }

  baseValue({ baseCount }: Line): number {
    return baseCount / this.#baseDivisor;
  }

  length(value: number): number {
    return lengthOf(value, this.#most, this.#least, this.scene.view.logBars);
  }

  words(value: number): string {
    return !this.compares ? formatCount(value) : this.scene.view.norm === 'second' ? formatRate(value) : formatShare(value);
  }

  /** What is written at the axis, with its place from 0 to 1. */
  marks(): [number, string][] {
    if (this.#most === 0) {
      return [];
    }
    if (!this.scene.view.logBars) {
      return [[0, '0'], [0.5, this.words(this.#most / 2)], [1, this.words(this.#most)]];
    }
    const [first, last] = [Math.ceil(Math.log10(this.#least)), Math.floor(Math.log10(this.#most))];
    const step = Math.max(1, Math.ceil((last - first + 1) / 4));
    const marks: [number, string][] = [[0, '0']];
    for (let power = first; power <= last; power += step) {
      marks.push([this.length(10 ** power), this.words(10 ** power)]);
    }
    return marks.filter(([at], i) => i === 0 || at - marks[i - 1]![0] > 0.12);
  }
}

/** It writes to the page only what differs from what is there. */
class BarRow {
  readonly element: HTMLElement;
  readonly #label = make('span', { role: 'rowheader', className: 'ds-range' });
  readonly #count = make('span', { role: 'gridcell', className: 'ct-number' });
  readonly #base = make('span', { role: 'gridcell', className: 'ct-number ds-base' });
  readonly #share = make('span', { role: 'gridcell', className: 'ct-number' });
  readonly #upTo = make('span', { role: 'gridcell', className: 'ct-number' });
  readonly #bar = make('span', { className: 'ds-bar' });
  readonly #baseBar = make('span', { className: 'ds-bar ds-bar-base' });
  #drawn = '';

  constructor(id: string) {
    this.element = make('div', { className: 'ds-bar-row', role: 'row', tabIndex: -1 },
      this.#label, this.#count, this.#base, this.#share, this.#upTo,
      make('span', { className: 'ds-bar-cell', 'aria-hidden': 'true' }, this.#bar, this.#baseBar));
    this.element.dataset.bar = id;
  }

  draw(line: Line, scale: Scale, upTo: number, isSelected: boolean): void {
    const { histogram } = scale;
    setText(this.#label, line.gap > 0 ? `… ${line.gap} empty …` : line.label);
    if (this.#label.title !== line.title) {
      this.#label.title = line.title;
    }
    const total = histogram.count || 1;
    setText(this.#count, line.gap > 0 ? '' : scale.words(scale.value(line)));
    this.element.dataset.count = String(line.count);
    setText(this.#base, scale.compares && line.gap === 0 ? scale.words(scale.baseValue(line)) : '');
    setText(this.#share, line.gap > 0 ? '' : formatShare(line.count / total));
    setText(this.#upTo, line.gap > 0 ? '' : formatShare(upTo / total));
    const [length, baseLength] = [scale.length(scale.value(line)), scale.length(scale.baseValue(line))];
    const drawn = `${length.toFixed(3)} ${baseLength.toFixed(3)}`;
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.#bar.style.transform = `scaleX(${length.toFixed(3)})`;
      this.#baseBar.style.transform = `scaleX(${baseLength.toFixed(3)})`;
    }
    this.element.classList.toggle('ct-zero', line.count === 0 && line.baseCount === 0);
    this.element.classList.toggle('ds-gap', line.gap > 0);
    this.element.setAttribute('aria-selected', String(isSelected));
  }
}

/** The histogram in a sentence, for whoever does not see it. */
export function histogramInWords(scene: Scene, histogram: Histogram): string {
  const unit = unitOf(scene);
  const most = linesOf(scene, histogram, null).reduce<Line | null>((most, line) => (!most || line.count > most.count ? line : most), null);
  return most ? `${formatCount(histogram.count)} values; most of them, ${formatShare(most.count / histogram.count)}, `
    + `are ${spanExactly(scene.buckets!.spanOf(...most.buckets), unit)}` : 'no values';
}
