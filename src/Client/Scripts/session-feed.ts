import type { HeatMap, HeatMapQuery, SliceCommand, SliceQuery } from './distributions/distribution-data';
import type { Fold, FoldSink } from './fold';
import type { GroupPage, GroupQuery, RowDetails, RowPage, RowQuery } from './rows/row-data';
import type { Timeline } from './stacks/stack-fold';

/**
 * How the feed stands. `attempt` counts from 1; `since` is when the connection was lost and `last` when numbers last
 * came (null if they never did), in `Date.now()` time.
 */
export type FeedState =
  | { kind: 'connecting' }
  | { kind: 'live' }
  | { kind: 'reconnecting'; attempt: number; since: number }
  | { kind: 'ended' }
  | { kind: 'unknown'; last: number | null }
  | { kind: 'refused'; message: string };

/** The part of SignalR's HubConnection that is used here, so that tests can put their own in its place. */
export interface Hub {
  readonly state: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  stream<T>(method: string, ...args: unknown[]): {
    subscribe(observer: {
      next(value: T): void;
      error(error: unknown): void;
      complete(): void;
    }): { dispose(): void };
  };
  invoke<T>(method: string, ...args: unknown[]): Promise<T>;
  onreconnected(callback: () => void): void;
}

export interface FeedEvents {
  changed(): void;
  stateChanged(state: FeedState): void;
}

/** Milliseconds before retry number `attempt` (from 1): quick at first, every 5 seconds in the end, forever. */
export function retryDelay(attempt: number): number {
  return Math.min(5000, 250 * 2 ** (attempt - 1));
}

/**
 * Keeps a model up to date over a connection that may break: after every break it continues from the model's own
 * cursor, so nothing is missing and nothing counts twice.
 */
export class SessionFeed {
  #state: FeedState = { kind: 'connecting' };
  /** Tells the stream in use from its predecessors, whose last words may arrive late. */
  #generation = 0;
  #stream: { dispose(): void } | null = null;
  #stopped = false;
  #last: number | null = null;

  constructor(
    private readonly hub: Hub,
    private readonly sessionId: string,
    private readonly model: FoldSink,
    private readonly events: FeedEvents,
    private readonly delay: (ms: number) => Promise<void> = ms => new Promise(done => setTimeout(done, ms)),
    private readonly now: () => number = Date.now,
  ) {
    hub.onreconnected(() => this.#watch());
  }

  get state(): FeedState {
    return this.#state;
  }

  /** Connects, trying until it succeeds: the automatic reconnect of SignalR only follows a first success. */
  async start(): Promise<void> {
    for (let attempt = 1; !this.#stopped; attempt++) {
      try {
        await this.hub.start();
        this.#watch();
        return;
      } catch (error) {
        if (this.#refused(error)) {
          return;
        }
        this.retrying(attempt);
        await this.delay(retryDelay(attempt));
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#generation++;
    this.#stream?.dispose();
    await this.hub.stop();
  }

  /** The fold of one `-i` interval, counted from 0. */
  block(index: number): Promise<Fold> {
    return this.hub.invoke<Fold>('Block', this.sessionId, index);
  }

  /** The fold of any range of ticks. */
  range(from: number, to: number): Promise<Fold> {
    return this.hub.invoke<Fold>('Fold', this.sessionId, from, to);
  }

  /** Events over the whole session so far, in about so many points. */
  timeline(maxPoints: number): Promise<Timeline> {
    return this.hub.invoke<Timeline>('Timeline', this.sessionId, maxPoints);
  }

  /** A window of the events one by one. */
  rows(query: RowQuery): Promise<RowPage> {
    return this.hub.invoke<RowPage>('Rows', this.sessionId, query);
  }

  /** A window of equal events, counted. */
  rowGroups(query: GroupQuery): Promise<GroupPage> {
    return this.hub.invoke<GroupPage>('RowGroups', this.sessionId, query);
  }

  /** All that is known of one event; null if it is no longer kept. */
  rowDetails(number: number): Promise<RowDetails | null> {
    return this.hub.invoke<RowDetails | null>('RowDetails', this.sessionId, number);
  }

  /** A histogram over the whole session so far. */
  heatMap(query: HeatMapQuery): Promise<HeatMap> {
    return this.hub.invoke<HeatMap>('HeatMap', this.sessionId, query);
  }

  /** Commands that look into a part of a distribution. */
  sliceCommands(query: SliceQuery): Promise<SliceCommand[]> {
    return this.hub.invoke<SliceCommand[]>('SliceCommands', this.sessionId, query);
  }

  /** Everything of another session, to compare with. */
  wholeOf(sessionId: string): Promise<Fold> {
    return this.hub.invoke<Fold>('Fold', sessionId, 0, Number.MAX_SAFE_INTEGER);
  }

  /** Told by the retry policy before each attempt. */
  retrying(attempt: number): void {
    if (this.#state.kind === 'ended' || this.#state.kind === 'unknown') {
      return;
    }
    const since = this.#state.kind === 'reconnecting' ? this.#state.since : this.now();
    this.#enter({ kind: 'reconnecting', attempt, since });
  }

  #watch(): void {
    if (this.#stopped || this.#state.kind === 'ended') {
      return;
    }
    this.#stream?.dispose();
    const generation = ++this.#generation;
    const current = (act: () => void) => {
      if (generation === this.#generation) {
        act();
      }
    };
    this.#stream = this.hub.stream<Fold[]>('Watch', this.sessionId, this.model.cursor).subscribe({
      next: folds => current(() => this.#receive(folds)),
      error: error => current(() => this.#failed(error)),
      complete: () => current(() => this.#ended()),
    });
  }

  #receive(folds: Fold[]): void {
    this.#last = this.now();
    this.#enter({ kind: 'live' });
    const applied = folds.map(fold => this.model.add(fold));
    if (applied.length === 0 || applied.some(each => each !== 'known')) {
      this.events.changed();
    }
    if (applied.includes('gap')) {
      // Never seen from a correct server; asking again from our cursor is right whatever the reason was.
      void this.#watchAgain(1);
    }
  }

  #ended(): void {
    this.model.ended = true;
    this.#enter({ kind: 'ended' });
    this.events.changed();
  }

  #failed(error: unknown): void {
    if (isUnknownSession(error)) {
      this.#enter({ kind: 'unknown', last: this.#last });
    } else if (!this.#refused(error) && this.hub.state === 'Connected') {
      const attempt = this.#state.kind === 'reconnecting' ? this.#state.attempt + 1 : 1;
      void this.#watchAgain(attempt);
    }
    // Otherwise the connection is gone; SignalR reconnects it and onreconnected asks again.
  }

  async #watchAgain(attempt: number): Promise<void> {
    const generation = ++this.#generation;
    this.#stream?.dispose();
    this.retrying(attempt);
    await this.delay(retryDelay(attempt));
    if (generation === this.#generation && this.hub.state === 'Connected') {
      this.#watch();
    }
  }

  #refused(error: unknown): boolean {
    const status = (error as { statusCode?: number } | null)?.statusCode;
    if (status !== 401 && status !== 403) {
      return false;
    }
    this.#enter({ kind: 'refused', message: 'Your login has ended. Open a new login link, then reload.' });
    return true;
  }

  #enter(state: FeedState): void {
    this.#state = state;
    this.events.stateChanged(state);
  }
}

function isUnknownSession(error: unknown): boolean {
  return /unknown session|no session|no such session/i.test(String(error));
}
