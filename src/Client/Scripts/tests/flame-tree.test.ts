import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FoldWriter, type StackTraits } from '../harness/folded';
import { SyntheticStacks } from '../harness/synthetic';
import { addUp, FlameTree, type Totals } from '../stacks/flame-tree';
import { functionTotals } from '../stacks/function-totals';
import { plainShape, type Shape } from '../stacks/shape';
import { StackModel } from '../stacks/stack-model';

function modelOf(...groups: [lines: string[], traits?: StackTraits][]): StackModel {
  const writer = new FoldWriter();
  const model = new StackModel();
  groups.forEach(([lines, traits]) => assert.equal(model.add(writer.fold(lines, traits)), 'added'));
  return model;
}

function grown(model: StackModel, shape: Partial<Shape> = {}): { tree: FlameTree; totals: Totals } {
  const tree = new FlameTree(model.definitions, { ...plainShape, ...shape });
  assert.equal(tree.grow(), true);
  return { tree, totals: addUp(tree, model.whole.counts) };
}

/** Every node with something in it: its path, and what is in it and below. */
function drawn(model: StackModel, shape: Partial<Shape> = {}): Record<string, number> {
  const { tree, totals } = grown(model, shape);
  const nodes = Array.from({ length: tree.nodeCount }, (_, node) => node).filter(node => totals.total[node]! > 0);
  return Object.fromEntries(nodes.map(node => [tree.path(node).join(';'), totals.total[node]!]));
}

const server = modelOf([['main;serve;read_k 5', 'main;serve 2', 'main;log;write_k 3']]);

test('a node has what ends in it and below', () => {
  assert.deepEqual(drawn(server), { '': 10, main: 10, 'main;serve': 7, 'main;serve;read_k': 5, 'main;log': 3, 'main;log;write_k': 3 });
  const { tree, totals } = grown(server);
  assert.equal(totals.self[tree.resolve(['main', 'serve']).node], 2);
});

test('upside down, each function is above its callers', () => {
  assert.deepEqual(drawn(server, { callers: true }), {
    '': 10, read_k: 5, 'read_k;serve': 5, 'read_k;serve;main': 5, serve: 2, 'serve;main': 2,
    write_k: 3, 'write_k;log': 3, 'write_k;log;main': 3,
  });
});

test('a focused function is the root of what goes through it, whoever calls it', () => {
  const model = modelOf([['a;f;x 1', 'b;c;f;y 2', 'a;z 4']]);
  assert.deepEqual(drawn(model, { focus: 'f' }), { '': 3, f: 3, 'f;x': 1, 'f;y': 2 });
  assert.deepEqual(drawn(model, { focus: 'f', callers: true }), { '': 3, f: 3, 'f;a': 1, 'f;c': 2, 'f;c;b': 2 });
});

test('a focused function that calls itself begins at its outermost call', () => {
  const model = modelOf([['a;f;g;f;x 3']]);
  assert.deepEqual(drawn(model, { focus: 'f' }), { '': 3, f: 3, 'f;g': 3, 'f;g;f': 3, 'f;g;f;x': 3 });
  assert.deepEqual(drawn(model, { focus: 'f', callers: true }), { '': 3, f: 3, 'f;a': 3 });
});

test('stacks through a hidden function are left out, also upside down', () => {
  assert.deepEqual(drawn(server, { dropped: ['serve'] }), { '': 3, main: 3, 'main;log': 3, 'main;log;write_k': 3 });
  assert.equal(drawn(server, { dropped: ['serve'], callers: true })[''], 3);
});

test('what a merged function calls hangs on its caller, and what it has itself is its caller\'s', () => {
  assert.deepEqual(drawn(server, { merged: ['serve'] }), { '': 10, main: 10, 'main;read_k': 5, 'main;log': 3, 'main;log;write_k': 3 });
  const { tree, totals } = grown(server, { merged: ['serve'] });
  assert.equal(totals.self[tree.resolve(['main']).node], 2);
});

test('collapsed recursion leaves a function out below itself, directly or not', () => {
  const model = modelOf([['a;f;f;f;x 2', 'a;f;g;f;y 3']]);
  assert.deepEqual(drawn(model, { recursion: ['f'] }), { '': 5, a: 5, 'a;f': 5, 'a;f;x': 2, 'a;f;g': 3, 'a;f;g;y': 3 });
  assert.deepEqual(drawn(model, { recursion: ['*'] }), drawn(model, { recursion: ['f'] }));
  assert.deepEqual(drawn(model, { recursion: ['g'] }), drawn(model));
});

test('groups stand between the root and their stacks', () => {
  const model = modelOf([['a;b 1'], { context: { pid: 7, comm: 'sh' } }], [['a;b 2'], { context: { pid: 8, comm: 'sh' } }]);
  assert.deepEqual(drawn(model), { '': 3, a: 3, 'a;b': 3 });
  assert.deepEqual(drawn(model, { group: 'process' }),
    { '': 3, 'sh [7]': 1, 'sh [7];a': 1, 'sh [7];a;b': 1, 'sh [8]': 2, 'sh [8];a': 2, 'sh [8];a;b': 2 });
  assert.deepEqual(drawn(model, { group: 'comm' }), { '': 3, sh: 3, 'sh;a': 3, 'sh;a;b': 3 });
  assert.equal(drawn(model, { group: 'process', callers: true })['sh [8];b;a'], 2);
});

test('an event without any stack is the root\'s own', () => {
  const { totals } = grown(modelOf([[' 4', 'a 1']]));
  assert.deepEqual([totals.self[0], totals.total[0]], [4, 5]);
});

test('a path keeps its number however the tree grows', () => {
  const writer = new FoldWriter();
  const model = new StackModel();
  model.add(writer.fold(['m;z 1']));
  const tree = new FlameTree(model.definitions, plainShape);
  tree.grow();
  const before = tree.resolve(['m', 'z']).node;
  model.add(writer.fold(['m;a 9', 'b;z 9']));
  tree.grow();
  assert.equal(tree.resolve(['m', 'z']).node, before);
  assert.deepEqual(tree.resolve(['m', 'later', 'x']), { node: tree.resolve(['m']).node, found: 1 });
});

test('every shape of a large tree has every event, or fewer only where stacks are hidden', () => {
  const stacks = new SyntheticStacks(20_000);
  const model = new StackModel();
  for (let i = 0; i < 5; i++) {
    model.add(stacks.fold(1, 50_000));
  }
  const counted = model.whole.counts.reduce((sum, count) => sum + count, 0);
  const shapes: Partial<Shape>[] = [
    {}, { callers: true }, { group: 'process' }, { recursion: ['*'] }, { merged: ['main', 'do_syscall_64'] }, { group: 'comm', callers: true },
  ];
  for (const shape of shapes) {
    const { totals } = grown(model, shape);
    assert.equal(totals.total[0], counted);
    assert.equal(totals.self.reduce((sum, count) => sum + count, 0), counted);
  }
  assert.ok(grown(model, { dropped: ['main'] }).totals.total[0]! < counted);
});

test('growing in slices ends with the same tree', () => {
  const stacks = new SyntheticStacks(5_000);
  const model = new StackModel();
  model.add(stacks.fold(1, 50_000));
  const sliced = new FlameTree(model.definitions, plainShape);
  let slices = 0;
  while (!sliced.grow(performance.now() - 1) && sliced.seriesNodes.length < model.definitions.seriesCount && slices++ < 3) {
    // no time left: nothing may be taken in, and nothing may break
  }
  assert.equal(sliced.grow(), true);
  const { tree } = grown(model);
  assert.deepEqual(sliced.seriesNodes.data.slice(0, 100), tree.seriesNodes.data.slice(0, 100));
  assert.equal(sliced.nodeCount, tree.nodeCount);
});

test('a function counts once however often it is in a stack, and the same upside down', () => {
  const model = modelOf([['a;f;g;f 3', 'f;h 2', 'g 1']]);
  const byName = (shape: Partial<Shape>, top: string[] = []) => {
    const { tree, totals } = grown(model, shape);
    const { self, total } = functionTotals(tree, totals, tree.resolve(top).node);
    return Object.fromEntries(model.definitions.nameTexts.map((name, id) => [name, [self[id], total[id]]]));
  };
  const expected = { a: [0, 3], f: [3, 5], g: [1, 4], h: [2, 2] };
  assert.deepEqual(byName({}), expected);
  assert.deepEqual(byName({ callers: true }), expected);
  assert.deepEqual(byName({}, ['a', 'f', 'g']), { a: [0, 0], f: [3, 3], g: [0, 3], h: [0, 0] });
});
