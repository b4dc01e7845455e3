import { make, setText } from '../dom';
import { formatCount, formatRate, formatShare } from '../format';
import type { Estimate, Histogram } from './histogram';
import { baseHistogram, unitOf, type Scene } from './scene';
import { formatEstimate, formatExactly, formatValue } from './values';

interface Tile {
  readonly element: HTMLElement;
  readonly value: HTMLElement;
  readonly base: HTMLElement;
}

const names = ['Count', 'Rate', 'Average', 'p50', 'p90', 'p99', 'Min', 'Max', 'Sum'] as const;
type Name = (typeof names)[number];

/** What is known of a histogram in numbers, each with its error, and beside what is compared with. */
export class StatsLine {
  readonly element = make('dl', { className: 'ds-stats' });
  readonly #tiles = new Map<Name, Tile>();

  constructor() {
    for (const name of names) {
      const [value, base] = [make('span', { className: 'ds-stat' }), make('span', { className: 'ds-stat-base' })];
      const element = make('div', {}, make('dt', {}, name), make('dd', {}, value, base));
      element.dataset.stat = name;
      this.#tiles.set(name, { element, value, base });
      this.element.append(element);
    }
  }

  draw(scene: Scene, histogram: Histogram, rate: number): void {
    const base = baseHistogram(scene);
    const unit = unitOf(scene);
    const isLinear = scene.buckets?.isLinear ?? false;
    const baseSeconds = scene.base?.summary.growth.seconds ?? 0;
    const value = (each: number) => formatValue(each, unit);
    const exactly = (each: number) => formatExactly(each, unit);
    // How much there is depends on how long the stretches are: only what does not is said to have changed.
    this.#show('Count', formatCount(histogram.count), '', base ? formatCount(base.count) : '');
    this.#show('Sum', value(histogram.sum), exactly(histogram.sum), base ? value(base.sum) : '');
    this.#number('Rate', rate, base && baseSeconds > 0 ? base.count / baseSeconds : null, each => `${formatRate(each)} /s`);
    this.#number('Average', histogram.average, base?.average ?? null, value, exactly);
    this.#estimate('p50', histogram.percentile(0.5), base?.percentile(0.5) ?? null, unit, isLinear);
    this.#estimate('p90', histogram.percentile(0.9), base?.percentile(0.9) ?? null, unit, isLinear);
    this.#estimate('p99', histogram.percentile(0.99), base?.percentile(0.99) ?? null, unit, isLinear);
    this.#estimate('Min', histogram.min, base?.min ?? null, unit, isLinear);
    this.#estimate('Max', histogram.max, base?.max ?? null, unit, isLinear);
  }

  #number(
    name: Name, value: number | null, base: number | null, words: (value: number) => string, exactly = words,
  ): void {
    this.#show(name, value === null ? '–' : words(value), value === null ? '' : exactly(value),
      base === null ? '' : `${words(base)}${change(value, base)}`);
  }

  #estimate(name: Name, value: Estimate | null, base: Estimate | null, unit: string | null, isLinear: boolean): void {
    this.#show(name, formatEstimate(value, unit, isLinear), value ? explained(value, unit) : '',
      base ? `${formatEstimate(base, unit, isLinear)}${estimatedChange(value, base)}` : '');
  }

  #show(name: Name, value: string, title: string, base: string): void {
    const tile = this.#tiles.get(name)!; // one for each name
    setText(tile.value, value.replace(/ (?=%$)/, '\u00a0')); // where it takes two lines, "±5 %" is the second
    if (tile.element.title !== title) {
      tile.element.title = title;
    }
    setText(tile.base, base);
  }
}

function explained({ low, high }: Estimate, unit: string | null): string {
  return low === high ? formatExactly(low, unit)
    : `estimated from buckets: certainly from ${bound(low, unit)} to ${bound(high, unit)}`;
}

function bound(value: number, unit: string | null): string {
  return Number.isFinite(value) ? formatExactly(value, unit) : formatValue(value, unit);
}

function change(value: number | null, base: number): string {
  return value === null || base === 0 ? '' : ` (${signed((value - base) / Math.abs(base))})`;
}

/** No difference is claimed where the two might be the same. */
function estimatedChange(value: Estimate | null, base: Estimate): string {
  if (!value || (value.low <= base.high && base.low <= value.high && !(value.low === value.high && base.low === base.high))) {
    return value ? ' (no sure difference)' : '';
  }
  return change(value.value, base.value);
}

function signed(share: number): string {
  return Math.abs(share) < 0.0005 ? 'the same' : `${share > 0 ? '+' : '−'}${formatShare(Math.abs(share))}`;
}
