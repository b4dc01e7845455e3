import { visibleText } from '../visible-text';
import type { RowCell, RowInfo, RowView } from './row-data';
import { clockTime, sessionTime } from './row-time';

/** A column of the table. `key` is its name in filters and addresses. */
export interface Column {
  key: string;
  label: string;
  title: string;
  isNumber: boolean;
  /** Whether its cells can be made into conditions: times never repeat. */
  isFilterable: boolean;
  /** Whether it can be seen without asking for it. */
  isUsual: boolean;
  /** Whether a click on its head sorts; where nothing is said, it does. */
  isSortable?: boolean;
  cell(row: RowView): RowCell | null;
}

/** What columns must know of the session. */
export interface ColumnSource {
  info: RowInfo;
  /** When the session began, in `Date.now()` time. */
  startedAt: number;
  nameOf(slot: number): string;
}

export function columnsOf({ info, startedAt, nameOf }: ColumnSource): Column[] {
  const fixed = (key: string, title: string, cell: (row: RowView) => RowCell, more: Partial<Column> = {}): Column =>
    ({ key, label: key.toUpperCase(), title, isNumber: false, isFilterable: true, isUsual: true, cell, ...more });
  return [
    fixed('time', 'Session time, in seconds', ({ ms }) => ({ text: sessionTime(ms), raw: clockTime(startedAt, ms) }),
      { isNumber: true, isFilterable: false }),
    fixed('cpu', 'The CPU it happened on', ({ cpu }) => ({ text: String(cpu) }), { isNumber: true, isUsual: info.showCpu }),
    fixed('pid', 'The process', ({ pid }) => ({ text: String(pid) }), { isNumber: true }),
    fixed('tid', 'The thread', ({ tid }) => ({ text: String(tid) }), { isNumber: true }),
    fixed('comm', 'The name of the thread', ({ comm }) => ({ text: comm })),
    fixed('func', 'What was hit', ({ slot }) => ({ text: nameOf(slot) })),
    // In front of the values, as in BCC's lines: several probes have many columns, and each event only some of them.
    ...(info.hasMessage
      ? [fixed('message', 'The event in words', ({ message }) => ({ text: message ?? '' }))] : []),
    ...info.columns.map((value, i): Column => ({
      key: value.name, label: value.label, title: `${value.label}\n${value.type}, in filters: ${value.name}`,
      isNumber: value.isNumber, isFilterable: true, isUsual: true, cell: row => row.cells[i] ?? null,
    })),
  ];
}

/** Characters of a text that a cell takes; the whole is in the details. */
const longestCell = 400;

/** What stands in a cell. */
export function cellText(cell: RowCell): string {
  return visibleText(cell.text.length > longestCell ? `${cell.text.slice(0, longestCell)}…` : cell.text);
}

/** What is said of a cell that is pointed at: the raw value, where it is something else. */
export function cellTitle(cell: RowCell): string {
  const whole = cell.raw && cell.raw !== cell.text ? `${cell.text}\n${cell.raw}` : cell.text;
  return visibleLines(whole.slice(0, 2000));
}

/** As `visibleText`, but lines stay lines. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visibleText).join('\n');
}
