import { make } from './dom';
import type { Applied, Fold, FoldSink } from './fold';
import { LiveFeed } from './live-feed';
import type { FeedState, Hub, SessionFeed } from './session-feed';

/** What draws a session from the folds of a model. */
export interface Bench {
  /** Its place for how the connection stands. */
  readonly status: HTMLElement;
  /** Whether probes are still being attached. */
  set attaching(attaching: boolean);
  /** A fold has been added to the model. */
  added(fold: Fold): void;
  /** Something else is known of the session, such as its end. */
  changed(): void;
  /** The connection is back: what could not be had meanwhile can be. */
  refetch(): void;
  dispose(): void;
}

/** A bench in an element of the page, which belongs to it until `dispose`, and the feed that keeps its model up to date. */
export abstract class LiveBench {
  readonly #live: LiveFeed;
  readonly #bench: Bench;
  /** Whether something may have been asked in vain. */
  #wasLost = true;

  /** `hub` is a test's own in place of a connection. */
  protected constructor(
    private readonly element: HTMLElement,
    { sessionId, model, attaching }: { sessionId: string; model: FoldSink; attaching: boolean },
    makeBench: (place: HTMLElement, feed: SessionFeed) => Bench,
    hub: Hub | null,
  ) {
    this.#live = new LiveFeed(sessionId, watched(model, fold => this.#bench.added(fold)), {
      changed: () => this.#bench.changed(), stateChanged: state => this.#refetchIfBack(state),
    }, hub);
    const { feed, line, orphaned } = this.#live;
    const place = make('div');
    element.replaceChildren(orphaned, place);
    this.#bench = makeBench(place, feed);
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

/** A model that tells of every fold that it takes. */
function watched(model: FoldSink, added: (fold: Fold) => void): FoldSink {
  return {
    get cursor() { return model.cursor; },
    get ended() { return model.ended; },
    set ended(ended: boolean) { model.ended = ended; },
    add(fold: Fold): Applied {
      const applied = model.add(fold);
      if (applied === 'added') {
        added(fold);
      }
      return applied;
    },
  };
}
