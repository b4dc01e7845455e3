/**
 * The stacks over a range of ticks, as the hub sends them: definitions that first appeared in the range, with ids of
 * the whole session, and by how much each series grew. See StackFold in Contracts/Stacks.cs.
 */
export interface StackFold {
  firstFrame: number;
  frames: FrameInfo[];
  /** Nodes count from 1; 0 is the root. */
  firstNode: number;
  /** A parent's id is smaller than its children's. */
  parents: number[];
  nodeFrames: number[];
  firstContext: number;
  contexts: ContextInfo[];
  firstSeries: number;
  seriesContexts: number[];
  seriesNodes: number[];
  seriesQualities: number[];
  series: number[];
  counts: number[];
}

export interface FrameInfo {
  name: string;
  module?: string | null;
  kind: FrameKind;
  /** Hexadecimal, such as "0x1f". */
  offset?: string | null;
  address?: string | null;
}

/** Where a frame's code comes from; the numbers are those of the wire. */
export const enum FrameKind { Kernel, User, Jit, Inlined, UnknownKernel, UnknownUser }

export interface ContextInfo {
  pid: number;
  /** 0 where threads are not told apart. */
  tid: number;
  /** -1 where CPUs are not told apart. */
  cpu: number;
  comm: string;
}

/** What is wrong with a stack: bits, as on the wire. */
export const enum Quality { Unresolved = 1, Truncated = 2, Broken = 4, NoUserStack = 8, NoKernelStack = 16 }

/** Events that were lost for one cause, with the cause in words. */
export interface Loss {
  cause: string;
  reason: string;
  count: number;
}

/** What the command said of stacks. See StackInfo in Contracts/Sessions.cs. */
export interface StackInfo {
  kernel: boolean;
  user: boolean;
  perProcess: boolean;
  singleProcess: boolean;
  byThread: boolean;
  byCpu: boolean;
  offsets: boolean;
  addresses: boolean;
  delimited: boolean;
  folded: boolean;
  sampled: boolean;
  frequency?: number | null;
}

/** Events over time: point i holds ticks [ticks[i], ticks[i+1]), session time from ms[i] to ms[i+1]. */
export interface Timeline {
  ticks: number[];
  ms: number[];
  events: number[];
}

export function isKernel(kind: FrameKind): boolean {
  return kind === FrameKind.Kernel || kind === FrameKind.UnknownKernel;
}

export function isUnknown(kind: FrameKind): boolean {
  return kind === FrameKind.UnknownKernel || kind === FrameKind.UnknownUser;
}
