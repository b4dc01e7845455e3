import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Numbers } from '../fold';
import { clickedSort, defaultSort, holdOrder, sortRows, type Named } from '../row-order';

const rows: Named[] = ['write', 'read', 'open', 'close'].map((name, slot) => ({ slot, name }));

function numbers(counts: number[]): Numbers {
  return { total: 0, totalRate: 0, count: slot => counts[slot] ?? 0, rate: slot => -(counts[slot] ?? 0) };
}

function names(ordered: readonly Named[]): string {
  return ordered.map(row => row.name).join(' ');
}

test('most frequent first, equal ones by name', () => {
  assert.equal(names(sortRows(rows, numbers([5, 9, 5, 5]), defaultSort)), 'read close open write');
});

test('equal ones stay by name whichever way the column is sorted', () => {
  const ascending = { key: 'count', descending: false } as const;
  assert.equal(names(sortRows(rows, numbers([5, 9, 5, 5]), ascending)), 'close open write read');
});

test('rows of one name stay by slot', () => {
  const twins = [2, 0, 1].map(slot => ({ slot, name: 'memcpy' }));
  assert.deepEqual(sortRows(twins, numbers([]), defaultSort).map(row => row.slot), [0, 1, 2]);
});

test('rates sort by rate and names by name', () => {
  assert.equal(names(sortRows(rows, numbers([1, 2, 3, 4]), { key: 'rate', descending: true })), 'write read open close');
  assert.equal(names(sortRows(rows, numbers([]), { key: 'name', descending: false })), 'close open read write');
});

test('a second click turns the order round, another column starts its natural way', () => {
  assert.deepEqual(clickedSort(defaultSort, 'count'), { key: 'count', descending: false });
  assert.deepEqual(clickedSort(defaultSort, 'name'), { key: 'name', descending: false });
  assert.deepEqual(clickedSort({ key: 'name', descending: false }, 'rate'), { key: 'rate', descending: true });
});

test('a held order does not move, drops what left and adds what came at the end', () => {
  const [write, read, open, close] = rows as [Named, Named, Named, Named];
  assert.equal(names(holdOrder([write, read, open], [close, open, write])), 'write open close');
});
