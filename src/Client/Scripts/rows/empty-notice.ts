import { make, setText } from '../dom';
import { emptyWords, type EmptyFacts } from './row-empty';

/** What stands in place of rows where there are none. */
export class EmptyNotice {
  readonly element: HTMLElement;
  readonly #text = make('p');
  readonly #clear: HTMLButtonElement;

  constructor(showAll: () => void) {
    this.#clear = make('button', { type: 'button', onclick: showAll }, 'Show all events');
    this.element = make('div', { className: 'rw-empty', hidden: true }, this.#text, this.#clear);
  }

  /** Null where there are rows. */
  draw(facts: EmptyFacts | null): void {
    this.element.hidden = facts === null;
    this.#clear.hidden = !facts?.isFiltered || facts.rows === 0;
    setText(this.#text, facts ? emptyWords(facts) : '');
  }
}
