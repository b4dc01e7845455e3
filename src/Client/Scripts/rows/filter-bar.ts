import { make, setText } from '../dom';
import { reveal } from '../fault';
import { visibleText } from '../visible-text';
import type { Column } from './columns';
import type { Problem } from './row-data';

/** Milliseconds without a key after which what was typed is asked for. */
const pauseInTyping = 350;

/** The two fields that say which events are wanted, and what is wrong with what was typed. */
export class FilterBar {
  readonly filter = make('input', {
    type: 'search', className: 'rw-filter', spellcheck: false, autocomplete: 'off', 'aria-label': 'Filter events',
    'data-shortcut': '/', title: 'A condition over columns (/)', 'aria-describedby': 'rw-filter-names rw-filter-problem',
  });
  readonly text = make('input', {
    type: 'search', className: 'rw-text', spellcheck: false, autocomplete: 'off', placeholder: 'find text',
    'aria-label': 'Find text in events', 'data-shortcut': 'f', title: 'Text anywhere in an event (f)',
  });
  readonly element: HTMLElement;
  /** While typing: what can be typed. It lies over the table, which so stays where it is. */
  readonly #columns = make('p', { className: 'rw-names', id: 'rw-filter-names', hidden: true });
  readonly #problem = make('div', { className: 'problem', id: 'rw-filter-problem', role: 'alert', hidden: true });
  #timer = 0;
  #shown: Problem | null = null;

  constructor(private readonly changed: (filter: string, text: string) => void) {
    this.element = make('div', {},
      make('div', { className: 'rw-fields' }, make('div', { className: 'rw-filter-box' }, this.filter, this.#columns), this.text),
      this.#problem);
    for (const input of [this.filter, this.text]) {
      input.oninput = () => this.#soon();
      input.onkeydown = event => this.#key(event, input);
    }
    this.filter.onfocus = () => this.#columns.hidden = false;
    this.filter.onblur = () => this.#columns.hidden = true;
  }

  /** What can be typed, by the columns there are. */
  set columns(columns: readonly Column[]) {
    const value = columns.find(({ key, isNumber }) => isNumber && !['time', 'cpu', 'pid', 'tid'].includes(key));
    this.filter.placeholder = `filter: comm == "curl"${!value ? ' && pid != 1' : ` && ${value.key} ${/port/.test(value.key) ? '== 443' : '> 0'}`}`;
    setText(this.#columns, `Columns: ${columns.map(({ key }) => key === 'time' ? 'time (in ms)' : key).join(', ')}`);
  }

  set(filter: string, text: string): void {
    this.filter.value = filter;
    this.text.value = text;
  }

  /** `text` is what the problem's span refers to. */
  show(problem: Problem | null, text: string): void {
    this.filter.setAttribute('aria-invalid', String(problem !== null));
    this.#problem.hidden = problem === null;
    if (problem && problem !== this.#shown) {
      this.#tell(problem, text);
    }
    this.#shown = problem;
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#now(), pauseInTyping);
  }

  #now(): void {
    clearTimeout(this.#timer);
    this.changed(this.filter.value, this.text.value);
  }

  #key(event: KeyboardEvent, input: HTMLInputElement): void {
    if (event.key === 'Enter') {
      this.#now();
    } else if (event.key === 'Escape') {
      if (input.value === '') {
        input.blur();
      }
      input.value = '';
      this.#now();
      event.preventDefault();
    }
  }

  /** The text with the fault marked, as a command's problem is shown. */
  #tell({ start, length, message, hint }: Problem, text: string): void {
    const from = Math.max(0, Math.min(start, text.length));
    const to = Math.max(from, Math.min(from + length, text.length));
    const fault = make('mark', { className: 'fault' }, visibleText(text.slice(from, to)) || ' ');
    const before = visibleText(text.slice(0, from));
    const carets = ' '.repeat(before.length) + `^${'~'.repeat(Math.max(0, fault.textContent.length - 1))}`;
    this.#problem.replaceChildren(
      make('pre', { className: 'problem-text' }, make('code', {},
        before, fault, visibleText(text.slice(to)), '\n', make('span', { className: 'caret', 'aria-hidden': 'true' }, carets))),
      make('p', { className: 'problem-message' }, visibleText(message)),
      ...(hint ? [make('p', { className: 'problem-hint' }, visibleText(hint))] : []),
      make('p', { className: 'problem-hint' }, 'Until it is right, the filter before it holds.'));
    reveal(fault);
  }
}
