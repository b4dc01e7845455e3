import { make, setText } from '../dom';
import { visibleText } from '../visible-text';
import type { Column } from './columns';

/** The heads of the columns; a click sorts. */
export class RowHead {
  readonly element = make('div', { className: 'rw-head', role: 'row', 'aria-rowindex': '1' });
  #columns: readonly Column[] = [];

  constructor(private readonly sort: (key: string) => void) {}

  show(columns: readonly Column[], sortBy: string | null, descending: boolean): void {
    if (this.#columns !== columns) {
      this.#columns = columns;
      this.element.replaceChildren(...columns.map((column, i) => this.#head(column, i)));
    }
    columns.forEach(({ key }, i) => {
      const order = key !== sortBy ? 'none' : descending ? 'descending' : 'ascending';
      this.element.children[i]!.setAttribute('aria-sort', order); // one head for each column
    });
  }

  #head({ key, label, title, isNumber }: Column, index: number): HTMLElement {
    const button = make('button', {
      type: 'button', title: `${title.split('\n').map(visibleText).join('\n')}\nClick to sort`, onclick: () => this.sort(key),
    });
    setText(button, visibleText(label));
    return make('div', {
      className: isNumber ? 'rw-cell rw-number' : 'rw-cell', role: 'columnheader', 'aria-colindex': index + 1,
    }, button);
  }
}
