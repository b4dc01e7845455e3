import { RowCache } from './row-cache';
import { maxCount, type Problem, type RowPage, type RowQuery, type RowView } from './row-data';
import type { RowList } from './row-list';

/** Which events, in which order. */
export interface Choice {
  filter: string;
  text: string;
  sortBy: string | null;
  descending: boolean;
}

export const plainChoice: Choice = { filter: '', text: '', sortBy: null, descending: false };

/** Rows asked for beyond those in sight, on the side that scrolling goes to. */
const ahead = 100;

/**
 * A window on the matching events: how many there are, which of them are here, and what to ask for next. It follows
 * the end, or holds still at what there was when it was paused.
 *
 * An index names a matching event as long as the choice stays: it is the place among the kept ones plus how many
 * matching ones were let go of, so that it stays when the oldest go. Without a filter that is the event's number.
 */
export class RowWindow implements RowList {
  readonly #cache = new RowCache();
  /** Indices in an order whose events were let go of. */
  readonly #lost = new Set<number>();
  #choice: Choice = plainChoice;
  /** The last choice that the server could read: shown while a filter is wrong. */
  #readable: Choice = plainChoice;
  #problem: Problem | null = null;
  #until: number | null = null;
  #answer: RowPage | null = null;
  /** Whether the answer is about an earlier time than now. */
  #isStale = false;
  #base = 0;
  #origin = 0;

  /** Index of the first row of the list. */
  get origin(): number {
    return this.#until === null ? this.#base : this.#origin;
  }

  /** Index behind the last row. */
  get end(): number {
    return Math.max(this.origin, this.#base + (this.#answer?.matches ?? 0));
  }

  /** Before this index, rows were let go of. */
  get kept(): number {
    return this.#base;
  }

  get choice(): Choice {
    return this.#choice;
  }

  get problem(): Problem | null {
    return this.#problem;
  }

  /** The event before which this view stands still; null while it follows. */
  get until(): number | null {
    return this.#until;
  }

  get isPlain(): boolean {
    const { filter, text, sortBy } = this.#shown;
    return filter.trim() === '' && text === '' && sortBy === null;
  }

  get isAnswered(): boolean {
    return this.#answer !== null;
  }

  /** Of how many events the last answer was: all that were kept then, up to where this view stands still. */
  get asked(): number {
    const { first, end } = this.#answer ?? { first: 0, end: 0 };
    return Math.max(0, Math.min(end, this.#until ?? end) - first);
  }

  /** How far the server has searched, of how many; null when it is through. */
  get searching(): { looked: number; of: number } | null {
    const answer = this.#answer;
    const goal = answer && Math.min(answer.end, this.#until ?? answer.end);
    return answer && goal !== null && answer.looked < goal && !this.isPlain
      ? { looked: Math.max(0, answer.looked - answer.first), of: goal - answer.first } : null;
  }

  row(index: number): RowView | undefined {
    return this.#cache.get(index);
  }

  /** Whether an event was let go of, which keeps its place while this holds still. */
  isGone(index: number): boolean {
    return index < this.#base || this.#lost.has(index);
  }

  indexOf(number: number): number | undefined {
    return this.isPlain ? number : this.#cache.indexOf(number);
  }

  choose(choice: Choice): void {
    this.#choice = choice;
    this.#problem = null;
    this.#restart();
  }

  /** Stands still at what is shown, or at what there is. */
  hold(end: number): void {
    if (this.#until === null) {
      this.#until = this.#answer?.end ?? end;
      this.#origin = this.#base;
    }
  }

  follow(): void {
    this.#until = null;
    this.#isStale = true;
    if (this.#choice.sortBy !== null) {
      this.choose({ ...this.#choice, sortBy: null, descending: false });
    }
  }

  /** What to ask for, given the rows in sight and how many events there are by now; null when all is here. */
  wish(sight: { from: number; to: number }, end: number): RowQuery | null {
    return this.#until === null ? this.#tail(sight.to - sight.from, end) : this.#missing(sight);
  }

  /** The question for any window of the choice that is shown. */
  query(from: number, count: number): RowQuery {
    const { filter, text, sortBy, descending } = this.#shown;
    return { filter: filter.trim() || null, text: text || null, sortBy, descending, until: this.#until, from, count };
  }

  /** Whether an answer to a question still has to do with what is shown. */
  isCurrent(query: RowQuery): boolean {
    const now = this.query(query.from, query.count);
    return (Object.keys(now) as (keyof RowQuery)[]).every(key => now[key] === query[key]);
  }

  /** Takes an answer over. */
  accept(query: RowQuery, page: RowPage): void {
    if (!this.isCurrent(query)) {
      return;
    }
    if (page.problem) {
      this.#problem = page.problem;
      this.#restart();
      return;
    }
    if (this.#problem === null) {
      this.#readable = this.#choice;
    }
    const isFirst = this.#answer === null;
    if (this.#choice.sortBy !== null && this.searching) {
      this.#cache.clear(); // what was found since stands between
    }
    this.#base = this.#baseOf(page);
    this.#origin = isFirst ? this.#base : this.#origin;
    this.#answer = page;
    this.#isStale = false;
    // Rows that went meanwhile are missing from an answer: where numbers tell the place, they do.
    const { isPlain } = this;
    const places = placesOf(page);
    page.rows.forEach((row, i) => this.#cache.set(isPlain ? row.number : this.#base + places[i]!, row)); // one for each
    page.gone?.forEach(place => this.#lost.add(this.#base + page.from + place));
  }

  get #shown(): Choice {
    return this.#problem ? { ...this.#choice, filter: this.#readable.filter } : this.#choice;
  }

  #restart(): void {
    this.#cache.clear();
    this.#lost.clear();
    this.#answer = null;
    this.#base = 0;
    this.#origin = 0;
  }

  #tail(inSight: number, end: number): RowQuery | null {
    const isCurrent = this.#answer !== null && !this.#isStale && this.#answer.end >= end && this.searching === null;
    const count = Math.min(maxCount, Math.max(50, inSight + 20));
    return isCurrent || (end === 0 && !this.#choice.filter) ? null : this.query(-count, count);
  }

  #missing(sight: { from: number; to: number }): RowQuery | null {
    if (this.#answer === null || (this.#choice.sortBy !== null && this.searching)) {
      return this.query(Math.max(0, sight.from - this.#base), Math.min(maxCount, Math.max(50, sight.to - sight.from)));
    }
    const to = Math.min(sight.to, this.end);
    for (let index = Math.max(sight.from, this.#base); index < to; index++) {
      if (!this.#cache.get(index) && !this.#lost.has(index)) {
        return this.#window(index, to);
      }
    }
    return this.searching ? this.query(0, 1) : null;
  }

  #window(index: number, to: number): RowQuery {
    // Upwards, what comes next is before what is missing.
    const start = this.#cache.get(to) ? Math.max(this.#base, index - ahead) : index;
    const count = Math.min(maxCount, this.end - start, to - start + ahead);
    // Counted from the end, places stay when the oldest rows go meanwhile; while searching it is the end that moves.
    return this.searching || this.isPlain ? this.query(start - this.#base, count) : this.query(start - this.end, count);
  }

  /** How many matching events were let go of. The server says how many events were; of a choice it must be found out. */
  #baseOf(page: RowPage): number {
    const before = this.#answer;
    if (this.isPlain) {
      return page.first;
    }
    if (!before || before.first === page.first) {
      return this.#base;
    }
    if (this.#choice.sortBy !== null) {
      if (page.matches < before.matches) {
        this.#cache.clear(); // the server began anew, without those let go of, which were anywhere in this order
        this.#lost.clear();
      }
      return this.#base;
    }
    for (const [i, { number }] of page.rows.entries()) {
      const known = this.#cache.indexOf(number);
      if (known !== undefined) {
        return known - page.from - i;
      }
    }
    const isWhole = this.#until !== null && !this.searching && page.looked >= Math.min(page.end, this.#until);
    if (!isWhole) {
      this.#cache.clear(); // which of them went nobody can tell
    }
    return isWhole ? this.end - page.matches : this.#base;
  }
}

/** Where the events of an answer stand among the matching ones. */
function placesOf({ from, rows, gone }: RowPage): number[] {
  const missing = new Set(gone ?? []);
  return Array.from({ length: rows.length + missing.size }, (_, i) => i).filter(i => !missing.has(i)).map(i => from + i);
}
