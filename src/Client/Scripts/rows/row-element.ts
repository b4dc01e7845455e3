import { make, setText } from '../dom';
import { cellText, cellTitle, type Column } from './columns';
import type { RowView } from './row-data';

/** What a line of the table shows. */
export interface Line {
  index: number;
  /** Absent while it is on its way. */
  row: RowView | undefined;
  /** Whether the server has let go of it. */
  isGone: boolean;
  /** Which of the columns is gone to with the arrow keys; null in lines that are not selected. */
  activeColumn: number | null;
}

/** A line of the table, used again for other events as the list is scrolled. */
export class RowElement {
  readonly element = make('div', { className: 'rw-row', role: 'row' });
  #cells: HTMLElement[] = [];
  #columns: readonly Column[] = [];
  #row: RowView | undefined;

  constructor(private readonly prefix: string) {}

  show(line: Line, columns: readonly Column[], origin: number): void {
    const { element } = this;
    element.dataset.row = String(line.index);
    element.setAttribute('aria-rowindex', String(line.index - origin + 2));
    element.setAttribute('aria-selected', String(line.activeColumn !== null));
    element.setAttribute('aria-busy', String(!line.row && !line.isGone));
    element.classList.toggle('rw-waiting', !line.row && !line.isGone);
    element.classList.toggle('rw-gone', !line.row && line.isGone);
    if (this.#columns !== columns) {
      this.#makeCells(columns);
      this.#row = undefined;
    }
    if (!line.row || line.row !== this.#row) {
      this.#fill(line.row, line.isGone);
    }
    this.#row = line.row;
    this.#cells.forEach((cell, i) => {
      cell.id = `${this.prefix}-${line.index}-${i}`;
      cell.classList.toggle('rw-active', i === line.activeColumn);
    });
  }

  #makeCells(columns: readonly Column[]): void {
    this.#columns = columns;
    this.#cells = columns.map(({ isNumber }, i) => make('span', {
      className: isNumber ? 'rw-cell rw-number' : 'rw-cell', role: 'gridcell', 'aria-colindex': i + 1, 'data-col': i,
    }));
    this.element.replaceChildren(...this.#cells);
  }

  #fill(row: RowView | undefined, isGone: boolean): void {
    this.#columns.forEach((column, i) => {
      const cell = row && column.cell(row);
      const element = this.#cells[i]!; // made for these columns
      setText(element, cell ? cellText(cell) : isGone && i === 0 ? 'let go of' : '');
      element.title = cell ? cellTitle(cell) : isGone && i === 0 ? 'The server keeps so many events; this one was too old.' : '';
      element.classList.toggle('rw-fault', cell?.isFault ?? false);
    });
  }
}
