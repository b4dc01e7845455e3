import { sum, type Applied, type Fold, type FoldSink, type Numbers } from './fold';
import { SecondRing, windowSeconds } from './second-ring';

/**
 * A session as this browser knows it: the sum of all folds up to `cursor`. Pure arithmetic; it knows neither the
 * connection nor the page.
 */
export class FoldModel implements Numbers, FoldSink {
  /** The tick to continue from. */
  cursor = 0;
  /** Session time up to which everything is counted. */
  endMs = 0;
  total = 0;
  runs = 0;
  runNs = 0;
  misses = 0;
  /** Calls that were entered and have not returned; null where no return asks for its entry. */
  openCalls: number | null = null;
  /** Once ended, rates are averages over the whole session. */
  ended = false;

  #counts: Float64Array;
  #seconds: SecondRing;
  #allSeconds = new SecondRing(1);
  #runNsSeconds = new SecondRing(1);

  constructor(slots: number) {
    this.#counts = new Float64Array(slots);
    this.#seconds = new SecondRing(slots);
  }

  add(fold: Fold): Applied {
    if (fold.to <= this.cursor) {
      return 'known';
    }
    if (fold.from !== this.cursor) {
      return 'gap';
    }
    this.#makeRoom(fold.slots);
    this.#enter(fold.endMs);
    fold.slots.forEach((slot, index) => this.#addCount(slot, fold.counts[index] ?? 0, fold));
    this.#addTotals(fold);
    this.openCalls = fold.openCalls ?? this.openCalls;
    return 'added';
  }

  count(slot: number): number {
    return this.#counts[slot] ?? 0;
  }

  /**
   * The last full second: the number that `-i 1` would print, and the same in every browser that watches. Within
   * the first second, and once ended, the average so far.
   */
  rate(slot: number): number {
    return this.#perSecond(this.#seconds, slot, this.count(slot));
  }

  get totalRate(): number {
    return this.#perSecond(this.#allSeconds, 0, this.total);
  }

  /** Share of one CPU that the programs took, 0 to 1 (and above, on several CPUs). */
  get cpuShare(): number {
    return this.#perSecond(this.#runNsSeconds, 0, this.runNs) / 1e9;
  }

  /** Full seconds of session time so far; the sparklines change when this does. */
  get fullSeconds(): number {
    return Math.floor(this.endMs / 1000);
  }

  /** The last full seconds of a slot, at most a minute, oldest first. */
  lastMinute(slot: number): number[] {
    const length = Math.min(windowSeconds, this.fullSeconds);
    return Array.from({ length }, (_, index) => this.#seconds.at(slot, this.fullSeconds - length + index));
  }

  /** A copy that later folds do not change. */
  clone(): FoldModel {
    const { cursor, endMs, total, runs, runNs, misses, openCalls, ended } = this;
    const copy = Object.assign(new FoldModel(0), { cursor, endMs, total, runs, runNs, misses, openCalls, ended });
    copy.#counts = this.#counts.slice();
    copy.#seconds = this.#seconds.clone();
    copy.#allSeconds = this.#allSeconds.clone();
    copy.#runNsSeconds = this.#runNsSeconds.clone();
    return copy;
  }

  #makeRoom(slots: readonly number[]): void {
    const needed = slots.reduce((most, slot) => Math.max(most, slot + 1), 0);
    if (needed > this.#counts.length) {
      const counts = new Float64Array(needed);
      counts.set(this.#counts);
      this.#counts = counts;
      this.#seconds.grow(needed);
    }
  }

  #enter(endMs: number): void {
    this.#seconds.advance(endMs);
    this.#allSeconds.advance(endMs);
    this.#runNsSeconds.advance(endMs);
  }

  #addCount(slot: number, count: number, { startMs, endMs }: Fold): void {
    this.#counts[slot]! += count;
    this.#seconds.add(slot, startMs, endMs, count);
  }

  #addTotals(fold: Fold): void {
    const counted = sum(fold.counts);
    this.#allSeconds.add(0, fold.startMs, fold.endMs, counted);
    this.#runNsSeconds.add(0, fold.startMs, fold.endMs, fold.runNs);
    this.total += counted;
    this.runs += fold.runs;
    this.runNs += fold.runNs;
    this.misses += fold.misses;
    this.cursor = fold.to;
    this.endMs = fold.endMs;
  }

  #perSecond(ring: SecondRing, row: number, whole: number): number {
    if (!this.ended && this.fullSeconds > 0) {
      return ring.at(row, this.fullSeconds - 1);
    }
    return this.endMs > 0 ? (whole / this.endMs) * 1000 : 0;
  }
}
