import { make, setText } from './dom';
import { formatSeconds } from './format';

/** Older intervals are not in the list, so that hours of short ones do not weigh the page down; ‹ reaches them. */
const mostListed = 1000;

/** What the table shows: everything so far, or one `-i` interval, counted from 0. */
export type Period = { kind: 'total' } | { kind: 'interval'; index: number };

/** Chooses between the running total and an interval; the newest is followed until an older one is chosen. */
export class IntervalPicker {
  readonly element: HTMLElement;
  readonly #total: HTMLButtonElement;
  readonly #latest: HTMLButtonElement;
  readonly #select = make('select', { 'aria-label': 'Interval' }, make('option', { value: '', hidden: true }, 'Intervals'));
  readonly #earlier: HTMLButtonElement;
  readonly #later: HTMLButtonElement;
  #period: 'total' | 'latest' | number = 'total';
  #count = 0;

  constructor(
    private readonly intervalMs: number,
    private readonly durationMs: number | null,
    private readonly changed: () => void,
  ) {
    const button = (label: string, choose: () => void, title = '') =>
      make('button', { type: 'button', title, onclick: choose }, label);
    this.#total = button('Total', () => this.#choose('total'));
    this.#latest = button('Latest', () => this.#choose('latest'), 'Follow the newest interval');
    this.#earlier = button('‹', () => this.#step(-1), 'Earlier interval');
    this.#later = button('›', () => this.#step(1), 'Later interval');
    this.#select.onchange = () => this.#choose(Number(this.#select.value));
    this.element = make('div', { className: 'ct-intervals', role: 'group', 'aria-label': 'Period shown' },
      this.#total, this.#latest, this.#earlier, this.#select, this.#later);
    this.#mark();
  }

  get period(): Period {
    switch (this.#period) {
      case 'total': return { kind: 'total' };
      case 'latest': return { kind: 'interval', index: Math.max(0, this.#count - 1) };
      default: return { kind: 'interval', index: this.#period };
    }
  }

  /** Whether the interval shown still grows. */
  isPartial(index: number, endMs: number): boolean {
    return endMs < (index + 1) * this.intervalMs;
  }

  /** Tells how far the session has come, so that new intervals can be chosen. */
  advance(endMs: number): void {
    const count = intervalsBegun(endMs, this.intervalMs, this.durationMs);
    if (count === this.#count) {
      return;
    }
    for (let index = Math.max(this.#count, count - mostListed); index < count; index++) {
      this.#select.append(this.#option(index));
    }
    while (this.#select.length > mostListed + 1) {
      this.#select.remove(1); // behind the placeholder
    }
    this.#count = count;
    this.#mark();
  }

  #option(index: number): HTMLOptionElement {
    return make('option', { value: String(index) }, this.#label(index));
  }

  #label(index: number): string {
    const from = formatSeconds(index * this.intervalMs).replace(/ s$/, '');
    return `Interval ${index + 1} (${from}–${formatSeconds((index + 1) * this.intervalMs)})`;
  }

  #step(by: number): void {
    const period = this.period;
    const index = (period.kind === 'total' ? this.#count : period.index) + by;
    this.#choose(index >= this.#count - 1 ? 'latest' : Math.max(0, index));
  }

  #choose(period: 'total' | 'latest' | number): void {
    this.#period = period;
    this.#mark();
    this.changed();
  }

  #mark(): void {
    const period = this.period;
    this.#total.setAttribute('aria-pressed', String(this.#period === 'total'));
    this.#latest.setAttribute('aria-pressed', String(this.#period === 'latest'));
    this.#showSelected(period.kind === 'total' ? '' : String(period.index));
    this.#earlier.disabled = this.#count === 0 || (period.kind === 'interval' && period.index === 0);
    this.#later.disabled = period.kind === 'total' || period.index >= this.#count - 1;
    setText(this.#latest, this.#period === 'latest' ? 'Following' : 'Latest');
  }

  #showSelected(value: string): void {
    this.#select.value = value;
    if (this.#select.value !== value) {
      // Too old to be listed, but reached step by step.
      this.#select.options[0]!.after(this.#option(Number(value)));
      this.#select.value = value;
    }
  }
}

/** A tick belongs to the interval that its middle lies in, and ticks are 100 ms long. */
const halfTickMs = 50;

/** How many intervals have begun; with `-d`, no more than fit into it, though the last tick comes a little later. */
export function intervalsBegun(endMs: number, intervalMs: number, durationMs: number | null): number {
  const begun = Math.max(1, Math.ceil((endMs - halfTickMs) / intervalMs));
  return durationMs === null ? begun : Math.min(begun, Math.max(1, Math.ceil(durationMs / intervalMs)));
}
