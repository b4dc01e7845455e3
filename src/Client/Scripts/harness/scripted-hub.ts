import { sum, type Fold } from '../fold';
import type { Hub } from '../session-feed';
import type { GroupQuery, RowQuery } from '../rows/row-data';
import type { StackFold, Timeline } from '../stacks/stack-fold';

import type { SyntheticRows } from './synthetic-rows';

/** A hub that streams what it is given, and answers for ranges from what it has streamed. */
export class ScriptedHub implements Hub {
  state = 'Disconnected';
  readonly folds: Fold[] = [];
  /** What answers for events one by one. */
  rows: SyntheticRows | null = null;
  #next: (folds: Fold[]) => void = () => {};
  #complete = () => {};

  async start(): Promise<void> {
    this.state = 'Connected';
  }

  async stop(): Promise<void> {
    this.state = 'Disconnected';
  }

  stream<T>() {
    return {
      subscribe: (observer: { next(value: T): void; complete(): void }) => {
        this.#next = folds => observer.next(folds as T);
        this.#complete = () => observer.complete();
        if (this.folds.length > 0) {
          this.#next(this.folds);
        }
        return { dispose: () => {} };
      },
    };
  }

  async invoke<T>(method: string, ...args: unknown[]): Promise<T> {
    switch (method) {
      case 'Fold': return this.#fold(args[1] as number, args[2] as number) as T;
      case 'Timeline': return this.#timeline() as T;
      case 'Rows': return await this.rows!.page(args[1] as RowQuery) as T;
      case 'RowGroups': return await this.rows!.groups(args[1] as GroupQuery) as T;
      case 'RowDetails': return this.rows!.details(args[1] as number) as T;
      default: throw new Error(`not scripted: ${method}`);
    }
  }

  onreconnected(): void {}

  push(fold: Fold): void {
    this.folds.push(fold);
    this.#next([fold]);
  }

  complete(): void {
    this.#complete();
  }

  #fold(from: number, to: number): Fold {
    const folds = this.folds.filter(fold => fold.from >= from && fold.to <= to);
    const [first, last] = [folds[0]!, folds.at(-1)!];
    const bySeries = new Map<number, number>();
    for (const { stacks } of folds) {
      stacks!.series.forEach((series, i) => bySeries.set(series, (bySeries.get(series) ?? 0) + stacks!.counts[i]!));
    }
    const grown = [...bySeries].sort(([a], [b]) => a - b);
    const definitions: StackFold = {
      ...this.folds.at(-1)!.stacks!, frames: [], parents: [], nodeFrames: [], contexts: [], seriesContexts: [], seriesNodes: [],
      seriesQualities: [], series: grown.map(([series]) => series), counts: grown.map(([, count]) => count),
    };
    return {
      from, to, startMs: first.startMs, endMs: last.endMs, slots: [0], counts: [sum(folds.flatMap(fold => fold.counts))],
      runs: 0, runNs: 0, misses: 0, losses: folds.flatMap(fold => fold.losses ?? []), stacks: definitions,
    };
  }

  #timeline(): Timeline {
    return {
      ticks: [...this.folds.map(fold => fold.from), this.folds.at(-1)!.to],
      ms: [...this.folds.map(fold => fold.startMs), this.folds.at(-1)!.endMs],
      events: this.folds.map(fold => sum(fold.counts)),
    };
  }
}
