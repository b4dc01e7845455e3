import { Node } from 'd3-hierarchy';
import type { Box } from './flame-layout';

/** Pixels that the drawing is wide. */
export interface Canvas {
  width: number;
}

/**
 * A box as d3 lays it out. Its edges are on whole pixels: they are sharp, and boxes that moved by less than one are not
 * drawn again.
 */
export class DrawnNode extends Node<Box> {
  /** What d3-flame-graph joins boxes by. */
  readonly id: number;
  parent: DrawnNode | null = null;
  children?: DrawnNode[];
  #x0 = 0;
  #x1 = 0;

  constructor(box: Box, private readonly canvas: Canvas) {
    super(box);
    this.id = box.id;
  }

  get x0(): number {
    return this.#x0;
  }

  set x0(value: number) {
    this.#x0 = this.#snap(value);
  }

  get x1(): number {
    return this.#x1;
  }

  set x1(value: number) {
    this.#x1 = this.#snap(value);
  }

  /** In pixels. */
  get width(): number {
    return Math.round((this.#x1 - this.#x0) * this.canvas.width);
  }

  #snap(value: number): number {
    return Math.round(value * this.canvas.width) / this.canvas.width;
  }
}

/** The tree of boxes as d3's partition wants it, in the order in which it walks it. */
export function drawnNodes(root: Box, canvas: Canvas): DrawnNode[] {
  const all: DrawnNode[] = [];
  const draw = (box: Box, parent: DrawnNode | null): DrawnNode => {
    const node = new DrawnNode(box, canvas);
    node.parent = parent;
    node.depth = parent ? parent.depth + 1 : 0;
    all.push(node);
    if (box.children.length > 0) {
      node.children = box.children.map(child => draw(child, node));
      node.height = 1 + Math.max(...node.children.map(child => child.height));
    }
    return node;
  };
  draw(root, null);
  return all;
}
