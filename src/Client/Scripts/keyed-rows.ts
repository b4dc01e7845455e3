/**
 * Rows in the page, by what they show. One is made when it is first asked for and taken out when it is not, and only what
 * stands elsewhere is moved: that costs layout, and takes the focus.
 */
export class KeyedRows<K, R extends { readonly element: HTMLElement }> {
  readonly #rows = new Map<K, R>();

  /** They come behind `above`, or are the first in `parent`. */
  constructor(private readonly parent: Element, private readonly above: Element | null, private readonly create: (key: K) => R) {}

  get(key: K | null): R | undefined {
    return key === null ? undefined : this.#rows.get(key);
  }

  has(key: K): boolean {
    return this.#rows.has(key);
  }

  /** Of rows that are alike, any one. */
  get any(): R | undefined {
    return this.#rows.values().next().value;
  }

  /** The one that has the focus, or something in it. */
  get focused(): R | undefined {
    return [...this.#rows.values()].find(row => row.element.contains(document.activeElement));
  }

  /** Exactly these, in this order. */
  place(keys: readonly K[]): readonly R[] {
    const wanted = new Set(keys);
    for (const [key, row] of this.#rows) {
      if (!wanted.has(key)) {
        this.#remove(key, row);
      }
    }
    let before = this.above;
    return keys.map(key => {
      const row = this.#rows.get(key) ?? this.create(key);
      this.#rows.set(key, row);
      const next = before ? before.nextElementSibling : this.parent.firstElementChild;
      if (next !== row.element) {
        this.parent.insertBefore(row.element, next);
      }
      before = row.element;
      return row;
    });
  }

  clear(): void {
    this.#rows.forEach((row, key) => this.#remove(key, row));
  }

  #remove(key: K, { element }: R): void {
    element.remove();
    this.#rows.delete(key);
  }
}
