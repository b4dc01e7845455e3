import { visibleText } from '../visible-text';
import type { FlameTree, Totals } from './flame-tree';

/** What the search box means. With an `error` it is found as plain text. */
export interface Search {
  readonly text: string;
  matches(label: string): boolean;
  readonly error?: string;
}

/**
 * A text is found anywhere, in any case, as it stands: names are full of brackets. If it has a sign that only a
 * regular expression has a use for (`^ $ * + ? | \` or slashes around it), what that expression finds is found as well.
 */
export function parseSearch(typed: string): Search | null {
  const text = typed.trim();
  if (text === '') {
    return null;
  }
  const literal = visibleText(text).toLowerCase();
  const isIn = (label: string) => label.toLowerCase().includes(literal);
  const [, body, flags] = /^\/(.+)\/(i?)$/s.exec(text) ?? [];
  if (body === undefined && !/[\^$*+?|\\]/.test(text)) {
    return { text, matches: isIn };
  }
  try {
    const pattern = new RegExp(body ?? text, body === undefined ? 'i' : flags);
    return { text, matches: body === undefined ? label => pattern.test(label) || isIn(label) : label => pattern.test(label) };
  } catch {
    return { text, matches: isIn, error: 'not a regular expression yet; looking for the text itself' };
  }
}

/** Which nodes a search finds, and how much was counted in and under them. */
export interface Found {
  /** By node: 1 where the search matches. */
  hits: Uint8Array;
  /** By node: what was counted in matching frames at or below it, nested ones once. */
  below: Float64Array;
  frames: number;
}

/** Remembers by frame whether a search matches: names are looked at once, not at every update. */
export class Searcher {
  readonly #byFrame: (boolean | undefined)[] = [];

  constructor(readonly search: Search) {}

  find(tree: FlameTree, { total }: Totals): Found {
    const count = tree.nodeCount;
    const hits = new Uint8Array(count);
    const inside = new Uint8Array(count);
    const below = new Float64Array(count);
    let frames = 0;
    for (let node = 1; node < count; node++) {
      hits[node] = this.#isHit(tree, node) ? 1 : 0;
      const isInside = inside[tree.parents.at(node)]!;
      inside[node] = hits[node]! | isInside;
      below[node] = hits[node] && !isInside ? total[node]! : 0;
      frames += hits[node] && total[node]! > 0 ? 1 : 0;
    }
    for (let node = count - 1; node > 0; node--) {
      below[tree.parents.at(node)]! += below[node]!;
    }
    return { hits, below, frames };
  }

  #isHit(tree: FlameTree, node: number): boolean {
    const frame = tree.frames.at(node);
    return frame < 0
      ? this.search.matches(tree.label(node))
      : this.#byFrame[frame] ??= this.search.matches(tree.label(node));
  }
}
