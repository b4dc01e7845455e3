import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FoldWriter } from '../harness/folded';
import { changeOf, type Comparison } from '../stacks/change';
import { addUp, FlameTree } from '../stacks/flame-tree';
import { changeColor, frameColor, hitColor, kindColor, mergedColor, plainColor, type ColorMode } from '../stacks/frame-colors';
import { parseSearch, Searcher } from '../stacks/search';
import { plainShape } from '../stacks/shape';
import { FrameKind } from '../stacks/stack-fold';
import { StackModel } from '../stacks/stack-model';
import { stripPath, TimelineModel } from '../stacks/timeline-model';
import { findTyped, pageOfChildren, treeRows } from '../stacks/tree-rows';
import { decodeView, encodeView, hashedName, isHashed } from '../stacks/url-state';
import { plainView, type ViewState } from '../stacks/view-state';

function treeOf(...lines: string[]) {
  const model = new StackModel();
  model.add(new FoldWriter().fold(lines));
  const tree = new FlameTree(model.definitions, plainShape);
  tree.grow();
  return { tree, totals: addUp(tree, model.whole.counts) };
}

// Search

const names = ['strlen', 'operator()(int*)', '[unknown]', 'ngx_http_read', 'Memcpy'];
const searches: [typed: string, found: string[]][] = [
  ['STR', ['strlen']],
  ['[unknown]', ['[unknown]']],
  ['operator()(int*)', ['operator()(int*)']],
  ['^ngx_.*read$', ['ngx_http_read']],
  ['^(mem|str)', ['strlen', 'Memcpy']],
  ['/Mem/', ['Memcpy']],
  ['/mem/', []],
  ['/mem/i', ['Memcpy']],
];
for (const [typed, found] of searches) {
  test(`the search "${typed}"`, () => {
    const search = parseSearch(typed)!;
    assert.deepEqual(names.filter(name => search.matches(name)), found);
    assert.equal(search.error, undefined);
  });
}

test('a regular expression that is not complete is looked for as text, and says so', () => {
  const search = parseSearch('int*)')!;
  assert.match(search.error!, /not a regular expression/);
  assert.ok(search.matches('operator()(int*)'));
  assert.equal(parseSearch('  '), null);
});

test('what is found counts once, however often it is in a stack', () => {
  const { tree, totals } = treeOf('a;read;read;b 5', 'a;c 3', 'read 2');
  const found = new Searcher(parseSearch('read')!).find(tree, totals);
  assert.deepEqual([found.below[0], found.frames, found.below[tree.resolve(['a']).node]], [7, 3, 5]);
});

// Colours

const modes: ColorMode[] = ['kind', 'module', 'name'];

test('a name has the same colour always', () => {
  const colors = modes.map(mode => frameColor({ name: 'tcp_sendmsg', module: 'kernel', kind: FrameKind.Kernel }, mode, { dark: false }));
  assert.deepEqual(colors, ['hsl(24 88% 79.7%)', 'hsl(24 88% 79.7%)', 'hsl(44 78% 79.7%)']);
  const again = frameColor({ name: 'tcp_sendmsg', module: 'other', kind: FrameKind.User }, 'name', { dark: false });
  assert.equal(again, colors[2]);
});

/** Relative luminance of hsl(), as WCAG has it. */
function luminance(color: string): number {
  const [h, s, l] = color.match(/[\d.]+/g)!.map(Number) as [number, number, number];
  const a = (s / 100) * Math.min(l / 100, 1 - l / 100);
  const channel = (n: number) => {
    const k = (n + h / 30) % 12;
    const value = l / 100 - a * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(0) + 0.7152 * channel(8) + 0.0722 * channel(4);
}

for (const dark of [false, true]) {
  test(`every label can be read on every ${dark ? 'dark' : 'light'} colour`, () => {
    const theme = { dark };
    const frames = Array.from({ length: 400 }, (_, i) => ({ name: `f_${i}`, module: `/lib/m${i}.so`, kind: i % 6 }));
    const colors = [
      plainColor(theme), mergedColor(theme), hitColor(theme), ...[-1, -0.5, 0, 0.5, 1].map(change => changeColor(change, theme)),
      ...modes.flatMap(mode => frames.map(frame => frameColor(frame, mode, theme))),
    ];
    const text = luminance(dark ? 'hsl(215 27% 91%)' : 'hsl(217 28% 15%)'); // --text
    for (const color of colors) {
      const [a, b] = [luminance(color) + 0.05, text + 0.05];
      assert.ok(Math.max(a, b) / Math.min(a, b) >= 4.5, `${color}: ${(Math.max(a, b) / Math.min(a, b)).toFixed(2)}`);
    }
  });
}

test('kinds have colours of their own', () => {
  const colors = [0, 1, 2, 3, 4, 5].map(kind => kindColor(kind as FrameKind, { dark: false }));
  assert.equal(new Set(colors).size, 6);
});

// Comparison

function comparison(norm: 'second' | 'total', now: number[], then: number[], seconds: [number, number]): Comparison {
  return {
    norm, now: { total: Float64Array.from(now), all: now[0]!, seconds: seconds[0] },
    then: { total: Float64Array.from(then), all: then[0]!, seconds: seconds[1] },
  };
}

test('twice the events in twice the time is no change per second, nor per total', () => {
  for (const norm of ['second', 'total'] as const) {
    assert.equal(changeOf(comparison(norm, [2000, 800], [1000, 400], [20, 10]), 1).tone, 0);
  }
});

test('more of everything shows per second and not per total', () => {
  const [now, then] = [[3000, 1200], [1000, 400]];
  assert.equal(changeOf(comparison('second', now, then, [10, 10]), 1).tone, 0.5);
  assert.equal(changeOf(comparison('total', now, then, [10, 10]), 1).tone, 0);
});

test('what is new is at one end, what is gone at the other, and few events are faint', () => {
  assert.equal(changeOf(comparison('total', [100, 60], [100, 0], [1, 1]), 1).tone, 1);
  assert.equal(changeOf(comparison('total', [100, 0], [100, 60], [1, 1]), 1).tone, -1);
  assert.ok(changeOf(comparison('total', [100, 2], [100, 0], [1, 1]), 1).tone < 0.1);
  assert.equal(changeOf(comparison('total', [0, 0], [0, 0], [0, 0]), 1).tone, 0);
});

// Address

const elaborate: ViewState = {
  ...plainView, tab: 'tree', zoom: ['main', 'std::map<int, char>::find(int const&)', 'a;b', 'x&y=z#%', '…'], rest: 2, search: '^a|b&c=d',
  range: { from: 12, to: 400 }, icicle: true, order: 'weight', colors: 'module',
  shape: { group: 'process', callers: true, focus: 'f;g', merged: ['m1', 'm;2'], dropped: ['d'], recursion: ['*', 'r'] }, subject: 'q w', norm: 'total', baseline: { from: 3, to: 700 },
};

test('a view comes back from its address', () => {
  assert.deepEqual(decodeView(`#${encodeView(elaborate)}`), elaborate);
  assert.equal(encodeView(plainView), '');
  assert.deepEqual(decodeView(''), plainView);
});

test('names in an address stay legible', () => {
  assert.equal(encodeView({ ...plainView, zoom: ['main', 'node::Run(int, char**)', '[unknown]'] }), 'zoom=main;node::Run(int,%20char**);[unknown]');
});

test('a path that is too long is written as hashes, and found again', () => {
  const deep = Array.from({ length: 120 }, (_, i) => `a_rather_long_name_of_a_function_${i}`);
  const encoded = encodeView({ ...plainView, zoom: deep });
  assert.ok(encoded.length < 1200, String(encoded.length));
  const { zoom } = decodeView(encoded);
  assert.ok(isHashed(zoom));
  const { tree } = treeOf(`${deep.join(';')} 1`);
  assert.equal(tree.resolve(zoom, hashedName).found, 120);
  assert.equal(encodeView({ ...plainView, zoom }), encoded);
});

test('garbage in an address changes nothing', () => {
  for (const garbage of ['#', '#%', '#zoom=%E0%A4%A', '#ticks=9-3&rest=-1&tab=x&norm=&order=up', '#===&&&', '#ticks=1-99999999999999999999']) {
    assert.deepEqual(decodeView(garbage), plainView, garbage);
  }
  assert.deepEqual(decodeView('#ticks=5-9').range, { from: 5, to: 9 });
});

test('halves of characters do not break an address', () => {
  assert.equal(decodeView(encodeView({ ...plainView, search: 'a\ud800b' })).search, 'a\ufffdb');
});

// Time strip

function timeline(...events: number[]): TimelineModel {
  const model = new TimelineModel();
  events.forEach((count, tick) => model.add({
    from: tick, to: tick + 1, startMs: tick * 100, endMs: tick * 100 + 100, slots: [0], counts: [count], runs: 0, runNs: 0, misses: 0,
  }));
  return model;
}

test('the past comes from the server and joins what has come since', () => {
  const model = timeline();
  model.add({ from: 0, to: 40, startMs: 0, endMs: 4000, slots: [0], counts: [400], runs: 0, runNs: 0, misses: 0 });
  assert.equal(model.isCoarse, true);
  model.add({ from: 40, to: 41, startMs: 4000, endMs: 4100, slots: [0], counts: [7], runs: 0, runNs: 0, misses: 0 });
  const ticks = Array.from({ length: 41 }, (_, i) => i);
  model.replace({ ticks, ms: ticks.map(tick => tick * 100), events: Array.from({ length: 40 }, () => 10) });
  assert.deepEqual([model.points.length, model.points.at(-1)!.events, model.isCoarse], [41, 7, false]);
});

test('folds that span the end of the server\'s answer are joined where both have an edge', () => {
  const model = timeline();
  const add = (from: number, to: number, count: number) => model.add({
    from, to, startMs: from * 100, endMs: to * 100, slots: [0], counts: [count], runs: 0, runNs: 0, misses: 0,
  });
  add(0, 30, 300);
  add(30, 34, 9);
  const ticks = Array.from({ length: 33 }, (_, i) => i);
  model.replace({ ticks, ms: ticks.map(tick => tick * 100), events: Array.from({ length: 32 }, () => 10) });
  assert.deepEqual([model.points.length, model.points[29]!.events, model.points[30]], [31, 10, { from: 30, to: 34, startMs: 3000, endMs: 3400, events: 9 }]);
});

test('an answer that leaves a hole is not taken over', () => {
  const model = timeline(1, 2, 3);
  model.points.shift();
  model.replace({ ticks: [0], ms: [0], events: [] });
  assert.equal(model.points.length, 2);
});

test('a stretch of time takes whole ticks, at least one', () => {
  const model = timeline(1, 1, 1, 1, 1);
  assert.deepEqual(model.ticksBetween(150, 320), { from: 1, to: 4 });
  assert.deepEqual(model.ticksBetween(150, 151), { from: 1, to: 2 });
  assert.equal(timeline().ticksBetween(0, 1), null);
  assert.deepEqual([model.msOf(3), model.msOf(99), model.step(1, 2), model.step(1, -9), model.step(4, Infinity)], [300, 500, 3, 0, 5]);
});

test('a long session has no more points than can be drawn, and all of its events', () => {
  const model = timeline(...Array.from({ length: 5000 }, () => 2));
  assert.ok(model.points.length <= 1200);
  assert.equal(model.points.reduce((sum, point) => sum + point.events, 0), 10_000);
});

test('the strip is as high as its highest moment', () => {
  const { path, peak } = stripPath(timeline(5, 10, 0).points, 300, 3, 40);
  assert.equal(path, 'M0 40V21H1V2H2V40H3V40Z');
  assert.equal(peak, 100);
});

// Tree

test('rows have their level, and their place among their siblings, most events first', () => {
  const { tree, totals } = treeOf('m;a 1', 'm;b;c 5', 'n 2');
  const expanded = new Set([0, tree.resolve(['m']).node]);
  const rows = treeRows(tree, totals.total, 0, expanded, new Map());
  assert.deepEqual(rows.map(row => [tree.label(row.node), row.level, row.position, row.setSize, row.expanded]), [
    ['all', 1, 1, 1, true], ['m', 2, 1, 2, true], ['b', 3, 1, 2, false], ['a', 3, 2, 2, null], ['n', 2, 2, 2, null],
  ]);
});

test('many siblings come in pages, and the last row tells of the rest', () => {
  const { tree, totals } = treeOf(...Array.from({ length: 130 }, (_, i) => `f_${i} ${i + 1}`));
  const rows = treeRows(tree, totals.total, 0, new Set([0]), new Map());
  assert.deepEqual([rows.length, rows.at(-1)!.more, rows.at(-1)!.id], [pageOfChildren + 2, 130 - pageOfChildren, ~0]);
  assert.equal(treeRows(tree, totals.total, 0, new Set([0]), new Map([[0, 200]])).length, 131);
});

test('letters lead to the next row that begins with them, going round', () => {
  const labels = ['read', 'write', 'recv', 'Rename'];
  assert.deepEqual([findTyped(labels, 0, 'r'), findTyped(labels, 3, 'r'), findTyped(labels, 0, 're'), findTyped(labels, 0, 'x')], [2, 0, 0, -1]);
});
