import type { RowView } from './row-data';

/** Rows of one page; a page is what is let go of at once. */
const pageSize = 100;
const maxPages = 40;

/** A few thousand rows by their index, those last asked for the longest. */
export class RowCache {
  /** In the order of use, the one used longest ago first. */
  readonly #pages = new Map<number, Map<number, RowView>>();

  get(index: number): RowView | undefined {
    const key = Math.floor(index / pageSize);
    const page = this.#pages.get(key);
    if (!page) {
      return undefined;
    }
    this.#pages.delete(key);
    this.#pages.set(key, page);
    return page.get(index);
  }

  set(index: number, row: RowView): void {
    const key = Math.floor(index / pageSize);
    const page = this.#pages.get(key) ?? new Map<number, RowView>();
    this.#pages.delete(key);
    this.#pages.set(key, page);
    page.set(index, row);
    if (this.#pages.size > maxPages) {
      this.#pages.delete(this.#pages.keys().next().value!); // more than none: there is a first
    }
  }

  /** Where an event stands, if it is here. */
  indexOf(number: number): number | undefined {
    for (const page of this.#pages.values()) {
      for (const [index, row] of page) {
        if (row.number === number) {
          return index;
        }
      }
    }
    return undefined;
  }

  clear(): void {
    this.#pages.clear();
  }
}
