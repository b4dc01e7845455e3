import { make, setText } from '../dom';
import { visibleText } from '../visible-text';
import { menuOrder, moved, toggled } from './column-order';
import type { Column } from './columns';

/** Which columns are seen, and in which order: check boxes, and two buttons each. */
export class ColumnMenu {
  readonly element: HTMLDetailsElement;
  readonly #list = make('ul', { className: 'rw-columns' });
  #shown = '';

  constructor(private readonly all: readonly Column[], private readonly changed: (visible: string[] | null) => void) {
    const usual = make('button', { type: 'button', className: 'small', onclick: () => changed(null) }, 'As at the beginning');
    this.element = make('details', { className: 'menu rw-column-menu' },
      make('summary', { className: 'button', title: 'Which columns are seen, and in which order' }, 'Columns'),
      make('div', { className: 'menu-body' }, this.#list, usual));
  }

  show(visible: readonly string[]): void {
    const shown = visible.join();
    if (shown === this.#shown) {
      return;
    }
    this.#shown = shown;
    const focused = (document.activeElement as HTMLElement | null)?.dataset.does;
    const byKey = new Map(this.all.map(column => [column.key, column]));
    this.#list.replaceChildren(...menuOrder(visible, this.all).map(key => this.#item(byKey.get(key)!, visible))); // keys are of `all`
    this.#list.querySelector<HTMLElement>(`[data-does="${CSS.escape(focused ?? '')}"]`)?.focus();
  }

  #item({ key, label, title }: Column, visible: readonly string[]): HTMLElement {
    const at = visible.indexOf(key);
    const name = visibleText(label);
    const box = make('input', {
      type: 'checkbox', checked: at >= 0, disabled: at >= 0 && visible.length === 1, 'data-does': `box-${key}`,
      onchange: () => this.changed(toggled(visible, key)),
    });
    const text = make('span', { title: visibleText(title) });
    setText(text, name);
    return make('li', {}, make('label', {}, box, text),
      this.#mover(key, name, -1, '↑', visible), this.#mover(key, name, 1, '↓', visible));
  }

  /** At an end, and of a hidden column, it says why nothing happens instead of losing the focus. */
  #mover(key: string, name: string, by: 1 | -1, sign: string, visible: readonly string[]): HTMLElement {
    const to = visible.indexOf(key) + by;
    const canMove = visible.includes(key) && to >= 0 && to < visible.length;
    return make('button', {
      type: 'button', className: 'small', 'data-does': `${sign}-${key}`, 'aria-disabled': String(!canMove),
      'aria-label': `Move ${name} ${by < 0 ? 'to the front' : 'to the back'}`,
      onclick: () => canMove && this.changed(moved(visible, key, by)),
    }, sign);
  }
}
