import { formatCount } from '../format';

/** What is known where a table has no rows. */
export interface EmptyFacts {
  attaching: boolean;
  ended: boolean;
  /** Events so far, how many of them became rows, and of which of these it was asked. */
  total: number;
  rows: number;
  kept: number;
  searching: { looked: number; of: number } | null;
  isFiltered: boolean;
  isAnswered: boolean;
  /** What is being waited for, at most a few names. */
  targets: readonly string[];
}

/** What stands in place of rows, with what to do about it. */
export function emptyWords(facts: EmptyFacts): string {
  const { attaching, ended, total, rows, kept, searching, isFiltered, isAnswered } = facts;
  if (rows === 0) {
    return total > 0 ? `${formatCount(total)} events came, but none could be kept: the line above says why.`
      : ended ? 'The session ended without an event. Nothing that was traced happened while it ran, or a condition of the command left all out.'
      : attaching ? 'The probes are being attached. Events appear here as they happen.'
      : `No events yet. Waiting for ${waitedFor(facts.targets)}; each hit becomes a row here at once.`;
  }
  if (searching) {
    return `Nothing found yet: searched ${formatCount(searching.looked)} of ${formatCount(searching.of)} events.`;
  }
  return !isAnswered ? 'Fetching the events…'
    : isFiltered ? `None of the ${formatCount(kept)} events that are kept matches.` : 'No events.';
}

function waitedFor(targets: readonly string[]): string {
  const some = targets.slice(0, 3).join(', ');
  const more = targets.length - 3;
  return targets.length === 0 ? 'the first hit' : more > 0 ? `${some} or ${formatCount(more)} more` : some;
}
