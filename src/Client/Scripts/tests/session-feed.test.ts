import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fold } from '../fold';
import { describeOrphaned } from '../connection-line';
import { FoldModel } from '../fold-model';
import { SessionFeed, retryDelay, type FeedState, type Hub } from '../session-feed';

type Observer = { next(folds: Fold[]): void; error(error: unknown): void; complete(): void };

/** A hub under the test's control: it records what was asked and lets the test answer. */
class ScriptedHub implements Hub {
  state = 'Disconnected';
  readonly watches: { cursor: number; observer: Observer; disposed: boolean }[] = [];
  readonly startFailures: unknown[] = [];
  #reconnected = () => {};

  async start(): Promise<void> {
    if (this.startFailures.length > 0) {
      throw this.startFailures.shift();
    }
    this.state = 'Connected';
  }

  async stop(): Promise<void> {
    this.state = 'Disconnected';
  }

  stream<T>(_: string, ...args: unknown[]) {
    return {
      subscribe: (observer: { next(value: T): void; error(error: unknown): void; complete(): void }) => {
        const watch = { cursor: args[1] as number, observer: observer as unknown as Observer, disposed: false };
        this.watches.push(watch);
        return { dispose: () => { watch.disposed = true; } };
      },
    };
  }

  async invoke<T>(): Promise<T> {
    throw new Error('not scripted');
  }

  onreconnected(callback: () => void): void {
    this.#reconnected = callback;
  }

  breakConnection(): void {
    this.state = 'Reconnecting';
    this.last.observer.error(new Error('Invocation canceled due to the underlying connection being closed.'));
  }

  reconnect(): void {
    this.state = 'Connected';
    this.#reconnected();
  }

  get last() {
    return this.watches.at(-1)!;
  }
}

function fold(from: number, to: number, count: number): Fold {
  return {
    from, to, startMs: from * 100, endMs: to * 100, slots: [0], counts: [count], runs: 0, runNs: 0, misses: 0,
  };
}

async function started(...startFailures: unknown[]) {
  const hub = new ScriptedHub();
  hub.startFailures.push(...startFailures);
  const model = new FoldModel(1);
  const states: FeedState[] = [];
  const waits: number[] = [];
  const feed = new SessionFeed(hub, 'abc', model,
    { changed: () => {}, stateChanged: state => states.push(state) },
    async ms => { waits.push(ms); }, () => 1000);
  await feed.start();
  return { hub, model, feed, states, waits };
}

test('it watches from the start and adds what arrives', async () => {
  const { hub, model, feed } = await started();
  hub.last.observer.next([fold(0, 10, 5), fold(10, 20, 6)]);
  hub.last.observer.next([fold(20, 21, 1)]);
  assert.equal(hub.last.cursor, 0);
  assert.deepEqual([model.total, model.cursor, feed.state.kind], [12, 21, 'live']);
});

test('after a break it continues from its own cursor, without a gap and without counting twice', async () => {
  const { hub, model, feed } = await started();
  hub.last.observer.next([fold(0, 10, 5)]);
  hub.breakConnection();
  feed.retrying(1);
  assert.deepEqual(feed.state, { kind: 'reconnecting', attempt: 1, since: 1000 });
  hub.reconnect();
  assert.equal(hub.last.cursor, 10);
  hub.last.observer.next([fold(10, 50, 20)]);
  assert.deepEqual([model.total, model.cursor, feed.state.kind], [25, 50, 'live']);
});

test('last words of the stream before the break are not heard', async () => {
  const { hub, model, feed } = await started();
  const before = hub.last.observer;
  before.next([fold(0, 10, 5)]);
  hub.breakConnection();
  hub.reconnect();
  before.next([fold(10, 20, 7)]);
  before.complete();
  assert.equal(model.total, 5);
  assert.notEqual(feed.state.kind, 'ended');
});

test('the end of the stream is the end of the session, also across a reconnect', async () => {
  const { hub, model, feed } = await started();
  hub.last.observer.next([fold(0, 10, 5)]);
  hub.last.observer.complete();
  hub.reconnect();
  assert.deepEqual([feed.state.kind, model.ended, hub.watches.length], ['ended', true, 1]);
});

test('a server that is not there yet is tried again, more and more slowly', async () => {
  const { hub, states, waits } = await started(new Error('refused'), new Error('refused'));
  assert.deepEqual(waits, [250, 500]);
  assert.deepEqual(states.map(state => state.kind), ['reconnecting', 'reconnecting']);
  assert.equal(hub.watches.length, 1);
});

test('retries never wait longer than five seconds', () => {
  assert.deepEqual([1, 2, 5, 6, 50].map(retryDelay), [250, 500, 4000, 5000, 5000]);
});

test('an unknown session is said to be one and not asked for again', async () => {
  const { hub, feed, waits } = await started();
  hub.last.observer.error(new Error('HubException: Unknown session abc.'));
  feed.retrying(1);
  assert.deepEqual([feed.state.kind, waits.length], ['unknown', 0]);
});

test('when the server comes back without the session, its last numbers stay and are said to be the last', async () => {
  const { hub, model, feed } = await started();
  hub.last.observer.next([fold(0, 10, 5)]);
  hub.breakConnection();
  hub.reconnect();
  hub.last.observer.error(new Error('HubException: Unknown session abc.'));
  assert.deepEqual(feed.state, { kind: 'unknown', last: 1000 });
  assert.equal(model.total, 5);
  assert.equal(describeOrphaned({ kind: 'unknown', last: 3_723_000 }, 'UTC'),
    'The server was restarted, or has forgotten this session. These are the last numbers it sent, at 01:02:03.');
});

test('a session that was never known has no last numbers', async () => {
  const { hub, feed } = await started();
  hub.last.observer.error(new Error('HubException: Unknown session abc.'));
  assert.equal(describeOrphaned(feed.state), '');
  assert.equal(describeOrphaned({ kind: 'live' }), '');
});

test('a login that has ended is not tried again', async () => {
  const { feed, hub } = await started({ statusCode: 401 });
  assert.deepEqual([feed.state.kind, hub.watches.length], ['refused', 0]);
});

test('a stream that fails on a sound connection is asked for again from the cursor', async () => {
  const { hub } = await started();
  hub.last.observer.next([fold(0, 10, 5)]);
  hub.last.observer.error(new Error('HubException: something else'));
  await new Promise(setImmediate);
  assert.deepEqual(hub.watches.map(watch => watch.cursor), [0, 10]);
});

test('a gap is never shown: the range is asked for again', async () => {
  const { hub, model } = await started();
  hub.last.observer.next([fold(0, 10, 5)]);
  hub.last.observer.next([fold(12, 20, 5)]);
  await new Promise(setImmediate);
  assert.deepEqual([model.total, hub.last.cursor], [5, 10]);
});

test('stopping lets go of the stream and the connection', async () => {
  const { hub, feed } = await started();
  await feed.stop();
  assert.deepEqual([hub.last.disposed, hub.state], [true, 'Disconnected']);
});
