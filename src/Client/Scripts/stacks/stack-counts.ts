import { sum, type Fold } from '../fold';
import type { Loss } from './stack-fold';

/** How much was counted over some stretch of session time: by series of stacks, and what the ledger says of the rest. */
export class StackCounts {
  /** By series; may be shorter than there are series. */
  counts = new Float64Array(0);
  /** The ticks it spans, as a range has them. */
  from = 0;
  to = 0;
  startMs = 0;
  endMs = 0;
  /** Events of the probes: what is in stacks, and what was lost. */
  generated = 0;
  runs = 0;
  runNs = 0;
  misses = 0;
  readonly losses = new Map<string, Loss>();

  static of(fold: Fold): StackCounts {
    const counts = new StackCounts();
    counts.from = fold.from;
    counts.startMs = fold.startMs;
    counts.add(fold);
    return counts;
  }

  get seconds(): number {
    return Math.max(0, this.endMs - this.startMs) / 1000;
  }

  get lost(): number {
    return sum([...this.losses.values()].map(loss => loss.count));
  }

  add(fold: Fold): void {
    this.#addStacks(fold);
    this.to = fold.to;
    this.endMs = fold.endMs;
    this.generated += sum(fold.counts);
    this.runs += fold.runs;
    this.runNs += fold.runNs;
    this.misses += fold.misses;
    for (const loss of fold.losses ?? []) {
      this.#lose(loss, loss.count);
    }
  }

  /** A copy that later folds do not change. */
  clone(): StackCounts {
    const copy = new StackCounts();
    const { from, to, startMs, endMs, generated, runs, runNs, misses } = this;
    Object.assign(copy, { from, to, startMs, endMs, generated, runs, runNs, misses, counts: this.counts.slice() });
    this.losses.forEach(loss => copy.#lose(loss, loss.count));
    return copy;
  }

  /** What came after an earlier state of the same counts. */
  since(earlier: StackCounts): StackCounts {
    const rest = this.clone();
    earlier.counts.forEach((count, series) => rest.counts[series]! -= count);
    rest.from = earlier.to;
    rest.startMs = earlier.endMs;
    rest.generated -= earlier.generated;
    rest.runs -= earlier.runs;
    rest.runNs -= earlier.runNs;
    rest.misses -= earlier.misses;
    earlier.losses.forEach(loss => rest.#lose(loss, -loss.count));
    return rest;
  }

  #addStacks({ stacks }: Fold): void {
    if (!stacks) {
      return;
    }
    const { series, counts } = stacks;
    this.#makeRoom(series.length > 0 ? series[series.length - 1]! + 1 : 0); // they are in ascending order
    for (let i = 0; i < series.length; i++) {
      this.counts[series[i]!]! += counts[i]!;
    }
  }

  #makeRoom(needed: number): void {
    if (needed > this.counts.length) {
      const larger = new Float64Array(Math.max(needed, this.counts.length * 2));
      larger.set(this.counts);
      this.counts = larger;
    }
  }

  #lose(loss: Loss, count: number): void {
    const known = this.losses.get(loss.cause)?.count ?? 0;
    if (known + count === 0) {
      this.losses.delete(loss.cause);
    } else {
      this.losses.set(loss.cause, { ...loss, count: known + count });
    }
  }
}
