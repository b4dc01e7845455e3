import type { ContextInfo } from './stack-fold';

export type Grouping = 'none' | 'process' | 'thread' | 'cpu' | 'comm';

/** How stacks are turned into a tree. Functions go by their names; `*` in `recursion` stands for all. */
export interface Shape {
  group: Grouping;
  /** Upside down: from the innermost frame out to its callers. */
  callers: boolean;
  /** Only stacks through this function, which becomes the root. */
  focus: string | null;
  /** Frames left out: what they call hangs on their caller. */
  merged: readonly string[];
  /** Stacks through these are left out. */
  dropped: readonly string[];
  /** Functions whose calls within themselves are left out. */
  recursion: readonly string[];
}

export const plainShape: Shape = { group: 'none', callers: false, focus: null, merged: [], dropped: [], recursion: [] };

/** What the root's children are when grouped: a key that tells groups apart, and what it is called. */
export function groupOf(group: Grouping, { pid, tid, cpu, comm }: ContextInfo): { key: string; label: string } {
  switch (group) {
    case 'process': return { key: String(pid), label: `${comm} [${pid}]` };
    case 'thread': return { key: `${pid}/${tid}`, label: `${comm} [${pid}/${tid}]` };
    case 'cpu': return { key: String(cpu), label: `CPU ${cpu}` };
    case 'comm': return { key: comm, label: comm };
    case 'none': return { key: '', label: '' };
  }
}

/** What a shape does to a frame of a function. */
export const enum Act { Merge = 1, Drop = 2, Collapse = 4, Focus = 8 }

export function actsOn(shape: Shape, name: string): number {
  const collapses = shape.recursion.includes(name) || shape.recursion.includes('*');
  return (shape.merged.includes(name) ? Act.Merge : 0)
    | (shape.dropped.includes(name) ? Act.Drop : 0)
    | (collapses ? Act.Collapse : 0)
    | (shape.focus === name ? Act.Focus : 0);
}
