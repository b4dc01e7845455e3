import { visibleOrder } from './column-order';
import type { Column } from './columns';
import { groupBy, groupColumns } from './group-columns';
import type { RowInfo } from './row-data';
import { plainRows, writeAddress, type RowViewState } from './row-url';

/** Which events are shown, in which columns and order, one by one or counted: what the address of the page holds. */
export class BenchView {
  #state: RowViewState = plainRows;
  #chosen: readonly Column[] = [];
  #columns: readonly Column[] = [];

  constructor(private readonly all: readonly Column[], private readonly info: RowInfo) {}

  get state(): RowViewState {
    return this.#state;
  }

  /** The columns that the user chose. */
  get chosen(): readonly Column[] {
    return this.#chosen;
  }

  /** The columns that are seen: of equal events with their count, and without the time. */
  get columns(): readonly Column[] {
    return this.#columns;
  }

  /** Whether equal events are counted. */
  get isCounting(): boolean {
    return this.#state.counting ?? this.info.countEqual;
  }

  /** In which columns they are equal. */
  get by(): string[] {
    return groupBy(this.#columns, this.info);
  }

  get isFiltered(): boolean {
    return this.#state.filter.trim() !== '' || this.#state.text !== '';
  }

  /** Takes a view over that came with an address. */
  read(state: RowViewState): void {
    const isColumn = this.all.some(({ key }) => key === state.sortBy);
    this.#take(isColumn ? state : { ...state, sortBy: null, descending: false });
  }

  /** Changes some of it, and the address with it. */
  set(change: Partial<RowViewState>): void {
    this.#take({ ...this.#state, ...change });
    writeAddress(this.#state);
  }

  /** Whether other events would be shown, or in another order. */
  isOther(change: Partial<RowViewState>): boolean {
    const { filter, text, sortBy, descending } = { ...this.#state, ...change };
    const now = this.#state;
    return filter.trim() !== now.filter.trim() || text !== now.text || sortBy !== now.sortBy || descending !== now.descending;
  }

  #take(state: RowViewState): void {
    const isSame = this.#chosen.length > 0 && state.columns === this.#state.columns && state.counting === this.#state.counting;
    this.#state = state;
    if (!isSame) {
      const byKey = new Map(this.all.map(column => [column.key, column]));
      this.#chosen = visibleOrder(state.columns, this.all).map(key => byKey.get(key)!); // they are of these columns
      this.#columns = this.isCounting ? groupColumns(this.#chosen, this.all) : this.#chosen;
    }
  }
}
