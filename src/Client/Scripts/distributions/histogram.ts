import type { Buckets } from './buckets';

/** The values in one bucket, and what is known of them. */
export interface Bin {
  readonly bucket: number;
  count: number;
  sum: number;
  /** No value is smaller, and none larger. Of a whole session there are values that are both. */
  min: number;
  max: number;
}

/** Something between two numbers, both included: known where they are equal. */
export interface Estimate {
  readonly low: number;
  readonly high: number;
  /** The middle: the truth is not further from it than `error`. */
  readonly value: number;
  readonly error: number;
}

export function between(low: number, high: number): Estimate {
  const value = low === high ? low : (low + high) / 2;
  return { low, high, value, error: low === high ? 0 : (high - low) / 2 };
}

/** Values grouped by buckets, as far as they can be known of them. */
export class Histogram {
  readonly bins: readonly Bin[];
  readonly count: number;
  readonly sum: number;

  /** `isWhole`: of all that a session has seen, so that the extremes are those of these very values. */
  constructor(private readonly buckets: Buckets, bins: Iterable<Bin>, private readonly isWhole: boolean) {
    this.bins = [...bins].filter(bin => bin.count > 0).sort((a, b) => a.bucket - b.bucket);
    this.count = this.bins.reduce((sum, bin) => sum + bin.count, 0);
    this.sum = this.bins.reduce((sum, bin) => sum + bin.sum, 0);
  }

  get average(): number | null {
    return this.count > 0 ? this.sum / this.count : null;
  }

  get min(): Estimate | null {
    const first = this.bins[0];
    return !first ? null : this.isWhole ? between(first.min, first.min) : this.#within(first);
  }

  get max(): Estimate | null {
    const last = this.bins.at(-1);
    return !last ? null : this.isWhole ? between(last.max, last.max) : this.#within(last);
  }

  /** The value that the part `p` of all values does not exceed (nearest rank); null where there is none. */
  percentile(p: number): Estimate | null {
    const rank = Math.max(1, Math.ceil(p * this.count));
    if (rank === this.count) {
      return this.max;
    }
    let seen = 0;
    for (const bin of this.bins) {
      seen += bin.count;
      if (seen >= rank) {
        // The very first and last value of a bucket are known where its extremes are.
        return this.isWhole && seen === rank ? between(bin.max, bin.max)
          : this.isWhole && seen - bin.count + 1 === rank ? between(bin.min, bin.min)
          : this.#within(bin);
      }
    }
    return null;
  }

  #within({ bucket, min, max }: Bin): Estimate {
    const low = Math.max(this.buckets.low(bucket), min);
    const high = Math.min(this.buckets.high(bucket), max);
    return between(low, Math.max(low, high));
  }
}
