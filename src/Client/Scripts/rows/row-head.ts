import { make } from '../dom';
import { visibleText } from '../visible-text';
import { visibleLines, type Column } from './columns';

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

  #head({ key, label, title, isNumber, isSortable = true }: Column, index: number): HTMLElement {
    const words = visibleLines(title);
    const head = make('div', {
      className: isNumber ? 'rw-cell rw-number' : 'rw-cell', role: 'columnheader', 'aria-colindex': index + 1,
    });
    if (isSortable) {
      head.append(make('button', { type: 'button', title: `${words}\nClick to sort`, onclick: () => this.sort(key) }, visibleText(label)));
    } else {
      head.title = words;
      head.append(make('span', { className: 'rw-fixed' }, visibleText(label)));
    }
    return head;
  }
}
