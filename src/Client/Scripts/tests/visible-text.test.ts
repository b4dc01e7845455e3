import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { visibleText } from '../visible-text';

// The same table is put to VisibleText.cs.
const table = JSON.parse(readFileSync('Scripts/tests/visible-text.json', 'utf8')) as { text: string; shown: string }[];

for (const { text, shown } of table) {
  test(`${JSON.stringify(text)} is shown as ${shown}`, () => {
    assert.equal(visibleText(text), shown);
  });
}
