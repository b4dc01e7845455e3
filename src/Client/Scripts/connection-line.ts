import { make, setText } from './dom';
import type { FeedState } from './session-feed';

/** Says how the connection stands. Changes of state are announced; the seconds that pass are not. */
export class ConnectionLine {
  readonly element: HTMLElement;
  readonly #text = make('span', { role: 'status' });
  readonly #passing = make('span', { 'aria-hidden': 'true' });
  readonly #home = make('a', { href: './', hidden: true }, 'All sessions');
  readonly #timer = window.setInterval(() => this.#tick(), 1000);
  #state: FeedState = { kind: 'connecting' };

  constructor() {
    this.element = make('span', { className: 'ct-connection' }, this.#text, this.#passing, this.#home);
    this.show(this.#state);
  }

  show(state: FeedState): void {
    this.#state = state;
    this.element.dataset.state = state.kind;
    this.#home.hidden = state.kind !== 'unknown';
    setText(this.#text, words(state));
    this.#tick();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const { attempt, since } = this.#state.kind === 'reconnecting' ? this.#state : { attempt: 0, since: 0 };
    const seconds = Math.round((Date.now() - since) / 1000);
    setText(this.#passing, attempt ? `attempt ${attempt}, ${seconds} s` : '');
  }
}

/** What to say above numbers of a session that the server no longer has; empty where that is not so. */
export function describeOrphaned(state: FeedState, timeZone?: string): string {
  if (state.kind !== 'unknown' || state.last === null) {
    return '';
  }
  const at = new Date(state.last).toLocaleTimeString('en-GB', { timeZone });
  return `The server was restarted, or has forgotten this session. These are the last numbers it sent, at ${at}.`;
}

function words(state: FeedState): string {
  switch (state.kind) {
    case 'connecting': return 'connecting…';
    case 'live': return 'live';
    case 'reconnecting': return 'connection lost, reconnecting…';
    case 'ended': return 'complete';
    case 'unknown': return 'The server no longer knows this session.';
    case 'refused': return state.message;
  }
}
