import { make, Painter, setText } from '../dom';
import { visibleText } from '../visible-text';
import { BenchLists, type RowSource } from './bench-lists';
import { BenchView } from './bench-view';
import type { Column } from './columns';
import { bothOf } from './condition';
import { DetailsPanel } from './details-panel';
import { EmptyNotice } from './empty-notice';
import type { RowInfo } from './row-data';
import { RowGrid } from './row-grid';
import { RowPicker } from './row-picker';
import { RowSummary } from './row-summary';
import { RowTools } from './row-tools';
import { decodeRows, type RowViewState } from './row-url';
import { nextOrder, orderWords } from './sorting';

/** Milliseconds between two drawings of what came by itself; what the user does is drawn at once. */
const paintEvery = 200;

/** Where a bench has its data from, and what is known of the session. */
export interface BenchSource extends RowSource {
  readonly info: RowInfo;
  readonly columns: readonly Column[];
  /** What is waited for. */
  targets(): readonly string[];
}

/** Everything that shows a session's events: the table, its tools, and the details of one of them. */
export class RowBench {
  readonly #painter = new Painter(() => this.#draw(), paintEvery);
  readonly #view: BenchView;
  readonly #lists: BenchLists;
  readonly #grid: RowGrid;
  readonly #picker: RowPicker;
  readonly #details: DetailsPanel;
  readonly #summary: RowSummary;
  readonly #tools: RowTools;
  readonly #empty = new EmptyNotice(() => this.#choose({ filter: '', text: '' }));
  readonly #told = make('p', { className: 'visually-hidden', role: 'status' });
  readonly #seenAgain = () => this.#painter.ask();
  readonly #readAddress = () => this.#apply(decodeRows(location.hash));
  #attaching = false;
  /** Whether the session is to be shown from its beginning, or in an order: once it is known what there is. */
  #startsHeld = false;

  constructor(private readonly element: HTMLElement, private readonly source: BenchSource, line: HTMLElement, isRunning: boolean) {
    this.#view = new BenchView(source.columns, source.info);
    this.#summary = new RowSummary(line);
    this.#tools = new RowTools(source.columns, {
      choose: (filter, text) => this.#choose({ filter, text }), columns: columns => this.#set({ columns }),
      count: isCounting => this.#count(isCounting), jump: ms => void this.#jumpTo(ms),
      hold: () => this.#hold('View paused'), follow: () => this.#follow(),
    });
    this.#lists = new BenchLists(this.#view, source, {
      sight: () => this.#grid.sight, answered: () => this.#painter.now(), failed: () => this.#painter.ask(),
    });
    this.#details = new DetailsPanel(source.columns, {
      close: () => this.#picker.closeDetails(), filter: added => this.#addCondition(added), told: text => this.#tell(text),
    });
    this.#grid = new RowGrid({
      scrolled: isAtEnd => this.#scrolled(isAtEnd), resized: () => this.#painter.now(), sort: key => this.#sort(key),
      pick: (index, column) => this.#picker.pick(index, column), key: event => this.#picker.press(event),
      menu: (index, column, at) => this.#picker.openMenu(index, column, at),
    });
    this.#picker = this.#makePicker();
    this.#build();
    this.#apply(decodeRows(location.hash));
    this.#startsHeld = !isRunning || this.#view.state.sortBy !== null;
  }

  set attaching(attaching: boolean) {
    this.#attaching = attaching;
    this.#painter.ask();
  }

  /** Something came, or the connection stands otherwise. */
  changed(): void {
    this.#painter.ask();
  }

  dispose(): void {
    this.#painter.stop();
    this.#lists.stop();
    this.#tools.dispose();
    this.#grid.dispose();
    this.#picker.menu.close(false);
    removeEventListener('hashchange', this.#readAddress);
    document.removeEventListener('visibilitychange', this.#seenAgain);
    this.element.replaceChildren();
  }

  #makePicker(): RowPicker {
    const bench = this;
    return new RowPicker({
      get list() { return bench.#lists.shown; },
      get columns() { return bench.#view.columns; },
      details: number => this.source.details(number), hold: () => this.#hold('View paused'),
      filter: added => this.#addCondition(added), told: text => this.#tell(text),
      changed: () => this.#painter.now(), answered: () => this.#lists.pump(),
    }, this.#grid, this.#details, this.#lists.lane);
  }

  #build(): void {
    addEventListener('hashchange', this.#readAddress);
    document.addEventListener('visibilitychange', this.#seenAgain);
    this.element.replaceChildren(
      this.#summary.element, this.#summary.ledger.element, this.#tools.element,
      make('div', { className: 'rw-body' },
        make('div', { className: 'rw-main' }, this.#grid.element, this.#empty.element), this.#details.element),
      this.#picker.menu.element, this.#told);
  }

  /** A view that came with the address. */
  #apply(state: RowViewState): void {
    this.#view.read(state);
    this.#tools.set(state.filter, state.text);
    this.#rechoose();
    if (this.#view.state.sortBy !== null && this.source.model.end > 0) {
      this.#lists.shown.hold(this.source.model.end);
    }
    this.#painter.now();
  }

  #set(change: Partial<RowViewState>): void {
    const { by } = this.#view;
    this.#view.set(change);
    const { selection } = this.#picker;
    selection.column = Math.min(selection.column, this.#view.columns.length - 1);
    if (this.#view.isCounting && by.join() !== this.#view.by.join()) {
      this.#rechoose(); // events that are equal in other columns
    }
    this.#painter.now();
  }

  /** Other events, or in another order. */
  #choose(change: Partial<RowViewState>): void {
    const { filter, text } = { ...this.#view.state, ...change };
    if ('filter' in change) {
      this.#tools.set(filter, text);
    }
    if (this.#view.isOther(change)) {
      this.#view.set(change);
      this.#rechoose();
      this.#painter.now();
    }
  }

  #rechoose(): void {
    this.#lists.choose();
    this.#picker.selection.index = null;
    this.#grid.toTop();
  }

  /** From single events to equal ones counted, or back. */
  #count(isCounting: boolean): void {
    const { until } = this.#lists.shown;
    this.#picker.closeDetails();
    this.#view.set({ counting: isCounting === this.source.info.countEqual ? null : isCounting });
    this.#rechoose();
    this.#lists.changeOver(until);
    this.#tell(isCounting ? 'Counting equal events, the most first' : 'Every event by itself');
    this.#painter.now();
  }

  #draw(): void {
    const { model } = this.source;
    const list = this.#lists.shown;
    if (this.#startsHeld && model.end > 0 && (model.ended || this.#view.state.sortBy !== null)) {
      this.#startsHeld = false;
      list.hold(model.end);
      this.#grid.toTop();
    }
    this.#summary.draw(model);
    this.#tools.draw(this.#view, this.#lists, model);
    this.element.classList.toggle('ct-paused', list.until !== null && !model.ended);
    this.#drawGrid();
    this.#drawEmpty();
    this.#lists.pump();
  }

  #drawGrid(): void {
    const { isCounting, state, columns } = this.#view;
    const list = this.#lists.shown;
    this.#grid.show({
      origin: list.origin, end: list.end, row: index => list.row(index), isGone: index => list.isGone(index), columns,
      sortBy: isCounting ? 'count' : state.sortBy, descending: isCounting || state.descending,
      isFollowing: list.until === null && !isCounting,
      selected: this.#picker.selection.index, activeColumn: this.#picker.selection.column,
    });
  }

  #drawEmpty(): void {
    const { model } = this.source;
    const list = this.#lists.shown;
    const isKnown = this.source.isLive || model.cursor > 0; // before, nobody can say what there is
    this.#empty.draw(!isKnown || list.end !== list.origin ? null : {
      attaching: this.#attaching, ended: model.ended, total: model.total, rows: model.end, kept: list.asked, searching: list.searching,
      isFiltered: this.#view.isFiltered, isAnswered: list.isAnswered, targets: this.source.targets().map(visibleText),
    });
  }

  #hold(why: string): void {
    if (this.#lists.hold()) {
      this.#startsHeld = false;
      this.#tell(why);
      this.#painter.now();
    }
  }

  #follow(): void {
    this.#lists.shown.follow();
    this.#picker.selection.index = null;
    this.#tell(this.#view.isCounting ? 'Counting goes on' : 'Following the end');
    this.#set({ sortBy: null, descending: false });
  }

  /** Who leaves the end wants to read there; of equal events the largest are on top, live or not. */
  #scrolled(isAtEnd: boolean): void {
    if (!isAtEnd && !this.#view.isCounting) {
      this.#hold('View paused');
    }
    this.#drawGrid();
    this.#lists.pump();
  }

  #sort(key: string): void {
    const isRunning = this.#lists.shown.until === null && !this.source.model.ended;
    this.#hold('View paused, so that the order holds');
    const next = nextOrder(this.#view.state, key, this.#view.chosen);
    this.#choose(next);
    this.#tell(`${isRunning ? 'View paused. ' : ''}Sorted ${orderWords(next)}`);
  }

  #addCondition(added: string): void {
    this.#choose({ filter: bothOf(this.#view.state.filter, added) });
    this.#tell(`Filter: ${this.#view.state.filter}`);
  }

  async #jumpTo(ms: number): Promise<void> {
    this.#hold('View paused');
    this.#choose({ sortBy: null, descending: false });
    const index = await this.#lists.indexAt(ms);
    if (index === null) {
      this.#tell('There is no event to go to');
    } else {
      this.#picker.goTo(index);
    }
    this.#painter.now();
  }

  #tell(text: string): void {
    setText(this.#told, visibleText(text));
  }
}
