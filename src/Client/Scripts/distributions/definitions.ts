import { IntList } from '../stacks/int-list';
import type { DistributionFold, KeyInfo } from './distribution-data';

/** The smallest and the largest value of each series. */
export interface Extremes {
  readonly mins: readonly number[];
  readonly maxs: readonly number[];
}

/**
 * What the numbers of folds mean: keys, and series of them. They are only ever added, so that what was drawn once
 * stays true. A series is a bucket of a key; the extremes of its values are those of the whole session so far.
 */
export class Definitions implements Extremes {
  readonly keys: KeyInfo[] = [];
  /** Ids of keys, and of series, by distribution; ascending. */
  readonly keysOf: number[][];
  readonly seriesOf: number[][];
  /** Ids of series, by key. */
  readonly seriesOfKey: number[][] = [];
  readonly mins: number[] = [];
  readonly maxs: number[] = [];
  readonly #seriesKeys = new IntList();
  readonly #seriesBuckets = new IntList();

  constructor(distributions: number) {
    this.keysOf = Array.from({ length: distributions }, () => []);
    this.seriesOf = Array.from({ length: distributions }, () => []);
  }

  get seriesCount(): number {
    return this.#seriesKeys.length;
  }

  keyOf(series: number): number {
    return this.#seriesKeys.at(series);
  }

  bucketOf(series: number): number {
    return this.#seriesBuckets.at(series);
  }

  /** Takes what is new in a fold; what it tells again is known. */
  add({ firstKey, keys, firstSeries, seriesKeys, seriesBuckets, series, mins, maxs }: DistributionFold): void {
    keys.slice(this.keys.length - firstKey).forEach(key => this.#addKey(key));
    for (let i = this.seriesCount - firstSeries; i < seriesKeys.length; i++) {
      this.#addSeries(seriesKeys[i]!, seriesBuckets[i]!);
    }
    series.forEach((id, i) => {
      if (i < mins.length) {
        [this.mins[id], this.maxs[id]] = [mins[i]!, maxs[i]!];
      }
    });
  }

  #addKey(key: KeyInfo): void {
    this.keysOf[key.distribution]?.push(this.keys.length);
    this.keys.push(key);
    this.seriesOfKey.push([]);
  }

  #addSeries(key: number, bucket: number): void {
    const id = this.seriesCount;
    this.#seriesKeys.push(key);
    this.#seriesBuckets.push(bucket);
    this.seriesOfKey[key]?.push(id);
    this.seriesOf[this.keys[key]?.distribution ?? -1]?.push(id);
    this.mins.push(-Infinity);
    this.maxs.push(Infinity);
  }
}
