import type { FrameInfo } from '../stacks/stack-fold';
import type { Column } from './columns';
import type { RowDetails } from './row-data';

/** An event for other programs: every value by the name of its column, as people read it and as the kernel has it. */
export function rowJson({ row, fields, kernelStack, userStack, line }: RowDetails, columns: readonly Column[]): string {
  const values = columns.filter(({ key }) => !['time', 'cpu', 'pid', 'tid'].includes(key)).flatMap(column => {
    const cell = column.cell(row);
    return cell ? [[column.key, valueOf(cell, fields[column.key])] as const] : [];
  });
  const { number, ms, cpu, pid, tid } = row;
  return JSON.stringify({
    number, ms, cpu, pid, tid, ...Object.fromEntries(values),
    ...(kernelStack ? { kernelStack: kernelStack.map(frameText) } : {}),
    ...(userStack ? { userStack: userStack.map(frameText) } : {}),
    line,
  }, null, 2);
}

/** "tcp_sendmsg+0x1f [kernel]". */
export function frameText({ name, offset, module }: FrameInfo): string {
  return `${name}${offset ? `+${offset}` : ''}${module ? ` [${module}]` : ''}`;
}

function valueOf(cell: { text: string; raw?: string | null; isFault?: boolean }, fields?: string[]): unknown {
  const { text, raw, isFault } = cell;
  return raw || isFault || fields?.length
    ? { text, ...(raw ? { raw } : {}), ...(isFault ? { isFault } : {}), ...(fields?.length ? { fields } : {}) } : text;
}
