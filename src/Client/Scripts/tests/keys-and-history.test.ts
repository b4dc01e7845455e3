import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HistoryList } from '../history-list';
import { keyName, worksWhileTyping, type Key } from '../shortcut';

const plain: Key = { key: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

const keys: [Partial<Key>, string][] = [
  [{ key: '?', shiftKey: true }, '?'],
  [{ key: '/' }, '/'],
  [{ key: '/', shiftKey: true }, '/'],
  [{ key: ' ' }, 'Space'],
  [{ key: 's' }, 's'],
  [{ key: 'S', shiftKey: true }, 'Shift+S'],
  [{ key: 'S' }, 's'],
  [{ key: 'Enter', ctrlKey: true }, 'Ctrl+Enter'],
  [{ key: 'Enter', metaKey: true }, 'Ctrl+Enter'],
  [{ key: 'ArrowUp', shiftKey: true }, 'Shift+ArrowUp'],
  [{ key: 's', altKey: true }, 'Alt+s'],
];

for (const [event, name] of keys) {
  test(`${JSON.stringify(event)} is ${name}`, () => assert.equal(keyName({ ...plain, ...event }), name));
}

test('while typing only shortcuts with Ctrl work', () => {
  assert.deepEqual(['Ctrl+Enter', '/', 'Space', 'Shift+S'].map(worksWhileTyping), [true, false, false, false]);
});

test('the history goes back and returns to what was being typed', () => {
  const list = new HistoryList(['first', 'second']);
  assert.deepEqual(
    [list.move(-1, 'dra'), list.move(-1, 'second'), list.move(-1, 'first'), list.move(1, ''), list.move(1, '')],
    ['second', 'first', null, 'second', 'dra']);
});

test('a command that is run again moves to the end', () => {
  const list = new HistoryList(['a', 'b', 'c']);
  assert.deepEqual(list.add('a'), ['b', 'c', 'a']);
  assert.equal(list.move(-1, ''), 'a');
});

test('the oldest commands are forgotten', () => {
  assert.deepEqual(new HistoryList(['a', 'b'], 2).add('c'), ['b', 'c']);
});
