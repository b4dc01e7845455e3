import { visibleText } from '../visible-text';
import type { BenchView } from './bench-view';
import { GroupWindow } from './group-window';
import { Lane } from './lane';
import type { GroupPage, GroupQuery, RowDetails, RowPage, RowQuery } from './row-data';
import { reasonOf } from './row-fault';
import type { Question, RowList } from './row-list';
import { RowLoader } from './row-loader';
import type { RowModel } from './row-model';
import { RowWindow } from './row-window';
import { placeAt } from './time-jump';

/** Milliseconds between two questions about equal events that still come. */
const countPause = 50;

/** Where a bench has its data from. */
export interface RowSource {
  readonly model: RowModel;
  /** Whether the server can be asked now. */
  readonly isLive: boolean;
  rows(query: RowQuery): Promise<RowPage>;
  groups(query: GroupQuery): Promise<GroupPage>;
  /** Null for an event that is no longer kept. */
  details(number: number): Promise<RowDetails | null>;
}

export interface ListEvents {
  /** Indices of the lines in sight. */
  sight(): { from: number; to: number };
  answered(): void;
  failed(): void;
}

/** The events one by one, and equal ones counted: one of both is shown, and asked for. */
export class BenchLists {
  readonly rows = new RowWindow();
  readonly groups = new GroupWindow();
  readonly lane = new Lane();
  readonly #loader: RowLoader<Question, RowPage | GroupPage>;
  /** Why the last question has no answer; empty if it has. */
  failure = '';

  constructor(private readonly view: BenchView, private readonly source: RowSource, private readonly events: ListEvents) {
    this.#loader = new RowLoader<Question, RowPage | GroupPage>(this.lane, query => 'by' in query ? source.groups(query) : source.rows(query), {
      // A page that nobody sees asks for nothing.
      wish: () => source.isLive && !document.hidden ? this.shown.wish(events.sight(), source.model.end) : null,
      answered: (query, page) => this.#answered(query, page),
      // Of events that come faster than they are counted, counting would take a whole processor.
      rest: () => view.isCounting && this.shown.until === null ? countPause : 0,
      failed: error => this.#failed(error),
    });
  }

  get shown(): RowList {
    return this.view.isCounting ? this.groups : this.rows;
  }

  /** Asks for what is missing. */
  pump(): void {
    this.#loader.pump();
  }

  stop(): void {
    this.#loader.stop();
  }

  /** Takes over which events the view wants. */
  choose(): void {
    const { filter, text, sortBy, descending } = this.view.state;
    this.rows.choose({ filter, text, sortBy, descending });
    this.groups.choose({ filter, text, by: this.view.by });
  }

  /** After the view went from one list to the other: as still or as live as before. */
  changeOver(until: number | null): void {
    this.shown.follow();
    this.choose();
    if (until !== null) {
      this.shown.hold(until);
    }
  }

  /** Whether it went on until now. */
  hold(): boolean {
    const isNew = this.shown.until === null;
    this.shown.hold(this.source.model.end);
    return isNew;
  }

  /** The index of the first event at or after a time; null where there is none, or no answer. */
  async indexAt(ms: number): Promise<number | null> {
    const place = await this.lane.run(() => placeAt(ms, from => this.#askOne(from))).catch(() => null);
    return place === null ? null : this.rows.kept + place;
  }

  async #askOne(from: number): Promise<RowPage> {
    const query = this.rows.query(from, 1);
    const page = await this.source.rows(query);
    this.rows.accept(query, page);
    return page;
  }

  #answered(query: Question, page: RowPage | GroupPage): void {
    this.failure = '';
    if ('by' in query) {
      this.groups.accept(query, page as GroupPage); // to each question its answer
    } else {
      this.rows.accept(query, page as RowPage);
    }
    this.events.answered();
  }

  #failed(error: unknown): void {
    // While the connection is lost its line says so; anything else the server said is said here.
    this.failure = this.source.isLive ? `No answer: ${visibleText(reasonOf(error))}` : '';
    this.events.failed();
  }
}
