import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fold } from '../fold';
import { RangeLoader } from '../stacks/range-loader';

const a = { from: 0, to: 10 };
const b = { from: 10, to: 20 };

/** A loader whose questions are answered when the test says so. */
function loading(): { loader: RangeLoader; asked: number[]; taken: number[]; answer(at: number): Promise<void>; fail(at: number): Promise<void> } {
  const [asked, taken, ends]: [number[], number[], { done(): void; fail(): void }[]] = [[], [], []];
  const loader = new RangeLoader((from, to) => new Promise((done, fail) => {
    asked.push(from);
    ends.push({ done: () => done({ from, to } as Fold), fail: () => fail(new Error('no connection')) });
  }), range => taken.push(range.from));
  const settled = () => new Promise<void>(done => setImmediate(done));
  return {
    loader, asked, taken,
    answer: at => (ends[at]!.done(), settled()),
    fail: at => (ends[at]!.fail(), settled()),
  };
}

test('a stretch of time is asked for once, and again when it could not be had', async () => {
  const { loader, asked, taken, answer, fail } = loading();
  loader.want(a);
  loader.want({ ...a });
  assert.deepEqual(asked, [0]);
  await fail(0);
  loader.want(a);
  await answer(1);
  loader.want(a);
  assert.deepEqual([asked, taken], [[0, 0], [0]]);
});

test('an answer that comes when another stretch is wanted by now is dropped', async () => {
  const { loader, asked, taken, answer } = loading();
  loader.want(a);
  await answer(0);
  loader.want(b);
  loader.want(a); // which is known
  await answer(1);
  assert.deepEqual([asked, taken], [[0, 10], [0]]);
  loader.want(b);
  await answer(2);
  loader.want(null);
  assert.deepEqual(taken, [0, 10]);
});
