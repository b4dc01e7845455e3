import type { Fold } from '../fold';
import type { HeatMap, HeatMapQuery } from './distribution-data';
import type { Definitions } from './definitions';
import { heatDelta, HeatModel, type HeatColumn } from './heat-model';
import type { Scene } from './scene';

/** Milliseconds between two questions for the past. */
const askEvery = 1000;

/** Which keys of a distribution are meant: one, or all that are not hidden. */
interface Keys {
  readonly key: number | null;
  readonly hidden: ReadonlySet<number>;
}

export interface HeatHistoryEvents {
  ask(query: HeatMapQuery): Promise<HeatMap>;
  /** There is something else to draw. */
  changed(): void;
}

/** The columns of a distribution's heat map, of the keys that are shown and up to the moment that is. */
export class HeatHistory {
  #keys: Keys = { key: null, hidden: new Set() };
  #model: HeatModel;
  /** What it was up to a moment; again, until all of it has come. */
  #frozen: { columns: readonly HeatColumn[]; isComplete: boolean } | null = null;
  /** What was drawn last of other keys: it stays until there is something of these. */
  #before: readonly HeatColumn[] = [];
  #lastAsked = -Infinity;

  constructor(
    private readonly distribution: number, private readonly definitions: Definitions, private readonly mostColumns: () => number,
    private readonly events: HeatHistoryEvents,
  ) {
    this.#model = new HeatModel(mostColumns());
  }

  /** Whether what is drawn is not yet of the keys that are shown. */
  get isLate(): boolean {
    return this.#before.length > 0;
  }

  get columns(): readonly HeatColumn[] {
    return this.isLate ? this.#before : (this.#frozen ?? this.#model).columns;
  }

  /** A fold has been added to the definitions. */
  added(fold: Fold): void {
    this.#model.add(heatDelta(fold, series => this.#isMeant(series), series => this.definitions.bucketOf(series)));
  }

  /** What could not be asked while the connection was lost. */
  refetch(): void {
    this.#lastAsked = -Infinity;
  }

  /** Before drawing: what the scene shows. */
  follow(scene: Pick<Scene, 'part' | 'isFrozen' | 'moment'>): void {
    const { part: { key, hidden }, isFrozen } = scene;
    if (!isSame(this.#keys, key, hidden)) {
      this.#start({ key, hidden: new Set(hidden) });
    }
    if (this.#model.isStale && performance.now() - this.#lastAsked > askEvery) {
      void this.#ask(this.#model);
    }
    this.#before = this.#model.isComplete ? [] : this.#before;
    if (!isFrozen) {
      this.#frozen = null;
    } else if (!this.#frozen?.isComplete) {
      this.#frozen = { columns: this.#model.upTo(scene.moment.growth.endMs), isComplete: this.#model.isComplete };
    }
  }

  #start(keys: Keys): void {
    this.#before = this.columns;
    this.#keys = keys;
    this.#model = new HeatModel(this.mostColumns());
    this.#frozen = null;
    this.refetch();
  }

  async #ask(model: HeatModel): Promise<void> {
    this.#lastAsked = performance.now();
    model.ask();
    const { key, hidden } = this.#keys;
    try {
      model.replace(await this.events.ask({
        distribution: this.distribution, key, hidden: key === null ? [...hidden] : [], maxColumns: model.mostColumns,
      }));
    } catch {
      model.fail(); // the connection line tells of lost connections; a later drawing asks again
    }
    this.events.changed();
  }

  #isMeant(series: number): boolean {
    const key = this.definitions.keyOf(series);
    return this.#keys.key !== null ? key === this.#keys.key
      : this.definitions.keys[key]?.distribution === this.distribution && !this.#keys.hidden.has(key);
  }
}

/** The hidden ones matter only while all others are shown. */
function isSame(keys: Keys, key: number | null, hidden: readonly number[]): boolean {
  return keys.key === key && (key !== null || (keys.hidden.size === hidden.length && hidden.every(each => keys.hidden.has(each))));
}
