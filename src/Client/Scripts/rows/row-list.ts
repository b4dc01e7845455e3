import type { GroupQuery, Problem, RowQuery, RowView } from './row-data';

/** What a question to the server is about: events, or equal events counted. */
export type Question = RowQuery | GroupQuery;

/** A list that the table shows a part of: the events, or groups of them. */
export interface RowList {
  /** Index of the first line, and the one behind the last. */
  readonly origin: number;
  readonly end: number;
  /** The event before which this list stands still; null while it follows. */
  readonly until: number | null;
  /** What is wrong with the filter. */
  readonly problem: Problem | null;
  readonly isAnswered: boolean;
  /** Of how many events the last answer was. */
  readonly asked: number;
  /** How far the server has searched, of how many; null when it is through. */
  readonly searching: { looked: number; of: number } | null;
  row(index: number): RowView | undefined;
  /** Whether the server let go of what stands there. */
  isGone(index: number): boolean;
  /** Stands still at what is shown, or at what there is. */
  hold(end: number): void;
  follow(): void;
  /** What to ask for, given the lines in sight and how many events there are by now; null when all is here. */
  wish(sight: { from: number; to: number }, end: number): Question | null;
}
