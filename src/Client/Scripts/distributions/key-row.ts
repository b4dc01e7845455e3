import { make, setText } from '../dom';
import type { Column, KeyNumbers } from './key-columns';
import { nameOfKey } from './scene';

const svg = 'http://www.w3.org/2000/svg';

interface Cell {
  readonly cell: HTMLElement;
  readonly text: HTMLElement;
  readonly bar: HTMLElement | null;
  readonly path: SVGPathElement | null;
}

/** A row of the table of keys. It writes to the page only what differs from what is there. */
export class KeyRow {
  readonly element: HTMLTableRowElement;
  readonly #cells: readonly Cell[];
  readonly #bars = new Map<Cell, string>();

  constructor(private readonly key: number, private readonly columns: readonly Column[]) {
    this.element = make('tr', { tabIndex: -1 });
    this.element.dataset.key = String(key);
    this.#cells = columns.map(cellOf);
    this.element.append(...this.#cells.map(({ cell }) => cell));
  }

  draw(numbers: KeyNumbers, isSelected: boolean): void {
    this.columns.forEach((column, i) => this.#drawCell(this.#cells[i]!, column, numbers)); // a cell for each
    this.element.setAttribute('aria-selected', String(isSelected));
    setTitle(this.element, nameOfKey(numbers.scene, this.key));
  }

  #drawCell(each: Cell, column: Column, numbers: KeyNumbers): void {
    const { cell, text, bar, path } = each;
    if (path) {
      const drawn = column.drawing!(numbers, this.key); // there is a path where there is a drawing
      if (path.getAttribute('d') !== drawn) {
        path.setAttribute('d', drawn);
      }
      return;
    }
    setText(text, column.text(numbers, this.key));
    setTitle(cell, column.title?.(numbers, this.key) ?? '');
    if (bar) {
      const scale = `scaleX(${column.bar!(numbers, this.key).toFixed(2)})`;
      if (this.#bars.get(each) !== scale) {
        this.#bars.set(each, bar.style.transform = scale);
      }
    }
    if (column.isFault) {
      cell.classList.toggle('rw-fault', column.isFault(numbers, this.key));
    }
  }
}

function cellOf(column: Column): Cell {
  const text = make('span');
  const cell = column.className.startsWith('ds-cell') ? make('th', { className: column.className, scope: 'row' })
    : make('td', { className: column.className });
  const bar = column.bar ? make('span', { className: 'ct-bar', 'aria-hidden': 'true' }) : null;
  const path = column.drawing ? document.createElementNS(svg, 'path') : null;
  cell.append(...(bar ? [bar] : []), path ? drawingOf(path) : text);
  return { cell, text, bar, path };
}

function setTitle(element: HTMLElement, title: string): void {
  if (element.title !== title) {
    element.title = title;
  }
}

function drawingOf(path: SVGPathElement): SVGSVGElement {
  const drawing = document.createElementNS(svg, 'svg');
  drawing.setAttribute('viewBox', '0 0 120 20');
  drawing.setAttribute('preserveAspectRatio', 'none');
  drawing.setAttribute('aria-hidden', 'true');
  drawing.append(path);
  return drawing;
}
