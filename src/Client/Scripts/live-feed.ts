import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { ConnectionLine, describeOrphaned } from './connection-line';
import { make, setText } from './dom';
import type { FoldSink } from './fold';
import { retryDelay, SessionFeed, type FeedEvents, type FeedState, type Hub } from './session-feed';

/** A feed over the server's hub, with the two places of a page that tell how it stands. */
export class LiveFeed {
  readonly feed: SessionFeed;
  /** Says that the numbers are the last there will be, since the server has lost the session. */
  readonly orphaned = make('p', { className: 'ct-orphaned', role: 'alert', hidden: true });
  readonly #line = new ConnectionLine();

  /** `hub` is a test's own in place of a connection. */
  constructor(sessionId: string, model: FoldSink, events: Pick<FeedEvents, 'changed'> & Partial<FeedEvents>, hub: Hub | null = null) {
    this.feed = new SessionFeed(hub ?? connection(attempt => this.feed.retrying(attempt)), sessionId, model, {
      changed: () => events.changed(),
      stateChanged: state => {
        this.#show(state);
        events.stateChanged?.(state);
      },
    });
  }

  /** How the connection stands, in words. */
  get line(): HTMLElement {
    return this.#line.element;
  }

  async dispose(): Promise<void> {
    this.#line.stop();
    await this.feed.stop();
  }

  #show(state: FeedState): void {
    this.#line.show(state);
    const words = describeOrphaned(state);
    this.orphaned.hidden = words === '';
    setText(this.orphaned, words);
  }
}

/** A connection that, once there, is tried for again as long as the page lives. */
function connection(retrying: (attempt: number) => void): Hub {
  return new HubConnectionBuilder()
    .withUrl(new URL('hubs/session', document.baseURI).href)
    .configureLogging(LogLevel.None)
    .withAutomaticReconnect({
      nextRetryDelayInMilliseconds: ({ previousRetryCount }) => {
        retrying(previousRetryCount + 1);
        return retryDelay(previousRetryCount + 1);
      },
    })
    .build();
}
