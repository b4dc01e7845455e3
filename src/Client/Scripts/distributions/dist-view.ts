import { LiveBench } from '../live-bench';
import type { SessionFeed } from '../session-feed';
import type { OtherSession } from './baselines';
import { DistBench } from './dist-bench';
import type { DistributionsInfo } from './distribution-data';
import { DistributionModel } from './distribution-model';
import type { SessionSummary } from './session-choice';

export interface DistributionViewOptions {
  sessionId: string;
  command: string;
  info: DistributionsInfo;
  /** Whether probes are still being attached. */
  attaching: boolean;
}

/** Called by the interop class; the element belongs to this module until `dispose`. */
export function create(element: HTMLElement, options: DistributionViewOptions): DistributionView {
  return new DistributionView(element, options);
}

/** The hot pane of a session of argdist: takes folds from the hub and draws them. */
export class DistributionView extends LiveBench {
  constructor(element: HTMLElement, { sessionId, command, info, attaching }: DistributionViewOptions) {
    const model = new DistributionModel(info.distributions.length);
    super(element, { sessionId, model, attaching }, (place, feed) => new DistBench(place, {
      model, info, sessionId, caption: { command, host: location.host },
      range: (from, to) => feed.range(from, to),
      timeline: points => feed.timeline(points),
      heatMap: query => feed.heatMap(query),
      commands: query => feed.sliceCommands(query),
      other: id => otherSession(id, feed),
      sessions: async () => await ask<SessionSummary[]>('sessions') ?? [],
    }), null);
  }
}

async function otherSession(id: string, feed: SessionFeed): Promise<OtherSession | null> {
  const details = await ask<{ summary: SessionSummary; distributions?: DistributionsInfo | null }>(`sessions/${encodeURIComponent(id)}`);
  return details?.distributions
    ? { info: details.distributions, command: details.summary.command, fold: await feed.wholeOf(id) }
    : null;
}

/** Asks the REST API, which takes the same login; null for what there is not. */
async function ask<T>(path: string): Promise<T | null> {
  const answer = await fetch(new URL(`api/v1/${path}`, document.baseURI), { headers: { Accept: 'application/json' } });
  if (answer.status === 404) {
    return null;
  }
  if (!answer.ok) {
    throw new Error(`${answer.status}`);
  }
  return await answer.json() as T;
}
