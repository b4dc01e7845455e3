import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

// Names come from the kernel and from files that anyone may have written: they must never be parsed as markup.
test('no script can turn a name into markup', () => {
  const offenders = readdirSync('Scripts', { recursive: true, encoding: 'utf8' })
    .filter(file => !file.startsWith('tests'))
    .filter(file => file.endsWith('.ts'))
    .filter(file => /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|eval\(/.test(
      readFileSync(`Scripts/${file}`, 'utf8')));
  assert.deepEqual(offenders, []);
});
