import { copyText } from '../clipboard';
import { make, setText } from '../dom';
import type { SliceCommand } from './distribution-data';

export interface SliceAction {
  readonly label: string;
  run(): void;
}

/** What there is to do with a part of a distribution. */
export interface Slice {
  /** What is selected, in words. */
  readonly title: string;
  readonly actions: readonly SliceAction[];
  /** Commands that look into it. */
  readonly commands: Promise<readonly SliceCommand[]>;
}

/** A small window beside what was clicked; gone with Esc, or a click elsewhere. */
export class SliceMenu {
  readonly element = make('div', { className: 'fg-menu ds-menu', role: 'dialog', hidden: true });
  readonly #told = make('p', { className: 'visually-hidden', role: 'status' });
  #cameFrom: HTMLElement | null = null;
  #opened = 0;
  readonly #leave = (event: Event) => !this.element.contains(event.target as Node) && this.close(false);

  constructor() {
    this.element.addEventListener('keydown', event => this.#key(event));
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  open({ title, actions, commands }: Slice, at: { x: number; y: number }): void {
    const opened = ++this.#opened;
    this.#cameFrom = this.isOpen ? this.#cameFrom : document.activeElement as HTMLElement | null;
    const list = make('div', { className: 'ds-commands' }, make('p', { className: 'ds-note' }, 'Asking for commands…'));
    this.element.setAttribute('aria-label', `Look into ${title}`);
    this.element.replaceChildren(
      make('p', { className: 'ds-menu-title' }, title),
      ...actions.map(({ label, run }) => make('button', { type: 'button', onclick: () => this.#run(run) }, label)),
      make('p', { className: 'ds-note ds-menu-part' }, 'Start a session of exactly this'), list, this.#told);
    this.element.hidden = false;
    this.#place(at);
    this.#items[0]?.focus();
    document.addEventListener('pointerdown', this.#leave, true);
    void this.#fill(list, commands, () => opened === this.#opened && this.isOpen, at);
  }

  close(giveBack = true): void {
    if (this.isOpen) {
      this.element.hidden = true;
      document.removeEventListener('pointerdown', this.#leave, true);
      if (giveBack) {
        this.#cameFrom?.focus({ preventScroll: true });
      }
    }
  }

  dispose(): void {
    this.close(false);
    this.element.remove();
  }

  async #fill(
    list: HTMLElement, asked: Promise<readonly SliceCommand[]>, isCurrent: () => boolean, at: { x: number; y: number },
  ): Promise<void> {
    let rows: HTMLElement[];
    try {
      rows = (await asked).map(command => this.#command(command));
    } catch {
      rows = [make('p', { className: 'ds-note', role: 'alert' }, 'The server could not be asked for commands. Close this and try again.')];
    }
    if (isCurrent()) {
      list.replaceChildren(...(rows.length > 0 ? rows : [make('p', { className: 'ds-note' }, 'There is no command for this part.')]));
      this.#place(at);
    }
  }

  #command({ label, command, problem }: SliceCommand): HTMLElement {
    if (problem || command === '') {
      return make('div', { className: 'ds-command' },
        make('button', { type: 'button', disabled: true }, label), make('span', { className: 'ds-note' }, problem || 'There is none.'));
    }
    const copy = make('button', { type: 'button', className: 'small', 'aria-label': `Copy the command: ${label}` }, 'Copy');
    copy.onclick = () => void this.#copy(copy, command);
    return make('div', { className: 'ds-command' },
      make('a', { href: `./?command=${encodeURIComponent(command)}` }, label), copy, make('code', {}, command));
  }

  async #copy(button: HTMLElement, text: string): Promise<void> {
    const done = await copyText(text);
    button.dataset.copied = done ? 'yes' : 'no';
    setText(this.#told, done ? 'Copied' : 'Could not copy');
  }

  #run(run: () => void): void {
    this.close();
    run();
  }

  get #items(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>('button:not(:disabled), a')];
  }

  #place({ x, y }: { x: number; y: number }): void {
    const { offsetWidth, offsetHeight } = this.element;
    this.element.style.left = `${Math.max(4, Math.min(x, innerWidth - offsetWidth - 4))}px`;
    this.element.style.top = `${Math.max(4, Math.min(y, innerHeight - offsetHeight - 4))}px`;
  }

  #key(event: KeyboardEvent): void {
    const items = this.#items;
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
    event.stopPropagation(); // keys of the page are not meant
    if (to !== undefined) {
      items[to % items.length]?.focus();
      event.preventDefault();
    } else if (event.key === 'Escape') {
      this.close();
      event.preventDefault();
    } else if (event.key === 'Tab') {
      const last = event.shiftKey ? items[0] : items.at(-1);
      if (document.activeElement === last) {
        this.close();
        event.preventDefault();
      }
    }
  }
}
