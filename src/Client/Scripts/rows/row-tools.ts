import { make } from '../dom';
import type { BenchLists } from './bench-lists';
import type { BenchView } from './bench-view';
import { ColumnMenu } from './column-menu';
import type { Column } from './columns';
import { CountToggle } from './count-toggle';
import { FilterBar } from './filter-bar';
import { JumpField } from './jump-field';
import type { RowModel } from './row-model';
import { RowStatus } from './row-status';

export interface ToolEvents {
  /** Other events are wanted. */
  choose(filter: string, text: string): void;
  /** Other columns; null for the usual ones. */
  columns(visible: string[] | null): void;
  /** Equal events are to be counted, or each has its own line. */
  count(isCounting: boolean): void;
  jump(ms: number): void;
  hold(): void;
  follow(): void;
}

/** The two lines above the table: which events, which columns, how they are shown, and how many they are. */
export class RowTools {
  readonly element: HTMLElement;
  readonly #bar: FilterBar;
  readonly #columns: ColumnMenu;
  readonly #counting: CountToggle;
  readonly #jump: JumpField;
  readonly #status: RowStatus;

  constructor(columns: readonly Column[], events: ToolEvents) {
    this.#bar = new FilterBar((filter, text) => events.choose(filter, text));
    this.#bar.columns = columns;
    this.#columns = new ColumnMenu(columns, visible => events.columns(visible));
    this.#counting = new CountToggle(isCounting => events.count(isCounting));
    this.#jump = new JumpField(ms => events.jump(ms));
    this.#status = new RowStatus(() => events.hold(), () => events.follow());
    this.element = make('div', { className: 'rw-tools' },
      this.#bar.element,
      make('div', { className: 'rw-line-two' },
        this.#columns.element, this.#counting.element, this.#jump.element, this.#status.words, this.#status.pause));
  }

  /** Puts into the fields what was not typed there; what was keeps its blanks and the cursor its place. */
  set(filter: string, text: string): void {
    if (this.#bar.filter.value.trim() !== filter.trim() || this.#bar.text.value !== text) {
      this.#bar.set(filter, text);
    }
  }

  draw(view: BenchView, lists: BenchLists, model: RowModel): void {
    this.#bar.show(lists.shown.problem, view.state.filter.trim());
    this.#columns.show(view.chosen.map(({ key }) => key));
    this.#counting.draw(view.isCounting);
    this.#jump.element.hidden = view.isCounting;
    this.#status.draw(view.isCounting ? lists.groups : lists.rows, model, lists.failure);
  }

  dispose(): void {
    this.#bar.dispose();
  }
}
