import { make } from '../dom';
import { Popup, type Point } from '../popup';

export interface MenuItem {
  label: string;
  /** The key that does the same without the menu. */
  key?: string;
  run(): void;
}

/** The menu of a frame, or of a cell: by right click, or by the Menu key; gone with Esc or Tab. */
export class FrameMenu extends Popup {
  constructor() {
    super('fg-menu', 'menu');
    this.element.addEventListener('keydown', event => this.#key(event));
    this.element.addEventListener('contextmenu', event => event.preventDefault());
  }

  open(title: string, items: readonly MenuItem[], at: Point): void {
    this.element.setAttribute('aria-label', title);
    this.element.replaceChildren(
      make('p', { 'aria-hidden': 'true' }, title), ...items.map(item => this.#button(item)));
    this.show(at);
  }

  protected override get items(): readonly HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>('[role=menuitem]')];
  }

  #button({ label, key, run }: MenuItem): HTMLElement {
    const onclick = () => {
      this.close();
      run();
    };
    return make('button', { type: 'button', role: 'menuitem', tabIndex: -1, onclick, 'aria-keyshortcuts': key ?? '' },
      make('span', {}, label), ...(key ? [make('kbd', {}, key)] : []));
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'Escape' || event.key === 'Tab') {
      this.close();
    } else if (!this.walk(event.key)) {
      const item = this.items.find(button => button.getAttribute('aria-keyshortcuts') === event.key);
      if (!item) {
        return;
      }
      item.click();
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
