import { make, setText } from '../dom';
import { formatSeconds } from '../format';
import { visibleText } from '../visible-text';

/** What the list of sessions says of each, as far as it is needed here; see SessionSummary. */
export interface SessionSummary {
  id: string;
  command: string;
  tool: string;
  state: string;
  startedAt: string;
  elapsedMs: number;
  totalCount: number;
}

/** A menu of other sessions to compare with. */
export class SessionChoice {
  readonly element: HTMLDetailsElement;
  readonly #list = make('div', { className: 'ds-sessions' });
  readonly #field = make('input', { type: 'text', placeholder: 'id or address of a session', spellcheck: false, autocomplete: 'off', 'aria-label': 'Id or address of a session' });
  readonly #problem = make('p', { className: 'ct-lossy', role: 'alert', hidden: true });

  constructor(
    private readonly own: string, private readonly list: () => Promise<readonly SessionSummary[]>,
    /** Completes with what is wrong with the choice; empty if nothing is. */
    private readonly choose: (id: string) => Promise<string>,
  ) {
    const form = make('form', { className: 'invite-link' }, this.#field, make('button', { type: 'submit' }, 'Compare'));
    form.onsubmit = event => {
      event.preventDefault();
      const id = idOf(this.#field.value);
      if (id) {
        void this.#take(id);
      }
    };
    this.element = make('details', { className: 'menu ds-choice' },
      make('summary', { className: 'button', title: 'Compare with another session' }, 'Compare with…'),
      make('div', { className: 'menu-body' }, make('p', { className: 'ds-note' }, 'Another session with the same kind of distribution'),
        this.#list, form, this.#problem));
    this.element.addEventListener('toggle', () => this.element.open && void this.#fill());
  }

  tell(problem: string): void {
    this.#problem.hidden = problem === '';
    setText(this.#problem, problem);
  }

  async #fill(): Promise<void> {
    this.tell('');
    this.#list.replaceChildren(make('p', { className: 'ds-note' }, 'Looking for sessions…'));
    try {
      const all = await this.list();
      const tool = all.find(({ id }) => id === this.own)?.tool;
      const others = all.filter(({ id, tool: each }) => id !== this.own && each === tool).slice(0, 12);
      this.#list.replaceChildren(...(others.length > 0 ? others.map(each => this.#button(each))
        : [make('p', { className: 'ds-note' }, 'There is no other session of this tool here.')]));
    } catch {
      this.#list.replaceChildren(make('p', { className: 'ds-note' }, 'The server could not be asked for its sessions.'));
    }
  }

  #button({ id, command, state, startedAt, elapsedMs }: SessionSummary): HTMLElement {
    const at = new Date(startedAt).toLocaleTimeString('en-GB');
    return make('button', { type: 'button', onclick: () => void this.#take(id) },
      make('code', {}, visibleText(command)), make('span', { className: 'ct-muted' }, `${state}, ${at}, ${formatSeconds(elapsedMs)}`));
  }

  async #take(id: string): Promise<void> {
    const problem = await this.choose(id);
    this.tell(problem);
    if (problem === '') {
      this.element.open = false;
    }
  }
}

/** The id in an address of a session's page, or what was typed. */
export function idOf(text: string): string {
  return /\/s\/([^/?#\s]+)/.exec(text)?.[1] ?? text.trim();
}
