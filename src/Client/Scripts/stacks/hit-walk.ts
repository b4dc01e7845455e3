import { inOrder } from './flame-layout';
import type { FlameTree } from './flame-tree';
import type { Scene } from './scene';

/** Pixels of a box that its name begins to have room in. */
const legible = 40;

export interface Hit {
  node: number;
  /** Which of all hits it is, from 1. */
  number: number;
  of: number;
}

/** Goes from one frame that a search finds to the next, as they are drawn: callers first, from left to right. */
export class HitWalk {
  #at: { tree: FlameTree; text: string; hit: Hit } | null = null;

  /** The hit that was gone to last, if it still is one. */
  at({ tree, view, found }: Scene): Hit | null {
    const at = this.#at;
    const isStill = at?.tree === tree && at.text === view.search && found?.hits[at.hit.node] && at.hit.number <= found.frames;
    return isStill ? { ...at.hit, of: found.frames } : null;
  }

  /** The next hit, or with -1 the one before, going round; at first the one that is under the zoom, if there is one. */
  step(scene: Scene, by: 1 | -1): Hit | null {
    const { tree, view, zoom } = scene;
    const hits = hitsInOrder(scene);
    const last = this.at(scene);
    const inside = hits.findIndex(node => isUnder(tree, node, zoom.node));
    const index = last ? hits.indexOf(last.node) + by : by === 1 ? Math.max(0, inside) : inside - 1;
    const number = (index + hits.length) % hits.length;
    const node = hits[number];
    if (node === undefined) {
      return null;
    }
    const hit = { node, number: number + 1, of: hits.length };
    this.#at = { tree, text: view.search, hit };
    return hit;
  }
}

/**
 * The frame to zoom to so that a node can be seen that cannot be now: the one under both it and the zoom, or, from
 * there towards the node, the first in which it is wide enough.
 */
export function zoomFor(node: number, { tree, totals: { total }, zoom }: Scene, width: number): number {
  const most = (total[node]! * width) / legible;
  let best = node;
  for (let at = node; at >= 0; at = tree.parents.at(at)) {
    if (total[at]! > most) {
      break;
    }
    best = at;
    if (isUnder(tree, zoom.node, at)) {
      break;
    }
  }
  return best;
}

function hitsInOrder({ tree, totals: { total }, found, view }: Scene): number[] {
  const hits: number[] = [];
  const leads = new Uint8Array(tree.nodeCount); // to a hit: a large tree is not walked where it does not
  for (let node = tree.nodeCount - 1; node > 0; node--) {
    leads[node]! |= found?.hits[node] ?? 0;
    leads[tree.parents.at(node)]! |= leads[node]!;
  }
  const walk = (node: number) => {
    if (found!.hits[node]) {
      hits.push(node);
    }
    const below = [...tree.childrenOf(node)].filter(child => total[child]! > 0 && leads[child]);
    inOrder(below, tree, total, view.order).forEach(walk);
  };
  if (found) {
    walk(0);
  }
  return hits;
}

function isUnder(tree: FlameTree, node: number, top: number): boolean {
  let at = node;
  while (at > top) {
    at = tree.parents.at(at); // smaller than its children's
  }
  return at === top;
}
