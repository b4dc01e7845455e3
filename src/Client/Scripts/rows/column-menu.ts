import { make } from '../dom';
import { visibleText } from '../visible-text';
import { menuOrder, moved, toggled } from './column-order';
import { visibleLines, type Column } from './columns';

/** Which columns are seen, and in which order: check boxes, and two buttons each. */
export class ColumnMenu {
  readonly element: HTMLDetailsElement;
  readonly #list = make('ul', { className: 'rw-columns' });
  readonly #items: ReadonlyMap<string, Item>;
  #visible: readonly string[] = [];

  constructor(private readonly all: readonly Column[], private readonly changed: (visible: string[] | null) => void) {
    this.#items = new Map(all.map(column => [column.key, this.#item(column)]));
    const usual = make('button', { type: 'button', className: 'small', onclick: () => changed(null) }, 'As at the beginning');
    this.element = make('details', { className: 'menu rw-column-menu' },
      make('summary', { className: 'button', title: 'Which columns are seen, and in which order' }, 'Columns'),
      make('div', { className: 'menu-body' }, this.#list, usual));
  }

  show(visible: readonly string[]): void {
    if (visible.join() === this.#visible.join()) {
      return;
    }
    this.#visible = visible;
    const focused = document.activeElement as HTMLElement | null;
    const order = menuOrder(visible, this.all);
    // What is moved loses the focus, which belongs where the user pressed.
    this.#list.replaceChildren(...order.map(key => this.#items.get(key)!.element)); // keys are of `all`
    if (focused !== document.activeElement && this.element.contains(focused)) {
      focused!.focus(); // it is in it
    }
    order.forEach((key, at) => this.#items.get(key)!.show(at, visible));
  }

  #item({ key, label, title }: Column): Item {
    const name = visibleText(label);
    const box = make('input', { type: 'checkbox', onchange: () => this.changed(toggled(this.#visible, key)) });
    const mover = (by: 1 | -1, sign: string) => make('button', {
      type: 'button', className: 'small', 'aria-label': `Move ${name} ${by < 0 ? 'to the front' : 'to the back'}`,
      onclick: () => this.changed(moved(this.#visible, key, by)),
    }, sign);
    const [up, down] = [mover(-1, '↑'), mover(1, '↓')];
    return {
      element: make('li', {}, make('label', {}, box, make('span', { title: visibleLines(title) }, name)), up, down),
      show: (at, visible) => {
        const isVisible = at < visible.length;
        box.checked = isVisible;
        box.disabled = isVisible && visible.length === 1;
        // Not disabled, which would take the focus away: at an end, nothing happens.
        up.setAttribute('aria-disabled', String(!isVisible || at === 0));
        down.setAttribute('aria-disabled', String(!isVisible || at === visible.length - 1));
      },
    };
  }
}

interface Item {
  element: HTMLElement;
  show(at: number, visible: readonly string[]): void;
}
