import { copyText } from '../clipboard';
import { make, setText } from '../dom';
import { Popup, type Point } from '../popup';
import { visibleText } from '../visible-text';
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

/** What can be done with what was clicked, and the commands that look into it. */
export class SliceMenu extends Popup {
  readonly #told = make('p', { className: 'visually-hidden', role: 'status' });
  #opened = 0;

  constructor() {
    super('fg-menu ds-menu', 'dialog');
    this.element.addEventListener('keydown', event => this.#key(event));
  }

  open({ title, actions, commands }: Slice, at: Point): void {
    const opened = ++this.#opened;
    const list = make('div', { className: 'ds-commands' }, note('Asking for commands…'));
    this.element.setAttribute('aria-label', `Look into ${title}`);
    this.element.replaceChildren(
      make('p', { className: 'ds-menu-title' }, title),
      ...actions.map(({ label, run }) => make('button', { type: 'button', onclick: () => this.#run(run) }, label)),
      make('p', { className: 'ds-note ds-menu-part' }, 'Start a session of exactly this'), list, this.#told);
    this.show(at);
    void this.#fill(list, commands, () => opened === this.#opened && this.isOpen);
  }

  dispose(): void {
    this.close(false);
    this.element.remove();
  }

  protected override get items(): readonly HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>('button:not(:disabled), a')];
  }

  async #fill(list: HTMLElement, asked: Promise<readonly SliceCommand[]>, isCurrent: () => boolean): Promise<void> {
    let rows: HTMLElement[];
    try {
      rows = (await asked).map(command => this.#command(command));
    } catch {
      rows = [make('p', { className: 'ds-note', role: 'alert' }, 'The server could not be asked for commands. Close this and try again.')];
    }
    if (isCurrent()) {
      list.replaceChildren(...(rows.length > 0 ? rows : [note('There is no command for this part.')]));
      this.place(); // it is larger now
    }
  }

  #command({ label, command, problem }: SliceCommand): HTMLElement {
    if (problem || command === '') {
      return make('div', { className: 'ds-command' },
        make('button', { type: 'button', disabled: true }, label), make('span', { className: 'ds-note' }, visibleText(problem || 'There is none.')));
    }
    const copy = make('button', { type: 'button', className: 'small', 'aria-label': `Copy the command: ${label}` }, 'Copy');
    copy.onclick = () => void this.#copy(copy, command);
    return make('div', { className: 'ds-command' },
      make('a', { href: `./?command=${encodeURIComponent(command)}` }, label), copy, make('code', {}, visibleText(command)));
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

  #key(event: KeyboardEvent): void {
    event.stopPropagation(); // keys of the page are not meant
    if (this.walk(event.key)) {
      event.preventDefault();
    } else if (event.key === 'Escape' || (event.key === 'Tab' && this.#isAtEdge(event.shiftKey))) {
      this.close();
      event.preventDefault();
    }
  }

  /** Whether Tab leads out of it. */
  #isAtEdge(isBackwards: boolean): boolean {
    const { activeElement } = document;
    return isBackwards ? activeElement === this.element || activeElement === this.items[0] : activeElement === this.items.at(-1);
  }
}

function note(words: string): HTMLElement {
  return make('p', { className: 'ds-note' }, words);
}
