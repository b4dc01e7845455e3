import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FoldWriter } from '../harness/folded';
import { qualityWords, lossWords } from '../stacks/ledger';
import { sumQuality } from '../stacks/quality';
import { StackCounts } from '../stacks/stack-counts';
import { Quality } from '../stacks/stack-fold';
import { StackModel } from '../stacks/stack-model';

test('folds add up, and those known already or not adjacent change nothing', () => {
  const writer = new FoldWriter();
  const [first, second, third] = [writer.fold(['a;b 1']), writer.fold(['a;b 2', 'a;c 5']), writer.fold(['d 1'])];
  const model = new StackModel();
  assert.equal(model.add(first!), 'added');
  assert.equal(model.add(third!), 'gap');
  assert.equal(model.add(first!), 'known');
  assert.equal(model.add(second!), 'added');
  assert.deepEqual([...model.whole.counts.slice(0, 2)], [3, 5]);
  assert.deepEqual([model.definitions.nodeCount, model.definitions.frames.length, model.cursor], [4, 3, 2]);
});

test('definitions that came early, with a range, are taken once', () => {
  const writer = new FoldWriter();
  const model = new StackModel();
  const [first, second] = [writer.fold(['a;b 1']), writer.fold(['a;c 2'])];
  model.add(first!);
  assert.equal(model.definitions.add(second!.stacks!), true);
  assert.equal(model.add(second!), 'added');
  assert.deepEqual([model.definitions.nodeCount, model.definitions.seriesCount], [4, 2]);
});

test('definitions that come in folds of no ticks, because they are many, count nothing', () => {
  const model = new StackModel();
  const whole = new FoldWriter().fold(['a;b 1', 'a;c 2']);
  const stacks = whole.stacks!;
  const none = { parents: [], nodeFrames: [], contexts: [], seriesContexts: [], seriesNodes: [], seriesQualities: [] };
  const ahead = { ...whole, to: 0, endMs: 0, counts: [], slots: [], stacks: { ...stacks, ...none, series: [], counts: [] } };
  assert.equal(model.add(ahead), 'known');
  assert.deepEqual([model.definitions.frames.length, model.cursor, model.whole.generated], [3, 0, 0]);
  assert.equal(model.add({ ...whole, stacks: { ...stacks, firstFrame: 3, frames: [] } }), 'added');
  assert.deepEqual([model.definitions.nodeCount, model.definitions.frames.length, model.whole.generated], [4, 3, 3]);
});

test('definitions that leave a hole are refused, and asked for again', () => {
  const writer = new FoldWriter();
  writer.fold(['a;b 1']);
  const model = new StackModel();
  const late = writer.fold(['a;c 2']);
  assert.equal(model.add({ ...late, from: 0, to: 2 }), 'gap');
  assert.deepEqual([model.definitions.nodeCount, model.cursor], [1, 0]);
});

test('a copy stays as it was, and what came since is the difference', () => {
  const writer = new FoldWriter();
  const model = new StackModel();
  model.add(writer.fold(['a 3'], {}, { losses: [{ cause: 'ringFull', reason: 'r', count: 2 }] }));
  const copy = model.whole.clone();
  model.add(writer.fold(['a 4', 'b 1'], {}, { losses: [{ cause: 'mapFull', reason: 'm', count: 1 }] }));
  assert.equal(copy.counts[0], 3);
  const since = model.whole.since(copy);
  assert.deepEqual([...since.counts.slice(0, 2)], [4, 1]);
  assert.deepEqual([since.startMs, since.endMs, since.generated, since.lost], [100, 200, 5, 1]);
  assert.deepEqual([...since.losses.keys()], ['mapFull']);
});

test('the rate is that of the last full second, and of none once ended', () => {
  const writer = new FoldWriter();
  const model = new StackModel();
  for (let i = 0; i < 15; i++) {
    model.add(writer.fold([`a ${i < 10 ? 2 : 50}`]));
  }
  assert.deepEqual([...model.lastSecond()!], [20]);
  model.ended = true;
  assert.equal(model.lastSecond(), null);
});

test('a long fold counts in the last second by its part', () => {
  const writer = new FoldWriter();
  const model = new StackModel();
  model.add({ ...writer.fold(['a 400']), endMs: 4000 });
  assert.deepEqual([...model.lastSecond()!], [100]);
});

test('quality is told in shares of all events, with the modules where chains broke', () => {
  const writer = new FoldWriter();
  const model = new StackModel();
  model.add(writer.fold(['main;f 80']));
  model.add(writer.fold(['lost@/lib/libcrypto.so.3;f 15', 'lost@/lib/libc.so.6;f 3'], { quality: Quality.Broken }));
  model.add(writer.fold(['[unknown] 2'], { quality: Quality.Unresolved }));
  assert.equal(qualityWords(sumQuality(model.definitions, model.whole)),
    'of all stacks 2.0 % unresolved, 18.0 % probably broken (in libcrypto.so.3, libc.so.6)');
  assert.equal(qualityWords(sumQuality(model.definitions, new StackCounts())), '');
});

test('a kernel frame at the bottom is not blamed for a broken chain', () => {
  const writer = new FoldWriter();
  const model = new StackModel();
  model.add(writer.fold(['entry_k;sys_k 5'], { quality: Quality.Broken }));
  assert.deepEqual(sumQuality(model.definitions, model.whole).breakers, []);
});

test('losses are told by cause', () => {
  const counts = StackCounts.of(new FoldWriter().fold(['a 1'], {}, { losses: [
    { cause: 'mapFull', reason: 'not counted: the map of counts was full', count: 1200 }, { cause: 'x', reason: 'not counted: why', count: 1 }] }));
  assert.equal(lossWords(counts), '1,200 not counted: the map of counts was full; 1 not counted: why');
  assert.equal(lossWords(new StackCounts()), 'nothing lost');
});
