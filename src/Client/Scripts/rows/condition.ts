import type { Column } from './columns';
import type { RowCell } from './row-data';

/** Longer texts make no condition that anyone could read. */
const longest = 300;

/** "comm == "curl"": the events that have this value, or those that do not. Null where there is nothing to compare with. */
export function condition(column: Column, cell: RowCell | null, isSame: boolean): string | null {
  if (!cell || cell.isFault || !column.isFilterable || cell.text.length > longest) {
    return null;
  }
  return `${column.key} ${isSame ? '==' : '!='} ${literal(column, cell)}`;
}

/** Both must hold. */
export function bothOf(filter: string, added: string): string {
  const old = filter.trim();
  if (old === '' || old === added) {
    return added;
  }
  return `${/\|\||\?/.test(old) ? `(${old})` : old} && ${added}`;
}

/** A text as the filter language writes it: as C does, with octal escapes, which alone have a fixed length. */
export function quoted(text: string): string {
  const escaped = text.replace(/[\\"]/g, '\\$&').replace(/[\x00-\x1f\x7f]/g, character =>
    named[character] ?? `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return `"${escaped}"`;
}

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };

function literal({ isNumber }: Column, { text, raw }: RowCell): string {
  // The text first: of what came from the network, the raw value has its bytes in the other order.
  const value = [text, raw ?? ''].find(each => /^-?(0x[0-9a-f]+|\d+(\.\d+)?)$/i.test(each));
  return isNumber && value !== undefined ? value : quoted(text);
}
