import type { HistogramInfo, LinearInfo } from './distribution-data';

/** The values of a bucket, both ends in it; null where there is no end. */
export interface Span {
  readonly low: bigint | null;
  readonly high: bigint | null;
}

/** What the buckets of a histogram mean. Buckets.cs says the same for the server. */
export class Buckets {
  readonly #linear: LinearInfo | null;
  readonly #spans = new Map<number, Span>();

  constructor(histogram: Pick<HistogramInfo, 'linear'>) {
    this.#linear = histogram.linear ?? null;
  }

  get isLinear(): boolean {
    return this.#linear !== null;
  }

  /** How many equal buckets there are between the two that have no end; 0 if they are not equal. */
  get linearCount(): number {
    return this.#linear ? Math.ceil((this.#linear.max - this.#linear.min) / this.#linear.step) : 0;
  }

  span(bucket: number): Span {
    let span = this.#spans.get(bucket);
    if (!span) {
      this.#spans.set(bucket, span = this.#linear ? linearSpan(this.#linear, this.linearCount, bucket) : logSpan(bucket));
    }
    return span;
  }

  /** The values of adjacent buckets. */
  spanOf(from: number, to: number): Span {
    return { low: this.span(from).low, high: this.span(to).high };
  }

  low(bucket: number): number {
    const { low } = this.span(bucket);
    return low === null ? -Infinity : Number(low);
  }

  high(bucket: number): number {
    const { high } = this.span(bucket);
    return high === null ? Infinity : Number(high);
  }
}

/** Eight buckets for each power of two, one for each value below 16; those of negative values have a minus. */
/** Of the lowest bucket it is the only value. */
const lowest = -(2n ** 63n);

function logSpan(bucket: number): Span {
  const size = Math.abs(bucket);
  const shift = Math.max((size >> 3) - 1, 0);
  const first = BigInt(size - (shift << 3));
  const [low, high] = [first << BigInt(shift), ((first + 1n) << BigInt(shift)) - 1n];
  return bucket < 0 ? { low: -high < lowest ? lowest : -high, high: -low } : { low, high };
}

function linearSpan({ min, max, step }: LinearInfo, count: number, bucket: number): Span {
  const [first, last, width] = [BigInt(min), BigInt(max), BigInt(step)];
  if (bucket <= 0 || bucket > count) {
    return bucket <= 0 ? { low: null, high: first - 1n } : { low: last, high: null };
  }
  const low = first + BigInt(bucket - 1) * width;
  const end = low + width;
  return { low, high: (end < last ? end : last) - 1n };
}

/** Which buckets share a bar. Bars are whole numbers in the order of their values. */
export interface Bars {
  barOf(bucket: number): number;
  bucketsOf(bar: number): readonly [from: number, to: number];
}

/** Every bucket has its own. */
const fine: Bars = { barOf: bucket => bucket, bucketsOf: bar => [bar, bar] };

/** A bar for each power of two, as in BCC: 0 and 1, 2 and 3, 4 to 7, 8 to 15, …; those of negative values likewise. */
const powers: Bars = {
  barOf: bucket => (bucket < 0 ? -1 - power(-bucket) : power(bucket)),
  bucketsOf: bar => {
    if (bar >= 0) {
      return ofPower(bar);
    }
    const [from, to] = ofPower(-1 - bar);
    return [-to, -Math.max(1, from)];
  },
};

function power(size: number): number {
  return size >= 8 ? (size >> 3) + 2 : size >= 4 ? 2 : size >= 2 ? 1 : 0;
}

function ofPower(bar: number): [number, number] {
  return bar >= 3 ? [(bar - 2) * 8, (bar - 2) * 8 + 7] : [bar === 0 ? 0 : 2 ** bar, 2 ** (bar + 1) - 1];
}

/** Equal buckets, `by` to a bar; the two without an end stay alone. */
function joined(count: number, by: number): Bars {
  const bars = Math.ceil(count / by);
  return {
    barOf: bucket => (bucket <= 0 ? 0 : bucket > count ? bars + 1 : Math.floor((bucket - 1) / by) + 1),
    bucketsOf: bar => (bar <= 0 ? [0, 0] : bar > bars ? [count + 1, count + 1]
      : [(bar - 1) * by + 1, Math.min(count, bar * by)]),
  };
}

/** More equal buckets than these are joined, so that they can be seen. */
const mostBars = 128;

/** How many equal buckets share a bar. */
export function joinedBy(buckets: Buckets, isFine: boolean): number {
  return isFine ? 1 : Math.max(1, Math.ceil(buckets.linearCount / mostBars));
}

export function barsOf(buckets: Buckets, isFine: boolean): Bars {
  if (!buckets.isLinear) {
    return isFine ? fine : powers;
  }
  const by = joinedBy(buckets, isFine);
  return by === 1 ? fine : joined(buckets.linearCount, by);
}

/** More rows than these are too narrow to be told apart in a heat map. */
const mostRows = 120;

/** The rows of a heat map: as many buckets to a row as it takes for them to be seen. */
export function rowsOf(buckets: Buckets, lowest: number, highest: number): Bars {
  if (buckets.isLinear) {
    return barsOf(buckets, false);
  }
  const by = 2 ** Math.max(0, Math.ceil(Math.log2((highest - lowest + 1) / mostRows)));
  return by === 1 ? fine : { barOf: bucket => Math.floor(bucket / by), bucketsOf: bar => [bar * by, bar * by + by - 1] };
}
