/** The cell gone to with the arrow keys, and the line it is in. */
export class Selection {
  /** Index of the line; null when none is selected. */
  index: number | null = null;
  column = 0;

  /** What a key does: whether it moved, given the lines there are and how many are in sight. */
  press(key: string, list: { origin: number; end: number }, page: number, columns: number): boolean {
    const last = list.end - 1;
    if (last < list.origin) {
      return false;
    }
    const at = this.index ?? (key === 'ArrowDown' || key === 'PageDown' ? list.origin - 1 : last + 1);
    const to: Record<string, number> = {
      ArrowUp: at - 1, ArrowDown: at + 1, PageUp: at - page, PageDown: at + page, Home: list.origin, End: last,
    };
    const side: Record<string, number> = { ArrowLeft: this.column - 1, ArrowRight: this.column + 1 };
    if (key in side) {
      this.column = Math.max(0, Math.min(columns - 1, side[key]!)); // it is in it
      this.index ??= last;
      return true;
    }
    if (key in to) {
      this.index = Math.max(list.origin, Math.min(last, to[key]!)); // as above
      return true;
    }
    return false;
  }
}
