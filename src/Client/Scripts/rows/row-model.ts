import type { Applied, Fold } from '../fold';
import { FoldModel } from '../fold-model';
import type { Loss } from '../stacks/stack-fold';

/** The entry of a ledger for rows that were let go of for newer ones. They are below `first`, too: counted once. */
const letGo = 'notKept';
/** Entries for what the command left out (-f, -M), which are no losses. */
const asTold = ['filtered', 'beyondMaximum'];

/** A session's numbers, and which of its events there are. */
export class RowModel extends FoldModel {
  /** Number of the oldest event that is kept. */
  first = 0;
  /** The number behind the newest. */
  end = 0;
  /** Events that are in `total` but never became rows, by cause. */
  readonly losses = new Map<string, Loss>();

  override add(fold: Fold): Applied {
    const applied = super.add(fold);
    if (applied === 'added') {
      this.first = fold.rows?.first ?? this.first;
      this.end = fold.rows?.end ?? this.end;
      fold.losses?.filter(({ cause, count }) => cause !== letGo && count > 0).forEach(loss => this.#lose(loss));
    }
    return applied;
  }

  /** How many never became rows. */
  get missing(): number {
    return [...this.losses.values()].reduce((sum, { count }) => sum + count, 0);
  }

  /** Whether some of them were wanted. */
  get isLossy(): boolean {
    return [...this.losses.keys()].some(cause => !asTold.includes(cause));
  }

  #lose(loss: Loss): void {
    this.losses.set(loss.cause, { ...loss, count: loss.count + (this.losses.get(loss.cause)?.count ?? 0) });
  }
}
