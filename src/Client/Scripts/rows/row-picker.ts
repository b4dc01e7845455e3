import { copyText } from '../clipboard';
import type { Point } from '../popup';
import { FrameMenu } from '../stacks/frame-menu';
import { visibleText } from '../visible-text';
import type { Column } from './columns';
import { condition } from './condition';
import type { DetailsPanel } from './details-panel';
import type { Lane } from './lane';
import type { RowDetails } from './row-data';
import type { RowGrid } from './row-grid';
import type { RowList } from './row-list';
import { reasonOf } from './row-fault';
import { Selection } from './selection';

export interface PickerHost {
  readonly list: RowList;
  readonly columns: readonly Column[];
  /** Null for an event that is no longer kept. */
  details(number: number): Promise<RowDetails | null>;
  /** The view must hold still. */
  hold(): void;
  /** A condition to add to the filter. */
  filter(condition: string): void;
  told(text: string): void;
  changed(): void;
  /** A question of this was answered: others may be asked. */
  answered(): void;
}

/** What is done with single events: going from one to another, their details, the menu of a cell. */
export class RowPicker {
  readonly selection = new Selection();
  readonly menu = new FrameMenu();

  constructor(
    private readonly host: PickerHost, private readonly grid: RowGrid, private readonly panel: DetailsPanel, private readonly lane: Lane,
  ) {}

  /** A cell was clicked. */
  pick(index: number, column: number): void {
    this.#select(index, column);
    this.#openDetails();
    this.host.changed();
  }

  /** Selects an event in the middle of the table. */
  goTo(index: number): void {
    this.selection.index = index;
    this.grid.reveal(index, true);
    this.grid.focus();
    this.#followDetails();
  }

  press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const { index, column } = this.selection;
    if (event.key === 'Escape') {
      this.closeDetails();
    } else if (event.key === 'Enter' && index !== null) {
      this.#openDetails();
    } else if ((event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10')) && index !== null) {
      this.openMenu(index, column, this.grid.placeOf(index, column));
    } else if (this.selection.press(event.key, this.host.list, this.grid.page, this.host.columns.length)) {
      this.#moved();
    } else {
      return;
    }
    event.preventDefault();
  }

  openMenu(index: number, at: number, place: Point): void {
    const row = this.host.list.row(index);
    const column = this.host.columns[at];
    if (!row || !column) {
      return;
    }
    this.#select(index, at);
    this.host.changed();
    const cell = column.cell(row);
    const [same, other] = [condition(column, cell, true), condition(column, cell, false)];
    const filters = same && other ? [
      { label: 'Only this value', key: 'o', run: () => this.host.filter(same) },
      { label: 'Not this value', key: 'n', run: () => this.host.filter(other) },
    ] : [];
    this.menu.open(`${visibleText(column.label)}: ${visibleText(cell?.text.slice(0, 80) ?? 'no value')}`, [
      ...filters,
      { label: 'Copy value', key: 'c', run: () => void this.#copy(cell?.text ?? '') },
      { label: 'Details', key: 'd', run: () => this.#openDetails() },
    ], place);
  }

  closeDetails(): void {
    if (this.panel.number !== null) {
      this.panel.close();
      this.grid.focus();
    }
  }

  #select(index: number, column: number): void {
    this.host.hold();
    this.selection.index = index;
    this.selection.column = column;
  }

  #moved(): void {
    const { index, column } = this.selection;
    this.host.hold();
    if (index !== null) {
      this.grid.reveal(index);
      this.host.changed();
      this.grid.revealColumn(index, column);
      this.#followDetails();
    }
  }

  /** Details that are open are those of the selected event. */
  #followDetails(): void {
    if (this.panel.number !== null) {
      this.#openDetails();
    }
  }

  #openDetails(): void {
    const { index } = this.selection;
    const row = index === null ? undefined : this.host.list.row(index);
    if (!row || this.panel.number === row.number) {
      return;
    }
    this.panel.begin(row);
    void this.lane.run(async () => {
      if (this.panel.number !== row.number) {
        return; // another one was gone to meanwhile
      }
      const [details, reason] = await this.#ask(row.number);
      if (this.panel.number === row.number) {
        details ? this.panel.show(row.count === undefined ? details : { ...details, row: { ...details.row, count: row.count } })
          : this.panel.fail(row, reason);
      }
    }).finally(() => this.host.answered());
  }

  async #ask(number: number): Promise<[RowDetails | null, string]> {
    try {
      return [await this.host.details(number), 'The session no longer keeps this event: this is what was shown of it.'];
    } catch (error) {
      return [null, `No more is known of this event: ${reasonOf(error)}`];
    }
  }

  async #copy(text: string): Promise<void> {
    this.host.told(await copyText(text) ? 'Copied' : 'Could not copy');
    this.grid.focus();
  }
}
