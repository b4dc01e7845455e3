import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fold } from '../fold';
import { SyntheticRows, syntheticInfo } from '../harness/synthetic-rows';
import { menuOrder, moved, toggled, visibleOrder } from '../rows/column-order';
import { cellText, cellTitle, columnsOf } from '../rows/columns';
import { bothOf, condition, quoted } from '../rows/condition';
import { groupBy, groupColumns } from '../rows/group-columns';
import { GroupWindow } from '../rows/group-window';
import { Lane } from '../rows/lane';
import { RowCache } from '../rows/row-cache';
import type { RowPage, RowQuery, RowView } from '../rows/row-data';
import { emptyWords, type EmptyFacts } from '../rows/row-empty';
import { rowJson } from '../rows/row-json';
import { balance } from '../rows/row-ledger';
import { RowLoader } from '../rows/row-loader';
import { RowModel } from '../rows/row-model';
import { countedWords } from '../rows/row-status';
import { clockTime, parseTime, sessionTime } from '../rows/row-time';
import { decodeRows, encodeRows, plainRows } from '../rows/row-url';
import { plainChoice, RowWindow } from '../rows/row-window';
import { ScrollMap } from '../rows/scroll-map';
import { Selection } from '../rows/selection';
import { placeAt } from '../rows/time-jump';
import { lossWords } from '../stacks/ledger';

const source = new SyntheticRows();
const columns = columnsOf({ info: syntheticInfo, startedAt: 0, nameOf: slot => `f${slot}` });
const column = (key: string) => columns.find(each => each.key === key)!;

// Scrolling

test('a list that browsers can hold is scrolled pixel by pixel', () => {
  const map = new ScrollMap(26_000, 500);
  assert.deepEqual([map.height, map.isScaled, map.toOffset(1234), map.toScroll(1234)], [26_000, false, 1234, 1234]);
});

test('both ends of a million rows can be reached, and what is put is what is read', () => {
  const map = new ScrollMap(26_000_000, 500);
  assert.ok(map.isScaled && map.height < 17_000_000);
  assert.equal(map.toOffset(0), 0);
  assert.equal(map.toOffset(map.height - 500), 26_000_000 - 500);
  for (const offset of [0, 26, 1_000_003, 25_999_500]) {
    assert.ok(Math.abs(map.toOffset(map.toScroll(offset)) - offset) < 0.001);
  }
});

test('a list shorter than its place does not scroll', () => {
  const map = new ScrollMap(100, 500);
  assert.deepEqual([map.last, map.toOffset(0), map.toScroll(0), map.clamp(80)], [0, 0, 0, 0]);
});

// What is kept here

test('pages looked at the longest ago go first', () => {
  const cache = new RowCache();
  cache.set(0, source.row(0));
  cache.set(50_000, source.row(50_000));
  for (let index = 100; index < 4000; index += 100) {
    cache.get(0); // in use
    cache.set(index, source.row(index));
  }
  assert.equal(cache.get(0)?.number, 0);
  assert.equal(cache.get(50_000), undefined);
  assert.equal(cache.indexOf(3900), 3900);
  assert.equal(cache.indexOf(1), undefined);
});

// The window

/** A window on so many events, with a server that answers at once. */
function windowOn(count: number) {
  const server = new SyntheticRows();
  server.end = count;
  const window = new RowWindow();
  const ask = async (sight = { from: 0, to: 0 }): Promise<RowQuery | null> => {
    const query = window.wish(sight, server.end);
    if (query) {
      window.accept(query, await server.page(query));
    }
    return query;
  };
  const settle = async (sight?: { from: number; to: number }) => {
    for (let i = 0; await ask(sight) !== null; i++) {
      assert.ok(i < 50, 'it never has enough');
    }
  };
  return { server, window, ask, settle };
}

test('following asks for the end, once for every growth', async () => {
  const { server, window, ask } = windowOn(1_000_000);
  assert.equal((await ask())!.from, -50);
  assert.deepEqual([window.origin, window.end, window.row(999_999)?.number], [0, 1_000_000, 999_999]);
  assert.equal(await ask(), null);
  server.end += 10;
  assert.equal((await ask())!.from, -50);
  assert.equal(window.row(1_000_009)?.number, 1_000_009);
});

test('holding stays at what was shown, whatever comes and whatever goes', async () => {
  const { server, window, ask, settle } = windowOn(1000);
  await ask();
  window.hold(5000);
  assert.equal(window.until, 1000);
  server.end = 9000;
  server.first = 700;
  await settle({ from: 690, to: 720 });
  assert.deepEqual([window.origin, window.end, window.kept], [0, 1000, 700]);
  assert.equal(window.row(699), undefined);
  assert.equal(window.row(700)?.number, 700);
  window.follow();
  await settle();
  assert.deepEqual([window.origin, window.end, window.row(8999)?.number], [700, 9000, 8999]);
});

test('a window of rows is asked for whole, with more where scrolling goes to, and never twice', async () => {
  const { window, settle, server } = windowOn(10_000);
  await settle();
  window.hold(10_000);
  server.queries.length = 0;
  await settle({ from: 5000, to: 5030 });
  assert.deepEqual(server.queries.map(({ from, count }) => [from, count]), [[5000, 130]]);
  await settle({ from: 5090, to: 5120 });
  assert.equal(server.queries.length, 1);
  await settle({ from: 4980, to: 5010 });
  assert.deepEqual(server.queries.at(-1)!.from, 4880); // upwards
});

test('a filter is searched for until all is looked at', async () => {
  const { window, ask, settle } = windowOn(1_000_000);
  window.choose({ ...plainChoice, filter: ' comm == "curl" ' });
  const first = await ask();
  assert.equal(first!.filter, 'comm == "curl"');
  assert.deepEqual(window.searching, { looked: 250_000, of: 1_000_000 });
  await settle();
  assert.equal(window.searching, null);
  assert.ok(window.end > 150_000 && window.row(window.end - 1)!.comm === 'curl');
});

test('rows of a filter keep their places while the oldest are let go of', async () => {
  const { server, window, settle } = windowOn(20_000);
  window.choose({ ...plainChoice, filter: 'comm == "curl"' });
  await settle();
  window.hold(20_000);
  const sight = { from: window.end - 500, to: window.end - 470 };
  await settle(sight);
  const before = window.row(sight.from)!.number;
  server.first = 9000;
  await settle({ from: sight.from + 200, to: sight.from + 230 });
  assert.ok(window.kept > 0);
  assert.equal(window.row(sight.from)!.number, before);
  await settle({ from: sight.from - 150, to: sight.from });
  const numbers = Array.from({ length: 150 }, (_, i) => window.row(sight.from - 150 + i)!.number);
  assert.deepEqual([...numbers].sort((a, b) => a - b), numbers);
  assert.ok(numbers.at(-1)! < before);
});

test('while a filter is wrong, the one before holds', async () => {
  const { window, settle } = windowOn(1000);
  window.choose({ ...plainChoice, filter: 'comm == "node"' });
  await settle();
  const found = window.end;
  window.choose({ ...plainChoice, filter: 'com == "node"' });
  await settle();
  assert.match(window.problem!.message, /no column 'com'/);
  assert.equal(window.end, found);
  window.choose(plainChoice);
  await settle();
  assert.deepEqual([window.problem, window.end], [null, 1000]);
});

test('to follow the end again is to leave the order', async () => {
  const { window, settle } = windowOn(1000);
  await settle();
  window.hold(1000);
  window.choose({ ...plainChoice, sortBy: 'pid', descending: true });
  await settle({ from: 0, to: 30 });
  const pids = Array.from({ length: 30 }, (_, i) => window.row(i)!.pid);
  assert.deepEqual([...pids].sort((a, b) => b - a), pids);
  window.follow();
  assert.deepEqual([window.choice.sortBy, window.until], [null, null]);
});

test('an order that is still being searched for is asked for again where it is looked at', async () => {
  const { window, ask, settle } = windowOn(600_000);
  window.hold(600_000);
  window.choose({ ...plainChoice, sortBy: 'pid' });
  await ask({ from: 0, to: 30 });
  assert.deepEqual(window.searching, { looked: 250_000, of: 600_000 });
  await settle({ from: 100, to: 130 });
  assert.equal(window.searching, null);
  assert.equal(window.row(0), undefined); // what stood there then stands elsewhere now
  const numbers = Array.from({ length: 30 }, (_, i) => window.row(100 + i)!.number);
  assert.deepEqual(new Set(numbers).size, 30);
  assert.ok(window.row(129)!.pid === 1000);
});

test('an order that holds still shifts nothing when its oldest events are let go of', async () => {
  const { server, window, settle } = windowOn(2000);
  await settle();
  window.hold(2000);
  window.choose({ ...plainChoice, sortBy: 'pid' });
  await settle({ from: 0, to: 40 });
  const before = Array.from({ length: 40 }, (_, i) => window.row(i)!.number);
  server.first = 1000;
  server.end = 5000;
  await settle({ from: 300, to: 340 });
  assert.deepEqual(Array.from({ length: 40 }, (_, i) => window.row(i)!.number), before); // what was seen stays
  assert.deepEqual([window.origin, window.end], [0, 2000]);
  const fresh = Array.from({ length: 40 }, (_, i) => 300 + i);
  assert.ok(fresh.some(i => window.isGone(i)) && fresh.some(i => window.row(i)));
  assert.ok(fresh.every(i => window.isGone(i) === (window.row(i) === undefined)));
});

test('rows that went while they were asked for leave a gap, and shift nothing', async () => {
  const { server, window } = windowOn(1000);
  const query = window.wish({ from: 0, to: 20 }, 1000)!;
  const page = await server.page(query);
  window.accept(query, { ...page, first: 960, from: 0, matches: 40, rows: page.rows.slice(20) });
  assert.deepEqual([window.row(960), window.row(970)?.number, window.end], [undefined, 970, 1000]);
});

test('an answer to what is no longer asked changes nothing', async () => {
  const { server, window } = windowOn(1000);
  const query = window.wish({ from: 0, to: 20 }, 1000)!;
  window.choose({ ...plainChoice, text: 'html' });
  window.accept(query, await server.page(query));
  assert.equal(window.isAnswered, false);
});

// Equal events

/** A window on equal events by some columns, with a server that answers at once. */
function groupsOf(by: string[], count: number, filter = '') {
  const server = new SyntheticRows();
  server.end = count;
  const window = new GroupWindow();
  window.choose({ filter, text: '', by });
  const settle = async (sight = { from: 0, to: 30 }) => {
    for (let i = 0, query = window.wish(sight, server.end); query; query = window.wish(sight, server.end)) {
      window.accept(query, await server.groups(query));
      assert.ok(i++ < 20, 'it never has enough');
    }
  };
  const lines = (to = window.end) => Array.from({ length: to }, (_, i) => window.row(i));
  return { server, window, settle, lines };
}

test('equal events are counted, the most first, and the counts grow', async () => {
  const { server, window, settle, lines } = groupsOf(['comm'], 10_000);
  await settle();
  assert.equal(window.end, 6);
  const counts = () => lines().map(row => row!.count!);
  assert.deepEqual([...counts()].sort((a, b) => b - a), counts());
  assert.equal(counts().reduce((sum, count) => sum + count), 10_000);
  server.end = 20_000;
  await settle();
  assert.equal(counts().reduce((sum, count) => sum + count), 20_000);
  assert.deepEqual([window.origin, window.isGone(), window.counted], [0, false, { inGroups: 20_000, beyond: 0 }]);
});

test('held, counts stand still', async () => {
  const { server, window, settle, lines } = groupsOf(['pid', 'comm'], 1000);
  await settle();
  const before = lines();
  window.hold(5000);
  assert.equal(window.until, 1000);
  server.end = 9000;
  await settle({ from: 0, to: 31 });
  assert.deepEqual(lines(), before);
  window.follow();
  await settle();
  assert.equal(window.counted.inGroups, 9000);
});

test('of many groups those in sight are asked for', async () => {
  const { window, settle } = groupsOf(['tid', 'comm', 'sk_daddr'], 20_000);
  await settle();
  assert.ok(window.end > 5000);
  await settle({ from: 4000, to: 4030 });
  assert.ok(window.row(4000) && window.row(4029));
  assert.equal(window.row(0), undefined);
});

test('while a filter is wrong, what was counted by the one before stays', async () => {
  const { window, settle } = groupsOf(['comm'], 1000, 'pid == 1003');
  await settle();
  const { inGroups } = window.counted;
  window.choose({ filter: 'pd == 1003', text: '', by: ['comm'] });
  await settle();
  assert.match(window.problem!.message, /no column 'pd'/);
  assert.equal(window.counted.inGroups, inGroups);
});

test('an answer to what is no longer counted changes nothing', async () => {
  const { server, window } = groupsOf(['comm'], 1000);
  const query = window.wish({ from: 0, to: 30 }, 1000)!;
  window.choose({ filter: '', text: '', by: ['pid'] });
  window.accept(query, await server.groups(query));
  assert.equal(window.isAnswered, false);
});

test('what is said of equal events tells how many there are, and what is left out', async () => {
  const { server, window, settle } = groupsOf(['comm'], 1000);
  assert.equal(countedWords(window), 'counting…');
  server.mostGroups = 2;
  await settle();
  assert.match(countedWords(window), /^2 different among \d+ events; \d+ more are in none of these/);
});

test('events are equal in the columns that are seen, but for the time; with -A in their stacks too', () => {
  const seen = columns.filter(({ key }) => ['time', 'comm', 'pid'].includes(key));
  const counted = groupColumns(seen, columns);
  assert.deepEqual(counted.map(({ key }) => key), ['count', 'pid', 'comm']);
  assert.equal(counted[0]!.cell({ ...source.row(1), count: 1234 })?.text, '1,234');
  assert.deepEqual(groupBy(counted, { countEqual: false, hasStacks: true }), ['pid', 'comm']);
  assert.deepEqual(groupBy(counted, { countEqual: true, hasStacks: true }), ['pid', 'comm', 'stack']);
  assert.deepEqual(groupColumns([column('time')], columns).map(({ key }) => key), ['count', 'func']);
});

// Asking

test('there is never more than one question under way, and a server that says nothing new is given time', async () => {
  const server = new SyntheticRows();
  server.end = 10;
  const waits: number[] = [];
  let answers = 0;
  await new Promise<void>(done => {
    const loader: RowLoader<RowQuery, RowPage> = new RowLoader<RowQuery, RowPage>(new Lane(), asked => server.page(asked), {
      wish: () => plainQuery, answered: () => answers++, failed: error => assert.fail(String(error)),
    }, (run, ms) => {
      waits.push(ms);
      (waits.length < 3 ? run : done)(); // its own patience is what is tested, not the clock's
      return undefined;
    });
    loader.pump();
    loader.pump();
  });
  assert.deepEqual([server.most, answers, waits], [1, 3, [0, 500, 500]]);
});

test('a question that fails is told of, and asked again later', async () => {
  const failures: unknown[] = [];
  const waited = new Promise<number>(done => {
    const loader = new RowLoader(new Lane(), () => Promise.reject(new Error('gone')), {
      wish: () => plainQuery, answered: () => assert.fail('there is no answer'), failed: error => failures.push(error),
    }, (_, ms) => {
      done(ms);
      return undefined;
    });
    loader.pump();
  });
  assert.equal(await waited, 500);
  assert.equal(String(failures[0]), 'Error: gone');
});

const plainQuery: RowQuery = { filter: null, text: null, sortBy: null, descending: false, until: null, from: 0, count: 1 };

test('a time is found in about twenty questions among a million events', async () => {
  const server = new SyntheticRows();
  server.end = 1_000_000;
  const ask = (from: number): Promise<RowPage> => server.page({ ...plainQuery, from });
  assert.equal(await placeAt(12_500, ask), 100_000);
  assert.ok(server.queries.length <= 22);
  assert.equal(await placeAt(12_500.01, ask), 100_001);
  assert.equal(await placeAt(-5, ask), 0);
  assert.equal(await placeAt(1e9, ask), 999_999);
  assert.equal(await placeAt(1, async () => ({ first: 0, end: 0, matches: 0, looked: 0, from: 0, rows: [] })), null);
});

const times: readonly [string, number | null][] = [
  ['12.5', 12_500], ['+12.5 s', 12_500], ['250ms', 250], ['1:05.2', 65_200], ['1:00:00', 3_600_000], ['2 min', 120_000],
  ['.5', 500], ['', null], ['soon', null], ['1:x', null],
];
for (const [text, ms] of times) {
  test(`the time "${text}"`, () => assert.equal(parseTime(text), ms));
}

test('times are shown to the microsecond', () => {
  assert.equal(sessionTime(12_345.6789), '12.345679');
  assert.match(clockTime(Date.UTC(2026, 0, 1, 3, 4, 5), 1.5), /:05\.001500$/);
});

// Columns

test('columns are hidden, shown and moved, and one always stays', () => {
  const all = columns.map(({ key, isUsual }) => ({ key, isUsual: isUsual && key !== 'cpu' }));
  const usual = visibleOrder(null, all);
  assert.deepEqual(usual.slice(0, 5), ['time', 'pid', 'tid', 'comm', 'func']);
  assert.deepEqual(visibleOrder(['comm', 'nonsense', 'pid', 'comm'], all), ['comm', 'pid']);
  assert.deepEqual(menuOrder(['comm', 'pid'], all).slice(0, 4), ['comm', 'pid', 'time', 'cpu']);
  assert.deepEqual(moved(['a', 'b', 'c'], 'c', -1), ['a', 'c', 'b']);
  assert.deepEqual(moved(['a', 'b', 'c'], 'a', -1), ['a', 'b', 'c']);
  assert.deepEqual(toggled(['a', 'b'], 'a'), ['b']);
  assert.deepEqual(toggled(['b'], 'b'), ['b']);
  assert.deepEqual(toggled(['b'], 'a'), ['b', 'a']);
});

test('a cell shows what cannot be seen, and of a long text its beginning', () => {
  assert.equal(cellText({ text: '<b>\u202e\u0007\n' }), '<b>\\u202e\\u0007\\u000a');
  assert.equal(cellText({ text: 'x'.repeat(4096) }).length, 401);
  assert.equal(cellTitle({ text: 'ECONNREFUSED', raw: '-111' }), 'ECONNREFUSED\n-111');
});

// Conditions

const conditions: readonly [key: string, text: string, raw: string | null, expected: string | null][] = [
  ['comm', 'curl', null, 'comm == "curl"'],
  ['comm', 'a"b\\\n\u0001', null, 'comm == "a\\"b\\\\\\n\\001"'],
  ['pid', '42', null, 'pid == 42'],
  ['retval', 'ECONNREFUSED', '-111', 'retval == -111'],
  ['sk_dport', '443', '0xbb01', 'sk_dport == 443'],
  ['retval', 'EPERM', null, 'retval == "EPERM"'],
  ['sk_daddr', '10.0.0.1', '0x100000a', 'sk_daddr == "10.0.0.1"'],
  ['time', '1.5', null, null],
  ['path', 'x'.repeat(301), null, null],
];
for (const [key, text, raw, expected] of conditions) {
  test(`only this value: ${key} ${JSON.stringify(text.slice(0, 20))}`, () =>
    assert.equal(condition(column(key), { text, raw }, true), expected));
}

test('what could not be read makes no condition', () => {
  assert.equal(condition(column('comm'), { text: 'page fault', isFault: true }, true), null);
  assert.equal(condition(column('comm'), null, true), null);
});

test('a condition is added to what is there without changing its meaning', () => {
  assert.equal(bothOf('', 'a == 1'), 'a == 1');
  assert.equal(bothOf('a == 1', 'a == 1'), 'a == 1');
  assert.equal(bothOf('a == 1 ', 'b != 2'), 'a == 1 && b != 2');
  assert.equal(bothOf('a == 1 || c', 'b != 2'), '(a == 1 || c) && b != 2');
  assert.equal(quoted('\t'), '"\\t"');
});

// The address

test('an address brings the view back', () => {
  const view = { filter: 'comm == "a&b" && x#y', text: '50 %', sortBy: 'retval', descending: true, columns: ['comm', 'pid'], counting: true };
  assert.deepEqual(decodeRows(`#${encodeRows(view)}`), view);
  assert.equal(encodeRows(plainRows), '');
  assert.equal(encodeRows({ ...plainRows, counting: false }), 'equal=single');
  assert.deepEqual(decodeRows('#nonsense&cols=&sort=&filter=%E0%A4%A'), plainRows);
});

// Keys

test('arrow keys go from cell to cell and stop at the edges', () => {
  const list = { origin: 100, end: 200 };
  const selection = new Selection();
  const press = (key: string) => [selection.press(key, list, 10, 3), selection.index, selection.column];
  assert.deepEqual(press('ArrowUp'), [true, 199, 0]);
  assert.deepEqual(press('PageUp'), [true, 189, 0]);
  assert.deepEqual(press('Home'), [true, 100, 0]);
  assert.deepEqual(press('ArrowUp'), [true, 100, 0]);
  assert.deepEqual(press('ArrowLeft'), [true, 100, 0]);
  assert.deepEqual(press('ArrowRight'), [true, 100, 1]);
  assert.deepEqual(press('End'), [true, 199, 1]);
  assert.deepEqual(press('x'), [false, 199, 1]);
  assert.equal(new Selection().press('ArrowUp', { origin: 5, end: 5 }, 10, 3), false);
});

// Numbers and words

test('the model knows which rows there are, and adds up what was lost', () => {
  const model = new RowModel(0);
  const fold = (from: number, rows: Fold['rows'], lost: number): Fold => ({
    from, to: from + 1, startMs: from, endMs: from + 1, slots: [0], counts: [10], runs: 0, runNs: 0, misses: 0, rows,
    losses: [{ cause: 'ringFull', reason: 'came too fast', count: lost }, { cause: 'notKept', reason: 'for newer ones', count: 3 * from }],
  });
  model.add(fold(0, { first: 0, end: 8 }, 2));
  model.add(fold(1, { first: 3, end: 17 }, 1));
  model.add(fold(1, { first: 9, end: 99 }, 5)); // known already
  assert.deepEqual([model.first, model.end, model.total, model.missing, model.isLossy], [3, 17, 20, 3, true]);
  assert.equal(balance(model), '20 generated = 14 rows + 3 let go of + 3 that never were rows');
  assert.match(balance({ total: 20, first: 3, end: 17, missing: 1 }), /does not add up/);
});

test('what the command left out is told of, and no loss', () => {
  const model = new RowModel(0);
  model.add({
    from: 0, to: 1, startMs: 0, endMs: 1, slots: [0], counts: [10], runs: 0, runNs: 0, misses: 0, rows: { first: 0, end: 6 },
    losses: [{ cause: 'filtered', reason: 'left out by -f', count: 4 }, { cause: 'ringFull', reason: 'too fast', count: 0 }],
  });
  assert.deepEqual([model.missing, model.isLossy, lossWords(model)], [4, false, '4 left out by -f']);
});

const nothing: EmptyFacts = {
  attaching: false, ended: false, total: 0, rows: 0, kept: 0, searching: null, isFiltered: false, isAnswered: false, targets: ['a', 'b', 'c', 'd', 'e'],
};
const empties: readonly [RegExp, Partial<EmptyFacts>][] = [
  [/Waiting for a, b, c or 2 more/, {}],
  [/being attached/, { attaching: true }],
  [/ended without an event/, { ended: true }],
  [/5 events came, but none could be kept/, { total: 5 }],
  [/searched 340,000 of 1,000,000/, { total: 1e6, rows: 1e6, isFiltered: true, searching: { looked: 340_000, of: 1_000_000 } }],
  [/None of the 7 events that are kept matches/, { total: 9, rows: 9, kept: 7, isFiltered: true, isAnswered: true }],
];
for (const [words, facts] of empties) {
  test(`an empty table says: ${words.source}`, () => assert.match(emptyWords({ ...nothing, ...facts }), words));
}

test('an event as JSON has every value with what the kernel had', () => {
  const row: RowView = { ...source.row(3), comm: '\u202e"x"', cells: [{ text: 'a' }, { text: '443', raw: '443' }, null, { text: 'why', isFault: true }] };
  const json = JSON.parse(rowJson({ row, fields: { path: ['x = 1'] }, kernelStack: [], userStack: null, line: 'L' }, columns));
  assert.deepEqual([json.comm, json.path, json.retval, json.kernelStack, json.userStack, json.line],
    ['\u202e"x"', { text: 'a', fields: ['x = 1'] }, { text: 'why', isFault: true }, [], undefined, 'L']);
});
