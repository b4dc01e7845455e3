import { maxCount, type GroupPage, type GroupQuery, type Problem, type RowView } from './row-data';
import type { RowList } from './row-list';

/** Which events are counted, and in which columns they are equal. */
export interface GroupChoice {
  filter: string;
  text: string;
  by: readonly string[];
}

/**
 * A window on equal events, counted, the largest group first. Places change while it follows: each answer replaces the
 * one before. Held, it counts up to where it stands and stays.
 */
export class GroupWindow implements RowList {
  readonly origin = 0;
  readonly #rows = new Map<number, RowView>();
  #choice: GroupChoice = { filter: '', text: '', by: [] };
  /** The last filter that the server could read: it holds while one is wrong. */
  #readable = '';
  #problem: Problem | null = null;
  #until: number | null = null;
  #answer: GroupPage | null = null;

  get end(): number {
    return this.#answer?.groups ?? 0;
  }

  get until(): number | null {
    return this.#until;
  }

  get problem(): Problem | null {
    return this.#problem;
  }

  get isAnswered(): boolean {
    return this.#answer !== null;
  }

  get asked(): number {
    const { first, end } = this.#answer ?? { first: 0, end: 0 };
    return Math.max(0, Math.min(end, this.#until ?? end) - first);
  }

  get searching(): { looked: number; of: number } | null {
    const answer = this.#answer;
    const goal = Math.min(answer?.end ?? 0, this.#until ?? Infinity);
    return answer && answer.looked < goal
      ? { looked: Math.max(0, answer.looked - answer.first), of: goal - answer.first } : null;
  }

  /** Events in groups, and those that would need more groups than the server makes. */
  get counted(): { inGroups: number; beyond: number } {
    return { inGroups: this.#answer?.counted ?? 0, beyond: this.#answer?.beyond ?? 0 };
  }

  /** What is counted stays counted. */
  isGone(): boolean {
    return false;
  }

  row(index: number): RowView | undefined {
    return this.#rows.get(index);
  }

  choose(choice: GroupChoice): void {
    this.#choice = choice;
    this.#problem = null;
    this.#answer = null;
    this.#rows.clear();
  }

  hold(end: number): void {
    this.#until ??= this.#answer?.end ?? end;
  }

  follow(): void {
    this.#until = null;
  }

  wish(sight: { from: number; to: number }, end: number): GroupQuery | null {
    const answer = this.#answer;
    const isBehind = answer === null || this.searching !== null || (this.#until === null && answer.end < end);
    return isBehind || this.#misses(sight) ? this.#query(sight) : null;
  }

  accept(query: GroupQuery, page: GroupPage): void {
    if (JSON.stringify({ ...this.#query({ from: 0, to: 0 }), from: 0, count: 0 }) !== JSON.stringify({ ...query, from: 0, count: 0 })) {
      return; // something else is shown by now
    }
    if (page.problem) {
      this.#problem = page.problem;
      this.#answer = null;
      return;
    }
    if (this.#problem === null) {
      this.#readable = this.#choice.filter;
    }
    this.#answer = page;
    this.#rows.clear();
    page.rows.forEach(({ count, example }, i) => this.#rows.set(page.from + i, { ...example, count }));
  }

  #misses({ from, to }: { from: number; to: number }): boolean {
    for (let index = from; index < Math.min(to, this.end); index++) {
      if (!this.#rows.has(index)) {
        return true;
      }
    }
    return false;
  }

  /** With some more on both sides, so that scrolling shows lines at once. */
  #query({ from, to }: { from: number; to: number }): GroupQuery {
    const { filter, text, by } = this.#choice;
    const shown = this.#problem ? this.#readable : filter;
    const start = Math.max(0, from - 50);
    return {
      by: [...by], filter: shown.trim() || null, text: text || null, until: this.#until,
      from: start, count: Math.min(maxCount, to - start + 50),
    };
  }
}
