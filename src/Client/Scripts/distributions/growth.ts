import { sum, type Fold } from '../fold';
import type { Loss } from '../stacks/stack-fold';

/** By how much everything grew over some stretch of time: a fold, or many that follow each other. */
export class Growth {
  startMs = 0;
  endMs = 0;
  /** Hits of all targets. */
  total = 0;
  misses = 0;
  /** Of the whole session so far. */
  keysTurnedAway = 0;
  readonly losses = new Map<string, Loss>();
  /** By series; what is beyond its end has not grown. */
  counts = new Float64Array(64);
  sums = new Float64Array(64);

  static of(fold: Fold): Growth {
    const growth = new Growth();
    growth.startMs = fold.startMs;
    growth.add(fold);
    return growth;
  }

  get seconds(): number {
    return (this.endMs - this.startMs) / 1000;
  }

  count(series: number): number {
    return this.counts[series] ?? 0;
  }

  add({ endMs, counts, misses, losses = [], distributions }: Fold): void {
    this.endMs = endMs;
    this.total += sum(counts);
    this.misses += misses;
    for (const { cause, reason, count } of losses) {
      this.losses.set(cause, { cause, reason, count: count + (this.losses.get(cause)?.count ?? 0) });
    }
    this.keysTurnedAway = distributions?.keysTurnedAway ?? this.keysTurnedAway;
    distributions?.series.forEach((series, i) => {
      this.#makeRoom(series);
      this.counts[series]! += distributions.counts[i] ?? 0;
      this.sums[series]! += distributions.sums[i] ?? 0;
    });
  }

  clone(): Growth {
    const { startMs, endMs, total, misses, keysTurnedAway } = this;
    const copy = Object.assign(new Growth(), {
      startMs, endMs, total, misses, keysTurnedAway, counts: this.counts.slice(), sums: this.sums.slice(),
    });
    this.losses.forEach((loss, cause) => copy.losses.set(cause, loss));
    return copy;
  }

  #makeRoom(series: number): void {
    if (series >= this.counts.length) {
      const length = Math.max(series + 1, this.counts.length * 2);
      [this.counts, this.sums] = [longer(this.counts, length), longer(this.sums, length)];
    }
  }
}

function longer(values: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(length);
  copy.set(values);
  return copy;
}
