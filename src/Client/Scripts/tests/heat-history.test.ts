import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HeatMap, HeatMapQuery } from '../distributions/distribution-data';
import { Definitions } from '../distributions/definitions';
import { Growth } from '../distributions/growth';
import { HeatHistory } from '../distributions/heat-history';
import type { Scene } from '../distributions/scene';
import { plainPart, type PartView } from '../distributions/view-state';
import type { Fold } from '../fold';

/** A distribution of two keys, each with one series, in the buckets 10 and 20; and what it asks a server that answers when it is told to. */
class Followed {
  readonly asked: HeatMapQuery[] = [];
  readonly history: HeatHistory;
  #answer: (map: HeatMap) => void = () => {};
  #changed: () => void = () => {};
  #endMs = 0;

  constructor() {
    const definitions = new Definitions(1);
    const keys = ['a', 'b'].map(text => ({ distribution: 0, cells: [{ text }] }));
    definitions.add({
      firstKey: 0, keys, firstSeries: 0, seriesKeys: [0, 1], seriesBuckets: [10, 20], series: [], counts: [], sums: [], mins: [], maxs: [],
    });
    this.history = new HeatHistory(0, definitions, () => 100, {
      ask: query => {
        this.asked.push(query);
        return new Promise(done => this.#answer = done);
      },
      changed: () => this.#changed(),
    });
  }

  /** A tick of 100 ms in which both keys grew. */
  tick(at: number, a: number, b: number): void {
    this.#endMs = at * 100 + 100;
    this.history.added({
      from: at, to: at + 1, startMs: at * 100, endMs: this.#endMs, slots: [], counts: [], runs: 0, runNs: 0, misses: 0,
      distributions: {
        firstKey: 2, keys: [], firstSeries: 2, seriesKeys: [], seriesBuckets: [], series: [0, 1], counts: [a, b], sums: [], mins: [], maxs: [],
      },
    } as Fold);
  }

  draw(part: Partial<PartView> = {}, frozenAt: number | null = null): unknown {
    const growth = Object.assign(new Growth(), { endMs: frozenAt ?? this.#endMs });
    this.history.follow({ part: { ...plainPart, ...part }, isFrozen: frozenAt !== null, moment: { growth } as Scene['moment'] });
    return this.history.columns.map(({ from, to, counts }) => [from, to, [...counts]]);
  }

  /** The server's answer: a column for each tick, all in one bucket. */
  answer(bucket: number, ...counts: number[]): Promise<void> {
    const edges = [...counts.keys(), counts.length];
    return new Promise(done => {
      this.#changed = done;
      this.#answer({ ticks: edges, ms: edges.map(tick => tick * 100), columns: counts.map(count => ({ buckets: [bucket], counts: [count] })) });
    });
  }
}

test('keys that are hidden are neither in the past of a heat map nor in what comes', async () => {
  const followed = new Followed();
  followed.draw();
  await followed.answer(10, 3);
  followed.tick(1, 5, 7);
  assert.deepEqual(followed.draw(), [[0, 1, [[10, 3]]], [1, 2, [[10, 5], [20, 7]]]]);
  followed.draw({ hidden: [0] });
  assert.deepEqual(followed.asked, [
    { distribution: 0, key: null, hidden: [], maxColumns: 100 }, { distribution: 0, key: null, hidden: [0], maxColumns: 100 },
  ]);
  await followed.answer(20, 2, 7);
  followed.tick(2, 1, 4);
  assert.deepEqual(followed.draw({ hidden: [0] }), [[0, 1, [[20, 2]]], [1, 2, [[20, 7]]], [2, 3, [[20, 4]]]]);
});

test('what is hidden makes no difference to a key that is selected', async () => {
  const followed = new Followed();
  followed.draw({ key: 1, hidden: [1] });
  await followed.answer(20, 2);
  followed.tick(1, 5, 7);
  assert.deepEqual(followed.draw({ key: 1 }), [[0, 1, [[20, 2]]], [1, 2, [[20, 7]]]]);
  assert.deepEqual(followed.asked.map(({ key, hidden }) => [key, hidden]), [[1, []]]);
});

test('until the past of other keys is there, what was drawn stays and is said to be late', async () => {
  const followed = new Followed();
  followed.draw();
  await followed.answer(10, 3);
  const before = followed.draw();
  assert.deepEqual(followed.draw({ hidden: [0] }), before);
  assert.ok(followed.history.isLate);
  followed.tick(1, 5, 7);
  assert.deepEqual(followed.draw({ hidden: [0] }), before);
  await followed.answer(20, 2);
  assert.deepEqual(followed.draw({ hidden: [0] }), [[0, 1, [[20, 2]]], [1, 2, [[20, 7]]]]);
  assert.ok(!followed.history.isLate);
});

test('a view that is held before the past was there gets all of it up to then, and nothing of what came after', async () => {
  const followed = new Followed();
  followed.tick(0, 1, 0);
  followed.draw();
  followed.tick(1, 2, 0);
  assert.deepEqual(followed.draw({}, 200), []);
  followed.tick(2, 9, 0);
  await followed.answer(10, 1, 2);
  assert.deepEqual(followed.draw({}, 200), [[0, 1, [[10, 1]]], [1, 2, [[10, 2]]]]);
  followed.tick(3, 9, 0);
  assert.deepEqual(followed.draw({}, 200), [[0, 1, [[10, 1]]], [1, 2, [[10, 2]]]]);
  assert.deepEqual(followed.draw(), [[0, 1, [[10, 1]]], [1, 2, [[10, 2]]], [2, 3, [[10, 9], [20, 0]]], [3, 4, [[10, 9], [20, 0]]]]);
});
