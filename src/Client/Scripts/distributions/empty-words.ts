import { visibleText } from '../visible-text';
import type { Scene } from './scene';

/** What stands in place of a distribution that has nothing to show, with what to do about it; empty if it has something. */
export function emptyWords({ view, state, info, summary }: Scene, count: number, hasAny: boolean): string {
  if (count > 0) {
    return '';
  }
  if (state === 'loading') {
    return 'Loading what was counted so far…';
  }
  if (hasAny) {
    return 'Nothing is left by what is selected or hidden: take it back above, or press Esc.';
  }
  if (view.range) {
    return 'Nothing was counted in this stretch of time. Press l to see everything again.';
  }
  if (state === 'ended') {
    return summary.growth.total > 0 ? 'The probe was hit, but no value was counted here: a filter left all out, or the line above says what was lost.'
      : 'Nothing was counted: the probe was not hit once.';
  }
  if (state === 'attaching') {
    return 'The probes are being attached. The first call appears here a moment after it comes.';
  }
  const what = info.histogram ? `Each call adds its ${visibleText(info.histogram.value.label)} to a histogram`
    : info.keys.length > 0 ? 'Each call is counted by its values' : 'Calls are counted';
  return summary.growth.total > 0
    ? `${summary.growth.total === 1 ? 'One call' : 'Calls'} came, but none has a value here yet: a filter leaves them out, or the line above says what was lost.`
    : `No call yet. ${what}; the first appears here at once. If it stays silent: is the process of -p running, and does it call this function?`;
}
