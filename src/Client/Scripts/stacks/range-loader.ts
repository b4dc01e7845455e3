import type { Fold } from '../fold';
import { sameRange, type TickRange } from './view-state';

/** Has the fold of the stretch of time that is wanted, of which another may be wanted before it comes. */
export class RangeLoader {
  #wanted: TickRange | null = null;
  #known: TickRange | null = null;
  #asked: TickRange | null = null;

  /** `take` is given what came, if it is still wanted. */
  constructor(
    private readonly ask: (from: number, to: number) => Promise<Fold>, private readonly take: (range: TickRange, fold: Fold) => void,
  ) {}

  /** Null for none. What could not be had is asked for again. */
  want(range: TickRange | null): void {
    this.#wanted = range;
    if (range && !sameRange(range, this.#known) && !sameRange(range, this.#asked)) {
      void this.#fetch(range);
    }
  }

  async #fetch(range: TickRange): Promise<void> {
    this.#asked = range;
    try {
      const fold = await this.ask(range.from, range.to);
      if (sameRange(this.#wanted, range)) {
        this.#known = range;
        this.take(range, fold);
      }
    } catch {
      // The connection line tells of lost connections; when it is back, it is wanted again.
    } finally {
      this.#asked = this.#asked === range ? null : this.#asked;
    }
  }
}
