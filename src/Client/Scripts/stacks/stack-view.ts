import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { ConnectionLine, describeOrphaned } from '../connection-line';
import { make, setText } from '../dom';
import type { Applied, Fold } from '../fold';
import { retryDelay, SessionFeed, type FeedState, type Hub } from '../session-feed';
import type { StackInfo } from './stack-fold';
import { StackModel } from './stack-model';
import { Workbench } from './workbench';

export interface StackViewOptions {
  sessionId: string;
  info: StackInfo;
  /** Whether probes are still being attached. */
  attaching: boolean;
}

/** Called by the interop class; the element belongs to this module until `dispose`. */
export function create(element: HTMLElement, options: StackViewOptions): StackView {
  return new StackView(element, options);
}

/** The hot pane of a session that counts stacks: takes folds from the hub and draws them. */
export class StackView {
  readonly #model: StackModel;
  readonly #feed: SessionFeed;
  readonly #bench: Workbench;
  readonly #connection = new ConnectionLine();
  readonly #orphaned = make('p', { className: 'ct-orphaned', role: 'alert', hidden: true });
  /** Whether something may have been asked in vain. */
  #wasLost = true;

  constructor(private readonly element: HTMLElement, options: StackViewOptions, hub: Hub | null = null) {
    this.#model = new WatchedModel(fold => this.#bench?.added(fold));
    const place = make('div');
    element.replaceChildren(this.#orphaned, place);
    this.#feed = this.#connect(options.sessionId, hub);
    this.#bench = new Workbench(place, {
      model: this.#model, info: options.info,
      range: (from, to) => this.#feed.range(from, to), timeline: points => this.#feed.timeline(points),
    });
    this.#bench.status.replaceWith(this.#connection.element);
    this.#bench.attaching = options.attaching;
    void this.#feed.start();
  }

  /** Attaching is over. */
  update(attaching: boolean): void {
    this.#bench.attaching = attaching;
  }

  async dispose(): Promise<void> {
    this.#bench.dispose();
    this.#connection.stop();
    this.element.replaceChildren();
    await this.#feed.stop();
  }

  #connect(sessionId: string, given: Hub | null): SessionFeed {
    const hub = given ?? new HubConnectionBuilder()
      .withUrl(new URL('hubs/session', document.baseURI).href)
      .configureLogging(LogLevel.None)
      .withAutomaticReconnect({
        nextRetryDelayInMilliseconds: ({ previousRetryCount }) => {
          feed.retrying(previousRetryCount + 1);
          return retryDelay(previousRetryCount + 1);
        },
      })
      .build();
    const feed: SessionFeed = new SessionFeed(hub, sessionId, this.#model, {
      changed: () => this.#bench.changed(),
      stateChanged: state => this.#showState(state),
    });
    return feed;
  }

  #showState(state: FeedState): void {
    this.#connection.show(state);
    const words = describeOrphaned(state);
    this.#orphaned.hidden = words === '';
    setText(this.#orphaned, words);
    if (this.#wasLost && state.kind === 'live') {
      this.#bench.refetch();
    }
    this.#wasLost = state.kind !== 'live' && state.kind !== 'ended';
  }
}

/** Tells of every fold that it takes. */
class WatchedModel extends StackModel {
  constructor(private readonly added: (fold: Fold) => void) {
    super();
  }

  override add(fold: Fold): Applied {
    const applied = super.add(fold);
    if (applied === 'added') {
      this.added(fold);
    }
    return applied;
  }
}
