import { isKernel, Quality } from './stack-fold';
import type { StackCounts } from './stack-counts';
import type { StackDefinitions } from './stack-definitions';

/** How much of what was counted has stacks that something is wrong with. */
export interface QualitySums {
  all: number;
  unresolved: number;
  truncated: number;
  broken: number;
  noUserStack: number;
  noKernelStack: number;
  /** Modules in which broken chains begin, most events first. */
  breakers: { module: string; count: number }[];
}

export function sumQuality(definitions: StackDefinitions, { counts }: StackCounts): QualitySums {
  const byBit = new Map<Quality, number>();
  const breakers = new Map<string, number>();
  let all = 0;
  const length = Math.min(counts.length, definitions.seriesCount);
  for (let series = 0; series < length; series++) {
    const count = counts[series]!;
    const quality = definitions.seriesQualities.data[series]!;
    all += count;
    if (quality === 0 || count === 0) {
      continue;
    }
    for (let bit = 1; bit <= Quality.NoKernelStack; bit *= 2) {
      if (quality & bit) byBit.set(bit, (byBit.get(bit) ?? 0) + count);
    }
    if (quality & Quality.Broken) {
      const module = breakerOf(definitions, definitions.seriesNodes.at(series));
      if (module) breakers.set(module, (breakers.get(module) ?? 0) + count);
    }
  }
  const of = (bit: Quality) => byBit.get(bit) ?? 0;
  return {
    all, unresolved: of(Quality.Unresolved), truncated: of(Quality.Truncated), broken: of(Quality.Broken),
    noUserStack: of(Quality.NoUserStack), noKernelStack: of(Quality.NoKernelStack),
    breakers: [...breakers].map(([module, count]) => ({ module, count })).sort((a, b) => b.count - a.count),
  };
}

/** The module of the outermost user frame: the chain was lost where it should have gone on. */
function breakerOf(definitions: StackDefinitions, node: number): string | null {
  const frame = definitions.frames[definitions.nodeFrames.at(definitions.tops.at(node))];
  return frame && !isKernel(frame.kind) ? frame.module ?? null : null;
}
