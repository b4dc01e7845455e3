/**
 * Makes an element. Texts become text nodes, never markup: names come from the kernel and are data. A property that
 * has a dash or is `role` is set as an attribute.
 */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, properties: Record<string, unknown> = {}, ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes('-') || name === 'role') {
      element.setAttribute(name, String(value));
    } else {
      Object.assign(element, { [name]: value });
    }
  }
  element.append(...children);
  return element;
}

/** Sets a text only if it differs: an equal write would still cost layout. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/**
 * Calls `draw` at most every `intervalMs`, however often it is asked, and not while the page is hidden. It comes right
 * behind a frame, in a task of its own: what it writes is then laid out and painted by the next frame, and neither of
 * the two tasks is as long as both.
 */
export class Painter {
  #pending = 0;
  #last = -Infinity;
  #stopped = false;

  constructor(private readonly draw: () => void, private readonly intervalMs: number) {}

  /** Soon, together with others. */
  ask(): void {
    if (this.#pending === 0 && !this.#stopped) {
      const wait = Math.max(0, this.#last + this.intervalMs - performance.now());
      this.#pending = window.setTimeout(() => requestAnimationFrame(() => this.#behindFrame()), wait);
    }
  }

  #behindFrame(): void {
    if (this.#pending !== 0) {
      this.#pending = window.setTimeout(() => this.now());
    }
  }

  /** At once: for what the user just did. */
  now(): void {
    clearTimeout(this.#pending);
    this.#pending = 0;
    if (!this.#stopped) {
      this.#last = performance.now();
      this.draw();
    }
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#pending);
  }
}
