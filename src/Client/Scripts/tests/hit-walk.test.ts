import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FoldWriter } from '../harness/folded';
import { addUp, FlameTree } from '../stacks/flame-tree';
import { HitWalk, zoomFor } from '../stacks/hit-walk';
import type { Scene } from '../stacks/scene';
import { parseSearch, Searcher } from '../stacks/search';
import { plainShape } from '../stacks/shape';
import { StackModel } from '../stacks/stack-model';
import { plainView } from '../stacks/view-state';

function sceneOf(search: string, zoom: string[], ...lines: string[]): Scene {
  const model = new StackModel();
  model.add(new FoldWriter().fold(lines));
  const tree = new FlameTree(model.definitions, plainShape);
  tree.grow();
  const totals = addUp(tree, model.whole.counts);
  return {
    view: { ...plainView, search }, tree, totals, counts: model.whole, isLive: false, theme: { dark: false }, delimited: false, comparison: null,
    zoom: { node: tree.resolve(zoom).node, rest: 0 }, found: new Searcher(parseSearch(search)!).find(tree, totals), second: () => null,
  };
}

const lines = ['m;z;read 5', 'm;a;read;x;read 4', 'm;k 9', 'read 1'];

function walked(scene: Scene, ...steps: (1 | -1)[]): string[] {
  const walk = new HitWalk();
  return steps.map(by => {
    const { node, number, of } = walk.step(scene, by)!;
    return `${scene.tree.path(node).join(';')} ${number}/${of}`;
  });
}

test('hits follow one another as they are drawn, callers first, and go round', () => {
  const scene = sceneOf('read', [], ...lines);
  const all = ['m;a;read 1/4', 'm;a;read;x;read 2/4', 'm;z;read 3/4', 'read 4/4'];
  assert.deepEqual(walked(scene, 1, 1, 1, 1, 1), [...all, all[0]]);
  assert.deepEqual(walked(scene, -1, -1), [all[3], all[2]]);
});

test('the first hit is one under the zoom, if there is one', () => {
  assert.deepEqual(walked(sceneOf('read', ['m', 'z'], ...lines), 1, 1), ['m;z;read 3/4', 'read 4/4']);
  assert.deepEqual(walked(sceneOf('read', ['m', 'k'], ...lines), 1), ['m;a;read 1/4']);
});

test('another search begins anew, and one that finds nothing goes nowhere', () => {
  const walk = new HitWalk();
  const scene = sceneOf('read', [], ...lines);
  walk.step(scene, 1);
  assert.equal(walk.at(scene)!.number, 1);
  const other = { ...scene, view: { ...scene.view, search: 'x' } };
  assert.equal(walk.at(other), null);
  assert.equal(walk.step(sceneOf('nowhere', [], ...lines), 1), null);
});

test('the zoom goes out no further than to what has both, and in no further than the name can be read', () => {
  const scene = sceneOf('read', ['m', 'k'], ...lines);
  const { tree } = scene;
  const hit = tree.resolve(['m', 'a', 'read', 'x', 'read']).node;
  assert.deepEqual(tree.path(zoomFor(hit, scene, 1000)), ['m']);
  assert.deepEqual(tree.path(zoomFor(hit, scene, 50)), ['m', 'a']);
  assert.deepEqual(tree.path(zoomFor(tree.resolve(['read']).node, scene, 1000)), []);
});
