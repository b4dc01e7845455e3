import type { Buckets } from './buckets';
import type { Definitions, Extremes } from './definitions';
import type { Growth } from './growth';
import { Histogram, type Bin } from './histogram';

/** Which part of a distribution is meant. */
export interface Part {
  /** Null for all but the hidden ones. */
  key: number | null;
  hidden: ReadonlySet<number>;
  /** First and last; null for all. */
  buckets: readonly [number, number] | null;
}

/** One distribution over a stretch of time. */
export class Summary {
  constructor(
    private readonly definitions: Definitions,
    readonly growth: Growth,
    private readonly distribution: number,
    private readonly buckets: Buckets | null,
    /** Whether the stretch is the whole session: only then extremes are those of these values. */
    readonly isWhole: boolean,
    private readonly extremes: Extremes = definitions,
  ) {}

  /** How much came for a part. */
  count({ key, hidden, buckets }: Part): number {
    let count = 0;
    for (const series of this.#series(key)) {
      if ((key !== null || !hidden.has(this.definitions.keyOf(series))) && this.#isIn(series, buckets)) {
        count += this.growth.count(series);
      }
    }
    return count;
  }

  /** Of all keys together, or of one. The buckets of a part are those to be marked in it, not all there is. */
  histogram({ key, hidden }: Pick<Part, 'key' | 'hidden'>): Histogram {
    const bins = new Map<number, Bin>();
    for (const series of this.#series(key)) {
      if (key !== null || !hidden.has(this.definitions.keyOf(series))) {
        this.#addTo(bins, series);
      }
    }
    return new Histogram(this.buckets!, bins.values(), this.isWhole); // whoever asks has one
  }

  /** By key, `into` is as long as there are keys. */
  countKeys(into: Float64Array, buckets: readonly [number, number] | null): void {
    for (const series of this.definitions.seriesOf[this.distribution] ?? []) {
      const count = this.growth.count(series);
      if (count > 0 && this.#isIn(series, buckets)) {
        into[this.definitions.keyOf(series)]! += count;
      }
    }
  }

  #series(key: number | null): readonly number[] {
    return (key === null ? this.definitions.seriesOf[this.distribution] : this.definitions.seriesOfKey[key]) ?? [];
  }

  #isIn(series: number, buckets: readonly [number, number] | null): boolean {
    const bucket = this.definitions.bucketOf(series);
    return buckets === null || (bucket >= buckets[0] && bucket <= buckets[1]);
  }

  #addTo(bins: Map<number, Bin>, series: number): void {
    const count = this.growth.count(series);
    if (count === 0) {
      return;
    }
    const { mins, maxs } = this.extremes;
    const bucket = this.definitions.bucketOf(series);
    const [sum, min, max] = [this.growth.sums[series] ?? 0, mins[series]!, maxs[series]!];
    const bin = bins.get(bucket);
    if (!bin) {
      bins.set(bucket, { bucket, count, sum, min, max });
      return;
    }
    bin.count += count;
    bin.sum += sum;
    bin.min = Math.min(bin.min, min);
    bin.max = Math.max(bin.max, max);
  }
}
