import { make, setText } from '../dom';
import { formatCount, formatShare } from '../format';
import { visibleText } from '../visible-text';
import { crossesIntoKernel } from './flame-layout';
import { frameColor, hitColor, plainColor } from './frame-colors';
import { baseName } from './ledger';
import { share, type Scene } from './scene';
import type { TreeRow } from './tree-rows';

/** One row. It writes to the page only what differs from what is there. */
export class TreeRowView {
  readonly element = make('div', { role: 'row', className: 'st-row', tabIndex: -1 });
  readonly #mark = make('span', { className: 'st-mark', 'aria-hidden': 'true' });
  readonly #swatch = make('span', { className: 'sv-swatch' });
  readonly #delimiter = make('span', { className: 'st-delimiter', title: 'Between user and kernel frames (-d)' });
  readonly #name = make('span', { className: 'st-name' });
  readonly #place = make('span', { className: 'ct-place' });
  readonly #cells = [1, 2, 3].map(() => make('span', { role: 'gridcell', className: 'ct-number' }));
  #level = 0;
  #color = '';

  constructor(id: number) {
    this.element.dataset.row = String(id);
    this.element.append(
      make('span', { role: 'gridcell', className: 'st-cell' }, this.#mark, this.#swatch, this.#delimiter, this.#name, this.#place),
      ...this.#cells);
  }

  show(row: TreeRow, scene: Scene, index: number, isCurrent: boolean): void {
    const { element } = this;
    attribute(element, 'aria-level', row.level);
    attribute(element, 'aria-setsize', row.setSize);
    attribute(element, 'aria-posinset', row.position);
    attribute(element, 'aria-rowindex', index + 2);
    attribute(element, 'aria-expanded', row.expanded);
    element.tabIndex = isCurrent ? 0 : -1;
    if (this.#level !== row.level) {
      this.#level = row.level;
      element.style.setProperty('--level', String(Math.min(row.level, 60) - 1));
    }
    setText(this.#mark, row.expanded === null ? '' : row.expanded ? '▾' : '▸');
    if (row.more > 0) {
      setText(this.#name, `… ${formatCount(row.more)} more`);
    } else {
      this.#numbers(row.node, scene);
    }
  }

  #numbers(node: number, { tree, totals, found, view, theme, delimited }: Scene): void {
    setText(this.#delimiter, delimited && crossesIntoKernel(tree, tree.parents.at(node), node) ? '-- ' : '');
    const frame = tree.frame(node);
    const [total, all] = [totals.total[node]!, totals.total[0]!];
    setText(this.#name, tree.label(node));
    setText(this.#place, frame?.module ? visibleText(baseName(frame.module)) : '');
    setText(this.#cells[0]!, formatCount(total));
    setText(this.#cells[1]!, formatShare(share(total, all)));
    setText(this.#cells[2]!, formatShare(share(totals.self[node]!, all)));
    this.element.classList.toggle('st-hit', found?.hits[node] === 1);
    const color = found?.hits[node] ? hitColor(theme) : frame ? frameColor(frame, view.colors, theme) : plainColor(theme);
    if (color !== this.#color) {
      this.#swatch.style.background = this.#color = color;
    }
  }
}

function attribute(element: Element, name: string, value: number | boolean | null): void {
  const text = value === null ? null : String(value);
  if (element.getAttribute(name) !== text) {
    if (text === null) element.removeAttribute(name);
    else element.setAttribute(name, text);
  }
}
