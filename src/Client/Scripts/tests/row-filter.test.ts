import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFilter } from '../row-filter';

const names = ['strlen', 'strcpy', '__strcpy_chk', 'Memcpy', 'syscalls:sys_enter_read', 'a.b+c'];

const cases: [filter: string, found: string[]][] = [
  ['', names],
  ['  ', names],
  ['str', ['strlen', 'strcpy', '__strcpy_chk']],
  ['MEM', ['Memcpy']],
  ['str*', ['strlen', 'strcpy']],
  ['*cpy', ['strcpy', 'Memcpy']],
  ['*:sys_*read', ['syscalls:sys_enter_read']],
  ['a.b+*', ['a.b+c']],
  ['/^str/', ['strlen', 'strcpy']],
  ['/^mem/', []],
  ['/^mem/i', ['Memcpy']],
  ['/cpy$', ['strcpy', 'Memcpy']],
  ['/(len|read)$/', ['strlen', 'syscalls:sys_enter_read']],
];

for (const [filter, found] of cases) {
  test(`filter '${filter}' finds ${found.length} of ${names.length}`, () => {
    const { matches, error } = parseFilter(filter);
    assert.deepEqual(names.filter(matches), found);
    assert.equal(error, undefined);
  });
}

test('an unfinished regular expression hides nothing and says so', () => {
  const filter = parseFilter('/(len');
  assert.ok(filter.error);
  assert.ok(names.every(filter.matches));
});
