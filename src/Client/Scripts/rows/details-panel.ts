import { copyText } from '../clipboard';
import { make } from '../dom';
import { formatCount } from '../format';
import type { FrameInfo } from '../stacks/stack-fold';
import { visibleText } from '../visible-text';
import { visibleLines, type Column } from './columns';
import { condition } from './condition';
import type { RowCell, RowDetails, RowView } from './row-data';
import { frameText, rowJson } from './row-json';

export interface DetailsEvents {
  close(): void;
  /** A condition to add to the filter. */
  filter(condition: string): void;
  told(text: string): void;
}

/** All of one event, beside the table: whole texts, raw values, fields of structs, stacks. */
export class DetailsPanel {
  readonly element = make('section', { className: 'rw-details', hidden: true, tabIndex: -1, 'aria-label': 'Event' });
  #number: number | null = null;
  #state = '';

  constructor(private readonly columns: readonly Column[], private readonly events: DetailsEvents) {
    this.element.addEventListener('keydown', event => {
      if (event.key === 'Escape') {
        event.preventDefault();
        events.close();
      }
    });
  }

  get number(): number | null {
    return this.element.hidden ? null : this.#number;
  }

  close(): void {
    this.element.hidden = true;
    this.#number = null;
  }

  /** What is known at once, while the rest is on its way. */
  begin(row: RowView): void {
    this.#show(row.number, [this.#values(row, {}), make('p', { className: 'ct-muted', role: 'status' }, 'Fetching stacks and fields…')], null);
  }

  show(details: RowDetails): void {
    const { row, fields, kernelStack, userStack, line } = details;
    this.#show(row.number, [
      this.#values(row, fields),
      ...stackPart('Kernel stack', kernelStack),
      ...stackPart('User stack', userStack),
      make('h3', {}, 'As a line'), make('pre', { className: 'rw-line' }, visibleLines(line)),
    ], details);
  }

  fail(row: RowView, reason: string): void {
    this.#show(row.number, [this.#values(row, {}), make('p', { className: 'ct-lossy', role: 'status' }, visibleText(reason))], null);
  }

  #show(number: number, parts: readonly Node[], details: RowDetails | null): void {
    const state = `${number} ${details !== null}`;
    const { scrollTop } = this.element;
    const hadFocus = this.element.contains(document.activeElement);
    this.element.setAttribute('aria-label', `Event ${number}`);
    this.element.replaceChildren(this.#head(number, details), ...parts);
    this.element.hidden = false;
    this.element.scrollTop = this.#number === number || this.#state === state ? scrollTop : 0;
    this.#number = number;
    this.#state = state;
    if (hadFocus) {
      this.element.focus({ preventScroll: true });
    }
  }

  #head(number: number, details: RowDetails | null): HTMLElement {
    const copier = (label: string, text: (details: RowDetails) => string) => make('button', {
      type: 'button', className: 'small', disabled: details === null,
      onclick: (event: Event) => details && void this.#copy(event.currentTarget as HTMLElement, text(details)),
    }, label);
    return make('div', { className: 'rw-details-head' },
      make('h2', {}, `Event ${formatCount(number)}`),
      copier('Copy as text', ({ line }) => line),
      copier('Copy as JSON', all => rowJson(all, this.columns)),
      make('button', {
        type: 'button', className: 'small quiet', title: 'Close (Esc)', 'aria-label': 'Close details', onclick: () => this.events.close(),
      }, '✕'));
  }

  async #copy(button: HTMLElement, text: string): Promise<void> {
    const done = await copyText(text);
    button.dataset.copied = done ? 'yes' : 'no';
    this.events.told(done ? 'Copied' : 'Could not copy');
    setTimeout(() => delete button.dataset.copied, 1500);
  }

  #values(row: RowView, fields: RowDetails['fields']): HTMLElement {
    const equal = row.count === undefined ? [] : [make('div', {},
      make('dt', { title: 'How many events are the same in the columns that are seen; this is the newest of them that is kept' }, 'COUNT'),
      make('dd', {}, formatCount(row.count)))];
    return make('dl', {}, ...equal, ...this.columns.flatMap(column => {
      const cell = column.cell(row);
      return cell ? [this.#value(column, cell, fields[column.key] ?? [])] : [];
    }));
  }

  #value(column: Column, cell: RowCell, fields: readonly string[]): HTMLElement {
    const raw = cell.raw && cell.raw !== cell.text ? [make('span', { className: 'rw-raw' }, visibleText(cell.raw))] : [];
    return make('div', {},
      make('dt', { title: visibleLines(column.title) }, visibleText(column.label)),
      make('dd', {},
        make('span', { className: cell.isFault ? 'rw-value rw-fault' : 'rw-value' }, visibleText(cell.text) || '""'), ...raw,
        this.#filterButtons(column, cell),
        ...(fields.length > 0 ? [make('ul', {}, ...fields.map(field => make('li', {}, visibleText(field))))] : [])));
  }

  #filterButtons(column: Column, cell: RowCell): HTMLElement {
    const button = (isSame: boolean) => {
      const wanted = condition(column, cell, isSame);
      const words = `${isSame ? 'Only' : 'Not'} this value of ${visibleText(column.label)}`;
      return wanted === null ? [] : [make('button', {
        type: 'button', className: 'small', title: words, 'aria-label': words, onclick: () => this.events.filter(wanted),
      }, isSame ? 'only' : 'not')];
    };
    return make('span', { className: 'rw-only' }, ...button(true), ...button(false));
  }
}

function stackPart(title: string, frames: readonly FrameInfo[] | null | undefined): Node[] {
  if (!frames) {
    return [];
  }
  const list = frames.length > 0
    ? make('ol', { className: 'rw-stack' }, ...frames.map(frame => make('li', {}, visibleText(frameText(frame)))))
    : make('p', { className: 'ct-muted' }, 'no frames');
  return [make('h3', {}, title), list];
}
