/** Commands run before, newest last, and a place in them; the text being typed is the place behind the last. */
export class HistoryList {
  #at: number;
  #draft = '';

  constructor(private readonly entries: string[], private readonly limit = 100) {
    this.#at = entries.length;
  }

  /** Remembers a command as the newest, without its older twin. */
  add(command: string): string[] {
    const kept = this.entries.filter(entry => entry !== command);
    this.entries.splice(0, Infinity, ...[...kept, command].slice(-this.limit));
    this.#at = this.entries.length;
    return this.entries;
  }

  /** The text to show after ↑ (-1) or ↓ (1), or null where the list ends. */
  move(step: -1 | 1, typed: string): string | null {
    const next = this.#at + step;
    if (next < 0 || next > this.entries.length) {
      return null;
    }
    if (this.#at === this.entries.length) {
      this.#draft = typed;
    }
    this.#at = next;
    return this.entries[next] ?? this.#draft;
  }
}
