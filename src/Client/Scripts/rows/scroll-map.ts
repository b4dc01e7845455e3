/** Browsers draw nothing behind about 17 (Firefox) or 33 million pixels; far below that all of them are exact. */
const tallest = 6_000_000;

/**
 * Between where a scroll bar stands and which pixel of a list is on top: the same as long as the list is no taller
 * than browsers allow; beyond, the bar of a shorter list, in proportion.
 */
export class ScrollMap {
  /** `content` is the height of the whole list and `view` that of the part in sight, in pixels. */
  constructor(private readonly content: number, private readonly view: number) {}

  /** How tall to make what is scrolled. */
  get height(): number {
    return Math.min(this.content, tallest);
  }

  /** The largest offset there is. */
  get last(): number {
    return Math.max(0, this.content - this.view);
  }

  get isScaled(): boolean {
    return this.content > tallest;
  }

  /** The same list in a view of another height. */
  seenIn(view: number): ScrollMap {
    return new ScrollMap(this.content, view);
  }

  toOffset(scroll: number): number {
    return Math.min(this.last, this.#scrollable > 0 ? (scroll / this.#scrollable) * this.last : 0);
  }

  toScroll(offset: number): number {
    return this.last > 0 ? (offset / this.last) * this.#scrollable : 0;
  }

  clamp(offset: number): number {
    return Math.max(0, Math.min(this.last, offset));
  }

  get #scrollable(): number {
    return Math.max(0, this.height - this.view);
  }
}
