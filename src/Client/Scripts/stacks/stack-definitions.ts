import { visibleText } from '../visible-text';
import { IntList } from './int-list';
import type { ContextInfo, FrameInfo, StackFold } from './stack-fold';

/**
 * What the numbers of a session's stacks stand for: frames, nodes, contexts, series. It only ever grows, so that all
 * views of a session (live, frozen, a range, a baseline) share one.
 */
export class StackDefinitions {
  readonly frames: FrameInfo[] = [];
  readonly contexts: ContextInfo[] = [];
  /** By node; node 0 is the root. */
  readonly parents = new IntList();
  readonly nodeFrames = new IntList();
  /** By node: the outermost node of its stack. */
  readonly tops = new IntList();
  readonly seriesContexts = new IntList();
  readonly seriesNodes = new IntList();
  readonly seriesQualities = new IntList();
  /** By frame: the number of its function's name, so that functions are compared without comparing texts. */
  readonly names = new IntList();
  readonly nameTexts: string[] = [];
  /** By name: the first frame that has it. */
  readonly nameFrames = new IntList();
  /** By name: 1 where functions of several modules have it. */
  readonly nameIsShared = new IntList();
  readonly #nameIds = new Map<string, number>();
  readonly #labels: string[] = [];

  constructor() {
    this.#addNode(-1, -1);
  }

  get nodeCount(): number {
    return this.parents.length;
  }

  get seriesCount(): number {
    return this.seriesNodes.length;
  }

  /** Takes what is new; false if definitions before it are missing, and then it takes nothing. */
  add(fold: StackFold): boolean {
    const skips = [
      this.frames.length - fold.firstFrame, this.nodeCount - fold.firstNode,
      this.contexts.length - fold.firstContext, this.seriesCount - fold.firstSeries,
    ] as const;
    if (skips.some(skip => skip < 0)) {
      return false;
    }
    const [frames, nodes, contexts, series] = skips;
    fold.frames.slice(frames).forEach(frame => this.#addFrame(frame));
    for (let i = nodes; i < fold.parents.length; i++) {
      this.#addNode(fold.parents[i]!, fold.nodeFrames[i]!);
    }
    fold.contexts.slice(contexts).forEach(context => this.contexts.push(context));
    for (let i = series; i < fold.seriesNodes.length; i++) {
      this.seriesContexts.push(fold.seriesContexts[i]!);
      this.seriesNodes.push(fold.seriesNodes[i]!);
      this.seriesQualities.push(fold.seriesQualities[i]!);
    }
    return true;
  }

  /** A frame as it is shown, and as a path names it. */
  label(frame: number): string {
    return this.#labels[frame] ??= labelOf(this.frames[frame]!);
  }

  nameId(name: string): number | undefined {
    return this.#nameIds.get(name);
  }

  #addFrame(frame: FrameInfo): void {
    let id = this.#nameIds.get(frame.name);
    if (id === undefined) {
      id = this.nameTexts.push(frame.name) - 1;
      this.#nameIds.set(frame.name, id);
      this.nameFrames.push(this.frames.length);
      this.nameIsShared.push(0);
    } else if (this.frames[this.nameFrames.at(id)]!.module !== frame.module) {
      this.nameIsShared.data[id] = 1;
    }
    this.frames.push(frame);
    this.names.push(id);
  }

  #addNode(parent: number, frame: number): void {
    this.tops.push(parent > 0 ? this.tops.at(parent) : this.parents.length);
    this.parents.push(parent);
    this.nodeFrames.push(frame);
  }
}

function labelOf(frame: FrameInfo): string {
  return visibleText(frame.name) + (frame.offset ? `+${frame.offset}` : '') + (frame.address ? ` ${frame.address}` : '');
}
