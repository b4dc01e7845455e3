import type { FlameTree } from './flame-tree';
import { isKernel } from './stack-fold';

/** Where the graph is enlarged: a node, and how often its small callees were opened. */
export interface Zoom {
  node: number;
  /** 0: all callees; 1: only those too narrow to be drawn then; 2: those too narrow among these; and so on. */
  rest: number;
}

export type Order = 'name' | 'weight';

export interface LayoutOptions {
  zoom: Zoom;
  /** Width of the whole graph in pixels. */
  width: number;
  /** Frames narrower than this many pixels are drawn as one with their like. */
  minWidth: number;
  order: Order;
  /** Whether the zoomed frame is drawn without its callers. */
  alone?: boolean;
  /** Whether a row "--" stands between user and kernel frames (`-d`). */
  delimited?: boolean;
  /** With more boxes than this the layout is of no use, and is not finished. */
  most?: number;
}

/** One box to be drawn. */
export interface Box {
  /** The tree's node; a box of merged siblings has the complement (~) of their caller's; see also `delimiterId`. */
  id: number;
  node: number;
  name: string;
  value: number;
  children: Box[];
  /** A caller of what is zoomed: full width, faded. */
  fade: boolean;
  /** The nodes it stands for, if it stands for those too narrow to be drawn. */
  merged: readonly number[];
  /** Whether it is no frame, but stands where user code calls the kernel. */
  delimiter: boolean;
  /** Callees that are so narrow that not even a box for all of them is drawn. */
  unseen: { frames: number; value: number };
}

export interface Layout {
  root: Box;
  /** Without the root. */
  boxes: number;
  /** Rows of boxes, the root's included. */
  rows: number;
}

/**
 * Only what can be seen, of however large a tree: the callers of what is zoomed, and of its callees those that are wide
 * enough, their like merged. Nothing is left out: a box's value is the sum of its children's and of what it has itself.
 */
export function layOut(tree: FlameTree, total: Float64Array, options: LayoutOptions): Layout {
  return new Layouter(tree, total, options).layOut();
}

class Layouter {
  #boxes = 0;
  #depth = 0;
  /** Pixels of one counted event. */
  #scale = 0;

  constructor(
    private readonly tree: FlameTree, private readonly total: Float64Array, private readonly options: LayoutOptions) {}

  layOut(): Layout {
    const { zoom, width } = this.options;
    const callees = this.#zoomedCallees();
    const whole = zoom.rest > 0 ? this.#sum(callees) : this.total[zoom.node]!;
    this.#scale = whole > 0 ? width / whole : 0;
    const zoomed = this.#box(zoom.node, whole || 1); // where nothing was counted, its place is still to be seen
    zoomed.fade = zoom.rest > 0;
    this.#fill(zoomed, callees, this.tree.depths.at(zoom.node));
    const { alone = false } = this.options;
    const root = alone ? zoomed : this.#underCallers(zoomed);
    const rows = this.#depth + 1 - (alone ? this.tree.depths.at(zoom.node) : 0);
    return { root, boxes: this.#boxes, rows };
  }

  /** The callees of the zoomed node; of these, as often as asked, those too narrow to be drawn. */
  #zoomedCallees(): number[] {
    const { zoom, width, minWidth } = this.options;
    let callees = this.#counted(zoom.node);
    let whole = this.total[zoom.node]!;
    for (let i = 0; i < zoom.rest; i++) {
      const most = (whole / width) * minWidth;
      callees = callees.filter(node => this.total[node]! < most);
      whole = this.#sum(callees);
    }
    return callees;
  }

  /** Fills a box with the callees; those across the border of the kernel, if it is drawn, behind it. */
  #fill(box: Box, callees: readonly number[], depth: number): void {
    const across = callees.filter(node => this.#crosses(box.node, node));
    const value = this.#sum(across);
    if (across.length === 0 || value * this.#scale < this.options.minWidth) {
      this.#fillPlain(box, callees, depth);
      return;
    }
    const delimiter = this.#delimiter(box.node, value);
    box.children.push(delimiter);
    this.#fillPlain(delimiter, across, depth + 1);
    this.#fillPlain(box, callees.filter(node => !this.#crosses(box.node, node)), depth);
  }

  /** Wide callees each for itself, in order, the others as one behind them. */
  #fillPlain(box: Box, callees: readonly number[], depth: number): void {
    this.#depth = Math.max(this.#depth, depth);
    const least = this.options.minWidth / (this.#scale || 1);
    const wide = callees.filter(node => this.total[node]! >= least && this.#scale > 0);
    for (const node of inOrder(wide, this.tree, this.total, this.options.order)) {
      if (this.#boxes > (this.options.most ?? Infinity)) {
        return;
      }
      const child = this.#box(node, this.total[node]!);
      box.children.push(child);
      this.#fill(child, this.#counted(node), depth + 1);
    }
    if (wide.length < callees.length) {
      const isDrawn = new Set(wide);
      this.#merge(box, callees.filter(node => !isDrawn.has(node)), least, depth + 1);
    }
  }

  #crosses(caller: number, callee: number): boolean {
    return this.options.delimited === true && crossesIntoKernel(this.tree, caller, callee);
  }

  #delimiter(caller: number, value: number): Box {
    this.#boxes++;
    return { ...emptyBox(delimiterId(caller), caller), name: '--', value, delimiter: true };
  }

  #merge(box: Box, merged: readonly number[], least: number, depth: number): void {
    const value = this.#sum(merged);
    const frames = merged.length;
    if (value < least) {
      box.unseen = { frames, value };
      return;
    }
    this.#boxes++;
    this.#depth = Math.max(this.#depth, depth);
    const share = this.total[0]! > 0 ? (100 * value) / this.total[0]! : 0;
    const name = `… ${frames} ${frames === 1 ? 'frame' : 'frames'}, ${share < 0.1 ? '<0.1' : share.toFixed(1)} %`;
    const id = box.delimiter ? box.id - 1 : ~box.node;
    box.children.push({ ...emptyBox(id, box.node), name, value, merged });
  }

  /** The callers above the zoomed box, each as wide as it. */
  #underCallers(zoomed: Box): Box {
    let box = zoomed;
    for (let node = this.tree.parents.at(zoomed.node); node >= 0; node = this.tree.parents.at(node)) {
      const caller = this.#box(node, zoomed.value);
      caller.fade = true;
      caller.children.push(this.#crosses(node, box.node) ? this.#fadedDelimiter(node, box) : box);
      box = caller;
    }
    return box;
  }

  #fadedDelimiter(caller: number, box: Box): Box {
    this.#depth++;
    return { ...this.#delimiter(caller, box.value), fade: true, children: [box] };
  }

  #box(node: number, value: number): Box {
    this.#boxes++;
    return { ...emptyBox(node, node), name: this.tree.label(node), value };
  }

  #counted(node: number): number[] {
    const counted: number[] = [];
    const { data: first } = this.tree.firstChildren;
    const { data: next } = this.tree.siblings;
    for (let child = first[node]!; child !== 0; child = next[child]!) {
      if (this.total[child]! > 0) {
        counted.push(child);
      }
    }
    return counted;
  }

  #sum(nodes: readonly number[]): number {
    return nodes.reduce((sum, node) => sum + this.total[node]!, 0);
  }
}

/** Far from those of nodes and their complements; one less is the box of what is merged behind it. */
export function delimiterId(caller: number): number {
  return -(2 ** 40) - 2 * caller;
}

/** Whether one of two frames that call each other is the kernel's and the other is not. */
export function crossesIntoKernel(tree: FlameTree, caller: number, callee: number): boolean {
  const [a, b] = [tree.frame(caller), tree.frame(callee)];
  return a !== null && b !== null && isKernel(a.kind) !== isKernel(b.kind);
}

/** Whether a box is one frame, neither several nor none. */
export function isFrame(box: Box): boolean {
  return box.merged.length === 0 && !box.delimiter;
}

/** A box without anything in it. */
export function emptyBox(id: number, node: number): Box {
  return { id, node, name: '', value: 0, children: [], fade: false, merged: [], delimiter: false, unseen: { frames: 0, value: 0 } };
}

/** Sorts siblings as they are drawn, from left to right. */
export function inOrder(nodes: number[], tree: FlameTree, total: Float64Array, order: Order): number[] {
  const byName = (a: number, b: number) => compare(tree.label(a), tree.label(b)) || a - b;
  return nodes.sort(order === 'name' ? byName : (a, b) => total[b]! - total[a]! || byName(a, b));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Pixels: one of colour, and one that parts it from the next. */
const narrowest = 2;

/**
 * Finds how narrow a box may be so that no more than `most` are drawn, and stays with what it found until far fewer
 * are: otherwise boxes at the limit would come and go with every update.
 */
export class WidthLimit {
  #minWidth = narrowest;

  constructor(private readonly most: number) {}

  layOut(tree: FlameTree, total: Float64Array, options: Omit<LayoutOptions, 'minWidth'>): Layout {
    const { most } = this;
    let layout = layOut(tree, total, { ...options, most, minWidth: this.#minWidth });
    if (layout.boxes < this.most / 3 && this.#minWidth > narrowest) {
      this.#minWidth = narrowest;
      layout = layOut(tree, total, { ...options, most, minWidth: narrowest });
    }
    while (layout.boxes > most && this.#minWidth < options.width) {
      this.#minWidth *= 1.5;
      layout = layOut(tree, total, { ...options, most, minWidth: this.#minWidth });
    }
    // A tree deeper than that has no narrower way to be drawn.
    return layout.boxes > most ? layOut(tree, total, { ...options, minWidth: this.#minWidth }) : layout;
  }
}
