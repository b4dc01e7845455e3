/**
 * Knows how large the inside of an element is, without asking at every drawing: to ask makes the browser lay out the
 * page at once.
 */
export class SizeWatch {
  width = 0;
  height = 0;
  readonly #observer: ResizeObserver;

  /** `changed` is called when the size has changed, but not when the element is hidden. */
  constructor(private readonly element: HTMLElement, changed: () => void) {
    this.#observer = new ResizeObserver(() => this.read() && changed()); // laid out just now: costs nothing
    this.#observer.observe(element);
  }

  /** For the first drawing, which comes before the observer's first word. */
  measure(): this {
    if (this.width === 0) {
      this.read();
    }
    return this;
  }

  /** Asks the element, and tells whether its size has changed; one that is hidden keeps its size. */
  read(): boolean {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width === 0 || (width === this.width && height === this.height)) {
      return false;
    }
    this.width = width;
    this.height = height;
    return true;
  }

  stop(): void {
    this.#observer.disconnect();
  }
}
