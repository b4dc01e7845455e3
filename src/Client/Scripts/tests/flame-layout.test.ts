import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FoldWriter } from '../harness/folded';
import { SyntheticStacks } from '../harness/synthetic';
import { drawnNodes } from '../stacks/drawn-node';
import { layOut, WidthLimit, type Box, type LayoutOptions } from '../stacks/flame-layout';
import { addUp, FlameTree } from '../stacks/flame-tree';
import { plainShape } from '../stacks/shape';
import { StackModel } from '../stacks/stack-model';

function treeOf(model: StackModel) {
  const tree = new FlameTree(model.definitions, plainShape);
  tree.grow();
  return { tree, totals: addUp(tree, model.whole.counts) };
}

function small(...lines: string[]) {
  const model = new StackModel();
  model.add(new FoldWriter().fold(lines));
  return treeOf(model);
}

function large(nodes = 50_000) {
  const stacks = new SyntheticStacks(nodes);
  const model = new StackModel();
  model.add(stacks.fold(1, 1_000_000));
  return treeOf(model);
}

const plain: LayoutOptions = { zoom: { node: 0, rest: 0 }, width: 1000, minWidth: 1, order: 'name' };

function sketch(box: Box): string {
  const inner = box.children.map(sketch).join(' ');
  return `${box.name}${box.fade ? '*' : ''}:${box.value}${inner ? `(${inner})` : ''}`;
}

function* all(box: Box): Generator<Box> {
  yield box;
  for (const child of box.children) {
    yield* all(child);
  }
}

test('siblings stand by name, whatever their weight, or by weight', () => {
  const { tree, totals } = small('m;z 50', 'm;a 1', 'm;k 9');
  assert.equal(sketch(layOut(tree, totals.total, plain).root), 'all:60(m:60(a:1 k:9 z:50))');
  assert.equal(sketch(layOut(tree, totals.total, { ...plain, order: 'weight' }).root), 'all:60(m:60(z:50 k:9 a:1))');
});

test('a delimiter stands between user and kernel frames, and leaves the frames what they are', () => {
  const { tree, totals } = small('m;read;sys_k;vfs_k 50', 'm;read;helper 10', 'work_k 40');
  const delimited = { ...plain, delimited: true };
  assert.equal(sketch(layOut(tree, totals.total, delimited).root),
    'all:100(m:60(read:60(--:50(sys_k:50(vfs_k:50)) helper:10)) work_k:40)');
  const ids = (options: LayoutOptions) => [...all(layOut(tree, totals.total, options).root)].filter(box => !box.delimiter).map(box => box.id);
  assert.deepEqual(ids(delimited).sort(), ids(plain).sort());
  const zoom = { node: tree.resolve(['m', 'read', 'sys_k']).node, rest: 0 };
  const zoomed = layOut(tree, totals.total, { ...delimited, zoom });
  assert.equal(sketch(zoomed.root), 'all*:50(m*:50(read*:50(--*:50(sys_k:50(vfs_k:50)))))');
  assert.equal(zoomed.rows, 6);
});

test('what is too narrow behind a delimiter is one box there, and has an id of its own', () => {
  const { tree, totals } = small('m;a_k 3', 'm;b_k 3', 'm;x 3', 'm;y 3', 'm;z 988');
  const { root } = layOut(tree, totals.total, { ...plain, minWidth: 5, delimited: true });
  assert.equal(sketch(root).replace(/… (\d) frames, [^:]*/g, '…$1'), 'all:1000(m:1000(--:6(…2:6) z:988 …2:6))');
  const ids = [...all(root)].map(box => box.id);
  assert.equal(new Set(ids).size, ids.length);
});

test('a zoomed frame and its callers are full width, the callers faded', () => {
  const { tree, totals } = small('m;z;y 50', 'm;a 30');
  const { node } = tree.resolve(['m', 'z']);
  assert.equal(sketch(layOut(tree, totals.total, { ...plain, zoom: { node, rest: 0 } }).root), 'all*:50(m*:50(z:50(y:50)))');
});

test('a zoomed frame without events keeps its place', () => {
  const { tree } = small('m;z 50');
  const { node } = tree.resolve(['m', 'z']);
  assert.equal(sketch(layOut(tree, new Float64Array(tree.nodeCount), { ...plain, zoom: { node, rest: 0 } }).root), 'all*:1(m*:1(z:1))');
});

test('siblings too narrow to be drawn are one box behind the others, that opens on zoom', () => {
  const lines = Array.from({ length: 40 }, (_, i) => `m;tiny_${i} 1`);
  const { tree, totals } = small('m;wide 39960', ...lines);
  const options = { ...plain, minWidth: 0.5 };
  assert.equal(sketch(layOut(tree, totals.total, options).root), 'all:40000(m:40000(wide:39960 … 40 frames, 0.1 %:40))');
  const { node } = tree.resolve(['m']);
  const opened = layOut(tree, totals.total, { ...options, zoom: { node, rest: 1 } }).root;
  assert.equal(opened.children[0]!.children.length, 40);
  assert.deepEqual([opened.value, opened.fade], [40, true]);
});

test('what is too narrow even together is told by its caller', () => {
  const { tree, totals } = small('m;wide 1000000', 'm;a 1', 'm;b 2');
  const m = layOut(tree, totals.total, plain).root.children[0]!;
  assert.deepEqual([m.children.length, m.unseen], [1, { frames: 2, value: 3 }]);
});

test('nothing is lost by leaving out: every box is the sum of what is in it', () => {
  const { tree, totals } = large();
  const { root } = layOut(tree, totals.total, plain);
  assert.equal(root.value, totals.total[0]);
  for (const box of all(root)) {
    if (box.merged.length === 0) {
      const children = box.children.reduce((sum, child) => sum + child.value, 0);
      assert.equal(children + box.unseen.value + totals.self[box.node]!, box.value, box.name);
    }
  }
});

test('no frame that is drawn is narrower than asked for', () => {
  const { tree, totals } = large();
  const { root, boxes } = layOut(tree, totals.total, plain);
  const narrowest = Math.min(...[...all(root)].map(box => box.value)) / root.value;
  assert.ok(narrowest * 1000 >= 1);
  assert.equal(boxes, [...all(root)].length);
});

test('no more boxes than allowed, however large the tree, and the same limit while there are about as many', () => {
  const { tree, totals } = large();
  const limit = new WidthLimit(300);
  const first = limit.layOut(tree, totals.total, plain);
  assert.ok(first.boxes <= 300 && first.boxes > 100, String(first.boxes));
  totals.total[1]! *= 1.01;
  assert.deepEqual(sketch(limit.layOut(tree, totals.total, plain).root).length > 0, true);
  assert.ok(Math.abs(limit.layOut(tree, totals.total, plain).boxes - first.boxes) < 30);
});

test('rows are counted to the deepest box', () => {
  const { tree, totals } = small('a;b;c;d 5', 'x 1');
  assert.equal(layOut(tree, totals.total, plain).rows, 5);
  const { node } = tree.resolve(['a', 'b']);
  assert.equal(layOut(tree, totals.total, { ...plain, zoom: { node, rest: 0 }, alone: true }).rows, 3);
});

test('boxes are joined by path and have their edges on whole pixels', () => {
  const { tree, totals } = small('m;a 1', 'm;b 2');
  const nodes = drawnNodes(layOut(tree, totals.total, plain).root, { width: 1000 });
  assert.deepEqual(nodes.map(node => node.id), [0, 'm', 'm;a', 'm;b'].map(path => (path === 0 ? 0 : tree.resolve(String(path).split(';')).node)));
  const [root] = nodes;
  root!.x0 = 0.33333;
  root!.x1 = 1;
  assert.deepEqual([root!.x0 * 1000, root!.width], [333, 667]);
  assert.deepEqual([root!.height, nodes[3]!.depth], [2, 2]);
});
