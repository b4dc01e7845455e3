import type { Norm } from './change';
import type { Order } from './flame-layout';
import type { ColorMode } from './frame-colors';
import { plainShape, type Shape } from './shape';

export type Tab = 'graph' | 'table' | 'sandwich' | 'tree';

/** A stretch of the session, in ticks: from the first, up to but without the last. */
export interface TickRange {
  from: number;
  to: number;
}

/** All that decides what is to be seen of a session's stacks. Never altered: what changes is a new one. */
export interface ViewState {
  readonly tab: Tab;
  /** The names of the zoomed frame and its callers, outermost first. */
  readonly zoom: readonly string[];
  /** How often the small callees of the zoomed frame were opened. */
  readonly rest: number;
  readonly search: string;
  /** Null: everything, live. */
  readonly range: TickRange | null;
  /** Growing downwards. */
  readonly icicle: boolean;
  readonly order: Order;
  readonly colors: ColorMode;
  readonly shape: Shape;
  /** The function in the sandwich. */
  readonly subject: string | null;
  readonly norm: Norm;
  /** What is compared with; null: nothing. */
  readonly baseline: TickRange | null;
}

export const plainView: ViewState = {
  tab: 'graph', zoom: [], rest: 0, search: '', range: null, icicle: false, order: 'name', colors: 'kind',
  shape: plainShape, subject: null, norm: 'second', baseline: null,
};

export function sameRange(a: TickRange | null | undefined, b: TickRange | null | undefined): boolean {
  return a?.from === b?.from && a?.to === b?.to;
}

/** Whether two shapes are of one tree. */
export function sameShape(a: Shape, b: Shape): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
