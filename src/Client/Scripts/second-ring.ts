/** How many full seconds are remembered, beside the running one. */
export const windowSeconds = 60;

const ringSize = windowSeconds + 1;

/**
 * Values by row and second of session time, for the last minute. What spans several seconds is spread evenly over
 * them: that is exact to the tick while live, and an honest average for what was missed during a lost connection.
 */
export class SecondRing {
  #rows: number;
  #cells: Float64Array;
  #second = 0;

  constructor(rows: number) {
    this.#rows = rows;
    this.#cells = new Float64Array(rows * ringSize);
  }

  /** Makes room for more rows, keeping what is there: a row's cells lie side by side. */
  grow(rows: number): void {
    if (rows <= this.#rows) {
      return;
    }
    const cells = new Float64Array(rows * ringSize);
    cells.set(this.#cells);
    this.#cells = cells;
    this.#rows = rows;
  }

  /** Enters every second up to the one that `endMs` lies in (a range ends before the second it touches). */
  advance(endMs: number): void {
    const target = Math.max(0, Math.ceil(endMs / 1000) - 1);
    const oldest = Math.max(this.#second + 1, target - windowSeconds);
    for (let second = oldest; second <= target; second++) {
      for (let cell = second % ringSize; cell < this.#cells.length; cell += ringSize) {
        this.#cells[cell] = 0;
      }
    }
    this.#second = Math.max(this.#second, target);
  }

  /** Adds a value that arose between two times, at most up to where `advance` has come. */
  add(row: number, startMs: number, endMs: number, value: number): void {
    const last = Math.max(0, Math.ceil(endMs / 1000) - 1);
    const first = Math.max(Math.floor(startMs / 1000), this.#second - windowSeconds, 0);
    const length = endMs - startMs;
    for (let second = first; second <= last; second++) {
      const overlap = Math.min(endMs, (second + 1) * 1000) - Math.max(startMs, second * 1000);
      this.#cells[row * ringSize + (second % ringSize)]! += length > 0 ? (value * overlap) / length : value;
    }
  }

  /** The value of one second; zero when it is no longer, or not yet, known. */
  at(row: number, second: number): number {
    const known = second >= 0 && second <= this.#second && second >= this.#second - windowSeconds;
    return known ? this.#cells[row * ringSize + (second % ringSize)]! : 0;
  }

  clone(): SecondRing {
    const copy = new SecondRing(0);
    copy.#rows = this.#rows;
    copy.#cells = this.#cells.slice();
    copy.#second = this.#second;
    return copy;
  }
}
