import { writeFragment } from '../address';
import { decodeView, encodeView } from './url-state';
import type { ViewState } from './view-state';

const remembered = 'flame-graph-grows';

/** The view, kept in the address of the page, with the zooms before it to go back to. */
export class ViewStore {
  #view: ViewState;
  #isDisposed = false;
  readonly #start: ViewState;
  readonly #zooms: Pick<ViewState, 'zoom' | 'rest'>[] = [];
  readonly #follow = () => {
    this.#view = decodeView(location.hash, this.#start);
    this.changed();
  };

  /** `start` is how the session begins to be shown, if neither address nor browser says otherwise. */
  constructor(start: ViewState, private readonly changed: () => void) {
    this.#start = { ...start, icicle: recall() ?? start.icicle };
    this.#view = decodeView(location.hash, this.#start);
    addEventListener('hashchange', this.#follow);
  }

  get view(): ViewState {
    return this.#view;
  }

  set(change: Partial<ViewState>): void {
    const before = this.#view;
    if (change.zoom && (change.zoom.join('\n') !== before.zoom.join('\n') || change.rest !== before.rest)) {
      this.#zooms.push({ zoom: before.zoom, rest: before.rest });
    }
    if (change.icicle !== undefined) {
      remember(change.icicle);
    }
    this.#view = { ...before, ...change };
    this.#write();
    this.changed();
  }

  /** One zoom back; from a zoom that came with the address, to the caller. */
  back(): void {
    const { zoom, rest } = this.#view;
    const last = this.#zooms.pop() ?? (rest > 0 ? { zoom, rest: rest - 1 } : { zoom: zoom.slice(0, -1), rest: 0 });
    this.#view = { ...this.#view, ...last };
    this.#write();
    this.changed();
  }

  dispose(): void {
    this.#isDisposed = true;
    removeEventListener('hashchange', this.#follow);
  }

  #write(): void {
    if (this.#isDisposed) {
      return; // by what was typed a moment ago, the address is that of another page by now
    }
    writeFragment(encodeView(this.#view, { ...this.#start, icicle: false }));
  }
}

function recall(): boolean | null {
  try {
    const grows = localStorage.getItem(remembered);
    return grows === null ? null : grows === 'down';
  } catch {
    return null; // a page opened from a file may have no storage
  }
}

function remember(icicle: boolean): void {
  try {
    localStorage.setItem(remembered, icicle ? 'down' : 'up');
  } catch {
    // As above; then it lasts as long as the page.
  }
}
