import { cellText, type Column } from './columns';
import type { RowView } from './row-data';

/** In characters. A column that follows its widest cell may take so much; beyond, cells end in an ellipsis. */
const widest = { number: 22, text: 36, message: 90 };

/** How wide columns are: as their widest cell so far, so that they never shrink and jump to and fro. */
export class ColumnWidths {
  readonly #widths = new Map<string, number>();

  /** Looks at a row that is about to be shown. */
  see(row: RowView, columns: readonly Column[]): void {
    for (const column of columns) {
      const cell = column.cell(row);
      const most = column.key === 'message' ? widest.message : column.isNumber ? widest.number : widest.text;
      const length = Math.min(most, cell ? cellText(cell).length : 0);
      if (length > this.of(column)) {
        this.#widths.set(column.key, length);
      }
    }
  }

  /** In characters. */
  of({ key, label }: Column): number {
    return this.#widths.get(key) ?? Math.min(24, Math.max(3, label.length + 2));
  }

  /** For `grid-template-columns`; the last one takes what is left. */
  template(columns: readonly Column[]): string {
    return columns.map((column, i) => {
      const width = `calc(${this.of(column)}ch + 1.5rem)`;
      return i === columns.length - 1 ? `minmax(${width}, 1fr)` : width;
    }).join(' ');
  }
}
