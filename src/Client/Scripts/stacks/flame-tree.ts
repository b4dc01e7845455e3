import { visibleText } from '../visible-text';
import { IntList } from './int-list';
import { PairTable } from './pair-table';
import { actsOn, Act, groupOf, type Shape } from './shape';
import type { FrameInfo } from './stack-fold';
import type { StackDefinitions } from './stack-definitions';

/** States of a place in the stacks that is not a node of the tree: left out; or outside of what is focused, so far. */
const dropped = -1;
const outside = -2;

interface Group {
  /** The node its stacks begin under. */
  root: number;
  /** From a node of the definitions to the node of this tree. */
  known: Map<number, number>;
}

/**
 * The stacks of a session as a tree of one shape: a node is a path, and keeps its number for as long as the tree
 * lives, whatever is counted. A parent's number is smaller than its children's; 0 is the root.
 */
export class FlameTree {
  readonly parents = new IntList();
  /** By node: the frame; below zero the root (-1) and groups. */
  readonly frames = new IntList();
  readonly depths = new IntList();
  /** By node: 1 where no caller is the same function, so that recursion is not counted twice. */
  readonly outermost = new IntList();
  readonly firstChildren = new IntList();
  readonly siblings = new IntList();
  /** By series: its node, or -1 where it is left out. */
  readonly seriesNodes = new IntList();

  readonly #children = new PairTable(node => this.parents.at(node), node => this.frames.at(node));
  readonly #groups = new Map<string, Group>();
  readonly #groupLabels: string[] = [];
  readonly #acts = new IntList();
  readonly #trail: number[] = [];

  constructor(readonly definitions: StackDefinitions, readonly shape: Shape) {
    this.#append(-1, -1);
  }

  get nodeCount(): number {
    return this.parents.length;
  }

  /** Takes in the series that are new; until then at most, so that a large tree is grown in slices. */
  grow(until = Infinity): boolean {
    const { definitions } = this;
    while (this.#acts.length < definitions.frames.length) {
      this.#acts.push(actsOn(this.shape, definitions.frames[this.#acts.length]!.name));
    }
    for (let series = this.seriesNodes.length; series < definitions.seriesCount; series++) {
      if (series % 256 === 0 && performance.now() > until) {
        return false;
      }
      const group = this.#group(definitions.seriesContexts.at(series));
      this.seriesNodes.push(this.#place(group, definitions.seriesNodes.at(series)));
    }
    return true;
  }

  label(node: number): string {
    const frame = this.frames.at(node);
    return frame >= 0 ? this.definitions.label(frame) : frame === -1 ? 'all' : this.#groupLabels[-2 - frame]!;
  }

  /** The frame of a node; null for the root and for groups. */
  frame(node: number): FrameInfo | null {
    const frame = this.frames.at(node);
    return frame >= 0 ? this.definitions.frames[frame]! : null;
  }

  /** The names from the root's child down to the node. */
  path(node: number): string[] {
    const path: string[] = [];
    for (let at = node; at > 0; at = this.parents.at(at)) {
      path.push(this.label(at));
    }
    return path.reverse();
  }

  /** The node of a path, or the last one of it that is there yet, and how many names of it were found. */
  resolve(path: readonly string[], nameOf = (label: string) => label): { node: number; found: number } {
    let node = 0;
    for (let found = 0; found < path.length; found++) {
      const child = this.#childNamed(node, path[found]!, nameOf);
      if (child === 0) {
        return { node, found };
      }
      node = child;
    }
    return { node, found: path.length };
  }

  *childrenOf(node: number): Generator<number> {
    for (let child = this.firstChildren.at(node); child !== 0; child = this.siblings.at(child)) {
      yield child;
    }
  }

  #childNamed(node: number, name: string, nameOf: (label: string) => string): number {
    for (let child = this.firstChildren.at(node); child !== 0; child = this.siblings.at(child)) {
      if (nameOf(this.label(child)) === name) {
        return child;
      }
    }
    return 0;
  }

  #group(context: number): Group {
    const { key, label } = groupOf(this.shape.group, this.definitions.contexts[context]!);
    const known = this.#groups.get(key);
    if (known) {
      return known;
    }
    const isGrouped = this.shape.group !== 'none';
    const root = isGrouped ? this.#append(0, -1 - this.#groupLabels.push(visibleText(label))) : 0;
    const group = { root, known: new Map([[0, this.shape.focus === null ? root : outside]]) };
    this.#groups.set(key, group);
    return group;
  }

  #place(group: Group, node: number): number {
    const place = this.shape.callers ? this.#placeReversed(group, node) : this.#placeForward(group, node);
    return Math.max(place, -1);
  }

  /** From the callee up to the first caller whose place is known, and down again. */
  #placeForward(group: Group, node: number): number {
    const { parents, nodeFrames } = this.definitions;
    const trail = this.#trail;
    let at = node;
    let place = group.known.get(at);
    for (; place === undefined; place = group.known.get(at)) {
      trail.push(at);
      at = parents.at(at);
    }
    while (trail.length > 0) {
      at = trail.pop()!;
      place = this.#step(group, place, nodeFrames.at(at));
      group.known.set(at, place);
    }
    return place;
  }

  #step(group: Group, place: number, frame: number): number {
    const acts = this.#acts.at(frame);
    if (place === dropped || acts & Act.Drop) {
      return dropped;
    }
    if (place === outside) {
      return acts & Act.Focus ? this.#child(group.root, frame) : outside;
    }
    const leavesOut = acts & Act.Merge || (acts & Act.Collapse && this.#isOnPath(place, frame));
    return leavesOut ? place : this.#child(place, frame);
  }

  #placeReversed(group: Group, node: number): number {
    const known = group.known.get(node);
    if (known !== undefined && node !== 0) {
      return known;
    }
    const frames = this.#framesOf(node);
    let place = frames === null ? dropped : group.root;
    for (let i = (frames?.length ?? 0) - 1; i >= 0; i--) {
      place = this.#child(place, frames![i]!);
    }
    group.known.set(node, place);
    return place;
  }

  /** The frames of a stack that are left by the shape, outermost first; those behind the focused one are not asked for. */
  #framesOf(node: number): number[] | null {
    const { parents, nodeFrames } = this.definitions;
    const stack: number[] = [];
    for (let at = node; at > 0; at = parents.at(at)) {
      stack.push(nodeFrames.at(at));
    }
    const kept: number[] = [];
    let isFocused = false;
    for (let frame = stack.pop(); frame !== undefined; frame = stack.pop()) {
      const acts = this.#acts.at(frame);
      if (acts & Act.Drop) {
        return null;
      }
      if (!isFocused && !(acts & Act.Merge) && !(acts & Act.Collapse && this.#isAmong(kept, frame))) {
        kept.push(frame);
      }
      isFocused ||= (acts & Act.Focus) !== 0;
    }
    return this.shape.focus === null || isFocused ? kept : null;
  }

  #isAmong(frames: readonly number[], frame: number): boolean {
    const { names } = this.definitions;
    return frames.some(each => names.at(each) === names.at(frame));
  }

  #isOnPath(node: number, frame: number): boolean {
    const { names } = this.definitions;
    const name = names.at(frame);
    for (let at = node; at > 0 && this.frames.at(at) >= 0; at = this.parents.at(at)) {
      if (names.at(this.frames.at(at)) === name) {
        return true;
      }
    }
    return false;
  }

  #child(parent: number, frame: number): number {
    const known = this.#children.find(parent, frame);
    return known === -1 ? this.#append(parent, frame) : known;
  }

  #append(parent: number, frame: number): number {
    const node = this.parents.length;
    this.outermost.push(frame >= 0 && this.#isOnPath(parent, frame) ? 0 : 1);
    this.parents.push(parent);
    this.frames.push(frame);
    this.depths.push(parent < 0 ? 0 : this.depths.at(parent) + 1);
    this.firstChildren.push(0);
    this.siblings.push(parent < 0 ? 0 : this.firstChildren.at(parent));
    if (parent >= 0) {
      this.firstChildren.data[parent] = node;
      this.#children.add(node);
    }
    return node;
  }
}

/** Numbers on the nodes of a tree: what ends in a node itself, and what ends in it or below. */
export interface Totals {
  self: Float64Array;
  total: Float64Array;
}

/** Puts counts by series on a tree, in one pass over its arrays. */
export function addUp(tree: FlameTree, counts: Float64Array): Totals {
  const self = new Float64Array(tree.nodeCount);
  const nodes = tree.seriesNodes.data;
  const length = Math.min(counts.length, tree.seriesNodes.length);
  for (let series = 0; series < length; series++) {
    const node = nodes[series]!;
    if (node >= 0) {
      self[node]! += counts[series]!;
    }
  }
  const total = self.slice();
  const parents = tree.parents.data;
  for (let node = tree.nodeCount - 1; node > 0; node--) {
    total[parents[node]!]! += total[node]!;
  }
  return { self, total };
}
