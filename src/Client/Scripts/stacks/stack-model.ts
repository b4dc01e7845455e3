import type { Applied, Fold } from '../fold';
import { FoldModel } from '../fold-model';
import { RecentFolds } from './recent-folds';
import { StackCounts } from './stack-counts';
import { StackDefinitions } from './stack-definitions';

/**
 * A session's stacks as this browser knows them: the sum of all folds up to `cursor`. Pure arithmetic; it knows
 * neither the connection nor the page.
 */
export class StackModel {
  readonly definitions = new StackDefinitions();
  /** Everything so far. */
  readonly whole = new StackCounts();
  /** The same events by slot, with their rates and what they cost. */
  readonly events = new FoldModel(0);
  readonly #recent = new RecentFolds();

  get cursor(): number {
    return this.events.cursor;
  }

  get endMs(): number {
    return this.events.endMs;
  }

  get ended(): boolean {
    return this.events.ended;
  }

  set ended(ended: boolean) {
    this.events.ended = ended;
  }

  add(fold: Fold): Applied {
    if (fold.to <= this.cursor) {
      if (fold.from === fold.to && fold.to === this.cursor && fold.stacks) {
        this.definitions.add(fold.stacks); // those of the next fold, ahead of it, since they are many
      }
      return 'known';
    }
    if (fold.from !== this.cursor || (fold.stacks && !this.definitions.add(fold.stacks))) {
      return 'gap';
    }
    this.events.add(fold);
    this.whole.add(fold);
    this.#recent.add(fold);
    return 'added';
  }

  /** Counts by series of the last full second; null once ended, and within the first second. */
  lastSecond(): Float64Array | null {
    return this.ended ? null : this.#recent.lastSecond(this.definitions.seriesCount);
  }
}
