import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intervalsBegun } from '../interval-picker';

const cases: [endMs: number, intervalMs: number, durationMs: number | null, begun: number][] = [
  [0, 1000, null, 1],
  [1000, 1000, null, 1],
  [1004, 1000, null, 1],
  [1100, 1000, null, 2],
  [11_500, 1000, null, 12],
  [2004, 1000, 2000, 2],
  [2500, 1000, 2500, 3],
  [2600, 1000, 2500, 3],
];

for (const [endMs, intervalMs, durationMs, begun] of cases) {
  test(`after ${endMs} ms with -i ${intervalMs} ms and -d ${durationMs} ms, ${begun} have begun`, () => {
    assert.equal(intervalsBegun(endMs, intervalMs, durationMs), begun);
  });
}
