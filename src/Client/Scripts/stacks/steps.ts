/** Work done piece by piece, each in a task of its own. New work takes the place of what has not been done yet. */
export class Steps {
  #pending = 0;
  #soon = 0;

  run(steps: readonly (() => void)[]): void {
    clearTimeout(this.#pending);
    const [first, ...rest] = steps;
    if (first) {
      this.#pending = window.setTimeout(() => {
        first();
        this.run(rest);
      });
    }
  }

  /** Once, after what else there is to do. */
  soon(act: () => void): void {
    clearTimeout(this.#soon);
    this.#soon = window.setTimeout(act);
  }

  stop(): void {
    clearTimeout(this.#pending);
    clearTimeout(this.#soon);
  }
}
