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

/**
 * What the kernel saw but did not count: "up to", since it does not tell whose hits these were, and a filter might
 * have left them out.
 */
export function describeMisses(model: { misses: number }): string {
  return model.misses === 0 ? 'nothing missed' : `up to ${formatCount(model.misses)} missed`;
}

/** How misses come about and whose they are, for the tooltip. */
export const missesExplained = 'Hits for which the kernel did not run the program, because it was already running on '
  + 'that CPU: for another task\'s hit that it interrupted, or for one that it caused itself (recursion). The kernel '
  + 'counts them in all processes and on all CPUs, before any filter such as -p or -c.';

/** Calls of which the return is still to come, where a return asks what its entry was. */
export function describeOpenCalls({ openCalls }: { openCalls: number | null }): string {
  return openCalls === null || openCalls === 0 ? '' : `${formatCount(openCalls)} calls not returned`;
}

/** What they are, for the tooltip. */
export const openCallsExplained = 'Calls that were entered and have not returned: they go on, or were left by longjmp or the '
  + 'end of their thread. What their return would tell is not here.';
