import { HistoryList } from './history-list';

const key = 'commands';

/** Called by the interop class: gives a command input its history on ↑ and ↓. */
export function create(input: HTMLInputElement): CommandHistory {
  return new CommandHistory(input);
}

export class CommandHistory {
  readonly #list = new HistoryList(stored());
  readonly #onKey = (event: KeyboardEvent) => this.#move(event);

  constructor(private readonly input: HTMLInputElement) {
    input.addEventListener('keydown', this.#onKey);
  }

  add(command: string): void {
    localStorage.setItem(key, JSON.stringify(this.#list.add(command)));
  }

  dispose(): void {
    this.input.removeEventListener('keydown', this.#onKey);
  }

  #move(event: KeyboardEvent): void {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : null;
    if (step === null || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) {
      return;
    }
    event.preventDefault();
    const text = this.#list.move(step, this.input.value);
    if (text !== null) {
      this.input.value = text;
      // Blazor hears of it as if it had been typed.
      this.input.dispatchEvent(new Event('input', { bubbles: true }));
    }
  }
}

function stored(): string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(value) ? value.filter(entry => typeof entry === 'string') : [];
  } catch {
    return []; // Somebody else's text under our key: start afresh.
  }
}
