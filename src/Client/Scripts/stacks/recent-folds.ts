import type { Fold } from '../fold';

/**
 * The folds that touch the last full second, for rates: the second that `-i 1` would print, the same in every browser.
 */
export class RecentFolds {
  readonly #folds: Fold[] = [];

  add(fold: Fold): void {
    this.#folds.push(fold);
    const oldest = (Math.floor(fold.endMs / 1000) - 1) * 1000;
    while (this.#folds[0]!.endMs <= oldest) {
      this.#folds.shift();
    }
  }

  /** What the last full second counted, by series; null within the first. What spans seconds is spread evenly. */
  lastSecond(seriesCount: number): Float64Array | null {
    const end = Math.floor((this.#folds.at(-1)?.endMs ?? 0) / 1000) * 1000;
    if (end === 0) {
      return null;
    }
    const counts = new Float64Array(seriesCount);
    for (const { stacks, startMs, endMs } of this.#folds) {
      const overlap = Math.min(endMs, end) - Math.max(startMs, end - 1000);
      const part = endMs > startMs ? overlap / (endMs - startMs) : 1;
      if (stacks && part > 0) {
        stacks.series.forEach((series, i) => counts[series]! += stacks.counts[i]! * part);
      }
    }
    return counts;
  }
}
