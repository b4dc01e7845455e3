import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barsOf, Buckets, rowsOf } from '../distributions/buckets';
import type { DistributionFold, KeyInfo } from '../distributions/distribution-data';
import { DistributionModel } from '../distributions/distribution-model';
import { Growth } from '../distributions/growth';
import { HeatModel, type HeatDelta } from '../distributions/heat-model';
import { Histogram } from '../distributions/histogram';
import { linesOf } from '../distributions/histogram-panel';
import { columnsOf, KeyNumbers } from '../distributions/key-columns';
import type { Scene } from '../distributions/scene';
import { Summary } from '../distributions/summary';
import { formatEstimate, formatSpan, formatValue, keyText, spanExactly, withoutFolders } from '../distributions/values';
import { decodeView, encodeView, plainPart, plainView } from '../distributions/view-state';
import type { Fold } from '../fold';

const log = new Buckets({});
const linear = new Buckets({ linear: { min: -100, max: 95, step: 10 } });
const none: ReadonlySet<number> = new Set();

/** The bucket of a value, as Buckets.cs has it. */
function bucketOf(value: number): number {
  const size = Math.abs(value);
  const shift = Math.max(Math.floor(Math.log2(size || 1)) - 3, 0);
  return Math.sign(value) * ((shift << 3) + Math.floor(size / 2 ** shift));
}

function fold(from: number, to: number, distributions: Partial<DistributionFold>, more: Partial<Fold> = {}): Fold {
  return {
    from, to, startMs: from * 100, endMs: to * 100, slots: [0], counts: [1], runs: 0, runNs: 0, misses: 0, losses: [],
    distributions: {
      firstKey: 0, keys: [], firstSeries: 0, seriesKeys: [], seriesBuckets: [], series: [], counts: [], sums: [], mins: [], maxs: [],
      ...distributions,
    },
    ...more,
  };
}

function key(distribution: number, ...texts: string[]): KeyInfo {
  return { distribution, cells: texts.map(text => ({ text })) };
}

/** A histogram of just these values. */
function histogramOf(values: number[], buckets = log, toBucket = bucketOf, isWhole = true): Histogram {
  const bins = new Map<number, { bucket: number; count: number; sum: number; min: number; max: number }>();
  for (const value of values) {
    const bucket = toBucket(value);
    const bin = bins.get(bucket) ?? { bucket, count: 0, sum: 0, min: Infinity, max: -Infinity };
    bins.set(bucket, {
      bucket, count: bin.count + 1, sum: bin.sum + value, min: Math.min(bin.min, value), max: Math.max(bin.max, value),
    });
  }
  return new Histogram(buckets, bins.values(), isWhole);
}

/** Numbers that look random and are the same every time. */
function* randoms(): Generator<number, never> {
  for (let state = 12345; ;) {
    state = (state * 1103515245 + 12345) % 2147483648;
    yield state / 2147483648;
  }
}

test('the lowest bucket has one value, the smallest that there is', () => {
  assert.deepEqual(log.span(-488), { low: -(2n ** 63n), high: -(2n ** 63n) });
  assert.equal(log.span(-487).low, -(2n ** 63n) + 1n);
});

test('every value is in its bucket, and no bucket is wider than an eighth of its values', () => {
  const random = randoms();
  for (let i = 0; i < 2000; i++) {
    const value = Math.floor(2 ** (random.next().value * 52)) * (i % 3 === 0 ? -1 : 1);
    const bucket = bucketOf(value);
    assert.ok(log.low(bucket) <= value && value <= log.high(bucket), `${value} in ${bucket}`);
    assert.ok(log.high(bucket) - log.low(bucket) < Math.max(1, Math.abs(value) / 8));
  }
  assert.equal(log.span(495).high, (1n << 64n) - 1n); // the largest of 64 bits, to the last digit
});

test('bars of powers of two are those of BCC, negative ones likewise', () => {
  const powers = barsOf(log, false);
  const words = (bar: number) => formatSpan(log.spanOf(...powers.bucketsOf(bar)), null);
  assert.deepEqual([-3, -2, -1, 0, 1, 2, 3, 4, 10].map(words),
    ['−7 – −4', '−3 – −2', '−1', '0 – 1', '2 – 3', '4 – 7', '8 – 15', '16 – 31', '1,024 – 2,047']);
  for (let bucket = -500; bucket < 500; bucket++) {
    const bar = powers.barOf(bucket);
    const [from, to] = powers.bucketsOf(bar);
    assert.ok(from <= bucket && bucket <= to, `${bucket} in ${from}..${to}`);
    assert.ok(powers.barOf(bucket + 1) - bar <= 1); // no bar is left out
  }
});

test('equal buckets have one below and one above, and are joined when there are too many of them', () => {
  assert.equal(linear.linearCount, 20);
  assert.deepEqual([0, 1, 20, 21].map(bucket => formatSpan(linear.span(bucket), null)),
    ['< −100', '−100 – −91', '90 – 94', '≥ 95']);
  const many = new Buckets({ linear: { min: 0, max: 4096, step: 1 } });
  const bars = barsOf(many, false);
  assert.deepEqual([bars.bucketsOf(0), bars.bucketsOf(1), bars.bucketsOf(129)], [[0, 0], [1, 32], [4097, 4097]]);
  assert.deepEqual([0, 1, 32, 33, 4096, 4097].map(bars.barOf), [0, 1, 1, 2, 128, 129]);
  assert.equal(barsOf(many, true).barOf(33), 33);
});

test('rows of a heat map are as fine as they can be seen', () => {
  assert.deepEqual([rowsOf(log, 70, 150).bucketsOf(80), rowsOf(log, 0, 480).bucketsOf(3)], [[80, 80], [24, 31]]);
  for (const [lowest, highest] of [[0, 0], [-300, 200], [5, 130]] as const) {
    const rows = rowsOf(log, lowest, highest);
    assert.ok(rows.barOf(highest) - rows.barOf(lowest) <= 121);
    for (let bucket = lowest; bucket <= highest; bucket++) {
      const [from, to] = rows.bucketsOf(rows.barOf(bucket));
      assert.ok(from <= bucket && bucket <= to);
    }
  }
});

test('percentiles are within the error that is stated', () => {
  const random = randoms();
  for (let round = 0; round < 200; round++) {
    const isSigned = round % 2 === 1;
    const values = Array.from({ length: 1 + Math.floor(random.next().value * 300) }, () => {
      const size = Math.floor(2 ** (random.next().value * 30));
      return isSigned && random.next().value < 0.5 ? -size : size;
    }).sort((a, b) => a - b);
    for (const isWhole of [true, false]) {
      const histogram = histogramOf(values, log, bucketOf, isWhole);
      for (const p of [0.01, 0.5, 0.9, 0.99, 1]) {
        const truth = values[Math.max(1, Math.ceil(p * values.length)) - 1]!;
        const estimate = histogram.percentile(p)!;
        assert.ok(estimate.low <= truth && truth <= estimate.high, `p${p}: ${truth} in ${estimate.low}..${estimate.high}`);
        assert.ok(Math.abs(estimate.value - truth) <= estimate.error);
        assert.ok(estimate.error <= Math.abs(estimate.value) * 0.0625);
      }
    }
  }
});

test('what is known exactly is said without an error', () => {
  const small = histogramOf([1, 2, 3, 3, 3, 15]);
  assert.deepEqual([0.5, 0.9].map(p => formatEstimate(small.percentile(p), null)), ['3', '15']);
  const whole = histogramOf([1_000_000, 1_200_000, 1_234_567]);
  assert.equal(formatEstimate(whole.max, 'ns'), '1.23 ms');
  assert.equal(whole.max!.value, 1_234_567);
  assert.deepEqual([whole.sum, whole.average], [3_434_567, 3_434_567 / 3]);
  const part = histogramOf([900_000, 1_051_000, 1_110_000, 1_234_567], log, bucketOf, false);
  assert.match(formatEstimate(part.percentile(0.5), 'ns'), /^≈ 1\.0\d ms ±[1-6] %$/);
  assert.equal(histogramOf([]).percentile(0.5), null);
  assert.equal(formatEstimate(null, null), '–');
});

test('of equal buckets the error is half a step', () => {
  const bins = [{ bucket: 11, count: 4, sum: 18, min: -Infinity, max: Infinity }, { bucket: 21, count: 1, sum: 500, min: -Infinity, max: Infinity }];
  const part = new Histogram(linear, bins, false);
  assert.equal(formatEstimate(part.percentile(0.5), null, true), '≈ 4.5 ±4.5');
  assert.equal(formatEstimate(part.max, null, true), '≥ 95');
});

test('values are told by their units', () => {
  assert.deepEqual([0, 999, 1234, 1_500_000, 2e9, 90e9].map(ns => formatValue(ns, 'ns')),
    ['0 ns', '999 ns', '1.23 µs', '1.5 ms', '2 s', '90 s']);
  assert.deepEqual([12, 4096, 3 * 2 ** 20].map(size => formatValue(size, 'bytes')), ['12 B', '4 KiB', '3 MiB']);
  assert.deepEqual([-5, 123_456, 4_194_304].map(count => formatValue(count)), ['−5', '123,456', '4.19 M']);
  assert.equal(formatSpan(log.spanOf(...barsOf(log, false).bucketsOf(10)), 'ns'), '1.02 – 2.05 µs');
  assert.equal(spanExactly(log.spanOf(...barsOf(log, false).bucketsOf(10)), 'ns'), '1,024 to 2,047 ns');
  assert.equal(formatSpan({ low: 1_000_000n, high: 1_000_009n }, null), '1,000,000 – 1,000,009');
});

test('folds add up by distribution, key and bucket, and definitions told again are known', () => {
  const model = new DistributionModel(2);
  const first = { keys: [key(0, 'a'), key(1)], seriesKeys: [0, 1, 1], seriesBuckets: [0, 5, -3] };
  assert.equal(model.add(fold(0, 5, { ...first, series: [0, 1, 2], counts: [7, 2, 1], sums: [0, 10, -3], mins: [0, 5, -3], maxs: [0, 5, -3] })), 'added');
  assert.equal(model.add(fold(5, 6, {
    firstKey: 2, keys: [key(0, 'b')], firstSeries: 3, seriesKeys: [2], seriesBuckets: [0],
    series: [0, 2, 3], counts: [1, 2, 5], sums: [0, -6, 0], mins: [0, -3, 0], maxs: [0, -3, 0],
  })), 'added');
  assert.equal(model.add(fold(0, 5, first)), 'known');
  const { definitions, growth } = model;
  const counted = new Summary(definitions, growth, 0, null, true);
  assert.deepEqual([counted.count({ ...plainPart, key: null, hidden: none }), counted.count({ key: 2, hidden: none, buckets: null })], [13, 5]);
  assert.equal(counted.count({ key: null, hidden: new Set([0]), buckets: null }), 5);
  const keys = new Float64Array(model.keyCount);
  counted.countKeys(keys, null);
  assert.deepEqual([...keys], [8, 0, 5]);
  const measured = new Summary(definitions, growth, 1, log, true);
  const histogram = measured.histogram({ key: null, hidden: none });
  assert.deepEqual(histogram.bins.map(({ bucket, count }) => [bucket, count]), [[-3, 3], [5, 2]]);
  assert.deepEqual([histogram.count, histogram.sum, histogram.min!.value, histogram.max!.value], [5, 1, -3, 5]);
  assert.equal(measured.count({ key: null, hidden: none, buckets: [0, 10] }), 2);
});

test('a range of a session is one of its folds', () => {
  const model = new DistributionModel(1);
  model.add(fold(0, 5, { keys: [key(0)], seriesKeys: [0], seriesBuckets: [20], series: [0], counts: [9], sums: [300], mins: [24], maxs: [25] }));
  const part = Growth.of(fold(2, 3, { series: [0], counts: [4], sums: [100], mins: [24], maxs: [25] }, { misses: 3, counts: [6] }));
  assert.deepEqual([part.seconds, part.total, part.misses], [0.1, 6, 3]);
  const histogram = new Summary(model.definitions, part, 0, log, false).histogram({ key: null, hidden: none });
  assert.deepEqual([histogram.count, histogram.min!.low, histogram.min!.high], [4, 24, 25]); // not known better
});

test('bars between others are there though they are empty, and many of them are one line', () => {
  const scene = { bars: barsOf(log, false), buckets: log, info: { histogram: {} } } as Scene;
  const lines = linesOf(scene, histogramOf([1, 1, 9, 10_000]), histogramOf([9, 20_000]));
  assert.deepEqual(lines.map(({ label, count, baseCount, gap }) => [label, count, baseCount, gap]), [
    ['0 – 1', 2, 0, 0], ['2 – 3', 0, 0, 0], ['4 – 7', 0, 0, 0], ['8 – 15', 1, 1, 0], ['16 – 8,191', 0, 0, 9],
    ['8,192 – 16,383', 1, 0, 0], ['16,384 – 32,767', 0, 1, 0],
  ]);
  assert.deepEqual(linesOf(scene, histogramOf([]), null), []);
});

test('what is hidden is in neither of two totals that are compared', () => {
  const model = new DistributionModel(1);
  model.add(fold(0, 10, { keys: [key(0, 'a'), key(0, 'b'), key(0, 'c')], seriesKeys: [0, 1, 2], seriesBuckets: [0, 0, 0], series: [0, 1, 2], counts: [900, 60, 40] }));
  const { definitions, growth } = model;
  const info = { title: '', specifier: '', keys: [{ name: 'text', label: 'text', type: 'char *', isNumber: false }], slots: [] };
  const summary = new Summary(definitions, growth, 0, null, true);
  const shown = Growth.of(fold(0, 10, { series: [0, 1, 2], counts: [100, 60, 40] }));
  const scene: Scene = {
    index: 0, info, view: { ...plainView(1), norm: 'total' }, part: { ...plainPart, hidden: [0] }, definitions, moment: model,
    summary: new Summary(definitions, shown, 0, null, true), isLive: false, buckets: null, bars: null,
    base: { summary, definitions, distribution: 0, words: '', isSameSession: true },
    isFrozen: false, isDark: false, spanWords: '', top: null, state: 'ended',
  };
  const numbers = new KeyNumbers(scene);
  assert.deepEqual([numbers.total, numbers.baseTotal], [100, 100]);
  const change = columnsOf(scene).find(column => column.key === 'change')!;
  assert.deepEqual([1, 2].map(each => change.text(numbers, each)), ['0 %', '0 %']);
});

test('a specifier is told from others without its folders', () => {
  assert.deepEqual(
    ['p:/usr/lib/x86_64-linux-gnu/libc.so.6:write(int fd, char *p):int:fd', 'p:c:f():int:$retval', 't:syscalls:sys_enter_read():int:args->fd/args->count', 'u:/usr/sbin/nginx:probe'].map(withoutFolders),
    ['p:libc.so.6:write(int fd, char *p):int:fd', 'p:c:f():int:$retval', 't:syscalls:sys_enter_read():int:args->fd/args->count', 'u:nginx:probe']);
});

test('labels that were typed to mislead are shown as what they are', () => {
  assert.equal(keyText([{ text: 'a\u202eb' }], ['x\u202ey']), 'x\\u202ey = a\\u202eb');
});

test('a view that is held does not move', () => {
  const model = new DistributionModel(1);
  model.add(fold(0, 11, { keys: [key(0)], seriesKeys: [0], seriesBuckets: [3], series: [0], counts: [11], sums: [33], mins: [3], maxs: [3] }));
  const held = model.freeze();
  model.add(fold(11, 20, { firstKey: 1, firstSeries: 1, series: [0], counts: [90], sums: [270], mins: [3], maxs: [3] }));
  assert.deepEqual([held.growth.count(0), held.events.endMs, held.seconds.lastSecond(0)], [11, 1100, 10]);
  assert.deepEqual([model.growth.count(0), model.seconds.lastSecond(0)], [101, 91]);
  assert.deepEqual(model.seconds.lastMinute(0), [10, 91]);
});

function delta(from: number, to: number, counts: Record<number, number>): HeatDelta {
  return {
    from, to, startMs: from * 100, endMs: to * 100,
    counts: new Map(Object.entries(counts).map(([bucket, count]) => [Number(bucket), count])),
  };
}

function drawn(model: HeatModel): unknown {
  return model.columns.map(({ from, to, counts }) => [from, to, [...counts]]);
}

test('a heat map has its past from the server and goes on with what comes', () => {
  const model = new HeatModel(4);
  assert.ok(model.isStale);
  model.ask();
  assert.ok(!model.isStale);
  model.add(delta(0, 5, { 1: 5 })); // known to the answer
  model.add(delta(5, 6, { 2: 1 })); // not
  model.replace({ ticks: [0, 2, 4, 5], ms: [0, 200, 400, 500], columns: [{ buckets: [1], counts: [2] }, { buckets: [], counts: [] }, { buckets: [1], counts: [3] }] });
  assert.deepEqual(drawn(model), [[0, 2, [[1, 2]]], [2, 4, []], [4, 6, [[1, 3], [2, 1]]]]);
  model.add(delta(6, 7, { 2: 4 }));
  model.add(delta(7, 8, {}));
  model.add(delta(8, 9, { 9: 1 })); // a fifth column: pairs are joined
  assert.deepEqual(drawn(model), [[0, 4, [[1, 2]]], [4, 8, [[1, 3], [2, 5]]], [8, 9, [[9, 1]]]]);
  assert.equal(model.peak, 5);
  model.add(delta(9, 20, { 1: 1 })); // longer than a column: the server knows more
  assert.ok(model.isStale);
});

test('a view survives the way through an address, and nonsense does no harm', () => {
  const view = {
    ...plainView(2), range: { from: 3, to: 40 }, base: { kind: 'session' as const, id: 'x&y=z' }, norm: 'total' as const, fine: true,
    logBars: true, cumulative: false, logColors: false, hold: true,
    parts: [
      { key: 7, buckets: [-12, 30] as const, hidden: [1, 2], order: { column: 'p99', descending: true }, find: 'a=b&c', all: true },
      plainPart,
    ],
  };
  assert.deepEqual(decodeView(`#${encodeView(view)}`, 2), view);
  assert.equal(encodeView(plainView(3)), '');
  const ranged = { ...plainView(1), base: { kind: 'range' as const, range: { from: 0, to: 9 } } };
  assert.deepEqual(decodeView(encodeView(ranged), 1), ranged);
  assert.deepEqual(decodeView('#ticks=9-3&base=7&key0=-1&buckets0=5..1&hide0=x,,&fine=%', 1), plainView(1));
});
