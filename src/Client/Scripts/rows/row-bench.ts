import { copyText } from '../clipboard';
import { describeCost, explainCost } from '../cost';
import { make, Painter, setText } from '../dom';
import { formatCount, formatRate } from '../format';
import { FrameMenu } from '../stacks/frame-menu';
import { visibleText } from '../visible-text';
import { ColumnMenu } from './column-menu';
import { visibleOrder } from './column-order';
import type { Column } from './columns';
import { bothOf, condition } from './condition';
import { DetailsPanel } from './details-panel';
import { FilterBar } from './filter-bar';
import { JumpField } from './jump-field';
import { Lane } from './lane';
import type { RowDetails, RowPage, RowQuery } from './row-data';
import { emptyWords } from './row-empty';
import { RowGrid } from './row-grid';
import { RowLedger } from './row-ledger';
import { RowLoader } from './row-loader';
import type { RowModel } from './row-model';
import { RowStatus } from './row-status';
import { decodeRows, writeAddress, type RowViewState } from './row-url';
import { RowWindow } from './row-window';
import { Selection } from './selection';
import { placeAt } from './time-jump';

/** Milliseconds between two drawings of what came by itself; what the user does is drawn at once. */
const paintEvery = 200;

/** Where a bench has its data from. */
export interface RowSource {
  readonly model: RowModel;
  readonly columns: readonly Column[];
  /** Whether the server can be asked now. */
  readonly isLive: boolean;
  rows(query: RowQuery): Promise<RowPage>;
  /** Null for an event that is no longer kept. */
  details(number: number): Promise<RowDetails | null>;
  /** What is waited for. */
  targets(): readonly string[];
}

/** Everything that shows a session's events: the table, its tools, and the details of one of them. */
export class RowBench {
  readonly #painter = new Painter(() => this.#draw(), paintEvery);
  readonly #window = new RowWindow();
  readonly #lane = new Lane();
  readonly #loader: RowLoader;
  readonly #selection = new Selection();
  readonly #grid: RowGrid;
  readonly #bar: FilterBar;
  readonly #columns: ColumnMenu;
  readonly #details: DetailsPanel;
  readonly #ledger = new RowLedger();
  readonly #menu = new FrameMenu();
  readonly #status = new RowStatus(() => this.#hold('View paused'), () => this.#follow());
  readonly #jump = new JumpField(ms => void this.#jumpTo(ms));
  readonly #events = make('strong');
  readonly #rate = make('span');
  readonly #cost = make('span');
  readonly #emptyText = make('p');
  readonly #clear = make('button', { type: 'button', onclick: () => this.#choose({ filter: '', text: '' }) }, 'Show all events');
  readonly #empty = make('div', { className: 'rw-empty', hidden: true }, this.#emptyText, this.#clear);
  readonly #told = make('p', { className: 'visually-hidden', role: 'status' });
  readonly #seenAgain = () => this.#painter.ask();
  readonly #readAddress = () => this.#apply(decodeRows(location.hash));
  #view: RowViewState = decodeRows(location.hash);
  #seen: readonly Column[] = [];
  #failure = '';
  #attaching = false;
  /** Whether the session is to be shown from its beginning, or in an order: once it is known what there is. */
  #startsHeld = false;

  constructor(private readonly element: HTMLElement, private readonly source: RowSource, line: HTMLElement, isRunning: boolean) {
    this.#loader = new RowLoader(this.#lane, query => source.rows(query), {
      // A page that nobody sees asks for nothing.
      wish: () => source.isLive && !document.hidden ? this.#window.wish(this.#grid.sight, source.model.end) : null,
      answered: (query, page) => this.#answered(query, page),
      failed: error => this.#failed(error),
    });
    this.#grid = new RowGrid({
      scrolled: isAtEnd => this.#scrolled(isAtEnd), resized: () => this.#painter.now(), sort: key => this.#sort(key),
      pick: (index, column) => this.#pick(index, column), key: event => this.#key(event),
      menu: (index, column, at) => this.#openMenu(index, column, at),
    });
    this.#bar = new FilterBar((filter, text) => this.#choose({ filter, text }));
    this.#columns = new ColumnMenu(source.columns, columns => this.#set({ columns }));
    this.#details = new DetailsPanel(source.columns, {
      close: () => this.#closeDetails(), filter: added => this.#addCondition(added), told: text => this.#tell(text),
    });
    this.#build(line);
    this.#apply(this.#view);
    this.#startsHeld = !isRunning || this.#view.sortBy !== null;
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
    this.#loader.stop();
    this.#bar.dispose();
    this.#grid.dispose();
    this.#menu.close(false);
    removeEventListener('hashchange', this.#readAddress);
    document.removeEventListener('visibilitychange', this.#seenAgain);
    this.element.replaceChildren();
  }

  #build(line: HTMLElement): void {
    addEventListener('hashchange', this.#readAddress);
    document.addEventListener('visibilitychange', this.#seenAgain);
    this.#bar.columns = this.source.columns;
    this.element.replaceChildren(
      make('div', { className: 'ct-summary' }, make('span', {}, this.#events, ' events'), this.#rate, this.#cost, line),
      this.#ledger.element,
      make('div', { className: 'rw-tools' },
        this.#bar.element,
        make('div', { className: 'rw-line-two' },
          this.#columns.element, this.#jump.element, this.#status.words, this.#status.pause)),
      make('div', { className: 'rw-body' },
        make('div', { className: 'rw-main' }, this.#grid.element, this.#empty), this.#details.element),
      this.#menu.element, this.#told);
  }

  /** A view that came with the address. */
  #apply(view: RowViewState): void {
    const isColumn = this.source.columns.some(({ key }) => key === view.sortBy);
    this.#view = isColumn ? view : { ...view, sortBy: null, descending: false };
    this.#bar.set(view.filter, view.text);
    this.#seen = this.#visible(view.columns);
    this.#rechoose();
    if (this.#view.sortBy !== null && this.source.model.end > 0) {
      this.#window.hold(this.source.model.end);
    }
    this.#painter.now();
  }

  #set(change: Partial<RowViewState>): void {
    this.#view = { ...this.#view, ...change };
    if ('columns' in change) {
      this.#seen = this.#visible(this.#view.columns);
      this.#selection.column = Math.min(this.#selection.column, this.#seen.length - 1);
    }
    writeAddress(this.#view);
    this.#painter.now();
  }

  /** Other events, or in another order. */
  #choose(change: Partial<RowViewState>): void {
    const { filter, text, sortBy, descending } = { ...this.#view, ...change };
    const isNew = filter.trim() !== this.#view.filter.trim() || text !== this.#view.text
      || sortBy !== this.#view.sortBy || descending !== this.#view.descending;
    if ('filter' in change && this.#bar.filter.value.trim() !== filter.trim() || this.#bar.text.value !== text) {
      this.#bar.set(filter, text);
    }
    if (isNew) {
      this.#view = { ...this.#view, ...change };
      this.#rechoose();
      this.#set({});
    }
  }

  #rechoose(): void {
    const { filter, text, sortBy, descending } = this.#view;
    this.#window.choose({ filter, text, sortBy, descending });
    this.#selection.index = null;
    this.#grid.toTop();
  }

  #visible(order: readonly string[] | null): Column[] {
    const byKey = new Map(this.source.columns.map(column => [column.key, column]));
    return visibleOrder(order, this.source.columns).map(key => byKey.get(key)!); // they are of these columns
  }

  #draw(): void {
    const { model } = this.source;
    if (this.#startsHeld && model.end > 0 && (model.ended || this.#view.sortBy !== null)) {
      this.#startsHeld = false;
      this.#window.hold(model.end);
      this.#grid.toTop();
    }
    setText(this.#events, formatCount(model.total));
    setText(this.#rate, `${formatRate(model.totalRate)} /s${model.ended ? ' on average' : ''}`);
    setText(this.#cost, describeCost(model));
    this.#cost.title = explainCost(model);
    this.#ledger.draw(model);
    this.#bar.show(this.#window.problem, this.#window.choice.filter.trim());
    this.#columns.show(this.#seen.map(({ key }) => key));
    this.#status.draw(this.#window, model, this.#failure);
    this.element.classList.toggle('ct-paused', this.#window.until !== null && !model.ended);
    this.#drawGrid();
    this.#drawEmpty();
    this.#loader.pump();
  }

  #drawGrid(): void {
    const window = this.#window;
    this.#grid.show({
      origin: window.origin, end: window.end, kept: window.kept, row: index => window.row(index), columns: this.#seen,
      sortBy: this.#view.sortBy, descending: this.#view.descending, isFollowing: window.until === null,
      selected: this.#selection.index, activeColumn: this.#selection.column,
    });
  }

  #drawEmpty(): void {
    const { model } = this.source;
    const isKnown = this.source.isLive || model.cursor > 0; // before, nobody can say what there is
    const isEmpty = isKnown && this.#window.end === this.#window.origin;
    const isFiltered = this.#view.filter.trim() !== '' || this.#view.text !== '';
    this.#empty.hidden = !isEmpty;
    this.#clear.hidden = !isFiltered || model.end === 0;
    setText(this.#emptyText, !isEmpty ? '' : emptyWords({
      attaching: this.#attaching, ended: model.ended, total: model.total, rows: model.end, kept: this.#window.asked, searching: this.#window.searching,
      isFiltered, isAnswered: this.#window.isAnswered, targets: this.source.targets().map(visibleText),
    }));
  }

  #answered(query: RowQuery, page: RowPage): void {
    this.#failure = '';
    this.#window.accept(query, page);
    this.#painter.now();
  }

  #failed(error: unknown): void {
    // While the connection is lost its line says so; anything else the server said is said here.
    this.#failure = this.source.isLive ? `No answer: ${visibleText(reasonOf(error))}` : '';
    this.#painter.ask();
  }

  #hold(why: string): void {
    if (this.#window.until === null) {
      this.#window.hold(this.source.model.end);
      this.#startsHeld = false;
      this.#tell(why);
      this.#painter.now();
    }
  }

  #follow(): void {
    this.#window.follow();
    this.#selection.index = null;
    this.#tell('Following the end');
    this.#set({ sortBy: null, descending: false });
  }

  #scrolled(isAtEnd: boolean): void {
    if (!isAtEnd && this.#window.until === null) {
      this.#hold('View paused');
    }
    this.#drawGrid();
    this.#loader.pump();
  }

  /** Up, down, and back to how they came; numbers begin with the largest. */
  #sort(key: string): void {
    const isRunning = this.#window.until === null && !this.source.model.ended;
    this.#hold('View paused, so that the order holds');
    const { sortBy, descending } = this.#view;
    const first = this.#seen.find(column => column.key === key)?.isNumber ?? false;
    const next = sortBy !== key ? { sortBy: key, descending: first }
      : descending === first ? { sortBy: key, descending: !first } : { sortBy: null, descending: false };
    this.#choose(next);
    const order = next.sortBy === null ? 'in the order they came' : `by ${key}, ${next.descending ? 'largest' : 'smallest'} first`;
    this.#tell(`${isRunning ? 'View paused. ' : ''}Sorted ${order}`);
  }

  #pick(index: number, column: number): void {
    this.#hold('View paused');
    this.#selection.index = index;
    this.#selection.column = column;
    this.#openDetails();
    this.#painter.now();
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const { index, column } = this.#selection;
    if (event.key === 'Escape') {
      this.#closeDetails();
    } else if (event.key === 'Enter' && index !== null) {
      this.#openDetails();
    } else if ((event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10')) && index !== null) {
      this.#openMenu(index, column, this.#grid.placeOf(index, column));
    } else if (this.#selection.press(event.key, this.#window, this.#grid.page, this.#seen.length)) {
      this.#moved();
    } else {
      return;
    }
    event.preventDefault();
  }

  #moved(): void {
    const { index, column } = this.#selection;
    this.#hold('View paused');
    if (index !== null) {
      this.#grid.reveal(index);
      this.#painter.now();
      this.#grid.revealColumn(index, column);
      this.#followDetails();
    }
  }

  /** Details that are open are those of the selected event. */
  #followDetails(): void {
    if (this.#details.number !== null) {
      this.#openDetails();
    }
  }

  #openDetails(): void {
    const { index } = this.#selection;
    const row = index === null ? undefined : this.#window.row(index);
    if (!row || this.#details.number === row.number) {
      return;
    }
    this.#details.begin(row);
    void this.#lane.run(async () => {
      if (this.#details.number !== row.number) {
        return; // another one was gone to meanwhile
      }
      try {
        const details = await this.source.details(row.number);
        if (this.#details.number === row.number) {
          details ? this.#details.show(details) : this.#details.fail(row, 'The session no longer keeps this event: this is what was shown of it.');
        }
      } catch (error) {
        if (this.#details.number === row.number) {
          this.#details.fail(row, `No more is known of this event: ${reasonOf(error)}`);
        }
      }
    }).finally(() => this.#loader.pump());
  }

  #closeDetails(): void {
    if (this.#details.number !== null) {
      this.#details.close();
      this.#grid.focus();
    }
  }

  #openMenu(index: number, at: number, place: { x: number; y: number }): void {
    const row = this.#window.row(index);
    const column = this.#seen[at];
    if (!row || !column) {
      return;
    }
    this.#hold('View paused');
    this.#selection.index = index;
    this.#selection.column = at;
    this.#painter.now();
    const cell = column.cell(row);
    const [same, other] = [condition(column, cell, true), condition(column, cell, false)];
    const filters = same && other ? [
      { label: 'Only this value', key: 'o', run: () => this.#addCondition(same) },
      { label: 'Not this value', key: 'n', run: () => this.#addCondition(other) },
    ] : [];
    this.#menu.open(`${visibleText(column.label)}: ${visibleText(cell?.text.slice(0, 80) ?? 'no value')}`, [
      ...filters,
      { label: 'Copy value', key: 'c', run: () => void this.#copy(cell?.text ?? '') },
      { label: 'Details', key: 'd', run: () => this.#openDetails() },
    ], place);
  }

  async #copy(text: string): Promise<void> {
    this.#tell(await copyText(text) ? 'Copied' : 'Could not copy');
    this.#grid.focus();
  }

  #addCondition(added: string): void {
    this.#choose({ filter: bothOf(this.#view.filter, added) });
    this.#tell(`Filter: ${this.#view.filter}`);
  }

  async #jumpTo(ms: number): Promise<void> {
    this.#hold('View paused');
    this.#choose({ sortBy: null, descending: false });
    const place = await this.#lane.run(() => placeAt(ms, from => this.#askOne(from))).catch(() => null);
    if (place === null) {
      this.#tell('There is no event to go to');
    } else {
      this.#selection.index = this.#window.kept + place;
      this.#grid.reveal(this.#selection.index, true);
      this.#grid.focus();
      this.#followDetails();
    }
    this.#painter.now();
  }

  async #askOne(from: number): Promise<RowPage> {
    const query = this.#window.query(from, 1);
    const page = await this.source.rows(query);
    this.#window.accept(query, page);
    return page;
  }

  #tell(text: string): void {
    setText(this.#told, visibleText(text));
  }
}

/** What the server said, without what the library puts before it. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^.*HubException: /s, '');
}
