import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeCost, describeMisses, missesExplained } from '../cost';
import { FoldModel } from '../fold-model';
import { formatCount, formatRate, formatSeconds, formatShare } from '../format';
import { sparkPath } from '../sparkline';

test('counts have thousands separators', () => {
  assert.deepEqual([0, 999, 1234567].map(formatCount), ['0', '999', '1,234,567']);
});

test('rates show a decimal only where it matters', () => {
  assert.deepEqual([0, 0.04, 0.4, 9.5, 9.96, 1204.4].map(formatRate), ['0', '<0.1', '0.4', '9.5', '10', '1,204']);
});

test('a share that rounds to nothing is not shown as nothing', () => {
  assert.deepEqual([0, 0.0001, 0.1234, 1].map(formatShare), ['0.0 %', '<0.1 %', '12.3 %', '100.0 %']);
});

test('times are seconds below a minute', () => {
  assert.deepEqual([4000, 500, 125000].map(formatSeconds), ['4 s', '0.5 s', '2:05 min']);
});

test('a sparkline ends at the right edge and touches the top', () => {
  assert.equal(sparkPath([0, 5, 10], 61), 'M116 19L118 10L120 1');
});

test('nothing, or a single second, draws no line', () => {
  assert.deepEqual([sparkPath([], 60), sparkPath([3], 60), sparkPath([0, 0], 60)], ['', '', '']);
});

test('cost is told per event and as a share of one CPU', () => {
  const model = new FoldModel(1);
  assert.equal(describeCost(model), 'no cost yet');
  model.add({
    from: 0, to: 10, startMs: 0, endMs: 1000, slots: [0], counts: [100], runs: 100, runNs: 8_400, misses: 0,
  });
  assert.equal(describeCost(model), '84 ns per event, <0.1 % of one CPU');
  assert.equal(describeMisses(model), 'nothing missed');
});

test('a kernel without run statistics is not said to cost nothing', () => {
  const model = new FoldModel(1);
  model.add({
    from: 0, to: 10, startMs: 0, endMs: 1000, slots: [0], counts: [100], runs: 0, runNs: 0, misses: 1200,
  });
  assert.equal(describeCost(model), 'cost not measured by this kernel');
  assert.equal(describeMisses(model), 'up to 1,200 missed');
});

test('what is said of misses tells their causes and that filters do not apply to them', () => {
  for (const word of ['another task', 'recursion', 'all processes', '-p', '-c']) {
    assert.ok(missesExplained.includes(word), word);
  }
});
