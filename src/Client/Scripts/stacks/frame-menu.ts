import { make } from '../dom';

export interface MenuItem {
  label: string;
  /** The key that does the same without the menu. */
  key?: string;
  run(): void;
}

/** The menu of a frame: by right click, or by the Menu key; gone with Esc, Tab, or a click elsewhere. */
export class FrameMenu {
  readonly element = make('div', { className: 'fg-menu', role: 'menu', hidden: true });
  #cameFrom: HTMLElement | null = null;
  readonly #leave = (event: Event) => !this.element.contains(event.target as Node) && this.close(false);

  constructor() {
    this.element.addEventListener('keydown', event => this.#key(event));
    this.element.addEventListener('contextmenu', event => event.preventDefault());
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  open(title: string, items: readonly MenuItem[], at: { x: number; y: number }): void {
    this.#cameFrom = document.activeElement as HTMLElement | null;
    this.element.setAttribute('aria-label', title);
    this.element.replaceChildren(
      make('p', { 'aria-hidden': 'true' }, title), ...items.map(item => this.#button(item)));
    this.element.hidden = false;
    const { offsetWidth, offsetHeight } = this.element;
    this.element.style.left = `${Math.max(4, Math.min(at.x, innerWidth - offsetWidth - 4))}px`;
    this.element.style.top = `${Math.max(4, Math.min(at.y, innerHeight - offsetHeight - 4))}px`;
    this.#buttons[0]?.focus();
    document.addEventListener('pointerdown', this.#leave, true);
  }

  close(giveBack = true): void {
    if (!this.isOpen) {
      return;
    }
    this.element.hidden = true;
    document.removeEventListener('pointerdown', this.#leave, true);
    if (giveBack) {
      this.#cameFrom?.focus({ preventScroll: true });
    }
  }

  get #buttons(): HTMLElement[] {
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
    const buttons = this.#buttons;
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    const step = { ArrowDown: at + 1, ArrowUp: at - 1 + buttons.length, Home: 0, End: buttons.length - 1 }[event.key];
    if (step !== undefined) {
      buttons[step % buttons.length]?.focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      this.close();
    } else {
      const item = buttons.find(button => button.getAttribute('aria-keyshortcuts') === event.key);
      if (!item) {
        return;
      }
      item.click();
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
