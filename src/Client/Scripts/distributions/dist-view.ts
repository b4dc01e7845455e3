import { make } from '../dom';
import type { Applied, Fold } from '../fold';
import { LiveFeed } from '../live-feed';
import type { FeedState, Hub } from '../session-feed';
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
export class DistributionView {
  readonly #model: DistributionModel;
  readonly #live: LiveFeed;
  readonly #bench: DistBench;
  /** Whether something may have been asked in vain. */
  #wasLost = true;

  constructor(private readonly element: HTMLElement, { sessionId, command, info, attaching }: DistributionViewOptions, hub: Hub | null = null) {
    this.#model = new WatchedModel(info.distributions.length, fold => this.#bench?.added(fold));
    this.#live = new LiveFeed(sessionId, this.#model, {
      changed: () => this.#bench.changed(), stateChanged: state => this.#refetchIfBack(state),
    }, hub);
    const { feed, line, orphaned } = this.#live;
    const place = make('div');
    element.replaceChildren(orphaned, place);
    this.#bench = new DistBench(place, {
      model: this.#model, info, sessionId, caption: { command, host: location.host },
      range: (from, to) => feed.range(from, to),
      timeline: points => feed.timeline(points),
      heatMap: query => feed.heatMap(query),
      commands: query => feed.sliceCommands(query),
      other: async id => {
        const details = await ask<{ summary: SessionSummary; distributions?: DistributionsInfo | null }>(`sessions/${encodeURIComponent(id)}`);
        return details?.distributions
          ? { info: details.distributions, command: details.summary.command, fold: await feed.wholeOf(id) }
          : null;
      },
      sessions: async () => await ask<SessionSummary[]>('sessions') ?? [],
    });
    this.#bench.status.replaceWith(line);
    this.#bench.attaching = attaching;
    void feed.start();
  }

  /** Attaching is over. */
  update(attaching: boolean): void {
    this.#bench.attaching = attaching;
  }

  async dispose(): Promise<void> {
    this.#bench.dispose();
    this.element.replaceChildren();
    await this.#live.dispose();
  }

  #refetchIfBack(state: FeedState): void {
    if (this.#wasLost && state.kind === 'live') {
      this.#bench.refetch();
    }
    this.#wasLost = state.kind !== 'live' && state.kind !== 'ended';
  }
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

/** Tells of every fold that it takes. */
class WatchedModel extends DistributionModel {
  constructor(distributions: number, private readonly added: (fold: Fold) => void) {
    super(distributions);
  }

  override add(fold: Fold): Applied {
    const applied = super.add(fold);
    if (applied === 'added') {
      this.added(fold);
    }
    return applied;
  }
}
