import type { Scene } from './scene';
import type { StackInfo } from './stack-fold';

/** What stands in place of a graph that has nothing in it, with what to do about it; empty if it has something. */
export function emptyWords(
  { counts, totals, view, zoom, tree }: Scene, { model, info }: { model: { ended: boolean }; info: StackInfo },
  attaching: boolean,
): string {
  if (totals.total[zoom.node]! > 0) {
    return '';
  }
  if (counts.generated > 0 && totals.total[0] === 0) {
    return counts.lost === counts.generated ? 'All events were lost: the line above says why.'
      : 'No stack is left by the changes to the tree: undo one above, or Reset.';
  }
  if (zoom.node !== 0) {
    return `Nothing was counted in ${tree.label(zoom.node)} in this stretch of time.`;
  }
  if (view.range) {
    return 'Nothing was counted in this stretch of time.';
  }
  return model.ended ? 'Nothing was counted.'
    : attaching ? 'The probes are being attached. Frames appear with the first event.'
    : `No events yet. ${info.sampled ? 'Samples are taken where code runs: an idle process has none.' : whatIsCollected(info)}`;
}

function whatIsCollected({ kernel, user }: StackInfo): string {
  const which = kernel && user ? 'kernel and user' : kernel ? 'kernel' : 'user';
  return `Each event brings its ${which} stack; frames appear with the first.`;
}
