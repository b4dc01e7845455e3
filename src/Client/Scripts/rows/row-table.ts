import type { Target } from '../count-row';
import { make } from '../dom';
import { LiveFeed } from '../live-feed';
import type { Hub } from '../session-feed';
import { columnsOf } from './columns';
import { RowBench } from './row-bench';
import type { RowInfo } from './row-data';
import { RowModel } from './row-model';

export interface RowTableOptions {
  sessionId: string;
  info: RowInfo;
  targets: Target[];
  /** When the session began, as a date that JavaScript can read. */
  startedAt: string;
  /** Whether probes are still being attached. */
  attaching: boolean;
  /** Whether more can come; a session that is over is shown from its beginning. */
  running: boolean;
}

/** Called by the interop class; the element belongs to this module until `dispose`. */
export function create(element: HTMLElement, options: RowTableOptions): RowTable {
  return new RowTable(element, options);
}

/** The hot pane of a session that shows its events one by one. */
export class RowTable {
  readonly #model = new RowModel(0);
  readonly #live: LiveFeed;
  readonly #bench: RowBench;
  readonly #names = new Map<number, string>();

  constructor(private readonly element: HTMLElement, options: RowTableOptions, hub: Hub | null = null) {
    this.#setTargets(options.targets);
    this.#live = new LiveFeed(options.sessionId, this.#model, {
      changed: () => this.#bench.changed(),
      stateChanged: () => this.#bench?.changed(),
    }, hub);
    const { feed, line, orphaned } = this.#live;
    const place = make('div');
    element.replaceChildren(orphaned, place);
    this.#bench = new RowBench(place, {
      model: this.#model,
      info: options.info,
      columns: columnsOf({
        info: options.info, startedAt: Date.parse(options.startedAt), nameOf: slot => this.#names.get(slot) ?? `#${slot}`,
      }),
      get isLive() { return feed.state.kind === 'live' || feed.state.kind === 'ended'; },
      rows: query => feed.rows(query),
      groups: query => feed.rowGroups(query),
      details: number => feed.rowDetails(number),
      targets: () => [...new Set(this.#names.values())],
    }, line, options.running);
    this.#bench.attaching = options.attaching;
    void feed.start();
  }

  /** Takes over what attaching changed. */
  update(targets: Target[], attaching: boolean): void {
    this.#setTargets(targets);
    this.#bench.attaching = attaching;
  }

  async dispose(): Promise<void> {
    this.#bench.dispose();
    this.element.replaceChildren();
    await this.#live.dispose();
  }

  #setTargets(targets: readonly Target[]): void {
    targets.forEach(({ slot, name }) => this.#names.set(slot, name));
  }
}
