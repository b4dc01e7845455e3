import type { FrameInfo } from '../stacks/stack-fold';

/** How a session's events are shown one by one. This and what follows is as in Contracts/Rows.cs. */
export interface RowInfo {
  columns: ValueColumn[];
  hasMessage: boolean;
  hasStacks: boolean;
  showTime: string;
  showCpu: boolean;
  /** Whether equal events are counted unless the user wants otherwise (`-A`). */
  countEqual: boolean;
}

/** A column of values: its name in filters, the expression as it was typed, its C type. */
export interface ValueColumn {
  name: string;
  label: string;
  type: string;
  isNumber: boolean;
}

export interface RowQuery {
  filter: string | null;
  text: string | null;
  sortBy: string | null;
  descending: boolean;
  /** Only events with smaller numbers: what a paused view has. */
  until: number | null;
  /** How many of the matching events to pass over; negative to count from their end. */
  from: number;
  count: number;
}

/** Most events of one answer. */
export const maxCount = 500;

/** What is wrong with a filter: a span of the text that was sent. */
export interface Problem {
  start: number;
  length: number;
  message: string;
  hint?: string | null;
}

export interface RowPage {
  first: number;
  end: number;
  matches: number;
  looked: number;
  from: number;
  rows: RowView[];
  /** Places of the window whose events were let go of, counted from `from`. */
  gone?: number[] | null;
  problem?: Problem | null;
}

/** Equal events, counted: in which columns they are the same, and which part of the groups is wanted. */
export interface GroupQuery {
  by: string[];
  filter: string | null;
  text: string | null;
  until: number | null;
  from: number;
  count: number;
}

export interface GroupPage {
  first: number;
  end: number;
  groups: number;
  /** Events in groups, and those that would need more groups than the server makes. */
  counted: number;
  beyond: number;
  looked: number;
  from: number;
  rows: { count: number; example: RowView }[];
  problem?: Problem | null;
}

export interface RowView {
  number: number;
  ms: number;
  cpu: number;
  pid: number;
  tid: number;
  comm: string;
  slot: number;
  message?: string | null;
  cells: (RowCell | null)[];
  /** Of equal events: how many they are. */
  count?: number;
}

export interface RowCell {
  text: string;
  raw?: string | null;
  isFault?: boolean;
}

export interface RowDetails {
  row: RowView;
  fields: Record<string, string[]>;
  kernelStack?: FrameInfo[] | null;
  userStack?: FrameInfo[] | null;
  line: string;
}

/** Which events there are, in a fold. */
export interface RowFold {
  first: number;
  end: number;
}
