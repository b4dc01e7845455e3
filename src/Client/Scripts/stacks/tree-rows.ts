import type { FlameTree } from './flame-tree';

/** A row of the tree that is to be seen. */
export interface TreeRow {
  /** The node; of a row that stands for more siblings, the complement (~) of their parent. */
  id: number;
  node: number;
  level: number;
  /** Null where there is nothing to expand. */
  expanded: boolean | null;
  /** How many siblings there are, and which of them this is, from 1. */
  setSize: number;
  position: number;
  /** How many siblings the row stands for. */
  more: number;
}

/** Children of a node shown at first; and how many more with each opening of the rest. */
export const pageOfChildren = 50;

/**
 * The rows of a tree of which some nodes are expanded: the children of each, most events first, in pages. `shown` tells
 * how many children of a node are shown where that is more than a page.
 */
export function treeRows(
  tree: FlameTree, total: Float64Array, top: number, expanded: ReadonlySet<number>, shown: ReadonlyMap<number, number>,
): TreeRow[] {
  const rows: TreeRow[] = [];
  const add = (node: number, level: number, position: number, setSize: number) => {
    const children = counted(tree, total, node);
    const isExpanded = expanded.has(node);
    rows.push({ id: node, node, level, position, setSize, more: 0, expanded: children.length > 0 ? isExpanded : null });
    if (isExpanded) {
      addAll(node, children, level + 1);
    }
  };
  const addAll = (parent: number, children: number[], level: number) => {
    const most = shown.get(parent) ?? pageOfChildren;
    const rest = children.length - most;
    const setSize = Math.min(children.length, most + 1);
    children.slice(0, most).forEach((child, index) => add(child, level, index + 1, setSize));
    if (rest > 0) {
      rows.push({ id: ~parent, node: parent, level, position: setSize, setSize, more: rest, expanded: null });
    }
  };
  add(top, 1, 1, 1);
  return rows;
}

function counted(tree: FlameTree, total: Float64Array, node: number): number[] {
  const children = [...tree.childrenOf(node)].filter(child => total[child]! > 0);
  return children.sort((a, b) => total[b]! - total[a]! || a - b);
}

/** The row that a typed text leads to: the next one whose name begins with it, going round. */
export function findTyped(labels: readonly string[], from: number, typed: string): number {
  const wanted = typed.toLowerCase();
  // The first sign goes on to the next row; those that follow may stay where they are.
  const start = typed.length === 1 ? from + 1 : from;
  for (let i = 0; i < labels.length; i++) {
    const at = (start + i) % labels.length;
    if (labels[at]!.toLowerCase().startsWith(wanted)) {
      return at;
    }
  }
  return -1;
}
