import { make } from '../dom';
import { parseTime } from './row-time';

/** "go to +12.5 s". */
export class JumpField {
  readonly #input = make('input', {
    type: 'text', className: 'rw-jump', placeholder: '+12.5 s', autocomplete: 'off', spellcheck: false,
    'aria-label': 'Go to a time, in seconds of the session', 'data-shortcut': 't', title: 'Go to a time of the session, as 12.5, 1:05 or 250 ms (t)',
  });
  readonly element = make('form', { className: 'rw-jump-form' }, make('label', {}, 'go to ', this.#input));

  constructor(jump: (ms: number) => void) {
    this.element.onsubmit = event => {
      event.preventDefault();
      const ms = parseTime(this.#input.value);
      this.#input.setAttribute('aria-invalid', String(ms === null));
      if (ms !== null) {
        jump(ms);
      }
    };
    this.#input.oninput = () => this.#input.setAttribute('aria-invalid', 'false');
    this.#input.addEventListener('keydown', event => event.key === 'Escape' && this.#input.blur());
  }
}
