import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeOpenCalls } from '../cost';
import { FoldNumbers, type Fold } from '../fold';
import { FoldModel } from '../fold-model';

/** A fold of ticks `from` to `to`, 100 ms each, with counts written as { slot: count }. */
function fold(from: number, to: number, counts: Record<number, number>, more: Partial<Fold> = {}): Fold {
  return {
    from, to, startMs: from * 100, endMs: to * 100,
    slots: Object.keys(counts).map(Number), counts: Object.values(counts),
    runs: 0, runNs: 0, misses: 0, ...more,
  };
}

function modelOf(...folds: Fold[]): FoldModel {
  const model = new FoldModel(4);
  folds.forEach(each => assert.equal(model.add(each), 'added'));
  return model;
}

test('folds of adjacent ranges add up to the fold of the whole', () => {
  const parts = modelOf(
    fold(0, 5, { 0: 3, 2: 1 }, { runs: 4, runNs: 400, misses: 1 }),
    fold(5, 10, { 0: 4 }, { runs: 4, runNs: 300, misses: 2 }));
  const whole = modelOf(fold(0, 10, { 0: 7, 2: 1 }, { runs: 8, runNs: 700, misses: 3 }));
  for (const model of [parts, whole]) {
    assert.deepEqual([0, 1, 2].map(slot => model.count(slot)), [7, 0, 1]);
    assert.deepEqual([model.total, model.runs, model.runNs, model.misses], [8, 8, 700, 3]);
    assert.deepEqual([model.cursor, model.endMs], [10, 1000]);
  }
});

test('a fold that is already known is ignored', () => {
  const model = modelOf(fold(0, 5, { 0: 3 }));
  assert.equal(model.add(fold(0, 5, { 0: 3 })), 'known');
  assert.equal(model.add(fold(2, 4, { 0: 1 })), 'known');
  assert.equal(model.count(0), 3);
});

test('a fold that leaves a gap or overlaps in part is refused and changes nothing', () => {
  const model = modelOf(fold(0, 5, { 0: 3 }));
  assert.equal(model.add(fold(6, 9, { 0: 1 })), 'gap');
  assert.equal(model.add(fold(3, 9, { 0: 1 })), 'gap');
  assert.deepEqual([model.count(0), model.cursor], [3, 5]);
});

test('the rate is what the last full second counted', () => {
  const model = modelOf(fold(0, 10, { 0: 100 }), fold(10, 20, { 0: 7 }), fold(20, 23, { 0: 50 }));
  assert.equal(model.rate(0), 7);
  assert.equal(model.totalRate, 7);
});

test('within the first second, and after the end, the rate is the average', () => {
  const model = modelOf(fold(0, 5, { 0: 10 }));
  assert.equal(model.rate(0), 20);
  model.add(fold(5, 20, { 0: 0 }));
  model.ended = true;
  assert.equal(model.rate(0), 5);
});

test('a tick across a second counts in both, in proportion', () => {
  const model = modelOf(
    fold(0, 1, { 0: 90 }, { startMs: 0, endMs: 900 }),
    fold(1, 2, { 0: 20 }, { startMs: 900, endMs: 1100 }),
    fold(2, 3, { 0: 90 }, { startMs: 1100, endMs: 2000 }));
  assert.deepEqual(model.lastMinute(0), [100, 100]);
});

test('a catch-up over many seconds is spread evenly', () => {
  const model = modelOf(fold(0, 10, { 0: 10 }), fold(10, 50, { 0: 80 }));
  assert.deepEqual(model.lastMinute(0), [10, 20, 20, 20, 20]);
});

test('the last minute forgets what is older, also after an hour in one fold', () => {
  const model = modelOf(fold(0, 36_000, { 0: 36_000 }), fold(36_000, 36_010, { 0: 5 }));
  const minute = model.lastMinute(0);
  assert.equal(minute.length, 60);
  assert.deepEqual([minute[0], minute[58], minute[59]], [10, 10, 5]);
  assert.equal(model.count(0), 36_005);
});

test('a ring in use for longer than a minute shows no old seconds', () => {
  const model = new FoldModel(1);
  for (let second = 0; second < 200; second++) {
    model.add(fold(second * 10, second * 10 + 10, { 0: second }));
  }
  assert.deepEqual(model.lastMinute(0), Array.from({ length: 60 }, (_, index) => 140 + index));
});

test('a slot beyond those announced makes room', () => {
  const model = modelOf(fold(0, 10, { 0: 1, 9: 5 }), fold(10, 20, { 0: 2 }));
  assert.deepEqual([model.count(9), model.count(0)], [5, 3]);
  assert.deepEqual(model.lastMinute(9), [5, 0]);
});

test('a copy stays as it was', () => {
  const model = modelOf(fold(0, 10, { 0: 1 }, { runs: 1, runNs: 50, openCalls: 3 }));
  const copy = model.clone();
  model.add(fold(10, 20, { 0: 5 }, { runs: 5, runNs: 250, openCalls: 4 }));
  assert.deepEqual([copy.count(0), copy.rate(0), copy.total, copy.runs, copy.openCalls], [1, 1, 1, 1, 3]);
  assert.deepEqual([model.count(0), model.rate(0)], [6, 5]);
});

test('the share of one CPU comes from the run time of the last full second', () => {
  const model = modelOf(fold(0, 10, {}, { runs: 1, runNs: 50_000_000 }));
  assert.equal(model.cpuShare, 0.05);
});

test('one interval has the rate of its own length', () => {
  const interval = new FoldNumbers(fold(20, 25, { 1: 10, 3: 2 }));
  assert.deepEqual([interval.count(1), interval.rate(1), interval.count(0), interval.total, interval.totalRate], [10, 20, 0, 12, 24]);
});

test('calls that have not returned are those of the last fold that tells', () => {
  const model = new FoldModel(1);
  model.add(fold(0, 1, {}));
  assert.equal(describeOpenCalls(model), '');
  model.add(fold(1, 2, {}, { openCalls: 1234 }));
  model.add(fold(2, 3, {}));
  assert.equal(describeOpenCalls(model), '1,234 calls not returned');
});
