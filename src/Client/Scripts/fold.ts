import type { DistributionFold } from './distributions/distribution-data';
import type { RowFold } from './rows/row-data';
import type { Loss, StackFold } from './stacks/stack-fold';

/**
 * The state over a range of ticks, as the hub sends it. Adding up the folds of adjacent ranges gives the fold of the
 * whole. `counts` are growths, in the order of `slots`; times are session time.
 */
export interface Fold {
  from: number;
  to: number;
  startMs: number;
  endMs: number;
  slots: number[];
  counts: number[];
  runs: number;
  runNs: number;
  misses: number;
  /** Absent from sessions that have no stacks. */
  stacks?: StackFold | null;
  /** Absent from sessions that only count. */
  rows?: RowFold | null;
  /** Absent from sessions that have no distributions. */
  distributions?: DistributionFold | null;
  losses?: Loss[];
  /** Calls that were entered and had not returned; null or absent where no return asks for its entry. */
  openCalls?: number | null;
}

/** What became of a fold: added; known already and ignored; or not adjacent, so that a gap would open. */
export type Applied = 'added' | 'known' | 'gap';

/** What a feed keeps up to date. */
export interface FoldSink {
  /** The tick to continue from. */
  readonly cursor: number;
  ended: boolean;
  add(fold: Fold): Applied;
}

/** What a table shows: numbers by slot over some stretch of session time. */
export interface Numbers {
  readonly total: number;
  /** Events of all rows per second. */
  readonly totalRate: number;
  count(slot: number): number;
  /** Events per second. */
  rate(slot: number): number;
}

/** The numbers of a single fold, such as one `-i` interval. */
export class FoldNumbers implements Numbers {
  readonly total: number;
  readonly #counts = new Map<number, number>();
  readonly #seconds: number;

  constructor(fold: Fold) {
    fold.slots.forEach((slot, index) => this.#counts.set(slot, fold.counts[index] ?? 0));
    this.total = sum(fold.counts);
    this.#seconds = (fold.endMs - fold.startMs) / 1000;
  }

  count(slot: number): number {
    return this.#counts.get(slot) ?? 0;
  }

  get totalRate(): number {
    return this.#perSecond(this.total);
  }

  rate(slot: number): number {
    return this.#perSecond(this.count(slot));
  }

  #perSecond(count: number): number {
    return this.#seconds > 0 ? count / this.#seconds : 0;
  }
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
