import { formatCount, formatShare } from './format';
import type { FoldModel } from './fold-model';

/** What the session costs, in words. */
export function describeCost(model: FoldModel): string {
  if (model.runs === 0) {
    return model.total > 0 ? 'cost not measured by this kernel' : 'no cost yet';
  }
  const each = `${formatCount(model.runNs / model.runs)} ns per event`;
  return `${each}, ${formatShare(model.cpuShare)} of one CPU`;
}

/** The exact figures behind the words, for the tooltip. */
export function explainCost(model: FoldModel): string {
  return `${formatCount(model.runs)} program runs, ${formatCount(model.runNs)} ns in all, `
    + `for ${formatCount(model.total)} counted events (BPF run statistics)`;
}

/** What the kernel saw but did not count. */
export function describeMisses(model: FoldModel): string {
  return model.misses === 0 ? 'nothing missed' : `${formatCount(model.misses)} missed`;
}
