import { make, setText } from '../dom';
import { formatCount } from '../format';
import { GroupWindow } from './group-window';
import type { RowWindow } from './row-window';

/** How much of the session is seen: what matches, how far the search is, and whether the view holds still. */
export class RowStatus {
  readonly words = make('span', { className: 'rw-status' });
  readonly #badge = make('span', { className: 'ct-badge', hidden: true }, 'view paused');
  readonly #news = make('button', { type: 'button', className: 'rw-news', hidden: true, title: 'Go on, following the end (l)', 'data-shortcut': 'l' });
  readonly #toggle = make('button', { type: 'button', 'data-shortcut': 'Space', title: 'Pause the view, not the session (Space)' });
  readonly pause = make('span', { className: 'ct-pause' }, this.#badge, this.#news, this.#toggle);

  constructor(hold: () => void, follow: () => void) {
    this.#news.onclick = follow;
    this.#toggle.onclick = () => this.#toggle.getAttribute('aria-pressed') === 'true' ? follow() : hold();
  }

  draw(window: RowWindow | GroupWindow, model: { first: number; end: number; ended: boolean }, failure: string): void {
    const isHeld = window.until !== null;
    const news = window.until === null ? 0 : Math.max(0, model.end - window.until);
    this.#badge.hidden = !isHeld || model.ended;
    this.#news.hidden = news === 0;
    setText(this.#news, `${formatCount(news)} new ${news === 1 ? 'row' : 'rows'}`);
    this.#toggle.hidden = model.ended && news === 0;
    setText(this.#toggle, isHeld ? 'Resume view' : 'Pause view');
    this.#toggle.setAttribute('aria-pressed', String(isHeld));
    setText(this.words, failure || (window instanceof GroupWindow ? countedWords(window) : shownWords(window, model)));
    this.words.classList.toggle('ct-lossy', failure !== '' || (window instanceof GroupWindow && window.counted.beyond > 0));
  }
}

/** "searched 340,000 of 1,000,000 · 12 match". */
export function shownWords(window: RowWindow, model: { first: number; end: number }): string {
  const { searching, origin, end, until } = window;
  if (window.isPlain) {
    return `${formatCount(Math.max(0, (until ?? model.end) - model.first))} rows`;
  }
  const found = formatCount(end - origin);
  return searching ? `searched ${formatCount(searching.looked)} of ${formatCount(searching.of)} · ${found} found`
    : window.isAnswered ? `${found} of ${formatCount(window.asked)} rows` : 'searching…';
}

/** "12 different among 340,000 events, of 1,000,000 so far". */
export function countedWords({ isAnswered, end, counted: { inGroups, beyond }, searching }: GroupWindow): string {
  if (!isAnswered) {
    return 'counting…';
  }
  const rest = beyond > 0 ? `; ${formatCount(beyond)} more are in none of these, which are as many as the server counts` : '';
  const progress = searching ? `; looked at ${formatCount(searching.looked)} of ${formatCount(searching.of)} so far` : '';
  return `${formatCount(end)} different among ${formatCount(inGroups)} events${rest}${progress}`;
}
