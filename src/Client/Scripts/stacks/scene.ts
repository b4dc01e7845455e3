import { formatCount, formatRate, formatShare } from '../format';
import { visibleText } from '../visible-text';
import { changeOf, type Comparison } from './change';
import type { FlameTree, Totals } from './flame-tree';
import type { Zoom } from './flame-layout';
import { kindName, type Theme } from './frame-colors';
import type { Found } from './search';
import type { StackCounts } from './stack-counts';
import type { ViewState } from './view-state';

/** All that is needed to draw: made once for each drawing, and read by every panel. */
export interface Scene {
  view: ViewState;
  tree: FlameTree;
  counts: StackCounts;
  /** Whether new numbers come all the time. */
  isLive: boolean;
  totals: Totals;
  zoom: Zoom;
  /** Whether the zoomed frame is drawn without its callers. */
  alone?: boolean;
  /** Whether a row "--" is to stand between user and kernel frames. */
  delimited: boolean;
  /** Null where nothing is searched for. */
  found: Found | null;
  /** Null where there is no baseline. */
  comparison: Comparison | null;
  /** Numbers of the last full second, for rates; null where the rate is the average over the stretch. */
  second: () => Totals | null;
  theme: Theme;
}

/** Events per second in and below a node: of the last full second while live, else on average. */
export function rateOf({ second, totals, counts }: Scene, node: number): number {
  const live = second();
  if (live) {
    return live.total[node] ?? 0;
  }
  return counts.seconds > 0 ? totals.total[node]! / counts.seconds : 0;
}

/** What is known of a frame, as lines of a label and a value. */
export function factsOf(scene: Scene, node: number): [label: string, value: string][] {
  const { tree, totals } = scene;
  const total = totals.total[node]!;
  const all = totals.total[0]!;
  const parent = tree.parents.at(node);
  const facts: [string, string][] = [
    ['Events', formatCount(total)],
    ['Rate', `${formatRate(rateOf(scene, node))} /s`],
    ['Of all', formatShare(share(total, all))],
  ];
  if (parent > 0) {
    const label = scene.view.shape.callers ? 'Of what it calls' : 'Of its caller';
    facts.push([label, formatShare(share(total, totals.total[parent]!))]);
  }
  const self = totals.self[node]!;
  facts.push(['Self', `${formatCount(self)} · ${formatShare(share(self, total))} of it`]);
  return [...facts, ...changeFacts(scene, node), ...originFacts(scene, node)];
}

/** A number of a comparison in words. */
export function comparedWords(norm: Comparison['norm'], value: number): string {
  return norm === 'second' ? `${formatRate(value)} /s` : formatShare(value);
}

function changeFacts({ comparison }: Scene, node: number): [string, string][] {
  if (!comparison) {
    return [];
  }
  const { now, then } = changeOf(comparison, node);
  const ratio = then > 0 ? ` (${now >= then ? '+' : '−'}${formatCount((100 * Math.abs(now - then)) / then)} %)` : ' (new)';
  return [['Baseline', comparedWords(comparison.norm, then)], ['Now', `${comparedWords(comparison.norm, now)}${ratio}`]];
}

function originFacts({ tree }: Scene, node: number): [string, string][] {
  const frame = tree.frame(node);
  if (!frame) {
    return [];
  }
  const facts: [string, string][] = [['Kind', kindName(frame.kind)], ['Module', visibleText(frame.module ?? 'unknown')]];
  if (frame.offset) facts.push(['Offset', visibleText(frame.offset)]);
  if (frame.address) facts.push(['Address', visibleText(frame.address)]);
  return facts;
}

export function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
