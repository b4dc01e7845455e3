import type { Fold } from '../fold';
import type { HeatMap } from './distribution-data';

/** Some adjacent ticks, and how much came into which bucket in them. */
export interface HeatColumn {
  from: number;
  to: number;
  startMs: number;
  endMs: number;
  readonly counts: Map<number, number>;
}

/** What a fold brings for one heat map. */
export interface HeatDelta extends HeatColumn {}

/**
 * A histogram over time: the past from the server, the present from the folds as they come. Columns hold the same
 * number of ticks, a power of two, and begin at its multiples.
 */
export class HeatModel {
  columns: HeatColumn[] = [];
  /** Ticks in a column. */
  #size = 1;
  /** The tick up to which it is complete. */
  #end = 0;
  /** What came while the server was asked. */
  #waiting: HeatDelta[] | null = null;
  #isStale = true;

  constructor(readonly mostColumns: number) {}

  /** Whether the server must be asked, because some of the past is missing or not told apart well enough. */
  get isStale(): boolean {
    return this.#isStale && this.#waiting === null;
  }

  /** Whether it holds everything up to the last fold. */
  get isComplete(): boolean {
    return !this.#isStale && this.#waiting === null;
  }

  /** How much is in the fullest cell. */
  get peak(): number {
    return this.columns.reduce((most, { counts }) => Math.max(most, ...counts.values()), 0);
  }

  /** The server is asked now. */
  ask(): void {
    this.#waiting = [];
  }

  /** It did not answer. */
  fail(): void {
    this.#waiting = null;
  }

  replace({ ticks, ms, columns }: HeatMap): void {
    this.columns = columns.map(({ buckets, counts }, i) => ({
      from: ticks[i]!, to: ticks[i + 1]!, startMs: ms[i]!, endMs: ms[i + 1]!,
      counts: new Map(buckets.map((bucket, at) => [bucket, counts[at]!])),
    }));
    const first = this.columns[0];
    this.#size = this.columns.length > 1 ? first!.to - first!.from : powerFrom(first ? first.to - first.from : 1);
    this.#end = ticks.at(-1) ?? 0;
    this.#isStale = false;
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    waiting.forEach(delta => this.add(delta));
    this.#shorten();
  }

  add(delta: HeatDelta): void {
    this.#waiting?.push(delta);
    if (delta.to <= this.#end || this.#waiting || this.#isStale) {
      return;
    }
    const column = Math.floor(delta.from / this.#size);
    if (delta.from !== this.#end || Math.floor((delta.to - 1) / this.#size) !== column) {
      // A long fold, as after a lost connection: the server knows more of that time.
      this.#isStale = true;
      return;
    }
    this.#end = delta.to;
    const last = this.columns.at(-1);
    if (last && Math.floor(last.from / this.#size) === column) {
      join(last, delta);
    } else {
      this.columns.push({ ...delta, counts: new Map(delta.counts) });
      this.#shorten();
    }
  }

  /** A copy of the columns that began before a moment. */
  upTo(endMs: number): HeatColumn[] {
    return this.columns.filter(({ startMs }) => startMs < endMs).map(column => ({ ...column, counts: new Map(column.counts) }));
  }

  #shorten(): void {
    while (this.columns.length > this.mostColumns) {
      this.#size *= 2;
      const joined: HeatColumn[] = [];
      for (const column of this.columns) {
        const last = joined.at(-1);
        if (last && Math.floor(last.from / this.#size) === Math.floor(column.from / this.#size)) {
          join(last, column);
        } else {
          joined.push(column);
        }
      }
      this.columns = joined;
    }
  }
}

function join(into: HeatColumn, { to, endMs, counts }: HeatColumn): void {
  [into.to, into.endMs] = [to, endMs];
  counts.forEach((count, bucket) => into.counts.set(bucket, count + (into.counts.get(bucket) ?? 0)));
}

function powerFrom(ticks: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, ticks)));
}

/** What a fold brings of some series. */
export function heatDelta(
  { from, to, startMs, endMs, distributions }: Fold, isMeant: (series: number) => boolean, bucketOf: (series: number) => number,
): HeatDelta {
  const counts = new Map<number, number>();
  distributions?.series.forEach((series, i) => {
    if (isMeant(series)) {
      const bucket = bucketOf(series);
      counts.set(bucket, (counts.get(bucket) ?? 0) + (distributions.counts[i] ?? 0));
    }
  });
  return { from, to, startMs, endMs, counts };
}
