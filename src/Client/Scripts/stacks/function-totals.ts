import type { FlameTree, Totals } from './flame-tree';

/** Numbers by function, in the order of the definitions' names. */
export interface FunctionTotals {
  self: Float64Array;
  /** In it and in what it calls; calls within itself count once. */
  total: Float64Array;
}

/** Sums up by function what is in and below a node. */
export function functionTotals(tree: FlameTree, totals: Totals, top: number): FunctionTotals {
  const { names } = tree.definitions;
  const count = tree.definitions.nameTexts.length;
  const sums = { self: new Float64Array(count), total: new Float64Array(count) };
  const inside = new Uint8Array(tree.nodeCount);
  inside[top] = 1;
  const { parents, frames, outermost } = tree;
  for (let node = Math.max(1, top); node < tree.nodeCount; node++) {
    inside[node]! |= inside[parents.data[node]!]!;
    const frame = frames.data[node]!;
    if (inside[node] === 0 || frame < 0 || totals.total[node] === 0) {
      continue;
    }
    const name = names.data[frame]!;
    sums.self[name]! += selfOf(tree, totals, node);
    if (outermost.data[node] === 1 || isOutermostBelow(tree, node, top)) {
      sums.total[name]! += totals.total[node]!;
    }
  }
  return sums;
}

/** In a tree of callers the innermost frame is not a leaf: it is where the stack begins. */
function selfOf(tree: FlameTree, { self, total }: Totals, node: number): number {
  const isStart = () => tree.frames.at(tree.parents.at(node)) < 0;
  return tree.shape.callers ? (isStart() ? total[node]! : 0) : self[node]!;
}

function isOutermostBelow(tree: FlameTree, node: number, top: number): boolean {
  const { names } = tree.definitions;
  const name = names.at(tree.frames.at(node));
  for (let at = node; at !== top;) {
    at = tree.parents.at(at);
    const frame = tree.frames.at(at);
    if (frame >= 0 && names.at(frame) === name) {
      return false;
    }
  }
  return true;
}
